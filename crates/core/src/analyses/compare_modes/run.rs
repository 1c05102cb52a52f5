//! Running `compare_modes`.

use super::{
    CompareModesOutput, CompareModesParameters,
    output::{CellJump, MODES, ModeResult},
};
use crate::{
    analyses::{
        Inputs,
        perturb::{
            prepare::{EncoderOptions, SequenceOptions, draw, encoder_of, genes_of},
            respond::{Cell, Manner, Response},
            sums::Sums,
            targets::{Target, listed_genes, refuse_absent, targets},
        },
    },
    context::Context,
    error::{AnalysisError, Warning},
    parallel,
    stats::{
        rank_context::RankContext,
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
    let matched = genes_of(inputs, input, options, context)?;
    let genes = listed_genes(&parameters.genes, input, &matched)?;
    let words = &matched.vocabulary;
    let cells = parameters.cells.positions("cells", input)?;
    let drawn = draw(cells.len(), parameters.max_cells, parameters.seed);
    let cells: Vec<usize> = drawn.into_iter().map(|at| cells[at]).collect();
    let matrix = &input.data.matrix;
    let sequences = encode(matrix, words, &cells, parameters.max_length, context)?;
    let targets = targets(genes, false, &words.genes, &sequences);
    refuse_absent(&targets, &sequences, SequenceMode::Delete, &input.name)?;
    refuse_many(&targets, &sequences)?;
    if parameters.position_weight == 0.0 {
        context.warn(Warning::new(
            "no_positions",
            "The weight of positions is 0, so a shift changes nothing and no mode can show a step",
        ));
    }
    let options = EncoderOptions {
        embedding: parameters.embedding,
        dimensions: parameters.dimensions,
        position_weight: parameters.position_weight,
        temperature: parameters.temperature,
        seed: parameters.seed,
    };
    let encoder = encoder_of(input, words, parameters.max_length, options, context)?;
    let names = cells
        .iter()
        .map(|&cell| input.data.samples[cell].clone())
        .collect();
    let results = all_knock_outs(&encoder, &sequences, &targets, parameters, context)?;
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
        encoder,
        sequences,
        parameters: parameters.clone(),
        input_name: input.name.clone(),
    })
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

/// What one mode does to one cell, each gene of it.
pub(super) fn knock_out(
    encoder: &RankContext,
    number: usize,
    sequence: &Sequence,
    genes: &[u32],
    mode: SequenceMode,
    parameters: &CompareModesParameters,
) -> Option<(usize, Response)> {
    let cell = Cell::new(encoder, number, sequence, mode.moves_genes());
    respond(&cell, genes, mode, parameters)
}

fn respond(
    cell: &Cell,
    genes: &[u32],
    mode: SequenceMode,
    parameters: &CompareModesParameters,
) -> Option<(usize, Response)> {
    let manner = Manner {
        mode,
        max_length: parameters.max_length,
        seed: parameters.seed,
    };
    let &[place] = cell.places(genes)?.as_slice() else {
        return None;
    };
    Some((place, cell.respond(genes, manner, false)?))
}

/// What one cell gives for one gene: its place, and a response for each mode.
type OneCell = Option<(usize, Vec<Response>)>;

/// Cells side by side, in pieces, whose effects are added up one after the other.
fn all_knock_outs(
    encoder: &RankContext,
    sequences: &[Sequence],
    targets: &[Target],
    parameters: &CompareModesParameters,
    context: &Context,
) -> Result<Vec<ModeResult>, AnalysisError> {
    let mut results = Vec::with_capacity(targets.len() * MODES.len());
    for (target_at, target) in targets.iter().enumerate() {
        context.progress(target_at, targets.len(), "genes");
        let mut sums = MODES.map(|_| Sums::new(encoder.n_genes()));
        let mut jumps: [Vec<CellJump>; MODES.len()] = Default::default();
        for (chunk, some) in sequences.chunks(CELLS_AT_ONCE).enumerate() {
            let first = chunk * CELLS_AT_ONCE;
            let one_cell = |at: usize| -> Result<OneCell, AnalysisError> {
                context.check_cancelled()?;
                Ok(every_mode(
                    encoder,
                    first + at,
                    &some[at],
                    target,
                    parameters,
                ))
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

fn every_mode(
    encoder: &RankContext,
    number: usize,
    sequence: &Sequence,
    target: &Target,
    parameters: &CompareModesParameters,
) -> OneCell {
    if !sequence.genes.contains(&target.genes[0]) {
        return None;
    }
    let [by_force, closed] = [true, false].map(|force| Cell::new(encoder, number, sequence, force));
    let mut responses = Vec::with_capacity(MODES.len());
    let mut place = 0;
    for mode in MODES {
        let cell = if mode.moves_genes() {
            &by_force
        } else {
            &closed
        };
        let (at, response) = respond(cell, &target.genes, mode, parameters)?;
        place = at;
        responses.push(response);
    }
    Some((place, responses))
}

fn add(sums: &mut Sums, sequence: &Sequence, response: &Response) {
    for (at, (&gene, &effect)) in sequence.genes.iter().zip(&response.effects).enumerate() {
        if let (Some(after), false) = (response.ranks[at], effect.is_nan()) {
            sums.add(gene, effect, [at as u32, after]);
        }
    }
}
