//! The Wilcoxon rank sum test of two groups, by Mann and Whitney's U.

use std::collections::BTreeMap;

use cuvette_kernels::rank::{SortScratch, sort_with_index};
use statrs::function::erf::erfc;

/// Up to this size of the smaller group, and without ties, the p-value is exact: SciPy's rule.
pub const EXACT_UP_TO: usize = 8;

/// U of the second group, and its p-value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannWhitney {
    /// Pairs of one value of each group in which that of the second is larger, equal ones half;
    /// NaN where a group has no values.
    pub u: f64,
    /// Two-sided.
    pub p_value: f64,
}

/// Buffers, and the exact distributions seen so far, reused from one test to the next.
#[derive(Debug, Default)]
pub struct MannWhitneyScratch {
    values: Vec<f32>,
    sort: SortScratch,
    /// P(U ≤ u) for u up to the middle, by the sizes of the smaller and the larger group.
    tails: BTreeMap<[usize; 2], Vec<f64>>,
}

/// Tests whether values of one group are larger than those of the other, none missing.
///
/// Exact where the smaller group has at most [`EXACT_UP_TO`] values and no two values are equal;
/// else by the normal approximation, with the correction for ties and for continuity:
///
/// ```text
/// z = (max(U, n_a n_b − U) − n_a n_b / 2 − ½) / σ,  p = min(1, 2 P(Z > z))
/// σ² = n_a n_b / 12 ((n + 1) − Σ (t³ − t) / (n (n − 1))),  t equal values, n = n_a + n_b
/// ```
///
/// # References
///
/// Agrees with `scipy.stats.mannwhitneyu(b, a)` and its `method="auto"`. R `wilcox.test` is exact
/// up to 49 values instead of 8, and elsewhere the same. Mann & Whitney 1947,
/// <https://doi.org/10.1214/aoms/1177730491>.
///
/// # Examples
///
/// ```
/// use cuvette_core::stats::mann_whitney::mann_whitney;
///
/// let found = mann_whitney(&[1.0, 2.0], &[3.0, 4.0], &mut Default::default());
/// assert_eq!(found.u, 4.0);
/// assert!((found.p_value - 1.0 / 3.0).abs() < 1e-15);
/// ```
pub fn mann_whitney(a: &[f32], b: &[f32], scratch: &mut MannWhitneyScratch) -> MannWhitney {
    let (n_a, n_b) = (a.len(), b.len());
    if n_a == 0 || n_b == 0 {
        return MannWhitney {
            u: f64::NAN,
            p_value: f64::NAN,
        };
    }
    scratch.values.clear();
    scratch.values.extend_from_slice(a);
    scratch.values.extend_from_slice(b);
    let sorted = sort_with_index(&scratch.values, &mut scratch.sort);
    let (mut rank_sum, mut tie_term, mut start) = (0.0, 0.0, 0);
    while start < sorted.len() {
        let end = sorted.run_end(start);
        let rank = (start + 1 + end) as f64 / 2.0;
        let n_second = (start..end).filter(|&at| sorted.index(at) >= n_a).count();
        rank_sum += rank * n_second as f64;
        let n_equal = (end - start) as f64;
        tie_term += n_equal.powi(3) - n_equal;
        start = end;
    }
    let u = rank_sum - (n_b * (n_b + 1)) as f64 / 2.0;
    let n_pairs = (n_a * n_b) as f64;
    let p_value = if n_a.min(n_b) <= EXACT_UP_TO && tie_term == 0.0 {
        let sizes = [n_a.min(n_b), n_a.max(n_b)];
        let tails = scratch.tails.entry(sizes);
        let tails = tails.or_insert_with(|| exact_tails(sizes));
        // INVARIANT: without ties U is whole, and the smaller one is not above the middle.
        2.0 * tails[u.min(n_pairs - u) as usize]
    } else {
        let n = (n_a + n_b) as f64;
        let sigma = (n_pairs / 12.0 * ((n + 1.0) - tie_term / (n * (n - 1.0)))).sqrt();
        let z = (u.max(n_pairs - u) - n_pairs / 2.0 - 0.5) / sigma;
        erfc(z * std::f64::consts::FRAC_1_SQRT_2)
    };
    MannWhitney {
        u,
        p_value: p_value.min(1.0),
    }
}

/// P(U ≤ u) for u from 0 to the middle, were both groups drawn alike.
///
/// The number of arrangements with each U are the coefficients of the Gaussian binomial
/// ∏ (1 − qⁿ⁺ⁱ) / (1 − qⁱ), i = 1 … m: after each factor they are counts again, so that nothing
/// cancels.
fn exact_tails([n_smaller, n_larger]: [usize; 2]) -> Vec<f64> {
    let length = n_smaller * n_larger / 2 + 1;
    let mut counts = vec![0.0; length];
    counts[0] = 1.0;
    let mut n_arrangements = 1.0;
    for i in 1..=n_smaller {
        let shift = n_larger + i;
        for u in (shift..length).rev() {
            counts[u] -= counts[u - shift];
        }
        for u in i..length {
            counts[u] += counts[u - i];
        }
        n_arrangements *= shift as f64 / i as f64;
    }
    let mut sum = 0.0;
    for count in &mut counts {
        sum += *count;
        *count = sum / n_arrangements;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::{MannWhitneyScratch, exact_tails, mann_whitney};

    #[test]
    fn all_equal_values_say_nothing() {
        let found = mann_whitney(&[1.0; 3], &[1.0; 4], &mut MannWhitneyScratch::default());
        assert_eq!((found.u, found.p_value), (6.0, 1.0));
    }

    #[test]
    fn an_empty_group_cannot_be_tested() {
        let found = mann_whitney(&[], &[1.0], &mut MannWhitneyScratch::default());
        assert!(found.u.is_nan() && found.p_value.is_nan());
    }

    #[test]
    fn swapping_the_groups_mirrors_u_and_keeps_p() {
        let (a, b) = ([1.0, 5.0, 2.0, 8.0], [3.0, 9.0, 10.0]);
        let mut scratch = MannWhitneyScratch::default();
        let (found, swapped) = (
            mann_whitney(&a, &b, &mut scratch),
            mann_whitney(&b, &a, &mut scratch),
        );
        assert_eq!(found.u + swapped.u, 12.0);
        assert_eq!(found.p_value, swapped.p_value);
    }

    /// The arrangements of two and three values, counted by hand: 1, 1, 2, 2 of ten.
    #[test]
    fn exact_tails_are_counted_arrangements() {
        let found = exact_tails([2, 3]);
        for (found, expected) in found.iter().zip([0.1, 0.2, 0.4, 0.6]) {
            assert!((found - expected).abs() < 1e-15);
        }
        assert_eq!(found.len(), 4);
    }
}
