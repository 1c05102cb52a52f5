use super::{Impute, ImputeMethod, ImputeParameters};
use crate::{
    analyses::{
        Inputs, SampleSet,
        testing::{dataset, names, run, run_with_warnings},
    },
    dataset::ValueKind,
    table::TableValues,
};

const NAN: f32 = f32::NAN;

fn with(how: ImputeMethod) -> ImputeParameters {
    ImputeParameters {
        how,
        ..Default::default()
    }
}

fn nearest() -> ImputeParameters {
    ImputeParameters {
        k: 1,
        ..with(ImputeMethod::Knn)
    }
}

fn check(rows: &[&[f32]], parameters: &ImputeParameters, expected: &[f32]) {
    let output = run::<Impute>(&Inputs::of("a", dataset(rows)), parameters).unwrap();
    assert_eq!(output.dataset.matrix.values(), expected, "{parameters:?}");
}

#[test]
fn a_gene_takes_its_own_mean() {
    check(
        &[&[1.0, NAN, 3.0], &[4.0, 5.0, NAN]],
        &with(ImputeMethod::GeneMean),
        &[1.0, 2.0, 3.0, 4.0, 5.0, 4.5],
    );
}

#[test]
fn means_may_be_those_of_training_samples() {
    let parameters = ImputeParameters {
        fit: SampleSet::Listed(names(&["s0"])),
        ..with(ImputeMethod::GeneMean)
    };
    // The second gene has no value in s0, and takes the mean of the sample.
    check(
        &[&[1.0, NAN, 3.0], &[NAN, 5.0, 9.0]],
        &parameters,
        &[1.0, 1.0, 3.0, 1.0, 5.0, 9.0],
    );
}

#[test]
fn the_nearest_genes_with_a_value_give_theirs() {
    // The second gene is nearest to the first, but has no value in s2: there the third gives its own.
    let rows: &[&[f32]] = &[
        &[0.0, 0.0, NAN, NAN],
        &[0.0, 1.0, NAN, 7.0],
        &[0.0, 2.0, 5.0, 9.0],
        &[9.0, 9.0, 6.0, 1.0],
    ];
    let output = run::<Impute>(&Inputs::of("a", dataset(rows)), &nearest()).unwrap();
    assert_eq!(output.dataset.matrix.row(0), [0.0, 0.0, 5.0, 7.0]);
}

#[test]
fn of_genes_equally_alike_the_first_counts() {
    check(
        &[&[0.0, NAN], &[1.0, 3.0], &[-1.0, 8.0]],
        &nearest(),
        &[0.0, 3.0, 1.0, 3.0, -1.0, 8.0],
    );
}

#[test]
fn without_a_gene_to_compare_with_the_sample_gives_its_mean() {
    check(
        &[&[NAN, 1.0], &[2.0, NAN], &[4.0, NAN]],
        &with(ImputeMethod::Knn),
        &[3.0, 1.0, 2.0, 1.0, 4.0, 1.0],
    );
}

#[test]
fn genes_without_any_value_are_dropped_and_listed() {
    let rows: &[&[f32]] = &[&[NAN, NAN], &[1.0, NAN], &[2.0, 2.0]];
    for how in [ImputeMethod::GeneMean, ImputeMethod::Knn] {
        let (output, warnings) =
            run_with_warnings::<Impute>(&Inputs::of("a", dataset(rows)), &with(how));
        let output = output.unwrap();
        assert_eq!(*output.dataset.genes, names(&["g1", "g2"]));
        let text = |table: usize| output.tables[table].columns[0].values.clone();
        assert_eq!(text(0), TableValues::Text(names(&["g1"])));
        assert_eq!(text(1), TableValues::Text(names(&["g0"])));
        assert_eq!(warnings[0].code, "no_value");
    }
}

#[test]
fn none_leaves_the_values_and_counts_the_missing() {
    let rows: &[&[f32]] = &[&[NAN, NAN], &[1.0, NAN]];
    let output = run::<Impute>(&Inputs::of("a", dataset(rows)), &with(ImputeMethod::None)).unwrap();
    assert_eq!(output.dataset.n_genes(), 2);
    assert!(output.note.starts_with("3 of 4 values are missing"));
}

#[test]
fn a_sample_without_a_value_is_refused() {
    let rows: &[&[f32]] = &[&[1.0, NAN], &[1.0, NAN]];
    let inputs = Inputs::of("a", dataset(rows));
    let error = run::<Impute>(&inputs, &ImputeParameters::default()).unwrap_err();
    assert!(error.to_string().starts_with("sample s1 of a has no value"));
}

#[test]
fn counts_with_means_among_them_are_counts_no_more() {
    let kind = |rows: &[&[f32]]| {
        let mut data = dataset(rows);
        data.kind = ValueKind::Counts;
        let output = run::<Impute>(&Inputs::of("a", data), &with(ImputeMethod::Knn));
        output.unwrap().dataset.kind
    };
    assert_eq!(kind(&[&[1.0, NAN], &[1.0, 2.0]]), ValueKind::Linear);
    assert_eq!(kind(&[&[1.0, 2.0]]), ValueKind::Counts);
}
