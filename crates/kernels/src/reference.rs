//! The obvious way, slow and plain: what every kernel is tested against.

use std::cmp::Ordering;

/// Indices that sort `values`, missing ones last, equal ones by index.
pub fn argsort(values: &[f32]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_by(|&a, &b| compare_missing_last(values[a as usize], values[b as usize]));
    order
}

/// One plus the number of smaller values, plus half the number of other equal ones.
pub fn average_ranks(values: &[f32]) -> Vec<f64> {
    let rank = |value: f32| {
        let n_smaller = values.iter().filter(|&&other| other < value).count();
        let n_equal = values.iter().filter(|&&other| other == value).count();
        1.0 + n_smaller as f64 + (n_equal as f64 - 1.0) / 2.0
    };
    values
        .iter()
        .map(|&v| if v.is_nan() { f64::NAN } else { rank(v) })
        .collect()
}

/// One product after the other, in `f64`.
pub fn dot(x: &[f32], y: &[f32]) -> f64 {
    x.iter()
        .zip(y)
        .map(|(&x, &y)| f64::from(x) * f64::from(y))
        .sum()
}

fn compare_missing_last(a: f32, b: f32) -> Ordering {
    a.is_nan()
        .cmp(&b.is_nan())
        .then(a.partial_cmp(&b).unwrap_or(Ordering::Equal))
}
