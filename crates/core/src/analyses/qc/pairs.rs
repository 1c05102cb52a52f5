//! Samples that are the same twice, and samples unlike all others.

use super::verdict::{JudgedPair, QcVerdict, QcVerdictCode};
use crate::{matrix::Matrix, stats::quantile::quantiles};

/// Above this correlation two samples are one.
const SAME_R: f64 = 0.999_999;

/// Fewer samples have no common level to be an outlier of.
const FEWEST_SAMPLES: usize = 6;

/// So many times as far from the most similar sample as the median sample is an outlier.
const OUTLYING: f64 = 4.0;

/// The pairs that are the same or nearly so, in the order of the samples.
pub fn near_duplicates(correlations: &Matrix, threshold: f64) -> Vec<JudgedPair> {
    let n = correlations.n_rows();
    let pairs = (0..n).flat_map(|a| (a + 1..n).map(move |b| [a, b]));
    pairs
        .filter_map(|[a, b]| {
            let r = f64::from(correlations.get(a, b));
            let code = if r > SAME_R.max(threshold) {
                QcVerdictCode::Duplicate
            } else if r > threshold {
                QcVerdictCode::NearDuplicate
            } else {
                return None;
            };
            Some(JudgedPair {
                samples: [a, b],
                r,
                code,
            })
        })
        .collect()
}

/// The verdict on a pair of duplicates.
pub fn duplicate_verdict(pair: &JudgedPair, names: &[String]) -> QcVerdict {
    let [a, b] = pair.samples.map(|sample| names[sample].as_str());
    let evidence = if pair.code == QcVerdictCode::Duplicate {
        format!(
            "{a} and {b} are the same, r = {:.7}: leave one out.",
            pair.r
        )
    } else {
        format!(
            "{a} and {b} are nearly the same, r = {:.5}: one sample measured twice?",
            pair.r
        )
    };
    QcVerdict::new(pair.code, &[a, b], evidence)
}

/// Median correlation of each sample with the others; NaN where it has none.
pub fn median_correlations(correlations: &Matrix) -> Vec<f64> {
    let others = |sample: usize| {
        let row = correlations.row(sample).iter().enumerate();
        let others = row.filter(move |&(other, _)| other != sample);
        others.map(|(_, &r)| f64::from(r)).collect::<Vec<f64>>()
    };
    let median = |sample| quantiles(&others(sample), &[0.5])[0];
    (0..correlations.n_rows()).map(median).collect()
}

/// Samples that are far even from the sample most like them.
pub fn outliers(correlations: &Matrix, names: &[String]) -> Vec<QcVerdict> {
    if names.len() < FEWEST_SAMPLES {
        return Vec::new();
    }
    let best = |sample: usize| {
        let row = correlations.row(sample).iter().enumerate();
        let others = row.filter(|&(other, r)| other != sample && !r.is_nan());
        others.map(|(_, &r)| f64::from(r)).fold(f64::NAN, f64::max)
    };
    let best: Vec<f64> = (0..names.len()).map(best).collect();
    let median = quantiles(&best, &[0.5])[0];
    let is_outlier = |r: f64| 1.0 - r > OUTLYING * (1.0 - median);
    let samples = best.iter().zip(names).filter(|(r, _)| is_outlier(**r));
    samples
        .map(|(r, name)| {
            QcVerdict::new(
                QcVerdictCode::Outlier,
                &[name],
                format!(
                    "{name} is unlike all others: r with the sample most like it is {r:.3}, in the median sample {median:.3}."
                ),
            )
        })
        .collect()
}
