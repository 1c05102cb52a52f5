//! UMAP (<https://doi.org/10.48550/arXiv.1802.03426>).
//!
//! How this works: exact neighbors, their fuzzy union, and steps one after the other along the ties,
//! five points at random pushing for each that pulls. Settings are umap-learn's for its default
//! distance of 0.1; but the start is from principal components, which needs no eigenvectors of the
//! graph and keeps the map's large shape, and neighbors are exact.

use cuvette_kernels::embedding::{Curve, Edge, step_edges};

use super::{Map, fuzzy::memberships, nearest_neighbors, start};
use crate::{context::Context, error::AnalysisError, matrix::Matrix, random::Random};

/// What umap-learn fits to a least distance of 0.1 and a spread of 1.
const CURVE: Curve = Curve {
    a: 1.576_943_460_405_379,
    b: 0.895_060_878_121_228,
};

/// Half the width of the start.
const START_SIZE: f64 = 10.0;

/// How to lay out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UmapOptions {
    /// Neighbors of a point, itself among them, at least 2.
    pub n_neighbors: usize,
    /// Start of the jitter and of the choice of points that push.
    pub seed: u64,
}

/// The rows of `points`, principal components, as a map.
pub fn umap(
    points: &Matrix,
    options: UmapOptions,
    context: &Context,
) -> Result<Map, AnalysisError> {
    let n = points.n_rows();
    let neighbors = nearest_neighbors(points, options.n_neighbors - 1, context)?;
    let n_rounds = if n <= 10_000 { 500 } else { 200 };
    let mut edges = edges(&neighbors, n_rounds, context)?;
    let mut random = Random::new(options.seed);
    let farthest = |xs: &[f64]| xs.iter().fold(0.0_f64, |size, x| size.max(x.abs()));
    let mut map = start(points, farthest, START_SIZE, &mut random);
    for round in 0..n_rounds {
        context.check_cancelled()?;
        context.progress(round, n_rounds, "rounds");
        let rate = 1.0 - round as f64 / n_rounds as f64;
        step_edges(&mut map, &mut edges, CURVE, rate, round as f32, || {
            random.bits()
        });
    }
    Ok(map)
}

/// Ties with the rounds of their steps: the strongest every round, others by their membership.
fn edges(
    neighbors: &super::Neighbors,
    n_rounds: usize,
    context: &Context,
) -> Result<Vec<Edge>, AnalysisError> {
    let joined = memberships(neighbors, context)?;
    let all = || joined.iter().flat_map(|of_point| of_point.values());
    let strongest = all().copied().fold(0.0, f64::max);
    let ties = (0_u32..).zip(&joined);
    let ties = ties.flat_map(|(from, of_point)| {
        of_point
            .iter()
            .map(move |(&to, &membership)| (from, to, membership))
    });
    let lasting = ties.filter(|tie| tie.2 >= strongest / n_rounds as f64 && tie.2 > 0.0);
    let edge = |(from, to, membership): (u32, u32, f64)| {
        let every = (strongest / membership) as f32;
        Edge {
            from,
            to,
            every,
            next: every,
        }
    };
    Ok(lasting.map(edge).collect())
}
