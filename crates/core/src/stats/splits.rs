//! Deals samples into parts, to train on some and test on others; draws them with replacement.

use super::forest::Labels;
use crate::random::Random;

/// The part of each sample: part `p` gets about `shares[p]` of the samples of every label.
///
/// Samples of one group stay together; without groups each sample is one of its own. Large groups
/// are dealt first, others in a random order, each to the part that lacks most of its labels, of
/// parts that lack as much the first: as `StratifiedKFold` and `StratifiedGroupKFold` of
/// scikit-learn do, with other random numbers.
///
/// # Panics
///
/// Without a share, or when there are not as many groups as samples.
pub fn deal(
    labels: &Labels,
    groups: Option<&[u32]>,
    shares: &[f64],
    random: &mut Random,
) -> Vec<usize> {
    let n_samples = labels.n_samples();
    let support = labels.support();
    let mut units = units(n_samples, groups);
    random.shuffle(&mut units);
    units.sort_by_key(|unit| std::cmp::Reverse(unit.len()));
    // What each part still lacks of each label, and of samples, which counts where labels do not.
    let mut lacking: Vec<Vec<f64>> = shares
        .iter()
        .map(|share| {
            let of_labels = support.iter().map(|&n| share * n as f64);
            of_labels.chain([share * n_samples as f64]).collect()
        })
        .collect();
    let mut parts = vec![0; n_samples];
    for unit in units {
        let held = held_by(&unit, labels);
        let lack = |part: usize| -> [f64; 2] {
            let of_labels = held.iter().zip(&lacking[part]);
            [
                of_labels.map(|(n, lacks)| n * lacks).sum(),
                lacking[part][labels.n_labels()],
            ]
        };
        let mut best = 0;
        let mut best_lack = lack(0);
        for part in 1..shares.len() {
            let lack = lack(part);
            if lack > best_lack {
                (best, best_lack) = (part, lack);
            }
        }
        for &sample in &unit {
            parts[sample] = best;
        }
        for (lacks, n) in lacking[best].iter_mut().zip(&held) {
            *lacks -= n;
        }
        lacking[best][labels.n_labels()] -= unit.len() as f64;
    }
    parts
}

/// How often each sample is drawn: as many draws with replacement as there are samples; or, of whole
/// groups, as many as there are groups.
pub fn draw_with_replacement(
    n_samples: usize,
    groups: Option<&[u32]>,
    random: &mut Random,
) -> Vec<u32> {
    let n_groups = |groups: &[u32]| groups.iter().max().map_or(0, |&last| last as usize + 1);
    let n = groups.map_or(n_samples, n_groups);
    let mut counts = vec![0_u32; n];
    for _ in 0..n {
        counts[random.below(n)] += 1;
    }
    match groups {
        None => counts,
        Some(groups) => groups.iter().map(|&group| counts[group as usize]).collect(),
    }
}

/// Samples that stay together, in the order of their groups.
fn units(n_samples: usize, groups: Option<&[u32]>) -> Vec<Vec<usize>> {
    let Some(groups) = groups else {
        return (0..n_samples).map(|sample| vec![sample]).collect();
    };
    let n_groups = groups.iter().max().map_or(0, |&last| last as usize + 1);
    let mut units = vec![Vec::new(); n_groups];
    for (sample, &group) in groups.iter().enumerate() {
        units[group as usize].push(sample);
    }
    units.retain(|unit| !unit.is_empty());
    units
}

/// Samples of each label in a unit.
fn held_by(unit: &[usize], labels: &Labels) -> Vec<f64> {
    let mut held = vec![0.0; labels.n_labels()];
    for &sample in unit {
        for &label in labels.of(sample) {
            held[label as usize] += 1.0;
        }
    }
    held
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::deal;
    use crate::{random::Random, stats::forest::Labels};

    fn labels(of: &[u32]) -> Labels {
        Labels::single((0..4).map(|label| label.to_string()).collect(), of.to_vec())
    }

    proptest! {
        #[test]
        fn every_part_has_its_share_of_every_label(
            of in proptest::collection::vec(0_u32..4, 1..200),
            n_parts in 2_usize..6,
            seed in 0_u64..100,
        ) {
            let shares = vec![1.0 / n_parts as f64; n_parts];
            let parts = deal(&labels(&of), None, &shares, &mut Random::new(seed));
            for label in 0..4 {
                let n_in = |part| {
                    let samples = of.iter().zip(&parts);
                    samples.filter(|&(&own, &at)| own == label && at == part).count()
                };
                let counts: Vec<usize> = (0..n_parts).map(n_in).collect();
                let [low, high] = [counts.iter().min().unwrap(), counts.iter().max().unwrap()];
                prop_assert!(high - low <= 1, "{counts:?}");
            }
        }

        #[test]
        fn groups_stay_together(
            of in proptest::collection::vec((0_u32..4, 0_u32..20), 1..200),
            seed in 0_u64..100,
        ) {
            let groups: Vec<u32> = of.iter().map(|cell| cell.1).collect();
            let of: Vec<u32> = of.iter().map(|cell| cell.0).collect();
            let parts = deal(&labels(&of), Some(&groups), &[0.3, 0.7], &mut Random::new(seed));
            for (a, part) in parts.iter().enumerate() {
                prop_assert!((0..of.len()).all(|b| groups[a] != groups[b] || parts[b] == *part));
            }
        }
    }

    #[test]
    fn a_share_of_a_third_is_a_third() {
        let of: Vec<u32> = (0..120).map(|sample| sample % 4).collect();
        let parts = deal(
            &labels(&of),
            None,
            &[1.0 / 3.0, 2.0 / 3.0],
            &mut Random::new(0),
        );
        assert_eq!(parts.iter().filter(|&&part| part == 0).count(), 40);
    }
}
