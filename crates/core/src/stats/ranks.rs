//! Ranks of values, for rank correlation and rank tests.

use cuvette_kernels::rank::{self, SortScratch};

/// The rank of each value, from 1; equal values share the mean of their ranks.
///
/// # Missing values
///
/// They have no rank, NaN, and are passed over in ranking the others.
///
/// # References
///
/// Agrees with `scipy.stats.rankdata(method="average", nan_policy="omit")` and with R
/// `rank(ties.method = "average", na.last = "keep")`.
///
/// # Examples
///
/// ```
/// use cuvette_core::stats::ranks::average_ranks;
///
/// assert_eq!(average_ranks(&[0.5, -2.0, 0.5]), [2.5, 1.0, 2.5]);
/// ```
pub fn average_ranks(values: &[f32]) -> Vec<f32> {
    let mut ranks = vec![0.0; values.len()];
    rank::average_ranks(values, &mut SortScratch::default(), &mut ranks);
    ranks
}

/// The indices that sort `values` ascending: missing ones last, equal ones by index.
///
/// Agrees with `numpy.argsort(values, stable=True)`.
pub fn argsort(values: &[f32]) -> Vec<u32> {
    rank::argsort(values, &mut SortScratch::default())
}

/// The indices that sort `values` descending: missing ones last, equal ones by index.
pub fn argsort_descending(values: &[f32]) -> Vec<u32> {
    let negated: Vec<f32> = values.iter().map(|&value| -value).collect();
    argsort(&negated)
}

#[cfg(test)]
mod tests {
    use super::{argsort, argsort_descending};

    #[test]
    fn both_orders_keep_ties_by_index_and_missing_last() {
        let values = [1.0, f32::NAN, 3.0, 1.0, 3.0, -0.0, 0.0];
        assert_eq!(argsort(&values), [5, 6, 0, 3, 2, 4, 1]);
        assert_eq!(argsort_descending(&values), [2, 4, 0, 3, 5, 6, 1]);
    }
}
