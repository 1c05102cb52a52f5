//! Trees as they stand beside a heat map.

use super::{Dendrogram, Fork};
use crate::stats::linkage::Merge;

/// Most forks that are drawn; lower ones are narrower than a pixel.
const MAX_FORKS: usize = 1_000;

impl Dendrogram {
    /// The tree of `order.len()` things whose merges are given, over things in that order.
    pub fn of(order: &[usize], merges: &[Merge]) -> Self {
        let n = order.len();
        let mut middles = vec![0.0; n];
        for (place, &thing) in order.iter().enumerate() {
            // INVARIANT: an order holds every thing once.
            middles[thing] = place as f32 + 0.5;
        }
        let mut heights = vec![0.0; n];
        let mut forks = Vec::with_capacity(merges.len());
        for merge in merges {
            // INVARIANT: a merge joins clusters made before it.
            let pair = [merge.a, merge.b];
            let (at, from) = (
                pair.map(|side| middles[side]),
                pair.map(|side| heights[side]),
            );
            let height = merge.height as f32;
            forks.push(Fork { at, from, height });
            middles.push(f32::midpoint(at[0], at[1]));
            heights.push(height);
        }
        // Merges stand lowest first, so the last are the highest.
        forks.reverse();
        forks.truncate(MAX_FORKS);
        Self { forks }
    }

    /// Height of the root; 0 without a fork.
    pub fn highest(&self) -> f32 {
        self.forks
            .iter()
            .map(|fork| fork.height)
            .fold(0.0, f32::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forks_stand_in_the_middle_of_what_they_join() {
        let merge = |a, b, height| Merge {
            a,
            b,
            height,
            size: 2,
        };
        let tree = Dendrogram::of(&[0, 2, 1], &[merge(0, 2, 1.0), merge(1, 3, 4.0)]);
        assert_eq!(tree.highest(), 4.0);
        assert_eq!(tree.forks[1].at, [0.5, 1.5]);
        assert_eq!(tree.forks[1].from, [0.0, 0.0]);
        assert_eq!(tree.forks[0].at, [2.5, 1.0]);
        assert_eq!(tree.forks[0].from, [0.0, 1.0]);
    }

    #[test]
    fn of_a_large_tree_the_highest_forks_are_kept() {
        let n = 3_000;
        let order: Vec<usize> = (0..n).collect();
        let merges: Vec<Merge> = (0..n - 1)
            .map(|at| Merge {
                a: if at == 0 { 0 } else { n + at - 1 },
                b: at + 1,
                height: at as f64,
                size: at + 2,
            })
            .collect();
        let tree = Dendrogram::of(&order, &merges);
        assert_eq!(tree.forks.len(), MAX_FORKS);
        assert_eq!(tree.forks[0].height, (n - 2) as f32);
    }
}
