//! Order of things by how alike they are: the leaves of an average-linkage tree.

use kodama::{Dendrogram, Method, linkage};

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
/// # Complexity
///
/// `n² / 2` distances in memory, time in `n²`.
///
/// # References
///
/// Tree as `scipy.cluster.hierarchy.linkage(method="average")`, Müllner 2011,
/// <https://arxiv.org/abs/1109.2378>; unlike `leaves_list`, branches stand by their lowest index.
///
/// # Examples
///
/// ```
/// use cuvette_core::stats::clustering::leaf_order;
///
/// let at = [0.0_f64, 9.0, 0.5, 9.25];
/// assert_eq!(leaf_order(4, |i, j| (at[i] - at[j]).abs()), [0, 2, 1, 3]);
/// ```
pub fn leaf_order(n: usize, distance: impl Fn(usize, usize) -> f64) -> Vec<usize> {
    if n < 3 {
        return (0..n).collect();
    }
    let mut distances: Vec<f64> = (0..n)
        .flat_map(|i| (i + 1..n).map(move |j| (i, j)))
        .map(|(i, j)| distance(i, j))
        .collect();
    let largest = distances.iter().copied().fold(0.0, f64::max);
    for distance in &mut distances {
        if distance.is_nan() {
            *distance = largest;
        }
    }
    leaves(n, &linkage(&mut distances, n, Method::Average))
}

/// Leaves of the tree, branch with the lowest index first.
fn leaves(n: usize, tree: &Dendrogram<f64>) -> Vec<usize> {
    // Leaves are clusters 0 … n − 1; each step makes the next one.
    let mut lowest: Vec<usize> = (0..n).collect();
    let mut branches: Vec<[usize; 2]> = Vec::with_capacity(n);
    for step in tree.steps() {
        let [a, b] = [step.cluster1, step.cluster2];
        // INVARIANT: a step joins clusters made before it.
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
            // INVARIANT: cluster n + k was made by step k.
            Some(step) => waiting.extend(branches[step].iter().rev()),
            None => order.push(cluster),
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::leaf_order;
    use proptest::prelude::*;

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
