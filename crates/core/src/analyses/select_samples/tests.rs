use super::{SelectSamples, SelectSamplesParameters};
use crate::{
    Dataset,
    analyses::{
        Inputs,
        selection::{Keep, Rule},
        testing::{dataset, names, run, run_with_warnings},
    },
    dataset::{Column, ColumnValues},
};

fn annotated() -> Dataset {
    let mut data = dataset(&[&[0.0, 1.0, 2.0, 3.0]]);
    let column = |name: &str, cells: &[&str]| Column {
        name: name.into(),
        values: ColumnValues::from_text(names(cells)),
    };
    data.sample_annotations
        .set(column("tissue", &["liver", "brain", "liver", ""]));
    data.sample_annotations
        .set(column("age", &["10", "20", "NA", "40"]));
    data
}

fn check(parameters: &SelectSamplesParameters, expected: &[&str]) {
    let output = run::<SelectSamples>(&Inputs::of("a", annotated()), parameters).unwrap();
    assert_eq!(*output.dataset.samples, names(expected), "{parameters:?}");
    let values: Vec<String> = output
        .dataset
        .matrix
        .values()
        .iter()
        .map(|value| format!("s{value}"))
        .collect();
    assert_eq!(values, expected, "values move with their names");
}

fn ruled(column: &str, rule: Rule, values: &[&str]) -> SelectSamplesParameters {
    SelectSamplesParameters {
        column: column.into(),
        rule,
        values: names(values),
        ..Default::default()
    }
}

#[test]
fn names_are_kept_in_the_order_asked_and_rules_in_the_order_of_the_data() {
    check(
        &SelectSamplesParameters::default(),
        &["s0", "s1", "s2", "s3"],
    );
    let by_name = SelectSamplesParameters {
        ids: names(&["s2", "s0", "s2"]),
        ..Default::default()
    };
    check(&by_name, &["s2", "s0"]);
    check(
        &SelectSamplesParameters {
            keep: Keep::Others,
            ..by_name
        },
        &["s1", "s3"],
    );
    check(&ruled("tissue", Rule::OneOf, &["liver"]), &["s0", "s2"]);
    check(&ruled("tissue", Rule::NoneOf, &["liver"]), &["s1"]);
    check(&ruled("tissue", Rule::Contains, &["RAI"]), &["s1"]);
    check(&ruled("age", Rule::AtLeast, &["20"]), &["s1", "s3"]);
    check(&ruled("age", Rule::AtMost, &["20"]), &["s0", "s1"]);
}

#[test]
fn names_not_there_are_listed_with_their_nearest() {
    let parameters = SelectSamplesParameters {
        ids: names(&["s1", "S3"]),
        ..Default::default()
    };
    let (output, warnings) =
        run_with_warnings::<SelectSamples>(&Inputs::of("a", annotated()), &parameters);
    let output = output.unwrap();
    assert_eq!(*output.dataset.samples, names(&["s1"]));
    assert_eq!(output.tables[0].name, "unmatched");
    assert!(
        warnings[0].message.contains("S3 (nearest: s3)"),
        "{warnings:?}"
    );
}

#[test]
fn when_no_name_is_there_both_sides_are_shown() {
    let parameters = SelectSamplesParameters {
        ids: names(&["liver_1"]),
        ..Default::default()
    };
    let error = run::<SelectSamples>(&Inputs::of("a", annotated()), &parameters).unwrap_err();
    assert_eq!(error.code(), "no_match");
    assert!(
        error
            .to_string()
            .contains("asked for liver_1, there are s0, s1, s2, s3")
    );
}

#[test]
fn a_rule_on_an_unknown_column_lists_the_columns() {
    let error = run::<SelectSamples>(
        &Inputs::of("a", annotated()),
        &ruled("organ", Rule::OneOf, &["liver"]),
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "column is organ, expected one of tissue, age"
    );
}
