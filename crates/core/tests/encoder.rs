//! What a deletion does to a model of the shape of Geneformer's first version with random weights:
//! its users see a step at the rank of the deleted gene, and so must we.
//!
//! The weights are normal with standard deviation 0.02, the table of positions is smooth. The jump
//! is that of a line fitted to the logarithm of 1 − cosine on either side.

use std::sync::Arc;

use cuvette_core::{
    checkpoint::{Activation, Checkpoint, CheckpointConfig, Tensor, TensorValues},
    context::quietly,
    stats::encoder::Encoder,
};

const CONFIG: CheckpointConfig = CheckpointConfig {
    hidden_size: 256,
    n_layers: 6,
    n_heads: 4,
    intermediate_size: 512,
    n_positions: 2048,
    // Of 25,426 as many as are used.
    vocab_size: 2050,
    layer_norm_eps: 1e-12,
    activation: Activation::Relu,
    type_vocab_size: 2,
};

const MASK_TOKEN: u32 = 1;

/// Normal numbers (Box and Muller) from `SplitMix64`.
struct Normals(u64);

impl Normals {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn tensor(&mut self, shape: &[usize]) -> Tensor {
        let n = shape.iter().product();
        let values = (0..n).map(|_| {
            let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
            (0.02 * radius * (std::f64::consts::TAU * self.uniform()).cos()) as f32
        });
        tensor(shape, values.collect())
    }
}

fn tensor(shape: &[usize], values: Vec<f32>) -> Tensor {
    Tensor {
        shape: shape.to_vec(),
        values: TensorValues::F32(Arc::new(values)),
    }
}

/// Positions in which the fastest wave turns by one radian: neighbors are alike, as those of a table
/// that was learned.
const SHORTEST_WAVE: f64 = 450.0;

/// Sines and cosines of waves up to four times as long, as tall as the words.
fn smooth_positions() -> Tensor {
    let d = CONFIG.hidden_size;
    let cell = |at: usize| {
        let (position, column) = (at / d, at % d);
        let wave = SHORTEST_WAVE * 4.0_f64.powf((column / 2 * 2) as f64 / d as f64);
        let angle = position as f64 / wave;
        let height = if column % 2 == 0 {
            angle.sin()
        } else {
            angle.cos()
        };
        (0.02 * height) as f32
    };
    let n = CONFIG.n_positions * d;
    tensor(&[CONFIG.n_positions, d], (0..n).map(cell).collect())
}

fn random_model() -> Encoder {
    let mut normals = Normals(1);
    let (d, f) = (CONFIG.hidden_size, CONFIG.intermediate_size);
    let mut checkpoint = Checkpoint::default();
    let mut add = |name: String, tensor: Tensor| checkpoint.tensors.insert(name, tensor);
    let mut norms = vec!["embeddings.LayerNorm".to_owned()];
    let words = normals.tensor(&[CONFIG.vocab_size, d]);
    add("embeddings.word_embeddings.weight".into(), words);
    add(
        "embeddings.position_embeddings.weight".into(),
        smooth_positions(),
    );
    let types = normals.tensor(&[2, d]);
    add("embeddings.token_type_embeddings.weight".into(), types);
    for layer in 0..CONFIG.n_layers {
        for (part, n_out, n_in) in [
            ("attention.self.query", d, d),
            ("attention.self.key", d, d),
            ("attention.self.value", d, d),
            ("attention.output.dense", d, d),
            ("intermediate.dense", f, d),
            ("output.dense", d, f),
        ] {
            let name = format!("encoder.layer.{layer}.{part}");
            add(format!("{name}.weight"), normals.tensor(&[n_out, n_in]));
            add(format!("{name}.bias"), tensor(&[n_out], vec![0.0; n_out]));
        }
        for part in ["attention.output", "output"] {
            norms.push(format!("encoder.layer.{layer}.{part}.LayerNorm"));
        }
    }
    for name in norms {
        add(format!("{name}.weight"), tensor(&[d], vec![1.0; d]));
        add(format!("{name}.bias"), tensor(&[d], vec![0.0; d]));
    }
    Encoder::new(&checkpoint, &CONFIG).expect("an encoder")
}

/// ½ ‖x/‖x‖ − y/‖y‖‖², which is 1 − cosine without its rounding to 1.
fn change(x: &[f32], y: &[f32]) -> f64 {
    let length = |x: &[f32]| {
        let squares = x.iter().map(|&x| f64::from(x).powi(2));
        squares.sum::<f64>().sqrt()
    };
    let (x_length, y_length) = (length(x), length(y));
    let differences = x
        .iter()
        .zip(y)
        .map(|(&x, &y)| f64::from(x) / x_length - f64::from(y) / y_length);
    differences
        .map(|difference| difference.powi(2))
        .sum::<f64>()
        / 2.0
}

/// Height of the fitted line at rank `p`, its standard error squared, by the points beside it.
fn line_at(p: f64, points: &[(f64, f64)]) -> (f64, f64) {
    let n = points.len() as f64;
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
    let (x_mean, y_mean) = (mean(&|point| point.0), mean(&|point| point.1));
    let slope = mean(&|(x, y)| (x - x_mean) * (y - y_mean)) / mean(&|(x, _)| (x - x_mean).powi(2));
    let line = |x: f64| y_mean + slope * (x - x_mean);
    let variance = mean(&|&(x, y)| (y - line(x)).powi(2)) * n / (n - 2.0);
    (line(p), 4.0 * variance / n)
}

struct Step {
    /// Of the medians behind and before the rank.
    ratio: f64,
    /// Probability that one behind is larger than one before.
    auc: f64,
    /// Of the jump, by its standard error.
    t: f64,
}

/// What changed at the tokens other than `p`, by their rank before.
fn step(changes: &[(usize, f64)], p: usize) -> Step {
    let side = |is_behind: bool| -> Vec<f64> {
        let own = changes.iter().filter(|(at, _)| (*at > p) == is_behind);
        let mut own: Vec<f64> = own.map(|(_, change)| *change).collect();
        own.sort_by(f64::total_cmp);
        own
    };
    let (before, behind) = (side(false), side(true));
    let n_below: usize = behind
        .iter()
        .map(|x| before.partition_point(|y| y < x))
        .sum();
    let near = |is_behind: bool| -> Vec<(f64, f64)> {
        let own = changes
            .iter()
            .filter(|(at, _)| (*at > p) == is_behind && at.abs_diff(p) <= 200);
        own.map(|&(at, change)| (at as f64, (change + 1e-12).ln()))
            .collect()
    };
    let [(left, left_error), (right, right_error)] =
        [near(false), near(true)].map(|points| line_at(p as f64, &points));
    Step {
        ratio: behind[behind.len() / 2] / before[before.len() / 2],
        auc: n_below as f64 / (before.len() * behind.len()) as f64,
        t: (right - left) / (left_error + right_error).sqrt(),
    }
}

#[test]
fn deleting_moves_all_later_genes_and_masking_does_not() {
    const N: usize = 2048;
    const P: usize = 1000;
    let encoder = random_model();
    let d = CONFIG.hidden_size;
    let tokens: Vec<u32> = (0..N as u32).map(|at| 2 + at * 1021 % 2048).collect();
    let positions: Vec<u32> = (0..N as u32).collect();
    let seen = vec![true; N];
    let hidden = |tokens: &[u32], seen: &[bool]| {
        let positions = &positions[..tokens.len()];
        quietly(|context| encoder.hidden(tokens, positions, seen, -1, context)).expect("states")
    };
    let before = hidden(&tokens, &seen);
    let others: Vec<usize> = (0..N).filter(|&at| at != P).collect();
    let changes = |after: &[f32], is_shorter: bool| -> Vec<(usize, f64)> {
        let of_token = |(rank, &at): (usize, &usize)| {
            let now = if is_shorter { rank } else { at };
            let change = change(
                &before[at * d..(at + 1) * d],
                &after[now * d..(now + 1) * d],
            );
            (at, change)
        };
        others.iter().enumerate().map(of_token).collect()
    };

    let mut shorter = tokens.clone();
    shorter.remove(P);
    let deleted = step(&changes(&hidden(&shorter, &seen[1..]), true), P);
    println!(
        "delete: × {:.1}, AUC {:.4}, t {:.1}",
        deleted.ratio, deleted.auc, deleted.t
    );
    assert!(
        (10.0..100.0).contains(&deleted.ratio),
        "× {}",
        deleted.ratio
    );
    assert!(deleted.auc > 0.9995, "AUC {}", deleted.auc);
    assert!(deleted.t > 3.0, "t {}", deleted.t);

    let mut masked = tokens.clone();
    masked[P] = MASK_TOKEN;
    let mut unseen = seen.clone();
    unseen[P] = false;
    for (mode, after) in [
        ("mask", hidden(&masked, &seen)),
        ("attention_mask", hidden(&tokens, &unseen)),
    ] {
        let found = step(&changes(&after, false), P);
        println!(
            "{mode}: × {:.2}, AUC {:.3}, t {:.2}",
            found.ratio, found.auc, found.t
        );
        assert!(
            (0.8..1.25).contains(&found.ratio),
            "{mode}: × {}",
            found.ratio
        );
        assert!(found.t.abs() < 3.0, "{mode}: t {}", found.t);
    }
}
