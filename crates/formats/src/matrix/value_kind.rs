//! What the numbers are: counts, logs, log ratios, TPM or linear values, by their distribution.

use cuvette_core::{Matrix, dataset::ValueKind, report::Guess};
use cuvette_kernels::sort::nth_smallest;
use serde_json::json;

use super::summary::Tally;
use crate::{
    findings::{alternative, guess},
    options::ImportOptions,
};

/// Above this no value is a logarithm to base 2 of anything measured.
const LARGEST_LOG: f32 = 30.0;

/// The kind of the values, with its chip.
pub(crate) fn guess_value_kind(
    matrix: &Matrix,
    tally: &Tally,
    options: &ImportOptions,
) -> (ValueKind, Guess) {
    let (found, is_sure, evidence) = judge(matrix, tally);
    let kind = options.value_kind.unwrap_or(found);
    let mut chip = guess("value_kind", "Values", json!(kind), kind.label());
    chip.sure = is_sure || options.value_kind.is_some();
    chip.chosen = options.value_kind.is_some();
    chip.evidence = evidence;
    for other in [
        ValueKind::Counts,
        ValueKind::Log,
        ValueKind::LogRatio,
        ValueKind::Tpm,
        ValueKind::Linear,
    ] {
        if other != kind {
            chip.alternatives.push(alternative(
                json!(other),
                other.label(),
                "Numbers stay, steps treat them so",
            ));
        }
    }
    (kind, chip)
}

/// How values of that kind are named on an axis.
pub(crate) fn value_label(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Counts => "count",
        ValueKind::Log => "log value",
        ValueKind::LogRatio => "log ratio",
        ValueKind::Tpm => "TPM",
        ValueKind::Linear | ValueKind::Unknown => "value",
    }
}

fn judge(matrix: &Matrix, tally: &Tally) -> (ValueKind, bool, String) {
    let (min, max) = tally.range;
    if min > max {
        return (ValueKind::Unknown, false, "There are no values".into());
    }
    let sample = Sample::of(matrix);
    if min < 0.0 {
        return judge_signed(min, max, &sample);
    }
    if !tally.has_fraction {
        let evidence = format!("All values are whole numbers from {min} to {max}");
        return (ValueKind::Counts, max > 20.0, evidence);
    }
    if let Some(sum) = common_sum(matrix, max) {
        let evidence = format!("The values of each sample add up to about {sum}: TPM or CPM");
        return (ValueKind::Tpm, true, evidence);
    }
    if max > LARGEST_LOG {
        let evidence = format!("Not whole, from {min} to {max}: too large for logarithms");
        return (ValueKind::Linear, max > 100.0, evidence);
    }
    if min > 0.0 && sample.near_one {
        let evidence = format!(
            "Positive, half of them close to {:.2}: ratios, not logged",
            sample.median
        );
        return (ValueKind::Linear, false, evidence);
    }
    let evidence = format!(
        "From {min} to {max}, not whole, median {:.2}",
        sample.median
    );
    (ValueKind::Log, max > 4.0, evidence)
}

fn judge_signed(min: f32, max: f32, sample: &Sample) -> (ValueKind, bool, String) {
    let percent = 100.0 * sample.negative_share;
    let evidence = format!(
        "From {min} to {max}, {percent:.0} % negative, median {:.2}",
        sample.median
    );
    let largest = max.max(-min);
    if largest > LARGEST_LOG {
        (ValueKind::Linear, false, evidence)
    } else if (15.0..=85.0).contains(&percent) {
        (ValueKind::LogRatio, true, evidence)
    } else {
        (ValueKind::Log, percent < 5.0, evidence)
    }
}

/// Values spread evenly over the matrix.
struct Sample {
    median: f32,
    negative_share: f64,
    /// The middle half lies between 0.7 and 1.5.
    near_one: bool,
}

impl Sample {
    fn of(matrix: &Matrix) -> Self {
        const MOST: u64 = 50_000;
        // More than a browser's 32 bits can count, where data are sparse.
        let n_values = matrix.n_rows() as u64 * matrix.n_columns() as u64;
        let step = (n_values / MOST).max(1);
        // An odd step does not stay in one column when the number of columns is even.
        let step = if step.is_multiple_of(2) {
            step + 1
        } else {
            step
        };
        let n_columns = matrix.n_columns().max(1) as u64;
        let values: Vec<f64> = (0..n_values)
            .step_by(step as usize)
            .map(|at| matrix.get((at / n_columns) as usize, (at % n_columns) as usize))
            .filter(|value| value.is_finite())
            .map(f64::from)
            .collect();
        let n = values.len();
        let n_negative = values.iter().filter(|&&value| value < 0.0).count();
        let at = |share: f64| {
            let n_before = (share * n as f64) as usize;
            nth_smallest(&values, n_before).unwrap_or(f64::NAN) as f32
        };
        Self {
            median: at(0.5),
            negative_share: n_negative as f64 / n.max(1) as f64,
            near_one: at(0.25) > 0.7 && at(0.75) < 1.5,
        }
    }
}

/// The sum that all of the first columns share: 10⁶ within 2 %. No value is above `max`.
fn common_sum(matrix: &Matrix, max: f32) -> Option<f64> {
    const LOOKED_AT: usize = 16;
    // Logarithms are far too small: nothing has to be added up.
    if f64::from(max) * (matrix.n_rows() as f64) < 0.97e6 {
        return None;
    }
    let n = matrix.n_columns().min(LOOKED_AT);
    let mut sums = vec![0.0_f64; n];
    let first = matrix.select_columns(&(0..n).collect::<Vec<_>>());
    for (column, sum) in sums.iter_mut().enumerate() {
        first.for_each_nonzero(column, |_, value| {
            if value.is_finite() {
                *sum += f64::from(value);
            }
        });
    }
    let all_near = !sums.is_empty() && sums.iter().all(|sum| (sum / 1e6 - 1.0).abs() < 0.02);
    all_near.then_some(1e6)
}
