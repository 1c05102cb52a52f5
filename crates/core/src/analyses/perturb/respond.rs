//! What one cell makes of one perturbation.

use cuvette_kernels::vectors::add_scaled;

use super::model::Model;
use crate::{
    context::Context,
    error::AnalysisError,
    random::Random,
    stats::{
        rank_context::{CellContext, one_minus_cosine},
        rank_encoding::Sequence,
        sequence_edit::{Edit, EditedSequence, SequenceMode},
    },
};

/// How far in rank a gene may stand from the perturbed one to be compared with it.
const NULL_REACH: usize = 10;

/// Fewer draws have no spread worth a z score.
const MIN_DRAWS: usize = 3;

/// How a perturbation is made.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// What is done to the sequence.
    pub mode: SequenceMode,
    /// Most genes of a sequence.
    pub max_length: usize,
    /// Start of the random numbers of [`SequenceMode::RandomDelete`].
    pub seed: u64,
}

/// A cell that perturbations are made in.
#[derive(Debug)]
pub struct Cell<'a> {
    model: &'a Model,
    /// Number of the cell among those perturbed.
    number: usize,
    /// Its genes.
    pub genes: &'a [u32],
    /// Its genes ascending, each with its place.
    by_gene: Vec<(u32, usize)>,
    /// What every gene sees, where that can be worked out once and for all.
    context: Option<CellContext>,
    /// The vectors of all tokens as they are, where everything is computed again.
    hidden: Option<Vec<f64>>,
}

/// What a perturbation does in a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// 1 − cosine of each gene, in the order of the sequence; NaN for what is not compared.
    pub effects: Vec<f64>,
    /// Rank of each gene afterwards, from 0; none for what is not compared.
    pub ranks: Vec<Option<u32>>,
    /// Mean vector of the compared genes before and after, where asked for.
    pub means: Option<[Vec<f64>; 2]>,
}

impl<'a> Cell<'a> {
    /// Works out what every gene sees; `by_force` also their vectors. Of a checkpoint it is only
    /// the vectors.
    pub fn new(
        model: &'a Model,
        number: usize,
        sequence: &'a Sequence,
        by_force: bool,
        context: &Context,
    ) -> Result<Self, AnalysisError> {
        let genes = sequence.genes.as_slice();
        let encoder = model.rank_context();
        let hidden = || {
            let tokens = model.sequence(genes);
            let positions: Vec<u32> = (0..tokens.len() as u32).collect();
            model.hidden(&tokens, &positions, &vec![true; tokens.len()], context)
        };
        let mut by_gene: Vec<(u32, usize)> = genes.iter().copied().zip(0..).collect();
        by_gene.sort_unstable();
        let is_needed = (by_force || encoder.is_none()) && !genes.is_empty();
        Ok(Self {
            model,
            number,
            genes,
            by_gene,
            context: encoder.map(|encoder| CellContext::new(encoder, genes)),
            hidden: is_needed.then(hidden).transpose()?,
        })
    }

    /// Bytes that a cell of so many genes takes.
    pub fn bytes(n_genes: usize, n_dims: usize) -> u64 {
        (n_genes * (2 * n_dims + 4) * size_of::<f64>()) as u64
    }

    /// Places of the genes in the sequence; none where one of them is not there.
    pub fn places(&self, genes: &[u32]) -> Option<Vec<usize>> {
        let place = |gene: &u32| {
            let found = self.by_gene.binary_search_by_key(gene, |entry| entry.0);
            found.ok().map(|at| self.by_gene[at].1)
        };
        genes.iter().map(place).collect()
    }

    /// The mean vector of all genes.
    pub fn mean(&self) -> Vec<f64> {
        if let Some(context) = &self.context {
            return context.mean_without(&[]);
        }
        let d = self.model.n_dims();
        let mut mean = vec![0.0; d];
        let [n_front, _] = self.model.n_special();
        let hidden = self.hidden.as_deref().unwrap_or_default();
        for vector in hidden.chunks(d).skip(n_front).take(self.genes.len()) {
            add_scaled(&mut mean, 1.0 / self.genes.len() as f64, vector);
        }
        mean
    }

    /// What the perturbation of these genes does; `None` where it cannot be made here.
    pub fn respond(
        &self,
        genes: &[u32],
        manner: Manner,
        with_means: bool,
        context: &Context,
    ) -> Result<Option<Response>, AnalysisError> {
        let places = match manner.mode {
            SequenceMode::Overexpress => Some(Vec::new()),
            _ => self.places(genes),
        };
        let Some(places) = places.filter(|places| self.genes.len() > places.len()) else {
            return Ok(None);
        };
        if manner.mode == SequenceMode::RandomDelete {
            return self.respond_at_random(&places, manner, with_means, context);
        }
        self.respond_at(genes, &places, manner, with_means, context)
            .map(Some)
    }

    /// Deletes a gene near each of the perturbed ones instead.
    fn respond_at_random(
        &self,
        places: &[usize],
        manner: Manner,
        with_means: bool,
        context: &Context,
    ) -> Result<Option<Response>, AnalysisError> {
        let mut random = Random::of_piece(manner.seed, self.number as u64);
        let draws = null_sets(places, self.genes.len(), 2 * NULL_REACH);
        let Some(others) = draws.get(random.below(draws.len())) else {
            return Ok(None);
        };
        let genes: Vec<u32> = others.iter().map(|&place| self.genes[place]).collect();
        let mut response = self.respond_at(&genes, others, manner, with_means, context)?;
        for &place in places {
            response.effects[place] = f64::NAN;
        }
        Ok(Some(response))
    }

    fn respond_at(
        &self,
        genes: &[u32],
        places: &[usize],
        manner: Manner,
        with_means: bool,
        context: &Context,
    ) -> Result<Response, AnalysisError> {
        let n_special = self.model.n_special();
        let edit = Edit {
            mode: manner.mode,
            perturbed: &self.model.tokens(genes),
            mask: self.model.mask(),
            n_special,
            max_length: manner.max_length,
        };
        let edited = edit.apply(&self.model.sequence(self.genes));
        let n_front = n_special[0];
        let mut ranks = vec![None; self.genes.len()];
        for &[before, after] in &edited.compared {
            ranks[before as usize - n_front] = Some(after - n_front as u32);
        }
        let closed = self.closed_form(places, manner.mode, with_means);
        let (effects, means) = match (closed, &self.hidden) {
            (Some(found), _) => found,
            (None, Some(hidden)) => self.by_force(hidden, &edited, with_means, context)?,
            (None, None) => (vec![f64::NAN; self.genes.len()], None),
        };
        Ok(Response {
            effects,
            ranks,
            means,
        })
    }

    /// What follows from one pass over the cell, where it does.
    fn closed_form(&self, places: &[usize], mode: SequenceMode, with_means: bool) -> Option<Found> {
        let (context, encoder) = (self.context.as_ref()?, self.model.rank_context()?);
        if mode.moves_genes() && self.hidden.is_some() {
            return None;
        }
        let (effects, after) = match (mode, places, with_means) {
            (SequenceMode::Mask, ..) => context.mask_with_mean(encoder, places),
            (_, &[place], false) => {
                let mut effects = Vec::with_capacity(self.genes.len());
                context.hide_one(place, &mut effects);
                (effects, Vec::new())
            }
            _ => context.hide_with_mean(places),
        };
        Some((
            effects,
            with_means.then(|| [context.mean_without(places), after]),
        ))
    }

    /// Everything computed again.
    fn by_force(
        &self,
        hidden: &[f64],
        edited: &EditedSequence,
        with_means: bool,
        context: &Context,
    ) -> Result<Found, AnalysisError> {
        let d = self.model.n_dims();
        let n_front = self.model.n_special()[0];
        let (tokens, positions) = (&edited.tokens, &edited.positions);
        // As in Geneformer, what a new gene pushes out was not there before either.
        let cut = (edited.n_cut > 0).then(|| {
            let tokens = self
                .model
                .sequence(&self.genes[..self.genes.len() - edited.n_cut]);
            let positions: Vec<u32> = (0..tokens.len() as u32).collect();
            self.model
                .hidden(&tokens, &positions, &vec![true; tokens.len()], context)
        });
        let cut = cut.transpose()?;
        let hidden = cut.as_deref().unwrap_or(hidden);
        let after = self
            .model
            .hidden(tokens, positions, &edited.is_seen, context)?;
        let mut effects = vec![f64::NAN; self.genes.len()];
        let mut means = [vec![0.0; d], vec![0.0; d]];
        let share = 1.0 / edited.compared.len() as f64;
        for &[was, is] in &edited.compared {
            let (was, is) = (was as usize, is as usize);
            let pair = [&hidden[was * d..][..d], &after[is * d..][..d]];
            effects[was - n_front] = one_minus_cosine(pair[0], pair[1]);
            for (mean, vector) in means.iter_mut().zip(pair) {
                add_scaled(mean, share, vector);
            }
        }
        Ok((effects, with_means.then_some(means)))
    }

    /// What the same does to genes near the perturbed ones in rank, one response per draw.
    pub fn null_responses(
        &self,
        places: &[usize],
        manner: Manner,
        n_draws: usize,
        with_means: bool,
        context: &Context,
    ) -> Result<Vec<Response>, AnalysisError> {
        let manner = match manner.mode {
            SequenceMode::RandomDelete => Manner {
                mode: SequenceMode::Delete,
                ..manner
            },
            _ => manner,
        };
        let respond = |others: Vec<usize>| {
            let genes: Vec<u32> = others.iter().map(|&place| self.genes[place]).collect();
            self.respond_at(&genes, &others, manner, with_means, context)
        };
        let sets = null_sets(places, self.genes.len(), n_draws);
        sets.into_iter().map(respond).collect()
    }

    /// The z score of the effect on the gene at `at` when nobody sees that at `place` any more, beside
    /// the same of genes near `place`; none of a checkpoint.
    pub fn z_of_hidden(&self, at: usize, place: usize, n_draws: usize) -> Option<f64> {
        let context = self.context.as_ref()?;
        let sets = null_sets(&[place], self.genes.len(), n_draws);
        let others = sets.iter().flatten().filter(|&&other| other != at);
        let draws = others.map(|&other| context.effect_on(at, other));
        Some(z_score(context.effect_on(at, place), draws))
    }
}

/// Effects, and the mean vectors before and after where asked for.
type Found = (Vec<f64>, Option<[Vec<f64>; 2]>);

/// The z score of every effect beside those of the draws.
pub fn z_scores(effects: &[f64], draws: &[Response]) -> Vec<f64> {
    let z =
        |(at, &effect): (usize, &f64)| z_score(effect, draws.iter().map(|draw| draw.effects[at]));
    effects.iter().enumerate().map(z).collect()
}

/// NaN with fewer than three draws, or where they are all alike.
fn z_score(effect: f64, draws: impl Iterator<Item = f64>) -> f64 {
    let draws: Vec<f64> = draws.filter(|draw| !draw.is_nan()).collect();
    if draws.len() < MIN_DRAWS {
        return f64::NAN;
    }
    let n = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / n;
    let square: f64 = draws.iter().map(|draw| (draw - mean) * (draw - mean)).sum();
    let sd = (square / (n - 1.0)).sqrt();
    if sd > 0.0 {
        (effect - mean) / sd
    } else {
        f64::NAN
    }
}

/// Sets of places near those perturbed: of each its nearest neighbor, then its next nearest, and so
/// on, the earlier of two as near first. No set has a perturbed place.
fn null_sets(places: &[usize], n_genes: usize, n_draws: usize) -> Vec<Vec<usize>> {
    let neighbors = |&place: &usize| -> Vec<usize> {
        (1..=NULL_REACH)
            .flat_map(|step| [place.checked_sub(step), Some(place + step)])
            .flatten()
            .filter(|other| *other < n_genes && !places.contains(other))
            .collect()
    };
    let near: Vec<Vec<usize>> = places.iter().map(neighbors).collect();
    let n_sets = near.iter().map(Vec::len).min().unwrap_or(0).min(n_draws);
    (0..n_sets)
        .map(|draw| {
            let mut set: Vec<usize> = near.iter().map(|near| near[draw]).collect();
            set.sort_unstable();
            set.dedup();
            set
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{null_sets, z_score};

    #[test]
    fn genes_are_compared_with_their_neighbors_in_rank() {
        assert_eq!(null_sets(&[5], 100, 4), [[4], [6], [3], [7]]);
        assert_eq!(null_sets(&[0], 3, 20), [[1], [2]]);
        // Of a set, members are no neighbors, and two with the same neighbor share it.
        assert_eq!(null_sets(&[5, 6], 100, 2), [vec![4, 7], vec![3, 4]]);
        assert_eq!(null_sets(&[4, 6], 100, 1), [[3, 5]]);
        assert_eq!(null_sets(&[50], 100, 20).len(), 20);
    }

    #[test]
    fn a_z_score_takes_three_draws_that_differ() {
        assert_eq!(z_score(5.0, [1.0, 2.0, 3.0].into_iter()), 3.0);
        assert_eq!(z_score(5.0, [1.0, f64::NAN, 2.0, 3.0].into_iter()), 3.0);
        assert!(z_score(5.0, [1.0, 2.0].into_iter()).is_nan());
        assert!(z_score(5.0, [1.0; 3].into_iter()).is_nan());
    }
}
