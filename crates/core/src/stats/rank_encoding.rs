//! Rank-value encoding of cells: a cell as the list of its genes, those first that it has most of
//! beside what is usual for them.
//!
//! The order is that of Geneformer's tokenizer (Theodoris et al. 2023,
//! <https://doi.org/10.1038/s41586-023-06139-9>): counts of a cell are divided by their sum, times
//! 10,000, divided by the median of the gene, and sorted downwards; zeros are left out. Where the
//! original leaves the order of equal values to chance, the lower token comes first.

use crate::{
    context::Context,
    error::AnalysisError,
    matrix::Matrix,
    parallel,
    stats::quantile::{quantile_of_sorted, sorted_present},
};

/// What counts of a cell add up to before they are divided by medians.
const COUNTS_PER_CELL: f64 = 10_000.0;

/// Cells between two looks at the cancel flag.
const CELLS_PER_LOOK: usize = 16;

/// The genes that can stand in a sequence, in the order of their tokens.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vocabulary {
    /// Name of each gene.
    pub genes: Vec<String>,
    /// Its token, ascending.
    pub tokens: Vec<u32>,
    /// Its median over cells that have it, in counts per 10,000; above zero.
    pub medians: Vec<f64>,
    /// For each row of the data, the place of its gene here; none where it has no token. Rows of
    /// the same gene are added up.
    pub of_row: Vec<Option<u32>>,
}

/// A cell as its genes, highest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sequence {
    /// Places in [`Vocabulary::genes`].
    pub genes: Vec<u32>,
    /// Genes of the vocabulary that the cell has, before the sequence was cut.
    pub n_expressed: usize,
}

/// What is usual for a gene.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UsualCount {
    /// Median of its counts per 10,000 over the cells that have it; NaN where none has.
    pub median: f64,
    /// Cells that have it.
    pub n_cells: usize,
}

/// The usual count of each of `n_genes`, over all cells. `of_row` is the gene of each row; rows of the
/// same gene are added up first.
///
/// # Missing values
///
/// Count as zero. Values below zero have no rank: refuse them before.
///
/// # Errors
///
/// Only [`AnalysisError::Cancelled`].
pub fn usual_counts(
    matrix: &Matrix,
    of_row: &[Option<u32>],
    n_genes: usize,
    context: &Context,
) -> Result<Vec<UsualCount>, AnalysisError> {
    let mut counts = vec![Vec::new(); n_genes];
    let mut sums = vec![0.0; n_genes];
    for cell in 0..matrix.n_columns() {
        if cell.is_multiple_of(CELLS_PER_LOOK) {
            context.check_cancelled()?;
        }
        let found = expressed(matrix, cell);
        let total = total_of(&found);
        for gene in add_up(&found, of_row, &mut sums) {
            let sum = std::mem::take(&mut sums[gene as usize]);
            counts[gene as usize].push(sum / total * COUNTS_PER_CELL);
        }
    }
    Ok(parallel::map_by(64, counts.len(), &|gene| UsualCount {
        median: quantile_of_sorted(&sorted_present(counts[gene].iter().copied()), 0.5),
        n_cells: counts[gene].len(),
    }))
}

/// The sequences of these cells, cut to `max_length` genes.
///
/// Agrees with `TranscriptomeTokenizer` of Geneformer but for the order of equal values.
///
/// # Errors
///
/// Only [`AnalysisError::Cancelled`].
pub fn encode(
    matrix: &Matrix,
    vocabulary: &Vocabulary,
    cells: &[usize],
    max_length: usize,
    context: &Context,
) -> Result<Vec<Sequence>, AnalysisError> {
    parallel::try_map_ranges(cells.len(), &|range| {
        let mut sums = vec![0.0; vocabulary.genes.len()];
        let mut sequences = Vec::with_capacity(range.len());
        for (at, &cell) in cells[range].iter().enumerate() {
            if at.is_multiple_of(CELLS_PER_LOOK) {
                context.check_cancelled()?;
            }
            sequences.push(encode_cell(
                &expressed(matrix, cell),
                vocabulary,
                max_length,
                &mut sums,
            ));
        }
        Ok::<_, AnalysisError>(sequences)
    })
}

/// `sums` are zero before and after.
fn encode_cell(
    expressed: &[(u32, f32)],
    vocabulary: &Vocabulary,
    max_length: usize,
    sums: &mut [f64],
) -> Sequence {
    let total = total_of(expressed);
    let mut ranked: Vec<(f64, u32)> = add_up(expressed, &vocabulary.of_row, sums)
        .into_iter()
        .map(|gene| {
            let sum = std::mem::take(&mut sums[gene as usize]);
            let value = sum / total * COUNTS_PER_CELL / vocabulary.medians[gene as usize];
            (value, gene)
        })
        .collect();
    ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    Sequence {
        n_expressed: ranked.len(),
        genes: ranked
            .into_iter()
            .take(max_length)
            .map(|(_, gene)| gene)
            .collect(),
    }
}

/// The genes that the cell has, each once; their counts are added to `sums`, which are zero before.
fn add_up(expressed: &[(u32, f32)], of_row: &[Option<u32>], sums: &mut [f64]) -> Vec<u32> {
    let mut genes = Vec::with_capacity(expressed.len());
    for &(row, value) in expressed {
        let Some(gene) = of_row[row as usize] else {
            continue;
        };
        let sum = &mut sums[gene as usize];
        if *sum == 0.0 {
            genes.push(gene);
        }
        *sum += f64::from(value);
    }
    genes
}

/// Rows that the cell has, with their values.
fn expressed(matrix: &Matrix, cell: usize) -> Vec<(u32, f32)> {
    let mut found = Vec::new();
    matrix.for_each_nonzero(cell, |row, value| found.push((row, value)));
    found
}

fn total_of(expressed: &[(u32, f32)]) -> f64 {
    expressed.iter().map(|&(_, value)| f64::from(value)).sum()
}

#[cfg(test)]
mod tests {
    use super::{Sequence, Vocabulary, encode, usual_counts};
    use crate::{context::quietly, matrix::Matrix};

    fn vocabulary(medians: &[f64]) -> Vocabulary {
        let n = medians.len();
        Vocabulary {
            genes: (0..n).map(|gene| format!("g{gene}")).collect(),
            tokens: (2..).take(n).collect(),
            medians: medians.to_vec(),
            of_row: (0..n as u32).map(Some).collect(),
        }
    }

    fn one_cell(values: &[f32], vocabulary: &Vocabulary, max_length: usize) -> Sequence {
        let matrix = Matrix::from_rows(values.len(), 1, values.to_vec());
        let found = quietly(|context| encode(&matrix, vocabulary, &[0], max_length, context));
        found.unwrap().remove(0)
    }

    #[test]
    fn genes_stand_by_their_count_beside_the_median() {
        let words = vocabulary(&[1.0, 4.0, 2.0, 1.0]);
        // Beside the medians: 3, 2, 4, and none of the last.
        let found = one_cell(&[3.0, 8.0, 8.0, 0.0], &words, 10);
        assert_eq!((found.genes, found.n_expressed), (vec![2, 0, 1], 3));
    }

    #[test]
    fn equal_values_stand_by_their_token_and_the_last_are_cut() {
        let words = vocabulary(&[2.0; 4]);
        let found = one_cell(&[5.0, 7.0, 5.0, 5.0], &words, 3);
        assert_eq!((found.genes, found.n_expressed), (vec![1, 0, 2], 4));
    }

    #[test]
    fn rows_of_one_gene_are_added_up_and_others_only_count_in_the_sum() {
        let mut words = vocabulary(&[1.0, 1.0]);
        words.of_row = vec![Some(0), Some(1), Some(0), None];
        let found = one_cell(&[2.0, 3.0, 2.0, 90.0], &words, 10);
        assert_eq!(found.genes, [0, 1]);
    }

    #[test]
    fn a_cell_without_a_count_is_an_empty_sequence() {
        let found = one_cell(&[0.0, 0.0], &vocabulary(&[1.0, 1.0]), 10);
        assert_eq!(found, Sequence::default());
    }

    #[test]
    fn a_usual_count_is_the_median_of_the_cells_that_have_the_gene() {
        // Sums of the cells: 10, 20, 40.
        let matrix = Matrix::from_rows(3, 3, vec![1., 4., 0., 9., 16., 40., 0., 0., 0.]);
        let own = [Some(0), Some(1), Some(2)];
        let found = quietly(|context| usual_counts(&matrix, &own, 3, context)).unwrap();
        assert_eq!((found[0].median, found[0].n_cells), (1_500.0, 2));
        assert_eq!((found[1].median, found[1].n_cells), (9_000.0, 3));
        assert!(found[2].median.is_nan() && found[2].n_cells == 0);
    }

    #[test]
    fn rows_of_one_gene_have_one_usual_count() {
        // Of the gene in the first and last row: 5 of 10, 8 of 20, none of 4.
        let matrix = Matrix::from_rows(3, 3, vec![1., 8., 0., 5., 12., 4., 4., 0., 0.]);
        let of_row = [Some(0), None, Some(0)];
        let found = quietly(|context| usual_counts(&matrix, &of_row, 1, context)).unwrap();
        assert_eq!((found[0].median, found[0].n_cells), (4_500.0, 2));
    }
}
