//! How much points belong together, for t-SNE.

use super::{Neighbors, POINTS_PER_LOOK};
use crate::{context::Context, error::AnalysisError, parallel};

/// Halvings in the search of the width that gives the perplexity.
const N_HALVINGS: usize = 64;

/// Weights of neighbors, symmetric, per point in the order of the neighbors; they sum to 1.
pub(super) struct Affinities {
    rows: Vec<Vec<(u32, f64)>>,
}

impl Affinities {
    /// Gaussian weights of the given perplexity, the mean of both directions.
    pub fn new(
        neighbors: &Neighbors,
        perplexity: f64,
        context: &Context,
    ) -> Result<Self, AnalysisError> {
        let n = neighbors.n_points;
        let weights: Vec<Vec<f64>> = parallel::try_map(n, &|point| {
            context.check_cancelled()?;
            let squares: Vec<f64> = neighbors.of(point).map(|(_, square)| square).collect();
            Ok::<_, AnalysisError>(gaussian_weights(&squares, perplexity))
        })?;
        let mut rows: Vec<Vec<(u32, f64)>> = vec![Vec::with_capacity(2 * neighbors.k); n];
        for (point, weights) in weights.iter().enumerate() {
            if point % POINTS_PER_LOOK == 0 {
                context.check_cancelled()?;
            }
            for ((other, _), weight) in neighbors.of(point).zip(weights) {
                let half = weight / (2 * n) as f64;
                rows[point].push((other as u32, half));
                rows[other].push((point as u32, half));
            }
        }
        parallel::for_each_chunk(&mut rows, 1, &|_, rows| {
            for row in rows {
                row.sort_by_key(|entry| entry.0);
                row.dedup_by(|later, first| {
                    let is_same = later.0 == first.0;
                    if is_same {
                        first.1 += later.1;
                    }
                    is_same
                });
            }
        });
        Ok(Self { rows })
    }

    /// What is tied to a point, with its weight.
    pub fn of(&self, point: usize) -> &[(u32, f64)] {
        &self.rows[point]
    }
}

/// Weights exp(−β d²) that sum to 1, with the β whose entropy is the logarithm of the perplexity
/// (van der Maaten and Hinton 2008, §2); as even as can be where no β reaches it.
pub(super) fn gaussian_weights(squares: &[f64], perplexity: f64) -> Vec<f64> {
    let nearest = squares.iter().copied().fold(f64::INFINITY, f64::min);
    let weights = |beta: f64| -> Vec<f64> {
        let weights = squares
            .iter()
            .map(|square| libm::exp(-beta * (square - nearest)));
        let weights: Vec<f64> = weights.collect();
        let sum: f64 = weights.iter().sum();
        weights.into_iter().map(|weight| weight / sum).collect()
    };
    let entropy = |weights: &[f64]| -> f64 {
        let present = weights.iter().filter(|&&weight| weight > 0.0);
        -present
            .map(|&weight| weight * libm::log(weight))
            .sum::<f64>()
    };
    let wanted = libm::log(perplexity);
    let (mut low, mut high, mut beta) = (0.0, f64::INFINITY, 1.0);
    for _ in 0..N_HALVINGS {
        let found = entropy(&weights(beta));
        if (found - wanted).abs() < 1e-5 {
            break;
        }
        // Wider (a smaller β) means more entropy.
        if found > wanted {
            low = beta;
        } else {
            high = beta;
        }
        beta = if high.is_finite() {
            f64::midpoint(low, high)
        } else {
            2.0 * beta
        };
    }
    weights(beta)
}
