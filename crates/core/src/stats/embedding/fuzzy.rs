//! How much points belong together, for UMAP.

use std::collections::BTreeMap;

use super::{Neighbors, POINTS_PER_LOOK};
use crate::{context::Context, error::AnalysisError};

const N_HALVINGS: usize = 64;

/// Widths are at least this share of the mean distance.
const MIN_WIDTH: f64 = 1e-3;

/// Memberships of pairs of neighbors, each in both directions, by point: the fuzzy union of what
/// each says of the other, p + q − pq.
pub(super) fn memberships(
    neighbors: &Neighbors,
    context: &Context,
) -> Result<Vec<BTreeMap<u32, f64>>, AnalysisError> {
    let n = neighbors.n_points;
    let distances = |point: usize| neighbors.of(point).map(|(_, square)| square.sqrt());
    let all = (0..n).flat_map(distances);
    let mean = all.sum::<f64>() / (n * (neighbors.k + 1)) as f64;
    let mut said: Vec<BTreeMap<u32, f64>> = vec![BTreeMap::new(); n];
    for (point, said) in said.iter_mut().enumerate() {
        if point % POINTS_PER_LOOK == 0 {
            context.check_cancelled()?;
        }
        let distances: Vec<f64> = distances(point).collect();
        let weights = weights(&distances, mean);
        let others = neighbors.of(point).map(|(other, _)| other as u32);
        said.extend(others.zip(weights));
    }
    let mut joined = said.clone();
    for (point, said_of) in said.iter().enumerate() {
        if point % POINTS_PER_LOOK == 0 {
            context.check_cancelled()?;
        }
        for (&other, &p) in said_of {
            let q = said[other as usize]
                .get(&(point as u32))
                .copied()
                .unwrap_or(0.0);
            let both = p + q - p * q;
            joined[point].insert(other, both);
            joined[other as usize].insert(point as u32, both);
        }
    }
    Ok(joined)
}

/// Weights exp(−(d − ρ) / σ), 1 below ρ, the nearest distance above 0, with the σ at which they sum
/// to the binary logarithm of the number of neighbors, the point itself counted as umap-learn does.
fn weights(distances: &[f64], mean: f64) -> Vec<f64> {
    let nearest = distances.iter().copied().filter(|&distance| distance > 0.0);
    let nearest = nearest.fold(f64::INFINITY, f64::min);
    let nearest = if nearest.is_finite() { nearest } else { 0.0 };
    let weight = |distance: f64, width: f64| match distance - nearest {
        beyond if beyond > 0.0 => libm::exp(-beyond / width),
        _ => 1.0,
    };
    let wanted = libm::log2((distances.len() + 1) as f64);
    let (mut low, mut high, mut width) = (0.0, f64::INFINITY, 1.0);
    for _ in 0..N_HALVINGS {
        let sum: f64 = distances
            .iter()
            .map(|&distance| weight(distance, width))
            .sum();
        if (sum - wanted).abs() < 1e-5 {
            break;
        }
        if sum > wanted {
            high = width;
        } else {
            low = width;
        }
        width = if high.is_finite() {
            f64::midpoint(low, high)
        } else {
            2.0 * width
        };
    }
    let own_mean = distances.iter().sum::<f64>() / (distances.len() + 1) as f64;
    let least = if nearest > 0.0 { own_mean } else { mean };
    let width = width.max(MIN_WIDTH * least).max(f64::MIN_POSITIVE);
    distances
        .iter()
        .map(|&distance| weight(distance, width))
        .collect()
}
