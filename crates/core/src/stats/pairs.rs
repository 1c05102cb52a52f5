//! Correlation of many pairs of profiles: the same perturbation in two studies.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{
    context::Context,
    error::AnalysisError,
    matrix::Matrix,
    parallel,
    stats::correlation::{CorrelationScratch, PairCorrelation, correlate_pair},
};

/// Pairs gathered together: a few cells of each row, so that a row's cache lines are used more
/// than once, while two sets of profiles of 6,000 genes stay in L2.
const PAIRS_PER_BLOCK: usize = 16;

/// Two matrices (genes × profiles) and what is compared between them.
#[derive(Debug, Clone, Copy)]
pub struct PairedProfiles<'a> {
    /// First study.
    pub a: &'a Matrix,
    /// Second study.
    pub b: &'a Matrix,
    /// Common genes: the row in `a` and the row in `b` of each.
    pub rows: &'a [(usize, usize)],
    /// The profiles to compare: column of `a` and column of `b` of each pair.
    pub columns: &'a [(usize, usize)],
}

/// Pearson's and Spearman's correlation of each pair of columns over the common rows, in the
/// order of `profiles.columns`.
///
/// To compare genes over common samples, transpose both matrices first.
///
/// # Missing values
///
/// Left out pair by pair; `n` of each coefficient says how many genes were compared.
///
/// # Errors
///
/// Only [`AnalysisError::Cancelled`].
///
/// # Complexity
///
/// Per pair, one gathering, two radix sorts and two passes over the genes. Memory: one block of
/// profiles per thread.
///
/// # References
///
/// Each pair agrees with `scipy.stats.pearsonr` and `scipy.stats.spearmanr`; see
/// [`correlate_pair`].
///
/// # Panics
///
/// When a row or column is out of range.
pub fn correlate_columns(
    profiles: PairedProfiles,
    context: &Context,
) -> Result<Vec<PairCorrelation>, AnalysisError> {
    let n_pairs = profiles.columns.len();
    let n_done = AtomicUsize::new(0);
    let blocks: Vec<&[(usize, usize)]> = profiles.columns.chunks(PAIRS_PER_BLOCK).collect();
    parallel::try_map_ranges(blocks.len(), &|range| {
        let (mut scratch, mut found) = (BlockScratch::default(), Vec::new());
        for columns in &blocks[range] {
            scratch.gather(profiles, columns, context)?;
            scratch.correlate(profiles.rows.len(), columns.len(), context, &mut found)?;
            let n_before = n_done.fetch_add(columns.len(), Ordering::Relaxed);
            context.progress(n_before + columns.len(), n_pairs, "profiles");
        }
        Ok(found)
    })
}

/// The profiles of one block, one after the other, and buffers to correlate them with.
#[derive(Default)]
struct BlockScratch {
    a: Vec<f32>,
    b: Vec<f32>,
    pair: CorrelationScratch,
}

impl BlockScratch {
    /// Copies the block's profiles over the common genes: row by row, each to its own place.
    fn gather(
        &mut self,
        profiles: PairedProfiles,
        columns: &[(usize, usize)],
        context: &Context,
    ) -> Result<(), AnalysisError> {
        let n_genes = profiles.rows.len();
        self.a.resize(columns.len() * n_genes, 0.0);
        self.b.resize(columns.len() * n_genes, 0.0);
        for (gene_idx, &(row_a, row_b)) in profiles.rows.iter().enumerate() {
            // A row can be a cache miss or two; this often is every few hundred microseconds.
            if gene_idx % 1024 == 0 {
                context.check_cancelled()?;
            }
            let (cells_a, cells_b) = (profiles.a.row(row_a), profiles.b.row(row_b));
            for (pair, &(column_a, column_b)) in columns.iter().enumerate() {
                self.a[pair * n_genes + gene_idx] = cells_a[column_a];
                self.b[pair * n_genes + gene_idx] = cells_b[column_b];
            }
        }
        Ok(())
    }

    fn correlate(
        &mut self,
        n_genes: usize,
        n_pairs: usize,
        context: &Context,
        found: &mut Vec<PairCorrelation>,
    ) -> Result<(), AnalysisError> {
        for pair in 0..n_pairs {
            context.check_cancelled()?;
            let genes = pair * n_genes..(pair + 1) * n_genes;
            let (a, b) = (&self.a[genes.clone()], &self.b[genes]);
            found.push(correlate_pair(a, b, &mut self.pair));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::{PairedProfiles, correlate_columns};
    use crate::{
        context::{Context, quietly},
        error::AnalysisError,
        matrix::Matrix,
        stats::correlation::{pearson, spearman},
    };

    /// Fixed numbers with ties and one gap in thirteen.
    fn matrix(n_rows: usize, n_columns: usize, seed: usize) -> Matrix {
        let value = |i: usize| match (i * 7919 + seed * 104_729) % 1009 {
            v if v % 13 == 0 => f32::NAN,
            v => (v % 100) as f32 / 8.0,
        };
        Matrix::from_rows(
            n_rows,
            n_columns,
            (0..n_rows * n_columns).map(value).collect(),
        )
    }

    #[test]
    fn every_pair_equals_its_two_columns_correlated_alone() {
        let (a, b) = (matrix(60, 23, 1), matrix(70, 19, 2));
        let rows: Vec<_> = (0..50).map(|i| (i, 69 - i)).collect();
        let columns: Vec<_> = (0..40).map(|i| (i % 23, (i * 5) % 19)).collect();
        let profiles = PairedProfiles {
            a: &a,
            b: &b,
            rows: &rows,
            columns: &columns,
        };
        let found = quietly(|context| correlate_columns(profiles, context)).expect("not cancelled");
        assert_eq!(found.len(), columns.len());
        for (&(column_a, column_b), found) in columns.iter().zip(&found) {
            let x: Vec<f32> = rows.iter().map(|&(row, _)| a.get(row, column_a)).collect();
            let y: Vec<f32> = rows.iter().map(|&(_, row)| b.get(row, column_b)).collect();
            assert_eq!(found.pearson, pearson(&x, &y));
            assert_eq!(found.spearman, spearman(&x, &y));
        }
    }

    #[test]
    fn no_common_gene_leaves_every_coefficient_undefined() {
        let a = matrix(3, 2, 1);
        let profiles = PairedProfiles {
            a: &a,
            b: &a,
            rows: &[],
            columns: &[(0, 0), (1, 1)],
        };
        let found = quietly(|context| correlate_columns(profiles, context)).expect("not cancelled");
        assert!(
            found
                .iter()
                .all(|f| f.pearson.coefficient.is_nan() && f.pearson.n == 0)
        );
    }

    #[test]
    fn a_set_cancel_flag_ends_the_work() {
        let a = matrix(3, 2, 1);
        let profiles = PairedProfiles {
            a: &a,
            b: &a,
            rows: &[(0, 0)],
            columns: &[(0, 0)],
        };
        let cancelled = AtomicBool::new(true);
        let found = correlate_columns(profiles, &Context::new(&cancelled, &|_| {}));
        assert_eq!(found, Err(AnalysisError::Cancelled));
    }
}
