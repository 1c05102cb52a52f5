//! Running `filter_genes`.

use super::FilterGenesParameters;
use crate::{
    analyses::{NamedDataset, TransformOutput, names_of::dropped_table},
    context::Context,
    dataset::{Dataset, ValueKind},
    error::{AnalysisError, Warning},
    stats::center::standard_deviation,
};

pub fn run(
    input: &NamedDataset,
    parameters: &FilterGenesParameters,
    context: &Context,
) -> Result<TransformOutput, AnalysisError> {
    let data = &input.data;
    context.check_cancelled()?;
    warn_if_unsuitable(input, parameters, context);
    let (is_kept, rule) = match (parameters.top_variable, parameters.detected_share) {
        (Some(n), _) => (
            top_variable(data, n),
            format!("is not among the {n} most variable"),
        ),
        (None, Some(share)) => (
            detected(data, share),
            format!(
                "is above zero in under {:.1} % of the samples",
                100.0 * share
            ),
        ),
        (None, None) => (
            expressed(data, parameters),
            format!(
                "reaches {} in fewer than {} samples",
                parameters.min_value, parameters.min_samples
            ),
        ),
    };
    let kept: Vec<usize> = (0..data.n_genes()).filter(|&gene| is_kept[gene]).collect();
    let dropped = (0..data.n_genes()).filter(|&gene| !is_kept[gene]);
    let dropped = dropped_table(dropped.map(|gene| (data.genes[gene].clone(), rule.clone())));
    if kept.is_empty() && data.n_genes() > 0 {
        context.warn(Warning::new(
            "nothing_left",
            format!("every gene of {} {rule}: none is left", input.name),
        ));
    }
    let note = format!(
        "{} of {} genes were kept; a gene was dropped when it {rule}.",
        kept.len(),
        data.n_genes()
    );
    Ok(TransformOutput::new(data, data.select_genes(&kept), note).with_table(dropped))
}

fn expressed(data: &Dataset, parameters: &FilterGenesParameters) -> Vec<bool> {
    data.matrix.map_rows(&|row| {
        let reaches = |value: f32| f64::from(value) >= parameters.min_value;
        let n = row.iter().filter(|&&value| reaches(value)).count();
        n >= parameters.min_samples
    })
}

fn detected(data: &Dataset, share: f64) -> Vec<bool> {
    data.matrix.map_rows(&|row| {
        let n = row.iter().filter(|&&value| value > 0.0).count();
        n as f64 >= share * row.len() as f64 && n > 0
    })
}

/// The genes of largest variance; an undefined variance comes last, ties go to the earlier gene.
fn top_variable(data: &Dataset, n: usize) -> Vec<bool> {
    let sd: Vec<f64> = data.matrix.map_rows(&|row| {
        let sd = standard_deviation(row);
        if sd.is_nan() { -1.0 } else { sd }
    });
    let mut order: Vec<usize> = (0..sd.len()).collect();
    order.sort_by(|&a, &b| sd[b].total_cmp(&sd[a]));
    let mut is_kept = vec![false; sd.len()];
    for &gene in order.iter().take(n) {
        is_kept[gene] = true;
    }
    is_kept
}

fn warn_if_unsuitable(input: &NamedDataset, parameters: &FilterGenesParameters, context: &Context) {
    let data = &input.data;
    let by_variance = parameters.top_variable.is_some();
    let by_value = !by_variance && parameters.detected_share.is_none();
    let is_default = parameters.min_value == FilterGenesParameters::default().min_value;
    let message = if by_value
        && is_default
        && matches!(data.kind, ValueKind::Log | ValueKind::LogRatio)
    {
        format!(
            "{} holds {}, and min_value {} is meant for counts",
            input.name,
            data.kind.label(),
            parameters.min_value
        )
    } else if by_variance && data.kind == ValueKind::Counts {
        format!(
            "{} holds counts, whose variance grows with their mean: take logarithms before choosing variable genes",
            input.name
        )
    } else {
        return;
    };
    context.warn(Warning::new("unsuitable_values", message));
}
