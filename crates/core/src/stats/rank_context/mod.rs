//! Embeddings of genes in the context of their cell, from the person's own data: what a language
//! model of cells does with a gene that is knocked out, in the smallest form that can be worked out
//! by hand.
//!
//! Every gene has a vector from how it varies over all cells ([`gene_embedding`]). In a cell, a gene's
//! vector and that of its position are added up and brought to length 1: `x`. One hop of attention
//! lets it look at all others: `h_i = x_i + Σ_j a_ij x_j`, `a_ij ∝ exp(x_i · x_j / τ)`, j ≠ i. What
//! `1 − cos(h_i, h_i')` says is how much gene i looked at what was knocked out: its neighborhood in
//! co-expression, inside this cell.
//!
//! How this works: without a gene at which nobody looks any more, the sums over all others change
//! by that gene's part alone, so all knock-outs of a cell follow from one pass ([`CellContext`]).
//! Where genes change their positions, everything is computed again ([`RankContext::hidden`]).

mod closed_form;
mod embedding;
#[cfg(test)]
mod tests;

use cuvette_kernels::{
    dense::{Real, View},
    turns::weigh,
    vectors::{dot, scale},
};

pub use closed_form::{CellContext, Hidden};
pub use embedding::{EmbeddingKind, MAX_PPMI_GENES, gene_embedding};

/// The token that stands for a hidden gene.
pub const MASK_TOKEN: u32 = u32::MAX;

/// Rows of attention worked on at once.
const TILE: usize = 64;

/// The weight-free encoder.
#[derive(Debug, Clone, PartialEq)]
pub struct RankContext {
    n_dims: usize,
    /// Genes × dimensions; every row of length 1, or 0 where the gene does not vary.
    genes: Vec<f64>,
    /// The mean of all genes: what a hidden gene looks like.
    mask: Vec<f64>,
    position_weight: f64,
    temperature: f64,
}

impl RankContext {
    /// An encoder of genes with these vectors, `n_dims` numbers for each. `position_weight` is the
    /// length of the vector of a position beside that of a gene, `temperature` divides the scores
    /// of attention.
    pub fn new(genes: Vec<f64>, n_dims: usize, position_weight: f64, temperature: f64) -> Self {
        let n_genes = genes.len() / n_dims.max(1);
        let mut mask = vec![0.0; n_dims];
        for gene in genes.chunks(n_dims.max(1)) {
            for (sum, value) in mask.iter_mut().zip(gene) {
                *sum += value / n_genes as f64;
            }
        }
        Self {
            n_dims,
            genes,
            mask,
            position_weight,
            temperature,
        }
    }

    /// Numbers in a vector.
    pub fn n_dims(&self) -> usize {
        self.n_dims
    }

    /// Number of genes.
    pub fn n_genes(&self) -> usize {
        self.genes.len() / self.n_dims
    }

    /// Whether positions matter at all.
    pub fn has_positions(&self) -> bool {
        self.position_weight != 0.0
    }

    /// The vector of a gene without context.
    pub fn gene(&self, gene: u32) -> &[f64] {
        &self.genes[gene as usize * self.n_dims..][..self.n_dims]
    }

    /// What goes in: the vector of each token at its position, of length 1.
    fn inputs(&self, tokens: &[u32], positions: &[u32]) -> Vec<f64> {
        let mut inputs = Vec::with_capacity(tokens.len() * self.n_dims);
        for (&token, &position) in tokens.iter().zip(positions) {
            self.push_input(token, position, &mut inputs);
        }
        inputs
    }

    fn push_input(&self, token: u32, position: u32, inputs: &mut Vec<f64>) {
        let start = inputs.len();
        inputs.extend_from_slice(match token {
            MASK_TOKEN => &self.mask,
            gene => self.gene(gene),
        });
        let input = &mut inputs[start..];
        if self.has_positions() {
            self.add_position(input, position);
        }
        let length = dot(input, input).sqrt();
        if length > 0.0 {
            scale(input, 1.0 / length);
        }
    }

    /// Sines and cosines of falling frequency (Vaswani et al. 2017, <https://arxiv.org/abs/1706.03762>),
    /// together of length `position_weight`.
    fn add_position(&self, input: &mut [f64], position: u32) {
        let n_dims = self.n_dims as f64;
        let length = self.position_weight / (n_dims / 2.0).sqrt();
        for (at, pair) in input.chunks_mut(2).enumerate() {
            let frequency = libm::pow(10_000.0, -2.0 * at as f64 / n_dims);
            let (sine, cosine) = libm::sincos(f64::from(position) * frequency);
            for (value, wave) in pair.iter_mut().zip([sine, cosine]) {
                *value += length * wave;
            }
        }
    }

    /// The vectors in context, tokens × dimensions: everything computed as it is written.
    ///
    /// A token that sees no other keeps its own vector.
    pub fn hidden(&self, tokens: &[u32], positions: &[u32], is_seen: &[bool]) -> Vec<f64> {
        let inputs = self.inputs(tokens, positions);
        let (mut hidden, _) = self.attend(&inputs, is_seen);
        for (value, input) in hidden.iter_mut().zip(&inputs) {
            *value += input;
        }
        hidden
    }

    /// What each token sees, tokens × dimensions, and the sum of its weights.
    fn attend(&self, inputs: &[f64], is_seen: &[bool]) -> (Vec<f64>, Vec<f64>) {
        let (d, n) = (self.n_dims, is_seen.len());
        let all = View::new(inputs, d);
        let mut contexts = vec![0.0; n * d];
        let mut totals = Vec::with_capacity(n);
        let mut weights = Vec::new();
        for (tile, contexts) in contexts.chunks_mut(TILE * d).enumerate() {
            let first = tile * TILE;
            let n_rows = contexts.len() / d;
            let rows = View::new(&inputs[first * d..(first + n_rows) * d], d);
            weights.clear();
            weights.resize(n_rows * n, 0.0);
            f64::add_product(rows, all.transposed(), &mut weights);
            for (at, row) in weights.chunks_mut(n).enumerate() {
                for (score, is_seen) in row.iter_mut().zip(is_seen) {
                    if !is_seen {
                        *score = f64::NEG_INFINITY;
                    }
                }
                row[first + at] = f64::NEG_INFINITY;
                totals.push(weigh(row, 1.0 / self.temperature));
            }
            f64::add_product(View::new(&weights, n), all, contexts);
            for (context, &total) in contexts.chunks_mut(d).zip(&totals[first..]) {
                if total > 0.0 {
                    scale(context, 1.0 / total);
                }
            }
        }
        (contexts, totals)
    }
}

/// 1 − cosine of two vectors, in full precision where they are nearly the same; 0 where one of them
/// has no length.
pub fn one_minus_cosine(x: &[f64], y: &[f64]) -> f64 {
    let (xx, yy) = (dot(x, x), dot(y, y));
    if xx == 0.0 || yy == 0.0 {
        return 0.0;
    }
    let (x_share, y_share) = (1.0 / xx.sqrt(), 1.0 / yy.sqrt());
    let squares = x.iter().zip(y).map(|(x, y)| {
        let difference = x * x_share - y * y_share;
        difference * difference
    });
    squares.sum::<f64>() / 2.0
}
