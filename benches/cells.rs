//! What is measured of cells as ranked genes: the encoder, and knock-outs by it and without a model.

use std::sync::Arc;

use cuvette_core::{
    AnalysisError, Dataset, Matrix,
    analyses::{
        Analysis, GeneChoice, Inputs,
        perturb::{Perturb, PerturbEngine, PerturbOutput, PerturbParameters},
    },
    checkpoint::{
        Activation, Checkpoint, CheckpointConfig, MedianDictionary, ModelParts, Tensor,
        TensorValues, TokenDictionary,
    },
    context::quietly,
    stats::encoder::Encoder,
};

/// The sizes of Geneformer's first version, of its words those in use.
const ENCODER: CheckpointConfig = CheckpointConfig {
    hidden_size: 256,
    n_layers: 6,
    n_heads: 4,
    intermediate_size: 512,
    n_positions: 2048,
    vocab_size: 2048,
    layer_norm_eps: 1e-12,
    activation: Activation::Relu,
    type_vocab_size: 2,
};

/// Numbers between -0.035 and 0.035, scattered by multiplication: the same in every language.
fn scattered(shape: &[usize], seed: usize) -> Tensor {
    let n = shape.iter().product::<usize>();
    let value = |at: usize| {
        let mixed = ((at + seed * 1_000_003) as u32).wrapping_mul(2_654_435_761) >> 8;
        (f64::from(mixed) / f64::from(1 << 24) * 0.07 - 0.035) as f32
    };
    Tensor {
        shape: shape.to_vec(),
        values: TensorValues::F32(Arc::new((0..n).map(value).collect())),
    }
}

/// Weights of the shape of Geneformer's first version.
fn checkpoint() -> Checkpoint {
    let (d, f) = (ENCODER.hidden_size, ENCODER.intermediate_size);
    let mut shapes = vec![
        (
            "embeddings.word_embeddings.weight".to_owned(),
            vec![ENCODER.vocab_size, d],
        ),
        (
            "embeddings.position_embeddings.weight".to_owned(),
            vec![ENCODER.n_positions, d],
        ),
        (
            "embeddings.token_type_embeddings.weight".to_owned(),
            vec![2, d],
        ),
        ("embeddings.LayerNorm.weight".to_owned(), vec![d]),
        ("embeddings.LayerNorm.bias".to_owned(), vec![d]),
    ];
    for layer in 0..ENCODER.n_layers {
        for (part, n_out, n_in) in [
            ("attention.self.query", d, d),
            ("attention.self.key", d, d),
            ("attention.self.value", d, d),
            ("attention.output.dense", d, d),
            ("intermediate.dense", f, d),
            ("output.dense", d, f),
        ] {
            let name = format!("encoder.layer.{layer}.{part}");
            shapes.push((format!("{name}.weight"), vec![n_out, n_in]));
            shapes.push((format!("{name}.bias"), vec![n_out]));
        }
        for part in ["attention.output", "output"] {
            let name = format!("encoder.layer.{layer}.{part}.LayerNorm");
            shapes.push((format!("{name}.weight"), vec![d]));
            shapes.push((format!("{name}.bias"), vec![d]));
        }
    }
    let mut checkpoint = Checkpoint::default();
    for (seed, (name, shape)) in shapes.into_iter().enumerate() {
        let mut tensor = scattered(&shape, seed);
        if name.ends_with("LayerNorm.weight") {
            tensor.values = TensorValues::F32(Arc::new(vec![1.0; d]));
        }
        checkpoint.tensors.insert(name, tensor);
    }
    checkpoint
}

/// An encoder with these weights.
pub fn encoder() -> Result<Encoder, AnalysisError> {
    Encoder::new(&checkpoint(), &ENCODER)
}

/// The states behind the layer before the last, of as many tokens as there are positions.
pub fn encoded(encoder: &Encoder) -> Result<Vec<f32>, AnalysisError> {
    let n = ENCODER.n_positions as u32;
    let tokens: Vec<u32> = (0..n).map(|at| at * 1021 % n).collect();
    let positions: Vec<u32> = (0..n).collect();
    let seen = vec![true; tokens.len()];
    quietly(|context| encoder.hidden(&tokens, &positions, &seen, -1, context))
}

/// Number of values, and the sum of the absolute ones of every 64th token.
pub fn hidden_sums(hidden: &[f32]) -> Vec<f64> {
    let rows = hidden.chunks(ENCODER.hidden_size).step_by(64);
    let sums = rows.map(|row| row.iter().map(|x| f64::from(x.abs())).sum());
    std::iter::once(hidden.len() as f64).chain(sums).collect()
}

/// Genes of each cell that the trained model knows; the first of those in the file.
const KNOWN_GENES: usize = 1_000;

/// The one that is knocked out.
const KNOCKED_OUT: usize = 500;

/// Cells that the peer looks at: all of them would take minutes.
const CELLS_IN_ANSWER: usize = 10;

/// Of this many knock-outs one is in the answer.
const KNOCK_OUTS_PER_ANSWER: usize = 50;

fn gene_name(gene: usize) -> String {
    format!("ENSG{gene:011}")
}

fn dataset_of(counts: Matrix) -> Dataset {
    let genes = (0..counts.n_rows()).map(gene_name).collect();
    let cells = (0..counts.n_columns()).map(|cell| cell.to_string());
    let cells = cells.collect();
    Dataset::new(counts, genes, cells)
}

/// Cells for the engine without a model.
pub fn cells(counts: Matrix) -> Inputs {
    Inputs::of("cells", dataset_of(counts))
}

/// The same, with a model that knows some of their genes.
///
/// # Errors
///
/// In words, where its dictionaries are none.
pub fn cells_with_model(counts: Matrix) -> Result<Inputs, String> {
    let names = (0..ENCODER.vocab_size - 2).map(|gene| match gene {
        known if known < KNOWN_GENES => gene_name(known),
        other => format!("OTHER{other}"),
    });
    let special = ["<pad>", "<mask>"].map(String::from).into_iter();
    let tokens = TokenDictionary::from_entries(special.chain(names.clone()).zip(0..))?;
    let medians = names.zip(50..).map(|(name, at)| (name, f64::from(at)));
    let medians = MedianDictionary::from_entries(medians)?;
    Ok(Inputs {
        model: ModelParts {
            weights: Some(Arc::new(checkpoint())),
            config: Some(Arc::new(ENCODER)),
            tokens: Some(Arc::new(tokens)),
            medians: Some(Arc::new(medians)),
        },
        ..cells(counts)
    })
}

/// Knocks every gene out of every cell, without a model.
pub fn rank_context(inputs: &Inputs) -> Result<PerturbOutput, AnalysisError> {
    let parameters = PerturbParameters {
        genes: GeneChoice::All,
        ..PerturbParameters::default()
    };
    quietly(|context| Perturb::run(inputs, &parameters, context))
}

/// Knocks one gene out of every cell, by the model.
pub fn knock_out(inputs: &Inputs) -> Result<PerturbOutput, AnalysisError> {
    let parameters = PerturbParameters {
        engine: PerturbEngine::Checkpoint,
        genes: GeneChoice::Listed(vec![gene_name(KNOCKED_OUT)]),
        ..PerturbParameters::default()
    };
    quietly(|context| Perturb::run(inputs, &parameters, context))
}

/// Number of knock-outs; of some their mean effect, then their largest, then its z score.
pub fn all_knock_outs(output: &PerturbOutput) -> Vec<f64> {
    let PerturbOutput::Sequences(found) = output else {
        return Vec::new();
    };
    let some = || found.perturbed.iter().step_by(KNOCK_OUTS_PER_ANSWER);
    let mut answer = vec![found.perturbed.len() as f64];
    for one in some() {
        answer.push(one.mean());
    }
    answer.extend(some().filter_map(|one| Some(one.affected.first()?.mean)));
    answer.extend(some().filter_map(|one| Some(one.affected.first()?.z)));
    answer
}

/// Number of cells, and the mean effect in the first of them.
pub fn one_knock_out(output: &PerturbOutput) -> Vec<f64> {
    let PerturbOutput::Sequences(found) = output else {
        return Vec::new();
    };
    let cells = found.perturbed.iter().flat_map(|one| one.cells.clone());
    let cells: Vec<f64> = cells.collect();
    let first = cells.iter().take(CELLS_IN_ANSWER).copied();
    std::iter::once(cells.len() as f64).chain(first).collect()
}
