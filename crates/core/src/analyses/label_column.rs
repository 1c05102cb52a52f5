//! Labels of samples, one each, from an annotation.

use super::{NamedDataset, names_of::annotation_texts};
use crate::{
    context::Context,
    dataset::ColumnValues,
    error::{AnalysisError, ParamError, Warning},
    stats::forest::Labels,
};

/// A column of numbers with more distinct ones is a measurement for sure.
const MOST_NUMBERS: usize = 50;

/// Samples with a label, and those without.
#[derive(Debug, Clone)]
pub struct LabelColumn {
    /// Labels of the samples at `labelled`, in their order; their names by the alphabet, numbers by
    /// size.
    pub labels: Labels,
    /// Positions of samples with a label, ascending.
    pub labelled: Vec<usize>,
    /// Positions of samples without one, ascending.
    pub unlabelled: Vec<usize>,
}

/// Whether numbers name kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// They measure something, and are refused.
    Measure,
    /// Somebody said that they name kinds.
    Name,
}

impl Numbers {
    /// What the parameter `numbers_as_labels` says.
    pub fn as_labels(are_labels: bool) -> Self {
        if are_labels {
            Self::Name
        } else {
            Self::Measure
        }
    }
}

/// Reads an annotation; `is_taken` says which samples count.
///
/// # Errors
///
/// [`ParamError`] where there is no such annotation or it is empty, [`AnalysisError::Unsuitable`]
/// where it holds numbers that nobody called labels.
pub fn label_column(
    input: &NamedDataset,
    column: &str,
    numbers: Numbers,
    is_taken: &dyn Fn(usize) -> bool,
) -> Result<LabelColumn, AnalysisError> {
    let annotations = &input.data.sample_annotations;
    let texts = annotation_texts(annotations, "label", column)?;
    let texts: Vec<&str> = texts.iter().map(|text| text.trim()).collect();
    let taken = (0..texts.len()).filter(|&sample| is_taken(sample));
    let (labelled, unlabelled): (Vec<usize>, Vec<usize>) =
        taken.partition(|&sample| !texts[sample].is_empty());
    if labelled.is_empty() {
        let allowed = "an annotation with a value in some samples";
        return Err(ParamError::new("label", column, allowed).into());
    }
    let mut names: Vec<&str> = labelled.iter().map(|&sample| texts[sample]).collect();
    names.sort_unstable();
    names.dedup();
    let values = annotations.column(column).map(|column| &column.values);
    if let Some(ColumnValues::Number(_)) = values {
        refuse_numbers(column, names.len(), numbers)?;
        let value = |name: &str| name.parse::<f64>().unwrap_or(f64::NAN);
        names.sort_by(|a, b| value(a).total_cmp(&value(b)));
    }
    let place = |&sample: &usize| names.iter().position(|name| *name == texts[sample]);
    let of = labelled.iter().filter_map(place).map(|place| place as u32);
    let of = of.collect();
    let names = names.into_iter().map(String::from).collect();
    Ok(LabelColumn {
        labels: Labels::single(names, of),
        labelled,
        unlabelled,
    })
}

fn refuse_numbers(column: &str, n_distinct: usize, numbers: Numbers) -> Result<(), AnalysisError> {
    if numbers == Numbers::Name && n_distinct <= MOST_NUMBERS {
        return Ok(());
    }
    Err(AnalysisError::Unsuitable {
        found: format!("{column} holds numbers, {n_distinct} different ones"),
        expected: "expected names of labels".into(),
        hint: if n_distinct > MOST_NUMBERS {
            format!(
                "A forest tells kinds apart: cut the numbers into at most {MOST_NUMBERS} kinds in the sample table"
            )
        } else {
            "Set numbers_as_labels where each number stands for a kind".into()
        },
    })
}

/// The refusal of labels that are all one.
pub fn all_alike(n_samples: usize, label: &str, source: &str) -> AnalysisError {
    AnalysisError::Unsuitable {
        found: format!("all {n_samples} labelled samples are {label}"),
        expected: "expected at least two different labels".into(),
        hint: format!("Choose another annotation than {source}"),
    }
}

/// Warns where half of the samples or more have no label; `fate` says what becomes of them.
pub fn warn_of_few_labelled(n_samples: usize, n_unlabelled: usize, fate: &str, context: &Context) {
    if n_unlabelled * 2 >= n_samples {
        context.warn(Warning::new(
            "few_labelled",
            format!("{n_unlabelled} of {n_samples} samples have no label: they are {fate}"),
        ));
    }
}
