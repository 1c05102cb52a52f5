use super::{FilterGenes, FilterGenesParameters};
use crate::{
    analyses::{
        Inputs, Parameters, StepOutput,
        testing::{dataset, names, run},
    },
    matrix::Matrix,
    sparse::SparseBuilder,
    table::TableValues,
};

const NAN: f32 = f32::NAN;

fn check(rows: &[&[f32]], parameters: &FilterGenesParameters, expected: &[&str]) {
    let output = run::<FilterGenes>(&Inputs::of("a", dataset(rows)), parameters).unwrap();
    assert_eq!(*output.dataset.genes, names(expected), "{parameters:?}");
    let TableValues::Text(dropped) = &output.tables[0].columns[0].values else {
        panic!("words expected")
    };
    assert_eq!(
        dropped.len() + expected.len(),
        rows.len(),
        "dropped genes are listed"
    );
}

#[test]
fn a_gene_is_kept_when_enough_samples_reach_the_value() {
    let rows: &[&[f32]] = &[&[10.0, 10.0, 0.0], &[100.0, 9.0, NAN], &[NAN, NAN, NAN]];
    check(rows, &FilterGenesParameters::default(), &["g0"]);
    let once = FilterGenesParameters {
        min_samples: 1,
        ..Default::default()
    };
    check(rows, &once, &["g0", "g1"]);
}

#[test]
fn the_most_variable_genes_stay_in_their_order_and_ties_go_to_the_earlier() {
    let rows: &[&[f32]] = &[
        &[0.0, 1.0],
        &[5.0, 5.0],
        &[0.0, 9.0],
        &[1.0, 0.0],
        &[NAN, NAN],
    ];
    let top = |n| FilterGenesParameters {
        top_variable: Some(n),
        ..Default::default()
    };
    check(rows, &top(2), &["g0", "g2"]);
    check(rows, &top(3), &["g0", "g2", "g3"]);
    check(rows, &top(99), &["g0", "g1", "g2", "g3", "g4"]);
}

#[test]
fn a_detected_gene_is_above_zero_in_the_share() {
    let rows: &[&[f32]] = &[&[1.0, 0.0], &[0.1, 0.2], &[-1.0, NAN]];
    let share = |share| FilterGenesParameters {
        detected_share: Some(share),
        ..Default::default()
    };
    check(rows, &share(0.5), &["g0", "g1"]);
    check(rows, &share(0.51), &["g1"]);
}

#[test]
fn rules_out_of_range_name_their_field() {
    let shapes = Inputs::of("a", dataset(&[&[1.0, 2.0]])).shapes();
    let check = |text: &str, expected: &str| {
        let parameters: FilterGenesParameters = serde_json::from_str(text).unwrap();
        assert_eq!(parameters.check(&shapes).unwrap_err().to_string(), expected);
    };
    check(r#"{"min_samples": 3}"#, "min_samples is 3, expected 1 to 2");
    check(
        r#"{"top_variable": 0}"#,
        "top_variable is 0, expected 1 or more",
    );
    check(
        r#"{"detected_share": 1.5}"#,
        "detected_share is 1.5, expected above 0 and up to 1",
    );
    check(
        r#"{"detected_share": 0.5, "top_variable": 5}"#,
        "top_variable is 5, expected nothing beside detected_share: choose one",
    );
}

#[test]
fn sparse_data_stay_so_and_keep_the_same_genes() {
    let rows: &[&[f32]] = &[
        &[10.0, 12.0, 0.0],
        &[0.0, 0.0, 0.0],
        &[0.0, 1.0, 0.0],
        &[300.0, 0.0, 2.0],
    ];
    let dense = dataset(rows);
    let mut builder = SparseBuilder::new(4, 3);
    for (gene, row) in rows.iter().enumerate() {
        for (sample, &value) in row.iter().enumerate() {
            builder.push(gene as u32, sample as u32, value);
        }
    }
    let matrix = Matrix::from_sparse(builder.finish().unwrap());
    let inputs = Inputs::of("a", dense.with_matrix(matrix));
    let check = |parameters: &str| {
        let parameters: FilterGenesParameters = serde_json::from_str(parameters).unwrap();
        let found = run::<FilterGenes>(&inputs, &parameters).unwrap();
        let expected = Inputs::of("a", dense.clone());
        let expected = run::<FilterGenes>(&expected, &parameters).unwrap();
        assert_eq!(
            found.dataset.genes, expected.dataset.genes,
            "{parameters:?}"
        );
        assert_eq!(found.dataset.matrix, expected.dataset.matrix);
        assert!(found.dataset.matrix.sparse().is_some());
        assert_eq!(inputs.datasets[0].data.matrix.dense_form_bytes(), 0);
        assert_eq!(found.summary(), expected.summary());
    };
    check("{}");
    check(r#"{"min_value": 0}"#);
    check(r#"{"top_variable": 2}"#);
    check(r#"{"detected_share": 0.3}"#);
}
