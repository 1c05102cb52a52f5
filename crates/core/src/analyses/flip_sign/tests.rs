use super::{FlipSign, FlipSignParameters};
use crate::analyses::{
    Inputs, SampleSet,
    testing::{dataset, names, run, run_with_warnings},
};

fn listed(samples: &[&str]) -> FlipSignParameters {
    FlipSignParameters {
        samples: SampleSet::Listed(names(samples)),
    }
}

#[test]
fn only_the_named_samples_turn() {
    let inputs = Inputs::of("b", dataset(&[&[1.0, -2.0], &[0.0, 3.0]]));
    let output = run::<FlipSign>(&inputs, &listed(&[" s1 "])).unwrap();
    assert_eq!(output.dataset.matrix.values(), &[1.0, 2.0, 0.0, -3.0]);
    assert_eq!(output.note, "The sign of 1 of 2 samples was flipped.");
}

#[test]
fn flipping_all_twice_gives_the_first_values() {
    let data = dataset(&[&[1.0, -2.0, 0.0]]);
    let all = FlipSignParameters::default();
    let once = run::<FlipSign>(&Inputs::of("b", data.clone()), &all).unwrap();
    assert_eq!(once.dataset.matrix.values(), &[-1.0, 2.0, 0.0]);
    let twice = run::<FlipSign>(&Inputs::of("b", (*once.dataset).clone()), &all).unwrap();
    assert_eq!(twice.dataset.matrix, data.matrix);
}

#[test]
fn an_unknown_sample_names_the_nearest() {
    let inputs = Inputs::of("b", dataset(&[&[1.0, -2.0]]));
    let error = run::<FlipSign>(&inputs, &listed(&["S1"])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "samples is S1, expected a sample of b, perhaps s1"
    );
}

#[test]
fn counts_are_flipped_with_a_warning() {
    let inputs = Inputs::of("counts", dataset(&[&[1.0, 2.0]]));
    let (_, warnings) = run_with_warnings::<FlipSign>(&inputs, &FlipSignParameters::default());
    assert_eq!(warnings[0].code, "not_log_ratios");
}

#[test]
fn sample_sets_read_all_or_a_list() {
    let read = |text| serde_json::from_str::<FlipSignParameters>(text);
    assert_eq!(
        read(r#"{"samples": "all"}"#).unwrap(),
        FlipSignParameters::default()
    );
    assert_eq!(read(r#"{"samples": ["s1"]}"#).unwrap(), listed(&["s1"]));
    assert!(read(r#"{"samples": 3}"#).is_err());
}
