//! `spread` on real data: tables made by NumPy.

#![expect(clippy::unwrap_used, reason = "a test stops at the first trouble")]

mod common;

use common::{assert_close, read_matrix, read_table};
use cuvette_core::{
    analyses::{
        Analysis, Inputs, StepOutput,
        spread::{Spread, SpreadParameters},
    },
    context::quietly,
    table::TableValues,
};

fn check(matrix: &str, expected: &str) {
    let Some(data) = read_matrix(matrix) else {
        return;
    };
    let inputs = Inputs::of("a", data);
    let output = quietly(|context| Spread::run(&inputs, &SpreadParameters::default(), context));
    let table = output.unwrap().tables().remove(0);
    let expected = read_table(expected).unwrap();
    let header: Vec<&str> = table
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(header, expected.header);
    for column in &table.columns {
        let found: Vec<f64> = match &column.values {
            TableValues::Text(names) => {
                assert_eq!(names, &expected.texts(&column.name));
                continue;
            }
            TableValues::Number(numbers) => numbers.clone(),
            TableValues::Integer(counts) => counts.iter().map(|n| n.unwrap() as f64).collect(),
        };
        for (found, expected) in found.iter().zip(expected.numbers(&column.name)) {
            assert_close(*found, expected, 1e-6, &column.name);
        }
    }
}

#[test]
fn kemmeren_deletions_equal_numpy() {
    check(
        "yeast/kemmeren2014_TF_deletions_log2_573x179.tsv",
        "yeast/expected_spread_kemmeren_tf.csv",
    );
}

#[test]
fn sameith_singles_equal_numpy() {
    check(
        "yeast/sameith2015_single_log2_6112x14.tsv",
        "yeast/expected_spread_sameith_singles.csv",
    );
}
