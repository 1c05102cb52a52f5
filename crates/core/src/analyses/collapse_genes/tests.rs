use std::sync::Arc;

use super::{CollapseGenes, CollapseGenesParameters, How};
use crate::{
    Dataset, Matrix,
    analyses::{
        AnnotationTable, Data, DataReference, Inputs,
        testing::{names, run, run_with_warnings},
    },
    dataset::{Annotations, Column, ColumnValues, ValueKind},
    table::TableValues,
};

const NAN: f32 = f32::NAN;

fn versions() -> Dataset {
    Dataset::new(
        Matrix::from_rows(4, 2, vec![1.0, 2.0, 5.0, 6.0, 3.0, 1.0, NAN, 5.0]),
        names(&["A.1", "B.7", "A.2", "A.10"]),
        names(&["s0", "s1"]),
    )
}

fn check(how: How, expected: &[f32]) {
    let parameters = CollapseGenesParameters {
        how,
        strip_version: true,
        ..Default::default()
    };
    let output = run::<CollapseGenes>(&Inputs::of("a", versions()), &parameters).unwrap();
    assert_eq!(*output.dataset.genes, names(&["A", "B"]));
    assert_eq!(output.dataset.matrix.values(), expected, "{how:?}");
}

#[test]
fn rows_of_one_gene_are_joined_in_each_way() {
    check(How::Sum, &[4.0, 8.0, 5.0, 6.0]);
    check(How::Mean, &[2.0, 8.0 / 3.0, 5.0, 6.0]);
    check(How::Median, &[2.0, 2.0, 5.0, 6.0]);
    check(How::First, &[1.0, 2.0, 5.0, 6.0]);
}

#[test]
fn the_row_of_highest_mean_stands_for_its_gene_and_the_others_are_listed() {
    let parameters = CollapseGenesParameters {
        how: How::MaxMean,
        strip_version: true,
        ..Default::default()
    };
    let output = run::<CollapseGenes>(&Inputs::of("a", versions()), &parameters).unwrap();
    assert!(output.dataset.matrix.get(0, 0).is_nan());
    assert_eq!(output.dataset.matrix.get(0, 1), 5.0);
    let TableValues::Text(dropped) = &output.tables[1].columns[0].values else {
        panic!("words expected")
    };
    assert_eq!(dropped, &["A.1", "A.2"]);
    let TableValues::Text(rows) = &output.tables[0].columns[2].values else {
        panic!("words expected")
    };
    assert_eq!(rows, &["A.1, A.2, A.10"]);
}

fn mapped(map: &[(&str, &str)]) -> Inputs {
    let mut annotations = Annotations::default();
    annotations.set(Column {
        name: "symbol".into(),
        values: ColumnValues::Text(map.iter().map(|(_, new)| (*new).to_owned()).collect()),
    });
    let table = AnnotationTable {
        id_header: "id".into(),
        ids: map.iter().map(|(old, _)| (*old).to_owned()).collect(),
        annotations,
    };
    let mut inputs = Inputs::of("a", versions());
    inputs
        .references
        .insert("symbols".into(), Data::GeneTable(Arc::new(table)));
    inputs
}

fn with_map() -> CollapseGenesParameters {
    CollapseGenesParameters {
        map: DataReference("symbols".into()),
        ..Default::default()
    }
}

#[test]
fn a_map_finds_ids_with_and_without_version_and_unmapped_rows_are_listed() {
    let output =
        run::<CollapseGenes>(&mapped(&[("A", "TP53"), ("A.2", "MYC")]), &with_map()).unwrap();
    assert_eq!(*output.dataset.genes, names(&["TP53", "MYC"]));
    assert_eq!(output.dataset.matrix.values(), &[1.0, 7.0, 3.0, 1.0]);
    let dropped = &output.tables[1];
    assert_eq!(
        dropped.columns[0].values,
        TableValues::Text(names(&["B.7"]))
    );
    assert_eq!(
        dropped.columns[1].values,
        TableValues::Text(names(&["has no new name"]))
    );
}

#[test]
fn a_map_of_other_genes_is_an_error() {
    let error = run::<CollapseGenes>(&mapped(&[("X", "TP53")]), &with_map()).unwrap_err();
    assert_eq!(error.code(), "no_match");
}

#[test]
fn the_sum_of_logarithms_is_warned_about() {
    let mut data = versions();
    data.kind = ValueKind::Log;
    let parameters = CollapseGenesParameters {
        strip_version: true,
        ..Default::default()
    };
    let (_, warnings) = run_with_warnings::<CollapseGenes>(&Inputs::of("a", data), &parameters);
    assert_eq!(warnings[0].code, "sum_of_logs");
}
