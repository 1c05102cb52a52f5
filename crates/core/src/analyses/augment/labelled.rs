//! Which samples take part, with which labels, and which label is the rare one.

use std::sync::Arc;

use super::AugmentParameters;
use crate::{
    analyses::{
        NamedDataset, complete::complete_genes, grouping::group_numbers, inputs::is_synthetic,
        names_of::annotation_texts,
    },
    context::Context,
    dataset::{ColumnValues, Dataset},
    error::{AnalysisError, ParamError, Warning},
    stats::forest::Labels,
};

/// Fewer rare samples cannot be learned from and held out too.
const MIN_RARE: usize = 4;

/// With fewer, whatever the test says may be chance.
const FEW_RARE: usize = 20;

/// A column of numbers with more distinct ones is a measurement.
const MOST_NUMBERS: usize = 50;

/// What is learned and tested.
#[derive(Debug)]
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
    if parameters.label.is_empty() {
        let allowed = "a sample annotation that holds the labels";
        return Err(ParamError::new("label", "empty", allowed).into());
    }
    let annotations = &input.data.sample_annotations;
    let texts = annotation_texts(annotations, "label", &parameters.label)?;
    let texts: Vec<&str> = texts.iter().map(|text| text.trim()).collect();
    let is_real = |&at: &usize| !texts[at].is_empty() && !is_synthetic(&input.data, at);
    let samples: Vec<usize> = (0..texts.len()).filter(is_real).collect();
    let mut names: Vec<String> = samples.iter().map(|&at| texts[at].to_owned()).collect();
    names.sort();
    names.dedup();
    refuse_what_is_no_label(input, parameters, &names)?;
    let place = |&at: &usize| names.binary_search_by(|name| name.as_str().cmp(texts[at]));
    let of = samples.iter().filter_map(|at| place(at).ok());
    let of: Vec<u32> = of.map(|place| place as u32).collect();
    let labels = Labels::single(names, of);
    let rare = rare(parameters, &labels)?;
    let found = Labelled {
        data: complete_genes(input, MIN_RARE, context)?,
        groups: groups(input, parameters, &samples)?,
        samples,
        labels,
        rare,
    };
    refuse_few(&found)?;
    refuse_one_group(&found, parameters)?;
    warn_of_few(&found, context);
    Ok(found)
}

fn refuse_what_is_no_label(
    input: &NamedDataset,
    parameters: &AugmentParameters,
    names: &[String],
) -> Result<(), AnalysisError> {
    let column = input.data.sample_annotations.column(&parameters.label);
    let is_number = column.is_some_and(|column| matches!(column.values, ColumnValues::Number(_)));
    if is_number && names.len() > MOST_NUMBERS {
        return Err(AnalysisError::Unsuitable {
            found: format!(
                "{} holds {} different numbers",
                parameters.label,
                names.len()
            ),
            expected: "expected names of labels".into(),
            hint: "Choose an annotation that tells kinds of samples apart".into(),
        });
    }
    if names.len() < 2 {
        return Err(AnalysisError::Unsuitable {
            found: format!("{} has {} different labels", parameters.label, names.len()),
            expected: "expected the rare one and at least one other".into(),
            hint: "Choose an annotation that tells kinds of samples apart".into(),
        });
    }
    Ok(())
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
