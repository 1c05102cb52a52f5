//! Pearson's and Spearman's correlation of two profiles, with p-values.

use cuvette_kernels::{
    rank::{self, SortScratch},
    sums,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use statrs::function::beta::beta_reg;

use super::center::is_constant;

/// A coefficient and its two-sided p-value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correlation {
    /// From −1 to 1; NaN where it is undefined: fewer than two values, or one profile constant.
    pub coefficient: f64,
    /// Probability of one at least as far from 0, were the profiles independent; NaN where the
    /// coefficient is undefined or fewer than three values are common.
    pub p_value: f64,
    /// Number of values present in both profiles.
    pub n: usize,
}

impl Correlation {
    fn new(coefficient: f64, n: usize) -> Self {
        Self {
            coefficient,
            p_value: correlation_p_value(coefficient, n),
            n,
        }
    }
}

/// Both coefficients of one pair of profiles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairCorrelation {
    /// Pearson's r, of the values
    pub pearson: Correlation,
    /// Spearman's ρ: Pearson's r of the average ranks.
    pub spearman: Correlation,
}

/// Which coefficient to compute, where it is one of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CorrelationMethod {
    /// Pearson's r, of the values.
    #[default]
    Pearson,
    /// Spearman's ρ, of the ranks
    Spearman,
}

/// Buffers for one pair of profiles, reused from one pair to the next.
#[derive(Debug, Default)]
pub struct CorrelationScratch {
    x: Vec<f32>,
    y: Vec<f32>,
    ranks_x: Vec<f32>,
    ranks_y: Vec<f32>,
    sort: SortScratch,
}

/// Pearson's correlation of `x` and `y`.
///
/// ```text
/// r = Σ (x − x̄)(y − ȳ) / √(Σ (x − x̄)² Σ (y − ȳ)²)
/// ```
///
/// # Missing values
///
/// A pair of values is left out where either is missing.
///
/// # References
///
/// Agrees with `scipy.stats.pearsonr` and R `cor.test(use = "complete.obs")`; differs in that
/// two values give ±1 without a p-value (SciPy: p = 1), and in that p-values below 1e-300 are kept
/// as far as `f64` holds them.
///
/// # Examples
///
/// ```
/// use cuvette_core::stats::correlation::pearson;
///
/// let found = pearson(&[1.0, 2.0, 3.0, f32::NAN], &[2.0, 4.0, 6.0, 0.0]);
/// assert_eq!((found.coefficient, found.n), (1.0, 3));
/// ```
///
/// # Panics
///
/// When the lengths differ.
pub fn pearson(x: &[f32], y: &[f32]) -> Correlation {
    correlate(
        x,
        y,
        CorrelationMethod::Pearson,
        &mut CorrelationScratch::default(),
    )
}

/// Spearman's rank correlation of `x` and `y`: Pearson's r of the average ranks among the values
/// present in both.
///
/// Agrees with `scipy.stats.spearmanr(nan_policy="omit")` and with R `cor(method = "spearman",
/// use = "complete.obs")`; the p-value is SciPy's (t distribution), not R's exact one.
///
/// # Panics
///
/// When the lengths differ.
pub fn spearman(x: &[f32], y: &[f32]) -> Correlation {
    correlate(
        x,
        y,
        CorrelationMethod::Spearman,
        &mut CorrelationScratch::default(),
    )
}

/// The chosen coefficient of `x` and `y`, as [`pearson`] or [`spearman`].
///
/// # Panics
///
/// When the lengths differ.
pub fn correlate(
    x: &[f32],
    y: &[f32],
    method: CorrelationMethod,
    scratch: &mut CorrelationScratch,
) -> Correlation {
    scratch.keep_complete(x, y);
    match method {
        CorrelationMethod::Pearson => scratch.pearson_of_complete(),
        CorrelationMethod::Spearman => scratch.spearman_of_complete(),
    }
}

/// Both coefficients of `x` and `y`, as [`pearson`] and [`spearman`].
///
/// # Panics
///
/// When the lengths differ.
pub fn correlate_pair(x: &[f32], y: &[f32], scratch: &mut CorrelationScratch) -> PairCorrelation {
    scratch.keep_complete(x, y);
    PairCorrelation {
        pearson: scratch.pearson_of_complete(),
        spearman: scratch.spearman_of_complete(),
    }
}

/// The two-sided p-value of a correlation of `n` pairs, were the variables independent and
/// normal.
///
/// ```text
/// t = r √((n − 2) / (1 − r²)),  p = 2 P(T > |t|) = I_{1 − r²}((n − 2) / 2, ½)
/// ```
///
/// NaN where the coefficient is NaN or n < 3; 0 only for r = ±1 and below about 1e-320.
///
/// # References
///
/// Agrees with the p-values of `scipy.stats.pearsonr` and `scipy.stats.spearmanr` where those are
/// not 0. Fisher 1915, <https://doi.org/10.1093/biomet/10.4.507>.
pub fn correlation_p_value(coefficient: f64, n: usize) -> f64 {
    if coefficient.is_nan() || n < 3 {
        return f64::NAN;
    }
    // (1 − r)(1 + r) keeps the digits of 1 − r² where r is close to ±1.
    let unexplained = ((1.0 - coefficient) * (1.0 + coefficient)).clamp(0.0, 1.0);
    beta_reg((n - 2) as f64 / 2.0, 0.5, unexplained)
}

impl CorrelationScratch {
    /// Copies the pairs of values of which neither is missing.
    fn keep_complete(&mut self, x: &[f32], y: &[f32]) {
        assert_eq!(x.len(), y.len(), "profiles over the same genes");
        self.x.clear();
        self.y.clear();
        if x.iter().chain(y).any(|value| value.is_nan()) {
            for (&x, &y) in x.iter().zip(y) {
                if !x.is_nan() && !y.is_nan() {
                    self.x.push(x);
                    self.y.push(y);
                }
            }
        } else {
            self.x.extend_from_slice(x);
            self.y.extend_from_slice(y);
        }
    }

    /// Pearson's r of what [`Self::keep_complete`] kept.
    fn pearson_of_complete(&self) -> Correlation {
        Correlation::new(coefficient(&self.x, &self.y), self.x.len())
    }

    /// Spearman's ρ of what [`Self::keep_complete`] kept.
    fn spearman_of_complete(&mut self) -> Correlation {
        let n = self.x.len();
        self.ranks_x.resize(n, 0.0);
        self.ranks_y.resize(n, 0.0);
        rank::average_ranks(&self.x, &mut self.sort, &mut self.ranks_x);
        rank::average_ranks(&self.y, &mut self.sort, &mut self.ranks_y);
        Correlation::new(coefficient(&self.ranks_x, &self.ranks_y), n)
    }
}

/// Pearson's r of values none of which is missing, in two passes; NaN where undefined.
fn coefficient(x: &[f32], y: &[f32]) -> f64 {
    // Rounding in the mean could give a constant profile a tiny variance: ask the values.
    if x.len() < 2 || is_constant(x) || is_constant(y) {
        return f64::NAN;
    }
    let n = x.len() as f64;
    let moments = sums::moments_about(x, y, sums::sum(x) / n, sums::sum(y) / n);
    // One root of the product: exactly ±1 for a profile with itself, and in range for any `f32`.
    (moments.xy / (moments.xx * moments.yy).sqrt()).clamp(-1.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::{CorrelationScratch, correlate_pair, correlation_p_value, pearson, spearman};
    use proptest::prelude::*;

    #[test]
    fn too_few_or_constant_values_leave_the_coefficient_undefined() {
        for (x, y) in [
            (&[][..], &[][..]),
            (&[1.0][..], &[2.0][..]),
            (&[0.1, 0.1, 0.1, 0.1][..], &[1.0, 2.0, 3.0, 4.0][..]),
            (&[1.0, f32::NAN, 2.0][..], &[f32::NAN, 1.0, 7.0][..]),
        ] {
            for found in [pearson(x, y), spearman(x, y)] {
                assert!(found.coefficient.is_nan() && found.p_value.is_nan());
            }
        }
    }

    #[test]
    fn two_values_have_a_coefficient_and_no_p_value() {
        let found = pearson(&[1.0, 2.0], &[5.0, 3.0]);
        assert_eq!((found.coefficient, found.n), (-1.0, 2));
        assert!(found.p_value.is_nan());
    }

    #[test]
    fn a_perfect_correlation_has_p_zero_and_none_has_p_one() {
        assert_eq!(correlation_p_value(1.0, 5), 0.0);
        assert_eq!(correlation_p_value(-1.0, 5), 0.0);
        assert_eq!(correlation_p_value(0.0, 5), 1.0);
    }

    proptest! {
        #[test]
        fn pearson_is_symmetric_and_scale_free(
            pairs in proptest::collection::vec((-100_i16..100, -100_i16..100), 3..60),
        ) {
            let x: Vec<f32> = pairs.iter().map(|p| f32::from(p.0)).collect();
            let y: Vec<f32> = pairs.iter().map(|p| f32::from(p.1)).collect();
            // Powers of two and small integers: the scaled values are exact.
            let scaled: Vec<f32> = x.iter().map(|x| 5.0 - 4.0 * x).collect();
            let (r, turned, negated) = (pearson(&x, &y), pearson(&y, &x), pearson(&scaled, &y));
            if r.coefficient.is_nan() {
                prop_assert!(turned.coefficient.is_nan() && negated.coefficient.is_nan());
            } else {
                prop_assert_eq!(r.coefficient, turned.coefficient);
                prop_assert!((r.coefficient + negated.coefficient).abs() < 1e-14);
                prop_assert!((-1.0..=1.0).contains(&r.coefficient));
                prop_assert!((0.0..=1.0).contains(&r.p_value));
            }
        }

        #[test]
        fn spearman_is_unchanged_by_a_rising_function(
            pairs in proptest::collection::vec((-20_i8..20, -20_i8..20), 3..60),
        ) {
            let x: Vec<f32> = pairs.iter().map(|p| f32::from(p.0)).collect();
            let y: Vec<f32> = pairs.iter().map(|p| f32::from(p.1)).collect();
            let cubed: Vec<f32> = x.iter().map(|x| x * x * x).collect();
            let (rho, same) = (spearman(&x, &y), spearman(&cubed, &y));
            prop_assert_eq!(rho.coefficient.to_bits(), same.coefficient.to_bits());
        }

        #[test]
        fn both_at_once_equal_each_alone(
            pairs in proptest::collection::vec((-20_i8..20, -20_i8..20), 0..60),
        ) {
            let value = |v: i8| if v == 0 { f32::NAN } else { f32::from(v) };
            let x: Vec<f32> = pairs.iter().map(|p| value(p.0)).collect();
            let y: Vec<f32> = pairs.iter().map(|p| value(p.1)).collect();
            let mut scratch = CorrelationScratch::default();
            correlate_pair(&[1.0; 70], &[2.0; 70], &mut scratch);
            let both = correlate_pair(&x, &y, &mut scratch);
            let bits = |r: f64| r.to_bits();
            prop_assert_eq!(bits(both.pearson.coefficient), bits(pearson(&x, &y).coefficient));
            prop_assert_eq!(bits(both.spearman.coefficient), bits(spearman(&x, &y).coefficient));
        }
    }
}
