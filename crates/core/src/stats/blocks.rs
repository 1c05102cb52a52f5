//! Columns out of a row-major matrix, a cache line of each row at a time.

use crate::{context::Context, error::AnalysisError, matrix::Matrix, parallel};

/// Columns gathered together: the values in one cache line of a row.
pub(super) const COLUMNS_PER_BLOCK: usize = 16;

/// Copies neighboring columns from `first_column` on into `columns`, one after the other, as many
/// as fit.
pub(super) fn gather_columns(matrix: &Matrix, first_column: usize, columns: &mut [f32]) {
    let n_rows = matrix.n_rows();
    for row in 0..n_rows {
        let cells = &matrix.row(row)[first_column..];
        let places = columns[row..].iter_mut().step_by(n_rows);
        for (place, &cell) in places.zip(cells) {
            *place = cell;
        }
    }
}

/// As [`Matrix::transposed`], on all threads, and to be cancelled.
pub(super) fn transpose(matrix: &Matrix, context: &Context) -> Result<Matrix, AnalysisError> {
    let mut transposed = Matrix::missing(matrix.n_columns(), matrix.n_rows());
    let length = COLUMNS_PER_BLOCK * matrix.n_rows();
    parallel::try_map_chunks(transposed.values_mut(), length, &|block, columns| {
        context.check_cancelled()?;
        gather_columns(matrix, block * COLUMNS_PER_BLOCK, columns);
        Ok::<(), AnalysisError>(())
    })?;
    Ok(transposed)
}

#[cfg(test)]
mod tests {
    use super::transpose;
    use crate::{context::quietly, matrix::Matrix};

    #[test]
    fn every_shape_is_transposed_like_the_plain_way() {
        for (n_rows, n_columns) in [(0, 0), (0, 4), (4, 0), (1, 1), (5, 16), (40, 33)] {
            let values = (0..n_rows * n_columns).map(|i| i as f32).collect();
            let matrix = Matrix::from_rows(n_rows, n_columns, values);
            let found = quietly(|context| transpose(&matrix, context));
            assert_eq!(found, Ok(matrix.transposed()));
        }
    }
}
