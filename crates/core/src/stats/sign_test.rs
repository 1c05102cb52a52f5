//! The sign test: are there more of one sign than chance gives?

use statrs::function::beta::beta_reg;

/// The exact two-sided p-value of so many `n_negative` against `n_positive`, were both signs
/// equally likely; 1 without either. Leave zeros out of both counts.
///
/// ```text
/// k = min(n₋, n₊),  n = n₋ + n₊,  p = min(1, 2 P(X ≤ k)),  X ~ Binomial(n, ½)
/// ```
///
/// # References
///
/// Agrees with `scipy.stats.binomtest(n_negative, n, 0.5).pvalue` and R `binom.test`. The tail is
/// a regularized incomplete beta function, NIST <https://dlmf.nist.gov/8.17.E5>, so small
/// p-values keep their digits.
///
/// # Examples
///
/// ```
/// use cuvette_core::stats::sign_test::sign_test;
///
/// assert!((sign_test(5, 0) - 2.0 / 32.0).abs() < 1e-15);
/// ```
pub fn sign_test(n_negative: usize, n_positive: usize) -> f64 {
    let n_rarer = n_negative.min(n_positive);
    let n_commoner = n_negative.max(n_positive);
    if n_negative == n_positive {
        return 1.0;
    }
    // P(X ≤ k) = I_½(n − k, k + 1); both arguments are positive.
    let tail = beta_reg(n_commoner as f64, (n_rarer + 1) as f64, 0.5);
    (2.0 * tail).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::sign_test;

    /// Of the logarithms of gamma that the tail is computed by.
    const MAX_RELATIVE_ERROR: f64 = 1e-13;

    #[test]
    fn small_counts_have_the_p_values_of_the_binomial_sum() {
        let check = |n_negative, n_positive, expected: f64| {
            let found = sign_test(n_negative, n_positive);
            assert!(
                (found - expected).abs() < MAX_RELATIVE_ERROR * expected,
                "{found}"
            );
            assert_eq!(found, sign_test(n_positive, n_negative));
        };
        check(0, 0, 1.0);
        check(0, 1, 1.0);
        check(0, 10, 2.0 / 1024.0);
        check(1, 9, 2.0 * 11.0 / 1024.0);
        check(3, 3, 1.0);
        check(3, 4, 1.0);
    }
}
