//! Library sizes of count data and the factors that make samples comparable.
//!
//! A sample's *library size* `L` is the sum of its counts. A few strong genes can take a large part
//! of it, so edgeR multiplies it by a *normalization factor* `f` (the *effective* library size is
//! `L f`), and `DESeq2` divides counts by a *size factor* `s` instead. Both are estimated on the
//! assumption that most genes do not change.

mod ratios;
#[cfg(test)]
mod tests;
mod tmm;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{context::Context, error::AnalysisError, matrix::Matrix, parallel};

/// How counts of different samples are made comparable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LibraryMethod {
    /// Counts per million, of the library size alone
    #[schemars(title = "CPM")]
    Cpm,
    /// Trimmed mean of M values, edgeR's default: the library size without what a few genes take
    #[default]
    #[schemars(title = "TMM (edgeR)")]
    Tmm,
    /// Relative log expression of edgeR: median ratio to the geometric mean, by library size
    #[schemars(title = "RLE (edgeR)")]
    Rle,
    /// Upper quartile of the counts of expressed genes, by library size
    #[schemars(title = "Upper quartile (edgeR)")]
    UpperQuartile,
    /// `DESeq2`'s size factors: median ratio to the geometric mean, over genes without a zero
    #[schemars(title = "Median ratio (DESeq2)")]
    MedianRatio,
    /// `DESeq2`'s size factors where every gene has a zero somewhere, as in single cells
    #[schemars(title = "poscounts (DESeq2)")]
    Poscounts,
}

impl LibraryMethod {
    /// `DESeq2` divides by a size factor; edgeR gives counts per million of an effective library.
    pub fn is_size_factor(self) -> bool {
        matches!(self, Self::MedianRatio | Self::Poscounts)
    }
}

/// What makes the samples of a count matrix comparable; one value per sample each.
#[derive(Debug, Clone, PartialEq)]
pub struct LibraryFactors {
    /// Sum of the counts.
    pub library_size: Vec<f64>,
    /// edgeR's normalization factors, of geometric mean 1; for `DESeq2`'s methods `s / L`, scaled so.
    pub factor: Vec<f64>,
    /// What counts are divided by: `DESeq2`'s size factors; for edgeR's methods the effective library
    /// sizes over their geometric mean.
    pub size_factor: Vec<f64>,
}

impl LibraryFactors {
    /// Library size × factor.
    pub fn effective_library_size(&self) -> Vec<f64> {
        let pairs = self.library_size.iter().zip(&self.factor);
        pairs.map(|(size, factor)| size * factor).collect()
    }
}

/// Library sizes and factors of counts.
///
/// # Shapes
///
/// `counts` genes × samples, from zero up, none missing, and at least one above zero in every
/// sample; one factor per sample. With one sample every factor is 1.
///
/// # Errors
///
/// [`AnalysisError::Unsuitable`] for [`LibraryMethod::MedianRatio`] where every gene has a zero,
/// and where a quartile or a median is zero, so that there is no factor; cancelled.
///
/// # Complexity
///
/// Linear in the number of values; one pass each over the samples, in parallel.
///
/// # References
///
/// - `tmm`: Robinson & Oshlack 2010, <https://doi.org/10.1186/gb-2010-11-3-r25>. Agrees with R edgeR
///   `calcNormFactors(method = "TMM")`, defaults: trims 0.3 and 0.05, weighted.
/// - `rle`: Anders & Huber 2010, <https://doi.org/10.1186/gb-2010-11-10-r106>. Agrees with edgeR
///   `calcNormFactors(method = "RLE")`.
/// - `upper_quartile`: Bullard et al. 2010, <https://doi.org/10.1186/1471-2105-11-94>. Agrees with
///   edgeR `calcNormFactors(method = "upperquartile")`.
/// - `median_ratio`, `poscounts`: Love et al. 2014, <https://doi.org/10.1186/s13059-014-0550-8>.
///   Agree with R `DESeq2` `estimateSizeFactorsForMatrix(type = "ratio" | "poscounts")`.
pub fn library_factors(
    counts: &Matrix,
    method: LibraryMethod,
    context: &Context,
) -> Result<LibraryFactors, AnalysisError> {
    let samples = counts.transposed();
    context.check_cancelled()?;
    let n_samples = samples.n_rows();
    let library_size: Vec<f64> = parallel::map(n_samples, &|sample| {
        let counts = samples.row(sample).iter();
        counts.map(|&count| f64::from(count)).sum()
    });
    let size_factor = match method {
        _ if n_samples < 2 => None,
        LibraryMethod::MedianRatio => Some(ratios::median_ratio(&samples, context)?),
        LibraryMethod::Poscounts => Some(ratios::poscounts(&samples, context)?),
        _ => None,
    };
    let relative: Vec<f64> = match (&size_factor, method) {
        (Some(size_factor), _) => over(size_factor, &library_size),
        _ if n_samples < 2 => vec![1.0; n_samples],
        (None, LibraryMethod::Tmm) => tmm::factors(&samples, &library_size, context)?,
        (None, LibraryMethod::Rle) => over(
            &ratios::relative_log_expression(&samples, context)?,
            &library_size,
        ),
        (None, LibraryMethod::UpperQuartile) => {
            over(&ratios::upper_quartiles(&samples, context)?, &library_size)
        }
        (None, _) => vec![1.0; n_samples],
    };
    if let Some(sample) = relative
        .iter()
        .position(|&factor| !(factor > 0.0 && factor.is_finite()))
    {
        return Err(no_factor(sample, relative[sample]));
    }
    let factor = over_geometric_mean(&relative);
    let mut factors = LibraryFactors {
        library_size,
        factor,
        size_factor: Vec::new(),
    };
    factors.size_factor = match size_factor {
        Some(size_factor) => size_factor,
        None => over_geometric_mean(&factors.effective_library_size()),
    };
    Ok(factors)
}

/// One normalized count.
///
/// ```text
/// cpm, tmm, rle, upper_quartile   x / (L f) × 10⁶
///   log                           log2((x + p) / (L f + 2 p) × 10⁶),  p = prior × L f / mean(L f)
/// median_ratio, poscounts         x / s
///   log                           log2(x / s + prior)
/// ```
///
/// Agrees with edgeR `cpm(log, prior.count)` and `DESeq2` `counts(normalized = TRUE)`,
/// `normTransform(pc = prior)`.
#[derive(Debug, Clone)]
pub struct LibraryScale {
    per_sample: Vec<SampleScale>,
    log_prior: Option<f64>,
    is_size_factor: bool,
}

#[derive(Debug, Clone, Copy)]
struct SampleScale {
    /// Counts per million, or counts, for each count.
    scale: f64,
    /// Added to the count before the logarithm.
    prior: f64,
}

impl LibraryScale {
    /// The scale of each sample; `log_prior` asks for logarithms with that prior count.
    pub fn new(factors: &LibraryFactors, method: LibraryMethod, log_prior: Option<f64>) -> Self {
        let is_size_factor = method.is_size_factor();
        let effective = factors.effective_library_size();
        let mean = effective.iter().sum::<f64>() / effective.len() as f64;
        let of_library = |&size: &f64| {
            let prior = log_prior.unwrap_or(0.0) * size / mean;
            SampleScale {
                scale: 1e6 / (size + 2.0 * prior),
                prior,
            }
        };
        let of_size_factor = |&factor: &f64| SampleScale {
            scale: 1.0 / factor,
            prior: 0.0,
        };
        let per_sample = if is_size_factor {
            factors.size_factor.iter().map(of_size_factor).collect()
        } else {
            effective.iter().map(of_library).collect()
        };
        Self {
            per_sample,
            log_prior,
            is_size_factor,
        }
    }

    /// The normalized value of a count of that sample.
    pub fn value(&self, count: f64, sample: usize) -> f64 {
        // INVARIANT: one scale per sample of the matrix that the factors are of.
        let SampleScale { scale, prior } = self.per_sample[sample];
        match self.log_prior {
            None => count * scale,
            Some(pseudocount) if self.is_size_factor => (count * scale + pseudocount).log2(),
            Some(_) => ((count + prior) * scale).log2(),
        }
    }
}

fn over(numerators: &[f64], denominators: &[f64]) -> Vec<f64> {
    let pairs = numerators.iter().zip(denominators);
    pairs
        .map(|(numerator, denominator)| numerator / denominator)
        .collect()
}

fn over_geometric_mean(values: &[f64]) -> Vec<f64> {
    let mean_log = values.iter().map(|value| value.ln()).sum::<f64>() / values.len() as f64;
    values.iter().map(|value| value / mean_log.exp()).collect()
}

fn no_factor(sample: usize, found: f64) -> AnalysisError {
    AnalysisError::Unsuitable {
        found: format!("sample {} has the factor {found}", sample + 1),
        expected: "expected a factor above zero: most genes of this sample are zero".into(),
        hint: "Take poscounts or cpm, or leave the sample out".into(),
    }
}
