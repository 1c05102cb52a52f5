//! A trained model in the place of the encoder made from the data.

use std::sync::Arc;

use super::{Perturb, PerturbEngine, PerturbOutput, PerturbParameters, SequencePerturbation};
use crate::{
    Dataset, Matrix,
    analyses::{
        GeneChoice, Inputs, StepOutput,
        compare_modes::{CompareModes, CompareModesParameters},
        rank_encode::{RankEncode, RankEncodeParameters},
        testing::{names, run},
    },
    checkpoint::{
        Activation, Checkpoint, CheckpointConfig, MedianDictionary, ModelParts, Tensor,
        TensorValues, TokenDictionary,
    },
    error::AnalysisError,
    random::Random,
    stats::sequence_edit::SequenceMode,
    table::TableValues,
};

const N_GENES: usize = 90;
const N_CELLS: usize = 8;
const POSITIONS: usize = 100;
const HIDDEN: usize = 16;

fn gene(at: usize) -> String {
    format!("ENSG{at:011}")
}

fn cells() -> Dataset {
    let mut random = Random::new(2);
    let counts = (0..N_GENES * N_CELLS).map(|_| (1.5 + random.normal()).exp().round() as f32);
    Dataset::new(
        Matrix::from_rows(N_GENES, N_CELLS, counts.collect()),
        (0..N_GENES).map(gene).collect(),
        (0..N_CELLS).map(|cell| format!("c{cell}")).collect(),
    )
}

/// Adds a tensor of a name and a shape, with values around one number and their spread.
type AddTensor<'a> = dyn FnMut(String, &[usize], f32, f64) + 'a;

/// A model of two layers with random weights; the second version has tokens around a cell.
fn model(special: &[&str]) -> ModelParts {
    let mut random = Random::new(11);
    let vocab_size = special.len() + N_GENES;
    let mut tensors = std::collections::BTreeMap::new();
    let mut add = |name: String, shape: &[usize], around: f32, spread: f64| {
        let n = shape.iter().product();
        let values = (0..n)
            .map(|_| around + (spread * random.normal()) as f32)
            .collect();
        let tensor = Tensor {
            shape: shape.to_vec(),
            values: TensorValues::F32(Arc::new(values)),
        };
        tensors.insert(format!("bert.{name}"), tensor);
    };
    let d = HIDDEN;
    let words = [
        ("word", vocab_size),
        ("position", POSITIONS),
        ("token_type", 2),
    ];
    for (part, n) in words {
        add(
            format!("embeddings.{part}_embeddings.weight"),
            &[n, d],
            0.0,
            0.5,
        );
    }
    let norm = |add: &mut AddTensor, name: &str| {
        add(format!("{name}.weight"), &[d], 1.0, 0.1);
        add(format!("{name}.bias"), &[d], 0.0, 0.1);
    };
    norm(&mut add, "embeddings.LayerNorm");
    for layer in 0..2 {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        let linear = [
            ("attention.self.query", d, d),
            ("attention.self.key", d, d),
            ("attention.self.value", d, d),
            ("attention.output.dense", d, d),
            ("intermediate.dense", 2 * d, d),
            ("output.dense", d, 2 * d),
        ];
        for (part, n_out, n_in) in linear {
            add(name(&format!("{part}.weight")), &[n_out, n_in], 0.0, 0.3);
            add(name(&format!("{part}.bias")), &[n_out], 0.0, 0.1);
        }
        norm(&mut add, &name("attention.output.LayerNorm"));
        norm(&mut add, &name("output.LayerNorm"));
    }
    let special = special.iter().map(ToString::to_string);
    let entries = special.chain((0..N_GENES).map(gene)).zip(0..);
    let medians = (0..N_GENES).map(|at| (gene(at), 50.0 + at as f64));
    ModelParts {
        weights: Some(Arc::new(Checkpoint {
            tensors,
            left_out: Vec::new(),
        })),
        config: Some(Arc::new(CheckpointConfig {
            hidden_size: d,
            n_layers: 2,
            n_heads: 2,
            intermediate_size: 2 * d,
            n_positions: POSITIONS,
            vocab_size,
            layer_norm_eps: 1e-12,
            activation: Activation::Relu,
            type_vocab_size: 2,
        })),
        tokens: Some(Arc::new(TokenDictionary::from_entries(entries).unwrap())),
        medians: Some(Arc::new(MedianDictionary::from_entries(medians).unwrap())),
    }
}

const V1: [&str; 2] = ["<pad>", "<mask>"];
const V2: [&str; 4] = ["<pad>", "<mask>", "<cls>", "<eos>"];

fn inputs(parts: ModelParts) -> Inputs {
    Inputs {
        model: parts,
        ..Inputs::of("cells", cells())
    }
}

fn parameters(mode: SequenceMode) -> PerturbParameters {
    PerturbParameters {
        engine: PerturbEngine::Checkpoint,
        genes: GeneChoice::Listed(names(&["ENSG00000000013", "ENSG00000000040.7"][..1])),
        mode,
        ..PerturbParameters::default()
    }
}

fn perturb(special: &[&str], mode: SequenceMode) -> SequencePerturbation {
    match run::<Perturb>(&inputs(model(special)), &parameters(mode)).unwrap() {
        PerturbOutput::Sequences(found) => found,
        PerturbOutput::Expression(found) => panic!("{found:?}"),
    }
}

#[test]
fn a_masked_gene_and_one_taken_out_of_its_place_are_the_same_to_a_model() {
    for special in [&V1[..], &V2[..]] {
        let masked = perturb(special, SequenceMode::AttentionMask);
        let taken = perturb(special, SequenceMode::DeleteKeepPositions);
        let pairs = masked.perturbed[0]
            .affected
            .iter()
            .zip(&taken.perturbed[0].affected);
        let mut n = 0;
        for (one, other) in pairs {
            assert_eq!(
                (one.gene, one.n_cells, one.ranks[0]),
                (other.gene, other.n_cells, other.ranks[0])
            );
            assert!(
                (one.mean - other.mean).abs() <= 1e-5 * one.mean,
                "{one:?} {other:?}"
            );
            n += 1;
        }
        assert!(n > 50);
        let deleted = perturb(special, SequenceMode::Delete);
        assert_ne!(deleted.perturbed[0].affected, masked.perturbed[0].affected);
        let up = perturb(special, SequenceMode::Overexpress);
        assert_eq!(up.perturbed[0].cells.len(), N_CELLS);
    }
}

#[test]
fn what_was_looked_at_before_running_is_a_table() {
    let found = perturb(&V1, SequenceMode::Mask);
    let tables = found.tables();
    assert!(tables.iter().any(|table| table.name == "compatibility"));
    assert!(found.note().contains("trained model of 2 layers"));
    let names: Vec<String> = found.figures().into_iter().map(|info| info.name).collect();
    assert_eq!(names, ["effects", "most_affected"]);
}

#[test]
fn modes_are_compared_in_a_model() {
    let parameters = CompareModesParameters {
        engine: PerturbEngine::Checkpoint,
        genes: GeneChoice::Listed(names(&["ENSG00000000013"])),
        ..CompareModesParameters::default()
    };
    let found = run::<CompareModes>(&inputs(model(&V2)), &parameters).unwrap();
    assert_eq!(found.results.len(), 4);
    assert!(
        found
            .results
            .iter()
            .all(|result| !result.affected.is_empty())
    );
}

#[test]
fn tokens_around_a_cell_stand_in_its_sequence() {
    let parameters = RankEncodeParameters {
        max_length: 12,
        ..RankEncodeParameters::default()
    };
    let found = run::<RankEncode>(&inputs(model(&V2)), &parameters).unwrap();
    let table = found.tables().remove(0);
    let (TableValues::Integer(lengths), TableValues::Text(tokens)) =
        (&table.columns[1].values, &table.columns[2].values)
    else {
        panic!("length and tokens");
    };
    assert_eq!(lengths[0], Some(12));
    assert!(
        tokens[0].starts_with("2 ") && tokens[0].ends_with(" 3"),
        "{}",
        tokens[0]
    );
    assert_eq!(tokens[0].split(' ').count(), 12);
}

#[test]
fn what_does_not_belong_together_is_refused_before_running() {
    let check = |change: &dyn Fn(&mut ModelParts, &mut PerturbParameters), expected: &str| {
        let (mut parts, mut parameters) = (model(&V1), parameters(SequenceMode::AttentionMask));
        change(&mut parts, &mut parameters);
        let error: AnalysisError = run::<Perturb>(&inputs(parts), &parameters).unwrap_err();
        let words = format!("{error}; {}", error.hint().unwrap_or_default());
        assert!(words.contains(expected), "{words}");
    };
    check(&|parts, _| parts.weights = None, "no weights");
    check(
        &|parts, _| parts.tokens = model(&V2).tokens,
        "not of one model",
    );
    check(
        &|_, parameters| parameters.layer = 1,
        "counted from the end",
    );
    check(
        &|parts, _| {
            let weights = Arc::make_mut(parts.weights.as_mut().unwrap());
            weights
                .tensors
                .remove("bert.encoder.layer.1.output.dense.bias");
        },
        "output.dense.bias",
    );
    check(
        &|_, parameters| parameters.genes = GeneChoice::Listed(names(&["GATA4"])),
        "a gene of the data",
    );
}
