//! Quantile normalization of `f64` columns: plain, on one thread.

use super::{
    TieRule,
    target::{Target, TargetSum},
};

/// Quantile-normalizes columns of equal length in `f64`: for few or short columns, and as the
/// yardstick of [`super::quantile_normalize`], whose rules it follows.
///
/// With `target_columns`, the target is the mean of those alone, and all columns get it.
///
/// # Missing values
///
/// NaN; see the module. Where the target columns hold no value at all, every value becomes NaN.
///
/// # Panics
///
/// When the lengths differ or a target column is out of range.
pub fn quantile_normalize_columns(
    columns: &[Vec<f64>],
    ties: TieRule,
    target_columns: Option<&[usize]>,
) -> Vec<Vec<f64>> {
    let n_rows = columns.first().map_or(0, Vec::len);
    assert!(
        columns.iter().all(|column| column.len() == n_rows),
        "columns of equal length"
    );
    let orders: Vec<Vec<usize>> = columns.iter().map(|column| order_present(column)).collect();
    let mut sum = TargetSum::new(n_rows);
    let mut add = |column: usize| {
        let order = &orders[column];
        sum.add_column(order.len(), |position| columns[column][order[position]]);
    };
    match target_columns {
        Some(chosen) => chosen.iter().for_each(|&column| add(column)),
        None => (0..columns.len()).for_each(add),
    }
    let target = sum.mean();
    columns
        .iter()
        .zip(&orders)
        .map(|(column, order)| normalize_column(column, order, target.as_ref(), ties))
        .collect()
}

fn normalize_column(
    column: &[f64],
    order: &[usize],
    target: Option<&Target>,
    ties: TieRule,
) -> Vec<f64> {
    let mut normalized = vec![f64::NAN; column.len()];
    let Some(target) = target else {
        return normalized;
    };
    let runs = order.chunk_by(|&a, &b| column[a] == column[b]);
    let mut start = 0;
    for run in runs {
        let end = start + run.len();
        let value = target.value_of_run(start, end, order.len(), ties);
        for &row in run {
            normalized[row] = value;
        }
        start = end;
    }
    normalized
}

/// Rows of the values that are not missing, in ascending order of value.
fn order_present(column: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..column.len()).filter(|&i| !column[i].is_nan()).collect();
    // The two zeros are one value, and their order does not matter.
    order.sort_by(|&a, &b| column[a].total_cmp(&column[b]));
    order
}
