//! Running `compare_modes`.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{
    CompareModesOutput, CompareModesParameters,
    output::{CellJump, MODES, ModeResult},
};
use crate::{
    analyses::{
        Inputs,
        perturb::{
            PerturbEngine,
            model::Model,
            prepare::{
                EncoderOptions, SequenceOptions, checkpoint_of, draw, encoder_of, genes_of,
                longest_of, n_special,
            },
            respond::{Cell, Manner, Response},
            sums::Sums,
            targets::{Target, listed_genes, refuse_absent, targets},
        },
    },
    context::Context,
    error::{AnalysisError, Warning},
    parallel,
    stats::{
        rank_encoding::{Sequence, encode},
        rank_jump::jump_at,
        sequence_edit::SequenceMode,
    },
};

/// Cells worked on at once.
const CELLS_AT_ONCE: usize = 16;

/// Knock-outs at most: each is computed anew in two modes.
const MOST_KNOCK_OUTS: usize = 20_000;

pub fn run(
    inputs: &Inputs,
    parameters: &CompareModesParameters,
    context: &Context,
) -> Result<CompareModesOutput, AnalysisError> {
    let input = inputs.dataset(0)?;
    let options = SequenceOptions {
        medians: &parameters.medians,
        min_cells: parameters.min_cells,
    };
    let is_checkpoint = parameters.engine == PerturbEngine::Checkpoint;
    let matched = genes_of(inputs, input, options, is_checkpoint, context)?;
    let genes = listed_genes(&parameters.genes, input, &matched)?;
    let words = &matched.vocabulary;
    let cells = parameters.cells.positions("cells", input)?;
    let drawn = draw(cells.len(), parameters.max_cells, parameters.seed);
    let cells: Vec<usize> = drawn.into_iter().map(|at| cells[at]).collect();
    let (max_length, n_around) = if is_checkpoint {
        let longest = longest_of(&inputs.model, parameters.max_length);
        (longest, n_special(&inputs.model))
    } else {
        (parameters.max_length, 0)
    };
    let most_genes = max_length.saturating_sub(n_around).max(1);
    let sequences = encode(&input.data.matrix, words, &cells, most_genes, context)?;
    let targets = targets(genes, false, &words.genes, &sequences);
    refuse_absent(&targets, &sequences, SequenceMode::Delete, &input.name)?;
    refuse_many(&targets, &sequences)?;
    let model = if is_checkpoint {
        let longest = sequences
            .iter()
            .map(|cell| cell.genes.len())
            .max()
            .unwrap_or(0);
        let asked = (SequenceMode::Mask, parameters.layer, longest + n_around);
        checkpoint_of(inputs, input, words, asked)?.0
    } else {
        warn_of_no_positions(parameters, context);
        let options = EncoderOptions {
            embedding: parameters.embedding,
            dimensions: parameters.dimensions,
            position_weight: parameters.position_weight,
            temperature: parameters.temperature,
            seed: parameters.seed,
        };
        Model::RankContext(encoder_of(input, words, max_length, options, context)?)
    };
    let names = cells
        .iter()
        .map(|&cell| input.data.samples[cell].clone())
        .collect();
    let results = all_knock_outs(&model, &sequences, &targets, max_length, context)?;
    let all = results.iter().flat_map(|result| &result.jumps);
    let n_short = all.filter(|one| one.jump.jump.is_nan()).count() / MODES.len();
    if n_short > 0 {
        context.warn(Warning::new(
            "short_side",
            format!("{n_short} knock-outs have fewer than 30 genes on a side of the perturbed one: no jump is estimated there"),
        ));
    }
    Ok(CompareModesOutput {
        results,
        names: targets.iter().map(|target| target.name.clone()).collect(),
        targets,
        cells: names,
        genes: words.genes.clone(),
        model,
        sequences,
        max_length,
        parameters: parameters.clone(),
        input_name: input.name.clone(),
    })
}

fn warn_of_no_positions(parameters: &CompareModesParameters, context: &Context) {
    if parameters.position_weight == 0.0 {
        context.warn(Warning::new(
            "no_positions",
            "The weight of positions is 0, so a shift changes nothing and no mode can show a step",
        ));
    }
}

fn refuse_many(targets: &[Target], sequences: &[Sequence]) -> Result<(), AnalysisError> {
    let has = |target: &Target| {
        let cells = sequences
            .iter()
            .filter(|cell| cell.genes.contains(&target.genes[0]));
        cells.count()
    };
    let n: usize = targets.iter().map(has).sum();
    if n <= MOST_KNOCK_OUTS {
        return Ok(());
    }
    Err(AnalysisError::Unsuitable {
        found: format!(
            "{} genes in {} cells are {n} knock-outs",
            targets.len(),
            sequences.len()
        ),
        expected: format!("expected at most {MOST_KNOCK_OUTS}, each computed anew in every mode"),
        hint: "Set max_cells lower, or name the genes".into(),
    })
}

/// What each mode does to one cell: the place of the gene in it, and the responses. `None` where the
/// cell lacks the gene.
pub(super) fn every_mode(
    model: &Model,
    number: usize,
    sequence: &Sequence,
    target: &Target,
    max_length: usize,
    context: &Context,
) -> Result<OneCell, AnalysisError> {
    if !sequence.genes.contains(&target.genes[0]) {
        return Ok(None);
    }
    let cell = Cell::new(model, number, sequence, true, context)?;
    let Some(&[place]) = cell.places(&target.genes).as_deref() else {
        return Ok(None);
    };
    let mut responses = Vec::with_capacity(MODES.len());
    for mode in MODES {
        let manner = Manner {
            mode,
            max_length,
            seed: 0,
        };
        responses.extend(cell.respond(&target.genes, manner, false, context)?);
    }
    Ok((responses.len() == MODES.len()).then_some((place, responses)))
}

/// What one cell gives for one gene: its place, and a response for each mode.
pub(super) type OneCell = Option<(usize, Vec<Response>)>;

/// Cells side by side, in pieces, whose effects are added up one after the other.
fn all_knock_outs(
    model: &Model,
    sequences: &[Sequence],
    targets: &[Target],
    max_length: usize,
    context: &Context,
) -> Result<Vec<ModeResult>, AnalysisError> {
    let n_genes = sequences.iter().flat_map(|cell| &cell.genes).max();
    let n_genes = n_genes.map_or(0, |&last| last as usize + 1);
    let mut results = Vec::with_capacity(targets.len() * MODES.len());
    let n_all = targets.len() * sequences.len();
    let n_done = AtomicUsize::new(0);
    context.progress(0, n_all, "knock-outs");
    for (target_at, target) in targets.iter().enumerate() {
        let mut sums = MODES.map(|_| Sums::new(n_genes));
        let mut jumps: [Vec<CellJump>; MODES.len()] = Default::default();
        for (chunk, some) in sequences.chunks(CELLS_AT_ONCE).enumerate() {
            let first = chunk * CELLS_AT_ONCE;
            let one_cell = |at: usize| -> Result<OneCell, AnalysisError> {
                context.check_cancelled()?;
                let found = every_mode(model, first + at, &some[at], target, max_length, context);
                let done = n_done.fetch_add(1, Ordering::Relaxed) + 1;
                context.progress(done, n_all, "knock-outs");
                found
            };
            let cells = parallel::try_map(some.len(), &one_cell)?;
            for (at, (cell, sequence)) in cells.into_iter().zip(some).enumerate() {
                let Some((place, responses)) = cell else {
                    continue;
                };
                for (mode, response) in responses.iter().enumerate() {
                    add(&mut sums[mode], sequence, response);
                    jumps[mode].push(CellJump {
                        cell: first + at,
                        place,
                        n_genes: sequence.genes.len(),
                        jump: jump_at(&response.effects, place),
                    });
                }
            }
        }
        for (mode, (sums, jumps)) in sums.iter().zip(jumps).enumerate() {
            results.push(ModeResult {
                target: target_at,
                mode: MODES[mode],
                affected: sums.largest(usize::MAX),
                jumps,
            });
        }
    }
    Ok(results)
}

fn add(sums: &mut Sums, sequence: &Sequence, response: &Response) {
    for (at, (&gene, &effect)) in sequence.genes.iter().zip(&response.effects).enumerate() {
        if let (Some(after), false) = (response.ranks[at], effect.is_nan()) {
            sums.add(gene, effect, [at as u32, after]);
        }
    }
}
