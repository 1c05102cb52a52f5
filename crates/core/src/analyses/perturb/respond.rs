//! What one cell makes of one perturbation.

use crate::{
    random::Random,
    stats::{
        rank_context::{CellContext, MASK_TOKEN, RankContext, one_minus_cosine},
        rank_encoding::Sequence,
        sequence_edit::{Edit, SequenceMode},
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
    encoder: &'a RankContext,
    /// Number of the cell among those perturbed.
    number: usize,
    /// Its genes.
    pub genes: &'a [u32],
    context: CellContext,
    /// The vectors of all genes as they are, where everything is computed again.
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
    /// Works out what every gene sees; `by_force` also their vectors.
    pub fn new(
        encoder: &'a RankContext,
        number: usize,
        sequence: &'a Sequence,
        by_force: bool,
    ) -> Self {
        let genes = sequence.genes.as_slice();
        let positions: Vec<u32> = (0..genes.len() as u32).collect();
        let hidden = || encoder.hidden(genes, &positions, &vec![true; genes.len()]);
        Self {
            encoder,
            number,
            genes,
            context: CellContext::new(encoder, genes),
            hidden: by_force.then(hidden),
        }
    }

    /// Bytes that a cell of so many genes takes.
    pub fn bytes(n_genes: usize, n_dims: usize) -> u64 {
        (n_genes * (2 * n_dims + 4) * size_of::<f64>()) as u64
    }

    /// Places of the genes in the sequence; none where one of them is not there.
    pub fn places(&self, genes: &[u32]) -> Option<Vec<usize>> {
        let place = |gene: &u32| self.genes.iter().position(|other| other == gene);
        genes.iter().map(place).collect()
    }

    /// The mean vector of all genes.
    pub fn mean(&self) -> Vec<f64> {
        self.context.mean_without(&[])
    }

    /// What the perturbation of these genes does; `None` where it cannot be made here.
    pub fn respond(&self, genes: &[u32], manner: Manner, with_means: bool) -> Option<Response> {
        let places = match manner.mode {
            SequenceMode::Overexpress => Vec::new(),
            _ => self.places(genes)?,
        };
        if self.genes.len() <= places.len() {
            return None;
        }
        if manner.mode == SequenceMode::RandomDelete {
            return self.respond_at_random(&places, manner, with_means);
        }
        Some(self.respond_at(genes, &places, manner, with_means))
    }

    /// Deletes a gene near each of the perturbed ones instead.
    fn respond_at_random(
        &self,
        places: &[usize],
        manner: Manner,
        with_means: bool,
    ) -> Option<Response> {
        let mut random = Random::of_piece(manner.seed, self.number as u64);
        let draws = null_sets(places, self.genes.len(), 2 * NULL_REACH);
        let others = draws.get(random.below(draws.len()))?;
        let genes: Vec<u32> = others.iter().map(|&place| self.genes[place]).collect();
        let mut response = self.respond_at(&genes, others, manner, with_means);
        for &place in places {
            response.effects[place] = f64::NAN;
        }
        Some(response)
    }

    fn respond_at(
        &self,
        genes: &[u32],
        places: &[usize],
        manner: Manner,
        with_means: bool,
    ) -> Response {
        let edit = Edit {
            mode: manner.mode,
            perturbed: genes,
            mask: MASK_TOKEN,
            n_special: [0, 0],
            max_length: manner.max_length,
        };
        let edited = edit.apply(self.genes);
        let mut ranks = vec![None; self.genes.len()];
        for &[before, after] in &edited.compared {
            ranks[before as usize] = Some(after);
        }
        let Some(hidden) = &self.hidden else {
            let (effects, after) = match (manner.mode, places, with_means) {
                (SequenceMode::Mask, ..) => self.context.mask_with_mean(self.encoder, places),
                (_, &[place], false) => {
                    let mut effects = Vec::with_capacity(self.genes.len());
                    self.context.hide_one(place, &mut effects);
                    (effects, Vec::new())
                }
                _ => self.context.hide_with_mean(places),
            };
            let means = with_means.then(|| [self.context.mean_without(places), after]);
            return Response {
                effects,
                ranks,
                means,
            };
        };
        let d = self.encoder.n_dims();
        let after = self
            .encoder
            .hidden(&edited.tokens, &edited.positions, &edited.is_seen);
        let mut effects = vec![f64::NAN; self.genes.len()];
        let mut means = [vec![0.0; d], vec![0.0; d]];
        let share = 1.0 / edited.compared.len() as f64;
        for &[was, is] in &edited.compared {
            let pair = [
                &hidden[was as usize * d..][..d],
                &after[is as usize * d..][..d],
            ];
            effects[was as usize] = one_minus_cosine(pair[0], pair[1]);
            for (mean, vector) in means.iter_mut().zip(pair) {
                for (mean, value) in mean.iter_mut().zip(vector) {
                    *mean += share * value;
                }
            }
        }
        Response {
            effects,
            ranks,
            means: with_means.then_some(means),
        }
    }

    /// What the same does to genes near the perturbed ones in rank, one response per draw.
    pub fn null_responses(
        &self,
        places: &[usize],
        manner: Manner,
        n_draws: usize,
        with_means: bool,
    ) -> Vec<Response> {
        let manner = match manner.mode {
            SequenceMode::RandomDelete => Manner {
                mode: SequenceMode::Delete,
                ..manner
            },
            _ => manner,
        };
        let respond = |others: Vec<usize>| {
            let genes: Vec<u32> = others.iter().map(|&place| self.genes[place]).collect();
            self.respond_at(&genes, &others, manner, with_means)
        };
        let sets = null_sets(places, self.genes.len(), n_draws);
        sets.into_iter().map(respond).collect()
    }

    /// 1 − cosine of the vector of the gene at `at`, when nobody sees that at `place` any more.
    pub fn effect_of_hidden(&self, at: usize, place: usize) -> f64 {
        self.context.effect_on(at, place)
    }

    /// The z score of an effect at `at`, beside those of hiding genes near `place`.
    pub fn z_of_hidden(&self, at: usize, place: usize, effect: f64, n_draws: usize) -> f64 {
        let sets = null_sets(&[place], self.genes.len(), n_draws);
        let others = sets.iter().flatten().filter(|&&other| other != at);
        z_score(
            effect,
            others.map(|&other| self.context.effect_on(at, other)),
        )
    }
}

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
