//! Location and spread of one row or column: what centering and scaling subtract and divide by.
//!
//! Every function passes over missing values and gives NaN where too few are left.

use cuvette_kernels::{sort::nth_smallest, sums};

use super::quantile::interpolate;

/// Makes the median absolute deviation of normal data estimate their standard deviation; R's
/// rounded constant (1.4826, not 1.482602…), so that results agree with R `mad`.
pub const MAD_CONSTANT: f64 = 1.4826;

/// The arithmetic mean; NaN without values. Agrees with `numpy.nanmean`.
pub fn mean(values: &[f32]) -> f64 {
    with_present(values, |present| sums::sum(present) / present.len() as f64)
}

/// The sample standard deviation, with n − 1; NaN below two values. Agrees with R `sd` and
/// `numpy.nanstd(ddof=1)`. Exactly 0 where all values are equal.
pub fn standard_deviation(values: &[f32]) -> f64 {
    with_present(values, |present| {
        if present.len() < 2 {
            return f64::NAN;
        }
        if is_constant(present) {
            return 0.0;
        }
        let mean = sums::sum(present) / present.len() as f64;
        (sums::sum_of_squares_about(present, mean) / (present.len() - 1) as f64).sqrt()
    })
}

/// The middle value, or the mean of the two middle ones; NaN without values. Agrees with R
/// `median` and `numpy.nanmedian`.
///
/// ```
/// assert_eq!(cuvette_core::stats::center::median(&[3.0, f32::NAN, 1.0]), 2.0);
/// ```
pub fn median(values: &[f32]) -> f64 {
    let present = values.iter().filter(|value| !value.is_nan());
    median_of_present(&present.map(|&value| f64::from(value)).collect::<Vec<_>>())
}

/// The median absolute deviation from the median, times [`MAD_CONSTANT`]; NaN without values.
///
/// Agrees with R `mad` (Hampel 1974, <https://doi.org/10.1080/01621459.1974.10482962>);
/// `scipy.stats.median_abs_deviation` leaves the constant out.
pub fn median_absolute_deviation(values: &[f32]) -> f64 {
    let center = median(values);
    let present = values.iter().filter(|value| !value.is_nan());
    let deviations = present.map(|&value| (f64::from(value) - center).abs());
    MAD_CONSTANT * median_of_present(&deviations.collect::<Vec<_>>())
}

/// Whether all values are equal: nothing varies, and nothing can be divided by. True of one value
/// and of none.
pub fn is_constant(values: &[f32]) -> bool {
    values
        .first()
        .is_none_or(|first| values.iter().all(|value| value == first))
}

/// The median of values none of which is missing.
fn median_of_present(values: &[f64]) -> f64 {
    let at = |n_before| nth_smallest(values, n_before).unwrap_or(f64::NAN);
    let middle = values.len() / 2;
    if values.is_empty() || values.len() % 2 == 1 {
        at(middle)
    } else {
        interpolate(at(middle - 1), at(middle), 0.5)
    }
}

/// Hands the values that are not missing to `compute`, copied only if some are.
fn with_present(values: &[f32], compute: impl FnOnce(&[f32]) -> f64) -> f64 {
    if values.iter().any(|value| value.is_nan()) {
        let present: Vec<f32> = values.iter().copied().filter(|v| !v.is_nan()).collect();
        compute(&present)
    } else {
        compute(values)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{mean, median, median_absolute_deviation, standard_deviation};
    use crate::stats::quantile::quantiles_f32;

    #[test]
    fn missing_values_are_passed_over() {
        let values = [1.0, f32::NAN, 2.0, 6.0];
        assert_eq!(mean(&values), 3.0);
        assert_eq!(median(&values), 2.0);
        assert_eq!(standard_deviation(&values), 7.0_f64.sqrt());
        assert_eq!(median_absolute_deviation(&values), 1.4826);
    }

    #[test]
    fn too_few_values_have_no_center_or_spread() {
        assert!(mean(&[]).is_nan());
        assert!(median(&[f32::NAN]).is_nan());
        assert!(standard_deviation(&[1.0]).is_nan());
        assert!(median_absolute_deviation(&[]).is_nan());
    }

    #[test]
    fn equal_values_have_exactly_no_spread() {
        assert_eq!(standard_deviation(&[0.1; 7]), 0.0);
        assert_eq!(median_absolute_deviation(&[0.1; 7]), 0.0);
    }

    proptest! {
        #[test]
        fn the_median_is_the_quantile_at_one_half(
            values in proptest::collection::vec(-9.0_f32..9.0, 1..40),
        ) {
            prop_assert_eq!(median(&values), quantiles_f32(&values, &[0.5])[0]);
        }
    }
}
