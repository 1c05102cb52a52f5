//! Quantile normalization of a whole matrix, parallel by column.
//!
//! How this works: a block of columns is gathered, each column is sorted, and its sorting order
//! (row numbers, the first of each run of equal values flagged) is kept while its values are
//! added to the block's part of the target. The parts are added in the order of the blocks,
//! whatever thread made them, so the result does not depend on their number. Then each order is
//! replaced, in its place, by the bits of the new values, and everything is transposed back. So
//! beside the input and the output there is one more matrix and nothing is sorted twice. No
//! thread waits while another fills memory: a block's orders are made by the thread that sorts it,
//! and the output beside the first of them.

use std::sync::atomic::{AtomicUsize, Ordering};

use cuvette_kernels::rank::{SortScratch, Sorted, sort_with_index};

use super::{
    TieRule,
    target::{Target, TargetSum},
};
use crate::{
    context::Context,
    error::AnalysisError,
    matrix::Matrix,
    parallel,
    stats::blocks::{COLUMNS_PER_BLOCK, gather_columns},
};

/// Rows written together when transposing back.
const ROWS_PER_BLOCK: usize = 64;

/// Set on the first row number of each run of equal values.
const RUN_START: u32 = 1 << 31;

/// Quantile-normalizes the columns of `matrix`.
///
/// With `target_columns`, the target is the mean of those alone, and all columns get it: for a
/// target fitted on training samples or on a reference.
///
/// # Shapes
///
/// That of `matrix`.
///
/// # Missing values
///
/// They stay missing; see [the module](super). Infinities count as values.
///
/// # Errors
///
/// [`AnalysisError::TooFew`] where `target_columns` hold no value, and
/// [`AnalysisError::Cancelled`].
///
/// # Complexity
///
/// One radix sort per column and two blocked transposes; memory for three matrices, input and
/// output included.
///
/// # Panics
///
/// When a target column is out of range, or with 2^31 rows or more.
///
/// # Examples
///
/// ```
/// use cuvette_core::{Matrix, context::quietly};
/// use cuvette_core::stats::quantile_normalize::{TieRule, quantile_normalize};
///
/// let matrix = Matrix::from_rows(3, 2, vec![1., 20., 2., 10., 3., 30.]);
/// let normalized =
///     quietly(|context| quantile_normalize(&matrix, TieRule::BlockMean, None, context))?;
/// assert_eq!(normalized.values(), [5.5, 11., 11., 5.5, 16.5, 16.5]);
/// # Ok::<(), cuvette_core::AnalysisError>(())
/// ```
pub fn quantile_normalize(
    matrix: &Matrix,
    ties: TieRule,
    target_columns: Option<&[usize]>,
    context: &Context,
) -> Result<Matrix, AnalysisError> {
    assert!(
        matrix.n_rows() < RUN_START as usize,
        "row numbers leave room for the flag"
    );
    let weights = mark_columns(matrix.n_columns(), target_columns);
    let counter = Counter {
        n_half_done: AtomicUsize::new(0),
        n_columns: matrix.n_columns(),
    };
    let (output, sorted) = rayon::join(
        || Matrix::missing(matrix.n_rows(), matrix.n_columns()),
        || sort_columns(matrix, &weights, context, &counter),
    );
    let (mut orders, target) = sorted?;
    let Some(target) = target else {
        return empty_target_result(matrix);
    };
    orders.replace_by_values(&target, ties, context, &counter)?;
    orders.write_to(output, context)
}

/// Gives the columns of `matrix` the distribution of `reference`: the mean of its sorted columns.
///
/// What [`quantile_normalize`] gives where the reference columns stand in the same matrix and are
/// the target, with equal values at their [`TieRule::AverageRank`].
///
/// # Shapes
///
/// Both matrices have the same number of rows; the result is that of `matrix`.
///
/// # Missing values
///
/// They stay missing, and are interpolated over on both sides; see [the module](super).
///
/// # Errors
///
/// [`AnalysisError::TooFew`] where `reference` holds no value, and [`AnalysisError::Cancelled`].
///
/// # Panics
///
/// When the numbers of rows differ, or with 2^31 rows or more.
pub fn map_to_reference(
    matrix: &Matrix,
    reference: &Matrix,
    context: &Context,
) -> Result<Matrix, AnalysisError> {
    assert_eq!(matrix.n_rows(), reference.n_rows(), "the same genes");
    assert!(
        matrix.n_rows() < RUN_START as usize,
        "row numbers leave room for the flag"
    );
    let counter = Counter {
        n_half_done: AtomicUsize::new(0),
        n_columns: matrix.n_columns() + reference.n_columns().div_ceil(2),
    };
    let weights = vec![1; reference.n_columns()];
    let (_, target) = sort_columns(reference, &weights, context, &counter)?;
    let Some(target) = target else {
        return empty_target_result(matrix);
    };
    let weights = vec![0; matrix.n_columns()];
    let (output, sorted) = rayon::join(
        || Matrix::missing(matrix.n_rows(), matrix.n_columns()),
        || sort_columns(matrix, &weights, context, &counter),
    );
    let (mut orders, _) = sorted?;
    orders.replace_by_values(&target, TieRule::AverageRank, context, &counter)?;
    orders.write_to(output, context)
}

/// How often each column counts for the target.
fn mark_columns(n_columns: usize, target_columns: Option<&[usize]>) -> Vec<usize> {
    let Some(chosen) = target_columns else {
        return vec![1; n_columns];
    };
    let mut weights = vec![0; n_columns];
    for &column in chosen {
        weights[column] += 1;
    }
    weights
}

/// Nothing to learn the target from: right only where there is nothing to normalize either.
fn empty_target_result(matrix: &Matrix) -> Result<Matrix, AnalysisError> {
    if matrix.values().iter().all(|value| value.is_nan()) {
        return Ok(matrix.clone());
    }
    Err(AnalysisError::TooFew {
        what: "values in the target samples".into(),
        need: 1,
        got: 0,
    })
}

/// Columns passed, each of them twice.
struct Counter {
    n_half_done: AtomicUsize,
    n_columns: usize,
}

impl Counter {
    fn pass(&self, context: &Context) {
        let n_half_done = self.n_half_done.fetch_add(1, Ordering::Relaxed) + 1;
        context.progress(n_half_done / 2, self.n_columns, "samples");
    }
}

/// The sorting orders of all columns, block after block.
struct Orders {
    n_rows: usize,
    blocks: Vec<OrderBlock>,
}

/// Column after column of a block, the sorting order of each, later the bits of its new values.
struct OrderBlock {
    /// Number of values of each column that are not missing.
    n_present: Vec<usize>,
    entries: Vec<u32>,
}

/// Sorts every column, and averages those that count for the target, as often as their weights say.
fn sort_columns(
    matrix: &Matrix,
    weights: &[usize],
    context: &Context,
    counter: &Counter,
) -> Result<(Orders, Option<Target>), AnalysisError> {
    let n_rows = matrix.n_rows();
    let n_blocks = matrix.n_columns().div_ceil(COLUMNS_PER_BLOCK);
    let sorted = parallel::try_map_ranges(n_blocks, &|range| {
        let mut scratch = BlockScratch::default();
        let mut made = Vec::with_capacity(range.len());
        for block in range {
            let first = block * COLUMNS_PER_BLOCK;
            let weights = &weights[first..weights.len().min(first + COLUMNS_PER_BLOCK)];
            scratch.gather(matrix, first, weights.len());
            let mut orders = OrderBlock {
                n_present: Vec::with_capacity(weights.len()),
                entries: Vec::with_capacity(weights.len() * n_rows),
            };
            let mut sum = TargetSum::new(n_rows);
            for (at, &weight) in weights.iter().enumerate() {
                context.check_cancelled()?;
                let sorted = scratch.sort_column(at, n_rows);
                for _ in 0..weight {
                    let value = |position| f64::from(sorted.value(position));
                    sum.add_column(sorted.n_present(), value);
                }
                orders.add(sorted);
                counter.pass(context);
            }
            made.push((orders, sum));
        }
        Ok::<_, AnalysisError>(made)
    })?;
    let mut blocks = Vec::with_capacity(n_blocks);
    let mut sum = TargetSum::new(n_rows);
    for (orders, part) in sorted {
        blocks.push(orders);
        sum.add(&part);
    }
    Ok((Orders { n_rows, blocks }, sum.mean()))
}

/// The columns of a block, one after the other, and buffers to sort them with.
#[derive(Default)]
struct BlockScratch {
    columns: Vec<f32>,
    sort: SortScratch,
}

impl BlockScratch {
    /// Copies so many columns from `first` on.
    fn gather(&mut self, matrix: &Matrix, first: usize, n_columns: usize) {
        self.columns.resize(n_columns * matrix.n_rows(), 0.0);
        gather_columns(matrix, first, &mut self.columns);
    }

    fn sort_column(&mut self, at: usize, n_rows: usize) -> Sorted<'_> {
        let values = &self.columns[at * n_rows..(at + 1) * n_rows];
        sort_with_index(values, &mut self.sort)
    }
}

impl OrderBlock {
    /// Keeps the sorting order of the next column.
    fn add(&mut self, sorted: Sorted) {
        self.n_present.push(sorted.n_present());
        let mut previous = None;
        self.entries.extend((0..sorted.len()).map(|position| {
            let key = Some(sorted.key(position));
            let is_start = u32::from(key != previous);
            previous = key;
            sorted.index(position) as u32 | is_start << RUN_START.trailing_zeros()
        }));
    }
}

impl Orders {
    /// Turns each order into the bits of the normalized column, row after row.
    fn replace_by_values(
        &mut self,
        target: &Target,
        ties: TieRule,
        context: &Context,
        counter: &Counter,
    ) -> Result<(), AnalysisError> {
        let n_rows = self.n_rows;
        parallel::try_map_runs(&mut self.blocks, 1, &|_, blocks| {
            let mut bits = Vec::new();
            for block in blocks {
                let columns = block.entries.chunks_mut(n_rows).zip(&block.n_present);
                for (entries, &n_present) in columns {
                    context.check_cancelled()?;
                    bits.clear();
                    bits.resize(n_rows, f32::NAN.to_bits());
                    write_column(&entries[..n_present], target, ties, &mut bits);
                    entries.copy_from_slice(&bits);
                    counter.pass(context);
                }
            }
            Ok::<Vec<()>, AnalysisError>(Vec::new())
        })?;
        Ok(())
    }

    /// Transposes the values back to rows of the matrix.
    fn write_to(self, mut matrix: Matrix, context: &Context) -> Result<Matrix, AnalysisError> {
        let (n_rows, n_columns) = (self.n_rows, matrix.n_columns());
        let length = ROWS_PER_BLOCK * n_columns;
        parallel::try_map_chunks(matrix.values_mut(), length, &|chunk, cells| {
            context.check_cancelled()?;
            let first_row = chunk * ROWS_PER_BLOCK;
            let columns = self.blocks.iter();
            let columns = columns.flat_map(|block| block.entries.chunks(n_rows));
            for (column, bits) in columns.enumerate() {
                let cells = cells[column..].iter_mut().step_by(n_columns);
                for (cell, &bits) in cells.zip(&bits[first_row..]) {
                    *cell = f32::from_bits(bits);
                }
            }
            Ok::<(), AnalysisError>(())
        })?;
        Ok(matrix)
    }
}

/// Writes the new value of each run to the rows of the run.
fn write_column(order: &[u32], target: &Target, ties: TieRule, bits: &mut [u32]) {
    let runs = order.chunk_by(|_, &next| next & RUN_START == 0);
    let mut start = 0;
    for run in runs {
        let end = start + run.len();
        // The storage format of a matrix.
        let value = target.value_of_run(start, end, order.len(), ties) as f32;
        for &entry in run {
            bits[(entry & !RUN_START) as usize] = value.to_bits();
        }
        start = end;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use proptest::prelude::*;

    use super::{map_to_reference, quantile_normalize};
    use crate::{
        context::{Context, quietly},
        error::AnalysisError,
        matrix::Matrix,
        stats::quantile_normalize::{TieRule, quantile_normalize_columns},
    };

    fn run(
        matrix: &Matrix,
        ties: TieRule,
        target_columns: Option<&[usize]>,
    ) -> Result<Matrix, AnalysisError> {
        quietly(|context| quantile_normalize(matrix, ties, target_columns, context))
    }

    /// The matrix path must be the `f64` path, rounded once.
    fn check(matrix: &Matrix, ties: TieRule, target_columns: Option<&[usize]>) {
        let columns: Vec<Vec<f64>> = (0..matrix.n_columns())
            .map(|column| matrix.column(column).into_iter().map(f64::from).collect())
            .collect();
        let expected = quantile_normalize_columns(&columns, ties, target_columns);
        let found = run(matrix, ties, target_columns).expect("there are values");
        for (column, expected) in expected.iter().enumerate() {
            for (row, &expected) in expected.iter().enumerate() {
                let found = f64::from(found.get(row, column));
                assert!(
                    (found - expected).abs() <= 1e-6 * expected.abs()
                        || found.is_nan() && expected.is_nan(),
                    "{found} but {expected} at {row}, {column}"
                );
            }
        }
    }

    #[test]
    fn blocks_of_columns_and_rows_fit_together_at_every_size() {
        for (n_rows, n_columns) in [(1, 1), (1, 40), (65, 15), (130, 33), (700, 17)] {
            let value = |i: usize| match (i * 7919) % 1009 {
                v if v % 17 == 0 => f32::NAN,
                v => (v % 60) as f32 / 3.0,
            };
            let values = (0..n_rows * n_columns).map(value).collect();
            let matrix = Matrix::from_rows(n_rows, n_columns, values);
            for ties in [TieRule::BlockMean, TieRule::AverageRank] {
                check(&matrix, ties, None);
                if n_columns > 5 {
                    check(&matrix, ties, Some(&[1, 4]));
                }
            }
        }
    }

    #[test]
    fn a_reference_beside_the_matrix_is_a_target_within_it() {
        let value = |i: usize| match (i * 7919) % 1009 {
            v if v % 17 == 0 => f32::NAN,
            v => (v % 60) as f32 / 3.0,
        };
        let both = Matrix::from_rows(40, 20, (0..800).map(value).collect());
        let (data, reference): (Vec<usize>, Vec<usize>) = ((0..13).collect(), (13..20).collect());
        let found = quietly(|context| {
            let reference = both.select_columns(&reference);
            map_to_reference(&both.select_columns(&data), &reference, context)
        });
        let expected = run(&both, TieRule::AverageRank, Some(&reference)).expect("values");
        let bits = |matrix: &Matrix| -> Vec<u32> {
            matrix
                .values()
                .iter()
                .map(|value| value.to_bits())
                .collect()
        };
        let expected = expected.select_columns(&data);
        assert_eq!(bits(&found.expect("values")), bits(&expected));
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        let values = (0..300 * 50).map(|i| ((i * 7919) % 10_007) as f32 / 7.0);
        let matrix = Matrix::from_rows(300, 50, values.collect());
        let with_threads = |n_threads| {
            rayon::ThreadPoolBuilder::new()
                .num_threads(n_threads)
                .build()
                .expect("threads start")
                .install(|| run(&matrix, TieRule::BlockMean, None).expect("there are values"))
        };
        assert_eq!(with_threads(1).values(), with_threads(7).values());
    }

    #[test]
    fn data_without_values_stay_as_they_are() {
        for (n_rows, n_columns) in [(0, 0), (0, 3), (3, 0), (2, 2)] {
            let found = run(
                &Matrix::missing(n_rows, n_columns),
                TieRule::BlockMean,
                None,
            )
            .expect("nothing to do");
            assert_eq!((found.n_rows(), found.n_columns()), (n_rows, n_columns));
            assert!(found.values().iter().all(|value| value.is_nan()));
        }
    }

    #[test]
    fn a_target_without_values_is_an_error() {
        let matrix = Matrix::from_rows(2, 2, vec![1.0, f32::NAN, 2.0, f32::NAN]);
        let error = run(&matrix, TieRule::BlockMean, Some(&[1])).expect_err("nothing to learn");
        assert_eq!(error.code(), "too_few");
    }

    #[test]
    fn a_set_cancel_flag_ends_the_work() {
        let cancelled = AtomicBool::new(true);
        let context = Context::new(&cancelled, &|_| {});
        let matrix = Matrix::from_rows(1, 1, vec![1.0]);
        assert_eq!(
            quantile_normalize(&matrix, TieRule::BlockMean, None, &context),
            Err(AnalysisError::Cancelled)
        );
    }

    proptest! {
        #[test]
        fn columns_without_ties_or_gaps_get_one_distribution(
            order in Just((0..40).collect::<Vec<u16>>()).prop_shuffle(),
            other in Just((0..40).collect::<Vec<u16>>()).prop_shuffle(),
        ) {
            let values = order.iter().zip(&other);
            let values = values.flat_map(|(&a, &b)| [f32::from(a).exp2(), f32::from(b) * 3.0]);
            let matrix = Matrix::from_rows(40, 2, values.collect());
            let found = run(&matrix, TieRule::AverageRank, None).expect("there are values");
            let sorted = |column: usize| {
                let mut values = found.column(column);
                values.sort_by(f32::total_cmp);
                values
            };
            prop_assert_eq!(sorted(0), sorted(1));
        }
    }
}
