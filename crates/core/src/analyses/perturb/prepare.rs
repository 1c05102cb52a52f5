//! What is worked out once: which genes have a token, the sequences of the cells, and the encoder.

use super::model::{CheckpointModel, Model};
use crate::{
    analyses::{
        DataReference, Inputs, NamedDataset,
        counts::refuse_other_than_abundances,
        vocabulary::{Dictionaries, MatchedGenes, match_genes, numbers_by_gene},
    },
    checkpoint::{
        ModelParts,
        compatibility::{Question, check_compatibility},
    },
    context::Context,
    error::{AnalysisError, ParamError, Warning},
    matrix::Matrix,
    random::Random,
    stats::{
        encoder::Encoder,
        rank_context::{EmbeddingKind, MAX_PPMI_GENES, RankContext, gene_embedding},
        rank_encoding::{Sequence, Vocabulary, encode},
        sequence_edit::SequenceMode,
    },
    table::Table,
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

/// The genes with a token, by the medians of the data, of a table, or of the model; `of_model` also
/// by the tokens of the model.
pub fn genes_of(
    inputs: &Inputs,
    input: &NamedDataset,
    options: SequenceOptions,
    of_model: bool,
    context: &Context,
) -> Result<MatchedGenes, AnalysisError> {
    refuse_other_than_abundances(input)?;
    let medians = numbers_by_gene(inputs, "medians", options.medians, "median")?;
    let mut dictionaries = Dictionaries::of_model(&inputs.model);
    if medians.is_some() {
        dictionaries.medians = medians;
    }
    if of_model {
        let cells: Vec<usize> = (0..input.data.n_samples()).collect();
        let totals = totals(&input.data.matrix, &cells);
        let question = question(inputs, input, &totals, (-1, 0));
        // Before genes are looked up: what does not belong together is told as that.
        check_compatibility(&question).verdict()?;
    } else {
        dictionaries.tokens = None;
    }
    match_genes(input, &dictionaries, options.min_cells, context)
}

fn question<'a>(
    inputs: &'a Inputs,
    input: &'a NamedDataset,
    totals: &'a [f64],
    (layer, n_tokens): (i32, usize),
) -> Question<'a> {
    Question {
        parts: &inputs.model,
        genes: &input.data.genes,
        totals,
        n_tokens,
        layer,
        memory_limit: None,
    }
}

/// Sum of the counts of each row.
fn totals(matrix: &Matrix, cells: &[usize]) -> Vec<f64> {
    let mut totals = vec![0.0; matrix.n_rows()];
    for &cell in cells {
        matrix.for_each_nonzero(cell, |row, value| totals[row as usize] += f64::from(value));
    }
    totals
}

/// Tokens that a cell may take: as many as asked for, and no more than the model has positions.
pub fn longest_of(parts: &ModelParts, asked: usize) -> usize {
    let most = parts
        .config
        .as_ref()
        .map_or(usize::MAX, |config| config.n_positions);
    asked.min(most)
}

/// Special tokens around a cell.
pub fn n_special(parts: &ModelParts) -> usize {
    let special = parts.tokens.as_ref().map(|tokens| tokens.special);
    special.map_or(0, |special| {
        usize::from(special.cls.is_some()) + usize::from(special.eos.is_some())
    })
}

/// The trained model, after all that can be known before running was looked at; with the table of
/// what was.
pub fn checkpoint_of(
    inputs: &Inputs,
    input: &NamedDataset,
    vocabulary: &Vocabulary,
    (mode, layer, n_tokens): (SequenceMode, i32, usize),
) -> Result<(Model, Table), AnalysisError> {
    let cells: Vec<usize> = (0..input.data.n_samples()).collect();
    let totals = totals(&input.data.matrix, &cells);
    let checks = check_compatibility(&question(inputs, input, &totals, (layer, n_tokens)));
    checks.verdict()?;
    let parts = &inputs.model;
    let (Some(weights), Some(config), Some(tokens)) =
        (&parts.weights, &parts.config, &parts.tokens)
    else {
        return Err(AnalysisError::Input {
            message: "the model has no weights, configuration or tokens".into(),
        });
    };
    if mode == SequenceMode::Mask && tokens.special.mask.is_none() {
        let allowed = "another mode: the dictionary of tokens has no <mask>";
        return Err(ParamError::new("mode", mode.name(), allowed).into());
    }
    let model = CheckpointModel {
        encoder: Encoder::new(weights, config)?,
        layer,
        tokens: vocabulary.tokens.clone(),
        special: tokens.special,
    };
    Ok((Model::Checkpoint(model), checks.table()))
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
