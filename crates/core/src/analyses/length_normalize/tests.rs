use std::sync::Arc;

use super::{LengthNormalize, LengthNormalizeParameters, LengthUnit, RepeatedNames};
use crate::{
    analyses::{
        AnnotationTable, Data, DataReference, Inputs,
        testing::{dataset, names, run, run_with_warnings},
    },
    dataset::{Column, ColumnValues, ValueKind},
    stats::gene_length::LengthMethod,
    table::TableValues,
};

const NAN: f64 = f64::NAN;

fn table(ids: &[&str], lengths: &[f64]) -> AnnotationTable {
    let mut table = AnnotationTable {
        id_header: "gene_id".into(),
        ids: names(ids),
        ..AnnotationTable::default()
    };
    table.annotations.set(Column {
        name: "length".into(),
        values: ColumnValues::Number(lengths.to_vec()),
    });
    table
}

/// Two genes, `g0` and `g1`, of two samples.
fn inputs(table: AnnotationTable) -> Inputs {
    let mut inputs = Inputs::of("a", dataset(&[&[10.0, 0.0], &[30.0, 5.0]]));
    let table = Data::GeneTable(Arc::new(table));
    inputs.references.insert("lengths".into(), table);
    inputs
}

fn divide() -> LengthNormalizeParameters {
    LengthNormalizeParameters {
        how: LengthMethod::Divide,
        lengths: DataReference("lengths".into()),
        ..Default::default()
    }
}

fn values(inputs: &Inputs, parameters: &LengthNormalizeParameters) -> Vec<f32> {
    let output = run::<LengthNormalize>(inputs, parameters).unwrap();
    output.dataset.matrix.values().to_vec()
}

fn refusal(inputs: &Inputs, parameters: &LengthNormalizeParameters) -> String {
    let error = run::<LengthNormalize>(inputs, parameters).unwrap_err();
    format!("{error}. {}", error.hint().unwrap_or_default())
}

#[test]
fn lengths_are_found_by_name_whatever_their_order() {
    let found = values(
        &inputs(table(&["x", "g1", "g0"], &[7.0, 10.0, 2.0])),
        &divide(),
    );
    assert_eq!(found, [5.0, 0.0, 3.0, 0.5]);
}

#[test]
fn lengths_may_be_an_annotation_of_the_genes() {
    let mut data = dataset(&[&[10.0], &[30.0]]);
    data.gene_annotations = table(&["g0", "g1"], &[2.0, 3.0]).annotations;
    let parameters = LengthNormalizeParameters {
        lengths: DataReference::default(),
        ..divide()
    };
    assert_eq!(values(&Inputs::of("a", data), &parameters), [5.0, 10.0]);
    let bare = Inputs::of("a", dataset(&[&[1.0]]));
    assert!(refusal(&bare, &parameters).contains("a column of numbers, but there is none"));
}

#[test]
fn a_table_of_numbers_that_was_read_as_a_matrix_holds_lengths_too() {
    let mut matrix = inputs(AnnotationTable::default());
    let lengths = Data::Dataset(Arc::new(dataset(&[&[2.0, 9.0], &[10.0, 9.0]])));
    matrix.references.insert("lengths".into(), lengths);
    let parameters = LengthNormalizeParameters {
        column: "s0".into(),
        ..divide()
    };
    assert_eq!(values(&matrix, &parameters), [5.0, 0.0, 3.0, 0.5]);
}

#[test]
fn genes_without_a_length_are_dropped_and_listed_with_the_reason() {
    let check = |table: AnnotationTable, gene: &str, reason: &str| {
        let (output, warnings) = run_with_warnings::<LengthNormalize>(&inputs(table), &divide());
        let output = output.unwrap();
        assert_eq!(output.dataset.n_genes(), 1);
        let columns = &output.tables[0].columns;
        assert_eq!(columns[0].values, TableValues::Text(names(&[gene])));
        assert_eq!(columns[1].values, TableValues::Text(names(&[reason])));
        assert!(warnings.iter().any(|warning| warning.code == "no_length"));
    };
    check(
        table(&["g1"], &[10.0]),
        "g0",
        "is not in the table of lengths",
    );
    check(
        table(&["g1", "g0"], &[10.0, NAN]),
        "g0",
        "has no length there",
    );
}

#[test]
fn impossible_lengths_are_refused_with_their_row() {
    let check = |length: f64, expected: &str| {
        let message = refusal(&inputs(table(&["g0", "g1"], &[5.0, length])), &divide());
        assert!(message.contains(expected), "{message}");
    };
    check(0.0, "the first in row 2 (g1): 0");
    check(-3.0, "the first in row 2 (g1): -3");
    check(f64::INFINITY, "the first in row 2 (g1): inf");
}

#[test]
fn a_name_of_two_lengths_is_refused_unless_the_longest_is_asked_for() {
    let twice = || inputs(table(&["g0", "g1", "g0"], &[5.0, 10.0, 2.0]));
    let message = refusal(&twice(), &divide());
    assert!(
        message.contains("g0 has two lengths, 5 in row 1 and 2 in row 3"),
        "{message}"
    );
    let longest = LengthNormalizeParameters {
        repeated: RepeatedNames::Longest,
        ..divide()
    };
    assert_eq!(values(&twice(), &longest), [2.0, 0.0, 3.0, 0.5]);
    let equal = inputs(table(&["g0", "g1", "g0"], &[5.0, 10.0, 5.0]));
    assert_eq!(values(&equal, &divide()), [2.0, 0.0, 3.0, 0.5]);
    let unused = inputs(table(&["g0", "g1", "x", "x"], &[5.0, 10.0, 1.0, 2.0]));
    assert_eq!(values(&unused, &divide()), [2.0, 0.0, 3.0, 0.5]);
}

#[test]
fn a_missing_length_gives_way_to_one_that_is_there() {
    let twice = inputs(table(&["g0", "g0", "g1"], &[NAN, 5.0, 10.0]));
    assert_eq!(values(&twice, &divide()), [2.0, 0.0, 3.0, 0.5]);
}

#[test]
fn versions_are_ignored_only_when_told() {
    let versioned = || inputs(table(&["g0.4", "g1"], &[2.0, 10.0]));
    let (output, warnings) = run_with_warnings::<LengthNormalize>(&versioned(), &divide());
    assert_eq!(output.unwrap().dataset.n_genes(), 1);
    assert!(
        warnings[0]
            .message
            .contains("such as g0 and g0.4: set strip_version")
    );
    let stripped = LengthNormalizeParameters {
        strip_version: true,
        ..divide()
    };
    assert_eq!(values(&versioned(), &stripped), [5.0, 0.0, 3.0, 0.5]);
}

#[test]
fn a_table_of_other_names_is_refused_with_examples_of_both_sides() {
    let message = refusal(&inputs(table(&["TP53", "MYC"], &[2.0, 10.0])), &divide());
    let expected =
        "0 of 2 genes of a are in lengths: the data have g0, g1, the table has TP53, MYC";
    assert!(message.contains(expected), "{message}");
}

#[test]
fn under_half_the_genes_with_a_length_is_told_with_examples() {
    let mut inputs = inputs(table(&["g0"], &[2.0]));
    inputs.datasets[0].data = Arc::new(dataset(&[&[1.0], &[2.0], &[3.0]]));
    let (_, warnings) = run_with_warnings::<LengthNormalize>(&inputs, &divide());
    assert_eq!(warnings[0].code, "few_lengths");
    assert!(warnings[0].message.starts_with("only 1 of 3 genes of a"));
}

#[test]
fn names_may_stand_in_another_column() {
    let mut symbols = table(&["E1", "E2"], &[2.0, 10.0]);
    symbols.annotations.set(Column {
        name: "symbol".into(),
        values: ColumnValues::Text(names(&["g0", "g1"])),
    });
    let by = |column: &str| LengthNormalizeParameters {
        match_by: column.into(),
        ..divide()
    };
    assert_eq!(
        values(&inputs(symbols.clone()), &by("symbol")),
        [5.0, 0.0, 3.0, 0.5]
    );
    let message = refusal(&inputs(symbols.clone()), &by("name"));
    assert!(
        message.contains("one of gene_id, length, symbol"),
        "{message}"
    );
    assert!(refusal(&inputs(symbols), &by("gene_id")).contains("0 of 2 genes"));
}

#[test]
fn of_several_columns_of_numbers_one_must_be_named() {
    let mut two = table(&["g0", "g1"], &[2.0, 10.0]);
    two.annotations.set(Column {
        name: "span".into(),
        values: ColumnValues::Number(vec![20.0, 100.0]),
    });
    let message = refusal(&inputs(two.clone()), &divide());
    assert!(
        message.contains("one of the columns of numbers: length, span"),
        "{message}"
    );
    let span = LengthNormalizeParameters {
        column: "span".into(),
        ..divide()
    };
    assert_eq!(values(&inputs(two), &span), [0.5, 0.0, 0.3, 0.05]);
}

#[test]
fn kilobases_give_the_same_rpkm() {
    let of = |lengths: &[f64], unit| {
        let parameters = LengthNormalizeParameters {
            how: LengthMethod::Rpkm,
            unit,
            ..divide()
        };
        let mut counts = inputs(table(&["g0", "g1"], lengths));
        let mut data = dataset(&[&[10.0, 0.0], &[30.0, 5.0]]);
        data.kind = ValueKind::Counts;
        counts.datasets[0].data = Arc::new(data);
        values(&counts, &parameters)
    };
    assert_eq!(
        of(&[2000.0, 500.0], LengthUnit::Bp),
        of(&[2.0, 0.5], LengthUnit::Kb)
    );
}

#[test]
fn logarithms_have_no_tpm() {
    let mut logged = inputs(table(&["g0", "g1"], &[2.0, 10.0]));
    let mut data = dataset(&[&[1.5]]);
    data.kind = ValueKind::Log;
    logged.datasets[0].data = Arc::new(data);
    let parameters = LengthNormalizeParameters {
        how: LengthMethod::Tpm,
        ..divide()
    };
    assert!(refusal(&logged, &parameters).contains("1.5 at g0, s0 is no count"));
}

#[test]
fn a_sample_counted_only_in_genes_without_a_length_has_no_tpm() {
    let mut counts = inputs(table(&["g0"], &[2.0]));
    let mut data = dataset(&[&[10.0, 0.0], &[30.0, 5.0]]);
    data.kind = ValueKind::Counts;
    counts.datasets[0].data = Arc::new(data);
    let parameters = LengthNormalizeParameters {
        how: LengthMethod::Tpm,
        ..divide()
    };
    assert!(refusal(&counts, &parameters).contains("sample s1 of a has no count in the 1 genes"));
}
