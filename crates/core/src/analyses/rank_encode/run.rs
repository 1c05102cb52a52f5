//! Running `rank_encode`.

use std::collections::BTreeMap;

use super::{RankEncodeOutput, RankEncodeParameters};
use crate::{
    analyses::{
        Inputs,
        vocabulary::{Dictionaries, match_genes, numbers_by_gene},
    },
    context::Context,
    error::{AnalysisError, ParamError, Warning},
    stats::rank_encoding::encode,
};

/// Tokens written out at once: each takes some six letters.
const MOST_TOKENS: usize = 30_000_000;

pub fn run(
    inputs: &Inputs,
    parameters: &RankEncodeParameters,
    context: &Context,
) -> Result<RankEncodeOutput, AnalysisError> {
    let input = inputs.dataset(0)?;
    let data = &input.data;
    let mut dictionaries = Dictionaries::of_model(&inputs.model);
    if let Some(tokens) = tokens(inputs, parameters)? {
        dictionaries.tokens = Some(tokens);
    }
    let medians = numbers_by_gene(inputs, "medians", &parameters.medians, "median")?;
    if let Some(medians) = medians {
        dictionaries.medians = Some(medians);
    }
    let special = inputs.model.tokens.as_ref().map(|tokens| tokens.special);
    let special = special
        .filter(|_| parameters.tokens.0.is_empty())
        .unwrap_or_default();
    let around = [special.cls, special.eos];
    let n_around = around.iter().flatten().count();
    let matched = match_genes(input, &dictionaries, parameters.min_cells, context)?;
    let cells: Vec<usize> = (0..data.n_samples()).collect();
    let most_genes = parameters.max_length.saturating_sub(n_around);
    let sequences = encode(
        &data.matrix,
        &matched.vocabulary,
        &cells,
        most_genes,
        context,
    )?;
    let n_tokens: usize = sequences.iter().map(|sequence| sequence.genes.len()).sum();
    if n_tokens > MOST_TOKENS {
        return Err(AnalysisError::Unsuitable {
            found: format!("{} cells of {} have {n_tokens} tokens", cells.len(), input.name),
            expected: format!("expected at most {MOST_TOKENS} to be written out"),
            hint: "Take fewer cells with select_samples, or a smaller max_length; perturb reads the counts themselves".into(),
        });
    }
    let n_empty = sequences
        .iter()
        .filter(|sequence| sequence.genes.is_empty())
        .count();
    if n_empty > 0 {
        context.warn(Warning::new(
            "empty_cells",
            format!(
                "{n_empty} of {} cells have no gene of the vocabulary",
                cells.len()
            ),
        ));
    }
    Ok(RankEncodeOutput {
        matched,
        sequences,
        around,
        cells: data.samples.clone(),
        n_genes: data.n_genes(),
        max_length: parameters.max_length,
        input_name: input.name.clone(),
    })
}

fn tokens(
    inputs: &Inputs,
    parameters: &RankEncodeParameters,
) -> Result<Option<BTreeMap<String, u32>>, AnalysisError> {
    let Some(numbers) = numbers_by_gene(inputs, "tokens", &parameters.tokens, "token")? else {
        return Ok(None);
    };
    let mut tokens = BTreeMap::new();
    for (gene, token) in numbers {
        if token < 0.0 || token.fract() != 0.0 || token > f64::from(u32::MAX) {
            let value = format!("{token} for {gene}");
            return Err(ParamError::new("tokens", value, "whole numbers from 0 up").into());
        }
        tokens.insert(gene, token as u32);
    }
    Ok(Some(tokens))
}
