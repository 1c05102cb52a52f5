//! Which samples take part, with which labels, and which label is the rare one.

use std::sync::Arc;

use super::AugmentParameters;
use crate::{
    analyses::{
        NamedDataset,
        complete::complete_genes,
        grouping::group_numbers,
        inputs::is_synthetic,
        label_column::{LabelColumn, Numbers, all_alike, label_column, warn_of_few_labelled},
        names_of::annotation_texts,
    },
    context::Context,
    dataset::Dataset,
    error::{AnalysisError, ParamError, Warning},
    stats::forest::Labels,
};

/// Fewer rare samples cannot be learned from and held out too.
const MIN_RARE: usize = 4;

/// With fewer, whatever the test says may be chance.
const FEW_RARE: usize = 20;

/// What is learned and tested.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// The genes without gaps, in all samples.
    pub data: Arc<Dataset>,
    /// Positions of the real samples that have a label, ascending.
    pub samples: Vec<usize>,
    /// Their labels, by the alphabet.
    pub labels: Labels,
    /// Their groups, counted from 0.
    pub groups: Option<Vec<u32>>,
    /// Which label is the rare one.
    pub rare: usize,
    /// How many of its samples are learned from in each split, where not all that are not held out.
    pub learn_from: Option<usize>,
}

impl Labelled {
    pub fn rare_name(&self) -> &str {
        &self.labels.names[self.rare]
    }

    pub fn n_rare(&self) -> usize {
        self.labels.support()[self.rare]
    }
}

/// Reads labels and groups, and refuses what cannot be tested.
pub fn labelled(
    input: &NamedDataset,
    parameters: &AugmentParameters,
    context: &Context,
) -> Result<Labelled, AnalysisError> {
    context.check_cancelled()?;
    let numbers = Numbers::as_labels(parameters.numbers_as_labels);
    let is_real = |sample: usize| !is_synthetic(&input.data, sample);
    let LabelColumn {
        labels,
        labelled: samples,
        unlabelled,
    } = label_column(input, &parameters.label, numbers, &is_real)?;
    if labels.n_labels() < 2 {
        let label = &parameters.label;
        return Err(all_alike(samples.len(), &labels.names[0], label));
    }
    let fate = "left out of the test";
    let n_samples = samples.len() + unlabelled.len();
    warn_of_few_labelled(n_samples, unlabelled.len(), fate, context);
    let rare = rare(parameters, &labels)?;
    let found = Labelled {
        data: complete_genes(input, MIN_RARE, context)?,
        groups: groups(input, parameters, &samples)?,
        samples,
        labels,
        rare,
        learn_from: parameters.learn_from,
    };
    refuse_few(&found)?;
    refuse_one_group(&found, parameters)?;
    warn_of_few(&found, context);
    Ok(found)
}

/// The label asked for; the one of the fewest samples where none is, of equal ones the first.
fn rare(parameters: &AugmentParameters, labels: &Labels) -> Result<usize, ParamError> {
    let asked = parameters.rare.trim();
    if asked.is_empty() {
        let support = labels.support();
        let fewest = (0..support.len()).min_by_key(|&label| support[label]);
        return Ok(fewest.unwrap_or(0));
    }
    let found = labels.names.iter().position(|name| name == asked);
    found.ok_or_else(|| {
        let names = labels.names[..labels.n_labels().min(8)].join(", ");
        ParamError::new(
            "rare",
            asked,
            format!("a label of {}: {names}", parameters.label),
        )
    })
}

/// Samples that share a text share a group; one without is a group of its own.
fn groups(
    input: &NamedDataset,
    parameters: &AugmentParameters,
    samples: &[usize],
) -> Result<Option<Vec<u32>>, ParamError> {
    if parameters.group.is_empty() {
        return Ok(None);
    }
    let texts = annotation_texts(&input.data.sample_annotations, "group", &parameters.group)?;
    Ok(Some(group_numbers(&texts, samples)))
}

fn refuse_few(found: &Labelled) -> Result<(), AnalysisError> {
    if found.n_rare() >= MIN_RARE {
        return Ok(());
    }
    Err(AnalysisError::Unsuitable {
        found: format!("{} has {} samples", found.rare_name(), found.n_rare()),
        expected: format!(
            "expected at least {MIN_RARE}: some must be held out, and one or two say nothing of how samples of the label differ"
        ),
        hint: "Find more real samples of this label, or choose another one".into(),
    })
}

fn refuse_one_group(found: &Labelled, parameters: &AugmentParameters) -> Result<(), AnalysisError> {
    let Some(groups) = &found.groups else {
        return Ok(());
    };
    let is_rare = |&at: &usize| found.labels.has(at, found.rare);
    let mut of_rare: Vec<u32> = (0..groups.len())
        .filter(is_rare)
        .map(|at| groups[at])
        .collect();
    of_rare.dedup();
    if of_rare.iter().any(|group| *group != of_rare[0]) {
        return Ok(());
    }
    Err(AnalysisError::Unsuitable {
        found: format!(
            "all {} samples of {} are of one group of {}",
            found.n_rare(),
            found.rare_name(),
            parameters.group
        ),
        expected: "expected at least two groups, one to learn from and one to test on".into(),
        hint: "What is found in one group cannot be told from what is special to it: find samples of another".into(),
    })
}

fn warn_of_few(found: &Labelled, context: &Context) {
    if found.n_rare() < FEW_RARE {
        context.warn(Warning::new(
            "few_rare",
            format!(
                "{} has {} samples: with fewer than {FEW_RARE}, differences between ways to augment may be chance",
                found.rare_name(),
                found.n_rare()
            ),
        ));
    }
}
