//! Running `perturb`.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{
    PerturbEngine, PerturbParameters, SequencePerturbation, every_gene,
    model::Model,
    null::z_scores,
    output::{Made, Perturbed},
    plane::{self, Plane},
    prepare::{SequenceOptions, checkpoint_of, encoder_of, genes_of, longest_of, n_special},
    respond::{Cell, Manner, Response},
    shifts::{Shift, States},
    sums::{Affected, Sums},
    targets::{Target, cells_of_states, listed_genes, perturbed_cells, refuse_absent, targets},
};
use crate::{
    analyses::{Inputs, NamedDataset},
    context::Context,
    error::{AnalysisError, Warning},
    parallel,
    stats::{
        rank_encoding::{Sequence, Vocabulary, encode},
        sequence_edit::SequenceMode,
    },
};

/// Cells worked on at once, where the effects of each are added up one after the other.
const CELLS_AT_ONCE: usize = 16;

/// From so many perturbed genes on, each goes through all cells by itself.
const MANY_TARGETS: usize = 64;

/// Up to so many perturbed genes, all affected ones are kept.
const FEW_TARGETS: usize = 50;

/// Affected genes kept for each of many.
const TOP_OF_MANY: usize = 20;

/// Bytes that cells, or sums over them, may take at once.
const MAX_BYTES: u64 = 1_000_000_000;

/// All perturbations, and the mean vectors of the perturbed cells.
pub(super) type PerturbedAndMeans = (Vec<Perturbed>, Vec<Vec<f64>>);

/// All that stays the same over cells and genes.
pub(super) struct Work<'a> {
    pub model: &'a Model,
    pub sequences: &'a [Sequence],
    pub n_genes: usize,
    pub targets: &'a [Target],
    pub states: &'a States,
    pub manner: Manner,
    by_force: bool,
    pub n_draws: usize,
    pub n_kept: usize,
}

pub fn run(
    inputs: &Inputs,
    parameters: &PerturbParameters,
    context: &Context,
) -> Result<SequencePerturbation, AnalysisError> {
    let input = inputs.dataset(0)?;
    let sequence_options = SequenceOptions {
        medians: &parameters.medians,
        min_cells: parameters.min_cells,
    };
    let is_checkpoint = parameters.engine == PerturbEngine::Checkpoint;
    let matched = genes_of(inputs, input, sequence_options, is_checkpoint, context)?;
    let genes = listed_genes(&parameters.genes, input, &matched)?;
    let words = &matched.vocabulary;
    let cells = perturbed_cells(input, parameters)?;
    let cells_of_states = cells_of_states(input, parameters)?;
    let max_length = if is_checkpoint {
        longest_of(&inputs.model, parameters.max_length)
    } else {
        parameters.max_length
    };
    let n_around = if is_checkpoint {
        n_special(&inputs.model)
    } else {
        0
    };
    let most_genes = max_length.saturating_sub(n_around).max(1);
    let sequences = encode(&input.data.matrix, words, &cells, most_genes, context)?;
    let targets = targets(genes, parameters.together, &words.genes, &sequences);
    refuse_absent(&targets, &sequences, parameters.mode, &input.name)?;
    let (model, compatibility) = if is_checkpoint {
        let longest = sequences
            .iter()
            .map(|cell| cell.genes.len())
            .max()
            .unwrap_or(0);
        let asked = (parameters.mode, parameters.layer, longest + n_around);
        let (model, checks) = checkpoint_of(inputs, input, words, asked)?;
        (model, Some(checks))
    } else {
        let options = parameters.encoder_options();
        let encoder = encoder_of(input, words, max_length, options, context)?;
        (Model::RankContext(encoder), None)
    };
    let mut states = states(input, words, &model, cells_of_states, most_genes, context)?;
    states.keeps_moves =
        !states.is_empty() && plane::has_room(&sequences, targets.len(), model.n_dims());
    let all = if targets.len() > FEW_TARGETS {
        TOP_OF_MANY
    } else {
        usize::MAX
    };
    let by_force = is_checkpoint || !parameters.is_closed();
    let work = Work {
        model: &model,
        sequences: &sequences,
        n_genes: words.genes.len(),
        targets: &targets,
        states: &states,
        manner: Manner {
            mode: parameters.mode,
            max_length,
            seed: parameters.seed,
        },
        by_force,
        n_draws: parameters.n_null_draws(by_force),
        n_kept: parameters.top_affected.unwrap_or(all),
    };
    let (mut perturbed, means) = if targets.len() >= MANY_TARGETS && !by_force {
        if parameters.mode == SequenceMode::Mask && work.n_draws > 0 {
            context.warn(Warning::new(
                "no_z",
                format!("The mask token in place of {MANY_TARGETS} genes or more is not compared with genes of like rank: there is no z score"),
            ));
        }
        every_gene::by_target(&work, context)?
    } else {
        by_cell(&work, context)?
    };
    let plane = plane_of(&means, &mut perturbed, &mut states, context)?;
    let made = Made {
        matched,
        model,
        states,
        perturbed,
        compatibility,
        plane,
        cells,
    };
    Ok(SequencePerturbation::new(input, parameters, made))
}

/// The plane of the perturbed cells and those of the states, into which moves are put; none where
/// moves were not kept.
fn plane_of(
    cells: &[Vec<f64>],
    perturbed: &mut [Perturbed],
    states: &mut States,
    context: &Context,
) -> Result<Option<Plane>, AnalysisError> {
    let of_states = std::mem::take(&mut states.cells);
    if !states.keeps_moves {
        return Ok(None);
    }
    let plane = Plane::new(cells, &of_states, states.vectors(), context)?;
    for one in perturbed {
        one.shift.settle(&plane);
    }
    Ok(Some(plane))
}

/// The mean vector of the cells of every state.
fn states(
    input: &NamedDataset,
    words: &Vocabulary,
    model: &Model,
    cells_of_states: Vec<(String, Vec<usize>)>,
    max_length: usize,
    context: &Context,
) -> Result<States, AnalysisError> {
    let mut states = States::default();
    for (name, cells) in cells_of_states {
        let sequences = encode(&input.data.matrix, words, &cells, max_length, context)?;
        let n_done = AtomicUsize::new(0);
        let means = parallel::try_map(sequences.len(), &|at| {
            context.check_cancelled()?;
            let cell = Cell::new(model, at, &sequences[at], false, context)?;
            let done = n_done.fetch_add(1, Ordering::Relaxed) + 1;
            context.progress(done, sequences.len(), "cells of a state");
            Ok::<_, AnalysisError>(cell.mean())
        })?;
        states.push(name, &means, model.n_dims());
    }
    Ok(states)
}

/// The cell in which a perturbation was made.
#[derive(Debug, Clone, Copy)]
pub(super) struct InCell<'a> {
    /// Number among the perturbed cells.
    pub number: usize,
    /// Its genes.
    pub genes: &'a [u32],
    /// Places of the perturbed genes; empty where it lacks one.
    pub places: &'a [usize],
}

/// Everything that is added up for one perturbation.
pub(super) struct Found {
    pub sums: Sums,
    /// Mean effect on the genes of each cell.
    pub cells: Vec<f64>,
    /// Which cells these are, among those perturbed.
    pub cell_numbers: Vec<u32>,
    /// Over the cells that have them, sum of the mean places of the perturbed genes.
    pub places: [f64; 2],
    pub shift: Shift,
}

impl Found {
    pub fn new(work: &Work) -> Self {
        Self {
            sums: Sums::new(work.n_genes),
            cells: Vec::new(),
            cell_numbers: Vec::new(),
            places: [0.0; 2],
            shift: Shift::new(work.states),
        }
    }

    /// Adds what was found in a cell.
    pub fn add(&mut self, cell: InCell, response: &Response, states: &States) {
        let (mut sum, mut n) = (0.0, 0);
        for (at, (&gene, &effect)) in cell.genes.iter().zip(&response.effects).enumerate() {
            if let (Some(after), false) = (response.ranks[at], effect.is_nan()) {
                self.sums.add(gene, effect, [at as u32, after]);
                sum += effect;
                n += 1;
            }
        }
        if n > 0 {
            self.add_cell(cell, sum / f64::from(n), response.means.as_ref(), states);
        }
    }

    /// Adds the mean effect in a cell, and how the cell moves.
    pub fn add_cell(
        &mut self,
        cell: InCell,
        effect: f64,
        means: Option<&[Vec<f64>; 2]>,
        states: &States,
    ) {
        self.cells.push(effect);
        self.cell_numbers.push(cell.number as u32);
        if !cell.places.is_empty() {
            let n = cell.places.len() as f64;
            self.places[0] += cell.places.iter().sum::<usize>() as f64 / n;
            self.places[1] += 1.0;
        }
        if let Some(means) = means {
            self.shift.add(means, states);
        }
    }

    pub fn finish(self, target: &Target, affected: Vec<Affected>) -> Perturbed {
        let [sum, n] = self.places;
        Perturbed {
            target: target.clone(),
            affected,
            cells: self.cells,
            cell_numbers: self.cell_numbers,
            rank: (n > 0.0).then(|| sum / n),
            shift: self.shift,
        }
    }
}

/// What one cell gives for one perturbation.
struct OneCell {
    response: Response,
    places: Vec<usize>,
    z: Vec<f64>,
    null_means: Vec<[Vec<f64>; 2]>,
}

/// Cells side by side, their effects added up in the order of cells; with the mean vector of each
/// cell, where moves are kept.
fn by_cell(work: &Work, context: &Context) -> Result<PerturbedAndMeans, AnalysisError> {
    refuse_many(work, Sums::bytes(work.n_genes) * work.targets.len() as u64)?;
    let mut found: Vec<Found> = work.targets.iter().map(|_| Found::new(work)).collect();
    let mut means = Vec::new();
    // Told one by one: by a trained model each takes long, and how long is asked at once.
    let n_all = work.sequences.len() * work.targets.len();
    let n_done = AtomicUsize::new(0);
    context.progress(0, n_all, "perturbations");
    for (chunk, sequences) in work.sequences.chunks(CELLS_AT_ONCE).enumerate() {
        let first = chunk * CELLS_AT_ONCE;
        let cells = parallel::try_map(sequences.len(), &|at| {
            let cell = Cell::new(
                work.model,
                first + at,
                &sequences[at],
                work.by_force,
                context,
            )?;
            let respond = |target: &Target| {
                context.check_cancelled()?;
                let one = one_cell(work, &cell, target, context);
                let done = n_done.fetch_add(1, Ordering::Relaxed) + 1;
                context.progress(done, n_all, "perturbations");
                one
            };
            let responses = work.targets.iter().map(respond);
            let responses = responses.collect::<Result<Vec<_>, AnalysisError>>()?;
            let mean = work.states.keeps_moves.then(|| cell.mean());
            Ok::<_, AnalysisError>((responses, mean))
        })?;
        let numbered = (chunk * CELLS_AT_ONCE..).zip(sequences);
        for ((number, sequence), (responses, mean)) in numbered.zip(cells) {
            means.extend(mean);
            for (found, one) in found.iter_mut().zip(responses) {
                let Some(one) = one else { continue };
                let in_cell = InCell {
                    number,
                    genes: &sequence.genes,
                    places: &one.places,
                };
                found.add(in_cell, &one.response, work.states);
                for (&gene, &z) in sequence.genes.iter().zip(&one.z) {
                    found.sums.add_z(gene, z);
                }
                for means in &one.null_means {
                    found.shift.add_null(means, work.states);
                }
            }
        }
    }
    let perturbed = work.targets.iter().zip(found).map(|(target, found)| {
        let affected = found.sums.largest(work.n_kept);
        found.finish(target, affected)
    });
    Ok((perturbed.collect(), means))
}

fn one_cell(
    work: &Work,
    cell: &Cell,
    target: &Target,
    context: &Context,
) -> Result<Option<OneCell>, AnalysisError> {
    let has_states = !work.states.is_empty();
    let Some(response) = cell.respond(&target.genes, work.manner, has_states, context)? else {
        return Ok(None);
    };
    let places = cell.places(&target.genes).unwrap_or_default();
    let draws = if work.n_draws > 0 && !places.is_empty() {
        cell.null_responses(&places, work.manner, work.n_draws, has_states, context)?
    } else {
        Vec::new()
    };
    Ok(Some(OneCell {
        places,
        z: z_scores(&response.effects, &draws),
        null_means: draws.into_iter().filter_map(|draw| draw.means).collect(),
        response,
    }))
}

pub(super) fn refuse_many(work: &Work, bytes: u64) -> Result<(), AnalysisError> {
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    Err(AnalysisError::Unsuitable {
        found: format!(
            "{} genes perturbed in {} cells take {:.1} GB",
            work.targets.len(),
            work.sequences.len(),
            bytes as f64 / 1e9
        ),
        expected: format!("at most {:.0} GB", MAX_BYTES as f64 / 1e9),
        hint: "Set max_cells lower, name fewer genes, or shorten sequences with max_length".into(),
    })
}
