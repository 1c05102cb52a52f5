//! Whether values are logarithms, and of what.

use super::verdict::{QcVerdict, QcVerdictCode};
use crate::{
    dataset::{Dataset, ValueKind},
    stats::overview::overview,
};

/// Above this, values are no logarithms.
const LARGEST_LOGGED: f64 = 40.0;

/// Values looked at.
const N_JUDGED: usize = 100_000;

/// Share of values that must be whole numbers.
const MOSTLY: f64 = 0.99;

/// What logarithms of counts are called, and their bases.
const LOGARITHMS: [(&str, f64); 3] = [
    ("log2(count + 1)", 2.0),
    ("ln(count + 1)", std::f64::consts::E),
    ("log10(count + 1)", 10.0),
];

/// The x of log(x + 1).
fn undo(base: f64, logarithm: f64) -> f64 {
    base.powf(logarithm) - 1.0
}

/// Whether the values are such that log2(x + 1) shows more of them than they do.
pub fn is_linear(data: &Dataset) -> bool {
    match data.kind {
        ValueKind::Counts | ValueKind::Tpm | ValueKind::Linear => true,
        ValueKind::Log | ValueKind::LogRatio => false,
        ValueKind::Unknown => overview(&data.matrix)
            .range
            .is_some_and(|[low, high]| low >= 0.0 && high > LARGEST_LOGGED),
    }
}

/// A verdict on values that are logged though they are not known to be, or logged twice.
pub fn judge_scale(data: &Dataset) -> Option<QcVerdict> {
    let logged_twice = |evidence: String| {
        Some(QcVerdict::new(
            QcVerdictCode::LoggedTwice,
            &[],
            format!("{evidence} Take one of the logarithms out."),
        ))
    };
    if data.value_label.matches("log").count() > 1 {
        return logged_twice(format!("The values are {}.", data.value_label));
    }
    let [low, high] = overview(&data.matrix).range?;
    if low < 0.0 || high > LARGEST_LOGGED {
        return None;
    }
    // Large logarithms say little: f32 holds too few of their digits.
    let judged: Vec<f64> = data
        .matrix
        .values()
        .iter()
        .filter(|value| value.is_finite() && **value > 0.0)
        .take(N_JUDGED)
        .map(|&value| f64::from(value))
        .collect();
    if whole_share(&judged, |y| y) > MOSTLY {
        return None;
    }
    // First once: of whole counts, undoing it twice gives whole numbers too.
    let once = LOGARITHMS
        .into_iter()
        .find(|&(_, base)| whole_share(&judged, |y| undo(base, y)) > MOSTLY);
    match once {
        Some((name, _)) if data.kind != ValueKind::Log => Some(QcVerdict::new(
            QcVerdictCode::AlreadyLogged,
            &[],
            format!(
                "Values reach {high:.2}, and undoing {name} gives whole numbers: they are logarithms of counts. Do not take logarithms again; methods for counts want the counts."
            ),
        )),
        None if whole_share(&judged, |y| undo(2.0, undo(2.0, y))) > MOSTLY => logged_twice(
            format!("Values reach {high:.2}, and undoing log2(x + 1) twice gives whole numbers."),
        ),
        _ => None,
    }
}

/// Share of values that become whole numbers, of those small enough to tell.
fn whole_share(values: &[f64], undone: impl Fn(f64) -> f64) -> f64 {
    let (mut n_whole, mut n_judged) = (0_usize, 0_usize);
    for &value in values {
        let found = undone(value);
        if found > 1000.0 {
            continue;
        }
        n_judged += 1;
        n_whole += usize::from((found - found.round()).abs() < 2e-3 && found.round() > 0.0);
    }
    // Few values may be whole by chance.
    if n_judged < 20 {
        return 0.0;
    }
    n_whole as f64 / n_judged as f64
}
