use std::sync::Arc;

use super::{QuantileNormalize, QuantileNormalizeParameters};
use crate::{
    analyses::{
        Inputs, SampleSet,
        testing::{dataset, names, run, run_with_warnings},
    },
    dataset::{Column, ColumnValues, ValueKind},
    stats::quantile_normalize::TieRule,
};

/// Worked by hand: target 0.25, 1.75, 3, 3.75, 10.25, 17.75.
const WORKED: &[&[f32]] = &[
    &[0.0, 0.0, 0.0, 1.0],
    &[0.0, 0.0, 2.0, 5.0],
    &[0.0, 3.0, 2.0, 7.0],
    &[1.0, 3.0, 2.0, 9.0],
    &[4.0, 10.0, 7.0, 20.0],
    &[9.0, 11.0, 30.0, 21.0],
];

fn first_column(ties: TieRule) -> Vec<f32> {
    let parameters = QuantileNormalizeParameters {
        ties,
        ..Default::default()
    };
    let inputs = Inputs::of("a", dataset(WORKED));
    run::<QuantileNormalize>(&inputs, &parameters)
        .unwrap()
        .dataset
        .matrix
        .column(0)
}

#[test]
fn both_tie_rules_give_the_worked_example() {
    let third = 5.0 / 3.0;
    assert_eq!(
        first_column(TieRule::BlockMean),
        [third, third, third, 3.75, 10.25, 17.75].map(|x: f64| x as f32)
    );
    assert_eq!(
        first_column(TieRule::AverageRank),
        [1.75, 1.75, 1.75, 3.75, 10.25, 17.75]
    );
}

#[test]
fn a_target_of_one_sample_gives_its_values_to_all() {
    let parameters = QuantileNormalizeParameters {
        target: SampleSet::Listed(names(&["s3"])),
        ..Default::default()
    };
    let inputs = Inputs::of(
        "a",
        dataset(&[&[0.0, 1.0, 7.0, 5.0], &[9.0, 2.0, 3.0, 8.0]]),
    );
    let output = run::<QuantileNormalize>(&inputs, &parameters).unwrap();
    assert_eq!(
        output.dataset.matrix.values(),
        &[5.0, 5.0, 8.0, 5.0, 8.0, 8.0, 5.0, 8.0]
    );
    assert!(
        output
            .note
            .contains("to the mean distribution of 1 of them")
    );
}

#[test]
fn test_samples_in_the_target_are_warned_about() {
    let mut data = dataset(WORKED);
    data.sample_annotations.columns.push(Arc::new(Column {
        name: "part".into(),
        values: ColumnValues::Text(names(&["train", "test", "train", "test"])),
    }));
    let inputs = Inputs::of("a", data);
    let codes = |target: SampleSet| {
        let parameters = QuantileNormalizeParameters {
            target,
            ..Default::default()
        };
        let (_, warnings) = run_with_warnings::<QuantileNormalize>(&inputs, &parameters);
        warnings
    };
    let all = codes(SampleSet::All);
    assert_eq!(all[0].code, "fitted_on_test");
    assert!(
        all[0]
            .message
            .starts_with("2 of the 2 samples of a that part calls test")
    );
    assert!(all[0].message.contains("the first is s1"));
    let some = codes(SampleSet::Listed(names(&["s0", "s3"])));
    assert!(some[0].message.starts_with("1 of the 2 samples of a"));
    assert_eq!(codes(SampleSet::Listed(names(&["s0", "s2"]))), []);
}

#[test]
fn counts_are_warned_about_and_are_counts_no_more() {
    let mut data = dataset(WORKED);
    data.kind = ValueKind::Counts;
    let (output, warnings) = run_with_warnings::<QuantileNormalize>(
        &Inputs::of("a", data),
        &QuantileNormalizeParameters::default(),
    );
    assert_eq!(output.unwrap().dataset.kind, ValueKind::Linear);
    assert_eq!(warnings[0].code, "unlogged");
}
