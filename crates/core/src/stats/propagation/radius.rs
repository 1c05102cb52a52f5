//! The size of the largest eigenvalue of a network.

use cuvette_kernels::vectors::{add_scaled, dot, scale};

use super::ridge::Regulation;
use crate::{context::Context, error::AnalysisError, parallel, random::Random};

/// Rounds at most: two eigenvalues that are nearly as large take many.
const MAX_ROUNDS: usize = 1_000;

/// It is settled when it changes by less than this share, so many rounds on end.
const TOLERANCE: f64 = 1e-12;
const N_SETTLED: usize = 8;

/// What is left of a vector of length 1 that lies along another, by rounding.
const PARALLEL: f64 = 1e-12;

/// The largest size of an eigenvalue, by multiplying two vectors again and again: two, so that a
/// pair of complex ones, or of opposite ones, is found as well.
///
/// Stewart 1976, <https://doi.org/10.1007/BF01397551>.
pub(super) fn spectral_radius(
    network: &[Regulation],
    context: &Context,
) -> Result<f64, AnalysisError> {
    let mut random = Random::new(0);
    let mut start = || -> Vec<f64> { network.iter().map(|_| random.signed()).collect() };
    let mut vectors = [start(), start()];
    let (mut radius, mut n_settled) = (0.0_f64, 0);
    for _ in 0..MAX_ROUNDS {
        context.check_cancelled()?;
        make_orthonormal(&mut vectors);
        let next = [0, 1].map(|at| multiply(network, &vectors[at]));
        let product = |row: usize, column: usize| dot(&vectors[row], &next[column]);
        let found = largest_of_square([product(0, 0), product(0, 1), product(1, 0), product(1, 1)]);
        let is_same = (found - radius).abs() <= TOLERANCE * found;
        n_settled = if is_same { n_settled + 1 } else { 0 };
        radius = found;
        if n_settled == N_SETTLED {
            break;
        }
        vectors = next;
    }
    Ok(radius)
}

/// The change that one step makes of a change of every gene.
pub(super) fn multiply(network: &[Regulation], changes: &[f64]) -> Vec<f64> {
    parallel::map_by(64, network.len(), &|gene| {
        let Regulation {
            regulators,
            weights,
            ..
        } = &network[gene];
        let terms = regulators.iter().zip(weights);
        terms
            .map(|(&regulator, weight)| weight * changes[regulator])
            .sum()
    })
}

/// Both of length 1 and at right angles, or zero where nothing is left.
fn make_orthonormal(vectors: &mut [Vec<f64>; 2]) {
    let [first, second] = vectors;
    for vector in [&mut *first, &mut *second] {
        normalize(vector, 0.0);
    }
    // Twice, since rounding counts where little is left.
    for least in [PARALLEL, 0.0] {
        let along = dot(first, second);
        add_scaled(second, -along, first);
        normalize(second, least);
    }
}

fn normalize(vector: &mut [f64], least: f64) {
    let length = dot(vector, vector).sqrt();
    scale(vector, if length > least { 1.0 / length } else { 0.0 });
}

/// The largest size of an eigenvalue of two rows of two.
fn largest_of_square([a, b, c, d]: [f64; 4]) -> f64 {
    let (half_trace, determinant) = (0.5 * (a + d), a * d - b * c);
    match half_trace * half_trace - determinant {
        square if square < 0.0 => determinant.sqrt(),
        square => half_trace.abs() + square.sqrt(),
    }
}

#[cfg(test)]
mod tests {
    use super::spectral_radius;
    use crate::{context::quietly, stats::propagation::ridge::Regulation};

    fn check(rows: &[&[f64]], expected: f64) {
        let row = |row: &&[f64]| Regulation {
            regulators: (0..row.len()).collect(),
            weights: row.to_vec(),
            penalty: 0.0,
        };
        let network: Vec<Regulation> = rows.iter().map(row).collect();
        let found = quietly(|context| spectral_radius(&network, context)).unwrap();
        assert!((found - expected).abs() <= 1e-8, "{found}, {expected}");
    }

    #[test]
    fn eigenvalues_of_every_sort_are_found() {
        check(&[], 0.0);
        check(&[&[-0.5]], 0.5);
        check(&[&[0.0, 0.0], &[0.0, 0.0]], 0.0);
        // One step and no further.
        check(&[&[0.0, 7.0], &[0.0, 0.0]], 0.0);
        // A turn, and an exchange: ± i, ± 1.
        check(&[&[0.0, -1.0], &[1.0, 0.0]], 1.0);
        check(&[&[0.0, 1.0], &[1.0, 0.0]], 1.0);
        check(
            &[&[2.0, 0.0, 0.0], &[0.0, -3.0, 0.0], &[0.0, 0.0, 1.0]],
            3.0,
        );
        // A turn that grows, beside a smaller one of its own.
        check(
            &[&[0.9, -0.9, 0.0], &[0.9, 0.9, 0.0], &[0.0, 0.0, 1.0]],
            1.62_f64.sqrt(),
        );
    }
}
