//! A first look at any data set: range, missing cells, and the distribution of its values.

use crate::{
    dataset::Dataset,
    error::AnalysisError,
    figure::{Axis, Figure, FigureInfo, FigureKind, FigureRequest, Histogram},
    matrix::Matrix,
};

/// Bins of the histogram of values.
const N_BINS: usize = 60;

/// Range and gaps of a set of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overview {
    /// Cells without a value.
    pub n_missing: u64,
    /// Smallest and largest finite value; `None` where there is none.
    pub range: Option<[f64; 2]>,
}

/// Counts missing cells and finds the range of the finite ones; an infinite cell is not missing.
/// A sparse matrix stays sparse.
pub fn overview(matrix: &Matrix) -> Overview {
    let Some(cells) = matrix.sparse() else {
        return overview_of(matrix.values().iter().copied());
    };
    let zero = (n_zeros(matrix) > 0).then_some(0.0);
    overview_of(cells.values().chain(zero))
}

/// Cells of a sparse matrix that are not held.
fn n_zeros(matrix: &Matrix) -> u64 {
    let n_held = matrix.sparse().map(|cells| cells.n_values() as u64);
    n_held.map_or(0, |n| n_cells(matrix) - n)
}

fn n_cells(matrix: &Matrix) -> u64 {
    matrix.n_rows() as u64 * matrix.n_columns() as u64
}

fn overview_of(values: impl Iterator<Item = f32>) -> Overview {
    let mut n_missing = 0;
    let mut range: Option<[f32; 2]> = None;
    for value in values {
        if value.is_nan() {
            n_missing += 1;
        } else if value.is_finite() {
            let [low, high] = range.unwrap_or([value, value]);
            range = Some([low.min(value), high.max(value)]);
        }
    }
    Overview {
        n_missing,
        range: range.map(|[low, high]| [f64::from(low), f64::from(high)]),
    }
}

/// Counts finite values in `n_bins` equal bins over `[low, high]`; the last bin is closed, as in
/// `numpy.histogram`. Values outside and missing values are not counted.
pub fn histogram_counts(
    values: impl Iterator<Item = f64>,
    low: f64,
    high: f64,
    n_bins: usize,
) -> Vec<u64> {
    let mut counts = vec![0; n_bins];
    let width = (high - low) / n_bins as f64;
    for value in values {
        if value >= low && value <= high {
            // The quotient can round up to a neighbor; numpy compares with the edges, and so do we.
            let mut bin = (((value - low) / width) as usize).min(n_bins - 1);
            if value < low + bin as f64 * width {
                bin -= 1;
            } else if bin + 1 < n_bins && value >= low + (bin + 1) as f64 * width {
                bin += 1;
            }
            counts[bin] += 1;
        }
    }
    counts
}

/// Counts the values of a matrix in [`N_BINS`] bins; of a sparse one the zeros at once.
fn histogram(matrix: &Matrix, low: f64, high: f64) -> Vec<u64> {
    let Some(cells) = matrix.sparse() else {
        let values = matrix.values().iter().map(|&value| f64::from(value));
        return histogram_counts(values, low, high, N_BINS);
    };
    let mut counts = histogram_counts(cells.values().map(f64::from), low, high, N_BINS);
    let zeros = histogram_counts(std::iter::once(0.0), low, high, N_BINS);
    for (count, holds_zero) in counts.iter_mut().zip(zeros) {
        *count += holds_zero * n_zeros(matrix);
    }
    counts
}

/// The pictures every data set has.
pub fn figures() -> Vec<FigureInfo> {
    vec![FigureInfo {
        name: "values".into(),
        title: "Distribution of values".into(),
        ..FigureInfo::default()
    }]
}

/// Draws one of [`figures`].
pub fn figure(dataset: &Dataset, request: &FigureRequest) -> Result<Figure, AnalysisError> {
    match request.name.as_str() {
        "values" => Ok(values_figure(dataset)),
        other => Err(AnalysisError::Input {
            message: format!("there is no picture {other:?}"),
        }),
    }
}

fn values_figure(dataset: &Dataset) -> Figure {
    let matrix = &dataset.matrix;
    let overview = overview(matrix);
    let [low, high] = overview.range.unwrap_or([0.0, 1.0]);
    let (low, high) = if low < high {
        (low, high)
    } else {
        (low - 0.5, high + 0.5)
    };
    let counts = histogram(matrix, low, high);
    let n_values = n_cells(matrix) - overview.n_missing;
    let width = (high - low) / N_BINS as f64;
    Figure {
        name: "values".into(),
        title: "Distribution of values".into(),
        subtitle: format!(
            "{} genes × {} samples, {n_values} values, {} missing",
            dataset.n_genes(),
            dataset.n_samples(),
            overview.n_missing
        ),
        alternative: format!(
            "Histogram of {n_values} values from {low} to {high}; the fullest bin holds {}",
            counts.iter().max().copied().unwrap_or(0)
        ),
        kind: FigureKind::Histogram(Histogram {
            x: Axis {
                label: dataset.value_label.clone(),
                low,
                high,
            },
            y_label: "Values".into(),
            edges: (0..=N_BINS).map(|bin| low + bin as f64 * width).collect(),
            counts,
            signed: low < 0.0 && high > 0.0,
            marks: Vec::new(),
            selected_bin: None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{figure, histogram_counts, overview};
    use crate::{Dataset, Matrix, figure::FigureRequest, sparse::SparseBuilder};

    #[test]
    fn the_last_bin_is_closed_and_outside_values_are_left_out() {
        let values = [0.0, 0.1, 0.5, 1.0, 1.1, f64::NAN];
        assert_eq!(histogram_counts(values.into_iter(), 0.0, 1.0, 2), [2, 2]);
    }

    #[test]
    fn a_set_of_gaps_has_no_range() {
        let found = overview(&Matrix::missing(1, 2));
        assert_eq!((found.n_missing, found.range), (2, None));
    }

    #[test]
    fn a_sparse_matrix_looks_like_the_dense_one() {
        let check = |values: &[f32]| {
            let mut builder = SparseBuilder::new(values.len(), 2);
            for (row, &value) in values.iter().enumerate() {
                builder.push(row as u32, 1, value);
            }
            let sparse = Matrix::from_sparse(builder.finish().unwrap());
            let dense = Matrix::from_rows(values.len(), 2, sparse.clone().into_values());
            assert_eq!(overview(&sparse), overview(&dense));
            let drawn = |matrix: Matrix| {
                let names = |n: usize| (0..n).map(|at| at.to_string()).collect();
                let dataset = Dataset::new(matrix, names(values.len()), names(2));
                let request = FigureRequest {
                    name: "values".into(),
                    ..FigureRequest::default()
                };
                figure(&dataset, &request).unwrap()
            };
            assert_eq!(drawn(sparse), drawn(dense));
        };
        check(&[]);
        check(&[0.0]);
        check(&[3.0, 0.0, 17.0, 260.0]);
        check(&[-2.5, 0.0, 1.5, f32::INFINITY]);
    }
}
