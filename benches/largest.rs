//! The largest set that `forest` is promised room for: 60,000 genes × 5,000 samples, 1.2 GB.

use cuvette_core::{
    AnalysisError, Dataset, Matrix,
    analyses::{
        Analysis, Inputs, StepOutput,
        forest::{Evaluate, Forest, ForestOutput, ForestParameters},
    },
    context::quietly,
    dataset::{Column, ColumnValues},
};

const N_GENES: usize = 60_000;
const N_SAMPLES: usize = 5_000;

/// Kinds of the samples, in turn; one in so many genes tells one of them apart.
const N_KINDS: usize = 8;
const GENES_PER_TELLING: usize = 50;

/// Made here and not read: a file of it would be as large.
pub fn inputs() -> Inputs {
    let mut values = Vec::with_capacity(N_GENES * N_SAMPLES);
    let mut state = 1_u32;
    for gene in 0..N_GENES {
        let own = gene / GENES_PER_TELLING % N_KINDS;
        let is_telling = gene % GENES_PER_TELLING == 0;
        for sample in 0..N_SAMPLES {
            // A linear congruence: all that matters is that values differ.
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 8) as f32 / 16_777_216.0;
            let shift = f32::from(u8::from(is_telling && sample % N_KINDS == own));
            values.push(4.0 + 2.0 * noise + shift);
        }
    }
    let names = |start: &str, n: usize| (0..n).map(|at| format!("{start}{at}")).collect();
    let mut data = Dataset::new(
        Matrix::from_rows(N_GENES, N_SAMPLES, values),
        names("g", N_GENES),
        names("s", N_SAMPLES),
    );
    let kinds = (0..N_SAMPLES).map(|sample| format!("kind {}", sample % N_KINDS));
    data.sample_annotations.set(Column {
        name: "kind".into(),
        values: ColumnValues::from_text(kinds.collect()),
    });
    Inputs::of("largest", data)
}

/// The whole step with its defaults, but for forests on shuffled labels: those come one by one and
/// take time alone.
pub fn forest(inputs: &Inputs, evaluate: Evaluate) -> Result<ForestOutput, AnalysisError> {
    let parameters = ForestParameters {
        label: "kind".into(),
        evaluate,
        null_runs: 2,
        ..ForestParameters::default()
    };
    quietly(|context| Forest::run(inputs, &parameters, context))
}

/// Number of genes, and the share of samples that are called right.
pub fn answer(output: &ForestOutput) -> Vec<f64> {
    let scalars = output.scalars();
    let of = |name: &str| scalars[name].as_f64().unwrap_or(f64::NAN);
    vec![of("n_genes"), of("accuracy")]
}
