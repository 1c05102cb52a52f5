//! Which genes are perturbed, in which cells.

use std::collections::BTreeMap;

use super::PerturbParameters;
use crate::{
    analyses::{GeneChoice, NamedDataset, names_of::annotation_texts, vocabulary::MatchedGenes},
    error::{AnalysisError, ParamError},
    stats::{rank_encoding::Sequence, sequence_edit::SequenceMode},
};

use super::prepare::draw;

/// A gene, or a set of genes that is perturbed as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its name; those of a set with a plus between.
    pub name: String,
    /// Places in the vocabulary, in the order given.
    pub genes: Vec<u32>,
}

/// The genes asked for as places in the vocabulary; none for all.
///
/// # Errors
///
/// A name that is not in the data, and one that has no token, with the reason.
pub fn listed_genes(
    choice: &GeneChoice,
    input: &NamedDataset,
    matched: &MatchedGenes,
) -> Result<Option<Vec<u32>>, AnalysisError> {
    let Some(rows) = choice.rows("genes", &input.data)? else {
        return Ok(None);
    };
    let mut genes: Vec<u32> = Vec::with_capacity(rows.len());
    for row in rows {
        let name = &input.data.genes[row];
        let gene = matched.vocabulary.of_row[row].ok_or_else(|| {
            let dropped = matched.dropped.iter().find(|dropped| &dropped.0 == name);
            let reason = dropped.map_or("it has no token", |dropped| dropped.1.as_str());
            AnalysisError::Unsuitable {
                found: format!("{name} cannot stand in a sequence: {reason}"),
                expected: "expected a gene with a token".into(),
                hint: "Lower min_cells, or choose a gene that more cells have".into(),
            }
        })?;
        if !genes.contains(&gene) {
            genes.push(gene);
        }
    }
    Ok(Some(genes))
}

/// What is perturbed: each gene, all of them together, or every gene that a cell has.
pub fn targets(
    genes: Option<Vec<u32>>,
    together: bool,
    names: &[String],
    sequences: &[Sequence],
) -> Vec<Target> {
    let name = |gene: u32| names[gene as usize].clone();
    let single = |gene: u32| Target {
        name: name(gene),
        genes: vec![gene],
    };
    match genes {
        Some(genes) if together && genes.len() > 1 => vec![Target {
            name: genes
                .iter()
                .map(|&gene| name(gene))
                .collect::<Vec<_>>()
                .join("+"),
            genes,
        }],
        Some(genes) => genes.into_iter().map(single).collect(),
        None => {
            let mut is_there = vec![false; names.len()];
            for &gene in sequences.iter().flat_map(|sequence| &sequence.genes) {
                is_there[gene as usize] = true;
            }
            let there = (0..).zip(is_there).filter(|&(_, is_there)| is_there);
            there.map(|(gene, _)| single(gene)).collect()
        }
    }
}

/// Refuses genes that no cell has: nothing would come out.
pub fn refuse_absent(
    targets: &[Target],
    sequences: &[Sequence],
    mode: SequenceMode,
    input_name: &str,
) -> Result<(), AnalysisError> {
    if mode == SequenceMode::Overexpress {
        return Ok(());
    }
    for target in targets {
        let has_all = |cell: &&Sequence| target.genes.iter().all(|gene| cell.genes.contains(gene));
        if sequences.iter().any(|cell| has_all(&cell)) {
            continue;
        }
        return Err(AnalysisError::Unsuitable {
            found: format!(
                "none of the {} cells of {input_name} that are perturbed has {}",
                sequences.len(),
                target.name
            ),
            expected: "expected at least one".into(),
            hint: "Choose other cells, more with max_cells, or a longer max_length; only overexpress puts in what a cell lacks".into(),
        });
    }
    Ok(())
}

/// The cells that are perturbed, ascending.
pub fn perturbed_cells(
    input: &NamedDataset,
    parameters: &PerturbParameters,
) -> Result<Vec<usize>, AnalysisError> {
    let mut cells = parameters.cells.positions("cells", input)?;
    if !parameters.start_state.is_empty() {
        let states = state_texts(input, parameters)?;
        cells.retain(|&cell| states[cell] == parameters.start_state);
        refuse_empty_state("start_state", &parameters.start_state, &states, cells.len())?;
    }
    let drawn = draw(cells.len(), parameters.max_cells, parameters.seed);
    Ok(drawn.into_iter().map(|at| cells[at]).collect())
}

/// The cells of the goal and the alternative states, by state.
pub fn cells_of_states(
    input: &NamedDataset,
    parameters: &PerturbParameters,
) -> Result<Vec<(String, Vec<usize>)>, AnalysisError> {
    if parameters.goal_state.is_empty() {
        return match parameters.alternative_states.first() {
            Some(state) => Err(missing("goal_state", &format!("to compare {state} with")).into()),
            None => Ok(Vec::new()),
        };
    }
    if parameters.start_state.is_empty() {
        return Err(missing("start_state", "whose cells are to come nearer to the goal").into());
    }
    let states = state_texts(input, parameters)?;
    let wanted = std::iter::once(("goal_state", &parameters.goal_state));
    let others = parameters.alternative_states.iter();
    let wanted = wanted.chain(others.map(|state| ("alternative_states", state)));
    wanted
        .map(|(field, state)| {
            let cells: Vec<usize> = (0..states.len())
                .filter(|&cell| &states[cell] == state)
                .collect();
            refuse_empty_state(field, state, &states, cells.len())?;
            let drawn = draw(cells.len(), parameters.max_cells, parameters.seed);
            Ok((
                state.clone(),
                drawn.into_iter().map(|at| cells[at]).collect(),
            ))
        })
        .collect()
}

fn missing(field: &str, why: &str) -> ParamError {
    ParamError::new(field, "empty", format!("a state of state_column, {why}"))
}

fn state_texts(
    input: &NamedDataset,
    parameters: &PerturbParameters,
) -> Result<Vec<String>, AnalysisError> {
    let annotations = &input.data.sample_annotations;
    let texts = annotation_texts(annotations, "state_column", &parameters.state_column)?;
    Ok(texts)
}

fn refuse_empty_state(
    field: &str,
    state: &str,
    states: &[String],
    n_cells: usize,
) -> Result<(), ParamError> {
    if n_cells > 0 {
        return Ok(());
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for state in states.iter().filter(|state| !state.is_empty()) {
        *counts.entry(state).or_default() += 1;
    }
    let shown: Vec<String> = counts
        .iter()
        .take(8)
        .map(|(state, n)| format!("{state} ({n} cells)"))
        .collect();
    Err(ParamError::new(
        field,
        state,
        format!("a state with cells: {}", shown.join(", ")),
    ))
}
