//! Values in bins: what trees are grown on.

use cuvette_kernels::{
    rank::{SortScratch, sort_with_index},
    splits::N_BINS,
};

use super::Part;
use crate::{context::Context, error::AnalysisError, parallel};

/// Neighboring values no further apart than this are one, as in scikit-learn.
const EQUAL_WITHIN: f32 = 1e-7;

/// Genes × samples as codes of one byte; a higher code is a higher value.
///
/// A gene with at most [`N_BINS`] distinct values has a code for each, so no split is lost. One with
/// more has bins of about as many samples each.
#[derive(Debug, Clone)]
pub struct Features {
    n_samples: usize,
    codes: Vec<u8>,
}

impl Features {
    /// The codes of genes of training samples, without missing values.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Cancelled`].
    pub fn quantize(part: Part<'_>, context: &Context) -> Result<Self, AnalysisError> {
        let n_samples = part.n_samples();
        let mut codes = vec![0; part.n_genes() * n_samples];
        parallel::try_map_runs(&mut codes, n_samples, &|first, codes| {
            let mut scratch = SortScratch::default();
            let mut n_done = 0;
            for (at, codes) in codes.chunks_mut(n_samples.max(1)).enumerate() {
                // Sorting some hundred thousand values takes a few milliseconds.
                n_done += n_samples;
                if n_done > 200_000 || at == 0 {
                    context.check_cancelled()?;
                    n_done = 0;
                }
                quantize_gene(&part.gene(first + at).values(), &mut scratch, codes);
            }
            Ok::<Vec<()>, AnalysisError>(Vec::new())
        })?;
        Ok(Self { n_samples, codes })
    }

    /// The codes of a gene, one per sample.
    pub fn gene(&self, gene: usize) -> &[u8] {
        &self.codes[gene * self.n_samples..(gene + 1) * self.n_samples]
    }
}

fn quantize_gene(values: &[f32], scratch: &mut SortScratch, codes: &mut [u8]) {
    let sorted = sort_with_index(values, scratch);
    let n = sorted.len();
    let is_new = |at: usize| at > 0 && sorted.value(at) > sorted.value(at - 1) + EQUAL_WITHIN;
    let n_distinct = 1 + (0..n).filter(|&at| is_new(at)).count();
    let (mut code, mut n_begun) = (0, 0);
    for at in 0..n {
        if is_new(at) {
            // Of many values, a bin is full once its share of the samples has a code.
            let is_full = n_distinct <= N_BINS || at * N_BINS >= (n_begun + 1) * n;
            if is_full && code < N_BINS - 1 {
                code += 1;
                n_begun = at * N_BINS / n;
            }
        }
        codes[sorted.index(at)] = code as u8;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Features, Part};
    use crate::{context::quietly, matrix::Matrix};

    fn codes(values: &[f32]) -> Vec<u8> {
        let matrix = Matrix::from_rows(1, values.len(), values.to_vec());
        let features =
            quietly(|context| Features::quantize(Part::whole(&matrix), context)).unwrap();
        features.gene(0).to_vec()
    }

    #[test]
    fn few_values_have_a_code_each() {
        assert_eq!(codes(&[3.0, -1.0, 3.0, 7.5]), [1, 0, 1, 2]);
        assert_eq!(codes(&[0.0, -0.0, 1e-8]), [0, 0, 0]);
        let distinct: Vec<f32> = (0..256).map(|at| at as f32).collect();
        assert_eq!(codes(&distinct), (0..=255).collect::<Vec<u8>>());
    }

    proptest! {
        #[test]
        fn codes_rise_with_values_and_bins_are_about_equally_full(
            values in proptest::collection::vec(-1e3_f32..1e3, 257..3_000),
        ) {
            let codes = codes(&values);
            let mut order: Vec<usize> = (0..values.len()).collect();
            order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
            prop_assert!(order.windows(2).all(|pair| codes[pair[0]] <= codes[pair[1]]));
            let mut counts = [0; 256];
            for code in codes {
                counts[code as usize] += 1;
            }
            let largest = counts.into_iter().max().unwrap();
            prop_assert!(largest <= 2 + 2 * values.len() / 256, "{largest} of {}", values.len());
        }
    }
}
