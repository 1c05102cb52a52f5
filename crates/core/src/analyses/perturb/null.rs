//! What a perturbation is compared with: the same done to genes of nearly the same rank.

use super::respond::Response;

/// How far in rank a gene may stand from the perturbed one to be compared with it.
pub const NULL_REACH: usize = 10;

/// Fewer draws have no spread worth a z score.
const MIN_DRAWS: usize = 3;

/// The z score of every effect beside those of the draws.
pub fn z_scores(effects: &[f64], draws: &[Response]) -> Vec<f64> {
    let z =
        |(at, &effect): (usize, &f64)| z_score(effect, draws.iter().map(|draw| draw.effects[at]));
    effects.iter().enumerate().map(z).collect()
}

/// NaN with fewer than three draws, or where they are all alike.
pub fn z_score(effect: f64, draws: impl Iterator<Item = f64> + Clone) -> f64 {
    let draws = draws.filter(|draw| !draw.is_nan());
    let n_draws = draws.clone().count();
    if n_draws < MIN_DRAWS {
        return f64::NAN;
    }
    let n = n_draws as f64;
    let mean = draws.clone().sum::<f64>() / n;
    let square: f64 = draws.map(|draw| (draw - mean) * (draw - mean)).sum();
    let sd = (square / (n - 1.0)).sqrt();
    if sd > 0.0 {
        (effect - mean) / sd
    } else {
        f64::NAN
    }
}

/// Sets of places near those perturbed: of each its nearest neighbor, then its next nearest, and so
/// on, the earlier of two as near first. No set has a perturbed place.
pub fn null_sets(places: &[usize], n_genes: usize, n_draws: usize) -> Vec<Vec<usize>> {
    let neighbors = |&place: &usize| -> Vec<usize> {
        (1..=NULL_REACH)
            .flat_map(|step| [place.checked_sub(step), Some(place + step)])
            .flatten()
            .filter(|other| *other < n_genes && !places.contains(other))
            .collect()
    };
    let near: Vec<Vec<usize>> = places.iter().map(neighbors).collect();
    let n_sets = near.iter().map(Vec::len).min().unwrap_or(0).min(n_draws);
    (0..n_sets)
        .map(|draw| {
            let mut set: Vec<usize> = near.iter().map(|near| near[draw]).collect();
            set.sort_unstable();
            set.dedup();
            set
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{null_sets, z_score};

    #[test]
    fn genes_are_compared_with_their_neighbors_in_rank() {
        assert_eq!(null_sets(&[5], 100, 4), [[4], [6], [3], [7]]);
        assert_eq!(null_sets(&[0], 3, 20), [[1], [2]]);
        // Of a set, members are no neighbors, and two with the same neighbor share it.
        assert_eq!(null_sets(&[5, 6], 100, 2), [vec![4, 7], vec![3, 4]]);
        assert_eq!(null_sets(&[4, 6], 100, 1), [[3, 5]]);
        assert_eq!(null_sets(&[50], 100, 20).len(), 20);
    }

    #[test]
    fn a_z_score_takes_three_draws_that_differ() {
        assert_eq!(z_score(5.0, [1.0, 2.0, 3.0].into_iter()), 3.0);
        assert_eq!(z_score(5.0, [1.0, f64::NAN, 2.0, 3.0].into_iter()), 3.0);
        assert!(z_score(5.0, [1.0, 2.0].into_iter()).is_nan());
        assert!(z_score(5.0, [1.0; 3].into_iter()).is_nan());
    }
}
