use super::{Pca, PcaParameters};
use crate::{
    analyses::{
        Inputs, StepOutput,
        testing::{dataset, run, run_with_warnings},
    },
    error::AnalysisError,
    figure::{FigureKind, FigureRequest},
};

/// Samples along one direction, with a little of a second.
const ROWS: &[&[f32]] = &[
    &[1.0, 2.0, 3.0, 4.0],
    &[2.0, 4.0, 6.0, 8.0],
    &[0.5, 0.0, 0.5, 0.0],
    &[3.0, 3.0, 3.0, 3.0],
];

fn codes(rows: &[&[f32]], parameters: PcaParameters) -> Vec<String> {
    let (output, warnings) = run_with_warnings::<Pca>(&Inputs::of("a", dataset(rows)), &parameters);
    output.unwrap();
    warnings.into_iter().map(|warning| warning.code).collect()
}

#[test]
fn tables_and_scalars_have_the_names_of_the_catalogue() {
    let inputs = Inputs::of("a", dataset(ROWS));
    let output = run::<Pca>(&inputs, &PcaParameters::default()).unwrap();
    let tables = output.tables();
    let header = |at: usize| -> Vec<&str> {
        tables[at]
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect()
    };
    assert_eq!(header(0), ["sample", "PC1", "PC2"]);
    assert_eq!(header(1), ["gene", "PC1", "PC2"]);
    assert_eq!(header(2), ["component", "variance", "share"]);
    assert_eq!(output.scalars()["n_components"], 2);
    assert_eq!(output.summary().top_genes[0], "g1");
}

#[test]
fn fewer_components_than_asked_for_are_told() {
    assert_eq!(codes(ROWS, PcaParameters::default()), ["fewer_components"]);
    let two = PcaParameters {
        components: 2,
        ..PcaParameters::default()
    };
    assert!(codes(ROWS, two).is_empty());
    let scaled = PcaParameters { scale: true, ..two };
    assert_eq!(codes(ROWS, scaled), ["constant_genes"]);
}

#[test]
fn two_samples_have_one_component_and_still_a_picture() {
    let inputs = Inputs::of("a", dataset(&[&[1.0, 2.0], &[5.0, 3.0]]));
    let output = run::<Pca>(&inputs, &PcaParameters::default()).unwrap();
    assert_eq!(output.shares().len(), 1);
    assert!((output.shares()[0] - 1.0).abs() < 1e-6);
    for info in output.figures() {
        let request = FigureRequest {
            name: info.name,
            ..Default::default()
        };
        assert!(output.figure(&request).is_ok());
    }
}

#[test]
fn samples_that_do_not_differ_are_refused() {
    let inputs = Inputs::of("a", dataset(&[&[1.0, 1.0], &[5.0, 5.0]]));
    let found = run::<Pca>(&inputs, &PcaParameters::default());
    assert!(matches!(found, Err(AnalysisError::Unsuitable { .. })));
}

#[test]
fn the_pair_of_components_is_chosen_by_the_statistic() {
    let rows: &[&[f32]] = &[
        &[1.0, 0.0, 0.0, 3.0],
        &[0.0, 2.0, 0.0, 1.0],
        &[0.0, 0.0, 4.0, 2.0],
    ];
    let output = run::<Pca>(&Inputs::of("a", dataset(rows)), &PcaParameters::default()).unwrap();
    let label = |statistic: Option<&str>| {
        let request = FigureRequest {
            name: "scores".into(),
            statistic: statistic.map(Into::into),
            ..Default::default()
        };
        match output.figure(&request).unwrap().kind {
            FigureKind::Scatter(scatter) => (scatter.x.label, scatter.y.label),
            other => panic!("{other:?}"),
        }
    };
    assert!(label(None).1.starts_with("PC2 ("));
    let chosen = label(Some("PC2 against PC3"));
    assert!(chosen.0.starts_with("PC2 (") && chosen.1.starts_with("PC3 ("));
}
