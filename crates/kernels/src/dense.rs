//! Inner loops of small neural networks: products of matrices, the bend of a leaky rectifier, and
//! steps of Adam.
//!
//! How this works: both sides of a product are laid out anew in strips, `ROWS` rows of the left
//! and `COLUMNS` columns of the right (half as many of `f64`, whose sums would fill more registers
//! than there are), so that the innermost loop reads both one after the other, transposed or not. Each cell sums its products in the order of the inner dimension. The order is
//! fixed, and so are the bits of the result, natively and in WebAssembly.

use std::ops::{Add, AddAssign, Mul, Sub};

const ROWS: usize = 4;
const COLUMNS: usize = 8;
const WIDE_COLUMNS: usize = 4;

/// Strips of the left side that meet each strip of the right while that is near.
const STRIPS_AT_ONCE: usize = 8;

/// A matrix, or its transpose, in cells that stand row after row.
#[derive(Debug, Clone, Copy)]
pub struct View<'a, T> {
    cells: &'a [T],
    n_rows: usize,
    n_columns: usize,
    /// True where the cells stand column after column.
    is_transposed: bool,
}

impl<'a, T> View<'a, T> {
    /// The cells as rows of `n_columns`.
    ///
    /// # Panics
    ///
    /// When the cells do not fill whole rows.
    pub fn new(cells: &'a [T], n_columns: usize) -> Self {
        let n_rows = cells.len() / n_columns.max(1);
        assert_eq!(n_rows * n_columns, cells.len(), "cells in whole rows");
        Self {
            cells,
            n_rows,
            n_columns,
            is_transposed: false,
        }
    }

    /// Rows as columns.
    #[must_use]
    pub fn transposed(self) -> Self {
        Self {
            n_rows: self.n_columns,
            n_columns: self.n_rows,
            is_transposed: !self.is_transposed,
            ..self
        }
    }
}

/// How far Adam goes, with what its averages still lack after few steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamStep {
    /// Length of a step.
    pub rate: f64,
    /// Share of the past in the average of gradients.
    pub first_decay: f64,
    /// Share of the past in the average of their squares.
    pub second_decay: f64,
    /// 1 − `first_decay` to the power of the number of this step, from 1 on.
    pub first_whole: f64,
    /// 1 − `second_decay` to that power.
    pub second_whole: f64,
}

/// Numbers of which networks are made.
pub trait Real:
    Copy
    + Default
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + AddAssign
{
    /// The nearest number.
    fn from_f64(value: f64) -> Self;

    /// The same number.
    fn to_f64(self) -> f64;

    /// Adds the product of two matrices to the cells of a third.
    ///
    /// # Panics
    ///
    /// When the shapes do not fit.
    fn add_product(left: View<Self>, right: View<Self>, out: &mut [Self]);

    /// Multiplies what is below zero with `slope`.
    fn bend(values: &mut [Self], slope: Self);

    /// Multiplies by `slope` where the same place of `bent` is not above zero: what a gradient is
    /// behind [`Real::bend`], which gave `bent`.
    ///
    /// # Panics
    ///
    /// When the lengths differ.
    fn bend_gradient(values: &mut [Self], bent: &[Self], slope: Self);

    /// Moves parameters against their gradient, and keeps its averages (Kingma and Ba 2015,
    /// <https://arxiv.org/abs/1412.6980>).
    ///
    /// # Panics
    ///
    /// When the lengths differ.
    fn adam(
        parameters: &mut [Self],
        gradient: &[Self],
        averages: [&mut [Self]; 2],
        step: &AdamStep,
    );
}

/// Compiled here for both types, since loops are only vectorized in this crate.
macro_rules! real {
    ($number:ty, $columns:expr) => {
        impl Real for $number {
            fn from_f64(value: f64) -> Self {
                value as Self
            }

            fn to_f64(self) -> f64 {
                self.into()
            }

            fn add_product(left: View<Self>, right: View<Self>, out: &mut [Self]) {
                add_product::<Self, $columns>(left, right, out);
            }

            fn bend(values: &mut [Self], slope: Self) {
                for value in values {
                    *value = if *value > 0.0 { *value } else { slope * *value };
                }
            }

            fn bend_gradient(values: &mut [Self], bent: &[Self], slope: Self) {
                assert_eq!(values.len(), bent.len(), "as many gradients as values");
                for (value, bent) in values.iter_mut().zip(bent) {
                    *value = if *bent > 0.0 { *value } else { slope * *value };
                }
            }

            fn adam(
                parameters: &mut [Self],
                gradient: &[Self],
                [firsts, seconds]: [&mut [Self]; 2],
                step: &AdamStep,
            ) {
                let n = parameters.len();
                assert!(gradient.len() == n && firsts.len() == n && seconds.len() == n);
                let [first_decay, second_decay] =
                    [step.first_decay, step.second_decay].map(Self::from_f64);
                let [first_new, second_new] =
                    [1.0 - step.first_decay, 1.0 - step.second_decay].map(Self::from_f64);
                let rate = Self::from_f64(step.rate / step.first_whole);
                let second_factor = Self::from_f64(1.0 / step.second_whole);
                let averages = firsts.iter_mut().zip(seconds);
                for ((parameter, gradient), (first, second)) in
                    parameters.iter_mut().zip(gradient).zip(averages)
                {
                    *first = first_decay * *first + first_new * gradient;
                    *second = second_decay * *second + second_new * gradient * gradient;
                    *parameter -= rate * *first / ((*second * second_factor).sqrt() + 1e-8);
                }
            }
        }
    };
}

real!(f32, COLUMNS);
real!(f64, WIDE_COLUMNS);

/// The right side of many products, laid out in strips once.
#[derive(Debug, Clone, PartialEq)]
pub struct Packed {
    strips: Vec<[f32; COLUMNS]>,
    n_inner: usize,
    n_columns: usize,
}

impl Packed {
    /// That matrix as the right side.
    pub fn new(right: View<f32>) -> Self {
        Self {
            strips: strips_of(right),
            n_inner: right.n_rows,
            n_columns: right.n_columns,
        }
    }

    /// Columns of the product.
    pub fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// Adds the product of `left` and this matrix to the cells of `out`, as [`Real::add_product`].
    ///
    /// # Panics
    ///
    /// When the shapes do not fit.
    pub fn add_product(&self, left: View<f32>, out: &mut [f32]) {
        assert_eq!(left.n_columns, self.n_inner, "matrices that multiply");
        assert_eq!(out.len(), left.n_rows * self.n_columns, "a cell a product");
        add_strips(left, &self.strips, self.n_columns, out);
    }
}

fn add_product<T: Real, const N: usize>(left: View<T>, right: View<T>, out: &mut [T]) {
    assert_eq!(left.n_columns, right.n_rows, "matrices that multiply");
    assert_eq!(out.len(), left.n_rows * right.n_columns, "a cell a product");
    add_strips(left, &strips_of::<T, N>(right), right.n_columns, out);
}

fn strips_of<T: Real, const N: usize>(right: View<T>) -> Vec<[T; N]> {
    let n_inner = right.n_rows;
    let mut strips = vec![[T::default(); N]; n_inner * right.n_columns.div_ceil(N)];
    for (at, strip) in strips.chunks_exact_mut(n_inner.max(1)).enumerate() {
        fill_strip(right.transposed(), at * N, strip);
    }
    strips
}

fn add_strips<T: Real, const N: usize>(
    left: View<T>,
    right_strips: &[[T; N]],
    n_columns: usize,
    out: &mut [T],
) {
    let n_inner = left.n_columns;
    if n_inner == 0 {
        return;
    }
    let n_strips = left.n_rows.div_ceil(ROWS).min(STRIPS_AT_ONCE);
    let mut left_strips = vec![[T::default(); ROWS]; n_strips * n_inner];
    for first_row in (0..left.n_rows).step_by(ROWS * STRIPS_AT_ONCE) {
        let n_strips = (left.n_rows - first_row).div_ceil(ROWS).min(STRIPS_AT_ONCE);
        let left_strips = &mut left_strips[..n_strips * n_inner];
        for (at, strip) in left_strips.chunks_exact_mut(n_inner).enumerate() {
            fill_strip(left, first_row + at * ROWS, strip);
        }
        for (at, right_strip) in right_strips.chunks_exact(n_inner).enumerate() {
            let n_cells = (n_columns - at * N).min(N);
            for (strip, left_strip) in left_strips.chunks_exact(n_inner).enumerate() {
                let first_row = first_row + strip * ROWS;
                let mut tile = [[T::default(); N]; ROWS];
                multiply_strips(left_strip, right_strip, &mut tile);
                let n_rows = (left.n_rows - first_row).min(ROWS);
                let rows = out.chunks_exact_mut(n_columns).skip(first_row).take(n_rows);
                for (row, sums) in rows.zip(&tile) {
                    add_cells(&mut row[at * N..at * N + n_cells], sums);
                }
            }
        }
    }
}

#[inline]
fn add_cells<T: Real, const N: usize>(cells: &mut [T], sums: &[T; N]) {
    // Nearly all are whole, and of a length that is known beforehand.
    if let Some(whole) = cells.first_chunk_mut::<N>() {
        for column in 0..N {
            whole[column] += sums[column];
        }
    } else {
        for (cell, sum) in cells.iter_mut().zip(sums) {
            *cell += *sum;
        }
    }
}

/// Neighboring rows from `first` on, side by side; zeros below the last.
fn fill_strip<T: Real, const N: usize>(view: View<T>, first: usize, strip: &mut [[T; N]]) {
    let n_rows = view.n_rows.saturating_sub(first).min(N);
    if n_rows < N {
        strip.fill([T::default(); N]);
    }
    if view.is_transposed {
        // Side by side already.
        let columns = view.cells.chunks_exact(view.n_rows.max(1));
        for (cells, column) in strip.iter_mut().zip(columns) {
            match column[first..].first_chunk() {
                Some(whole) => *cells = *whole,
                None => cells[..n_rows].copy_from_slice(&column[first..]),
            }
        }
        return;
    }
    for row in 0..n_rows {
        let values = &view.cells[(first + row) * view.n_columns..];
        for (cells, value) in strip.iter_mut().zip(values) {
            cells[row] = *value;
        }
    }
}

/// Kept apart from what follows, so that the sums stay in vector registers.
#[inline(never)]
fn multiply_strips<T: Real, const N: usize>(
    left: &[[T; ROWS]],
    right: &[[T; N]],
    tile: &mut [[T; N]; ROWS],
) {
    let mut sums = *tile;
    for (x, y) in left.iter().zip(right) {
        for row in 0..ROWS {
            for column in 0..N {
                sums[row][column] += x[row] * y[column];
            }
        }
    }
    *tile = sums;
}

#[cfg(test)]
mod tests {
    use super::{AdamStep, COLUMNS, Packed, ROWS, Real, STRIPS_AT_ONCE, View};

    fn cells(n: usize, seed: usize) -> Vec<f32> {
        let cell = |i: usize| ((i * 7919 + seed * 104_729) % 1000) as f32 / 128.0 - 4.0;
        (0..n).map(cell).collect()
    }

    fn transposed(cells: &[f32], n_columns: usize) -> Vec<f32> {
        let n_rows = cells.len() / n_columns;
        let cell = |at: usize| cells[at % n_rows * n_columns + at / n_rows];
        (0..cells.len()).map(cell).collect()
    }

    /// One product after the other, in the same order.
    fn plain(left: &[f32], right: &[f32], shape: [usize; 3], out: &mut [f32]) {
        let [n_rows, n_inner, n_columns] = shape;
        for row in 0..n_rows {
            for column in 0..n_columns {
                let mut sum = 0.0;
                for at in 0..n_inner {
                    sum += left[row * n_inner + at] * right[at * n_columns + column];
                }
                out[row * n_columns + column] += sum;
            }
        }
    }

    /// The same in `f64`, where all these sums are exact too.
    fn check_wide(left: View<f32>, right: View<f32>, start: &[f32], expected: &[f32]) {
        let wide = |cells: &[f32]| cells.iter().map(|&cell| cell.into()).collect::<Vec<f64>>();
        let (left_cells, right_cells) = (wide(left.cells), wide(right.cells));
        let of = |view: View<f32>, cells| View {
            cells,
            n_rows: view.n_rows,
            n_columns: view.n_columns,
            is_transposed: view.is_transposed,
        };
        let mut found = wide(start);
        f64::add_product(of(left, &left_cells), of(right, &right_cells), &mut found);
        assert_eq!(found, wide(expected), "wide");
    }

    #[test]
    fn every_shape_multiplies_as_the_plain_loop_transposed_or_not() {
        let more_than_at_once = [ROWS * STRIPS_AT_ONCE + 1, 2 * ROWS * STRIPS_AT_ONCE];
        for n_rows in (1..=2 * ROWS + 1).chain(more_than_at_once) {
            for n_columns in 1..=2 * COLUMNS + 1 {
                for n_inner in [1, 2, 7] {
                    let (left, right) = (cells(n_rows * n_inner, 1), cells(n_inner * n_columns, 2));
                    let mut expected = cells(n_rows * n_columns, 3);
                    let start = expected.clone();
                    plain(&left, &right, [n_rows, n_inner, n_columns], &mut expected);
                    let (turned_left, turned_right) =
                        (transposed(&left, n_inner), transposed(&right, n_columns));
                    let lefts = [
                        View::new(&left, n_inner),
                        View::new(&turned_left, n_rows).transposed(),
                    ];
                    let rights = [
                        View::new(&right, n_columns),
                        View::new(&turned_right, n_inner).transposed(),
                    ];
                    for left in lefts {
                        for right in rights {
                            let mut found = start.clone();
                            f32::add_product(left, right, &mut found);
                            assert_eq!(found, expected, "{n_rows} × {n_inner} × {n_columns}");
                            found.clone_from(&start);
                            Packed::new(right).add_product(left, &mut found);
                            assert_eq!(found, expected, "packed");
                            check_wide(left, right, &start, &expected);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_in_between_adds_nothing() {
        let mut out = [1.0_f64, 2.0];
        f64::add_product(View::new(&[], 0), View::new(&[], 2), &mut out[..0]);
        assert_eq!(out, [1.0, 2.0]);
    }

    #[test]
    fn what_is_below_zero_is_bent_and_its_gradient_with_it() {
        let mut values = [2.0_f64, -1.0, 0.0];
        f64::bend(&mut values, 0.5);
        assert_eq!(values, [2.0, -0.5, 0.0]);
        let mut gradient = [1.0; 3];
        f64::bend_gradient(&mut gradient, &values, 0.5);
        assert_eq!(gradient, [1.0, 0.5, 0.5]);
    }

    #[test]
    fn the_first_step_of_adam_has_the_length_of_its_rate() {
        let step = AdamStep {
            rate: 0.25,
            first_decay: 0.5,
            second_decay: 0.9,
            first_whole: 0.5,
            second_whole: 1.0 - 0.9,
        };
        let mut parameters = [1.0_f64, 1.0, 1.0];
        let (mut firsts, mut seconds) = ([0.0; 3], [0.0; 3]);
        let averages = [&mut firsts[..], &mut seconds[..]];
        f64::adam(&mut parameters, &[4.0, -0.1, 0.0], averages, &step);
        for (found, expected) in parameters.iter().zip([0.75, 1.25, 1.0]) {
            assert!((found - expected).abs() < 1e-6, "{parameters:?}");
        }
        assert_eq!(firsts[0], 2.0);
    }
}
