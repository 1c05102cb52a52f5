use super::{Mds, MdsParameters, SampleDistance};
use crate::{
    analyses::{
        Inputs, Parameters, Shapes, StepOutput,
        testing::{dataset, run, run_with_warnings},
    },
    error::AnalysisError,
};

const ROWS: &[&[f32]] = &[
    &[1.0, 2.0, 3.0, 4.0],
    &[2.0, 4.0, 1.0, 8.0],
    &[0.5, 0.0, 0.5, 9.0],
];

const EUCLIDEAN: MdsParameters = MdsParameters {
    distance: SampleDistance::Euclidean,
    components: 3,
    scale: false,
};

#[test]
fn euclidean_distances_are_kept_in_as_many_dimensions_as_they_need() {
    let inputs = Inputs::of("a", dataset(ROWS));
    let output = run::<Mds>(&inputs, &EUCLIDEAN).unwrap();
    let squares = |differences: [f64; 3]| differences.map(|x| x * x).iter().sum::<f64>();
    for (i, j) in (0..16).map(|pair| (pair / 4, pair % 4)) {
        let rows = [0, 1, 2].map(|gene| f64::from(ROWS[gene][i] - ROWS[gene][j]));
        let found = [0, 1, 2].map(|at| {
            let along: &Vec<f64> = &output.found.coordinates[at];
            along[i] - along[j]
        });
        assert!((squares(found) - squares(rows)).abs() < 1e-4);
    }
    assert!((output.shares().iter().sum::<f64>() - 1.0).abs() < 1e-6);
}

#[test]
fn fewer_dimensions_than_asked_for_are_told() {
    let inputs = Inputs::of("a", dataset(ROWS));
    let (output, warnings) = run_with_warnings::<Mds>(&inputs, &MdsParameters::default());
    assert!(output.unwrap().found.eigenvalues.len() < 4);
    assert_eq!(warnings[0].code, "fewer_components");
}

#[test]
fn a_constant_sample_has_no_correlation_and_is_named() {
    let inputs = Inputs::of("a", dataset(&[&[1.0, 2.0], &[1.0, 5.0]]));
    match run::<Mds>(&inputs, &MdsParameters::default()) {
        Err(AnalysisError::Unsuitable { found, .. }) => assert!(found.contains("s0")),
        other => panic!("{other:?}"),
    }
    assert!(run::<Mds>(&inputs, &EUCLIDEAN).is_ok());
}

#[test]
fn equal_samples_are_refused() {
    let inputs = Inputs::of("a", dataset(&[&[1.0, 1.0], &[5.0, 5.0]]));
    for parameters in [MdsParameters::default(), EUCLIDEAN] {
        let found = run::<Mds>(&inputs, &parameters);
        assert!(matches!(found, Err(AnalysisError::Unsuitable { .. })));
    }
}

#[test]
fn tables_have_a_column_per_dimension() {
    let output = run::<Mds>(&Inputs::of("a", dataset(ROWS)), &EUCLIDEAN).unwrap();
    let tables = output.tables();
    let names: Vec<&str> = tables[0]
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(names, ["sample", "MDS1", "MDS2", "MDS3"]);
    assert_eq!(tables[1].columns[1].name, "eigenvalue");
}

#[test]
fn a_scaled_gene_counts_as_much_in_any_unit() {
    let scaled = MdsParameters {
        scale: true,
        ..EUCLIDEAN
    };
    let shares = |rows: &[&[f32]], parameters: &MdsParameters| {
        let output = run::<Mds>(&Inputs::of("a", dataset(rows)), parameters).unwrap();
        assert_eq!(
            output.note().contains("standard deviation"),
            parameters.scale
        );
        output.shares()
    };
    let inches: Vec<f32> = ROWS[2].iter().map(|value| value * 64.0).collect();
    let in_inches = [ROWS[0], ROWS[1], &inches];
    let differ = |parameters: &MdsParameters| {
        let (one, other) = (shares(ROWS, parameters), shares(&in_inches, parameters));
        one.iter().zip(other).any(|(a, b)| (a - b).abs() > 1e-5)
    };
    assert!(differ(&EUCLIDEAN) && !differ(&scaled));
    let correlation = MdsParameters {
        distance: SampleDistance::Correlation,
        ..scaled
    };
    let error = correlation.check(&Shapes::default()).unwrap_err();
    assert_eq!(error.field, "scale");
    assert!(error.allowed.contains("center_scale"));
}
