//! What is worked out once: which genes have a token, the sequences of the cells, and the encoder.

use crate::{
    analyses::{
        DataReference, Inputs, NamedDataset,
        vocabulary::{Dictionaries, MatchedGenes, match_genes, numbers_by_gene},
    },
    context::Context,
    error::{AnalysisError, Warning},
    matrix::Matrix,
    random::Random,
    stats::{
        rank_context::{EmbeddingKind, MAX_PPMI_GENES, RankContext, gene_embedding},
        rank_encoding::{Sequence, Vocabulary, encode},
    },
};

/// Cells that the vectors of genes are made from, at most.
const MAX_FIT_CELLS: usize = 2_000;

/// What genes are written with.
#[derive(Debug, Clone, Copy)]
pub struct SequenceOptions<'a> {
    /// Table of medians; empty: those of the data.
    pub medians: &'a DataReference,
    /// Fewest cells that have a gene.
    pub min_cells: usize,
}

/// How the weight-free encoder is made.
#[derive(Debug, Clone, Copy)]
pub struct EncoderOptions {
    /// How the vector of a gene is made.
    pub embedding: EmbeddingKind,
    /// Numbers in a vector.
    pub dimensions: usize,
    /// Weight of a position.
    pub position_weight: f64,
    /// Temperature of attention.
    pub temperature: f64,
    /// Start of the random numbers.
    pub seed: u64,
}

/// The genes with a token, by the medians of the data or of a table.
pub fn genes_of(
    inputs: &Inputs,
    input: &NamedDataset,
    options: SequenceOptions,
    context: &Context,
) -> Result<MatchedGenes, AnalysisError> {
    let dictionaries = Dictionaries {
        tokens: None,
        medians: numbers_by_gene(inputs, "medians", options.medians, "median")?,
    };
    match_genes(input, &dictionaries, options.min_cells, context)
}

/// The weight-free encoder, from all cells or, of many, from some drawn by the seed.
pub fn encoder_of(
    input: &NamedDataset,
    vocabulary: &Vocabulary,
    max_length: usize,
    options: EncoderOptions,
    context: &Context,
) -> Result<RankContext, AnalysisError> {
    let n_genes = vocabulary.genes.len();
    if options.embedding == EmbeddingKind::Ppmi && n_genes > MAX_PPMI_GENES {
        return Err(AnalysisError::Unsuitable {
            found: format!("{n_genes} genes of {} have a token", input.name),
            expected: format!("expected at most {MAX_PPMI_GENES} for embedding ppmi"),
            hint: "Take embedding svd, fewer genes with filter_genes, or a larger min_cells".into(),
        });
    }
    let matrix = &input.data.matrix;
    let cells = draw(matrix.n_columns(), MAX_FIT_CELLS, options.seed);
    let sequences: Vec<Sequence> = match options.embedding {
        EmbeddingKind::Svd => Vec::new(),
        EmbeddingKind::Ppmi => encode(matrix, vocabulary, &cells, max_length, context)?,
    };
    let expression = log_expression(matrix, vocabulary, &cells, context)?;
    let (genes, n_dims) = gene_embedding(
        options.embedding,
        &expression,
        &sequences,
        options.dimensions,
        options.seed,
        context,
    )?;
    if n_dims < options.dimensions {
        context.warn(Warning::new(
            "fewer_dimensions",
            format!(
                "{} cells of {} vary in {n_dims} directions, {} asked for",
                cells.len(),
                input.name,
                options.dimensions
            ),
        ));
    }
    Ok(RankContext::new(
        genes,
        n_dims,
        options.position_weight,
        options.temperature,
    ))
}

/// `most` of `0..n`, ascending; all where there are no more.
pub fn draw(n: usize, most: usize, seed: u64) -> Vec<usize> {
    let mut all: Vec<usize> = (0..n).collect();
    if n > most {
        Random::new(seed).shuffle(&mut all);
        all.truncate(most);
        all.sort_unstable();
    }
    all
}

/// Genes of the vocabulary × cells, log(1 + counts per 10,000).
pub fn log_expression(
    matrix: &Matrix,
    vocabulary: &Vocabulary,
    cells: &[usize],
    context: &Context,
) -> Result<Matrix, AnalysisError> {
    let n_genes = vocabulary.genes.len();
    let mut by_cell = Vec::with_capacity(cells.len() * n_genes);
    let mut sums = vec![0.0; n_genes];
    for &cell in cells {
        context.check_cancelled()?;
        sums.fill(0.0);
        let mut total = 0.0;
        matrix.for_each_nonzero(cell, |row, value| {
            total += f64::from(value);
            if let Some(gene) = vocabulary.of_row[row as usize] {
                sums[gene as usize] += f64::from(value);
            }
        });
        // A cell without a count has no counts per 10,000: it is 0 throughout.
        let unit = if total > 0.0 { 1e4 / total } else { 0.0 };
        by_cell.extend(sums.iter().map(|sum| libm::log1p(sum * unit) as f32));
    }
    Ok(Matrix::from_rows(cells.len(), n_genes, by_cell).into_transposed())
}
