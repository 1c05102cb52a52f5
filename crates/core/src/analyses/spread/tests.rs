use super::{Spread, SpreadParameters};
use crate::{
    analyses::{
        Inputs, StepOutput,
        testing::{dataset, run, run_with_warnings},
    },
    figure::{FigureKind, FigureRequest},
};

fn figure_kind(n_samples: usize) -> FigureKind {
    let row: Vec<f32> = (0..n_samples).map(|sample| sample as f32).collect();
    let zeros = vec![0.0; n_samples];
    let inputs = Inputs::of("a", dataset(&[&row, &zeros]));
    let output = run::<Spread>(&inputs, &SpreadParameters::default()).unwrap();
    let request = FigureRequest {
        name: "spread".into(),
        ..Default::default()
    };
    output.figure(&request).unwrap().kind
}

#[test]
fn samples_are_sorted_by_their_interquartile_range() {
    let data = dataset(&[&[0.0, 0.0], &[4.0, 1.0], &[8.0, 2.0], &[f32::NAN, 0.25]]);
    let output = run::<Spread>(&Inputs::of("a", data), &SpreadParameters::default()).unwrap();
    let [quiet, wide] = [&output.profiles[0], &output.profiles[1]];
    assert_eq!((quiet.name.as_str(), wide.name.as_str()), ("s1", "s0"));
    assert_eq!(wide.percentiles, [0.4, 2.0, 4.0, 6.0, 7.6]);
    assert_eq!((wide.n, wide.n_beyond), (3, [2, 2, 2, 2]));
    // Strictly beyond: 0.25 is not beyond 0.25, and 1 not beyond 1.
    assert_eq!((quiet.n, quiet.n_beyond), (4, [2, 2, 2, 1]));
}

#[test]
fn few_samples_are_boxes_and_many_are_bands() {
    assert!(matches!(figure_kind(40), FigureKind::Boxes(_)));
    assert!(matches!(figure_kind(41), FigureKind::Bands(_)));
}

#[test]
fn a_sample_without_values_stands_last_and_is_told() {
    let data = dataset(&[&[f32::NAN, 1.0], &[f32::NAN, 2.0]]);
    let (output, warnings) =
        run_with_warnings::<Spread>(&Inputs::of("a", data), &SpreadParameters::default());
    assert_eq!(output.unwrap().profiles[1].name, "s0");
    assert_eq!(
        warnings[0].message,
        "1 samples have no values, the first is s0"
    );
}
