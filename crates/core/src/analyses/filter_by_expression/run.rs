//! Running `filter_by_expression`.

use super::FilterByExpressionParameters;
use crate::{
    analyses::{
        NamedDataset, TransformOutput,
        counts::{refuse_empty_samples, refuse_other_than_counts},
        grouping::groups_by_name,
        names_of::{annotation_texts, dropped_table},
    },
    context::Context,
    dataset::Dataset,
    error::{AnalysisError, Warning},
    parallel,
    stats::quantile::quantiles,
};

/// Up to so many samples, a gene must be expressed in all of the smallest group.
const LARGE_GROUP: f64 = 10.0;
/// Share of the samples above [`LARGE_GROUP`] that are asked for.
const SHARE_OF_FURTHER: f64 = 0.7;
/// Slack of the comparison with a number of samples that may be no whole one, as edgeR's.
const SLACK: f64 = 1e-14;
const MILLION: f64 = 1e6;

pub fn run(
    input: &NamedDataset,
    parameters: &FilterByExpressionParameters,
    context: &Context,
) -> Result<TransformOutput, AnalysisError> {
    let data = &input.data;
    context.check_cancelled()?;
    refuse_other_than_counts(input, parameters.accept_non_counts)?;
    refuse_empty_samples(input)?;
    let smallest_group = smallest_group(data, &parameters.group)?;
    let min_samples = if smallest_group > LARGE_GROUP {
        LARGE_GROUP + (smallest_group - LARGE_GROUP) * SHARE_OF_FURTHER
    } else {
        smallest_group
    };
    let library_size: Vec<f64> = parallel::map(data.n_samples(), &|sample| {
        let counts = (0..data.n_genes()).map(|gene| f64::from(data.matrix.get(gene, sample)));
        counts.sum()
    });
    let median_library = quantiles(&library_size, &[0.5])[0];
    let min_cpm = parameters.min_count / median_library * MILLION;
    let is_kept = |gene: usize| {
        let counts = data.matrix.row(gene);
        let expressed = counts.iter().zip(&library_size);
        let expressed = expressed
            .filter(|&(&count, library)| f64::from(count) / (library / MILLION) >= min_cpm);
        let total: f64 = counts.iter().map(|&count| f64::from(count)).sum();
        expressed.count() as f64 >= min_samples - SLACK && total >= parameters.min_total - SLACK
    };
    let is_kept = parallel::map(data.n_genes(), &is_kept);
    let (kept, dropped): (Vec<usize>, Vec<usize>) =
        (0..data.n_genes()).partition(|&gene| is_kept[gene]);
    let rule = format!(
        "reaches {min_cpm:.3} counts per million in fewer than {min_samples} samples, or sums to under {}",
        parameters.min_total
    );
    if kept.is_empty() && data.n_genes() > 0 {
        context.warn(Warning::new(
            "nothing_left",
            format!("every gene of {} {rule}: none is left", input.name),
        ));
    }
    let note = format!(
        "{} of {} genes were kept, as by edgeR's filterByExpr; a gene was dropped when it {rule}.",
        kept.len(),
        data.n_genes()
    );
    let dropped = dropped
        .into_iter()
        .map(|gene| (data.genes[gene].clone(), rule.clone()));
    Ok(TransformOutput::new(data, data.select_genes(&kept), note)
        .with_table(dropped_table(dropped)))
}

/// Size of the smallest group of the column; of all samples where none is named.
fn smallest_group(data: &Dataset, column: &str) -> Result<f64, AnalysisError> {
    if column.is_empty() {
        return Ok(data.n_samples() as f64);
    }
    let labels = annotation_texts(&data.sample_annotations, "group", column)?;
    let groups = groups_by_name(&labels);
    let sizes = groups.iter().map(|group| group.positions.len());
    Ok(sizes.min().unwrap_or(data.n_samples()) as f64)
}
