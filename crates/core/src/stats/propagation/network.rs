//! A change that goes from gene to gene.

use super::{
    covariance::ShrunkCovariance,
    radius::{multiply, spectral_radius},
    ridge::{Regulation, Regulators, fit},
};
use crate::{context::Context, error::AnalysisError};

/// A network in which changes grow from step to step is brought down to this spectral radius.
const RADIUS_WHEN_SCALED: f64 = 0.95;

/// The coefficients of every gene on its regulators.
#[derive(Debug, Clone)]
pub struct Network {
    genes: Vec<Regulation>,
    /// The largest size of an eigenvalue: from 1 on changes grow from step to step.
    pub radius: f64,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Propagation {
    /// The change of every gene after each step, the first step first.
    pub steps: Vec<Vec<f64>>,
    /// That of the network before any scaling.
    pub radius: f64,
    /// Whether all coefficients were made smaller, since the radius was 1 or more.
    pub was_scaled: bool,
}

impl Network {
    /// Learns the coefficients of every gene on its regulators.
    ///
    /// ```text
    /// min over b of mean((y − Σ b x)²) + λ Σ b²,  y and x with mean 0 and variance 1
    /// ```
    ///
    /// For each gene that λ of 0.001, 0.003, 0.01 … 10 is taken which generalized cross-validation
    /// likes best, of equally good ones the smallest; then coefficients go back to the scales of the
    /// genes.
    ///
    /// Correlations are those of the data, without the shrinkage of `covariance`, which is for
    /// [`Regulators::TopPartial`] alone.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Unsuitable`] with partial correlations of genes that follow from each other,
    /// and [`AnalysisError::Cancelled`].
    ///
    /// # Complexity
    ///
    /// With a list of k regulators `9 k³ / 2 + 9 k² genes` multiplications, else `9 k³ genes / 2`.
    ///
    /// # References
    ///
    /// Agrees with the normal equations of ridge regression solved by NumPy, and the radius with
    /// `numpy.linalg.eigvals`; `sklearn.linear_model.Ridge` has λ times the number of samples as its
    /// `alpha`. Hoerl and Kennard 1970,
    /// <https://doi.org/10.1080/00401706.1970.10488634>.
    ///
    /// # Panics
    ///
    /// When a listed regulator is no gene.
    pub fn fit(
        covariance: &ShrunkCovariance,
        regulators: Regulators,
        context: &Context,
    ) -> Result<Self, AnalysisError> {
        let genes = fit(covariance, regulators, context)?;
        let radius = spectral_radius(&genes, context)?;
        Ok(Self { genes, radius })
    }

    /// Number of genes.
    pub fn len(&self) -> usize {
        self.genes.len()
    }

    /// True without genes.
    pub fn is_empty(&self) -> bool {
        self.genes.is_empty()
    }

    /// The regulators of a gene, ascending, and by how much it changes with one unit of each.
    pub fn regulators(&self, gene: usize) -> impl Iterator<Item = (usize, f64)> {
        let Regulation {
            regulators,
            weights,
            ..
        } = &self.genes[gene];
        regulators.iter().copied().zip(weights.iter().copied())
    }

    /// The penalty λ chosen for a gene; NaN without regulators.
    pub fn penalty(&self, gene: usize) -> f64 {
        self.genes[gene].penalty
    }

    /// What becomes of every gene in `n_steps` steps (3 are usual) when the `knocked` ones change by
    /// `deltas` and stay there.
    ///
    /// ```text
    /// Δ(0) = δ at the knocked genes, else 0;  Δᵢ(t + 1) = Σ bᵢⱼ Δⱼ(t);  then δ again, x + Δ ≥ 0
    /// ```
    ///
    /// `start` is x, the level of every gene. No level falls below zero; one that is below zero
    /// already, as of centered data, is free to move.
    ///
    /// # Panics
    ///
    /// When there are not as many changes as knocked genes, or as many levels as genes.
    pub fn propagate(
        &self,
        knocked: &[usize],
        deltas: &[f64],
        n_steps: usize,
        start: &[f64],
    ) -> Propagation {
        assert_eq!(knocked.len(), deltas.len(), "a change per gene");
        assert_eq!(start.len(), self.len(), "a level per gene");
        let was_scaled = self.radius >= 1.0;
        let factor = if was_scaled {
            RADIUS_WHEN_SCALED / self.radius
        } else {
            1.0
        };
        let clamp = |changes: &mut [f64]| {
            for (&gene, &delta) in knocked.iter().zip(deltas) {
                changes[gene] = delta;
            }
            for (change, &level) in changes.iter_mut().zip(start) {
                if level >= 0.0 {
                    *change = change.max(-level);
                }
            }
        };
        let mut changes = vec![0.0; self.len()];
        clamp(&mut changes);
        let mut steps = Vec::with_capacity(n_steps);
        for _ in 0..n_steps {
            changes = multiply(&self.genes, &changes);
            for change in &mut changes {
                *change *= factor;
            }
            clamp(&mut changes);
            steps.push(changes.clone());
        }
        Propagation {
            steps,
            radius: self.radius,
            was_scaled,
        }
    }
}
