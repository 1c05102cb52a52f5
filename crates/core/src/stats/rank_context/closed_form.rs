//! All knock-outs of a cell from one pass.

use cuvette_kernels::vectors::{add_scaled, dot};

use super::{MASK_TOKEN, RankContext};

/// A cell with what every gene sees in it.
#[derive(Debug, Clone, PartialEq)]
pub struct CellContext {
    n_dims: usize,
    temperature: f64,
    /// Genes × dimensions: the vectors that go in, of length 1.
    inputs: Vec<f64>,
    /// Genes × dimensions: what each sees.
    contexts: Vec<f64>,
    /// Sum of the weights of all that each sees.
    totals: Vec<f64>,
    /// With x what goes in, c what is seen and h = x + c: h·h, h·c and c·c.
    products: Vec<[f64; 3]>,
    /// x·x, which is 1 but for genes that do not vary.
    squares: Vec<f64>,
}

/// A vector that comes in (sign 1) or goes (−1).
struct Change<'a> {
    vector: &'a [f64],
    sign: f64,
}

impl CellContext {
    /// Works out what each gene of a sequence sees; genes stand at positions from 0 up.
    pub fn new(encoder: &RankContext, genes: &[u32]) -> Self {
        let positions: Vec<u32> = (0..genes.len() as u32).collect();
        let inputs = encoder.inputs(genes, &positions);
        let (contexts, totals) = encoder.attend(&inputs, &vec![true; genes.len()]);
        let d = encoder.n_dims;
        let products = (0..genes.len()).map(|at| {
            let (x, c) = (&inputs[at * d..][..d], &contexts[at * d..][..d]);
            let (xx, xc, cc) = (dot(x, x), dot(x, c), dot(c, c));
            [xx + 2.0 * xc + cc, xc + cc, cc]
        });
        let square = |input: &[f64]| dot(input, input);
        Self {
            products: products.collect(),
            squares: inputs.chunks(d).map(square).collect(),
            n_dims: d,
            temperature: encoder.temperature,
            inputs,
            contexts,
            totals,
        }
    }

    /// Number of genes.
    pub fn len(&self) -> usize {
        self.totals.len()
    }

    /// True without genes.
    pub fn is_empty(&self) -> bool {
        self.totals.is_empty()
    }

    /// The vector that goes in for the gene at that place.
    fn input(&self, at: usize) -> &[f64] {
        &self.inputs[at * self.n_dims..][..self.n_dims]
    }

    fn context(&self, at: usize) -> &[f64] {
        &self.contexts[at * self.n_dims..][..self.n_dims]
    }

    /// The mean vector in context over all genes but those at `without`: what a cell is.
    pub fn mean_without(&self, without: &[usize]) -> Vec<f64> {
        let mut sum = vec![0.0; self.n_dims];
        let kept = (0..self.len()).filter(|at| !without.contains(at));
        let mut n = 0;
        for at in kept {
            add_scaled(&mut sum, 1.0, self.input(at));
            add_scaled(&mut sum, 1.0, self.context(at));
            n += 1;
        }
        sum.iter().map(|sum| sum / f64::from(n)).collect()
    }

    /// 1 − cosine of every gene's vector with and without the gene at `place`, which nobody sees
    /// any more; NaN at that place.
    ///
    /// As [`CellContext::hide`] of one gene, in a third of the time.
    pub fn hide_one(&self, place: usize, effects: &mut Vec<f64>) {
        effects.clear();
        effects.extend((0..self.len()).map(|at| self.effect_on(at, place)));
        effects[place] = f64::NAN;
    }

    /// 1 − cosine of the vector of the gene at `at` with and without the gene at `gone`.
    pub fn effect_on(&self, at: usize, gone: usize) -> f64 {
        let gone_input = self.input(gone);
        let x_gone = dot(self.input(at), gone_input);
        let c_gone = dot(self.context(at), gone_input);
        let [hh, hc, cc] = self.products[at];
        let (along, square) = if self.len() == 2 {
            // Nothing is left to see: the context goes to 0.
            (-hc, cc)
        } else {
            let weight = libm::exp(x_gone / self.temperature);
            let share = weight / (self.totals[at] - weight);
            let along = share * (hc - x_gone - c_gone);
            (
                along,
                share * share * (cc - 2.0 * c_gone + self.squares[gone]),
            )
        };
        one_minus_cosine_after(hh, along, square)
    }

    /// 1 − cosine of every gene's vector with and without the genes at `places`, which nobody sees
    /// any more; NaN at those places.
    pub fn hide(&self, places: &[usize]) -> Vec<f64> {
        let changes: Vec<Change> = places.iter().map(|&place| self.goes(place)).collect();
        self.effects(&changes, places).0
    }

    /// As [`CellContext::hide`], and the mean vector of all other genes afterwards.
    pub fn hide_with_mean(&self, places: &[usize]) -> (Vec<f64>, Vec<f64>) {
        let changes: Vec<Change> = places.iter().map(|&place| self.goes(place)).collect();
        self.effects(&changes, places)
    }

    /// As [`CellContext::hide_with_mean`], with a masked gene in place of each.
    pub fn mask_with_mean(&self, encoder: &RankContext, places: &[usize]) -> (Vec<f64>, Vec<f64>) {
        let mut masks = Vec::new();
        for &place in places {
            encoder.push_input(MASK_TOKEN, place as u32, &mut masks);
        }
        let comes = masks.chunks(self.n_dims.max(1));
        let comes = comes.map(|vector| Change { vector, sign: 1.0 });
        let goes = places.iter().map(|&place| self.goes(place));
        self.effects(&goes.chain(comes).collect::<Vec<_>>(), places)
    }

    fn goes(&self, place: usize) -> Change<'_> {
        Change {
            vector: self.input(place),
            sign: -1.0,
        }
    }

    /// With S the weighted sum of what is seen and Z the sum of weights, S / Z becomes
    /// (S ± w y) / (Z ± w): a step of ± w (y − S / Z) / (Z ± w).
    fn effects(&self, changes: &[Change], places: &[usize]) -> (Vec<f64>, Vec<f64>) {
        let n_left = changes
            .iter()
            .fold(self.len() as f64, |n, change| n + change.sign);
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
            let mut total = self.totals[at];
            for change in changes {
                let score = dot(input, change.vector) / self.temperature;
                let weight = change.sign * libm::exp(score);
                total += weight;
                add_scaled(&mut step, weight, change.vector);
                add_scaled(&mut step, -weight, context);
            }
            let share = 1.0 / total;
            for (step, context) in step.iter_mut().zip(context) {
                // Nothing is left to see but the gene itself.
                *step = if n_left <= 1.0 {
                    -context
                } else {
                    *step * share
                };
            }
            let along = dot(input, &step) + dot(context, &step);
            let hh = self.products[at][0];
            effects.push(one_minus_cosine_after(hh, along, dot(&step, &step)));
            add_scaled(&mut sum, 1.0, input);
            add_scaled(&mut sum, 1.0, context);
            add_scaled(&mut sum, 1.0, &step);
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
