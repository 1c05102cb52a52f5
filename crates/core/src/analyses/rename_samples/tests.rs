use std::sync::Arc;

use super::{RenameSamples, RenameSamplesParameters};
use crate::{
    analyses::{
        AnnotationTable, Data, DataReference, Inputs, TransformOutput,
        renaming::Unmatched,
        testing::{dataset, names, run, run_with_warnings},
    },
    dataset::{Annotations, Column, ColumnValues},
    error::AnalysisError,
};

fn table(ids: &[&str], new: &[&str]) -> Data {
    let mut annotations = Annotations::default();
    annotations.set(Column {
        name: "orf".into(),
        values: ColumnValues::Text(names(new)),
    });
    Data::SampleTable(Arc::new(AnnotationTable {
        id_header: "column".into(),
        ids: names(ids),
        annotations,
    }))
}

fn inputs(table: Data) -> Inputs {
    let mut inputs = Inputs::of("a", dataset(&[&[1.0, 2.0, 3.0]]));
    inputs.references.insert("strains".into(), table);
    inputs
}

fn parameters(to: &str, unmatched: Unmatched) -> RenameSamplesParameters {
    RenameSamplesParameters {
        names: DataReference("strains".into()),
        to: to.into(),
        unmatched,
    }
}

fn renamed(table: Data, to: &str) -> Result<TransformOutput, AnalysisError> {
    run::<RenameSamples>(&inputs(table), &parameters(to, Unmatched::Keep))
}

#[test]
fn names_follow_the_table_in_any_order() {
    let output = renamed(
        table(&["s2", "s0", "s1", "s9"], &["C", "A", "B", "X"]),
        "orf",
    )
    .unwrap();
    assert_eq!(*output.dataset.samples, names(&["A", "B", "C"]));
    assert_eq!(output.dataset.matrix.values(), &[1.0, 2.0, 3.0]);
    assert!(output.tables.is_empty());
}

#[test]
fn the_second_column_is_the_default() {
    let output = renamed(table(&["s0", "s1", "s2"], &["A", "B", "C"]), "").unwrap();
    assert_eq!(*output.dataset.samples, names(&["A", "B", "C"]));
}

#[test]
fn samples_without_a_new_name_are_listed_and_kept_or_dropped() {
    let inputs = inputs(table(&["s0", "s1"], &["A", ""]));
    for (unmatched, expected) in [
        (Unmatched::Keep, &["A", "s1", "s2"][..]),
        (Unmatched::Drop, &["A"]),
    ] {
        let (output, warnings) =
            run_with_warnings::<RenameSamples>(&inputs, &parameters("orf", unmatched));
        let output = output.unwrap();
        assert_eq!(*output.dataset.samples, names(expected));
        assert_eq!(output.tables[0].n_rows(), 2);
        assert_eq!(
            warnings[0].message,
            "2 samples have no new name, the first is s1"
        );
    }
}

#[test]
fn a_name_given_twice_is_an_error() {
    let error = renamed(table(&["s0", "s1"], &["A", "A"]), "orf").unwrap_err();
    assert_eq!(error.to_string(), "sample A stands 2 times, expected once");
}

#[test]
fn a_new_name_that_another_sample_keeps_is_an_error() {
    let error = renamed(table(&["s0"], &["s2"]), "orf").unwrap_err();
    assert_eq!(error.code(), "duplicate");
}

#[test]
fn an_old_name_with_two_new_ones_is_an_error() {
    let error = renamed(table(&["s0", "s0"], &["A", "B"]), "orf").unwrap_err();
    assert_eq!(
        error.to_string(),
        "s0 has two new names, A and B, expected one"
    );
}

#[test]
fn an_unknown_column_lists_the_columns() {
    let error = renamed(table(&["s0"], &["A"]), "symbol").unwrap_err();
    assert_eq!(error.to_string(), "to is symbol, expected one of orf");
}

#[test]
fn a_table_of_other_names_shows_both_sides() {
    let error = renamed(table(&["S0", "T1"], &["A", "B"]), "orf").unwrap_err();
    assert_eq!(error.code(), "no_match");
    assert!(
        error.to_string().contains("nearest are s0 and S0"),
        "{error}"
    );
}
