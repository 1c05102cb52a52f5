//! Centered and scaled data, made row by row where they are needed.

use crate::{
    context::Context,
    error::AnalysisError,
    matrix::Matrix,
    parallel,
    stats::{
        blocks::gather_columns,
        center::is_constant,
        gram::{BLOCK, multiply_rows},
    },
};
use cuvette_kernels::{sums, vectors};

/// Genes × samples, each value less the center of its gene and times its factor.
pub(super) struct Adjusted<'a> {
    pub matrix: &'a Matrix,
    centers: Vec<f64>,
    factors: Vec<f64>,
    /// What all values were divided by, so that those left are near 1 and no product leaves `f32`.
    pub unit: f64,
    /// Sum of the squares of all values.
    pub total: f64,
}

/// What stands for a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Samples,
    Genes,
}

impl Side {
    pub fn other(self) -> Self {
        match self {
            Self::Samples => Self::Genes,
            Self::Genes => Self::Samples,
        }
    }
}

impl<'a> Adjusted<'a> {
    pub fn new(
        matrix: &'a Matrix,
        center: bool,
        scale: bool,
        context: &Context,
    ) -> Result<Self, AnalysisError> {
        let n_samples = matrix.n_columns();
        let moments = |gene: usize| {
            context.check_cancelled()?;
            let row = matrix.row(gene);
            // The mean of equal values may miss them by a rounding that scaling would blow up.
            let mean = match row.first() {
                Some(&value) if is_constant(row) => f64::from(value),
                _ => sums::sum(row) / n_samples as f64,
            };
            let center = if center { mean } else { 0.0 };
            Ok::<_, AnalysisError>((center, sums::sum_of_squares_about(row, center)))
        };
        let moments: Vec<(f64, f64)> = parallel::try_map(matrix.n_rows(), &moments)?;
        let n_free = (n_samples as f64 - 1.0).max(1.0);
        let factor = |square: f64| {
            if scale && square > 0.0 {
                (n_free / square).sqrt()
            } else {
                1.0
            }
        };
        let mut factors: Vec<f64> = moments.iter().map(|moment| factor(moment.1)).collect();
        let squares = moments.iter().zip(&factors);
        let total: f64 = squares
            .map(|((_, square), factor)| square * factor * factor)
            .sum();
        let unit = match (total / matrix.values().len() as f64).sqrt() {
            unit if unit > 0.0 => unit,
            _ => 1.0,
        };
        vectors::scale(&mut factors, 1.0 / unit);
        Ok(Self {
            matrix,
            centers: moments.into_iter().map(|moment| moment.0).collect(),
            factors,
            unit,
            total: total / (unit * unit),
        })
    }

    /// Number of vectors on a side.
    pub fn len(&self, side: Side) -> usize {
        match side {
            Side::Samples => self.matrix.n_columns(),
            Side::Genes => self.matrix.n_rows(),
        }
    }

    /// Writes neighboring vectors of a side from `first` on, as many as fit.
    fn fill(&self, side: Side, first: usize, cells: &mut [f32]) {
        let adjust = |cell: &mut f32, gene: usize| {
            *cell = ((f64::from(*cell) - self.centers[gene]) * self.factors[gene]) as f32;
        };
        match side {
            Side::Samples => {
                gather_columns(self.matrix, first, cells);
                for sample in cells.chunks_exact_mut(self.matrix.n_rows()) {
                    for (gene, cell) in sample.iter_mut().enumerate() {
                        adjust(cell, gene);
                    }
                }
            }
            Side::Genes => {
                let n_samples = self.matrix.n_columns();
                cells.copy_from_slice(&self.matrix.values()[first * n_samples..][..cells.len()]);
                for (gene, row) in cells.chunks_exact_mut(n_samples).enumerate() {
                    for cell in row {
                        adjust(cell, first + gene);
                    }
                }
            }
        }
    }

    /// All vectors of a side, as rows.
    pub fn rows(&self, side: Side, context: &Context) -> Result<Matrix, AnalysisError> {
        let mut rows = Matrix::missing(self.len(side), self.len(side.other()));
        let n_values = rows.n_columns();
        parallel::try_map_chunks(rows.values_mut(), BLOCK * n_values, &|block, cells| {
            context.check_cancelled()?;
            self.fill(side, block * BLOCK, cells);
            Ok::<(), AnalysisError>(())
        })?;
        Ok(rows)
    }

    /// The products of all vectors of a side with each of `directions`: one vector per direction.
    pub fn multiply(
        &self,
        side: Side,
        directions: &[Vec<f64>],
        context: &Context,
    ) -> Result<Vec<Vec<f64>>, AnalysisError> {
        let values = directions.iter().flatten().map(|&value| value as f32);
        let right = Matrix::from_rows(directions.len(), self.len(side.other()), values.collect());
        let fill = |first: usize, cells: &mut [f32]| self.fill(side, first, cells);
        let products = multiply_rows(self.len(side), &right, fill, context)?;
        let column = |at: usize| {
            let cells = products.iter().skip(at).step_by(directions.len());
            cells.copied().collect()
        };
        Ok((0..directions.len()).map(column).collect())
    }
}
