//! Inner products of many vectors of `f32`, each with each.
//!
//! How this works: products are taken tile by tile in `f32` over pieces of 512 values and the pieces
//! summed in `f64`, so that the rounding of `f32` does not grow with the length. The order of
//! additions is fixed: the same bits on any number of threads, natively and in WebAssembly.

use std::sync::atomic::{AtomicUsize, Ordering};

use cuvette_kernels::products::{TILE_COLUMNS, TILE_ROWS, dot_tile};

use super::eigen::Symmetric;
use crate::{context::Context, error::AnalysisError, matrix::Matrix, parallel};

/// Values whose products are summed in `f32`: 32 vectors of them stay in L2.
const PIECE: usize = 512;

/// Vectors on each side of a block of products; a multiple of both sides of a tile.
pub(super) const BLOCK: usize = 32;

/// The inner product of each of `left` with each of `right`, row after row of `left`.
pub(super) fn products(left: &[&[f32]], right: &[&[f32]]) -> Vec<f64> {
    let mut products = vec![0.0; left.len() * right.len()];
    let n_values = left.first().map_or(0, |vector| vector.len());
    for from in (0..n_values).step_by(PIECE) {
        let to = (from + PIECE).min(n_values);
        for row in (0..left.len()).step_by(TILE_ROWS) {
            // Past the last vector, the last one again: its products are not kept.
            let tile_left = std::array::from_fn(|i| &left[(row + i).min(left.len() - 1)][from..to]);
            for column in (0..right.len()).step_by(TILE_COLUMNS) {
                let tile_right =
                    std::array::from_fn(|j| &right[(column + j).min(right.len() - 1)][from..to]);
                let tile = dot_tile(tile_left, tile_right);
                let rows = products.chunks_exact_mut(right.len()).skip(row);
                for (cells, tile_row) in rows.zip(tile) {
                    for (cell, product) in cells[column..].iter_mut().zip(tile_row) {
                        *cell += product;
                    }
                }
            }
        }
    }
    products
}

/// Up to [`BLOCK`] rows from `first` on.
pub(super) fn rows_from(rows: &Matrix, first: usize) -> Vec<&[f32]> {
    let last = (first + BLOCK).min(rows.n_rows());
    (first..last).map(|row| rows.row(row)).collect()
}

/// The inner product of every two rows.
pub(super) fn gram(rows: &Matrix, context: &Context) -> Result<Symmetric, AnalysisError> {
    let n = rows.n_rows();
    let mut cells = vec![0.0; n * n];
    let n_done = AtomicUsize::new(0);
    parallel::try_map_chunks(&mut cells, BLOCK * n, &|block, cells| {
        let left = rows_from(rows, block * BLOCK);
        for column in (block * BLOCK..n).step_by(BLOCK) {
            context.check_cancelled()?;
            let right = rows_from(rows, column);
            let products = products(&left, &right);
            for (cells, products) in cells.chunks_exact_mut(n).zip(products.chunks(right.len())) {
                cells[column..column + products.len()].copy_from_slice(products);
            }
        }
        let n_before = n_done.fetch_add(left.len(), Ordering::Relaxed);
        context.progress(n_before + left.len(), n, "products");
        Ok::<(), AnalysisError>(())
    })?;
    // What stands below the diagonal is that above it.
    for row in 1..n {
        for column in 0..row {
            cells[row * n + column] = cells[column * n + row];
        }
    }
    Ok(Symmetric::from_rows(n, cells))
}

/// The products of many rows, each made when its turn comes, with each of `right`.
///
/// `fill` writes neighboring rows from the given one on, one after the other, as many as fit.
/// Comes out row after row, one number per vector of `right`.
pub(super) fn multiply_rows(
    n_rows: usize,
    right: &Matrix,
    fill: impl Fn(usize, &mut [f32]) + Sync,
    context: &Context,
) -> Result<Vec<f64>, AnalysisError> {
    let (n_vectors, n_values) = (right.n_rows(), right.n_columns());
    let vectors: Vec<&[f32]> = (0..n_vectors).map(|at| right.row(at)).collect();
    let mut all = vec![0.0; n_rows * n_vectors];
    let length = BLOCK * n_vectors;
    parallel::try_map_runs(&mut all, length, &|first, cells| {
        let mut buffer = Vec::new();
        for (block, cells) in cells.chunks_mut(length).enumerate() {
            context.check_cancelled()?;
            buffer.resize(cells.len() / n_vectors * n_values, 0.0);
            fill((first + block) * BLOCK, &mut buffer);
            let rows: Vec<&[f32]> = buffer.chunks_exact(n_values.max(1)).collect();
            cells.copy_from_slice(&products(&rows, &vectors));
        }
        Ok::<Vec<()>, AnalysisError>(Vec::new())
    })?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, gram, multiply_rows};
    use crate::{context::quietly, matrix::Matrix};

    fn matrix(n_rows: usize, n_columns: usize) -> Matrix {
        let value = |i: usize| ((i * 7919) % 1009) as f32 / 64.0 - 8.0;
        Matrix::from_rows(
            n_rows,
            n_columns,
            (0..n_rows * n_columns).map(value).collect(),
        )
    }

    fn check(found: f64, x: &[f32], y: &[f32]) {
        let dot = |x: &[f32], y: &[f32]| -> f64 {
            x.iter()
                .zip(y)
                .map(|(x, y)| f64::from(*x) * f64::from(*y))
                .sum()
        };
        let scale = (dot(x, x) * dot(y, y)).sqrt();
        assert!((found - dot(x, y)).abs() <= 1e-6 * scale, "{found}");
    }

    #[test]
    fn every_product_is_that_of_its_two_rows() {
        for (n_rows, n_columns) in [(1, 1), (3, 2), (BLOCK, 40), (BLOCK + 3, 600), (70, 5)] {
            let rows = matrix(n_rows, n_columns);
            let found = quietly(|context| gram(&rows, context)).unwrap();
            for i in 0..n_rows {
                for j in 0..n_rows {
                    check(found.row(i)[j], rows.row(i), rows.row(j));
                }
            }
        }
    }

    #[test]
    fn rows_made_on_the_way_give_the_same_products() {
        let (rows, right) = (matrix(2 * BLOCK + 5, 77), matrix(3, 77));
        let fill = |first: usize, cells: &mut [f32]| {
            let from = first * 77;
            cells.copy_from_slice(&rows.values()[from..from + cells.len()]);
        };
        let found = quietly(|context| multiply_rows(rows.n_rows(), &right, fill, context)).unwrap();
        for (at, product) in found.iter().enumerate() {
            check(*product, rows.row(at / 3), right.row(at % 3));
        }
    }

    #[test]
    fn nothing_times_nothing_is_empty() {
        let none = quietly(|context| gram(&Matrix::missing(0, 4), context)).unwrap();
        assert!(none.is_empty());
        let fill = |_: usize, _: &mut [f32]| {};
        let found = quietly(|context| multiply_rows(4, &Matrix::missing(0, 3), fill, context));
        assert_eq!(found, Ok(Vec::new()));
    }
}
