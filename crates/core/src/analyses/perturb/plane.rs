//! Cells in a plane, and where perturbations move them.
//!
//! How this works: a cell is the mean vector of its genes, at length 1, so that distances are those
//! of cosines. The plane is that in which the perturbed cells and those of the states lie widest
//! apart: the two leading principal components. Moves are far smaller than cells differ, so they are
//! kept as differences, and put into the plane once it is known.

use cuvette_kernels::vectors::{add_scaled, dot, scale};

use crate::{
    context::Context,
    error::AnalysisError,
    stats::{
        eigen::{Symmetric, largest_eigenpairs},
        principal::sign_of_largest,
        rank_encoding::Sequence,
    },
};

/// Bytes that moves may take before the plane is known; of more there is no plane.
const MAX_BYTES: u64 = 64_000_000;

/// Two directions through the cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    axes: [Vec<f64>; 2],
    /// Share of the variance of all cells that is along each.
    pub shares: [f64; 2],
    /// The perturbed cells as they are; NaN for one without genes.
    pub cells: Vec<[f64; 2]>,
    /// The cells of each state, the goal first.
    pub states: Vec<Vec<[f64; 2]>>,
    /// The mean of each state.
    pub centers: Vec<[f64; 2]>,
}

/// Whether the moves of so many perturbations in these cells can be kept.
pub fn has_room(sequences: &[Sequence], n_targets: usize, n_dims: usize) -> bool {
    let n_moves = sequences
        .iter()
        .map(|cell| cell.genes.len().min(n_targets) as u64);
    let bytes = n_moves.sum::<u64>() * (n_dims * size_of::<f32>()) as u64;
    bytes <= MAX_BYTES
}

/// The vector at length 1; NaN for one without length.
pub fn unit(vector: &[f64]) -> Vec<f64> {
    let length = dot(vector, vector).sqrt();
    vector.iter().map(|value| value / length).collect()
}

impl Plane {
    /// The plane of the perturbed cells, given as mean vectors, and of those of the states, at length
    /// 1; `centers` are the means of the states. The goal, the first of them, lies to the right of the
    /// perturbed cells, and above.
    pub fn new<'a>(
        cells: &[Vec<f64>],
        states: &[Vec<Vec<f64>>],
        centers: impl Iterator<Item = &'a Vec<f64>>,
        context: &Context,
    ) -> Result<Self, AnalysisError> {
        let cells: Vec<Vec<f64>> = cells.iter().map(|cell| unit(cell)).collect();
        let all = || cells.iter().chain(states.iter().flatten());
        let fitted: Vec<&Vec<f64>> = all().filter(|cell| cell[0].is_finite()).collect();
        let n_dims = cells.first().map_or(0, Vec::len);
        let center = mean_of(&fitted, n_dims);
        let mut products = vec![0.0; n_dims * n_dims];
        for cell in &fitted {
            let about: Vec<f64> = cell.iter().zip(&center).map(|(x, mean)| x - mean).collect();
            for (row, &value) in products.chunks_mut(n_dims).zip(&about) {
                add_scaled(row, value, &about);
            }
        }
        let matrix = Symmetric::from_rows(n_dims, products);
        let total = matrix.trace();
        let pairs = largest_eigenpairs(&matrix, 2, context)?;
        let goal = states.first().map_or(&[][..], Vec::as_slice);
        let towards = between_means(&cells, goal, n_dims);
        let mut found = pairs.values.into_iter().zip(pairs.vectors);
        let mut next = || {
            let Some((value, mut axis)) = found.next() else {
                return (vec![0.0; n_dims], 0.0);
            };
            let sign = match dot(&axis, &towards) {
                along if along.abs() > 1e-9 => 1.0_f64.copysign(along),
                _ => sign_of_largest(&axis),
            };
            scale(&mut axis, sign);
            (
                axis,
                if total > 0.0 {
                    value.max(0.0) / total
                } else {
                    0.0
                },
            )
        };
        let [(first, of_first), (second, of_second)] = [next(), next()];
        let axes = [first, second];
        let place = |cell: &Vec<f64>| {
            axes.each_ref()
                .map(|axis| dot(cell, axis) - dot(&center, axis))
        };
        Ok(Self {
            shares: [of_first, of_second],
            cells: cells.iter().map(place).collect(),
            states: states
                .iter()
                .map(|cells| cells.iter().map(place).collect())
                .collect(),
            centers: centers.map(|mean| place(&unit(mean))).collect(),
            axes,
        })
    }

    /// Moves in the plane, from those in all dimensions, one after the other.
    pub fn moves(&self, moves: &[f32]) -> Vec<[f64; 2]> {
        let n_dims = self.axes[0].len().max(1);
        let along = |one: &[f32], axis: &Vec<f64>| -> f64 {
            let products = one.iter().zip(axis).map(|(&x, y)| f64::from(x) * y);
            products.sum()
        };
        let in_plane = |one: &[f32]| self.axes.each_ref().map(|axis| along(one, axis));
        moves.chunks(n_dims).map(in_plane).collect()
    }
}

fn mean_of(cells: &[&Vec<f64>], n_dims: usize) -> Vec<f64> {
    let mut mean = vec![0.0; n_dims];
    for cell in cells {
        add_scaled(&mut mean, 1.0 / cells.len() as f64, cell);
    }
    mean
}

/// From the mean of the cells to that of the goal.
fn between_means(cells: &[Vec<f64>], goal: &[Vec<f64>], n_dims: usize) -> Vec<f64> {
    let mean = |cells: &[Vec<f64>]| {
        let present: Vec<&Vec<f64>> = cells.iter().filter(|cell| cell[0].is_finite()).collect();
        mean_of(&present, n_dims)
    };
    let mut towards = mean(goal);
    add_scaled(&mut towards, -1.0, &mean(cells));
    towards
}

#[cfg(test)]
mod tests {
    use super::{Plane, unit};
    use crate::context::quietly;

    /// Cells on a circle in a plane of four dimensions; the goal is a quarter further.
    #[test]
    fn cells_of_a_plane_keep_their_distances_in_it() {
        let cell = |turn: f64| vec![0.0, 3.0 * turn.cos(), 0.0, 3.0 * turn.sin()];
        let cells: Vec<Vec<f64>> = (0..8).map(|at| cell(f64::from(at) / 8.0)).collect();
        let goal: Vec<Vec<f64>> = (8..20).map(|at| cell(f64::from(at) / 8.0)).collect();
        let goal: Vec<Vec<f64>> = goal.iter().map(|cell| unit(cell)).collect();
        let center = vec![0.0, 0.0, 0.0, 2.0];
        let centers = std::iter::once(&center);
        let plane = quietly(|context| Plane::new(&cells, &[goal], centers, context)).unwrap();
        assert!((plane.shares[0] + plane.shares[1] - 1.0).abs() < 1e-12);
        let squares = |[a, b]: [[f64; 2]; 2]| (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2);
        let found = squares([plane.cells[0], plane.states[0][11]]);
        let expected = 2.0 - 2.0 * (19.0_f64 / 8.0).cos();
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        let means = [&plane.cells, &plane.states[0]].map(|cells| {
            let sum = cells
                .iter()
                .fold([0.0; 2], |sum, cell| [sum[0] + cell[0], sum[1] + cell[1]]);
            sum.map(|sum| sum / cells.len() as f64)
        });
        assert!(
            means[1][0] > means[0][0] && means[1][1] >= means[0][1] - 1e-9,
            "{means:?}"
        );

        // The first cell becomes the second.
        let [from, to] = [cell(0.0), cell(1.0 / 8.0)];
        let raw: Vec<f32> = from
            .iter()
            .zip(&to)
            .map(|(x, y)| ((y - x) / 3.0) as f32)
            .collect();
        let moved = plane.moves(&raw);
        let end = [
            plane.cells[0][0] + moved[0][0],
            plane.cells[0][1] + moved[0][1],
        ];
        assert!(squares([end, plane.cells[1]]) < 1e-12);
    }
}
