use super::{LogRatio, LogRatioParameters, NotPositive};
use crate::{
    Dataset,
    analyses::{
        Inputs,
        testing::{dataset, names, run, run_with_warnings},
    },
    dataset::{Column, ColumnValues, ValueKind},
    table::TableValues,
};

/// Two arrays of two channels, the second with swapped dyes.
fn swapped() -> Dataset {
    let mut data = dataset(&[&[1.0, 8.0, 8.0, 2.0], &[4.0, 4.0, 1.0, 16.0]]);
    for (name, values) in [
        ("array", ["A", "A", "B", "B"]),
        ("holds", ["wt", "mutant", "mutant", "wt"]),
        ("dye", ["Cy3", "Cy5", "Cy3", "Cy5"]),
    ] {
        data.sample_annotations.set(Column {
            name: name.into(),
            values: ColumnValues::Text(names(&values)),
        });
    }
    data
}

fn by_channel() -> LogRatioParameters {
    LogRatioParameters {
        reference: names(&["wt"]),
        channel: "holds".into(),
        array: "array".into(),
        ..Default::default()
    }
}

fn by_column(sample: &[&str], reference: &[&str]) -> LogRatioParameters {
    LogRatioParameters {
        sample: names(sample),
        reference: names(reference),
        ..Default::default()
    }
}

fn refusal(data: Dataset, parameters: &LogRatioParameters) -> String {
    let error = run::<LogRatio>(&Inputs::of("a", data), parameters).unwrap_err();
    format!("{error}. {}", error.hint().unwrap_or_default())
}

#[test]
fn the_ratio_is_that_of_the_sample_whatever_its_dye() {
    let parameters = LogRatioParameters {
        dye: "dye".into(),
        ..by_channel()
    };
    let output = run::<LogRatio>(&Inputs::of("a", swapped()), &parameters).unwrap();
    assert_eq!(output.dataset.matrix.values(), &[3.0, 2.0, 0.0, -4.0]);
    assert_eq!(*output.dataset.samples, names(&["A", "B"]));
    assert_eq!(output.dataset.kind, ValueKind::LogRatio);
    let holds = output.dataset.sample_annotations.column("holds").unwrap();
    assert_eq!(holds.values.text(1), "mutant");
    let column = |at: usize| output.tables[0].columns[at].values.clone();
    assert_eq!(column(1), TableValues::Text(names(&["s1", "s2"])));
    assert_eq!(column(3), TableValues::Text(names(&["Cy5", "Cy3"])));
    assert!(
        output
            .note
            .contains("1 of them have the sample in the rarer dye")
    );
}

#[test]
fn listed_columns_are_paired_in_order_and_one_reference_serves_all() {
    let check = |parameters: &LogRatioParameters, expected: &[f32]| {
        let output = run::<LogRatio>(&Inputs::of("a", swapped()), parameters).unwrap();
        assert_eq!(output.dataset.matrix.row(0), expected);
    };
    check(&by_column(&["s1", "s2"], &["s0", "s3"]), &[3.0, 2.0]);
    check(&by_column(&["s2", "s1"], &["s0"]), &[3.0, 3.0]);
}

#[test]
fn an_array_needs_one_sample_and_one_reference() {
    let mut data = swapped();
    data.sample_annotations.set(Column {
        name: "holds".into(),
        values: ColumnValues::Text(names(&["wt", "mutant", "wt", "wt"])),
    });
    let message = refusal(data, &by_channel());
    assert!(
        message.contains("array B holds wt, wt: 0 samples and 2 references"),
        "{message}"
    );
}

#[test]
fn what_names_nothing_is_refused() {
    let check = |parameters: &LogRatioParameters, expected: &str| {
        let message = refusal(swapped(), parameters);
        assert!(message.contains(expected), "{message}");
    };
    check(&by_column(&["s1"], &[]), "reference is empty");
    check(&by_column(&[], &["s0"]), "sample is empty");
    check(
        &by_column(&["s1"], &["s9"]),
        "reference is s9, expected a sample of a",
    );
    check(
        &by_column(&["s1", "s2", "s3"], &["s0", "s3"]),
        "one, or one for each of the 3",
    );
    check(
        &by_column(&["s1"], &["s1"]),
        "another column than the sample's",
    );
    check(
        &by_column(&["s1", "s1"], &["s0"]),
        "sample s1 stands 2 times",
    );
    let label = LogRatioParameters {
        reference: names(&["pool"]),
        ..by_channel()
    };
    check(
        &label,
        "reference is pool, expected values of holds: mutant, wt",
    );
}

#[test]
fn what_is_not_above_zero_is_refused_or_missing_as_asked() {
    let data = || dataset(&[&[1.0, 0.0], &[-2.0, 4.0], &[4.0, 1.0]]);
    let parameters = by_column(&["s0"], &["s1"]);
    let message = refusal(data(), &parameters);
    assert!(
        message.contains("2 intensities of a are not above zero, the first is 0 at g0, s1"),
        "{message}"
    );
    let missing = LogRatioParameters {
        not_positive: NotPositive::Missing,
        ..parameters
    };
    let (output, warnings) = run_with_warnings::<LogRatio>(&Inputs::of("a", data()), &missing);
    let output = output.unwrap();
    let values = output.dataset.matrix.values();
    assert!(values[0].is_nan() && values[1].is_nan());
    assert_eq!(values[2], 2.0);
    assert_eq!(warnings[0].code, "not_positive");
}

#[test]
fn logarithms_are_subtracted_only_when_told() {
    let mut data = dataset(&[&[7.0, 4.5]]);
    data.kind = ValueKind::Log;
    let mut parameters = by_column(&["s0"], &["s1"]);
    assert!(refusal(data.clone(), &parameters).contains("Set logged"));
    parameters.logged = true;
    let output = run::<LogRatio>(&Inputs::of("a", data.clone()), &parameters).unwrap();
    assert_eq!(output.dataset.matrix.values(), &[2.5]);
    data.kind = ValueKind::LogRatio;
    assert!(refusal(data, &parameters).contains("flip_sign"));
}
