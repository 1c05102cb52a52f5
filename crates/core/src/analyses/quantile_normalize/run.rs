//! Running `quantile_normalize`.

use super::QuantileNormalizeParameters;
use crate::{
    analyses::{NamedDataset, TransformOutput, held_out::warn_of_test_samples},
    context::Context,
    dataset::ValueKind,
    error::{AnalysisError, Warning},
    stats::quantile_normalize::{TieRule, quantile_normalize},
};

pub fn run(
    input: &NamedDataset,
    parameters: &QuantileNormalizeParameters,
    context: &Context,
) -> Result<TransformOutput, AnalysisError> {
    let data = &input.data;
    context.check_cancelled()?;
    warn_if_unsuitable(input, context);
    let target = parameters.target.listed("target", input)?;
    warn_of_test_samples("target", target.as_deref(), input, context);
    let matrix = quantile_normalize(&data.matrix, parameters.ties, target.as_deref(), context)?;
    let ties = match parameters.ties {
        TieRule::BlockMean => "ties at the mean of their targets, as in qnorm",
        TieRule::AverageRank => "ties at their average rank, as in preprocessCore and limma",
    };
    let of = target.map_or_else(String::new, |target| {
        format!(" to the mean distribution of {} of them", target.len())
    });
    let note = format!(
        "{} samples of {} genes were quantile-normalized{of} ({ties}).",
        data.n_samples(),
        data.n_genes()
    );
    let mut normalized = data.with_matrix(matrix);
    if normalized.kind == ValueKind::Counts {
        // Means of sorted counts are no whole numbers.
        normalized.kind = ValueKind::Linear;
    }
    Ok(TransformOutput::new(data, normalized, note))
}

fn warn_if_unsuitable(input: &NamedDataset, context: &Context) {
    let data = &input.data;
    if data.n_samples() == 1 {
        context.warn(Warning::new(
            "one_sample",
            format!("{} has one sample: its own distribution is the target, so nothing changes but ties", input.name),
        ));
    }
    if data.kind == ValueKind::Counts {
        context.warn(Warning::new(
            "unlogged",
            format!(
                "{} holds counts: means of sorted counts are dominated by the largest genes, take logarithms first",
                input.name
            ),
        ));
    }
}
