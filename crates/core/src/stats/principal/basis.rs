//! Directions on the short side that hold the leading components.

use cuvette_kernels::vectors::{add_scaled, dot, scale};

use super::adjusted::{Adjusted, Side};
use crate::{
    context::Context,
    error::AnalysisError,
    random::Random,
    stats::{eigen::largest_eigenpairs, gram::gram},
};

/// Directions beyond those wanted, as in scikit-learn; they take the error of the last wanted ones.
const N_MORE: usize = 10;

/// Multiplications there and back, as in scikit-learn for few components.
const N_ROUNDS: usize = 7;

/// The leading eigenvectors of all products on the short side.
pub(super) fn exact(
    data: &Adjusted,
    short: Side,
    n_wanted: usize,
    context: &Context,
) -> Result<Vec<Vec<f64>>, AnalysisError> {
    let products = gram(&data.rows(short, context)?, context)?;
    Ok(largest_eigenpairs(&products, n_wanted, context)?.vectors)
}

/// What is left of random directions after being multiplied with the data there and back.
pub(super) fn randomized(
    data: &Adjusted,
    short: Side,
    n_wanted: usize,
    seed: u64,
    context: &Context,
) -> Result<Vec<Vec<f64>>, AnalysisError> {
    let n = data.len(short);
    let mut random = Random::new(seed);
    let mut start = || (0..n).map(|_| random.signed()).collect();
    let mut directions: Vec<Vec<f64>> = (0..(n_wanted + N_MORE).min(n)).map(|_| start()).collect();
    directions = orthonormal(directions, context)?;
    for round in 0..N_ROUNDS {
        context.progress(round, N_ROUNDS, "rounds");
        let there = data.multiply(short.other(), &directions, context)?;
        let there = orthonormal(there, context)?;
        directions = orthonormal(data.multiply(short, &there, context)?, context)?;
    }
    Ok(directions)
}

/// An orthonormal basis of the same space: Gram and Schmidt, twice; what depends on others goes.
fn orthonormal(vectors: Vec<Vec<f64>>, context: &Context) -> Result<Vec<Vec<f64>>, AnalysisError> {
    let mut basis: Vec<Vec<f64>> = Vec::with_capacity(vectors.len());
    for mut vector in vectors {
        context.check_cancelled()?;
        let size = dot(&vector, &vector).sqrt();
        for _ in 0..2 {
            for known in &basis {
                let share = dot(known, &vector);
                add_scaled(&mut vector, -share, known);
            }
        }
        let left = dot(&vector, &vector).sqrt();
        if left > 1e-12 * size {
            scale(&mut vector, 1.0 / left);
            basis.push(vector);
        }
    }
    Ok(basis)
}
