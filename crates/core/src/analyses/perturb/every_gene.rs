//! Many genes, each perturbed by itself where that follows from one pass over a cell.
//!
//! How this works: what every gene of every cell sees is worked out once. Then perturbed genes are
//! taken some at a time: a cell hides all of them side by side, so that the products of vectors are
//! those of matrices, and the sums of a gene are gone before those of the next are begun.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{
    output::Perturbed,
    respond::{Cell, HiddenPlace},
    run::{Found, InCell, PerturbedAndMeans, Work, refuse_many},
    sums::Sums,
    targets::Target,
};
use crate::{
    context::Context, error::AnalysisError, parallel, stats::rank_encoding::Sequence,
    stats::sequence_edit::SequenceMode,
};

/// Perturbed genes at once: more of them share more, and their sums take more memory.
const MOST_AT_ONCE: usize = 32;

/// Of few genes, so many parts at least, for all threads to have some.
const LEAST_PARTS: usize = 16;

/// Bytes that the sums of the genes perturbed at once may take.
const MAX_SUM_BYTES: u64 = 16_000_000;

/// Perturbed genes side by side, each through all cells.
pub fn by_target(work: &Work, context: &Context) -> Result<PerturbedAndMeans, AnalysisError> {
    let bytes = |sequence: &Sequence| Cell::bytes(sequence.genes.len(), work.model.n_dims());
    refuse_many(work, work.sequences.iter().map(bytes).sum())?;
    let n_cells = AtomicUsize::new(0);
    let cells = parallel::try_map(work.sequences.len(), &|at| {
        context.check_cancelled()?;
        let cell = Cell::new(work.model, at, &work.sequences[at], false, context)?;
        let done = n_cells.fetch_add(1, Ordering::Relaxed) + 1;
        context.progress(done, work.sequences.len(), "cells");
        Ok::<_, AnalysisError>(cell)
    })?;
    let that_fit = MAX_SUM_BYTES / Sums::bytes(work.n_genes).max(1);
    let by_parts = work.targets.len() / LEAST_PARTS;
    let at_once = by_parts.min(that_fit as usize).clamp(4, MOST_AT_ONCE);
    let n_parts = work.targets.len().div_ceil(at_once);
    let n_done = AtomicUsize::new(0);
    let found = parallel::try_map(n_parts, &|part| {
        let first = part * at_once;
        let targets = &work.targets[first..work.targets.len().min(first + at_once)];
        let found = perturb_some(work, &cells, targets, context)?;
        let done = n_done.fetch_add(targets.len(), Ordering::Relaxed);
        context.progress(done + targets.len(), work.targets.len(), "genes");
        Ok::<_, AnalysisError>(found)
    })?;
    let keeps_moves = work.states.keeps_moves;
    let means = cells.iter().filter(|_| keeps_moves).map(Cell::mean);
    let means = means.collect();
    Ok((found.into_iter().flatten().collect(), means))
}

fn perturb_some(
    work: &Work,
    cells: &[Cell],
    targets: &[Target],
    context: &Context,
) -> Result<Vec<Perturbed>, AnalysisError> {
    let mut found: Vec<Found> = targets.iter().map(|_| Found::new(work)).collect();
    let is_masked = work.manner.mode == SequenceMode::Mask;
    for cell in cells {
        context.check_cancelled()?;
        if is_masked {
            mask_each(work, cell, targets, &mut found, context)?;
        } else {
            hide_each(work, cell, targets, &mut found);
        }
    }
    let mut perturbed = Vec::with_capacity(targets.len());
    for (target, mut found) in targets.iter().zip(found) {
        let mut kept = found.sums.largest(work.n_kept);
        if work.n_draws > 0 && !is_masked {
            context.check_cancelled()?;
            let genes: Vec<u32> = kept.iter().map(|affected| affected.gene).collect();
            for cell in cells {
                add_z(work, cell, target, &genes, &mut found.sums);
            }
            kept = found.sums.again(&kept);
        }
        perturbed.push(found.finish(target, kept));
    }
    Ok(perturbed)
}

/// A token stands in place of each gene, whose vector depends on the place.
fn mask_each(
    work: &Work,
    cell: &Cell,
    targets: &[Target],
    found: &mut [Found],
    context: &Context,
) -> Result<(), AnalysisError> {
    let has_states = !work.states.is_empty();
    for (target, found) in targets.iter().zip(found) {
        context.check_cancelled()?;
        let response = cell.respond(&target.genes, work.manner, has_states, context)?;
        if let Some(response) = response {
            let places = cell.places(&target.genes).unwrap_or_default();
            found.add(in_cell(cell, &places), &response, work.states);
        }
    }
    Ok(())
}

fn hide_each(work: &Work, cell: &Cell, targets: &[Target], found: &mut [Found]) {
    let there: Vec<(usize, HiddenPlace)> = targets
        .iter()
        .enumerate()
        .filter_map(|(at, target)| Some((at, place_of(work, cell, target)?)))
        .collect();
    let gone: Vec<usize> = there.iter().map(|(_, place)| place.gone).collect();
    let Some(mut hidden) = cell.hide_each(&gone, !work.states.is_empty()) else {
        return;
    };
    let is_moving = work.manner.mode != SequenceMode::AttentionMask;
    let n = cell.genes.len();
    for (row, (at, place)) in there.into_iter().enumerate() {
        let effects = &mut hidden.effects[row * n..(row + 1) * n];
        effects[place.own] = f64::NAN;
        let last_in_place = if is_moving { place.gone } else { n };
        let found = &mut found[at];
        let (sum, n) = found.sums.add_hidden(cell.genes, effects, last_in_place);
        if n > 0 {
            let cell = in_cell(cell, std::slice::from_ref(&place.own));
            found.add_cell(cell, sum / n as f64, hidden.means.get(row), work.states);
        }
    }
}

fn in_cell<'a>(cell: &Cell<'a>, places: &'a [usize]) -> InCell<'a> {
    InCell {
        number: cell.number,
        genes: cell.genes,
        places,
    }
}

/// Many genes are perturbed one by one: a target is one gene.
fn place_of(work: &Work, cell: &Cell, target: &Target) -> Option<HiddenPlace> {
    cell.hidden_place(*target.genes.first()?, work.manner)
}

/// The z scores of the genes that are kept.
fn add_z(work: &Work, cell: &Cell, target: &Target, genes: &[u32], sums: &mut Sums) {
    if let Some(place) = place_of(work, cell, target) {
        let scores = cell.z_of_hidden(place, genes, work.n_draws);
        for (&gene, z) in genes.iter().zip(scores) {
            sums.add_z(gene, z);
        }
    }
}
