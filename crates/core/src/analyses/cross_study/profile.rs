//! One profile of both sets, compared.

use crate::stats::correlation::PairCorrelation;

/// One profile that is in both sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Its name, trimmed.
    pub name: String,
    /// Both coefficients with p-value and number of common values.
    pub correlation: PairCorrelation,
    /// Mean of the values over the common points, in the first and in the second set.
    pub means: [f64; 2],
    /// Its own gene, where it has one that either set measured.
    pub own_gene: Option<OwnGene>,
}

/// The perturbed gene of a profile.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnGene {
    /// Its name; several are joined by `+`.
    pub name: String,
    /// Its value in the profile, in the first and in the second set; NaN where not measured. Of
    /// several genes, their mean.
    pub values: [f64; 2],
}

/// A profile that is in both sets and could not be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its name.
    pub name: String,
    /// Common values it has.
    pub n_common: usize,
}

impl Profile {
    /// Pearson's r; NaN where a profile is constant.
    pub fn pearson(&self) -> f64 {
        self.correlation.pearson.coefficient
    }

    /// Spearman's ρ; NaN where a profile is constant.
    pub fn spearman(&self) -> f64 {
        self.correlation.spearman.coefficient
    }

    /// How far the mean of the second set lies above that of the first.
    pub fn mean_shift(&self) -> f64 {
        self.means[1] - self.means[0]
    }
}
