//! Running `perturbation_baselines`.

use std::collections::BTreeMap;

use super::{
    Judged, Method, PerturbationBaselinesOutput, PerturbationBaselinesParameters,
    conditions::{Conditions, Perturbation},
    linear::{LinearModel, Training, together},
};
use crate::{
    analyses::{NamedDataset, complete::complete_genes, names_of::annotation_texts},
    context::Context,
    dataset::ValueKind,
    error::{AnalysisError, Warning},
    matrix::Matrix,
    random::Random,
    stats::correlation::pearson,
};

pub fn run(
    input: &NamedDataset,
    parameters: &PerturbationBaselinesParameters,
    context: &Context,
) -> Result<PerturbationBaselinesOutput, AnalysisError> {
    context.check_cancelled()?;
    refuse_counts(input)?;
    let labels = annotation_texts(&input.data.sample_annotations, "column", &parameters.column)?;
    let conditions = Conditions::of(&labels, &parameters.control)?;
    let data = complete_genes(input, 2, context)?;
    let averages = conditions.averages(&data, context)?;
    let top = most_expressed(averages.row(0), parameters.top_genes);
    if top.len() < 2 {
        let (what, need, got) = ("genes without missing values".into(), 2, top.len());
        return Err(AnalysisError::TooFew { what, need, got });
    }
    let mut places = BTreeMap::new();
    for (at, gene) in data.genes.iter().enumerate() {
        places.entry(gene.as_str()).or_insert(at);
    }
    warn_of_samples(&conditions, &places, input, context);
    let perturbations = &conditions.perturbations;
    let folds = deal(perturbations, parameters);
    let n_folds = parameters.folds.min(perturbations.len());
    let together = together(&averages, context)?;
    let mut judged = Vec::new();
    for (round, (fold, of_combinations)) in rounds(n_folds).enumerate() {
        context.progress(round, 2 * n_folds, "rounds");
        let (held, chosen) = split(perturbations, &folds, fold, of_combinations);
        if held.is_empty() {
            continue;
        }
        let training = Training {
            averages: &averages,
            perturbations,
            chosen: &chosen,
            together: together.as_ref(),
            places: &places,
        };
        let model = LinearModel::fit(&training, parameters, context)?;
        for at in held {
            let observed = change(&averages, at, &top);
            for method in Method::ALL {
                let predicted = predict(method, &training, model.as_ref(), at, &top);
                if let Some(predicted) = predicted {
                    judged.push(judge(method, at, &observed, &predicted));
                }
            }
        }
    }
    judged.sort_by_key(|judged| (judged.perturbation, judged.method));
    Ok(PerturbationBaselinesOutput {
        observed: (0..folds.len())
            .map(|at| narrow(&change(&averages, at, &top)))
            .collect(),
        genes: top.iter().map(|&gene| data.genes[gene].clone()).collect(),
        n_genes: data.n_genes(),
        value_label: data.value_label.clone(),
        control_was_guessed: parameters.control.trim().is_empty(),
        column: parameters.column.clone(),
        input_name: input.name.clone(),
        n_folds,
        folds,
        judged,
        conditions,
    })
}

/// Averages of counts are those of the deepest samples.
fn refuse_counts(input: &NamedDataset) -> Result<(), AnalysisError> {
    let kind = input.data.kind;
    if !matches!(kind, ValueKind::Counts | ValueKind::Tpm) {
        return Ok(());
    }
    let hint = if kind == ValueKind::Counts {
        "Put library_normalize with its logarithm before this step"
    } else {
        "Put a log step before this one"
    };
    Err(AnalysisError::Unsuitable {
        found: format!("{} holds {}", input.name, kind.label()),
        expected: "expected logarithms that can be compared between samples".into(),
        hint: hint.into(),
    })
}

fn warn_of_samples(
    conditions: &Conditions,
    places: &BTreeMap<&str, usize>,
    input: &NamedDataset,
    context: &Context,
) {
    if conditions.n_unnamed > 0 {
        context.warn(Warning::new(
            "unnamed",
            format!(
                "{} of {} samples of {} name no perturbation and are left out",
                conditions.n_unnamed,
                input.data.n_samples(),
                input.name
            ),
        ));
    }
    let is_unknown = |perturbation: &&Perturbation| {
        perturbation
            .genes
            .iter()
            .any(|gene| !places.contains_key(gene.as_str()))
    };
    let unknown: Vec<&Perturbation> = conditions.perturbations.iter().filter(is_unknown).collect();
    if let Some(first) = unknown.first() {
        context.warn(Warning::new(
            "not_measured",
            format!(
                "{} of {} perturbations are of genes that are not among those of {}, the first is {}: the linear model passes them over",
                unknown.len(),
                conditions.perturbations.len(),
                input.name,
                first.name
            ),
        ));
    }
}

/// The genes with the largest values, of equal ones the first, in the order of their columns.
fn most_expressed(control: &[f32], n: usize) -> Vec<usize> {
    let mut genes: Vec<usize> = (0..control.len()).collect();
    genes.sort_by(|&a, &b| control[b].total_cmp(&control[a]));
    genes.truncate(n);
    genes.sort_unstable();
    genes
}

/// The part of each perturbation: single ones are dealt first, then combinations, so that every part
/// has its share of both.
fn deal(
    perturbations: &[Perturbation],
    parameters: &PerturbationBaselinesParameters,
) -> Vec<usize> {
    let mut random = Random::new(parameters.seed);
    let mut order = Vec::with_capacity(perturbations.len());
    for is_combination in [false, true] {
        let such = |&at: &usize| perturbations[at].is_combination() == is_combination;
        let mut such: Vec<usize> = (0..perturbations.len()).filter(such).collect();
        random.shuffle(&mut such);
        order.extend(such);
    }
    let mut folds = vec![0; perturbations.len()];
    for (place, at) in order.into_iter().enumerate() {
        folds[at] = place % parameters.folds;
    }
    folds
}

/// Every part twice: its single genes, then its combinations.
fn rounds(n_folds: usize) -> impl Iterator<Item = (usize, bool)> {
    (0..n_folds).flat_map(|fold| [(fold, false), (fold, true)])
}

/// What a round predicts, and what it learns from: single genes from perturbations without any of
/// them, combinations from all single genes and the combinations of other parts.
fn split(
    perturbations: &[Perturbation],
    folds: &[usize],
    fold: usize,
    of_combinations: bool,
) -> (Vec<usize>, Vec<usize>) {
    let is_held =
        |at: usize| folds[at] == fold && perturbations[at].is_combination() == of_combinations;
    let (held, others): (Vec<usize>, Vec<usize>) = (0..folds.len()).partition(|&at| is_held(at));
    let genes: Vec<&String> = held
        .iter()
        .flat_map(|&at| &perturbations[at].genes)
        .collect();
    let is_unseen = |at: &usize| {
        of_combinations
            || !perturbations[*at]
                .genes
                .iter()
                .any(|gene| genes.contains(&gene))
    };
    (held, others.into_iter().filter(is_unseen).collect())
}

/// By how much the genes `at` of a perturbation differ from the control.
fn change(averages: &Matrix, perturbation: usize, at: &[usize]) -> Vec<f64> {
    let (own, control) = (averages.row(perturbation + 1), averages.row(0));
    let change = |&gene: &usize| f64::from(own[gene]) - f64::from(control[gene]);
    at.iter().map(change).collect()
}

/// The change that a method predicts; none where it has nothing to go by.
fn predict(
    method: Method,
    training: &Training,
    model: Option<&LinearModel>,
    perturbation: usize,
    at: &[usize],
) -> Option<Vec<f64>> {
    let sum = |chosen: &[usize], factor: f64| {
        let mut sum = vec![0.0; at.len()];
        for &one in chosen {
            for (sum, change) in sum.iter_mut().zip(change(training.averages, one, at)) {
                *sum += factor * change;
            }
        }
        sum
    };
    match method {
        Method::NoChange => Some(vec![0.0; at.len()]),
        Method::Mean if training.chosen.is_empty() => None,
        Method::Mean => Some(sum(training.chosen, 1.0 / training.chosen.len() as f64)),
        Method::Additive => {
            let own = &training.perturbations[perturbation];
            let alone = |gene: &String| {
                let is_alone =
                    |&&at: &&usize| training.perturbations[at].genes == std::slice::from_ref(gene);
                training.chosen.iter().find(is_alone).copied()
            };
            let single: Option<Vec<usize>> = own.genes.iter().map(alone).collect();
            own.is_combination().then_some(sum(&single?, 1.0))
        }
        Method::Linear => model?.predict(training, perturbation, at),
    }
}

fn judge(method: Method, perturbation: usize, observed: &[f64], predicted: &[f64]) -> Judged {
    let pairs = observed.iter().zip(predicted);
    let squares = pairs.map(|(observed, predicted)| (observed - predicted).powi(2));
    let predicted = narrow(predicted);
    Judged {
        perturbation,
        method,
        l2: squares.sum::<f64>().sqrt(),
        pearson_delta: pearson(&predicted, &narrow(observed)).coefficient,
        predicted,
    }
}

fn narrow(values: &[f64]) -> Vec<f32> {
    values.iter().map(|&value| value as f32).collect()
}
