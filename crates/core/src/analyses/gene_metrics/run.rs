//! Running `gene_metrics`.

use super::{GeneMetric, GeneMetricsOutput, GeneMetricsParameters};
use crate::{
    analyses::NamedDataset,
    context::Context,
    error::{AnalysisError, Warning},
    parallel,
    stats::{
        center::{mean, standard_deviation},
        gene_metrics::{cosines_of_windows, descending_ranks, signal_to_noise, window_around},
        quantile::quantile_of_sorted,
    },
};
use cuvette_kernels::rank::{SortScratch, sort_with_index};

/// Genes between two looks at the cancel flag.
const GENES_PER_LOOK: usize = 256;

pub fn run(
    input: &NamedDataset,
    parameters: GeneMetricsParameters,
    context: &Context,
) -> Result<GeneMetricsOutput, AnalysisError> {
    let data = &input.data;
    let half_window = parameters.half_window_of(data.n_samples());
    let probability = parameters.percentile / 100.0;
    let metrics = parallel::try_map_ranges(data.n_genes(), &|genes| {
        let (mut sort, mut sorted) = (SortScratch::default(), Vec::new());
        let metric = |gene: usize| {
            if gene.is_multiple_of(GENES_PER_LOOK) {
                context.check_cancelled()?;
            }
            let values = data.matrix.row(gene);
            let metric = metric_of(values, probability, half_window, &mut sort, &mut sorted);
            Ok::<_, AnalysisError>(metric)
        };
        genes.map(metric).collect()
    })?;
    let (mut genes, windows): (Vec<_>, Vec<_>) = metrics.into_iter().unzip();
    let cosines = cosines_of_windows(&data.matrix, &windows, context)?;
    for (gene, cosines) in genes.iter_mut().zip(cosines) {
        gene.mean_cosine = if gene.n_nonzero == 0 {
            f64::NAN
        } else {
            cosines.mean
        };
        gene.reference_compatible = match gene.n_nonzero {
            0 => f64::NAN,
            1 => 0.0,
            _ => cosines.reference,
        };
    }
    rank(&mut genes);
    warn(&genes, data.n_samples(), context);
    Ok(GeneMetricsOutput {
        genes,
        names: data.genes.clone(),
        n_samples: data.n_samples(),
        half_window,
        parameters,
        value_label: data.value_label.clone(),
        input_name: input.name.clone(),
    })
}

/// What a gene's own values say, and the samples of its window, ascending.
fn metric_of(
    values: &[f32],
    probability: f64,
    half_window: usize,
    sort: &mut SortScratch,
    sorted: &mut Vec<f64>,
) -> (GeneMetric, Vec<usize>) {
    let order = sort_with_index(values, sort);
    let n = order.n_present();
    sorted.clear();
    sorted.extend((0..n).map(|position| f64::from(order.value(position))));
    let n_zeros = values.iter().filter(|&&value| value == 0.0).count();
    let range = window_around(n, probability, half_window);
    let mut window: Vec<usize> = range.map(|position| order.index(position)).collect();
    // Samples in their order walk through the table of cosines in its order.
    window.sort_unstable();
    let mean = mean(values);
    let metric = GeneMetric {
        mean,
        sd: standard_deviation(values),
        zero_share: n_zeros as f64 / n as f64,
        signal: quantile_of_sorted(sorted, probability),
        snr: signal_to_noise(sorted, mean, probability),
        mean_cosine: f64::NAN,
        reference_compatible: f64::NAN,
        n_window: window.len(),
        n_nonzero: n - n_zeros,
        co_rank: f64::NAN,
    };
    (metric, window)
}

/// The mean of the ranks of `snr` and `mean_cosine`; a gene without either has none, and does not
/// count in the ranks of others.
fn rank(genes: &mut [GeneMetric]) {
    let ranked = |gene: &GeneMetric| !gene.snr.is_nan() && !gene.mean_cosine.is_nan();
    let ranks = |value: fn(&GeneMetric) -> f64| {
        let value = |gene: &GeneMetric| if ranked(gene) { value(gene) } else { f64::NAN };
        descending_ranks(&genes.iter().map(value).collect::<Vec<_>>())
    };
    let (by_snr, by_cosine) = (ranks(|gene| gene.snr), ranks(|gene| gene.mean_cosine));
    for (gene, (snr, cosine)) in genes.iter_mut().zip(by_snr.into_iter().zip(by_cosine)) {
        gene.co_rank = f64::midpoint(snr, cosine);
    }
}

fn warn(genes: &[GeneMetric], n_samples: usize, context: &Context) {
    let unranked = genes.iter().filter(|gene| gene.co_rank.is_nan());
    let (narrow, others): (Vec<&GeneMetric>, Vec<&GeneMetric>) =
        unranked.partition(|gene| gene.n_window < 2 && gene.n_nonzero > 0);
    let n = genes.len();
    if !narrow.is_empty() {
        context.warn(Warning::new(
            "narrow_window",
            format!(
                "{} of {n} genes have no rank over {n_samples} samples: fewer than two samples stand in the window around the percentile; raise half_window, or lower percentile",
                narrow.len()
            ),
        ));
    }
    if !others.is_empty() {
        context.warn(Warning::new(
            "not_ranked",
            format!(
                "{} of {n} genes have no rank over {n_samples} samples: no value other than 0 in the window",
                others.len()
            ),
        ));
    }
}
