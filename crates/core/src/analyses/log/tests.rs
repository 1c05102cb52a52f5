use super::{Base, Log, LogParameters};
use crate::{
    Dataset, Matrix,
    analyses::{Analysis, Inputs, TransformOutput},
    context::quietly,
    error::AnalysisError,
};

fn log(values: &[f32], parameters: LogParameters) -> Result<TransformOutput, AnalysisError> {
    let data = Dataset::new(
        Matrix::from_rows(1, values.len(), values.to_vec()),
        vec!["g".into()],
        (0..values.len()).map(|i| format!("s{i}")).collect(),
    );
    quietly(|context| Log::run(&Inputs::of("counts", data), &parameters, context))
}

#[test]
fn zero_one_and_three_become_zero_one_and_two() {
    let output = log(&[0.0, 1.0, 3.0, f32::NAN], LogParameters::default()).unwrap();
    assert_eq!(&output.dataset.matrix.values()[..3], &[0.0, 1.0, 2.0]);
    assert!(output.dataset.matrix.values()[3].is_nan());
    assert_eq!(output.dataset.value_label, "log2(value + 1)");
}

#[test]
fn a_negative_value_is_refused_with_its_place() {
    let error = log(&[1.0, -2.0], LogParameters::default()).unwrap_err();
    assert!(error.to_string().contains("-2 (g, s1)"), "{error}");
}

#[test]
fn zero_without_pseudocount_is_refused() {
    let parameters = LogParameters {
        base: Base::Ten,
        pseudocount: 0.0,
    };
    assert!(matches!(
        log(&[0.0], parameters),
        Err(AnalysisError::Unsuitable { .. })
    ));
}

#[test]
fn bases_are_written_as_in_the_catalogue() {
    let parameters: LogParameters = serde_json::from_str(r#"{"base": 10}"#).unwrap();
    assert_eq!(parameters.base, Base::Ten);
    assert_eq!(
        serde_json::to_string(&parameters).unwrap(),
        r#"{"base":10,"pseudocount":1.0}"#
    );
    assert!(serde_json::from_str::<LogParameters>(r#"{"base": 3}"#).is_err());
}
