//! Quantiles and percentiles, by linear interpolation.

use cuvette_kernels::sort::sort_floats;

/// The quantile at `probability` (0 to 1) of values in ascending order, none missing.
///
/// ```text
/// h = (n − 1) p,  lo = ⌊h⌋,  q = x[lo] + (h − lo) (x[lo + 1] − x[lo])
/// ```
///
/// NaN without values.
///
/// # References
///
/// Type 7 of Hyndman & Fan 1996, <https://doi.org/10.2307/2684934>. Agrees bit for bit with
/// `numpy.quantile(method="linear")`, and with R `quantile(type = 7)` up to rounding.
///
/// # Examples
///
/// ```
/// use cuvette_core::stats::quantile::quantile_of_sorted;
///
/// assert_eq!(quantile_of_sorted(&[1.0, 2.0, 3.0, 4.0], 0.25), 1.75);
/// ```
pub fn quantile_of_sorted(sorted: &[f64], probability: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let position = (last as f64 * probability).clamp(0.0, last as f64);
    let low = position as usize;
    let high = (low + 1).min(last);
    // INVARIANT: `low <= high <= last`, since the position is clamped.
    interpolate(sorted[low], sorted[high], position - low as f64)
}

/// The quantiles of `values` at each of `probabilities`; NaN where no value is present.
///
/// Missing values are passed over: agrees with `numpy.nanquantile`.
pub fn quantiles(values: &[f64], probabilities: &[f64]) -> Vec<f64> {
    let sorted = sorted_present(values.iter().copied());
    probabilities
        .iter()
        .map(|&probability| quantile_of_sorted(&sorted, probability))
        .collect()
}

/// As [`quantiles`], of stored values; the interpolation is in `f64`.
pub fn quantiles_f32(values: &[f32], probabilities: &[f64]) -> Vec<f64> {
    let sorted = sorted_present(values.iter().map(|&value| f64::from(value)));
    probabilities
        .iter()
        .map(|&probability| quantile_of_sorted(&sorted, probability))
        .collect()
}

/// The values that are not missing, ascending.
pub fn sorted_present(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.filter(|value| !value.is_nan()).collect();
    sort_floats(&mut sorted);
    sorted
}

/// Between `low` and `high`, exact at both ends and monotone: numpy's `_lerp`.
pub(crate) fn interpolate(low: f64, high: f64, fraction: f64) -> f64 {
    if low == high {
        // Equal infinities have no difference to interpolate by.
        return low;
    }
    let difference = high - low;
    if fraction < 0.5 {
        low + difference * fraction
    } else {
        high - difference * (1.0 - fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::{quantiles, quantiles_f32};
    use proptest::prelude::*;

    #[test]
    fn missing_values_are_passed_over() {
        let values = [f32::NAN, 4.0, 1.0, f32::NAN, 3.0, 2.0];
        assert_eq!(quantiles_f32(&values, &[0.0, 0.5, 1.0]), [1.0, 2.5, 4.0]);
    }

    #[test]
    fn no_value_has_no_quantile() {
        assert!(quantiles(&[], &[0.5])[0].is_nan());
        assert!(quantiles(&[f64::NAN], &[0.5])[0].is_nan());
    }

    #[test]
    fn equal_infinities_are_a_quantile_too() {
        assert_eq!(quantiles(&[f64::INFINITY; 3], &[0.3]), [f64::INFINITY]);
    }

    proptest! {
        #[test]
        fn quantiles_rise_with_probability_and_stay_within_the_range(
            values in proptest::collection::vec(-1e6_f64..1e6, 1..60),
            mut probabilities in proptest::collection::vec(0.0_f64..=1.0, 1..10),
        ) {
            probabilities.sort_by(f64::total_cmp);
            let found = quantiles(&values, &probabilities);
            prop_assert!(found.is_sorted());
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            prop_assert!(found.iter().all(|q| (low..=high).contains(q)));
        }
    }
}
