//! Principal components of genes × samples.
//!
//! How this works: the products of every two samples (or genes, where these are fewer) give the
//! leading directions on the short side. The data are then projected on these once more, and the
//! small matrix of the projections' own products settles values and directions: what the first
//! products, taken in `f32`, got wrong enters only by its square. Above [`MAX_EXACT`] on the short
//! side, a seeded random start with seven rounds of multiplication takes the place of the products
//! (Halko, Martinsson and Tropp 2011, <https://doi.org/10.1137/090771806>).

mod adjusted;
mod basis;

use cuvette_kernels::vectors::{add_scaled, dot, scale};

use self::adjusted::{Adjusted, Side};
use super::eigen::{Symmetric, largest_eigenpairs};
use crate::{context::Context, error::AnalysisError, matrix::Matrix, parallel};

/// Up to so many samples or genes, whichever are fewer, components are exact.
pub const MAX_EXACT: usize = 2_000;

/// A component below this share of the whole is what rounding left, not variance.
const MIN_SHARE: f64 = 1e-11;

/// What to compute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PrincipalOptions {
    /// Number of components, at most as many as there can be.
    pub n_components: usize,
    /// Subtract the mean of every gene.
    pub center: bool,
    /// Divide every gene by its standard deviation; by the root of its mean square where not
    /// centered, as R `scale`.
    pub scale: bool,
    /// Start of the random numbers above [`MAX_EXACT`].
    pub seed: u64,
}

/// Principal components, the one with the most variance first.
#[derive(Debug, Clone, PartialEq)]
pub struct Principal {
    /// One vector per component: the coordinate of each sample.
    pub scores: Vec<Vec<f64>>,
    /// One vector per component: the weight of each gene; of length 1, the largest positive.
    pub loadings: Vec<Vec<f64>>,
    /// The variance of each component's scores, with n − 1.
    pub variances: Vec<f64>,
    /// The sum of the variances of all genes.
    pub total_variance: f64,
    /// False above [`MAX_EXACT`].
    pub is_exact: bool,
}

/// The principal components of `matrix`, genes in rows; fewer than asked for where the data have no
/// more: at most n − 1, or n where not centered, at most one per gene, and none without variance.
///
/// # Missing values
///
/// None may be missing or infinite: leave such genes out first.
///
/// # Errors
///
/// Only [`AnalysisError::Cancelled`], and [`AnalysisError::NotConverged`] with values that are not
/// finite.
///
/// # References
///
/// Agrees with R `prcomp` and with `sklearn.decomposition.PCA(svd_solver="full")`, signs aside: the
/// largest loading of each component is positive, of equal ones the first.
pub fn principal_components(
    matrix: &Matrix,
    options: PrincipalOptions,
    context: &Context,
) -> Result<Principal, AnalysisError> {
    let data = Adjusted::new(matrix, options.center, options.scale, context)?;
    let (n_genes, n_samples) = (matrix.n_rows(), matrix.n_columns());
    let short = if n_samples <= n_genes {
        Side::Samples
    } else {
        Side::Genes
    };
    let n_short = n_samples.min(n_genes);
    let most = n_genes.min(n_samples - usize::from(options.center && n_samples > 0));
    let n_wanted = options.n_components.min(most);
    let is_exact = n_short <= MAX_EXACT;
    let directions = if data.total == 0.0 {
        Vec::new()
    } else if is_exact {
        basis::exact(&data, short, n_wanted, context)?
    } else {
        basis::randomized(&data, short, n_wanted, options.seed, context)?
    };
    let found = settle(&data, short, &directions, n_wanted, context)?;
    Ok(found.into_principal(&data, short, is_exact))
}

/// Directions on both sides, each of length 1, and how far the data reach along them.
struct Settled {
    short: Vec<Vec<f64>>,
    long: Vec<Vec<f64>>,
    squares: Vec<f64>,
}

/// Projects the data on `directions` of the short side, and turns these so that the projections
/// are orthogonal (Rayleigh and Ritz).
fn settle(
    data: &Adjusted,
    short: Side,
    directions: &[Vec<f64>],
    n_wanted: usize,
    context: &Context,
) -> Result<Settled, AnalysisError> {
    let projections = data.multiply(short.other(), directions, context)?;
    let n = projections.len();
    let cells = parallel::map(n * n, &|at| dot(&projections[at / n], &projections[at % n]));
    let products = Symmetric::from_rows(n, cells);
    let turns = largest_eigenpairs(&products, n_wanted, context)?;
    let is_real = |&&square: &&f64| square > MIN_SHARE * data.total;
    let squares: Vec<f64> = turns.values.iter().take_while(is_real).copied().collect();
    let turned = |vectors: &[Vec<f64>], at: usize, length: f64| {
        let mut sum = vec![0.0; vectors.first().map_or(0, Vec::len)];
        for (vector, share) in vectors.iter().zip(&turns.vectors[at]) {
            add_scaled(&mut sum, share / length, vector);
        }
        sum
    };
    let n = squares.len();
    Ok(Settled {
        short: parallel::map(n, &|at| turned(directions, at, 1.0)),
        long: parallel::map(n, &|at| turned(&projections, at, squares[at].sqrt())),
        squares,
    })
}

impl Settled {
    fn into_principal(self, data: &Adjusted, short: Side, is_exact: bool) -> Principal {
        let (mut scores, mut loadings) = match short {
            Side::Samples => (self.short, self.long),
            Side::Genes => (self.long, self.short),
        };
        for ((scores, loadings), square) in scores.iter_mut().zip(&mut loadings).zip(&self.squares)
        {
            let sign = sign_of_largest(loadings);
            scale(scores, sign * data.unit * square.sqrt());
            scale(loadings, sign);
        }
        let n_free = (data.matrix.n_columns() as f64 - 1.0).max(1.0);
        let variance = |square: f64| square * data.unit * data.unit / n_free;
        Principal {
            scores,
            loadings,
            variances: self
                .squares
                .iter()
                .map(|&square| variance(square))
                .collect(),
            total_variance: variance(data.total),
            is_exact,
        }
    }
}

/// The sign that makes the largest of the values positive; of equal ones, the first decides.
pub fn sign_of_largest(values: &[f64]) -> f64 {
    let largest = values.iter().fold(0.0_f64, |largest, &value| {
        if value.abs() > largest.abs() {
            value
        } else {
            largest
        }
    });
    1.0_f64.copysign(largest)
}

#[cfg(test)]
mod tests;
