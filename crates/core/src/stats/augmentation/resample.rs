//! Samples made of samples, without learning: copies, points between two, and exchanged residuals.

use cuvette_kernels::embedding::squared_distance;

use crate::{matrix::Matrix, random::Random};

/// SMOTE goes toward one of so many nearest neighbors, or of all others where there are fewer.
pub const MAX_NEIGHBORS: usize = 5;

/// `n` copies of samples drawn from those at `rare`, with replacement.
///
/// # Shapes
///
/// Samples in rows, here and in what comes out. `rare` must not be empty.
///
/// # References
///
/// Agrees in kind with `imblearn.over_sampling.RandomOverSampler`; other random numbers.
pub fn duplicate(samples: &Matrix, rare: &[usize], n: usize, random: &mut Random) -> Matrix {
    let chosen: Vec<usize> = (0..n).map(|_| rare[random.below(rare.len())]).collect();
    samples.select_rows(&chosen)
}

/// `n` points, each at an even share of the way from a sample of those at `rare` to one of its
/// nearest neighbors among them ([`MAX_NEIGHBORS`], Euclidean, of equal distances the lowest row).
///
/// ```text
/// x + u (neighbor − x), u uniform in [0, 1)
/// ```
///
/// # Shapes
///
/// Samples in rows. Of a single rare sample, copies come out.
///
/// # References
///
/// Chawla et al. 2002, <https://doi.org/10.1613/jair.953>; agrees in kind with
/// `imblearn.over_sampling.SMOTE`, which needs more samples than neighbors.
pub fn smote(samples: &Matrix, rare: &[usize], n: usize, random: &mut Random) -> Matrix {
    let neighbors: Vec<Vec<usize>> = rare.iter().map(|&of| nearest(samples, of, rare)).collect();
    let mut made = Vec::with_capacity(n * samples.n_columns());
    for _ in 0..n {
        let at = random.below(rare.len());
        let start = samples.row(rare[at]);
        let end = match neighbors[at].len() {
            0 => start,
            n_neighbors => samples.row(neighbors[at][random.below(n_neighbors)]),
        };
        let share = random.unit() as f32;
        made.extend(start.iter().zip(end).map(|(x, y)| x + share * (y - x)));
    }
    Matrix::from_rows(n, samples.n_columns(), made)
}

/// `n` samples that each differ from the mean of label `rare` as a sample of another label differs
/// from the mean of its own.
///
/// # Shapes
///
/// Samples in rows, each with a label. Without samples of other labels, copies of the mean come out.
pub fn residual(
    samples: &Matrix,
    labels: &[usize],
    rare: usize,
    n: usize,
    random: &mut Random,
) -> Matrix {
    let others: Vec<usize> = (0..labels.len()).filter(|&at| labels[at] != rare).collect();
    let n_labels = labels.iter().max().map_or(0, |last| last + 1).max(rare + 1);
    let means: Vec<Vec<f64>> = (0..n_labels)
        .map(|label| mean_of(samples, labels, label))
        .collect();
    let mut made = Vec::with_capacity(n * samples.n_columns());
    for _ in 0..n {
        if others.is_empty() {
            made.extend(means[rare].iter().map(|&mean| mean as f32));
            continue;
        }
        let from = others[random.below(others.len())];
        let cells = samples.row(from).iter().zip(&means[labels[from]]);
        made.extend(
            cells
                .zip(&means[rare])
                .map(|((&x, mean), rare)| (rare + (f64::from(x) - mean)) as f32),
        );
    }
    Matrix::from_rows(n, samples.n_columns(), made)
}

/// The nearest others of `rare` to the sample at `of`, nearest first.
fn nearest(samples: &Matrix, of: usize, rare: &[usize]) -> Vec<usize> {
    let mut others: Vec<(f32, usize)> = rare
        .iter()
        .filter(|&&other| other != of)
        .map(|&other| (squared_distance(samples.row(of), samples.row(other)), other))
        .collect();
    others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    others.truncate(MAX_NEIGHBORS);
    others.into_iter().map(|(_, other)| other).collect()
}

/// Zeros for a label without samples.
fn mean_of(samples: &Matrix, labels: &[usize], label: usize) -> Vec<f64> {
    let mut mean = vec![0.0; samples.n_columns()];
    let of_label: Vec<usize> = (0..labels.len())
        .filter(|&at| labels[at] == label)
        .collect();
    for &at in &of_label {
        for (mean, &value) in mean.iter_mut().zip(samples.row(at)) {
            *mean += f64::from(value);
        }
    }
    for mean in &mut mean {
        *mean /= of_label.len().max(1) as f64;
    }
    mean
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const N_VALUES: usize = 4;

    fn samples(n: usize, seed: u64) -> Matrix {
        let mut random = Random::new(seed);
        let values = (0..n * N_VALUES).map(|_| random.signed() as f32).collect();
        Matrix::from_rows(n, N_VALUES, values)
    }

    fn rows(matrix: &Matrix) -> impl Iterator<Item = &[f32]> {
        (0..matrix.n_rows()).map(|row| matrix.row(row))
    }

    /// Whether a point lies on the line from one sample to another, between them.
    fn is_between(point: &[f32], start: &[f32], end: &[f32]) -> bool {
        let length: f32 = squared_distance(start, end);
        let along = point.iter().zip(start).zip(end.iter().zip(start));
        let share: f32 = along.map(|((p, a), (b, c))| (p - a) * (b - c)).sum::<f32>() / length;
        let nearest: Vec<f32> = start
            .iter()
            .zip(end)
            .map(|(a, b)| a + share * (b - a))
            .collect();
        (-1e-3..1.001).contains(&share) && squared_distance(point, &nearest) < 1e-10
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn smote_lies_between_a_rare_sample_and_one_of_its_neighbors(n in 6_usize..20, n_rare in 2_usize..6, seed: u64) {
            let samples = samples(n, seed);
            let rare: Vec<usize> = (n - n_rare..n).collect();
            let made = smote(&samples, &rare, 20, &mut Random::new(seed));
            for point in rows(&made) {
                let found = rare.iter().any(|&start| {
                    let neighbors = nearest(&samples, start, &rare);
                    neighbors.iter().any(|&end| is_between(point, samples.row(start), samples.row(end)))
                });
                prop_assert!(found);
            }
        }

        #[test]
        fn duplicates_are_copies_of_rare_samples(n in 6_usize..20, n_rare in 1_usize..6, seed: u64) {
            let samples = samples(n, seed);
            let rare: Vec<usize> = (0..n_rare).collect();
            let made = duplicate(&samples, &rare, 20, &mut Random::new(seed));
            for point in rows(&made) {
                prop_assert!(rare.iter().any(|&at| samples.row(at) == point));
            }
        }

        #[test]
        fn one_seed_makes_the_same_samples(seed: u64) {
            let samples = samples(9, 1);
            let labels = [0, 0, 0, 1, 1, 1, 1, 2, 2];
            let make = || {
                let mut random = Random::new(seed);
                [
                    duplicate(&samples, &[0, 1, 2], 5, &mut random),
                    smote(&samples, &[0, 1, 2], 5, &mut random),
                    residual(&samples, &labels, 0, 5, &mut random),
                ]
            };
            prop_assert_eq!(make(), make());
        }
    }

    #[test]
    fn residuals_spread_about_the_rare_mean_as_the_others_do() {
        let samples = samples(9, 1);
        let labels = [0, 0, 0, 1, 1, 1, 1, 2, 2];
        let n = 20_000;
        let made = residual(&samples, &labels, 0, n, &mut Random::new(2));
        for value in 0..N_VALUES {
            let mean_in = |matrix: &Matrix, rows: &[usize]| {
                let cells = rows.iter().map(|&row| f64::from(matrix.get(row, value)));
                cells.sum::<f64>() / rows.len() as f64
            };
            let found = mean_in(&made, &(0..n).collect::<Vec<_>>());
            // Residuals are below 2, so the standard error is below 0.015.
            assert!((found - mean_in(&samples, &[0, 1, 2])).abs() < 0.03);
        }
    }

    #[test]
    fn a_residual_is_taken_from_the_mean_of_its_own_label() {
        let samples = Matrix::from_rows(4, 1, vec![10.0, 20.0, 1.0, 3.0]);
        let made = residual(&samples, &[0, 0, 1, 1], 0, 40, &mut Random::new(1));
        assert!(
            made.values()
                .iter()
                .all(|value| [14.0, 16.0].contains(value))
        );
        assert!(made.values().contains(&14.0) && made.values().contains(&16.0));
    }

    #[test]
    fn one_rare_sample_and_nothing_else_give_copies() {
        let samples = samples(1, 1);
        let mut random = Random::new(0);
        for made in [
            smote(&samples, &[0], 3, &mut random),
            residual(&samples, &[0], 0, 3, &mut random),
        ] {
            assert!(rows(&made).all(|row| row == samples.row(0)));
        }
    }
}
