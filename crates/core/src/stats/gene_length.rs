//! Expression per length of gene: long genes give more fragments than short ones.
//!
//! ```text
//! tpm      x / l, scaled so that each sample sums to 10⁶
//! rpkm     x / (L / 10⁶) / (l / 1000)
//! divide   x / l
//! ```
//!
//! with the value `x`, the length of the gene `l` in base pairs, and the library size of the sample
//! `L`. Within a sample, TPM and RPKM differ by a factor only.
//!
//! # References
//!
//! - `tpm`: Wagner et al. 2012, <https://doi.org/10.1007/s12064-012-0162-3>.
//! - `rpkm`: Mortazavi et al. 2008, <https://doi.org/10.1038/nmeth.1226>. Agrees with R edgeR
//!   `rpkm(counts, gene.length, lib.size = L)`.
//! - `divide`: what ARCHS4's gene metrics take, of quantile-normalized logarithms. A logarithm over
//!   a length is no RPKM: the order of genes in a sample is mostly that of 1 / l.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::matrix::Matrix;

/// How values are made comparable between genes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LengthMethod {
    /// Transcripts per million: by length, then to the sum 10⁶ in every sample
    #[default]
    #[schemars(title = "TPM")]
    Tpm,
    /// Reads per kilobase of gene and million reads, as edgeR's `rpkm`
    #[schemars(title = "RPKM")]
    Rpkm,
    /// The value over the length and nothing else, as the gene metrics of ARCHS4 take it
    Divide,
}

/// What values of a matrix are divided by and multiplied with.
#[derive(Debug, Clone)]
pub struct LengthScale {
    lengths: Vec<f64>,
    per_sample: Vec<f64>,
}

impl LengthScale {
    /// The scale of each gene and sample.
    ///
    /// `value_at` gives the value of a gene in a sample; `lengths` in base pairs, all above zero;
    /// `library_sizes` one per sample, only read by [`LengthMethod::Rpkm`]. A sample without a
    /// value above zero has no TPM: it becomes NaN.
    pub fn new(
        method: LengthMethod,
        lengths: Vec<f64>,
        library_sizes: &[f64],
        value_at: impl Fn(usize, usize) -> f64,
    ) -> Self {
        let per_sample = match method {
            LengthMethod::Divide => vec![1.0; library_sizes.len()],
            LengthMethod::Rpkm => library_sizes.iter().map(|size| 1e9 / size).collect(),
            LengthMethod::Tpm => {
                let mut rates = vec![0.0; library_sizes.len()];
                for (gene, length) in lengths.iter().enumerate() {
                    for (sample, rate) in rates.iter_mut().enumerate() {
                        *rate += value_at(gene, sample) / length;
                    }
                }
                rates.iter().map(|rate| 1e6 / rate).collect()
            }
        };
        Self {
            lengths,
            per_sample,
        }
    }

    /// The value of that gene and sample per length.
    pub fn value(&self, value: f64, gene: usize, sample: usize) -> f64 {
        // INVARIANT: one length per gene and one scale per sample of the matrix they were made of.
        value / self.lengths[gene] * self.per_sample[sample]
    }
}

/// Sum of each sample; missing values make it missing.
pub fn library_sizes(counts: &Matrix) -> Vec<f64> {
    let mut sums = vec![0.0; counts.n_columns()];
    for gene in 0..counts.n_rows() {
        for (sum, &count) in sums.iter_mut().zip(counts.row(gene)) {
            *sum += f64::from(count);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LengthMethod, LengthScale};

    fn scaled(method: LengthMethod, counts: &[f64], lengths: &[f64]) -> Vec<f64> {
        let size = counts.iter().sum();
        let scale = LengthScale::new(method, lengths.to_vec(), &[size], |gene, _| counts[gene]);
        let values = counts.iter().enumerate();
        values
            .map(|(gene, &count)| scale.value(count, gene, 0))
            .collect()
    }

    #[test]
    fn two_genes_by_hand() {
        // Rates 10 / 1000 and 30 / 2000: shares 0.4 and 0.6.
        let found = scaled(LengthMethod::Tpm, &[10.0, 30.0], &[1000.0, 2000.0]);
        assert!((found[0] - 4e5).abs() < 1e-9 && (found[1] - 6e5).abs() < 1e-9);
        // 10 reads of 40: 250,000 per million, per kilobase the same.
        let found = scaled(LengthMethod::Rpkm, &[10.0, 30.0], &[1000.0, 2000.0]);
        assert_eq!(found, [250_000.0, 375_000.0]);
        let found = scaled(LengthMethod::Divide, &[10.0, 30.0], &[1000.0, 2000.0]);
        assert_eq!(found, [0.01, 0.015]);
    }

    proptest! {
        #[test]
        fn tpm_sums_to_a_million_and_is_rpkm_times_a_factor(
            genes in proptest::collection::vec((0.0_f64..1e5, 50.0_f64..1e5), 1..40),
        ) {
            let (counts, lengths): (Vec<f64>, Vec<f64>) = genes.into_iter().unzip();
            prop_assume!(counts.iter().sum::<f64>() > 0.0);
            let tpm = scaled(LengthMethod::Tpm, &counts, &lengths);
            let rpkm = scaled(LengthMethod::Rpkm, &counts, &lengths);
            prop_assert!((tpm.iter().sum::<f64>() - 1e6).abs() < 1e-3);
            let factor = 1e6 / rpkm.iter().sum::<f64>();
            for (tpm, rpkm) in tpm.iter().zip(&rpkm) {
                prop_assert!((tpm - rpkm * factor).abs() <= 1e-9 * tpm.abs());
            }
        }
    }
}
