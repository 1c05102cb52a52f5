//! The genes most alike, for genes with missing values.

use crate::{context::Context, error::AnalysisError, matrix::Matrix};

/// Genes that a distance is computed to between two looks at the cancel button.
const GENES_PER_LOOK: usize = 4_096;

/// What values are filled in from.
pub struct Donors<'a> {
    /// Genes × samples, with gaps.
    pub matrix: &'a Matrix,
    /// The samples that distances are computed over.
    pub fitted: &'a Matrix,
    /// Mean of every sample, for where no gene has a distance.
    pub sample_means: &'a [f64],
    /// Genes that a value is taken from.
    pub k: usize,
}

impl Donors<'_> {
    /// Fills in the gaps of a gene from the genes most alike that have a value there.
    pub fn fill(
        &self,
        gene: usize,
        row: &mut [f32],
        context: &Context,
    ) -> Result<(), AnalysisError> {
        let neighbors = self.neighbors(gene, context)?;
        for (sample, value) in row.iter_mut().enumerate() {
            if !value.is_nan() {
                continue;
            }
            let nearest = neighbors
                .iter()
                .map(|&(_, other)| f64::from(self.matrix.get(other, sample)))
                .filter(|donated| !donated.is_nan())
                .take(self.k);
            let (sum, n) = nearest.fold((0.0, 0), |(sum, n), donated| (sum + donated, n + 1));
            let filled = if n == 0 {
                self.sample_means[sample]
            } else {
                sum / f64::from(n)
            };
            *value = filled as f32;
        }
        Ok(())
    }

    /// All other genes that have a distance, the nearest first; of equal ones the first gene.
    fn neighbors(
        &self,
        gene: usize,
        context: &Context,
    ) -> Result<Vec<(f64, usize)>, AnalysisError> {
        let own = self.fitted.row(gene);
        let mut neighbors = Vec::with_capacity(self.fitted.n_rows());
        for other in 0..self.fitted.n_rows() {
            if other % GENES_PER_LOOK == 0 {
                context.check_cancelled()?;
            }
            let distance = squared_distance(own, self.fitted.row(other));
            if other != gene && !distance.is_nan() {
                neighbors.push((distance, other));
            }
        }
        neighbors.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        Ok(neighbors)
    }
}

/// Over the places present in both, scaled up to all; NaN where there is none.
fn squared_distance(x: &[f32], y: &[f32]) -> f64 {
    let (mut sum, mut n_both) = (0.0, 0_usize);
    for (&x, &y) in x.iter().zip(y) {
        let difference = f64::from(x) - f64::from(y);
        if !difference.is_nan() {
            sum += difference * difference;
            n_both += 1;
        }
    }
    if n_both == 0 {
        f64::NAN
    } else {
        sum * x.len() as f64 / n_both as f64
    }
}
