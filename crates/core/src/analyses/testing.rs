//! Small data sets for the tests of analyses.

use super::{Analysis, Inputs};
use crate::{Dataset, Matrix, context::quietly, error::AnalysisError, error::Warning};

/// Genes `g0 g1 …` in samples `s0 s1 …`.
pub fn dataset(rows: &[&[f32]]) -> Dataset {
    let n_samples = rows.first().map_or(0, |row| row.len());
    Dataset::new(
        Matrix::from_rows(rows.len(), n_samples, rows.concat()),
        (0..rows.len()).map(|gene| format!("g{gene}")).collect(),
        (0..n_samples).map(|sample| format!("s{sample}")).collect(),
    )
}

/// Owned names.
pub fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

/// Runs an analysis with nobody watching.
pub fn run<A: Analysis>(
    inputs: &Inputs,
    parameters: &A::Parameters,
) -> Result<A::Output, AnalysisError> {
    quietly(|context| A::run(inputs, parameters, context))
}

/// Runs an analysis and gives its warnings too.
pub fn run_with_warnings<A: Analysis>(
    inputs: &Inputs,
    parameters: &A::Parameters,
) -> (Result<A::Output, AnalysisError>, Vec<Warning>) {
    quietly(|context| {
        let output = A::run(inputs, parameters, context);
        (output, context.take_warnings())
    })
}
