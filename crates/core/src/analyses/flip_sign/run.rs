//! Running `flip_sign`.

use super::FlipSignParameters;
use crate::{
    analyses::{NamedDataset, TransformOutput},
    context::Context,
    dataset::ValueKind,
    error::{AnalysisError, Warning},
    parallel,
};

pub fn run(
    input: &NamedDataset,
    parameters: &FlipSignParameters,
    context: &Context,
) -> Result<TransformOutput, AnalysisError> {
    let data = &input.data;
    let columns = parameters.samples.positions("samples", input)?;
    warn_if_never_negative(input, context);
    context.check_cancelled()?;
    let mut is_flipped = vec![false; data.n_samples()];
    for &column in &columns {
        is_flipped[column] = true;
    }
    let mut matrix = data.matrix.clone();
    parallel::for_each_chunk(matrix.values_mut(), is_flipped.len(), &|_, row| {
        for (value, &flip) in row.iter_mut().zip(&is_flipped) {
            if flip {
                // Subtracting keeps zero positive, so that it prints as 0.
                *value = 0.0 - *value;
            }
        }
    });
    let which = if columns.len() == data.n_samples() {
        format!("all {} samples", data.n_samples())
    } else {
        format!("{} of {} samples", columns.len(), data.n_samples())
    };
    let note = format!("The sign of {which} was flipped.");
    Ok(TransformOutput::new(data, data.with_matrix(matrix), note))
}

/// Values that are never negative are no ratios on a log scale.
fn warn_if_never_negative(input: &NamedDataset, context: &Context) {
    let data = &input.data;
    let n_values = data.matrix.values().iter().filter(|v| !v.is_nan()).count();
    let has_negative = parallel::any(data.n_genes(), &|gene| {
        data.matrix.row(gene).iter().any(|&value| value < 0.0)
    });
    if n_values > 0 && !has_negative && data.kind != ValueKind::LogRatio {
        context.warn(Warning::new(
            "not_log_ratios",
            format!(
                "none of the {n_values} values of {} is negative: flipping is meant for log ratios",
                input.name
            ),
        ));
    }
}
