use super::{Axis, Center, CenterScale, CenterScaleParameters, Scale};
use crate::{
    analyses::{
        Inputs, Parameters, SampleSet, Shapes,
        testing::{dataset, names, run, run_with_warnings},
    },
    table::TableValues,
};

const NAN: f32 = f32::NAN;

fn check(rows: &[&[f32]], parameters: &CenterScaleParameters, expected: &[f32]) {
    let output = run::<CenterScale>(&Inputs::of("a", dataset(rows)), parameters).unwrap();
    for (found, expected) in output.dataset.matrix.values().iter().zip(expected) {
        let is_equal = (found - expected).abs() < 1e-6 || found.is_nan() && expected.is_nan();
        assert!(is_equal, "{parameters:?}: {found}, expected {expected}");
    }
}

fn parameters(center: Center, scale: Scale) -> CenterScaleParameters {
    CenterScaleParameters {
        center,
        scale,
        ..Default::default()
    }
}

#[test]
fn genes_are_centered_and_scaled_each_by_itself() {
    // R: scale(c(1, 2, 3)), scale(c(0, 10)).
    check(
        &[&[1.0, 2.0, 3.0, NAN]],
        &CenterScaleParameters::default(),
        &[-1.0, 0.0, 1.0, NAN],
    );
    let half = std::f32::consts::FRAC_1_SQRT_2;
    check(
        &[&[0.0, 10.0]],
        &CenterScaleParameters::default(),
        &[-half, half],
    );
    let population = CenterScaleParameters {
        ddof: 0,
        ..Default::default()
    };
    check(&[&[0.0, 10.0]], &population, &[-1.0, 1.0]);
    check(
        &[&[1.0, 2.0, 9.0]],
        &parameters(Center::Median, Scale::None),
        &[-1.0, 0.0, 7.0],
    );
    // R: c(1, 2, 9) / mad(c(1, 2, 9)).
    let mad = 1.4826;
    check(
        &[&[1.0, 2.0, 9.0]],
        &parameters(Center::None, Scale::Mad),
        &[1.0 / mad, 2.0 / mad, 9.0 / mad],
    );
}

#[test]
fn samples_are_centered_over_their_genes() {
    let by_sample = CenterScaleParameters {
        axis: Axis::Samples,
        scale: Scale::None,
        ..Default::default()
    };
    check(
        &[&[1.0, 10.0], &[3.0, 30.0]],
        &by_sample,
        &[-1.0, -10.0, 1.0, 10.0],
    );
}

#[test]
fn constant_genes_become_zero_and_are_listed() {
    let rows: &[&[f32]] = &[&[2.0, 2.0], &[1.0, 3.0], &[NAN, 4.0], &[NAN, NAN]];
    let (output, warnings) = run_with_warnings::<CenterScale>(
        &Inputs::of("a", dataset(rows)),
        &CenterScaleParameters::default(),
    );
    let output = output.unwrap();
    assert_eq!(output.dataset.matrix.row(0), &[0.0, 0.0]);
    assert_eq!(output.dataset.matrix.get(2, 1), 0.0);
    let TableValues::Text(constant) = &output.tables[0].columns[0].values else {
        panic!("words expected")
    };
    assert_eq!(constant, &["g0", "g2"]);
    assert_eq!(warnings[0].code, "constant");
}

#[test]
fn genes_may_be_scaled_by_training_samples_alone() {
    let fitted = CenterScaleParameters {
        fit: SampleSet::Listed(names(&["s0", "s1"])),
        ..Default::default()
    };
    let half = std::f32::consts::FRAC_1_SQRT_2;
    check(
        &[&[0.0, 10.0, 15.0], &[3.0, 3.0, 5.0]],
        &fitted,
        &[-half, half, 2.0 * half, 0.0, 0.0, 2.0],
    );
    let by_sample = CenterScaleParameters {
        axis: Axis::Samples,
        ..fitted
    };
    let error = by_sample.check(&Shapes::default()).unwrap_err();
    assert_eq!(error.field, "fit");
}
