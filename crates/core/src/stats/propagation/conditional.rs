//! What to expect of every gene, given that some have changed.

use super::covariance::{Shrinkage, ShrunkCovariance};
use crate::{
    context::Context,
    error::AnalysisError,
    matrix::Matrix,
    stats::{
        cholesky::Cholesky, correlation::correlation_p_value, eigen::Symmetric,
        multiple_testing::benjamini_hochberg,
    },
};

/// Genes as one normal distribution, to ask what some say of the others.
#[derive(Debug, Clone)]
pub struct Conditional {
    /// How the genes vary together.
    pub covariance: ShrunkCovariance,
}

/// How a gene goes with another one over the samples, without shrinkage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Association {
    /// Pearson's correlation.
    pub r: f64,
    /// Samples.
    pub n: usize,
    /// Two-sided, of the t test of `r`; NaN for the gene itself.
    pub p_value: f64,
    /// Adjusted for all other genes (Benjamini and Hochberg).
    pub q_value: f64,
}

/// The inverse of the covariance: what every two genes have to say to each other that no third says.
#[derive(Debug, Clone)]
pub struct Precision {
    inverse: Symmetric,
}

impl Conditional {
    /// The distribution of the `genes` of `rows`; see [`ShrunkCovariance::fit`] for shapes, missing
    /// values and errors. From here on genes are known by their position in `genes`.
    pub fn fit(
        rows: &Matrix,
        genes: &[usize],
        shrinkage: Shrinkage,
        context: &Context,
    ) -> Result<Self, AnalysisError> {
        let covariance = ShrunkCovariance::fit(rows, genes, shrinkage, context)?;
        Ok(Self { covariance })
    }

    /// By how much each gene is expected to change when the `knocked` ones change by `deltas`.
    ///
    /// ```text
    /// Δᵢ = Cᵢₖ Cₖₖ⁻¹ δ;  of one gene Cᵢₖ / Cₖₖ δ, the slope of i on it
    /// ```
    ///
    /// A number per gene; the knocked ones change by their `deltas` exactly.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Unsuitable`] where knocked genes follow from each other; a gene that is
    /// knocked twice does.
    ///
    /// # References
    ///
    /// Anderson 2003, An Introduction to Multivariate Statistical Analysis, section 2.5: the mean of
    /// a conditional normal distribution.
    ///
    /// # Panics
    ///
    /// When there are not as many changes as genes, or no gene of such a number.
    pub fn respond(
        &self,
        knocked: &[usize],
        deltas: &[f64],
        context: &Context,
    ) -> Result<Vec<f64>, AnalysisError> {
        assert_eq!(knocked.len(), deltas.len(), "a change per gene");
        let covariance = &self.covariance;
        let n = knocked.len();
        let cell = |at: usize| covariance.get(knocked[at / n], knocked[at % n]);
        let block = Symmetric::from_rows(n, (0..n * n).map(cell).collect());
        let triangle = Cholesky::of(block, context)?.ok_or_else(|| covariance.singular())?;
        let weights = triangle.solve(deltas);
        let response = |gene: usize| {
            let pairs = knocked.iter().zip(&weights);
            pairs
                .map(|(&other, weight)| covariance.get(gene, other) * weight)
                .sum()
        };
        let mut responses: Vec<f64> = (0..covariance.len()).map(response).collect();
        for (&gene, &delta) in knocked.iter().zip(deltas) {
            responses[gene] = delta;
        }
        Ok(responses)
    }

    /// How every gene goes with one of them.
    pub fn associations(&self, with: usize) -> Vec<Association> {
        let n = self.covariance.n_samples();
        let r = |gene: usize| self.covariance.correlation(gene, with);
        let p_value = |gene: usize| {
            if gene == with {
                f64::NAN
            } else {
                correlation_p_value(r(gene), n)
            }
        };
        let p_values: Vec<f64> = (0..self.covariance.len()).map(p_value).collect();
        let q_values = benjamini_hochberg(&p_values);
        let tests = p_values.into_iter().zip(q_values).enumerate();
        tests
            .map(|(gene, (p_value, q_value))| Association {
                r: r(gene),
                n,
                p_value,
                q_value,
            })
            .collect()
    }

    /// The inverse of the covariance, for direct effects.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Unsuitable`] where genes follow from each other: more shrinkage helps; and
    /// [`AnalysisError::Cancelled`].
    ///
    /// # Complexity
    ///
    /// `genes³ / 2` multiplications on all threads, memory for twice `genes²` numbers.
    pub fn precision(&self, context: &Context) -> Result<Precision, AnalysisError> {
        Ok(Precision {
            inverse: self.covariance.inverse(context)?,
        })
    }
}

impl Precision {
    /// By how much each gene changes directly, all but the `knocked` ones kept where they are.
    ///
    /// ```text
    /// Δᵢ = Σₖ −Θᵢₖ / Θᵢᵢ δₖ,  Θ = C⁻¹: the coefficients of gene i on all others
    /// ```
    ///
    /// A number per gene; the knocked ones change by their `deltas`.
    ///
    /// # Panics
    ///
    /// When there are not as many changes as genes, or no gene of such a number.
    pub fn direct(&self, knocked: &[usize], deltas: &[f64]) -> Vec<f64> {
        assert_eq!(knocked.len(), deltas.len(), "a change per gene");
        let response = |gene: usize| {
            let row = self.inverse.row(gene);
            let pairs = knocked.iter().zip(deltas);
            pairs
                .map(|(&other, delta)| -row[other] / row[gene] * delta)
                .sum()
        };
        let mut responses: Vec<f64> = (0..self.inverse.len()).map(response).collect();
        for (&gene, &delta) in knocked.iter().zip(deltas) {
            responses[gene] = delta;
        }
        responses
    }

    /// The correlation of two genes with all others held where they are: −Θᵢⱼ / √(Θᵢᵢ Θⱼⱼ).
    pub fn partial_correlation(&self, a: usize, b: usize) -> f64 {
        if a == b {
            return 1.0;
        }
        let variance = |gene: usize| self.inverse.row(gene)[gene];
        -self.inverse.row(a)[b] / (variance(a) * variance(b)).sqrt()
    }
}
