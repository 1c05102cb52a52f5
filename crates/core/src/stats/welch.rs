//! Welch's t test of two groups, and the moments that it and others start from.

use cuvette_kernels::sums;

use super::{center::is_constant, student_t::two_sided_p_value};

/// Number, mean and spread of the values of one group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupMoments {
    /// Number of values.
    pub n: usize,
    /// Their mean; NaN without values.
    pub mean: f64,
    /// Sum of squared deviations from the mean; exactly 0 where all values are equal.
    pub squares: f64,
}

/// A difference between two groups, tested.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TTest {
    /// Positive where the second group has the larger mean; infinite where nothing varies but the
    /// means differ, NaN where it is undefined.
    pub t: f64,
    /// Degrees of freedom; NaN where there are none.
    pub df: f64,
    /// Two-sided.
    pub p_value: f64,
}

impl GroupMoments {
    /// The moments of values none of which is missing.
    pub fn of(values: &[f32]) -> Self {
        let n = values.len();
        let mean = sums::sum(values) / n as f64;
        // Rounding in the mean could give equal values a tiny variance: ask the values.
        let squares = if is_constant(values) {
            0.0
        } else {
            sums::sum_of_squares_about(values, mean)
        };
        Self { n, mean, squares }
    }

    /// Variance of the mean; NaN below two values.
    fn variance_of_mean(self) -> f64 {
        if self.n < 2 {
            return f64::NAN;
        }
        self.squares / ((self.n - 1) * self.n) as f64
    }
}

/// Welch's test of the difference of two means, for groups that may vary differently.
///
/// ```text
/// t = (mean b − mean a) / √(v_a + v_b),  v = variance / n
/// df = (v_a + v_b)² / (v_a² / (n_a − 1) + v_b² / (n_b − 1))
/// ```
///
/// # Missing values
///
/// NaN throughout where a group has fewer than two values. Where neither group varies, t is
/// infinite with p = 0, or NaN where the means are equal too; the degrees of freedom are NaN then.
///
/// # References
///
/// Agrees with `scipy.stats.ttest_ind(b, a, equal_var=False)`, which writes 1 for degrees of
/// freedom that are undefined, and with R `t.test(b, a)`, which refuses data that do not vary.
/// Welch 1947, <https://doi.org/10.1093/biomet/34.1-2.28>.
///
/// # Examples
///
/// ```
/// use cuvette_core::stats::welch::{GroupMoments, welch_t_test};
///
/// let found = welch_t_test(GroupMoments::of(&[1.0, 3.0]), GroupMoments::of(&[4.0, 6.0]));
/// assert!((found.t - 3.0 / 2.0_f64.sqrt()).abs() < 1e-15);
/// assert_eq!(found.df, 2.0);
/// ```
pub fn welch_t_test(a: GroupMoments, b: GroupMoments) -> TTest {
    let (v_a, v_b) = (a.variance_of_mean(), b.variance_of_mean());
    let t = (b.mean - a.mean) / (v_a + v_b).sqrt();
    if t.is_infinite() {
        return TTest {
            t,
            df: f64::NAN,
            p_value: 0.0,
        };
    }
    let df =
        (v_a + v_b).powi(2) / (v_a * v_a / (a.n as f64 - 1.0) + v_b * v_b / (b.n as f64 - 1.0));
    TTest {
        t,
        df: if t.is_nan() { f64::NAN } else { df },
        p_value: two_sided_p_value(t, df),
    }
}

#[cfg(test)]
mod tests {
    use super::{GroupMoments, welch_t_test};

    fn test(a: &[f32], b: &[f32]) -> super::TTest {
        welch_t_test(GroupMoments::of(a), GroupMoments::of(b))
    }

    #[test]
    fn groups_that_do_not_vary_differ_infinitely_or_not_at_all() {
        let found = test(&[0.1, 0.1, 0.1], &[0.3, 0.3]);
        assert_eq!((found.t, found.p_value), (f64::INFINITY, 0.0));
        assert!(found.df.is_nan());
        let found = test(&[0.1, 0.1, 0.1], &[0.1, 0.1]);
        assert!(found.t.is_nan() && found.df.is_nan() && found.p_value.is_nan());
    }

    #[test]
    fn one_group_that_varies_is_enough() {
        let found = test(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]);
        assert!((found.t - 3.0_f64.sqrt()).abs() < 1e-15);
        assert_eq!(found.df, 2.0);
    }

    #[test]
    fn a_group_of_one_cannot_be_tested() {
        let found = test(&[1.0], &[1.0, 2.0]);
        assert!(found.t.is_nan() && found.df.is_nan() && found.p_value.is_nan());
        assert!(test(&[], &[1.0, 2.0]).t.is_nan());
    }
}
