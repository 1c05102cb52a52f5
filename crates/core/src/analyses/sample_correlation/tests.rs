use super::{SampleCorrelation, SampleCorrelationParameters};
use crate::{
    analyses::{
        Inputs, StepOutput,
        testing::{dataset, run, run_with_warnings},
    },
    figure::{FigureKind, FigureRequest},
    stats::correlation::CorrelationMethod,
};

const ROWS: &[&[f32]] = &[
    &[1.0, 5.0, 1.5, 1.0],
    &[2.0, 3.0, 2.5, 1.0],
    &[3.0, 4.0, 2.8, 1.0],
    &[9.0, 0.0, 9.0, 1.0],
];

#[test]
fn the_square_is_symmetric_with_ones_and_gaps_for_constant_samples() {
    let (output, warnings) = run_with_warnings::<SampleCorrelation>(
        &Inputs::of("a", dataset(ROWS)),
        &SampleCorrelationParameters::default(),
    );
    let output = output.unwrap();
    assert!((output.matrix.get(0, 0) - 1.0).abs() < 1e-6);
    assert_eq!(output.matrix.get(0, 1), output.matrix.get(1, 0));
    assert!(output.matrix.get(0, 3).is_nan());
    assert!(warnings[0].message.starts_with("sample s3 is constant"));
    assert_eq!(output.summary().most_alike.unwrap(), ["s0", "s2"]);
    assert_eq!(output.scalars()["n_pairs"], 3);
}

#[test]
fn samples_alike_stand_together_in_the_heat_map() {
    let parameters = SampleCorrelationParameters {
        method: CorrelationMethod::Spearman,
    };
    let output = run::<SampleCorrelation>(&Inputs::of("a", dataset(ROWS)), &parameters).unwrap();
    let request = FigureRequest {
        name: "heat_map".into(),
        ..Default::default()
    };
    let FigureKind::HeatMap(heat_map) = output.figure(&request).unwrap().kind else {
        panic!("a heat map")
    };
    assert_eq!(heat_map.rows[..2], ["s0", "s2"]);
    assert_eq!((heat_map.raster.width, heat_map.raster.height), (4, 4));
    assert!(heat_map.scale.diverging);
}

#[test]
fn the_table_is_square_with_sample_in_its_first_cell() {
    let inputs = Inputs::of("a", dataset(ROWS));
    let output =
        run::<SampleCorrelation>(&inputs, &SampleCorrelationParameters::default()).unwrap();
    let matrix = &output.tables()[0];
    assert_eq!((matrix.n_rows(), matrix.columns.len()), (4, 5));
    assert_eq!(matrix.columns[0].name, "sample");
}
