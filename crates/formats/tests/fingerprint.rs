//! Fingerprints against SHA-256 sums of the documented bytes, made by Python.

mod common;

use common::root;
use cuvette_core::{Dataset, Matrix};
use cuvette_formats::{MatrixPrint, matrix_fingerprint};
use serde_json::Value;

fn names(case: &Value, prefix: &str, count: &str) -> Vec<String> {
    let prefix = case[prefix].as_str().expect("a prefix");
    let n = case[count].as_u64().expect("a count");
    (0..n).map(|at| format!("{prefix}_{at}")).collect()
}

/// The rule of `tests/golden/make/fingerprint.py`.
fn value(at: usize) -> f32 {
    if at % 97 == 5 {
        // A missing value with other bits than the usual ones.
        return f32::from_bits(0xFFC0_0001);
    }
    if at % 101 == 7 {
        return -0.0;
    }
    (at * 7919 % 100_003) as f32 / 64.0 - 500.0
}

#[test]
fn fingerprints_are_the_sums_that_python_gives() {
    let text = std::fs::read_to_string(root().join("tests/golden/fingerprint.json"));
    let golden: Value = serde_json::from_str(&text.expect("a golden file")).expect("JSON");
    let cases = golden["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), 3);
    for case in cases {
        let genes = names(case, "gene", "n_genes");
        let samples = names(case, "sample", "n_samples");
        let values = (0..genes.len() * samples.len()).map(value).collect();
        let matrix = Matrix::from_rows(genes.len(), samples.len(), values);
        let dataset = Dataset::new(matrix, genes, samples);
        let print = matrix_fingerprint(&dataset);
        let mut by_pieces = MatrixPrint::begin(&dataset);
        while by_pieces.advance(&dataset, 1) {}
        assert_eq!(by_pieces.finish(), print);
        let digits = case["sha256"].as_str().expect("a sum");
        let expected: Vec<u8> = (0..digits.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal"))
            .collect();
        assert_eq!(print.as_slice(), expected, "{case}");
    }
}
