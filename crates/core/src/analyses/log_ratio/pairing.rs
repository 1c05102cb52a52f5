//! Which column is divided by which.

use super::LogRatioParameters;
use crate::{
    analyses::{
        NamedDataset, SampleSet,
        grouping::{NamedGroup, groups_by_name},
        names_of::annotation_texts,
    },
    error::{AnalysisError, ParamError},
};

/// One ratio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Name of the ratio: that of the array, or of the sample's column.
    pub name: String,
    /// Column of what is measured.
    pub sample: usize,
    /// Column of what it is compared with.
    pub reference: usize,
}

/// The ratios, in the order of the arrays or of the list.
pub fn pairs(
    input: &NamedDataset,
    parameters: &LogRatioParameters,
) -> Result<Vec<Pair>, AnalysisError> {
    if parameters.reference.is_empty() {
        let allowed = "what the samples are compared with";
        return Err(ParamError::new("reference", "empty", allowed).into());
    }
    let pairs = if parameters.channel.is_empty() {
        listed_pairs(input, parameters)?
    } else {
        array_pairs(input, parameters)?
    };
    let mut names: Vec<&str> = pairs.iter().map(|pair| pair.name.as_str()).collect();
    names.sort_unstable();
    let twice = names.chunk_by(|a, b| a == b).find(|same| same.len() > 1);
    match twice {
        Some(same) => Err(AnalysisError::Duplicate {
            what: "sample",
            name: same[0].into(),
            count: same.len(),
        }),
        None => Ok(pairs),
    }
}

fn listed_pairs(
    input: &NamedDataset,
    parameters: &LogRatioParameters,
) -> Result<Vec<Pair>, ParamError> {
    let positions = |field: &str, names: &[String]| -> Result<Vec<usize>, ParamError> {
        let mut found = Vec::with_capacity(names.len());
        for name in names {
            let set = SampleSet::Listed(vec![name.clone()]);
            found.extend(set.positions(field, input)?);
        }
        Ok(found)
    };
    let samples = positions("sample", &parameters.sample)?;
    let references = positions("reference", &parameters.reference)?;
    if samples.is_empty() {
        let allowed = "names of columns, or name the annotation of the channels in channel";
        return Err(ParamError::new("sample", "empty", allowed));
    }
    if references.len() != 1 && references.len() != samples.len() {
        let value = format!("{} columns", references.len());
        let allowed = format!("one, or one for each of the {} samples", samples.len());
        return Err(ParamError::new("reference", value, allowed));
    }
    let names = &input.data.samples;
    let pairs = samples.into_iter().zip(references.iter().copied().cycle());
    pairs
        .map(|(sample, reference)| {
            if sample == reference {
                let allowed = "another column than the sample's";
                return Err(ParamError::new("reference", &names[sample], allowed));
            }
            Ok(Pair {
                name: names[sample].clone(),
                sample,
                reference,
            })
        })
        .collect()
}

fn array_pairs(
    input: &NamedDataset,
    parameters: &LogRatioParameters,
) -> Result<Vec<Pair>, AnalysisError> {
    let annotations = &input.data.sample_annotations;
    let channels = annotation_texts(annotations, "channel", &parameters.channel)?;
    let arrays = annotation_texts(annotations, "array", &parameters.array)?;
    for (field, labels) in [
        ("sample", &parameters.sample),
        ("reference", &parameters.reference),
    ] {
        if let Some(unknown) = labels.iter().find(|label| !channels.contains(label)) {
            let mut known: Vec<&str> = channels.iter().map(String::as_str).collect();
            known.sort_unstable();
            known.dedup();
            let allowed = format!("values of {}: {}", parameters.channel, known.join(", "));
            return Err(ParamError::new(field, unknown, allowed).into());
        }
    }
    let groups = groups_by_name(&arrays);
    let pair = |group: &NamedGroup| pair_of_array(group, &channels, parameters);
    groups.iter().map(pair).collect()
}

/// The two channels of an array: exactly one sample and one reference.
fn pair_of_array(
    array: &NamedGroup,
    channels: &[String],
    parameters: &LogRatioParameters,
) -> Result<Pair, AnalysisError> {
    let is_reference = |&at: &usize| parameters.reference.contains(&channels[at]);
    let is_sample = |at: &usize| match parameters.sample.as_slice() {
        [] => !is_reference(at) && !channels[*at].is_empty(),
        labels => labels.contains(&channels[*at]),
    };
    let positions = array.positions.iter().copied();
    let samples: Vec<usize> = positions.clone().filter(is_sample).collect();
    let references: Vec<usize> = positions.filter(is_reference).collect();
    match (samples.as_slice(), references.as_slice()) {
        (&[sample], &[reference]) if sample != reference => Ok(Pair {
            name: array.name.clone(),
            sample,
            reference,
        }),
        _ => {
            let held = array.positions.iter().map(|&at| channels[at].as_str());
            Err(AnalysisError::Unsuitable {
                found: format!(
                    "array {} holds {}: {} samples and {} references",
                    array.name,
                    held.collect::<Vec<_>>().join(", "),
                    samples.len(),
                    references.len()
                ),
                expected: "expected one sample and one reference".into(),
                hint: "Name what is the reference, or leave the array out with select_samples"
                    .into(),
            })
        }
    }
}
