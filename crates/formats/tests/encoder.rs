//! The encoder on a tiny checkpoint, against NumPy (`tests/golden/encoder`), and what must hold of
//! any model.

mod common;

use std::sync::{Arc, atomic::AtomicBool};

use common::root;
use cuvette_core::{
    AnalysisError, Context,
    analyses::Data,
    checkpoint::{Activation, Checkpoint, CheckpointConfig, TensorValues},
    context::quietly,
    stats::encoder::Encoder,
};
use cuvette_formats::ImportOptions;
use serde_json::Value;

fn bytes_of(file: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/golden/encoder").join(file))
        .unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn data(file: &str) -> Data {
    let options = ImportOptions::default();
    let imported = common::import(file, &bytes_of(file), &options);
    imported
        .unwrap_or_else(|error| panic!("{file}: {error}"))
        .data
}

fn weights(file: &str) -> Checkpoint {
    match data(file) {
        Data::Checkpoint(weights) => weights.as_ref().clone(),
        other => panic!("no weights but {other:?}"),
    }
}

fn config() -> CheckpointConfig {
    match data("config.json") {
        Data::CheckpointConfig(config) => config.as_ref().clone(),
        other => panic!("no sizes but {other:?}"),
    }
}

fn encoder(file: &str) -> Encoder {
    Encoder::new(&weights(file), &config()).expect("an encoder")
}

/// Tokens, positions and keys.
#[derive(Clone)]
struct Sequence {
    tokens: Vec<u32>,
    positions: Vec<u32>,
    seen: Vec<bool>,
}

impl Sequence {
    fn of(case: &Value) -> Self {
        let numbers = |field: &str| -> Vec<u32> {
            serde_json::from_value(case[field].clone()).expect("numbers")
        };
        Self {
            tokens: numbers("tokens"),
            positions: numbers("positions"),
            seen: serde_json::from_value(case["seen"].clone()).expect("keys"),
        }
    }

    /// A sequence of that length: tokens by a fixed rule, positions in order, all keys seen.
    fn plain(n: u32, vocabulary: u32) -> Self {
        Self {
            tokens: (0..n).map(|at| 2 + at * 7919 % (vocabulary - 2)).collect(),
            positions: (0..n).collect(),
            seen: vec![true; n as usize],
        }
    }

    /// Without the token at that place; the others stay where they are.
    fn with_gap(&self, at: usize) -> Self {
        let mut left = self.clone();
        left.tokens.remove(at);
        left.positions.remove(at);
        left.seen.remove(at);
        left
    }

    fn unseen(&self, at: usize) -> Self {
        let mut masked = self.clone();
        masked.seen[at] = false;
        masked
    }

    fn hidden(&self, encoder: &Encoder, layer: i32) -> Vec<f32> {
        let hidden = quietly(|context| {
            encoder.hidden(&self.tokens, &self.positions, &self.seen, layer, context)
        });
        hidden.expect("hidden states")
    }
}

#[test]
fn hidden_states_are_those_of_numpy() {
    let golden: Value = serde_json::from_slice(&bytes_of("hidden_states.json")).expect("JSON");
    let tolerance = golden["tolerance"]["abs"].as_f64().expect("a number");
    let cases = golden["values"].as_array().expect("cases");
    assert_eq!(cases.len(), 11);
    for case in cases {
        let name = case["case"].as_str().expect("a name");
        let mut config = config();
        if case["activation"] == "gelu" {
            config.activation = Activation::Gelu;
        }
        let weights = weights(case["file"].as_str().expect("a file"));
        let encoder = Encoder::new(&weights, &config).expect("an encoder");
        let sequence = Sequence::of(case);
        let first = case["first_layer"].as_i64().expect("a number") as i32;
        let step = case["rows"].as_u64().unwrap_or(1) as usize;
        let states: Vec<Vec<f64>> = serde_json::from_value(case["states"].clone()).expect("states");
        for (at, expected) in states.iter().enumerate() {
            let layer = first + at as i32 - config.n_layers as i32;
            let found = sequence.hidden(&encoder, layer);
            let rows = found.chunks(config.hidden_size).step_by(step);
            let found: Vec<f32> = rows.flatten().copied().collect();
            assert_eq!(found.len(), expected.len(), "{name}, layer {layer}");
            let largest = found
                .iter()
                .zip(expected)
                .map(|(found, expected)| (f64::from(*found) - expected).abs())
                .fold(0.0, f64::max);
            assert!(largest <= tolerance, "{name}, layer {layer}: {largest:e}");
        }
    }
}

/// 1 − cosine of each row, in double precision.
fn changes(before: &[f32], after: &[f32], size: usize) -> Vec<f64> {
    let of_rows = |(x, y): (&[f32], &[f32])| {
        let length = |x: &[f32]| {
            let squares = x.iter().map(|&x| f64::from(x).powi(2));
            squares.sum::<f64>().sqrt()
        };
        let (x_length, y_length) = (length(x), length(y));
        let squares = x
            .iter()
            .zip(y)
            .map(|(&x, &y)| (f64::from(x) / x_length - f64::from(y) / y_length).powi(2));
        squares.sum::<f64>() / 2.0
    };
    before
        .chunks(size)
        .zip(after.chunks(size))
        .map(of_rows)
        .collect()
}

fn without_row(rows: &[f32], at: usize, size: usize) -> Vec<f32> {
    let mut rows = rows.to_vec();
    rows.drain(at * size..(at + 1) * size);
    rows
}

#[test]
fn a_masked_key_is_the_same_as_a_gap_at_every_layer() {
    let encoder = encoder("model.safetensors");
    let config = config();
    let sequence = Sequence::plain(150, 60);
    for at in [0, 63, 64, 101, 149] {
        for layer in [-2, -1, 0] {
            let before = sequence.hidden(&encoder, layer);
            let masked = sequence.unseen(at).hidden(&encoder, layer);
            let gap = sequence.with_gap(at).hidden(&encoder, layer);
            let size = config.hidden_size;
            let before = without_row(&before, at, size);
            let by_mask = changes(&before, &without_row(&masked, at, size), size);
            let by_gap = changes(&before, &gap, size);
            for (mask, gap) in by_mask.iter().zip(&by_gap) {
                let error = (mask - gap).abs();
                assert!(error <= 1e-6 * gap, "{mask:e} and {gap:e}, layer {layer}");
            }
        }
    }
}

#[test]
fn equal_position_rows_leave_a_shift_without_effect() {
    let mut weights = weights("model.safetensors");
    let name = "bert.embeddings.position_embeddings.weight";
    let table = weights.tensors.get_mut(name).expect("positions");
    let size = table.shape[1];
    let first: Vec<f32> = table.values.widened()[..size].to_vec();
    table.values = TensorValues::F32(Arc::new(first.repeat(table.shape[0])));
    let encoder = Encoder::new(&weights, &config()).expect("an encoder");
    let sequence = Sequence::plain(40, 60);
    let mut shifted = sequence.clone();
    for position in &mut shifted.positions[20..] {
        *position -= 1;
    }
    assert_eq!(sequence.hidden(&encoder, 0), shifted.hidden(&encoder, 0));
}

#[test]
fn the_number_of_threads_does_not_show() {
    let encoder = encoder("model.safetensors");
    let sequence = Sequence::plain(160, 60).unseen(17);
    let on_threads = |n: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build();
        pool.expect("a pool")
            .install(|| sequence.hidden(&encoder, 0))
    };
    let one = on_threads(1);
    assert_eq!(on_threads(2), one);
    assert_eq!(on_threads(5), one);
}

#[test]
fn weights_that_do_not_fit_the_configuration_are_refused_by_name() {
    let check = |weights: &Checkpoint, config: &CheckpointConfig, expected: &str| {
        let error = Encoder::new(weights, config).unwrap_err();
        assert_eq!(error.code(), "unsuitable");
        assert!(error.to_string().contains(expected), "{error}");
    };
    let (weights, config) = (weights("model.safetensors"), config());
    let deeper = CheckpointConfig {
        n_layers: 4,
        ..config.clone()
    };
    check(&weights, &deeper, "no tensor bert.encoder.layer.3.");
    let flatter = CheckpointConfig {
        n_layers: 2,
        ..config.clone()
    };
    check(
        &weights,
        &flatter,
        "16 tensors that the configuration has no place for",
    );
    let wider = CheckpointConfig {
        vocab_size: 61,
        ..config.clone()
    };
    check(&weights, &wider, "the shape [60, 32], expected [61, 32]");
    let inner = CheckpointConfig {
        intermediate_size: 32,
        ..config.clone()
    };
    check(
        &weights,
        &inner,
        "intermediate.dense.weight has the shape [64, 32]",
    );
    let mut other = weights.clone();
    let norm = other
        .tensors
        .get_mut("bert.embeddings.LayerNorm.bias")
        .expect("a norm");
    norm.values = TensorValues::F32(Arc::new(vec![f32::NAN; 32]));
    check(&other, &config, "no finite numbers");
    let mut more = weights.clone();
    let any = more.tensors["bert.embeddings.LayerNorm.bias"].clone();
    more.tensors
        .insert("bert.encoder.layer.0.adapter.weight".into(), any);
    check(
        &more,
        &config,
        "the first is bert.encoder.layer.0.adapter.weight",
    );
}

#[test]
fn sequences_that_cannot_be_are_refused() {
    let encoder = encoder("model.safetensors");
    let sequence = Sequence::plain(3, 60);
    let check = |sequence: &Sequence, layer: i32, expected: &str| {
        let Sequence {
            tokens,
            positions,
            seen,
        } = sequence;
        let hidden = quietly(|context| encoder.hidden(tokens, positions, seen, layer, context));
        let error = hidden.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(&sequence, 1, "-3 to 0");
    check(&sequence, -4, "-3 to 0");
    let mut other = sequence.clone();
    other.tokens[1] = 60;
    check(&other, 0, "the token 60");
    let mut other = sequence.clone();
    other.positions[1] = 160;
    check(&other, 0, "the position 160");
    let mut other = sequence.clone();
    other.seen.pop();
    check(&other, 0, "2 keys");
    let mut other = sequence.clone();
    other.seen.fill(false);
    check(&other, 0, "0 tokens that are seen");
}

#[test]
fn a_cancelled_run_ends() {
    let encoder = encoder("model.safetensors");
    let Sequence {
        tokens,
        positions,
        seen,
    } = Sequence::plain(30, 60);
    let cancelled = AtomicBool::new(true);
    let context = Context::new(&cancelled, &|_| {});
    let hidden = encoder.hidden(&tokens, &positions, &seen, 0, &context);
    assert_eq!(hidden, Err(AnalysisError::Cancelled));
}
