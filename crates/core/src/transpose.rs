//! Turning a matrix in the memory it has.

/// Rows that are turned together: one line of the cache.
const BLOCK: usize = 16;

/// The values of the transposed matrix, in the same memory and little more.
///
/// Panels of [`BLOCK`] rows are turned by a small copy, which makes the matrix one of short runs;
/// the runs are then moved along the cycles of the transposition, each once. Rows that fill no
/// panel wait aside, and are put in at the end.
///
/// # Complexity
///
/// O(n); beside the values, one panel and a byte for every run: 1/64 of the matrix.
pub(crate) fn transpose_in_place(
    mut values: Vec<f32>,
    n_rows: usize,
    n_columns: usize,
) -> Vec<f32> {
    let n_panels = n_rows / BLOCK;
    let n_full = n_panels * BLOCK;
    // The capacity stays, so that the rows fit in again.
    let rest = values.split_off(n_full * n_columns);
    turn_panels(&mut values, n_columns);
    move_runs(&mut values, n_panels, n_columns);
    values.resize(n_rows * n_columns, 0.0);
    if !rest.is_empty() {
        put_in(&mut values, &rest, n_full, n_columns);
    }
    values
}

/// Makes each panel of `BLOCK` × `n_columns` one of `n_columns` runs of `BLOCK` values.
fn turn_panels(values: &mut [f32], n_columns: usize) {
    let mut copy = vec![0.0; BLOCK * n_columns];
    for panel in values.chunks_exact_mut((BLOCK * n_columns).max(1)) {
        copy.copy_from_slice(panel);
        for (column, run) in panel.chunks_exact_mut(BLOCK).enumerate() {
            for (row, value) in run.iter_mut().enumerate() {
                *value = copy[row * n_columns + column];
            }
        }
    }
}

/// Transposes a matrix of `n_panels` × `n_columns` runs.
fn move_runs(values: &mut [f32], n_panels: usize, n_columns: usize) {
    let mut is_moved = vec![false; n_panels * n_columns];
    let mut carried = [0.0; BLOCK];
    for start in 0..is_moved.len() {
        if is_moved[start] {
            continue;
        }
        carried.copy_from_slice(&values[start * BLOCK..(start + 1) * BLOCK]);
        let mut at = start;
        loop {
            at = (at % n_columns) * n_panels + at / n_columns;
            values[at * BLOCK..(at + 1) * BLOCK].swap_with_slice(&mut carried);
            is_moved[at] = true;
            if at == start {
                break;
            }
        }
    }
}

/// Spreads the turned rows of `n_full` values and puts the values of `rest` behind each.
fn put_in(values: &mut [f32], rest: &[f32], n_full: usize, n_columns: usize) {
    let n_rows = n_full + rest.len() / n_columns;
    // From the end, so that nothing is written over before it is read.
    for column in (0..n_columns).rev() {
        let start = column * n_rows;
        values.copy_within(column * n_full..(column + 1) * n_full, start);
        let ends = &mut values[start + n_full..start + n_rows];
        for (value, row) in ends.iter_mut().zip(rest.chunks_exact(n_columns)) {
            *value = row[column];
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Matrix;

    #[test]
    fn every_shape_is_turned_in_place_as_by_copying() {
        for (n_rows, n_columns) in [
            (0, 0),
            (0, 3),
            (3, 0),
            (1, 1),
            (1, 40),
            (40, 1),
            (15, 15),
            (16, 16),
            (16, 7),
            (17, 33),
            (48, 64),
            (100, 61),
            (61, 100),
        ] {
            let values = (0..n_rows * n_columns).map(|at| at as f32).collect();
            let matrix = Matrix::from_rows(n_rows, n_columns, values);
            let expected = matrix.transposed();
            assert_eq!(matrix.into_transposed(), expected, "{n_rows} × {n_columns}");
        }
    }

    #[test]
    fn the_memory_is_kept() {
        let mut values = vec![1.0; 1000 * 33];
        values.shrink_to_fit();
        let (before, capacity) = (values.as_ptr(), values.capacity());
        let turned = super::transpose_in_place(values, 1000, 33);
        assert_eq!((turned.as_ptr(), turned.capacity()), (before, capacity));
    }
}
