//! The linear model: the change of every gene from what is perturbed.

use std::collections::BTreeMap;

use cuvette_kernels::vectors::{add_scaled, dot};

use super::{PerturbationBaselinesParameters, conditions::Perturbation};
use crate::{
    context::Context,
    error::AnalysisError,
    matrix::Matrix,
    parallel,
    stats::{
        center::is_constant,
        cholesky::Cholesky,
        eigen::{Symmetric, largest_eigenpairs},
        propagation::{Shrinkage, ShrunkCovariance},
    },
};

/// A component below this share of the whole is what rounding left.
const MIN_SHARE: f64 = 1e-11;

/// G, W and b: see the head of the analysis.
pub struct LinearModel {
    /// One vector per component: where each gene stands.
    genes: Vec<Vec<f64>>,
    /// W, row after row.
    weights: Vec<f64>,
    /// b, the mean change of each gene.
    center: Vec<f64>,
}

/// What there is to learn from.
pub struct Training<'a> {
    /// The control in the first row, then the perturbations; a column per gene.
    pub averages: &'a Matrix,
    pub perturbations: &'a [Perturbation],
    /// Which of the perturbations are learned from.
    pub chosen: &'a [usize],
    /// How every two rows of `averages` vary together over the genes.
    pub together: Option<&'a ShrunkCovariance>,
    /// Columns by the names of genes.
    pub places: &'a BTreeMap<&'a str, usize>,
}

impl Training<'_> {
    /// The first components of the genes, with the averages as axes: one vector of genes each.
    fn components(&self, n: usize, context: &Context) -> Result<Vec<Vec<f64>>, AnalysisError> {
        let Some(together) = self.together else {
            return Ok(Vec::new());
        };
        let rows: Vec<usize> = [0]
            .into_iter()
            .chain(self.chosen.iter().map(|at| at + 1))
            .collect();
        let cell = |at: usize| together.get(rows[at / rows.len()], rows[at % rows.len()]);
        let cells = (0..rows.len() * rows.len()).map(cell).collect();
        let square = Symmetric::from_rows(rows.len(), cells);
        let found = largest_eigenpairs(&square, n, context)?;
        let is_real = |&&value: &&f64| value > MIN_SHARE * square.trace();
        let n_real = found.values.iter().take_while(is_real).count();
        Ok(parallel::map(n_real, &|component| {
            let mut scores = vec![0.0; self.averages.n_columns()];
            for (&row, share) in rows.iter().zip(&found.vectors[component]) {
                let mean = together.means()[row];
                for (score, &value) in scores.iter_mut().zip(self.averages.row(row)) {
                    *score += share * (f64::from(value) - mean);
                }
            }
            scores
        }))
    }

    /// The columns of the perturbed genes, where all are there.
    fn columns(&self, perturbation: usize) -> Option<Vec<usize>> {
        let genes = self.perturbations[perturbation].genes.iter();
        genes
            .map(|gene| self.places.get(gene.as_str()).copied())
            .collect()
    }

    /// By how much every gene of a perturbation differs from the control.
    fn change(&self, perturbation: usize) -> Vec<f64> {
        let (own, control) = (self.averages.row(perturbation + 1), self.averages.row(0));
        let pairs = own.iter().zip(control);
        pairs
            .map(|(&own, &control)| f64::from(own) - f64::from(control))
            .collect()
    }
}

/// How every two rows vary together; none where one of them does not vary, or there are too few
/// genes to tell.
pub fn together(
    averages: &Matrix,
    context: &Context,
) -> Result<Option<ShrunkCovariance>, AnalysisError> {
    let rows: Vec<usize> = (0..averages.n_rows()).collect();
    let varies = |&row: &usize| !is_constant(averages.row(row));
    if averages.n_columns() < 3 || !rows.iter().all(varies) {
        return Ok(None);
    }
    ShrunkCovariance::fit(averages, &rows, Shrinkage::None, context).map(Some)
}

impl LinearModel {
    /// Learns the model; none where no perturbed gene is among the genes.
    pub fn fit(
        training: &Training,
        parameters: &PerturbationBaselinesParameters,
        context: &Context,
    ) -> Result<Option<Self>, AnalysisError> {
        let genes = training.components(parameters.components, context)?;
        let matched: Vec<(usize, Vec<f64>)> = training
            .chosen
            .iter()
            .filter_map(|&at| Some((at, place(&genes, &training.columns(at)?))))
            .collect();
        if matched.is_empty() || genes.is_empty() {
            return Ok(None);
        }
        let mut center = vec![0.0; training.averages.n_columns()];
        for (at, _) in &matched {
            // The control, which does not change, is one more.
            add_scaled(
                &mut center,
                1.0 / (matched.len() + 1) as f64,
                &training.change(*at),
            );
        }
        let k = genes.len();
        let (mut cross, mut places) = (vec![0.0; k * k], vec![0.0; k * k]);
        for (at, place) in &matched {
            context.check_cancelled()?;
            let mut change = training.change(*at);
            add_scaled(&mut change, -1.0, &center);
            for row in 0..k {
                let cells = row * k..(row + 1) * k;
                add_scaled(&mut cross[cells.clone()], dot(&genes[row], &change), place);
                add_scaled(&mut places[cells], place[row], place);
            }
        }
        let products = (0..k * k)
            .map(|at| dot(&genes[at / k], &genes[at % k]))
            .collect();
        let left = penalized(products, k, parameters.ridge, context)?;
        let right = penalized(places, k, parameters.ridge, context)?;
        let mut weights = vec![0.0; k * k];
        for column in 0..k {
            let cells: Vec<f64> = cross[column..].iter().step_by(k).copied().collect();
            for (row, value) in left.solve(&cells).into_iter().enumerate() {
                weights[row * k + column] = value;
            }
        }
        for row in weights.chunks_exact_mut(k) {
            row.copy_from_slice(&right.solve(row));
        }
        Ok(Some(Self {
            genes,
            weights,
            center,
        }))
    }

    /// The change of the genes `at` by a perturbation; none where its gene is not among the genes.
    pub fn predict(
        &self,
        training: &Training,
        perturbation: usize,
        at: &[usize],
    ) -> Option<Vec<f64>> {
        let place = place(&self.genes, &training.columns(perturbation)?);
        let rows = self.weights.chunks_exact(place.len());
        let strengths: Vec<f64> = rows.map(|row| dot(row, &place)).collect();
        let change = |&gene: &usize| {
            let along = self.genes.iter().zip(&strengths);
            self.center[gene]
                + along
                    .map(|(genes, strength)| genes[gene] * strength)
                    .sum::<f64>()
        };
        Some(at.iter().map(change).collect())
    }
}

/// The row of the perturbed gene, or the sum of those of a combination.
fn place(genes: &[Vec<f64>], columns: &[usize]) -> Vec<f64> {
    let sum = |along: &Vec<f64>| columns.iter().map(|&column| along[column]).sum();
    genes.iter().map(sum).collect()
}

fn penalized(
    mut cells: Vec<f64>,
    k: usize,
    penalty: f64,
    context: &Context,
) -> Result<Cholesky, AnalysisError> {
    for cell in cells.iter_mut().step_by(k + 1) {
        *cell += penalty;
    }
    let triangle = Cholesky::of(Symmetric::from_rows(k, cells), context)?;
    triangle.ok_or_else(|| AnalysisError::Unsuitable {
        found: format!("a penalty of {penalty} is nothing beside values of this size"),
        expected: "expected a penalty that keeps components apart".into(),
        hint: "Raise ridge, or take fewer components".into(),
    })
}
