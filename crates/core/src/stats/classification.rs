//! How good predictions of labels are, as in `sklearn.metrics`.
//!
//! A score that divides by zero, as the precision of a label that is never predicted, is 0; the area
//! under a curve of samples that are all, or none, of the label is missing.

use super::forest::Labels;

/// Scores of one label.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LabelScores {
    /// Samples that have it.
    pub support: f64,
    /// Share of the samples called so that have it.
    pub precision: f64,
    /// Share of the samples that have it that are called so.
    pub recall: f64,
    /// Harmonic mean of both.
    pub f1: f64,
}

/// Scores of all predictions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scores {
    /// Share of samples whose labels are all right, and no others.
    pub accuracy: f64,
    /// Mean recall of the labels that samples have.
    pub balanced_accuracy: f64,
    /// Mean F1 of the labels that samples have or are called.
    pub macro_f1: f64,
    /// F1 over all pairs of sample and label; with one label per sample the accuracy.
    pub micro_f1: f64,
    /// Mean over samples of 2 × shared / (labels it has + labels it is called).
    pub samples_f1: f64,
    /// By label.
    pub labels: Vec<LabelScores>,
}

/// The scores of `predicted`, lists of labels, against the labels there are. `counts` says how often
/// each sample counts, as in a bootstrap; without it once.
///
/// Agrees with `accuracy_score`, `balanced_accuracy_score`, `f1_score` (macro, micro, samples) and
/// `precision_recall_fscore_support` of scikit-learn, `zero_division = 0`.
pub fn scores(labels: &Labels, predicted: &[Vec<u32>], counts: Option<&[u32]>) -> Scores {
    let n_labels = labels.n_labels();
    // By label: samples that have it and are called so, that have it, that are called so.
    let mut tallies = vec![[0.0_f64; 3]; n_labels];
    let (mut n, mut n_right, mut samples_f1) = (0.0, 0.0, 0.0);
    for (sample, called) in predicted.iter().enumerate() {
        let w = counts.map_or(1.0, |counts| f64::from(counts[sample]));
        let own = labels.of(sample);
        let mut n_shared = 0;
        for &label in called {
            tallies[label as usize][2] += w;
            if own.contains(&label) {
                tallies[label as usize][0] += w;
                n_shared += 1;
            }
        }
        for &label in own {
            tallies[label as usize][1] += w;
        }
        n += w;
        if n_shared == own.len() && n_shared == called.len() {
            n_right += w;
        }
        samples_f1 += w * ratio(2.0 * n_shared as f64, (own.len() + called.len()) as f64);
    }
    let by_label: Vec<LabelScores> = tallies.iter().map(|&tally| of_label(tally)).collect();
    let sums = tallies.iter().fold([0.0; 3], |sums: [f64; 3], tally| {
        [sums[0] + tally[0], sums[1] + tally[1], sums[2] + tally[2]]
    });
    let had = || by_label.iter().filter(|label| label.support > 0.0);
    let met = tallies.iter().zip(&by_label);
    let met: Vec<f64> = met
        .filter(|(tally, _)| tally[1] + tally[2] > 0.0)
        .map(|(_, label)| label.f1)
        .collect();
    Scores {
        accuracy: ratio(n_right, n),
        balanced_accuracy: ratio(had().map(|label| label.recall).sum(), had().count() as f64),
        macro_f1: ratio(met.iter().sum(), met.len() as f64),
        micro_f1: ratio(2.0 * sums[0], sums[1] + sums[2]),
        samples_f1: ratio(samples_f1, n),
        labels: by_label,
    }
}

fn of_label([right, had, called]: [f64; 3]) -> LabelScores {
    LabelScores {
        support: had,
        precision: ratio(right, called),
        recall: ratio(right, had),
        f1: ratio(2.0 * right, had + called),
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// A step of a curve over thresholds, highest first: a sample is called where its score reaches it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// The lowest score that is called.
    pub threshold: f64,
    /// Samples called that have the label.
    pub n_right: usize,
    /// Samples called that do not.
    pub n_wrong: usize,
}

/// What is called at each distinct score, from the highest down; missing scores are left out.
pub fn threshold_curve(scores: &[f64], is_positive: &[bool]) -> Vec<CurvePoint> {
    let mut order: Vec<usize> = (0..scores.len())
        .filter(|&at| !scores[at].is_nan())
        .collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let mut curve: Vec<CurvePoint> = Vec::new();
    let (mut n_right, mut n_wrong) = (0, 0);
    for sample in order {
        if is_positive[sample] {
            n_right += 1;
        } else {
            n_wrong += 1;
        }
        let point = CurvePoint {
            threshold: scores[sample],
            n_right,
            n_wrong,
        };
        match curve.last_mut() {
            Some(last) if last.threshold == point.threshold => *last = point,
            _ => curve.push(point),
        }
    }
    curve
}

/// Area under the receiver operating characteristic of a [`threshold_curve`]: `roc_auc_score`. The
/// chance that a sample of the label has the higher score than another one, ties counting half.
pub fn roc_auc(curve: &[CurvePoint]) -> f64 {
    let Some(all) = curve.last() else {
        return f64::NAN;
    };
    let (mut area, mut last) = (0.0, [0.0; 2]);
    for point in curve {
        let next = [point.n_wrong as f64, point.n_right as f64];
        area += (next[0] - last[0]) * f64::midpoint(next[1], last[1]);
        last = next;
    }
    let pairs = all.n_right as f64 * all.n_wrong as f64;
    if pairs > 0.0 { area / pairs } else { f64::NAN }
}

/// Mean precision over the samples of the label, each at the threshold that calls it:
/// `average_precision_score`. Missing where no sample has the label.
pub fn average_precision(curve: &[CurvePoint]) -> f64 {
    let n = curve.last().map_or(0, |all| all.n_right);
    if n == 0 {
        return f64::NAN;
    }
    let (mut sum, mut last) = (0.0, 0);
    for point in curve {
        let precision = point.n_right as f64 / (point.n_right + point.n_wrong) as f64;
        sum += (point.n_right - last) as f64 * precision;
        last = point.n_right;
    }
    sum / n as f64
}

/// The threshold with the best F1, in the middle between two scores; a score above it is called. Of
/// equal ones that nearest to one half; one half where no sample has the label.
pub fn best_threshold(curve: &[CurvePoint]) -> f64 {
    let n = curve.last().map_or(0, |all| all.n_right);
    let mut best = [0.0_f64, 0.5];
    for (at, point) in curve.iter().enumerate() {
        let f1 = 2.0 * point.n_right as f64 / (n + point.n_right + point.n_wrong) as f64;
        let below = curve.get(at + 1).map_or(0.0, |next| next.threshold);
        let threshold = f64::midpoint(point.threshold, below);
        let is_nearer = (threshold - 0.5).abs() < (best[1] - 0.5).abs();
        if f1 > best[0] || (f1 == best[0] && f1 > 0.0 && is_nearer) {
            best = [f1, threshold];
        }
    }
    best[1]
}
