//! All knock-outs of a cell from one pass.

use cuvette_kernels::{
    dense::{Real, View},
    turns::{Vectors, steps_without, turn_without},
    vectors::{add_scaled, dot, scale},
};

use super::{MASK_TOKEN, RankContext, one_minus_cosine};

/// Where less of the weights than this share is left, they are added up anew: the difference has
/// lost too many digits.
const LEAST_LEFT: f64 = 1e-4;

/// A cell with what every gene sees in it.
#[derive(Debug, Clone, PartialEq)]
pub struct CellContext {
    n_dims: usize,
    /// Scores are multiplied by it: one over the temperature.
    factor: f64,
    genes: Seeing,
    /// x·x, which is 1 but for genes that do not vary.
    squares: Vec<f64>,
}

/// Some genes of a cell, each with what it sees. With x what goes in, c what is seen and h = x + c:
#[derive(Debug, Clone, Default, PartialEq)]
struct Seeing {
    /// Genes × dimensions: x, of length 1.
    inputs: Vec<f64>,
    /// Genes × dimensions: c.
    contexts: Vec<f64>,
    /// Sum of the weights of all that each sees.
    totals: Vec<f64>,
    /// h·h.
    hh: Vec<f64>,
    /// h·c.
    hc: Vec<f64>,
    /// c·c.
    cc: Vec<f64>,
}

/// What hiding genes one by one does.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hidden {
    /// Hidden × looked at: 1 − cosine of the vector with and without; NaN of a gene with itself.
    pub effects: Vec<f64>,
    /// For each hidden one, where asked for: the mean vector of all other genes before and after.
    pub means: Vec<[Vec<f64>; 2]>,
}

/// A vector that comes in (sign 1) or goes (−1).
struct Change<'a> {
    vector: &'a [f64],
    sign: f64,
}

impl Seeing {
    /// Some of the genes.
    fn select(&self, places: &[usize], n_dims: usize) -> Self {
        let vectors = |all: &[f64]| {
            let mut some = Vec::with_capacity(places.len() * n_dims);
            for &place in places {
                some.extend_from_slice(&all[place * n_dims..][..n_dims]);
            }
            some
        };
        let numbers = |all: &[f64]| places.iter().map(|&place| all[place]).collect();
        Self {
            inputs: vectors(&self.inputs),
            contexts: vectors(&self.contexts),
            totals: numbers(&self.totals),
            hh: numbers(&self.hh),
            hc: numbers(&self.hc),
            cc: numbers(&self.cc),
        }
    }
}

impl CellContext {
    /// Works out what each gene of a sequence sees; genes stand at positions from 0 up.
    pub fn new(encoder: &RankContext, genes: &[u32]) -> Self {
        let positions: Vec<u32> = (0..genes.len() as u32).collect();
        let inputs = encoder.inputs(genes, &positions);
        let (contexts, totals) = encoder.attend(&inputs, &vec![true; genes.len()]);
        let d = encoder.n_dims;
        let mut seeing = Seeing::default();
        for (x, c) in inputs.chunks(d).zip(contexts.chunks(d)) {
            let (xx, xc, cc) = (dot(x, x), dot(x, c), dot(c, c));
            seeing.hh.push(xx + 2.0 * xc + cc);
            seeing.hc.push(xc + cc);
            seeing.cc.push(cc);
        }
        let square = |input: &[f64]| dot(input, input);
        Self {
            n_dims: d,
            factor: 1.0 / encoder.temperature,
            squares: inputs.chunks(d).map(square).collect(),
            genes: Seeing {
                inputs,
                contexts,
                totals,
                ..seeing
            },
        }
    }

    /// Number of genes.
    pub fn len(&self) -> usize {
        self.squares.len()
    }

    /// True without genes.
    pub fn is_empty(&self) -> bool {
        self.squares.is_empty()
    }

    /// The vector that goes in for the gene at that place.
    fn input(&self, at: usize) -> &[f64] {
        &self.genes.inputs[at * self.n_dims..][..self.n_dims]
    }

    fn context(&self, at: usize) -> &[f64] {
        &self.genes.contexts[at * self.n_dims..][..self.n_dims]
    }

    /// Sum of the vectors in context of all genes but those at `without`.
    fn sum_without(&self, without: &[usize]) -> Vec<f64> {
        let mut sum = vec![0.0; self.n_dims];
        for at in (0..self.len()).filter(|at| !without.contains(at)) {
            add_scaled(&mut sum, 1.0, self.input(at));
            add_scaled(&mut sum, 1.0, self.context(at));
        }
        sum
    }

    /// The mean vector in context over all genes but those at `without`: what a cell is.
    pub fn mean_without(&self, without: &[usize]) -> Vec<f64> {
        let mut mean = self.sum_without(without);
        let n = (self.len() - without.len()) as f64;
        for sum in &mut mean {
            *sum /= n;
        }
        mean
    }

    /// Hides each of the genes at `places` by itself, so that nobody sees it any more.
    pub fn hide_each(&self, places: &[usize], with_means: bool) -> Hidden {
        let (x_dot_g, effects) = self.turned(&self.genes, places, None);
        let means = if with_means {
            self.means_of_each(places, &x_dot_g)
        } else {
            Vec::new()
        };
        Hidden { effects, means }
    }

    /// As [`Hidden::effects`] of the genes at `looked_at` alone.
    pub fn hide_each_from(&self, places: &[usize], looked_at: &[usize]) -> Vec<f64> {
        let some = self.genes.select(looked_at, self.n_dims);
        self.turned(&some, places, Some(looked_at)).1
    }

    /// The products of what goes in with that of the hidden ones, and the effects of each, on the
    /// genes at the places `looked_at`, or on all.
    fn turned(
        &self,
        genes: &Seeing,
        places: &[usize],
        looked_at: Option<&[usize]>,
    ) -> (Vec<f64>, Vec<f64>) {
        let (d, n) = (self.n_dims, genes.totals.len());
        let mut hidden = Vec::with_capacity(places.len() * d);
        for &place in places {
            hidden.extend_from_slice(self.input(place));
        }
        let product = |vectors: &[f64]| {
            let mut products = vec![0.0; places.len() * n];
            let vectors = View::new(vectors, d).transposed();
            f64::add_product(View::new(&hidden, d), vectors, &mut products);
            products
        };
        let (x_dot_g, c_dot_g) = (product(&genes.inputs), product(&genes.contexts));
        let known = Vectors {
            totals: &genes.totals,
            hh: &genes.hh,
            hc: &genes.hc,
            cc: &genes.cc,
        };
        let mut effects = vec![0.0; places.len() * n];
        for (row, &gone) in places.iter().enumerate() {
            let range = row * n..(row + 1) * n;
            let effects = &mut effects[range.clone()];
            let products = [&x_dot_g[range.clone()], &c_dot_g[range]];
            let square = self.squares[gone];
            let mut n_unknown = turn_without(&known, products, square, self.factor, effects);
            let own = match looked_at {
                None => Some(gone),
                Some(places) => places.iter().position(|&place| place == gone),
            };
            if let Some(own) = own {
                n_unknown -= usize::from(effects[own].is_nan());
                effects[own] = f64::NAN;
            }
            for at in 0..n {
                if n_unknown == 0 {
                    break;
                }
                if effects[at].is_nan() && own != Some(at) {
                    let place = looked_at.map_or(at, |places| places[at]);
                    let seen = self.seen_anew(place, &[gone], &[]);
                    effects[at] = self.effect_anew(place, &seen);
                    n_unknown -= 1;
                }
            }
        }
        (x_dot_g, effects)
    }

    /// For each of the hidden ones the mean vector of all others, before and after.
    fn means_of_each(&self, places: &[usize], x_dot_g: &[f64]) -> Vec<[Vec<f64>; 2]> {
        let (d, n) = (self.n_dims, self.len());
        // By how much of c − g each context changes.
        let mut steps = vec![0.0; places.len() * n];
        let mut sums = vec![0.0; places.len() * d];
        for (row, &gone) in places.iter().enumerate() {
            let range = row * n..(row + 1) * n;
            let steps = &mut steps[range.clone()];
            steps_without(&self.genes.totals, &x_dot_g[range], self.factor, steps);
            steps[gone] = 0.0;
            let sum = &mut sums[row * d..][..d];
            for (at, step) in steps.iter_mut().enumerate() {
                if step.is_nan() {
                    *step = 0.0;
                    add_scaled(sum, 1.0, &self.seen_anew(at, &[gone], &[]));
                    add_scaled(sum, -1.0, self.context(at));
                }
            }
            add_scaled(sum, -steps.iter().sum::<f64>(), self.input(gone));
        }
        let contexts = View::new(&self.genes.contexts, d);
        f64::add_product(View::new(&steps, n), contexts, &mut sums);
        let all = self.sum_without(&[]);
        let means = places.iter().zip(sums.chunks(d)).map(|(&gone, change)| {
            let mut before = all.clone();
            add_scaled(&mut before, -1.0, self.input(gone));
            add_scaled(&mut before, -1.0, self.context(gone));
            let mut after = before.clone();
            add_scaled(&mut after, 1.0, change);
            let n = (n - 1) as f64;
            [before, after].map(|sum| sum.iter().map(|sum| sum / n).collect())
        });
        means.collect()
    }

    /// What the gene at `at` sees without those at `places` and with the vectors that come, added up
    /// one by one; 0 where nothing is left.
    fn seen_anew(&self, at: usize, places: &[usize], comes: &[f64]) -> Vec<f64> {
        let mut sum = vec![0.0; self.n_dims];
        let mut total = 0.0;
        let stays = (0..self.len()).filter(|other| *other != at && !places.contains(other));
        let stays = stays.map(|other| self.input(other));
        for vector in stays.chain(comes.chunks(self.n_dims.max(1))) {
            let weight = libm::exp(dot(self.input(at), vector) * self.factor);
            total += weight;
            add_scaled(&mut sum, weight, vector);
        }
        if total > 0.0 {
            scale(&mut sum, 1.0 / total);
        }
        sum
    }

    /// 1 − cosine of the vector of the gene at `at` with what it saw and with what it sees.
    fn effect_anew(&self, at: usize, seen: &[f64]) -> f64 {
        let with = |seen: &[f64]| -> Vec<f64> {
            let both = self.input(at).iter().zip(seen);
            both.map(|(x, c)| x + c).collect()
        };
        one_minus_cosine(&with(self.context(at)), &with(seen))
    }

    /// 1 − cosine of every gene's vector with and without the genes at `places`, which nobody sees
    /// any more, NaN at those places; and the mean vector of all other genes afterwards.
    pub fn hide_with_mean(&self, places: &[usize]) -> (Vec<f64>, Vec<f64>) {
        self.effects(places, &[])
    }

    /// As [`CellContext::hide_with_mean`], with a masked gene in place of each.
    pub fn mask_with_mean(&self, encoder: &RankContext, places: &[usize]) -> (Vec<f64>, Vec<f64>) {
        let mut masks = Vec::new();
        for &place in places {
            encoder.push_input(MASK_TOKEN, place as u32, &mut masks);
        }
        self.effects(places, &masks)
    }

    /// With S the weighted sum of what is seen and Z the sum of weights, S / Z becomes
    /// (S ± w y) / (Z ± w): a step of ± w (y − S / Z) / (Z ± w).
    fn effects(&self, places: &[usize], comes: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let goes = places.iter().map(|&place| Change {
            vector: self.input(place),
            sign: -1.0,
        });
        let come = comes.chunks(self.n_dims.max(1));
        let come = come.map(|vector| Change { vector, sign: 1.0 });
        let changes: Vec<Change> = goes.chain(come).collect();
        let mut sum = vec![0.0; self.n_dims];
        let mut step = vec![0.0; self.n_dims];
        let mut effects = Vec::with_capacity(self.len());
        for at in 0..self.len() {
            if places.contains(&at) {
                effects.push(f64::NAN);
                continue;
            }
            let (input, context) = (self.input(at), self.context(at));
            step.fill(0.0);
            let before = self.genes.totals[at];
            let mut total = before;
            for change in &changes {
                let score = dot(input, change.vector) * self.factor;
                let weight = change.sign * libm::exp(score);
                total += weight;
                add_scaled(&mut step, weight, change.vector);
                add_scaled(&mut step, -weight, context);
            }
            add_scaled(&mut sum, 1.0, input);
            if total > LEAST_LEFT * before {
                scale(&mut step, 1.0 / total);
                let along = dot(input, &step) + dot(context, &step);
                let hh = self.genes.hh[at];
                effects.push(one_minus_cosine_after(hh, along, dot(&step, &step)));
                add_scaled(&mut sum, 1.0, context);
                add_scaled(&mut sum, 1.0, &step);
            } else {
                let seen = self.seen_anew(at, places, comes);
                effects.push(self.effect_anew(at, &seen));
                add_scaled(&mut sum, 1.0, &seen);
            }
        }
        let n = (self.len() - places.len()) as f64;
        (effects, sum.iter().map(|sum| sum / n).collect())
    }
}

/// 1 − cosine of h and h + δ, from h·h, h·δ and δ·δ: the square of the sine over 1 + cosine, which
/// keeps its digits where δ is small.
fn one_minus_cosine_after(hh: f64, along: f64, square: f64) -> f64 {
    let after = hh + 2.0 * along + square;
    if hh <= 0.0 || after <= 0.0 {
        return 0.0;
    }
    let cosine = (hh + along) / (hh * after).sqrt();
    if cosine > 0.0 {
        let sine_square = (hh * square - along * along).max(0.0) / (hh * after);
        sine_square / (1.0 + cosine)
    } else {
        1.0 - cosine
    }
}
