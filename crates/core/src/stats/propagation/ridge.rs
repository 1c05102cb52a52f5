//! The coefficients of each gene on its regulators, by ridge regression.
//!
//! How this works: genes are scaled to variance 1, so that one penalty fits all, and for each gene
//! the penalty of [`PENALTIES`] is taken that generalized cross-validation likes best. With one
//! list of regulators for all genes, one inverse per penalty serves them all: a regulator's own
//! coefficients on the others stand in its column.

use cuvette_kernels::{
    dense::{Real, View},
    vectors::dot,
};

use super::covariance::ShrunkCovariance;
use crate::{
    context::Context,
    error::AnalysisError,
    parallel,
    stats::{cholesky::Cholesky, eigen::Symmetric},
};

/// What is tried, for genes of variance 1 and the mean of squared errors.
pub(super) const PENALTIES: [f64; 9] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];

/// Genes that are predicted together.
const BLOCK: usize = 32;

/// Which genes each gene may depend on; never on itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Regulators<'a> {
    /// Those of a list, such as transcription factors, by their position.
    Listed(&'a [usize]),
    /// So many that it correlates with most, up or down.
    TopCorrelated(usize),
    /// So many with the largest partial correlation, of the shrunk covariance.
    TopPartial(usize),
}

/// One gene as a sum of others.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Regulation {
    /// The genes it depends on, ascending.
    pub regulators: Vec<usize>,
    /// By how much it changes with one unit of each.
    pub weights: Vec<f64>,
    /// The penalty that was chosen; NaN without regulators.
    pub penalty: f64,
}

/// The best coefficients so far, of genes of variance 1.
#[derive(Clone)]
struct Best {
    score: f64,
    penalty: f64,
    weights: Vec<f64>,
}

impl Best {
    fn none() -> Self {
        Self {
            score: f64::INFINITY,
            penalty: f64::NAN,
            weights: Vec::new(),
        }
    }

    /// Takes these coefficients where they are better.
    fn offer(&mut self, score: f64, penalty: f64, weights: &[f64]) {
        if score < self.score {
            *self = Self {
                score,
                penalty,
                weights: weights.to_vec(),
            };
        }
    }
}

/// The regulation of every gene.
pub(super) fn fit(
    covariance: &ShrunkCovariance,
    regulators: Regulators,
    context: &Context,
) -> Result<Vec<Regulation>, AnalysisError> {
    let n_genes = covariance.len();
    match regulators {
        Regulators::Listed(list) => {
            let mut list = list.to_vec();
            list.sort_unstable();
            list.dedup();
            fit_listed(covariance, &list, context)
        }
        Regulators::TopCorrelated(n) => {
            let strength = |a: usize, b: usize| covariance.correlation(a, b).abs();
            fit_top(covariance, n.min(n_genes - 1), &strength, context)
        }
        Regulators::TopPartial(n) => {
            let inverse = covariance.inverse(context)?;
            // The variance of the gene itself is in all of its partial correlations.
            let strength = |a: usize, b: usize| inverse.row(a)[b].abs() / inverse.row(b)[b].sqrt();
            fit_top(covariance, n.min(n_genes - 1), &strength, context)
        }
    }
}

/// Each gene on the `n_regulators` others of the largest strength; of equal ones the first.
fn fit_top(
    covariance: &ShrunkCovariance,
    n_regulators: usize,
    strength: &(dyn Fn(usize, usize) -> f64 + Sync),
    context: &Context,
) -> Result<Vec<Regulation>, AnalysisError> {
    let n_genes = covariance.len();
    parallel::try_map(n_genes, &|gene| {
        context.check_cancelled()?;
        let mut others: Vec<(usize, f64)> = (0..n_genes)
            .filter(|&other| other != gene)
            .map(|other| (other, strength(gene, other)))
            .collect();
        others.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        others.truncate(n_regulators);
        let mut regulators: Vec<usize> = others.into_iter().map(|other| other.0).collect();
        regulators.sort_unstable();
        let r: Vec<f64> = regulators
            .iter()
            .map(|&regulator| covariance.correlation(regulator, gene))
            .collect();
        let mut best = Best::none();
        for penalty in PENALTIES {
            let inverse = inverse(covariance, &regulators, penalty, &context.of_piece())?;
            let weights: Vec<f64> = (0..r.len()).map(|at| dot(inverse.row(at), &r)).collect();
            let score = score(
                &r,
                &weights,
                penalty,
                inverse.trace(),
                covariance.n_samples(),
            );
            best.offer(score, penalty, &weights);
        }
        Ok(regulation(covariance, gene, regulators, &best))
    })
}

/// Each gene on all genes of one list, but itself.
fn fit_listed(
    covariance: &ShrunkCovariance,
    list: &[usize],
    context: &Context,
) -> Result<Vec<Regulation>, AnalysisError> {
    let n = list.len();
    let mut best = vec![Best::none(); covariance.len()];
    for (at, penalty) in PENALTIES.into_iter().enumerate() {
        context.progress(at, PENALTIES.len(), "penalties");
        if n == 0 {
            break;
        }
        let inverse = inverse(covariance, list, penalty, context)?;
        parallel::try_map_chunks(&mut best, BLOCK, &|block, best| {
            context.check_cancelled()?;
            let genes = block * BLOCK..block * BLOCK + best.len();
            let pairs = genes
                .clone()
                .flat_map(|gene| list.iter().map(move |&r| (r, gene)));
            let r: Vec<f64> = pairs.map(|(a, b)| covariance.correlation(a, b)).collect();
            let mut weights = vec![0.0; r.len()];
            let cells = View::new(inverse.cells(), n);
            f64::add_product(View::new(&r, n), cells, &mut weights);
            let rows = r.chunks_exact(n).zip(weights.chunks_exact(n));
            for ((gene, best), (r, weights)) in genes.zip(best).zip(rows) {
                if let Ok(own) = list.binary_search(&gene) {
                    offer_own(best, r, own, &inverse, penalty, covariance.n_samples());
                } else {
                    let trace = inverse.trace();
                    let score = score(r, weights, penalty, trace, covariance.n_samples());
                    best.offer(score, penalty, weights);
                }
            }
            Ok::<(), AnalysisError>(())
        })?;
    }
    let best = best.into_iter().enumerate();
    let made = best.map(|(gene, best)| {
        let others = list.iter().copied().filter(|&other| other != gene);
        regulation(covariance, gene, others.collect(), &best)
    });
    Ok(made.collect())
}

/// Offers the coefficients of a regulator on the others of its list.
///
/// With P the inverse of all of them, that without one is P less p pᵀ / Pⱼⱼ, p its column, and its
/// coefficients are −p / Pⱼⱼ.
fn offer_own(
    best: &mut Best,
    r: &[f64],
    own: usize,
    inverse: &Symmetric,
    penalty: f64,
    n_samples: usize,
) {
    let column = inverse.row(own);
    let diagonal = column[own];
    let without_own = |values: &[f64]| [&values[..own], &values[own + 1..]].concat();
    let mut weights = without_own(column);
    for weight in &mut weights {
        *weight /= -diagonal;
    }
    let trace = inverse.trace() - dot(column, column) / diagonal;
    let score = score(&without_own(r), &weights, penalty, trace, n_samples);
    best.offer(score, penalty, &weights);
}

/// The inverse of the correlations of these genes with the penalty on their diagonal.
fn inverse(
    covariance: &ShrunkCovariance,
    genes: &[usize],
    penalty: f64,
    context: &Context,
) -> Result<Symmetric, AnalysisError> {
    let n = genes.len();
    let cell = |at: usize| {
        let (row, column) = (at / n, at % n);
        let r = covariance.correlation(genes[row], genes[column]);
        if row == column { r + penalty } else { r }
    };
    let cells = (0..n * n).map(cell).collect();
    let triangle = Cholesky::of(Symmetric::from_rows(n, cells), context)?;
    triangle
        .ok_or_else(|| covariance.singular())?
        .inverse(context)
}

/// What generalized cross-validation expects of the mean squared error, of a gene with variance 1
/// (Golub, Heath and Wahba 1979, <https://doi.org/10.1080/00401706.1979.10489751>); the mean, which
/// is fitted too, costs one degree of freedom.
///
/// `r` are the correlations with the regulators, `trace` that of their inverse.
fn score(r: &[f64], weights: &[f64], penalty: f64, trace: f64, n_samples: usize) -> f64 {
    let n = n_samples as f64;
    let df = r.len() as f64 - penalty * trace;
    let error = 1.0 - dot(r, weights) - penalty * dot(weights, weights);
    error / (1.0 - (df + 1.0) / n).powi(2)
}

/// Back to the scales of the genes.
fn regulation(
    covariance: &ShrunkCovariance,
    gene: usize,
    regulators: Vec<usize>,
    best: &Best,
) -> Regulation {
    let deviation = |gene: usize| covariance.variance(gene).sqrt();
    let own = deviation(gene);
    let scaled = best.weights.iter().zip(&regulators);
    let weights = scaled.map(|(weight, &regulator)| weight * own / deviation(regulator));
    Regulation {
        weights: weights.collect(),
        regulators,
        penalty: best.penalty,
    }
}
