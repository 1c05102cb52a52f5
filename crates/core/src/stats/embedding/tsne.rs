//! t-SNE (van der Maaten and Hinton 2008, <https://www.jmlr.org/papers/v9/vandermaaten08a.html>).
//!
//! How this works: neighbors pull by their weights; all points push each other, one by one up to
//! [`MAX_EXACT`] points, by squares of points above (van der Maaten 2014,
//! <https://www.jmlr.org/papers/v15/vandermaaten14a.html>). Settings are scikit-learn's: start from
//! principal components, 1,000 rounds, pull twelvefold in the first 250, rate n / 48 but at least 50.

use cuvette_kernels::embedding::{Quadtree, Repulsion, repulsion};

use super::{Map, affinities::Affinities, nearest_neighbors, start};
use crate::{context::Context, error::AnalysisError, matrix::Matrix, parallel, random::Random};

/// Up to so many points, each pushes each.
pub const MAX_EXACT: usize = 2_000;

const N_ROUNDS: usize = 1_000;
const N_EARLY_ROUNDS: usize = 250;
const EARLY_PULL: f64 = 12.0;
const MIN_GAIN: f64 = 0.01;

/// A square acts as one point where its width is below this times its distance.
const THETA: f32 = 0.5;

/// How to lay out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TsneOptions {
    /// How many neighbors count, in effect; below n − 1.
    pub perplexity: f64,
    /// Start of the jitter.
    pub seed: u64,
}

/// The rows of `points`, principal components, as a map whose center is at 0.
pub fn tsne(
    points: &Matrix,
    options: TsneOptions,
    context: &Context,
) -> Result<Map, AnalysisError> {
    let n = points.n_rows();
    let n_neighbors = (3.0 * options.perplexity).ceil() as usize;
    let neighbors = nearest_neighbors(points, n_neighbors, context)?;
    let affinities = Affinities::new(&neighbors, options.perplexity, context)?;
    let spread = |xs: &[f64]| (xs.iter().map(|x| x * x).sum::<f64>() / n as f64).sqrt();
    let mut descent = Descent {
        map: start(points, spread, 1e-4, &mut Random::new(options.seed)),
        speeds: Vec::new(),
        gains: Vec::new(),
        rate: (n as f64 / EARLY_PULL / 4.0).max(50.0),
    };
    for round in 0..N_ROUNDS {
        context.check_cancelled()?;
        context.progress(round, N_ROUNDS, "rounds");
        // The early rounds leave speeds that would throw points across the map.
        if round == 0 || round == N_EARLY_ROUNDS {
            descent.rest();
        }
        let (pull, inertia) = match round {
            ..N_EARLY_ROUNDS => (EARLY_PULL, 0.5),
            _ => (1.0, 0.8),
        };
        let slopes = slopes(&descent.map, &affinities, pull);
        descent.step(&slopes, inertia);
    }
    Ok(descent.map)
}

/// How the Kullback–Leibler divergence changes with each coordinate.
fn slopes(map: &Map, affinities: &Affinities, pull: f64) -> Vec<[f64; 2]> {
    let xs: Vec<f32> = map.iter().map(|point| point[0] as f32).collect();
    let ys: Vec<f32> = map.iter().map(|point| point[1] as f32).collect();
    let tree = (map.len() > MAX_EXACT).then(|| Quadtree::new(&xs, &ys));
    let push = |point: usize| match &tree {
        Some(tree) => tree.repulsion(xs[point], ys[point], THETA),
        None => repulsion(&xs, &ys, point),
    };
    let pushes: Vec<Repulsion> = parallel::map_by(16, map.len(), &push);
    let weight: f64 = pushes.iter().map(|push| push.weight).sum();
    // One point alone has nobody to push it.
    let weight = weight.max(f64::MIN_POSITIVE);
    let slope = |point: usize| {
        let push = &pushes[point];
        let mut along = [-push.x / weight, -push.y / weight];
        for &(other, share) in affinities.of(point) {
            let [dx, dy] = [0, 1].map(|axis| map[point][axis] - map[other as usize][axis]);
            let force = pull * share / (1.0 + dx * dx + dy * dy);
            along[0] += force * dx;
            along[1] += force * dy;
        }
        along.map(|along| 4.0 * along)
    };
    parallel::map_by(16, map.len(), &slope)
}

/// Gradient descent with momentum and a gain per coordinate (Jacobs 1988).
struct Descent {
    map: Map,
    speeds: Vec<[f64; 2]>,
    gains: Vec<[f64; 2]>,
    rate: f64,
}

impl Descent {
    /// Stops all points.
    fn rest(&mut self) {
        self.speeds = vec![[0.0; 2]; self.map.len()];
        self.gains = vec![[1.0; 2]; self.map.len()];
    }

    fn step(&mut self, slopes: &[[f64; 2]], inertia: f64) {
        let state = self.speeds.iter_mut().zip(&mut self.gains);
        for ((point, (speed, gain)), slope) in self.map.iter_mut().zip(state).zip(slopes) {
            for axis in 0..2 {
                let is_turning = slope[axis] * speed[axis] >= 0.0;
                gain[axis] = if is_turning {
                    (gain[axis] * 0.8).max(MIN_GAIN)
                } else {
                    gain[axis] + 0.2
                };
                speed[axis] = inertia * speed[axis] - self.rate * gain[axis] * slope[axis];
                point[axis] += speed[axis];
            }
        }
        let n = self.map.len() as f64;
        for axis in 0..2 {
            let center = self.map.iter().map(|point| point[axis]).sum::<f64>() / n;
            for point in &mut self.map {
                point[axis] -= center;
            }
        }
    }
}
