//! Trees of things by how far apart they are.
//!
//! How this works: from any cluster, walk to its nearest one, from there to the nearest of that,
//! and so on until two are nearest to each other. For the linkages here these two would be merged
//! sooner or later whatever else happens, so they are merged at once, and the walk goes on from
//! what is left of it. In the end the merges are sorted by height. All takes `n²` steps.
//!
//! Distances of clusters that are merged away become infinite, so that the inner loops need not ask
//! who is still there; when many are gone the matrix is packed anew.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{context::Context, error::AnalysisError};

/// How far apart two clusters are.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Linkage {
    /// As far as their two nearest members.
    Single,
    /// As far as their two farthest members.
    Complete,
    /// The mean over all pairs of members (UPGMA).
    #[default]
    Average,
    /// By how much merging them would increase the sum of squares within clusters; distances are
    /// Euclidean.
    Ward,
}

/// Two clusters become one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Merge {
    /// The cluster with the lower number: below `n` a single thing, `n + k` what merge `k` made.
    pub a: usize,
    /// The other one.
    pub b: usize,
    /// How far apart the two were.
    pub height: f64,
    /// Things in both together.
    pub size: usize,
}

/// The `n − 1` merges of `n` things, lowest first.
///
/// `distances` are those of all `i < j`, row by row: `(0, 1)`, `(0, 2)`, …, `(1, 2)`, … Of clusters
/// equally near, the one that holds the lowest place is merged; a merged cluster takes the place of
/// its later half.
///
/// # Missing values
///
/// A distance that is no finite number counts as the largest that is one.
///
/// # Errors
///
/// Only [`AnalysisError::Cancelled`].
///
/// # Panics
///
/// Unless there are `n (n − 1) / 2` distances.
///
/// # Complexity
///
/// Time in `n²`; no memory to speak of beyond the distances, which are overwritten.
///
/// # References
///
/// Nearest-neighbor chain, Müllner 2011, <https://arxiv.org/abs/1109.2378>. Agrees with
/// `scipy.cluster.hierarchy.linkage`, for `complete`, `average` and `ward` with its choice among
/// ties too.
///
/// # Examples
///
/// ```
/// use cuvette_core::{context::quietly, stats::linkage::{Linkage, linkage}};
///
/// // Things at 0, 1 and 5 on a line.
/// let tree = quietly(|context| linkage(3, vec![1.0, 5.0, 4.0], Linkage::Average, context))?;
/// assert_eq!((tree[0].a, tree[0].b, tree[0].height), (0, 1, 1.0));
/// assert_eq!((tree[1].a, tree[1].b, tree[1].height), (2, 3, 4.5));
/// # Ok::<(), cuvette_core::AnalysisError>(())
/// ```
pub fn linkage(
    n: usize,
    mut distances: Vec<f64>,
    linkage: Linkage,
    context: &Context,
) -> Result<Vec<Merge>, AnalysisError> {
    assert_eq!(
        distances.len(),
        n * n.saturating_sub(1) / 2,
        "one distance for each pair"
    );
    make_finite(&mut distances);
    let mut merges = chain_of_neighbors(n, distances, linkage, context)?;
    // Stable, so that a merge at the same height as the ones it needs stays behind them.
    merges.sort_by(|a, b| a.height.total_cmp(&b.height));
    name_clusters(n, &mut merges);
    Ok(merges)
}

fn make_finite(distances: &mut [f64]) {
    let known = distances
        .iter()
        .copied()
        .filter(|distance| distance.is_finite());
    let largest = known.fold(0.0, f64::max);
    for distance in distances {
        if !distance.is_finite() {
            *distance = largest;
        }
    }
}

/// The merges in the order in which the walk finds them, each of two places in the data.
fn chain_of_neighbors(
    n: usize,
    distances: Vec<f64>,
    linkage: Linkage,
    context: &Context,
) -> Result<Vec<Merge>, AnalysisError> {
    let mut clusters = Clusters::new(n, distances);
    let mut chain: Vec<usize> = Vec::new();
    let mut merges = Vec::with_capacity(n.saturating_sub(1));
    while clusters.n_left > 1 {
        context.check_cancelled()?;
        if clusters.n_left * 4 < clusters.n * 3 {
            clusters.pack(&mut chain);
        }
        let (x, y, height) = clusters.walk(&mut chain);
        let size = clusters.sizes[x] + clusters.sizes[y];
        merges.push(Merge {
            a: clusters.places[x],
            b: clusters.places[y],
            height,
            size: size as usize,
        });
        clusters.merge(x, y, height, linkage);
    }
    Ok(merges)
}

/// Clusters that are left, each at the place of one of its members.
struct Clusters {
    /// Places, those of clusters that are merged away included.
    n: usize,
    n_left: usize,
    /// Of `i < j`, row by row; infinite where one of the two is gone.
    distances: Vec<f64>,
    /// Members; 0 for a cluster that is gone.
    sizes: Vec<f64>,
    /// Places in the data.
    places: Vec<usize>,
}

impl Clusters {
    fn new(n: usize, distances: Vec<f64>) -> Self {
        Self {
            n,
            n_left: n,
            distances,
            sizes: vec![1.0; n],
            places: (0..n).collect(),
        }
    }

    /// Position of the distance of `i < j`.
    fn index(&self, i: usize, j: usize) -> usize {
        i * (2 * self.n - i - 1) / 2 + (j - i - 1)
    }

    /// Walks from the end of the chain until two clusters are nearest to each other; takes both off
    /// the chain and gives them, the lower first, with their distance.
    fn walk(&self, chain: &mut Vec<usize>) -> (usize, usize, f64) {
        // INVARIANT: there are two clusters at least, so there is a first one.
        let first = || self.sizes.iter().position(|&size| size > 0.0).unwrap_or(0);
        let mut last = chain.pop().unwrap_or_else(first);
        let mut previous = chain.last().copied();
        loop {
            let (nearest, distance) = self.nearest(last, previous);
            if previous == Some(nearest) {
                chain.pop();
                return (last.min(nearest), last.max(nearest), distance);
            }
            chain.push(last);
            previous = Some(last);
            last = nearest;
        }
    }

    /// The cluster nearest to `x`: `previous` where that is as near as any, else the lowest.
    fn nearest(&self, x: usize, previous: Option<usize>) -> (usize, f64) {
        let mut least = f64::INFINITY;
        let mut nearest = None;
        if let Some(previous) = previous {
            least = self.distances[self.index(previous.min(x), previous.max(x))];
            nearest = Some(previous);
        }
        // Down the column of x, from one row to the next shorter one.
        let mut at = x.wrapping_sub(1);
        for i in 0..x {
            let distance = self.distances[at];
            if distance < least {
                (least, nearest) = (distance, Some(i));
            }
            at = (at + self.n).wrapping_sub(i + 2);
        }
        let row = self.row(x);
        let least_of_row = smallest(row);
        if least_of_row < least
            && let Some(offset) = row.iter().position(|&distance| distance == least_of_row)
        {
            (least, nearest) = (least_of_row, Some(x + 1 + offset));
        }
        // Nothing is nearer than infinity only where squares or sums went beyond f64.
        let any_other = || (0..self.n).find(|&i| i != x && self.sizes[i] > 0.0);
        (nearest.or_else(any_other).unwrap_or(x), least)
    }

    /// Distances from `x` to all that come after it.
    fn row(&self, x: usize) -> &[f64] {
        let start = x * (2 * self.n - x - 1) / 2;
        &self.distances[start..start + self.n - x - 1]
    }

    /// Merges `x` into `y`, which are `height` apart.
    fn merge(&mut self, x: usize, y: usize, height: f64, linkage: Linkage) {
        let (size_x, size_y) = (self.sizes[x], self.sizes[y]);
        let size = size_x + size_y;
        self.sizes[x] = 0.0;
        self.sizes[y] = size;
        self.n_left -= 1;
        match linkage {
            Linkage::Single => {
                self.update(x, y, |to_x, to_y, _| if to_x < to_y { to_x } else { to_y });
            }
            Linkage::Complete => {
                self.update(x, y, |to_x, to_y, _| if to_x > to_y { to_x } else { to_y });
            }
            Linkage::Average => {
                self.update(x, y, |to_x, to_y, _| (size_x * to_x + size_y * to_y) / size);
            }
            // Rounded where SciPy rounds, since sums that tie on paper decide the tree.
            Linkage::Ward => self.update(x, y, |to_x, to_y, other| {
                let share = 1.0 / (size + other);
                let sum =
                    (other + size_x) * share * to_x * to_x + (other + size_y) * share * to_y * to_y;
                (sum - other * share * height * height).max(0.0).sqrt()
            }),
        }
    }

    /// Replaces the distances to `y` by those to the merged cluster, and forgets `x`. `join` gets
    /// a cluster's distances to both, and its size.
    fn update(&mut self, x: usize, y: usize, join: impl Fn(f64, f64, f64) -> f64) {
        let n = self.n;
        let mut to_x = x.wrapping_sub(1);
        for i in 0..x {
            let to_y = to_x + (y - x);
            self.distances[to_y] = join(self.distances[to_x], self.distances[to_y], self.sizes[i]);
            self.distances[to_x] = f64::INFINITY;
            to_x = (to_x + n).wrapping_sub(i + 2);
        }
        let between = self.index(x, x + 1);
        let mut to_y = if y > x + 1 { self.index(x + 1, y) } else { 0 };
        for i in x + 1..y {
            let to_x = between + (i - x - 1);
            self.distances[to_y] = join(self.distances[to_x], self.distances[to_y], self.sizes[i]);
            self.distances[to_x] = f64::INFINITY;
            to_y = (to_y + n).wrapping_sub(i + 2);
        }
        let (until_y, from_y) = self.distances.split_at_mut(y * (2 * n - y - 1) / 2);
        let behind_y = between + (y - x);
        until_y[behind_y - 1] = f64::INFINITY;
        let row_x = &mut until_y[behind_y..behind_y + (n - y - 1)];
        for ((to_x, to_y), size) in row_x.iter_mut().zip(from_y).zip(&self.sizes[y + 1..]) {
            *to_y = join(*to_x, *to_y, *size);
            *to_x = f64::INFINITY;
        }
    }

    /// Leaves out the clusters that are gone; the places on the chain move along.
    fn pack(&mut self, chain: &mut [usize]) {
        let left: Vec<usize> = (0..self.n).filter(|&i| self.sizes[i] > 0.0).collect();
        let mut target = 0;
        for (position, &i) in left.iter().enumerate() {
            for &j in &left[position + 1..] {
                self.distances[target] = self.distances[self.index(i, j)];
                target += 1;
            }
        }
        self.distances.truncate(target);
        for place in chain {
            // INVARIANT: only clusters that are left stand on the chain.
            *place = left.binary_search(place).unwrap_or(0);
        }
        self.sizes = left.iter().map(|&i| self.sizes[i]).collect();
        self.places = left.iter().map(|&i| self.places[i]).collect();
        self.n = left.len();
    }
}

/// The smallest of the distances; infinite where there are none.
fn smallest(distances: &[f64]) -> f64 {
    const LANES: usize = 8;
    let lesser = |a: f64, b: f64| if b < a { b } else { a };
    let mut least = [f64::INFINITY; LANES];
    let (blocks, rest) = distances.as_chunks::<LANES>();
    for block in blocks {
        for lane in 0..LANES {
            least[lane] = lesser(least[lane], block[lane]);
        }
    }
    let least = least.into_iter().fold(f64::INFINITY, lesser);
    rest.iter().copied().fold(least, lesser)
}

/// Replaces places in the data by the numbers of the clusters that they are part of by then.
fn name_clusters(n: usize, merges: &mut [Merge]) {
    // From each place towards the one that stands for its cluster, and the cluster's number there.
    let mut parents: Vec<usize> = (0..n).collect();
    let mut numbers: Vec<usize> = (0..n).collect();
    for (made, merge) in (n..).zip(merges) {
        let a = root(&mut parents, merge.a);
        let b = root(&mut parents, merge.b);
        let (x, y) = (numbers[a], numbers[b]);
        (merge.a, merge.b) = (x.min(y), x.max(y));
        parents[a] = b;
        numbers[b] = made;
    }
}

fn root(parents: &mut [usize], mut place: usize) -> usize {
    while parents[place] != place {
        // Every search halves the way of the next one.
        parents[place] = parents[parents[place]];
        place = parents[place];
    }
    place
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use proptest::prelude::*;

    use super::*;
    use crate::context::quietly;

    const ALL: [(Linkage, kodama::Method); 4] = [
        (Linkage::Single, kodama::Method::Single),
        (Linkage::Complete, kodama::Method::Complete),
        (Linkage::Average, kodama::Method::Average),
        (Linkage::Ward, kodama::Method::Ward),
    ];

    fn tree(n: usize, distances: &[f64], method: Linkage) -> Vec<Merge> {
        quietly(|context| linkage(n, distances.to_vec(), method, context)).expect("not cancelled")
    }

    /// `scipy.cluster.hierarchy.linkage(distances, method)`, SciPy 1.17.
    fn check(method: Linkage, expected: &[(usize, usize, f64, usize)]) {
        // Six things with ties among their distances.
        let distances = [2., 4., 3., 6., 6., 4., 3., 6., 6., 2., 5., 6., 5., 6., 3.];
        let found = tree(6, &distances, method);
        assert_eq!(found.len(), expected.len());
        for (merge, &(a, b, height, size)) in found.iter().zip(expected) {
            assert_eq!((merge.a, merge.b, merge.size), (a, b, size), "{method:?}");
            assert!(
                (merge.height - height).abs() < 1e-12,
                "{method:?}: {merge:?}"
            );
        }
    }

    #[test]
    fn trees_are_those_of_scipy_among_ties_too() {
        let pairs = [(0, 1, 2., 2), (2, 3, 2., 2), (4, 5, 3., 2)];
        let with = |four, all| {
            [
                pairs[0],
                pairs[1],
                pairs[2],
                (6, 7, four, 4),
                (8, 9, all, 6),
            ]
        };
        check(Linkage::Complete, &with(4., 6.));
        check(Linkage::Average, &with(3.5, 5.75));
        check(
            Linkage::Ward,
            &with(4.582_575_694_955_84, 8.544_003_745_317_53),
        );
        let single = [pairs[0], pairs[1], (6, 7, 3., 4), pairs[2], (8, 9, 5., 6)];
        check(Linkage::Single, &single);
    }

    #[test]
    fn a_tree_of_none_one_or_two_has_no_merge_or_one() {
        for (method, _) in ALL {
            assert_eq!(tree(0, &[], method), []);
            assert_eq!(tree(1, &[], method), []);
            let merge = Merge {
                a: 0,
                b: 1,
                height: 2.5,
                size: 2,
            };
            assert_eq!(tree(2, &[2.5], method), [merge]);
        }
    }

    #[test]
    fn distances_that_are_no_numbers_count_as_the_largest() {
        for (method, _) in ALL {
            let odd = [1.0, f64::NAN, 3.0, 2.0, f64::INFINITY, 1.5];
            assert_eq!(
                tree(4, &odd, method),
                tree(4, &[1.0, 3.0, 3.0, 2.0, 3.0, 1.5], method)
            );
            assert_eq!(tree(4, &[f64::NAN; 6], method), tree(4, &[0.0; 6], method));
            assert_eq!(tree(5, &[f64::MAX; 10], method).len(), 4);
        }
    }

    #[test]
    fn a_cancelled_tree_is_left_at_once() {
        let cancelled = AtomicBool::new(true);
        let context = Context::new(&cancelled, &|_| {});
        let found = linkage(3, vec![1.0; 3], Linkage::Average, &context);
        assert!(matches!(found, Err(AnalysisError::Cancelled)));
    }

    /// Drawn so finely that no two are alike: there is one right tree.
    fn distinct_distances() -> impl Strategy<Value = (usize, Vec<f64>)> {
        (2_usize..60).prop_flat_map(|n| {
            let distances = proptest::collection::vec(0.1..10.0, n * (n - 1) / 2);
            distances.prop_map(move |distances| (n, distances))
        })
    }

    proptest! {
        #[test]
        fn trees_are_those_of_kodama((n, distances) in distinct_distances()) {
            for (method, peer) in ALL {
                let found = tree(n, &distances, method);
                let expected = kodama::linkage(&mut distances.clone(), n, peer);
                for (merge, step) in found.iter().zip(expected.steps()) {
                    prop_assert!((merge.height - step.dissimilarity).abs() < 1e-9);
                    let place = (step.cluster1, step.cluster2, step.size);
                    prop_assert_eq!((merge.a, merge.b, merge.size), place, "{:?}", method);
                }
                prop_assert_eq!(found.len(), n - 1);
            }
        }
    }
}
