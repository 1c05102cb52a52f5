//! The coefficients of all profiles, summed up.

use serde::{Deserialize, Serialize};

use crate::stats::{overview::histogram_counts, summary};

/// Bins of the histogram of coefficients, over −1 to 1.
pub const HISTOGRAM_BINS: usize = 30;

/// The two coefficients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// Pearson's r.
    Pearson,
    /// Spearman's ρ.
    Spearman,
}

/// A set of coefficients, summed up.
///
/// Median, mean, quartiles and the sd (n − 1) agree with pandas' `Series.describe`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CoefficientSummary {
    /// Coefficients that exist.
    pub n: usize,
    /// Their median.
    pub median: f64,
    /// First and third quartile.
    pub quartiles: [f64; 2],
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation; `None` for one coefficient.
    pub sd: Option<f64>,
    /// How many are above 0.5.
    pub n_above_0_5: usize,
    /// How many are above 0.7.
    pub n_above_0_7: usize,
    /// How many are above 0.5 or below −0.5.
    pub n_abs_above_0_5: usize,
    /// How many are above 0.7 or below −0.7.
    pub n_abs_above_0_7: usize,
    /// How many are below 0.
    pub n_negative: usize,
}

/// One bin of the histogram; the last one holds its upper edge too.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Lower edge.
    pub low: f64,
    /// Upper edge.
    pub high: f64,
    /// Profiles with Pearson's r in it.
    pub n_pearson: u64,
    /// Profiles with Spearman's ρ in it.
    pub n_spearman: u64,
}

impl Statistic {
    /// Both, in the order shown.
    pub const ALL: [Self; 2] = [Self::Pearson, Self::Spearman];

    /// Name in tables and recipes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pearson => "pearson",
            Self::Spearman => "spearman",
        }
    }

    /// Name on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pearson => "Pearson r",
            Self::Spearman => "Spearman ρ",
        }
    }
}

impl CoefficientSummary {
    /// The count as a share of the coefficients that exist.
    pub fn share(&self, count: usize) -> f64 {
        count as f64 / self.n as f64
    }
}

/// Sums up coefficients; `None` where there is none.
///
/// # Missing values
///
/// A coefficient that is NaN (of a constant profile) is left out everywhere.
pub fn summarize(coefficients: &[f64]) -> Option<CoefficientSummary> {
    let summary = summary::summarize(coefficients);
    if summary.n == 0 {
        return None;
    }
    let count = |holds: fn(f64) -> bool| coefficients.iter().filter(|&&r| holds(r)).count();
    Some(CoefficientSummary {
        n: summary.n,
        median: summary.median,
        quartiles: [summary.q1, summary.q3],
        mean: summary.mean,
        sd: (summary.n > 1).then_some(summary.sd),
        n_above_0_5: count(|r| r > 0.5),
        n_above_0_7: count(|r| r > 0.7),
        n_abs_above_0_5: count(|r| r.abs() > 0.5),
        n_abs_above_0_7: count(|r| r.abs() > 0.7),
        n_negative: count(|r| r < 0.0),
    })
}

/// Counts both coefficients in 30 bins over −1 to 1, as `numpy.histogram` does with
/// `numpy.linspace(-1, 1, 31)`.
pub fn histogram(pearson: &[f64], spearman: &[f64]) -> Vec<Bin> {
    let count =
        |values: &[f64]| histogram_counts(values.iter().copied(), -1.0, 1.0, HISTOGRAM_BINS);
    let edge = |bin: usize| {
        if bin == HISTOGRAM_BINS {
            1.0
        } else {
            bin as f64 * (2.0 / HISTOGRAM_BINS as f64) - 1.0
        }
    };
    count(pearson)
        .into_iter()
        .zip(count(spearman))
        .enumerate()
        .map(|(bin, (n_pearson, n_spearman))| Bin {
            low: edge(bin),
            high: edge(bin + 1),
            n_pearson,
            n_spearman,
        })
        .collect()
}
