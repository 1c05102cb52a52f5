//! Runs `forest`.

use std::sync::Arc;

use super::{
    Applied, Evaluate, ForestOutput, ForestParameters, Learned, TrainingNormalization,
    alike::{likeness, nearest, warn_of_duplicates},
    chance::{chance, curve, n_null_trees},
    fit::{Growth, Training, fit},
    importance::importance,
    judge::{Judged, judge, judgement},
    labelling::{Labelling, labelling},
    model::Quantiles,
    output::Predicted,
};
use crate::{
    analyses::{
        Data, Inputs, NamedDataset, complete::complete_genes_of_any_scale, grouping::group_numbers,
        names_of::annotation_texts, qc::judge_batches,
    },
    context::Context,
    error::{AnalysisError, Warning},
    stats::forest::Labels,
};

/// What annotations of batches are called.
const BATCH_WORDS: [&str; 9] = [
    "batch", "series", "run", "plate", "lane", "center", "centre", "site", "study",
];

pub fn run(
    inputs: &Inputs,
    parameters: &ForestParameters,
    context: &Context,
) -> Result<ForestOutput, AnalysisError> {
    if parameters.model.0.is_empty() {
        let learned = learn(inputs, parameters, context)?;
        return Ok(ForestOutput::Learned(Box::new(learned)));
    }
    let input = inputs.dataset(0)?;
    let Data::ForestModel(model) = inputs.reference(&parameters.model)? else {
        return Err(AnalysisError::Input {
            message: format!("{} is no saved forest", parameters.model.0),
        });
    };
    Ok(ForestOutput::Applied(Applied {
        probabilities: model.predict(input, context)?,
        model: Arc::clone(model),
        samples: Arc::clone(&input.data.samples),
        input_name: input.name.clone(),
    }))
}

fn learn(
    inputs: &Inputs,
    parameters: &ForestParameters,
    context: &Context,
) -> Result<Learned, AnalysisError> {
    let input = inputs.dataset(0)?;
    let labelling = labelling(input, parameters, inputs, context)?;
    let groups = groups(input, &labelling, parameters)?;
    warn_of_batches(input, &labelling, parameters, context)?;
    let data = complete_genes_of_any_scale(input, 2, context)?;
    let training = Training {
        matrix: &data.matrix,
        samples: &labelling.labelled,
        labels: &labelling.labels,
        groups: groups.as_deref(),
    };
    let n_forests = match parameters.evaluate {
        Evaluate::Oob => 1,
        Evaluate::HoldOut => 2,
        Evaluate::KFold => 1 + parameters.folds,
    };
    let n_null = parameters.null_runs * n_null_trees(parameters);
    let n_trees = n_forests * parameters.trees + n_null;
    let growth = Growth {
        seed: parameters.seed,
        among: [0, n_trees],
    };
    let whole = fit(&training, parameters, growth, context)?;
    let judged = judge(&training, &whole, parameters, n_trees, context)?;
    if judged.samples.is_empty() {
        return Err(AnalysisError::TooFew {
            what: "samples out of the bag of some tree".into(),
            need: 1,
            got: 0,
        });
    }
    let judgement = judgement(
        &judged,
        &labelling.labels,
        groups.as_deref(),
        parameters.seed,
        context,
    )?;
    let before = n_forests * parameters.trees;
    let chance = chance(&training, &whole, parameters, [before, n_trees], context)?;
    let alike = likeness(&whole.normalized, context)?;
    if let Some(alike) = &alike {
        let parts = |at: usize| part_of(at, &judged, groups.as_deref());
        warn_of_duplicates(alike, &labelling.labelled, &parts, &data.samples, context);
    }
    let predicted = Predicted {
        probabilities: whole.predict(&labelling.unlabelled, context)?,
        nearest: alike
            .map(|alike| nearest(&alike, &labelling.labelled, &labelling.unlabelled))
            .unwrap_or_default(),
    };
    let quantiles = match parameters.normalize {
        TrainingNormalization::None => None,
        TrainingNormalization::Quantile => {
            let sample = labelling.labelled[0];
            Some(Quantiles::of(&data.genes, &whole.normalized, sample))
        }
    };
    Ok(Learned {
        importance: importance(&whole, &labelling.labels, parameters.seed, context)?,
        curve: curve(&whole.grown, &labelling.labels),
        forest: whole.grown.forest,
        rows: whole.rows,
        quantiles,
        judgement,
        judged,
        chance,
        predicted,
        n_groups: groups.map(|groups| groups.iter().max().map_or(0, |&last| last as usize + 1)),
        data: Arc::clone(&data),
        labelling,
        parameters: parameters.clone(),
        input_name: input.name.clone(),
    })
}

/// Where a labelled sample is dealt to: its part, or out of the bag its group. A sample that is in no
/// part is learned from.
fn part_of(at: usize, judged: &Judged, groups: Option<&[u32]>) -> Option<usize> {
    if judged.folds.is_empty() {
        return groups.map(|groups| groups[at] as usize);
    }
    let place = judged.samples.binary_search(&at);
    Some(place.map_or(0, |place| judged.folds[place]))
}

/// Group of each labelled sample, in the order in which they first stand; a sample without one is a
/// group of its own.
fn groups(
    input: &NamedDataset,
    labelling: &Labelling,
    parameters: &ForestParameters,
) -> Result<Option<Vec<u32>>, AnalysisError> {
    if parameters.group.is_empty() {
        return Ok(None);
    }
    let texts = annotation_texts(&input.data.sample_annotations, "group", &parameters.group)?;
    let groups = group_numbers(&texts, &labelling.labelled);
    let n_groups = groups.iter().max().map_or(0, |&last| last as usize + 1);
    let need = match parameters.evaluate {
        Evaluate::KFold => parameters.folds,
        Evaluate::Oob | Evaluate::HoldOut => 2,
    };
    if n_groups < need {
        return Err(AnalysisError::TooFew {
            what: format!("groups in {}", parameters.group),
            need,
            got: n_groups,
        });
    }
    Ok(Some(groups))
}

/// Warns where each group, or each batch as far as names tell, has one label, or a label one group.
fn warn_of_batches(
    input: &NamedDataset,
    labelling: &Labelling,
    parameters: &ForestParameters,
    context: &Context,
) -> Result<(), AnalysisError> {
    let labels = &labelling.labels;
    let own: Vec<String> = texts_of(labels);
    for column in &input.data.sample_annotations.columns {
        let name = column.name.to_lowercase();
        let is_batch = BATCH_WORDS.iter().any(|word| name.contains(word));
        if column.name == labelling.source || !(is_batch || column.name == parameters.group) {
            continue;
        }
        let all = annotation_texts(&input.data.sample_annotations, "group", &column.name)?;
        let batches: Vec<String> = labelling
            .labelled
            .iter()
            .map(|&sample| all[sample].trim().to_owned())
            .collect();
        if column.name == parameters.group {
            warn_of_lone_groups(&own, &batches, parameters, context);
        } else if let Some(verdict) =
            judge_batches(&own, &batches, [&labelling.source, &column.name])
        {
            context.warn(Warning::new("label_equals_batch", verdict.evidence));
        }
    }
    Ok(())
}

/// A label that one group alone has is never in training and test at once.
fn warn_of_lone_groups(
    own: &[String],
    groups: &[String],
    parameters: &ForestParameters,
    context: &Context,
) {
    let mut groups_of = std::collections::BTreeMap::<&str, std::collections::BTreeSet<&str>>::new();
    for (label, group) in own
        .iter()
        .zip(groups)
        .filter(|(_, group)| !group.is_empty())
    {
        groups_of.entry(label).or_default().insert(group);
    }
    let lone: Vec<&str> = groups_of
        .iter()
        .filter(|(_, groups)| groups.len() == 1)
        .map(|(label, _)| *label)
        .collect();
    if !lone.is_empty() {
        context.warn(Warning::new(
            "lone_groups",
            format!(
                "{} of {} labels are in one group of {} each and cannot be told from it: {}; tested on that group, no forest has learned them",
                lone.len(),
                groups_of.len(),
                parameters.group,
                lone.iter().take(5).copied().collect::<Vec<_>>().join(", ")
            ),
        ));
    }
}

/// The labels of each sample, joined.
fn texts_of(labels: &Labels) -> Vec<String> {
    let samples = 0..labels.n_samples();
    samples
        .map(|sample| super::labelling::names_of(labels, labels.of(sample)))
        .collect()
}
