//! What forests say of samples that they were not grown on, and how good it is.

use super::{
    Evaluate, ForestParameters,
    fit::{Fit, Growth, Training, fit},
};
use crate::{
    context::Context,
    error::AnalysisError,
    parallel,
    random::Random,
    stats::{
        classification::{
            CurvePoint, Scores, average_precision, best_threshold, roc_auc, scores, threshold_curve,
        },
        forest::{Labels, Votes},
        quantile::quantiles,
        splits::{deal, draw_with_replacement},
    },
};

/// How often samples are drawn anew for the intervals.
const N_RESAMPLED: usize = 1_000;

/// Parts of the samples, each called by the thresholds of the others, out of the bag.
const N_THRESHOLD_PARTS: usize = 5;

/// Streams of random numbers beside those of trees.
const SPLIT_STREAM: u64 = 0x5350_4c49;
const RESAMPLE_STREAM: u64 = 0x424f_4f54;

/// Probabilities for samples by forests that were not grown on them.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Places among the labelled samples, ascending.
    pub samples: Vec<usize>,
    /// Part of each in which it was tested, from 1; empty out of the bag.
    pub folds: Vec<usize>,
    /// Probability of each label, sample after sample.
    pub probabilities: Vec<f64>,
    /// Labels called, ascending.
    pub called: Vec<Vec<u32>>,
    /// By label: a probability above it is called, where samples have several labels.
    pub thresholds: Vec<f64>,
}

/// The scores of [`Judged`], with what to hold them against.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// Labels of the samples judged.
    pub labels: Labels,
    /// Scores of the calls.
    pub scores: Scores,
    /// Of 1,000 draws of the samples, or their groups, with replacement: the 2.5th and 97.5th
    /// percentile of accuracy, balanced accuracy, macro, micro and samples F1, then of each label's
    /// precision, recall and F1.
    pub intervals: Vec<[f64; 2]>,
    /// Scores of calling everything what is most frequent.
    pub majority: Scores,
    /// By label, what is called at each threshold.
    pub curves: Vec<Vec<CurvePoint>>,
    /// By label, area under the receiver operating characteristic.
    pub auc: Vec<f64>,
    /// By label, mean precision.
    pub average_precision: Vec<f64>,
}

/// Judges all labelled samples out of the bag, or parts of them by forests of the others.
pub fn judge(
    all: &Training<'_>,
    whole: &Fit<'_>,
    parameters: &ForestParameters,
    n_trees_in_all: usize,
    context: &Context,
) -> Result<Judged, AnalysisError> {
    let shares = match parameters.evaluate {
        Evaluate::Oob => return Ok(out_of_bag(all, whole, parameters)),
        Evaluate::KFold => vec![1.0 / parameters.folds as f64; parameters.folds],
        Evaluate::HoldOut => vec![parameters.test_share, 1.0 - parameters.test_share],
    };
    let mut random = Random::of_piece(parameters.seed, SPLIT_STREAM);
    let parts = deal(all.labels, all.groups, &shares, &mut random);
    let n_tested = match parameters.evaluate {
        Evaluate::HoldOut => 1,
        Evaluate::Oob | Evaluate::KFold => shares.len(),
    };
    let n_labels = all.labels.n_labels();
    let mut found: Vec<(usize, usize, Vec<f64>, Vec<u32>)> = Vec::new();
    for part in 0..n_tested {
        let (test, train): (Vec<usize>, Vec<usize>) =
            (0..parts.len()).partition(|&sample| parts[sample] == part);
        if test.is_empty() || train.is_empty() {
            continue;
        }
        let columns: Vec<usize> = train.iter().map(|&sample| all.samples[sample]).collect();
        let labels = all.labels.select(&train);
        let groups = all.groups.map(|groups| without_gaps(&train, groups));
        let training = Training {
            matrix: all.matrix,
            samples: &columns,
            labels: &labels,
            groups: groups.as_deref(),
        };
        let growth = Growth {
            seed: parameters.seed,
            among: [(1 + part) * parameters.trees, n_trees_in_all],
        };
        let fitted = fit(&training, parameters, growth, context)?;
        let own = Votes::out_of_bag(&fitted.grown, train.len()).probabilities();
        let thresholds = thresholds(&labels, &own);
        let columns: Vec<usize> = test.iter().map(|&sample| all.samples[sample]).collect();
        let probabilities = fitted.predict(&columns, context)?;
        for (row, sample) in probabilities.chunks(n_labels).zip(test) {
            let called = call(row, labels.is_single, &thresholds);
            found.push((sample, part + 1, row.to_vec(), called));
        }
    }
    found.sort_by_key(|&(sample, ..)| sample);
    let own = Votes::out_of_bag(&whole.grown, all.samples.len()).probabilities();
    Ok(Judged {
        samples: found.iter().map(|one| one.0).collect(),
        folds: found.iter().map(|one| one.1).collect(),
        probabilities: found.iter().flat_map(|one| one.2.clone()).collect(),
        called: found.into_iter().map(|one| one.3).collect(),
        thresholds: thresholds(all.labels, &own),
    })
}

/// Samples that some tree was not grown on. Thresholds that a sample took part in are not used on
/// it: it is called by those of the other parts.
fn out_of_bag(all: &Training<'_>, whole: &Fit<'_>, parameters: &ForestParameters) -> Judged {
    let n_labels = all.labels.n_labels();
    let probabilities = Votes::out_of_bag(&whole.grown, all.samples.len()).probabilities();
    let row = |sample: usize| &probabilities[sample * n_labels..(sample + 1) * n_labels];
    let samples: Vec<usize> = (0..all.samples.len())
        .filter(|&sample| !row(sample)[0].is_nan())
        .collect();
    let called = if all.labels.is_single {
        samples
            .iter()
            .map(|&sample| call(row(sample), true, &[]))
            .collect()
    } else {
        let mut random = Random::of_piece(parameters.seed, SPLIT_STREAM);
        let shares = [1.0 / N_THRESHOLD_PARTS as f64; N_THRESHOLD_PARTS];
        let parts = deal(all.labels, all.groups, &shares, &mut random);
        let of_others: Vec<Vec<f64>> = (0..N_THRESHOLD_PARTS)
            .map(|part| {
                let others: Vec<usize> = (0..parts.len()).filter(|&at| parts[at] != part).collect();
                let votes: Vec<f64> = others.iter().flat_map(|&at| row(at).to_vec()).collect();
                thresholds(&all.labels.select(&others), &votes)
            })
            .collect();
        let call = |&sample: &usize| call(row(sample), false, &of_others[parts[sample]]);
        samples.iter().map(call).collect()
    };
    Judged {
        folds: Vec::new(),
        called,
        thresholds: thresholds(all.labels, &probabilities),
        probabilities: samples
            .iter()
            .flat_map(|&sample| row(sample).to_vec())
            .collect(),
        samples,
    }
}

/// Group of each chosen sample, counted from 0 without those that none of them has.
fn without_gaps(samples: &[usize], groups: &[u32]) -> Vec<u32> {
    let mut held: Vec<u32> = samples.iter().map(|&sample| groups[sample]).collect();
    held.sort_unstable();
    held.dedup();
    let place = |&sample: &usize| held.partition_point(|&group| group < groups[sample]) as u32;
    samples.iter().map(place).collect()
}

/// By label, the threshold with the best F1.
fn thresholds(labels: &Labels, probabilities: &[f64]) -> Vec<f64> {
    let curves = curves(labels, probabilities);
    curves.iter().map(|curve| best_threshold(curve)).collect()
}

fn curves(labels: &Labels, probabilities: &[f64]) -> Vec<Vec<CurvePoint>> {
    let n_labels = labels.n_labels();
    let curve = |label: usize| {
        let of = probabilities.iter().skip(label).step_by(n_labels);
        let scores: Vec<f64> = of.copied().collect();
        let is_positive: Vec<bool> = (0..scores.len()).map(|at| labels.has(at, label)).collect();
        threshold_curve(&scores, &is_positive)
    };
    parallel::map(n_labels, &curve)
}

/// The labels of a sample by its probabilities: the likeliest, or those above their thresholds, or
/// where none is, the likeliest after all. Of equally likely ones the first.
pub fn call(row: &[f64], is_single: bool, thresholds: &[f64]) -> Vec<u32> {
    let mut top = 0;
    for (label, probability) in row.iter().enumerate() {
        if *probability > row[top] {
            top = label;
        }
    }
    let above = (0..thresholds.len()).filter(|&label| row[label] > thresholds[label]);
    let called: Vec<u32> = above.map(|label| label as u32).collect();
    if is_single || called.is_empty() {
        vec![top as u32]
    } else {
        called
    }
}

/// Scores what was called. `groups` are those of the labelled samples, which are drawn whole for
/// the intervals.
pub fn judgement(
    judged: &Judged,
    all: &Labels,
    groups: Option<&[u32]>,
    seed: u64,
    context: &Context,
) -> Result<Judgement, AnalysisError> {
    let labels = all.select(&judged.samples);
    let groups = groups.map(|groups| without_gaps(&judged.samples, groups));
    let resampled = parallel::try_map(N_RESAMPLED, &|at| {
        context.check_cancelled()?;
        let mut random = Random::of_piece(seed ^ RESAMPLE_STREAM, at as u64);
        let counts = draw_with_replacement(labels.n_samples(), groups.as_deref(), &mut random);
        Ok::<_, AnalysisError>(listed(&scores(&labels, &judged.called, Some(&counts))))
    })?;
    let n_listed = 5 + 3 * labels.n_labels();
    let intervals = (0..n_listed).map(|at| {
        let values: Vec<f64> = resampled.iter().map(|one| one[at]).collect();
        let found = quantiles(&values, &[0.025, 0.975]);
        [found[0], found[1]]
    });
    let intervals = intervals.collect();
    let majority = majority(all, labels.n_samples());
    let curves = curves(&labels, &judged.probabilities);
    Ok(Judgement {
        scores: scores(&labels, &judged.called, None),
        intervals,
        majority: scores(&labels, &majority, None),
        auc: curves.iter().map(|curve| roc_auc(curve)).collect(),
        average_precision: curves
            .iter()
            .map(|curve| average_precision(curve))
            .collect(),
        curves,
        labels,
    })
}

/// The scores in the order of [`Judgement::intervals`].
pub fn listed(scores: &Scores) -> Vec<f64> {
    let of_labels = scores.labels.iter();
    let of_labels = of_labels.flat_map(|label| [label.precision, label.recall, label.f1]);
    [
        scores.accuracy,
        scores.balanced_accuracy,
        scores.macro_f1,
        scores.micro_f1,
        scores.samples_f1,
    ]
    .into_iter()
    .chain(of_labels)
    .collect()
}

/// The most frequent label for everything; with several labels per sample, the labels that more
/// than half of the samples have, or the most frequent one.
fn majority(labels: &Labels, n: usize) -> Vec<Vec<u32>> {
    let n_samples = labels.n_samples() as f64;
    let shares: Vec<f64> = labels
        .support()
        .iter()
        .map(|&n| n as f64 / n_samples)
        .collect();
    let halves = vec![0.5; if labels.is_single { 0 } else { shares.len() }];
    vec![call(&shares, labels.is_single, &halves); n]
}

/// Mean area under the curve over labels, those without one left out.
pub fn mean_auc(labels: &Labels, probabilities: &[f64]) -> f64 {
    let areas: Vec<f64> = curves(labels, probabilities)
        .iter()
        .map(|curve| roc_auc(curve))
        .collect();
    let areas: Vec<f64> = areas.into_iter().filter(|area| !area.is_nan()).collect();
    areas.iter().sum::<f64>() / areas.len() as f64
}
