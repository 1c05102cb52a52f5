//! Adjusting p-values for the number of tests.

use cuvette_kernels::sort::order_of_floats;

/// The adjusted p-values of Benjamini and Hochberg: the smallest false discovery rate at which
/// each test is called.
///
/// ```text
/// q(i) = min over j ≥ i of min(1, n p(j) / j),  p(1) ≤ … ≤ p(n)
/// ```
///
/// # Missing values
///
/// A missing p-value stays missing and does not count in n.
///
/// # References
///
/// Agrees with R `p.adjust(method = "BH")`. Benjamini & Hochberg 1995,
/// <https://doi.org/10.1111/j.2517-6161.1995.tb02031.x>.
///
/// # Examples
///
/// ```
/// use cuvette_core::stats::multiple_testing::benjamini_hochberg;
///
/// assert_eq!(benjamini_hochberg(&[0.5, 0.01, 0.5]), [0.5, 0.03, 0.5]);
/// ```
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let order = order_of_floats(p_values);
    let n = order.len() as f64;
    let mut adjusted = vec![f64::NAN; p_values.len()];
    let mut smallest = 1.0_f64;
    for (below, test) in order.iter().map(|&test| test as usize).enumerate().rev() {
        smallest = smallest.min(n / (below + 1) as f64 * p_values[test]);
        adjusted[test] = smallest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::benjamini_hochberg;
    use proptest::prelude::*;

    #[test]
    fn missing_p_values_stay_missing_and_do_not_count() {
        let found = benjamini_hochberg(&[0.04, f64::NAN, 0.01]);
        assert_eq!([found[0], found[2]], [0.04, 0.02]);
        assert!(found[1].is_nan());
        assert!(benjamini_hochberg(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn adjusted_values_keep_the_order_and_are_not_below_the_p_values(
            p_values in proptest::collection::vec(0.0_f64..=1.0, 1..50),
        ) {
            let adjusted = benjamini_hochberg(&p_values);
            for (i, &p) in p_values.iter().enumerate() {
                prop_assert!(adjusted[i] >= p && adjusted[i] <= 1.0);
                for (j, &other) in p_values.iter().enumerate() {
                    prop_assert!(p > other || adjusted[i] <= adjusted[j]);
                }
            }
        }
    }
}
