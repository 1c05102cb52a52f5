use super::{
    Method, PerturbationBaselines, PerturbationBaselinesOutput, PerturbationBaselinesParameters,
};
use crate::{
    analyses::{
        Inputs, StepOutput,
        testing::{run, run_with_warnings},
    },
    dataset::{Column, ColumnValues, Dataset, ValueKind},
    error::AnalysisError,
    figure::{FigureKind, FigureRequest},
    matrix::Matrix,
    random::Random,
};

const N_GENES: usize = 80;

/// The change of every gene by one of the first genes: two programs, so that what is known of others
/// says something of it, and the gene itself goes down.
fn effect(gene: usize, of: usize) -> f64 {
    let program = |gene: usize, k: usize| ((gene * (7 + k) + 3 * k) % 11) as f64 / 5.0 - 1.0;
    let own = if gene == of { -1.0 } else { 0.0 };
    own + (0..2)
        .map(|k| program(of, k) * program(gene, k))
        .sum::<f64>()
}

/// Three samples per label, with noise of that size; genes `g0`, `g1` ….
fn data(labels: &[&str], noise: f64) -> Dataset {
    let mut random = Random::new(3);
    let n_samples = 3 * labels.len();
    let mut values = vec![0.0; N_GENES * n_samples];
    for (sample, cells) in (0..n_samples).map(|sample| (sample, labels[sample / 3])) {
        let perturbed: Vec<usize> = cells
            .split('+')
            .filter_map(|part| part.trim().strip_prefix('g')?.parse().ok())
            .collect();
        for gene in 0..N_GENES {
            let change: f64 = perturbed.iter().map(|&of| effect(gene, of)).sum();
            let level = 3.0 + gene as f64 / 40.0;
            values[gene * n_samples + sample] = (level + change + noise * random.normal()) as f32;
        }
    }
    let genes = (0..N_GENES).map(|gene| format!("g{gene}")).collect();
    let samples = (0..n_samples).map(|sample| format!("s{sample}")).collect();
    let mut data = Dataset::new(
        Matrix::from_rows(N_GENES, n_samples, values),
        genes,
        samples,
    );
    data.sample_annotations.set(Column {
        name: "guide".into(),
        values: ColumnValues::Text((0..n_samples).map(|at| labels[at / 3].to_owned()).collect()),
    });
    data
}

const LABELS: [&str; 18] = [
    "ctrl", "g0", "g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8", "g9", "g10", "g11", "g12",
    "g1+g0", "g2 + g3", "g4+g5", "g6+g7",
];

fn parameters() -> PerturbationBaselinesParameters {
    PerturbationBaselinesParameters {
        column: "guide".into(),
        ..Default::default()
    }
}

fn judged(data: Dataset) -> PerturbationBaselinesOutput {
    run::<PerturbationBaselines>(&Inputs::of("cells", data), &parameters()).unwrap()
}

fn refused(data: Dataset, parameters: &PerturbationBaselinesParameters) -> AnalysisError {
    run::<PerturbationBaselines>(&Inputs::of("cells", data), parameters).unwrap_err()
}

#[test]
fn where_effects_add_up_the_additive_rule_is_right_and_closer_than_the_mean() {
    let output = judged(data(&LABELS, 0.0));
    let additive: Vec<_> = output.of(Method::Additive).collect();
    assert_eq!(additive.len(), 4);
    for judged in additive {
        assert!(judged.l2 < 1e-4, "{}", judged.l2);
        assert!(judged.pearson_delta > 0.999_999);
    }
    let scores = output.summary().methods;
    assert_eq!(scores[2].against_mean, [4, 0]);
    assert_eq!(scores[1].against_mean, [0, 0]);
    assert!(scores[1].p_value.is_none());
    assert!(scores[0].median_pearson_delta.is_none());
}

#[test]
fn combinations_are_known_in_any_order_and_beside_the_control() {
    let mut labels = LABELS;
    labels[1] = "g0+ctrl";
    let output = judged(data(&labels, 0.1));
    let names: Vec<&str> = (0..17).map(|at| output.name(at)).collect();
    assert_eq!(names[0], "g0");
    assert_eq!(names[13..], ["g0+g1", "g2+g3", "g4+g5", "g6+g7"]);
    let mut twice = LABELS.to_vec();
    twice.extend(["g0+g1", "ctrl+ctrl"]);
    let found = judged(data(&twice, 0.1)).summary();
    assert_eq!(found.n_perturbations, [17, 4]);
    assert_eq!(found.control, ("ctrl".into(), 6));
}

#[test]
fn every_perturbation_is_predicted_once_and_from_others() {
    let output = judged(data(&LABELS, 0.2));
    for method in [Method::NoChange, Method::Mean, Method::Linear] {
        let all: Vec<usize> = output
            .of(method)
            .map(|judged| judged.perturbation)
            .collect();
        assert_eq!(all, (0..17).collect::<Vec<_>>());
    }
    for fold in 0..5 {
        let n = output.folds.iter().filter(|&&own| own == fold).count();
        assert!((3..=4).contains(&n));
    }
    let tables = output.tables();
    assert_eq!((tables[0].n_rows(), tables[1].n_rows()), (4, 3 * 17 + 4));
    assert_eq!(output.scalars()["n_folds"], 5);
    assert!(output.note().ends_with("not causation."));
    assert!(output.note().contains("taken as such by its name"));
}

#[test]
fn a_perturbed_gene_that_is_not_measured_is_told_and_has_no_linear_prediction() {
    let mut labels = LABELS;
    labels[3] = "unknown";
    let inputs = Inputs::of("cells", data(&labels, 0.1));
    let (output, warnings) = run_with_warnings::<PerturbationBaselines>(&inputs, &parameters());
    let output = output.unwrap();
    let linear: Vec<usize> = output
        .of(Method::Linear)
        .map(|judged| judged.perturbation)
        .collect();
    assert!(!linear.contains(&2));
    // g2 is known alone no more, so its combination is not a sum of two.
    assert_eq!(output.of(Method::Additive).count(), 3);
    assert_eq!(warnings[0].code, "not_measured");
    assert!(warnings[0].message.contains("the first is unknown"));
}

#[test]
fn samples_without_a_name_are_left_out_and_counted() {
    let mut labels = LABELS;
    labels[4] = "";
    labels[5] = " + ";
    let inputs = Inputs::of("cells", data(&labels, 0.1));
    let (output, warnings) = run_with_warnings::<PerturbationBaselines>(&inputs, &parameters());
    assert_eq!(output.unwrap().summary().n_perturbations, [15, 4]);
    assert!(warnings[0].message.starts_with("6 of 54 samples"));
}

#[test]
fn controls_are_found_by_their_words_and_asked_for_where_that_is_not_enough() {
    let named = |control: &'static str| {
        let mut labels = LABELS;
        labels[0] = control;
        data(&labels, 0.1)
    };
    for control in [
        "control",
        "Non-Targeting",
        "NT",
        "DMSO",
        "vehicle",
        "neg_ctrl",
        "Untreated",
    ] {
        assert_eq!(judged(named(control)).summary().control.0, control);
    }
    let check = |data: Dataset, control: &str, expected: &str| {
        let parameters = PerturbationBaselinesParameters {
            control: control.into(),
            ..parameters()
        };
        let found = refused(data, &parameters);
        assert_eq!(found.code(), "param");
        assert!(found.to_string().contains(expected), "{found}");
    };
    check(
        named("g99"),
        "",
        "control is empty, expected one of g99, g0, ",
    );
    check(
        named("ctrl"),
        "none",
        "control is none, expected one of ctrl, g0, ",
    );
    let mut two = LABELS;
    two[3] = "NT";
    check(data(&two, 0.1), "", "a choice between ctrl and NT");
    let chosen = PerturbationBaselinesParameters {
        control: "g0".into(),
        ..parameters()
    };
    let inputs = Inputs::of("cells", data(&LABELS, 0.1));
    let found = run::<PerturbationBaselines>(&inputs, &chosen).unwrap();
    assert_eq!(found.scalars()["control_was_guessed"], false);
}

#[test]
fn too_few_perturbations_counts_and_wrong_columns_are_refused() {
    let found = refused(data(&LABELS[..5], 0.1), &parameters());
    assert_eq!(
        found.to_string(),
        "4 perturbations beside the control ctrl, at least 5 needed"
    );
    assert!(
        run::<PerturbationBaselines>(&Inputs::of("cells", data(&LABELS[..6], 0.1)), &parameters())
            .is_ok()
    );
    let mut counts = data(&LABELS, 0.0);
    counts.kind = ValueKind::Counts;
    let found = refused(counts, &parameters());
    assert!(found.hint().unwrap().contains("library_normalize"));
    let found = refused(
        data(&LABELS, 0.0),
        &PerturbationBaselinesParameters::default(),
    );
    assert_eq!(found.to_string(), "column is empty, expected one of guide");
}

#[test]
fn combinations_alone_can_be_predicted_too() {
    let labels = ["ctrl", "g0+g1", "g1+g2", "g2+g3", "g3+g4", "g4+g0", "g0+g2"];
    let output = judged(data(&labels, 0.1));
    assert_eq!(output.of(Method::Additive).count(), 0);
    assert_eq!(output.of(Method::Linear).count(), 6);
    // A single gene of which every other perturbation knows has nothing to be predicted from.
    let labels = ["ctrl", "g0", "g0+g1", "g0+g2", "g0+g3", "g0+g4"];
    let output = judged(data(&labels, 0.1));
    assert_eq!(output.of(Method::Mean).count(), 4);
    assert_eq!(output.of(Method::NoChange).count(), 5);
}

#[test]
fn the_marked_perturbation_is_drawn_by_the_chosen_rule() {
    let output = judged(data(&LABELS, 0.1));
    let draw = |subject: Option<&str>, statistic: &str| {
        output.figure(&FigureRequest {
            name: "prediction".into(),
            subject: subject.map(Into::into),
            statistic: Some(statistic.into()),
            ..Default::default()
        })
    };
    let figure = draw(Some("g2+g3"), "additive").unwrap();
    assert!(figure.title.starts_with("g2+g3") && figure.subtitle.starts_with("Additive"));
    let FigureKind::Scatter(scatter) = figure.kind else {
        panic!("a scatter")
    };
    assert_eq!((scatter.points.len(), scatter.marked.len()), (N_GENES, 8));
    // A single gene is no sum; a marked rule or gene is no perturbation.
    let additive = draw(None, "additive").unwrap();
    assert!(additive.subtitle.starts_with("Linear"));
    for marked in ["mean", "Mean", "g77"] {
        assert!(draw(Some(marked), "mean").unwrap().title.starts_with("g0:"));
    }
    let found = draw(Some("nobody"), "mean").unwrap_err().to_string();
    assert!(found.contains("no perturbation \"nobody\""), "{found}");
}
