//! How much made samples are like real ones: five figures, none of which is enough alone.
//!
//! Samples are in rows here, of the same features on both sides; distances are Euclidean. None of
//! the figures needs the two sides to be equally many.

use crate::{matrix::Matrix, stats::quantile::quantiles};

/// Quantiles that [`memorization`] tells of distances.
const PROBABILITIES: [f64; 3] = [0.05, 0.5, 0.95];

/// Shares of samples in the neighborhood of those on the other side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NeighborShares {
    /// Of the made samples, those that lie where real ones do.
    pub precision: f64,
    /// Of the real samples, those that lie where made ones do.
    pub recall: f64,
}

/// How near made samples are to the ones that they were made from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Memorization {
    /// Of the distances from made samples to the nearest training sample, the quantiles 5 %, 50 %
    /// and 95 %.
    pub made: [f64; 3],
    /// Of the distances from training samples to the nearest other one, the same quantiles.
    pub training: [f64; 3],
    /// Share of made samples nearer to a training sample than 95 % of the training samples are to
    /// each other: near 0.05 where none is copied.
    pub share_nearer: f64,
}

/// How alike the features are correlated in two sets of samples: the correlation of the two
/// correlation matrices above their diagonals. 1 is the same structure; what two sets of real
/// samples reach is the most to hope for.
///
/// ```text
/// Pearson(upper(1 − R(a)), upper(1 − R(b)))
/// ```
///
/// A feature that does not vary has correlations of 0. NaN where a side has fewer than two samples
/// or there are fewer than three features.
///
/// # Complexity
///
/// Features² × samples; take a few hundred features.
///
/// # References
///
/// γ of Viñas et al. 2022, <https://doi.org/10.1093/bioinformatics/btab035>; agrees with NumPy's
/// `corrcoef` of two `corrcoef`.
pub fn correlation_score(a: &Matrix, b: &Matrix) -> f64 {
    if a.n_rows().min(b.n_rows()) < 2 {
        return f64::NAN;
    }
    let [mut a, mut b] = [a, b].map(correlations_above_diagonal);
    if !(standardize(&mut a) && standardize(&mut b)) {
        return f64::NAN;
    }
    dot(&a, &b).clamp(-1.0, 1.0)
}

/// Shares of samples within the distance of some sample on the other side to its own `k`-th
/// nearest neighbor. NaN where a side has not more than `k` samples.
///
/// # References
///
/// Kynkäänniemi et al. 2019, *Improved precision and recall metric for assessing generative
/// models*, <https://arxiv.org/abs/1904.06991>; agrees with the definition over
/// `scipy.spatial.distance.cdist`.
pub fn neighbor_shares(real: &Matrix, made: &Matrix, k: usize) -> NeighborShares {
    let share = |inside: &Matrix, of: &Matrix| {
        if k == 0 || of.n_rows() <= k {
            return f64::NAN;
        }
        let radii: Vec<f64> = (0..of.n_rows())
            .map(|at| {
                let mut distances = distances_to_others(of, at);
                distances.sort_by(f64::total_cmp);
                distances[k - 1]
            })
            .collect();
        let is_inside = |at: usize| {
            let mut balls = radii.iter().enumerate();
            balls.any(|(center, &radius)| distance(inside.row(at), of.row(center)) <= radius)
        };
        share_of(inside.n_rows(), is_inside)
    };
    NeighborShares {
        precision: share(made, real),
        recall: share(real, made),
    }
}

/// How often a sample's nearest neighbor is on its own side: ½ where the sides cannot be told
/// apart, near 1 where they can, below ½ where made samples lie on real ones. NaN where a side has
/// fewer than two samples.
///
/// ```text
/// ½ (mean [d(real, made) > d(real, real)] + mean [d(made, real) > d(made, made)])
/// ```
///
/// # References
///
/// Yale et al. 2020, <https://doi.org/10.1016/j.neucom.2019.12.136>.
pub fn adversarial_accuracy(real: &Matrix, made: &Matrix) -> f64 {
    let share = |own: &Matrix, other: &Matrix| {
        let is_at_home = |at: usize| {
            nearest(&distances_to(own.row(at), other)) > nearest(&distances_to_others(own, at))
        };
        share_of(own.n_rows(), is_at_home)
    };
    if real.n_rows().min(made.n_rows()) < 2 {
        return f64::NAN;
    }
    f64::midpoint(share(real, made), share(made, real))
}

/// Distances of made samples to the nearest training sample, beside those of training samples to
/// each other. NaN where there are no made samples or fewer than two training samples.
pub fn memorization(training: &Matrix, made: &Matrix) -> Memorization {
    let all = |n: usize, of: &dyn Fn(usize) -> Vec<f64>| -> Vec<f64> {
        (0..n)
            .map(|at| nearest(&of(at)))
            .filter(|x| x.is_finite())
            .collect()
    };
    let from_made = all(made.n_rows(), &|at| distances_to(made.row(at), training));
    let from_training = all(training.n_rows(), &|at| distances_to_others(training, at));
    let of = |distances: &[f64]| {
        let found = quantiles(distances, &PROBABILITIES);
        [found[0], found[1], found[2]]
    };
    let training = of(&from_training);
    Memorization {
        made: of(&from_made),
        training,
        share_nearer: if training[0].is_nan() {
            f64::NAN
        } else {
            share_of(from_made.len(), |at| from_made[at] < training[0])
        },
    }
}

/// NaN of none.
fn share_of(n: usize, test: impl Fn(usize) -> bool) -> f64 {
    (0..n).filter(|&at| test(at)).count() as f64 / n as f64
}

/// Infinite of none.
fn nearest(distances: &[f64]) -> f64 {
    distances.iter().copied().fold(f64::INFINITY, f64::min)
}

fn distances_to(from: &[f32], samples: &Matrix) -> Vec<f64> {
    (0..samples.n_rows())
        .map(|at| distance(from, samples.row(at)))
        .collect()
}

fn distances_to_others(samples: &Matrix, at: usize) -> Vec<f64> {
    let others = (0..samples.n_rows()).filter(|&other| other != at);
    others
        .map(|other| distance(samples.row(at), samples.row(other)))
        .collect()
}

fn distance(x: &[f32], y: &[f32]) -> f64 {
    let squares = x
        .iter()
        .zip(y)
        .map(|(&x, &y)| (f64::from(x) - f64::from(y)).powi(2));
    squares.sum::<f64>().sqrt()
}

/// The correlations of features, row after row above the diagonal.
fn correlations_above_diagonal(samples: &Matrix) -> Vec<f64> {
    let features: Vec<Vec<f64>> = (0..samples.n_columns())
        .map(|feature| {
            let mut values: Vec<f64> = samples.column(feature).iter().map(|&x| x.into()).collect();
            if !standardize(&mut values) {
                values.fill(0.0);
            }
            values
        })
        .collect();
    let mut all = Vec::with_capacity(features.len() * features.len() / 2);
    for (at, feature) in features.iter().enumerate() {
        all.extend(features[at + 1..].iter().map(|other| dot(feature, other)));
    }
    all
}

/// Centers values and scales them to length 1; false where they do not vary.
fn standardize(values: &mut [f64]) -> bool {
    let Some(&first) = values.first() else {
        return false;
    };
    if values.iter().all(|&value| value == first) {
        return false;
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    for value in &mut *values {
        *value -= mean;
    }
    let length = dot(values, values).sqrt();
    for value in &mut *values {
        *value /= length;
    }
    length > 0.0
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    cuvette_kernels::vectors::dot(x, y)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::Random;

    fn samples(n: usize, seed: u64) -> Matrix {
        let mut random = Random::new(seed);
        Matrix::from_rows(n, 6, (0..6 * n).map(|_| random.signed() as f32).collect())
    }

    fn moved(samples: &Matrix, by: f32) -> Matrix {
        let values = samples.values().iter().map(|value| value + by).collect();
        Matrix::from_rows(samples.n_rows(), samples.n_columns(), values)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn a_copy_is_in_every_neighborhood_and_has_the_same_structure(n in 4_usize..20, seed: u64) {
            let real = samples(n, seed);
            let shares = neighbor_shares(&real, &real, 3);
            prop_assert_eq!((shares.precision, shares.recall), (1.0, 1.0));
            prop_assert!((correlation_score(&real, &real) - 1.0).abs() < 1e-12);
            prop_assert_eq!(adversarial_accuracy(&real, &real), 0.0);
            let found = memorization(&real, &real);
            prop_assert_eq!((found.made, found.share_nearer), ([0.0; 3], 1.0));
        }

        #[test]
        fn what_is_far_away_is_told_apart(n in 4_usize..20, seed: u64) {
            let (real, made) = (samples(n, seed), moved(&samples(n + 2, seed ^ 1), 50.0));
            let shares = neighbor_shares(&real, &made, 3);
            prop_assert_eq!((shares.precision, shares.recall), (0.0, 0.0));
            prop_assert_eq!(adversarial_accuracy(&real, &made), 1.0);
            prop_assert_eq!(memorization(&real, &made).share_nearer, 0.0);
        }

        #[test]
        fn scale_and_order_of_samples_do_not_matter(n in 4_usize..12, seed: u64) {
            let (real, made) = (samples(n, seed), samples(n + 1, seed ^ 1));
            let backward: Vec<usize> = (0..n).rev().collect();
            let other = real.select_rows(&backward);
            prop_assert!((correlation_score(&real, &made) - correlation_score(&other, &made)).abs() < 1e-9);
            prop_assert_eq!(neighbor_shares(&real, &made, 2), neighbor_shares(&other, &made, 2));
            prop_assert_eq!(memorization(&real, &made), memorization(&other, &made));
        }
    }

    #[test]
    fn too_few_samples_have_no_figures() {
        let (one, many) = (samples(1, 1), samples(9, 2));
        assert!(correlation_score(&one, &many).is_nan());
        assert!(adversarial_accuracy(&one, &many).is_nan());
        assert!(neighbor_shares(&one, &many, 1).precision.is_nan());
        assert!(neighbor_shares(&many, &one, 1).recall.is_nan());
        let found = memorization(&one, &many);
        assert!(found.share_nearer.is_nan() && found.training[1].is_nan());
        let none = Matrix::from_rows(0, 6, Vec::new());
        assert!(memorization(&many, &none).share_nearer.is_nan());
    }

    #[test]
    fn features_that_do_not_vary_have_no_correlation() {
        let mut constant = samples(8, 1);
        for row in 0..8 {
            constant.row_mut(row)[2] = 0.1;
        }
        let found = correlations_above_diagonal(&constant);
        assert!(found[1] == 0.0 && found[5] == 0.0 && found[0] != 0.0);
        assert!(correlation_score(&constant, &samples(8, 2)).is_finite());
    }
}
