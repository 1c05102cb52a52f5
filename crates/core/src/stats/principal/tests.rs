use cuvette_kernels::vectors::dot;

use super::{MAX_EXACT, Principal, PrincipalOptions, basis, principal_components, settle};
use crate::{
    context::quietly,
    matrix::Matrix,
    random::Random,
    stats::principal::adjusted::{Adjusted, Side},
};

const OPTIONS: PrincipalOptions = PrincipalOptions {
    n_components: 6,
    center: true,
    scale: false,
    seed: 0,
};

/// Genes × samples along a few directions of falling weight, with some noise.
fn matrix(n_genes: usize, n_samples: usize) -> Matrix {
    let mut random = Random::new(11);
    let mut vectors = |n: usize| -> Vec<Vec<f64>> {
        (0..8)
            .map(|_| (0..n).map(|_| random.signed()).collect())
            .collect()
    };
    let (genes, samples) = (vectors(n_genes), vectors(n_samples));
    let mut values = Vec::with_capacity(n_genes * n_samples);
    for at in 0..n_genes * n_samples {
        let (gene, sample) = (at / n_samples, at % n_samples);
        let along = |at: usize| 0.6_f64.powi(at as i32) * genes[at][gene] * samples[at][sample];
        let signal: f64 = (0..8).map(along).sum();
        values.push((5.0 + 4.0 * signal + 0.01 * random.signed()) as f32);
    }
    Matrix::from_rows(n_genes, n_samples, values)
}

fn components(matrix: &Matrix, options: PrincipalOptions) -> Principal {
    quietly(|context| principal_components(matrix, options, context)).unwrap()
}

/// What makes components principal: orthonormal loadings whose projections are the scores, which
/// are uncorrelated with the variances told.
fn check(matrix: &Matrix, options: PrincipalOptions) -> Principal {
    let found = components(matrix, options);
    let n = matrix.n_columns() as f64;
    let largest = found.scores[0]
        .iter()
        .fold(0.0_f64, |size, score| size.max(score.abs()));
    for (i, (scores, loadings)) in found.scores.iter().zip(&found.loadings).enumerate() {
        for (j, (others, other_loadings)) in found.scores.iter().zip(&found.loadings).enumerate() {
            let same = f64::from(u8::from(i == j));
            assert!(
                (dot(loadings, other_loadings) - same).abs() < 1e-6,
                "{i}, {j}"
            );
            let expected = same * found.variances[i];
            let variance = dot(scores, others) / (n - 1.0);
            assert!(
                (variance - expected).abs() < 1e-6 * found.variances[0],
                "{i}, {j}"
            );
        }
        for (sample, score) in scores.iter().enumerate() {
            let along = |gene: usize| {
                let row = matrix.row(gene);
                let mean = row.iter().map(|&x| f64::from(x)).sum::<f64>() / n;
                let center = if options.center { mean } else { 0.0 };
                let square = row
                    .iter()
                    .map(|&x| (f64::from(x) - center).powi(2))
                    .sum::<f64>();
                let factor = if options.scale {
                    ((n - 1.0) / square).sqrt()
                } else {
                    1.0
                };
                loadings[gene] * (f64::from(row[sample]) - center) * factor
            };
            let projected: f64 = (0..matrix.n_rows()).map(along).sum();
            assert!((projected - score).abs() < 1e-5 * largest, "{i}, {sample}");
        }
        let top = loadings.iter().map(|x| x.abs()).fold(0.0, f64::max);
        assert!(loadings.contains(&top), "the largest loading is positive");
    }
    assert!(found.variances.is_sorted_by(|a, b| a >= b));
    assert!(found.variances.iter().sum::<f64>() <= found.total_variance * (1.0 + 1e-6));
    found
}

#[test]
fn components_are_orthogonal_projections_with_the_most_variance_first() {
    for (n_genes, n_samples) in [(200, 30), (30, 200), (40, 40), (500, 2), (2, 9)] {
        let matrix = matrix(n_genes, n_samples);
        for (center, scale) in [(true, false), (true, true), (false, false), (false, true)] {
            let found = check(
                &matrix,
                PrincipalOptions {
                    center,
                    scale,
                    ..OPTIONS
                },
            );
            let most = n_genes.min(n_samples - usize::from(center));
            assert_eq!(
                found.variances.len(),
                most.min(6),
                "{n_genes} × {n_samples}"
            );
        }
    }
}

#[test]
fn a_shape_of_lower_rank_has_fewer_components() {
    let values = (0..60).map(|i| (i / 10) as f32 * (i % 10) as f32).collect();
    let found = components(&Matrix::from_rows(6, 10, values), OPTIONS);
    assert_eq!(found.variances.len(), 1);
    assert!((found.variances[0] / found.total_variance - 1.0).abs() < 1e-6);
    let constant = components(&Matrix::from_rows(3, 3, vec![0.1; 9]), OPTIONS);
    assert!(constant.variances.is_empty());
    assert_eq!(constant.total_variance, 0.0);
}

#[test]
fn values_of_any_size_have_the_same_directions() {
    let original = matrix(50, 20);
    let expected = components(&original, OPTIONS);
    for factor in [1e25_f32, 1e-25] {
        let values = original
            .values()
            .iter()
            .map(|value| value * factor)
            .collect();
        let found = components(&Matrix::from_rows(50, 20, values), OPTIONS);
        for (x, y) in expected
            .loadings
            .concat()
            .iter()
            .zip(found.loadings.concat())
        {
            assert!((x - y).abs() < 1e-5);
        }
    }
}

#[test]
fn a_random_start_finds_the_exact_components() {
    for (n_genes, n_samples, short) in [(300, 90, Side::Samples), (80, 300, Side::Genes)] {
        let matrix = matrix(n_genes, n_samples);
        let exact = components(&matrix, OPTIONS);
        let found = quietly(|context| {
            let data = Adjusted::new(&matrix, true, false, context)?;
            let directions = basis::randomized(&data, short, 6, 4, context)?;
            settle(&data, short, &directions, 6, context)
                .map(|settled| settled.into_principal(&data, short, false))
        })
        .unwrap();
        let largest = exact.scores[0]
            .iter()
            .fold(0.0_f64, |size, x| size.max(x.abs()));
        for (x, y) in exact.scores.concat().iter().zip(found.scores.concat()) {
            assert!((x - y).abs() < 1e-5 * largest, "{x}, {y}");
        }
    }
}

#[test]
fn a_short_side_above_the_bound_is_told_to_be_approximate() {
    let n = MAX_EXACT + 1;
    let values = (0..n * n).map(|i| ((i / n) * (i % n) % 7) as f32).collect();
    let options = PrincipalOptions {
        n_components: 1,
        ..OPTIONS
    };
    let found = components(&Matrix::from_rows(n, n, values), options);
    assert!(!found.is_exact && found.variances.len() == 1);
}
