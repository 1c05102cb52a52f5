use super::{LibraryNormalize, LibraryNormalizeParameters};
use crate::{
    Dataset,
    analyses::{
        Inputs,
        testing::{dataset, run},
    },
    dataset::ValueKind,
    stats::library_size::LibraryMethod,
};

fn cpm() -> LibraryNormalizeParameters {
    LibraryNormalizeParameters {
        method: LibraryMethod::Cpm,
        ..Default::default()
    }
}

fn refused(data: Dataset, parameters: LibraryNormalizeParameters) -> String {
    let error = run::<LibraryNormalize>(&Inputs::of("a", data), &parameters).unwrap_err();
    assert_eq!(error.code(), "unsuitable");
    error.to_string()
}

#[test]
fn counts_per_million_are_counts_per_million() {
    let inputs = Inputs::of("a", dataset(&[&[1.0, 10.0], &[3.0, 0.0]]));
    let output = run::<LibraryNormalize>(&inputs, &cpm()).unwrap();
    assert_eq!(
        output.dataset.matrix.values(),
        &[250_000.0, 1e6, 750_000.0, 0.0]
    );
    assert_eq!(output.dataset.kind, ValueKind::Linear);
    assert_eq!(output.tables[0].name, "factors");
}

#[test]
fn what_is_no_count_is_refused_with_its_place() {
    let check = |rows: &[&[f32]], expected: &str| {
        let message = refused(dataset(rows), cpm());
        assert!(message.contains(expected), "{message}");
    };
    check(&[&[1.0, f32::NAN]], "missing values, the first at g0, s1");
    check(&[&[1.0, 2.0], &[-0.5, 1.0]], "looks logged: -0.5 at g1, s0");
    check(&[&[1.0, 2.5]], "2.5 at g0, s1 is no count");
    check(
        &[&[1.0, 0.0], &[2.0, 0.0]],
        "1 of 2 samples of a have no count at all: s1",
    );
}

#[test]
fn estimated_counts_are_taken_when_told() {
    let parameters = LibraryNormalizeParameters {
        accept_non_counts: true,
        ..cpm()
    };
    let inputs = Inputs::of("a", dataset(&[&[1.5, 2.5], &[0.5, 2.5]]));
    let output = run::<LibraryNormalize>(&inputs, &parameters).unwrap();
    assert_eq!(
        output.dataset.matrix.values(),
        &[750_000.0, 500_000.0, 250_000.0, 500_000.0]
    );
}

#[test]
fn logged_whole_numbers_are_no_counts() {
    let mut data = dataset(&[&[1.0, 2.0]]);
    data.kind = ValueKind::Log;
    assert!(refused(data, cpm()).contains("logged values"));
}
