//! Running `sample_correlation`.

use super::{SampleCorrelationOutput, SampleCorrelationParameters};
use crate::{
    analyses::NamedDataset,
    context::Context,
    error::{AnalysisError, Warning},
    stats::{clustering::leaf_order, correlation_matrix::correlation_matrix},
};

/// Above this many samples the tree takes too long and no name can be read: they keep their order.
const MAX_ORDERED: usize = 4_000;

pub fn run(
    input: &NamedDataset,
    parameters: SampleCorrelationParameters,
    context: &Context,
) -> Result<SampleCorrelationOutput, AnalysisError> {
    let data = &input.data;
    context.check_cancelled()?;
    let matrix = correlation_matrix(&data.matrix, parameters.method, context)?;
    let n = data.n_samples();
    context.check_cancelled()?;
    let is_ordered = n <= MAX_ORDERED;
    let order = if is_ordered {
        leaf_order(n, |i, j| 1.0 - f64::from(matrix.get(i, j)), context)?
    } else {
        context.warn(Warning::new(
            "not_ordered",
            format!(
                "{n} samples are too many to order by likeness: they stand as in {}",
                input.name
            ),
        ));
        (0..n).collect()
    };
    let undefined: Vec<&str> = (0..n)
        .filter(|&sample| matrix.get(sample, sample).is_nan())
        .map(|sample| data.samples[sample].as_str())
        .collect();
    if let Some(first) = undefined.first() {
        context.warn(Warning::new(
            "undefined",
            match undefined.len() {
                1 => format!(
                    "sample {first} is constant or has fewer than two values, and no correlation"
                ),
                n => format!(
                    "{n} samples are constant or have fewer than two values and no correlation, the first is {first}"
                ),
            },
        ));
    }
    Ok(SampleCorrelationOutput {
        matrix,
        order,
        is_ordered,
        samples: data.samples.clone(),
        n_genes: data.n_genes(),
        method: parameters.method,
        input_name: input.name.clone(),
    })
}
