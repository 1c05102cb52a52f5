//! What one cell makes of one perturbation.

use cuvette_kernels::vectors::add_scaled;

use super::{
    model::Model,
    null::{NULL_REACH, null_sets, z_score},
};
use crate::{
    context::Context,
    error::AnalysisError,
    random::Random,
    stats::{
        rank_context::{CellContext, Hidden, one_minus_cosine},
        rank_encoding::Sequence,
        sequence_edit::{Edit, EditedSequence, SequenceMode},
    },
};

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
    pub number: usize,
    /// Its genes.
    pub genes: &'a [u32],
    /// Its genes ascending, each with its place.
    by_gene: Vec<(u32, usize)>,
    /// What every gene sees, where that can be worked out once and for all.
    context: Option<CellContext>,
    /// The vectors of all tokens as they are, where everything is computed again.
    hidden: Option<Vec<f64>>,
}

/// The place that a gene is hidden at, and that of the gene it stands for: another one where the
/// deletion is a random one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HiddenPlace {
    /// Of the gene perturbed.
    pub own: usize,
    /// Of the gene that goes.
    pub gone: usize,
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
        genes.iter().map(|&gene| self.place(gene)).collect()
    }

    fn place(&self, gene: u32) -> Option<usize> {
        let found = self.by_gene.binary_search_by_key(&gene, |entry| entry.0);
        found.ok().map(|at| self.by_gene[at].1)
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
        let Some(others) = self.drawn_near(places, manner) else {
            return Ok(None);
        };
        let genes: Vec<u32> = others.iter().map(|&place| self.genes[place]).collect();
        let mut response = self.respond_at(&genes, &others, manner, with_means, context)?;
        for &place in places {
            response.effects[place] = f64::NAN;
        }
        Ok(Some(response))
    }

    /// Places near those perturbed, drawn by the seed; none in a cell too short.
    fn drawn_near(&self, places: &[usize], manner: Manner) -> Option<Vec<usize>> {
        let mut random = Random::of_piece(manner.seed, self.number as u64);
        let mut draws = null_sets(places, self.genes.len(), 2 * NULL_REACH);
        if draws.is_empty() {
            return None;
        }
        Some(draws.swap_remove(random.below(draws.len())))
    }

    /// Where a single gene is hidden, in a mode that does no more than that; none where it is not.
    pub fn hidden_place(&self, gene: u32, manner: Manner) -> Option<HiddenPlace> {
        let own = self.place(gene).filter(|_| self.genes.len() > 1)?;
        let gone = match manner.mode {
            SequenceMode::RandomDelete => *self.drawn_near(&[own], manner)?.first()?,
            _ => own,
        };
        Some(HiddenPlace { own, gone })
    }

    /// Hides the genes at these places one by one, where all follows from one pass.
    pub fn hide_each(&self, places: &[usize], with_means: bool) -> Option<Hidden> {
        let context = self.context.as_ref()?;
        Some(context.hide_each(places, with_means))
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

    /// Whether a perturbation comes to the same as that nobody sees the genes any more.
    fn is_hiding(&self, mode: SequenceMode) -> bool {
        let is_moving = mode.moves_genes() && self.hidden.is_some();
        self.context.is_some() && !is_moving && mode != SequenceMode::Mask
    }

    /// One response for each gene, hidden by itself; their ranks are those before.
    fn hidden_responses(&self, places: &[usize], with_means: bool) -> Vec<Response> {
        let n = self.genes.len();
        let hidden = self.hide_each(places, with_means).unwrap_or_default();
        let mut means = hidden.means.into_iter();
        let ranks: Vec<Option<u32>> = (0..n as u32).map(Some).collect();
        let responses = hidden.effects.chunks(n.max(1)).map(|effects| Response {
            effects: effects.to_vec(),
            ranks: ranks.clone(),
            means: means.next(),
        });
        responses.collect()
    }

    /// What follows from one pass over the cell, where it does.
    fn closed_form(&self, places: &[usize], mode: SequenceMode, with_means: bool) -> Option<Found> {
        let (context, encoder) = (self.context.as_ref()?, self.model.rank_context()?);
        if mode.moves_genes() && self.hidden.is_some() {
            return None;
        }
        let (effects, after) = match (mode, places) {
            (SequenceMode::Mask, _) => context.mask_with_mean(encoder, places),
            (_, &[_]) => {
                let mut hidden = context.hide_each(places, with_means);
                return Some((hidden.effects, hidden.means.pop()));
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
        if places.len() == 1 && self.is_hiding(manner.mode) {
            return Ok(self.hidden_responses(&sets.concat(), with_means));
        }
        sets.into_iter().map(respond).collect()
    }

    /// The z scores of the effects on `genes` when a gene is hidden, beside the same of genes near it,
    /// NaN where there is none; of genes that the cell has, each with its place in `genes`.
    pub fn z_of_hidden(&self, hidden: HiddenPlace, genes: &[u32], n_draws: usize) -> Vec<f64> {
        let mut scores = vec![f64::NAN; genes.len()];
        let Some(context) = &self.context else {
            return scores;
        };
        let mut places = vec![hidden.gone];
        let near = null_sets(&[hidden.own], self.genes.len(), n_draws);
        places.extend(near.into_iter().flatten());
        let there: Vec<[usize; 2]> = genes
            .iter()
            .enumerate()
            .filter_map(|(at, &gene)| Some([at, self.place(gene)?]))
            .collect();
        let looked_at: Vec<usize> = there.iter().map(|[_, place]| *place).collect();
        let effects = context.hide_each_from(&places, &looked_at);
        let n = looked_at.len();
        for (column, [at, _]) in there.into_iter().enumerate() {
            let of_gene = effects.iter().skip(column).step_by(n).copied();
            if let Some(effect) = of_gene.clone().next() {
                scores[at] = z_score(effect, of_gene.skip(1));
            }
        }
        scores
    }
}

/// Effects, and the mean vectors before and after where asked for.
type Found = (Vec<f64>, Option<[Vec<f64>; 2]>);
