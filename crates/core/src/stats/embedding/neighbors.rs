//! The nearest points of every point, all of them looked at.

use std::sync::atomic::{AtomicUsize, Ordering};

use cuvette_kernels::{
    embedding::squared_distance,
    rank::{ordered_key, value_of_key},
    sort::{Scratch, keep_smallest},
};

use crate::{context::Context, error::AnalysisError, matrix::Matrix, parallel};

/// The nearest other points of every point, nearest first, of equally near ones the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbors {
    /// Number of points.
    pub n_points: usize,
    /// Neighbors per point.
    pub k: usize,
    /// `k` positions per point.
    pub places: Vec<u32>,
    /// Their squared Euclidean distances.
    pub squares: Vec<f32>,
}

impl Neighbors {
    /// Neighbors of a point, with their squared distances.
    pub fn of(&self, point: usize) -> impl Iterator<Item = (usize, f64)> {
        let range = point * self.k..(point + 1) * self.k;
        let places = self.places[range.clone()].iter();
        let squares = self.squares[range].iter();
        places
            .zip(squares)
            .map(|(&at, &square)| (at as usize, f64::from(square)))
    }
}

/// The `k` nearest others of every row of `points`, fewer where there are not as many.
///
/// # Complexity
///
/// Every two points are compared: `n² × columns` multiplications.
pub fn nearest_neighbors(
    points: &Matrix,
    k: usize,
    context: &Context,
) -> Result<Neighbors, AnalysisError> {
    let n = points.n_rows();
    let k = k.min(n.saturating_sub(1));
    let n_done = AtomicUsize::new(0);
    let of_point = |row: usize| {
        context.check_cancelled()?;
        // The distance above the position: the nearest are the smallest, of equal ones the first.
        let key = |other: usize| {
            let square = squared_distance(points.row(row), points.row(other));
            u64::from(ordered_key(square)) << 32 | other as u64
        };
        let mut keys: Vec<u64> = (0..n).filter(|&other| other != row).map(key).collect();
        keep_smallest(&mut keys, k, &mut Scratch::default());
        let n_before = n_done.fetch_add(1, Ordering::Relaxed);
        if n_before.is_multiple_of(256) {
            context.progress(n_before, n, "neighborhoods");
        }
        Ok::<_, AnalysisError>(keys)
    };
    let found = parallel::try_map(n, &of_point)?.into_iter().flatten();
    let (squares, places) = found
        .map(|key| (value_of_key((key >> 32) as u32), key as u32))
        .unzip();
    Ok(Neighbors {
        n_points: n,
        k,
        places,
        squares,
    })
}
