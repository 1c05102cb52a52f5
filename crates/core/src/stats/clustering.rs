//! Order of things by how alike they are: the leaves of an average-linkage tree.

use super::linkage::{Linkage, Merge, linkage};
use crate::{context::Context, error::AnalysisError};

/// Order of `n` things whose distances are given, so that those alike stand together.
///
/// `distance(i, j)` is asked for `i < j`. The tree is built by average linkage (UPGMA); of two
/// branches, the one that holds the lowest index comes first, so the order depends on the distances
/// alone.
///
/// # Missing values
///
/// A distance that is NaN counts as the largest that is known.
///
/// # Errors
///
/// Only [`AnalysisError::Cancelled`].
///
/// # Complexity
///
/// `n² / 2` distances in memory, time in `n²`.
///
/// # References
///
/// Tree as `scipy.cluster.hierarchy.linkage(method="average")`; unlike `leaves_list`, branches
/// stand by their lowest index.
///
/// # Examples
///
/// ```
/// use cuvette_core::{context::quietly, stats::clustering::leaf_order};
///
/// let at = [0.0_f64, 9.0, 0.5, 9.25];
/// let order = quietly(|context| leaf_order(4, |i, j| (at[i] - at[j]).abs(), context))?;
/// assert_eq!(order, [0, 2, 1, 3]);
/// # Ok::<(), cuvette_core::AnalysisError>(())
/// ```
pub fn leaf_order(
    n: usize,
    distance: impl Fn(usize, usize) -> f64,
    context: &Context,
) -> Result<Vec<usize>, AnalysisError> {
    if n < 3 {
        return Ok((0..n).collect());
    }
    let mut distances = Vec::with_capacity(n * (n - 1) / 2);
    for i in 0..n {
        context.check_cancelled()?;
        distances.extend((i + 1..n).map(|j| distance(i, j)));
    }
    let tree = linkage(n, distances, Linkage::Average, context)?;
    Ok(leaves(n, &tree))
}

/// Leaves of the tree of `n > 0` things, branch with the lowest index first.
pub fn leaves(n: usize, tree: &[Merge]) -> Vec<usize> {
    // Leaves are clusters 0 … n − 1; each merge makes the next one.
    let mut lowest: Vec<usize> = (0..n).collect();
    let mut branches: Vec<[usize; 2]> = Vec::with_capacity(n);
    for &Merge { a, b, .. } in tree {
        // INVARIANT: a merge joins clusters made before it.
        let ordered = if lowest[a] < lowest[b] {
            [a, b]
        } else {
            [b, a]
        };
        lowest.push(lowest[ordered[0]]);
        branches.push(ordered);
    }
    let mut order = Vec::with_capacity(n);
    let mut waiting = vec![lowest.len() - 1];
    while let Some(cluster) = waiting.pop() {
        match cluster.checked_sub(n) {
            // INVARIANT: cluster n + k was made by merge k.
            Some(merge) => waiting.extend(branches[merge].iter().rev()),
            None => order.push(cluster),
        }
    }
    order
}

/// The cluster of each thing where the tree is cut into `n_clusters`, numbered from 1 in the order
/// of the leaves; of fewer things each is its own cluster.
pub fn clusters_of(order: &[usize], tree: &[Merge], n_clusters: usize) -> Vec<usize> {
    let n = order.len();
    // The merges that are left make the clusters; merges stand lowest first.
    let n_kept = n.saturating_sub(n_clusters.max(1));
    let mut parents: Vec<usize> = (0..n + n_kept).collect();
    for (made, merge) in (n..).zip(tree.iter().take(n_kept)) {
        // INVARIANT: a merge joins clusters made before it.
        parents[merge.a] = made;
        parents[merge.b] = made;
    }
    let top = |mut cluster: usize| {
        while parents[cluster] != cluster {
            cluster = parents[cluster];
        }
        cluster
    };
    let mut numbers = vec![0; n];
    let mut last = None;
    let mut number = 0;
    for &thing in order {
        let cluster = top(thing);
        if last != Some(cluster) {
            number += 1;
            last = Some(cluster);
        }
        numbers[thing] = number;
    }
    numbers
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::context::quietly;

    fn leaf_order(n: usize, distance: impl Fn(usize, usize) -> f64) -> Vec<usize> {
        quietly(|context| super::leaf_order(n, distance, context)).expect("not cancelled")
    }

    #[test]
    fn alike_things_stand_together_and_missing_distances_do_not_panic() {
        let at = [5.0_f64, 0.0, 5.1, 0.1, 5.2];
        let order = leaf_order(5, |i, j| (at[i] - at[j]).abs());
        assert_eq!(order, [0, 2, 4, 1, 3]);
        assert_eq!(leaf_order(4, |_, _| f64::NAN), [0, 1, 2, 3]);
        assert_eq!(leaf_order(2, |_, _| 1.0), [0, 1]);
    }

    proptest! {
        #[test]
        fn every_thing_stands_once(at in proptest::collection::vec(0.0_f64..10.0, 0..40)) {
            let mut order = leaf_order(at.len(), |i, j| (at[i] - at[j]).abs());
            order.sort_unstable();
            prop_assert_eq!(order, (0..at.len()).collect::<Vec<_>>());
        }
    }
}
