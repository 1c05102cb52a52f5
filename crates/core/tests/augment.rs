//! The experiment of the reference on tissues of `GTEx`, `docs/recipes/rare_tissues.json`: 8 samples
//! of each of 26 tissues are held out, one tissue is cut to 4 training samples, the others keep 12;
//! 8 tissues, 4 repeats, forests of 100 trees. It takes minutes, and so runs in a release build
//! alone: `cargo test --release -p cuvette-core --test augment -- --nocapture`. What it gave stands
//! in `docs/rare-labels.md`.

#![allow(clippy::unwrap_used, reason = "a test fails where it stands")]

mod common;

use std::collections::BTreeMap;

use cuvette_core::{
    Dataset,
    analyses::{
        Analysis, Inputs, StepOutput,
        augment::{Augment, AugmentParameters},
    },
    context::quietly,
    dataset::{Column, ColumnValues},
    table::TableValues,
};

/// Of GAN and SMOTE there, by the mean F1 of the rare tissue, and standard error of differences.
const GAN_OF_REFERENCE: f64 = 0.709;
const SMOTE_OF_REFERENCE: f64 = 0.809;
const STANDARD_ERROR: f64 = 0.04;

/// Tissues, and how often the samples of each are split.
const N_RUNS: usize = 8 * 4;

/// The data with the tissue of every sample.
fn tissues() -> Option<Dataset> {
    let mut data = common::read_matrix("archs4/gtex_scira_467x520_log2.tsv.gz")?;
    let table = common::read_table("archs4/gtex_scira_labels.tsv")?;
    let (samples, tissues) = (table.texts("sample"), table.texts("tissue"));
    let tissue = |sample: &String| {
        let row = samples.iter().position(|name| name == sample).unwrap();
        tissues[row].clone()
    };
    let of = data.samples.iter().map(tissue).collect();
    data.sample_annotations.set(Column {
        name: "tissue".into(),
        values: ColumnValues::from_text(of),
    });
    Some(data)
}

/// Parameters of the steps of the recipe.
fn steps() -> Vec<AugmentParameters> {
    let text = include_str!("../../../docs/recipes/rare_tissues.json");
    let recipe: serde_json::Value = serde_json::from_str(text).unwrap();
    let steps = recipe["steps"].as_array().unwrap().iter();
    let parameters = |step: &serde_json::Value| serde_json::from_value(step["with"].clone());
    steps.map(|step| parameters(step).unwrap()).collect()
}

/// By arm, the scores of all runs, each by its name.
type Scores = BTreeMap<String, BTreeMap<&'static str, Vec<f64>>>;

const SCORES: [&str; 4] = ["rare_f1", "rare_auc", "macro_f1", "other_f1"];

/// Adds what a step gave.
fn add(scores: &mut Scores, inputs: &Inputs, parameters: &AugmentParameters) {
    let output = quietly(|context| Augment::run(inputs, parameters, context)).unwrap();
    let tables = output.tables();
    let table = tables.iter().find(|table| table.name == "arms").unwrap();
    let column = |name| {
        &table
            .columns
            .iter()
            .find(|of| of.name == name)
            .unwrap()
            .values
    };
    let TableValues::Text(arms) = column("arm") else {
        panic!("arms are words");
    };
    for name in SCORES {
        let TableValues::Number(values) = column(name) else {
            panic!("{name} are numbers");
        };
        for (arm, value) in arms.iter().zip(values) {
            let of_arm = scores.entry(arm.clone()).or_default();
            of_arm.entry(name).or_default().push(*value);
        }
    }
    println!("{}: {}", parameters.rare, output.scalars()["verdict"]);
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Mean difference to none, its standard error, and how many runs are better and worse.
fn against_none(scores: &Scores, arm: &str) -> (f64, f64, usize, usize) {
    let none = &scores["none"]["rare_f1"];
    let differences = scores[arm]["rare_f1"].iter().zip(none).map(|(a, b)| a - b);
    let differences: Vec<f64> = differences.collect();
    let middle = mean(&differences);
    let square: f64 = differences.iter().map(|x| (x - middle).powi(2)).sum();
    let n = differences.len() as f64;
    let count = |sign: f64| differences.iter().filter(|&&x| sign * x > 0.0).count();
    let error = (square / (n - 1.0) / n).sqrt();
    (middle, error, count(1.0), count(-1.0))
}

#[test]
fn rare_tissues_are_helped_as_in_the_reference_or_better() {
    if cfg!(debug_assertions) {
        println!("skipped: takes minutes but in a release build");
        return;
    }
    let Some(data) = tissues() else {
        return;
    };
    let inputs = Inputs::of("gtex", data);
    let mut scores = Scores::new();
    for step in steps() {
        add(&mut scores, &inputs, &step);
    }
    for (arm, of) in &scores {
        assert_eq!(of["rare_f1"].len(), N_RUNS);
        let [f1, auc, macro_f1, others] = SCORES.map(|name| mean(&of[name]));
        let (difference, error, won, lost) = against_none(&scores, arm);
        println!(
            "| {arm} | {f1:.3} | {difference:+.3} ({error:.3}) | {won} – {lost} | {auc:.3} | {macro_f1:.3} | {others:.3} |"
        );
    }
    let f1 = |arm: &str| mean(&scores[arm]["rare_f1"]);
    assert!(f1("gan") > GAN_OF_REFERENCE);
    assert!(f1("gan") > SMOTE_OF_REFERENCE - STANDARD_ERROR);
    assert!((f1("smote") - SMOTE_OF_REFERENCE).abs() < 2.0 * STANDARD_ERROR);
    for making in ["duplicate", "smote", "residual", "gan"] {
        assert!(f1(making) > f1("weights"), "{making}");
    }
    assert!(f1("weights") > f1("none") - STANDARD_ERROR);
    // What help moves is the threshold: the order was right before.
    assert!(mean(&scores["none"]["rare_auc"]) > 0.97);
}
