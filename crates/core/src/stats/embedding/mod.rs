//! Points of many dimensions in a plane, neighbors beside neighbors: t-SNE and UMAP.
//!
//! Own code, since what there is in Rust brings an approximate search of neighbors that depends on
//! threads, or random numbers of its own; here equal seeds give equal maps on any number of threads.

mod affinities;
mod fuzzy;
mod neighbors;
mod tsne;
mod umap;

pub use neighbors::{Neighbors, nearest_neighbors};
pub use tsne::{MAX_EXACT, TsneOptions, tsne};
pub use umap::{UmapOptions, umap};

use crate::{matrix::Matrix, random::Random};

/// Points between two looks at the cancel flag.
const POINTS_PER_LOOK: usize = 256;

/// Coordinates in the plane, of every point in turn: x, y.
pub type Map = Vec<[f64; 2]>;

/// Starts from the first two columns of `points`, which are principal components: scaled so that
/// `size` of the first is `to`, with a jitter of one per cent that parts equal points.
fn start(points: &Matrix, size: impl Fn(&[f64]) -> f64, to: f64, random: &mut Random) -> Map {
    let column = |at: usize| -> Vec<f64> {
        let cell = |row: usize| points.row(row).get(at).map_or(0.0, |&x| f64::from(x));
        (0..points.n_rows()).map(cell).collect()
    };
    let (xs, ys) = (column(0), column(1));
    let factor = match size(&xs) {
        size if size > 0.0 => to / size,
        _ => 0.0,
    };
    let mut place = |x: f64| factor * x + 0.01 * to * random.signed();
    xs.into_iter()
        .zip(ys)
        .map(|(x, y)| [place(x), place(y)])
        .collect()
}

#[cfg(test)]
mod tests;
