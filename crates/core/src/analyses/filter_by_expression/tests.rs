use super::{FilterByExpression, FilterByExpressionParameters};
use crate::{
    Dataset,
    analyses::{
        Inputs,
        testing::{dataset, names, run, run_with_warnings},
    },
    dataset::{Column, ColumnValues},
};

/// Libraries of 1,000 each: a count of 10 is 10,000 per million.
fn counts() -> Dataset {
    let mut data = dataset(&[
        &[10.0, 10.0, 0.0, 0.0],
        &[10.0, 9.0, 9.0, 9.0],
        &[10.0, 10.0, 10.0, 10.0],
        &[970.0, 971.0, 981.0, 981.0],
    ]);
    data.sample_annotations.set(Column {
        name: "group".into(),
        values: ColumnValues::from_text(names(&["a", "a", "b", "b"])),
    });
    data
}

fn kept(parameters: &FilterByExpressionParameters) -> Vec<String> {
    let inputs = Inputs::of("a", counts());
    let output = run::<FilterByExpression>(&inputs, parameters).unwrap();
    output.dataset.genes.to_vec()
}

#[test]
fn a_gene_is_expressed_in_as_many_samples_as_the_smallest_group_has() {
    let of_all = FilterByExpressionParameters::default();
    assert_eq!(kept(&of_all), names(&["g2", "g3"]));
    let grouped = FilterByExpressionParameters {
        group: "group".into(),
        ..of_all
    };
    assert_eq!(kept(&grouped), names(&["g0", "g2", "g3"]));
    let total = FilterByExpressionParameters {
        min_total: 21.0,
        ..grouped
    };
    assert_eq!(kept(&total), names(&["g2", "g3"]));
}

#[test]
fn when_nothing_is_left_it_is_said() {
    let parameters = FilterByExpressionParameters {
        min_count: 1e6,
        ..Default::default()
    };
    let inputs = Inputs::of("a", counts());
    let (output, warnings) = run_with_warnings::<FilterByExpression>(&inputs, &parameters);
    assert_eq!(output.unwrap().dataset.n_genes(), 0);
    assert_eq!(warnings[0].code, "nothing_left");
}
