//! Which samples have which labels.

use std::borrow::Cow;

use super::ForestParameters;
use crate::{
    analyses::{
        AnnotationTable, Data, Inputs, NamedDataset,
        names_of::{annotation_table, annotation_texts},
    },
    context::Context,
    dataset::{Annotations, Column, ColumnValues},
    error::{AnalysisError, ParamError, Warning},
    stats::forest::Labels,
};

/// A column of numbers with more distinct ones is a measurement for sure.
const MOST_NUMBERS: usize = 50;

/// Samples with labels, and those without.
#[derive(Debug, Clone)]
pub struct Labelling {
    /// Labels of the samples at `labelled`, in their order.
    pub labels: Labels,
    /// Positions of samples with labels, ascending.
    pub labelled: Vec<usize>,
    /// Positions of samples without, ascending: to be predicted.
    pub unlabelled: Vec<usize>,
    /// What the labels are: the name of the annotation or of the table.
    pub source: String,
}

/// Reads the labels, and refuses what cannot be learned.
pub fn labelling(
    input: &NamedDataset,
    parameters: &ForestParameters,
    inputs: &Inputs,
    context: &Context,
) -> Result<Labelling, AnalysisError> {
    let read = if parameters.labels.0.is_empty() {
        of_column(input, parameters)?
    } else {
        of_table(input, parameters, inputs, context)?
    };
    let kept = without_rare(read, parameters, context);
    refuse_too_little(&kept)?;
    warn_of_labels(&kept, input, parameters, context);
    Ok(kept)
}

fn of_column(
    input: &NamedDataset,
    parameters: &ForestParameters,
) -> Result<Labelling, AnalysisError> {
    let annotations = &input.data.sample_annotations;
    let texts = annotation_texts(annotations, "label", &parameters.label)?;
    let texts: Vec<&str> = texts.iter().map(|text| text.trim()).collect();
    let mut names: Vec<String> = texts
        .iter()
        .filter(|text| !text.is_empty())
        .map(ToString::to_string)
        .collect();
    names.sort();
    names.dedup();
    let column = annotations.column(&parameters.label);
    let is_number = column.is_some_and(|column| matches!(column.values, ColumnValues::Number(_)));
    if is_number {
        refuse_numbers(&mut names, parameters)?;
    }
    let (labelled, unlabelled): (Vec<usize>, Vec<usize>) =
        (0..texts.len()).partition(|&sample| !texts[sample].is_empty());
    let place = |&sample: &usize| names.iter().position(|name| name == texts[sample]);
    let of = labelled.iter().filter_map(place).map(|place| place as u32);
    let of = of.collect();
    Ok(Labelling {
        labels: Labels::single(names, of),
        labelled,
        unlabelled,
        source: parameters.label.clone(),
    })
}

/// Numbers are taken as labels where that is said, in their own order.
fn refuse_numbers(
    names: &mut [String],
    parameters: &ForestParameters,
) -> Result<(), AnalysisError> {
    if parameters.numbers_as_labels && names.len() <= MOST_NUMBERS {
        let value = |name: &String| name.parse::<f64>().unwrap_or(f64::NAN);
        names.sort_by(|a, b| value(a).total_cmp(&value(b)));
        return Ok(());
    }
    Err(AnalysisError::Unsuitable {
        found: format!(
            "{} holds numbers, {} different ones",
            parameters.label,
            names.len()
        ),
        expected: "expected names of labels".into(),
        hint: if names.len() > MOST_NUMBERS {
            format!(
                "A forest tells kinds apart: cut the numbers into at most {MOST_NUMBERS} kinds in the sample table"
            )
        } else {
            "Set numbers_as_labels where each number stands for a kind".into()
        },
    })
}

fn of_table(
    input: &NamedDataset,
    parameters: &ForestParameters,
    inputs: &Inputs,
    context: &Context,
) -> Result<Labelling, AnalysisError> {
    let samples = &input.data.samples;
    let table = table_of(inputs.reference(&parameters.labels)?, samples)?;
    let row_of = |sample: &String| table.ids.iter().position(|id| id.trim() == sample);
    let rows: Vec<Option<usize>> = samples.iter().map(row_of).collect();
    warn_of_unknown(input, &table, &rows, parameters, context)?;
    let (mut names, mut columns) = (Vec::new(), Vec::new());
    for column in &table.annotations.columns {
        names.push(column.name.clone());
        columns.push(flags(&table, &column.values, &column.name)?);
    }
    let lists: Vec<Vec<u32>> = rows
        .iter()
        .map(|row| {
            let has = |&label: &u32| row.is_some_and(|row| columns[label as usize][row]);
            (0..names.len() as u32).filter(has).collect()
        })
        .collect();
    let (labelled, unlabelled): (Vec<usize>, Vec<usize>) =
        (0..lists.len()).partition(|&sample| !lists[sample].is_empty());
    let lists: Vec<Vec<u32>> = labelled
        .iter()
        .map(|&sample| lists[sample].clone())
        .collect();
    Ok(Labelling {
        labels: Labels::multiple(names, &lists),
        labelled,
        unlabelled,
        source: parameters.labels.0.clone(),
    })
}

/// The table of labels. One of numbers alone may have been read as a matrix with its samples in
/// columns: then the labels are its rows.
fn table_of<'a>(
    data: &'a Data,
    samples: &[String],
) -> Result<Cow<'a, AnnotationTable>, AnalysisError> {
    let has_any = |names: &[String]| samples.iter().any(|sample| names.contains(sample));
    let Data::Dataset(flags) = data else {
        return annotation_table("labels", data);
    };
    if has_any(&flags.genes) || !has_any(&flags.samples) {
        return annotation_table("labels", data);
    }
    let mut annotations = Annotations::default();
    for (label, name) in flags.genes.iter().enumerate() {
        let values = flags.matrix.row(label).iter().copied().map(f64::from);
        annotations.set(Column {
            name: name.clone(),
            values: ColumnValues::Number(values.collect()),
        });
    }
    Ok(Cow::Owned(AnnotationTable {
        id_header: "sample".into(),
        ids: flags.samples.to_vec(),
        annotations,
    }))
}

/// Refuses a table that names none of the samples; a warning counts names that are no sample.
fn warn_of_unknown(
    input: &NamedDataset,
    table: &AnnotationTable,
    rows: &[Option<usize>],
    parameters: &ForestParameters,
    context: &Context,
) -> Result<(), AnalysisError> {
    let known: std::collections::BTreeSet<usize> = rows.iter().flatten().copied().collect();
    if known.is_empty() {
        let first = |names: &[String]| names.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
        return Err(AnalysisError::NoMatch {
            message: format!(
                "{} names none of the {} samples of {}: it has {}, the data have {}",
                parameters.labels.0,
                rows.len(),
                input.name,
                first(&table.ids),
                first(&input.data.samples)
            ),
            hint: "The first column of the table must hold the names of the samples".into(),
        });
    }
    let n_unknown = table.ids.len() - known.len();
    if n_unknown > 0 {
        let unknown = (0..table.ids.len()).find(|row| !known.contains(row));
        context.warn(Warning::new(
            "unknown_samples",
            format!(
                "{n_unknown} of {} rows of {} name no sample of {}, the first is {}",
                table.ids.len(),
                parameters.labels.0,
                input.name,
                unknown.map_or("", |row| table.ids[row].as_str())
            ),
        ));
    }
    Ok(())
}

/// A column of 0 and 1; empty is 0.
fn flags(
    table: &AnnotationTable,
    values: &ColumnValues,
    name: &str,
) -> Result<Vec<bool>, AnalysisError> {
    let flag = |row: usize| match values.text(row).trim() {
        "" | "0" => Ok(false),
        "1" => Ok(true),
        other => Err(AnalysisError::Unsuitable {
            found: format!("column {name} holds {other} at {}", table.ids[row]),
            expected: "expected 0 or 1 in a table of labels".into(),
            hint: "Choose an annotation of the samples in label where each sample has one label"
                .into(),
        }),
    };
    (0..values.len()).map(flag).collect()
}

/// Leaves labels of few samples out where that is asked for, with samples that have no other.
fn without_rare(read: Labelling, parameters: &ForestParameters, context: &Context) -> Labelling {
    let support = read.labels.support();
    let is_kept = |label: usize| {
        support[label] > 0 && (!parameters.drop_rare || support[label] >= parameters.min_label)
    };
    let kept: Vec<usize> = (0..support.len()).filter(|&label| is_kept(label)).collect();
    if kept.len() == support.len() {
        return read;
    }
    let place: Vec<Option<u32>> = (0..support.len())
        .map(|label| kept.binary_search(&label).ok().map(|place| place as u32))
        .collect();
    let own = |at: usize| -> Vec<u32> {
        read.labels
            .of(at)
            .iter()
            .filter_map(|&label| place[label as usize])
            .collect()
    };
    let lists: Vec<Vec<u32>> = (0..read.labelled.len()).map(own).collect();
    let remaining: Vec<usize> = (0..lists.len())
        .filter(|&at| !lists[at].is_empty())
        .collect();
    context.warn(Warning::new(
        "dropped_labels",
        format!(
            "{} of {} labels have fewer than {} samples and are left out, with {} samples",
            support.len() - kept.len(),
            support.len(),
            parameters.min_label.max(1),
            lists.len() - remaining.len()
        ),
    ));
    let names = kept
        .iter()
        .map(|&label| read.labels.names[label].clone())
        .collect();
    let lists: Vec<Vec<u32>> = remaining.iter().map(|&at| lists[at].clone()).collect();
    let labels = if read.labels.is_single {
        Labels::single(names, lists.concat())
    } else {
        Labels::multiple(names, &lists)
    };
    Labelling {
        labels,
        labelled: remaining.iter().map(|&at| read.labelled[at]).collect(),
        ..read
    }
}

fn refuse_too_little(kept: &Labelling) -> Result<(), AnalysisError> {
    let labels = &kept.labels;
    if labels.n_samples() == 0 {
        return Err(ParamError::new(
            "label",
            &kept.source,
            "an annotation with a value in some samples",
        )
        .into());
    }
    // Of several labels each one is a question of its own: has it, has it not.
    let is_alike = (0..labels.n_samples()).all(|sample| labels.of(sample) == labels.of(0));
    if is_alike {
        return Err(AnalysisError::Unsuitable {
            found: format!(
                "all {} labelled samples are {}",
                labels.n_samples(),
                names_of(labels, labels.of(0))
            ),
            expected: "expected at least two different labels".into(),
            hint: format!("Choose another annotation than {}", kept.source),
        });
    }
    let most = labels.support().into_iter().max().unwrap_or(0);
    if most < 2 {
        return Err(AnalysisError::TooFew {
            what: "samples with the most frequent label".into(),
            need: 2,
            got: most,
        });
    }
    Ok(())
}

/// Names of labels, joined: what stands in a cell.
pub fn names_of(labels: &Labels, of: &[u32]) -> String {
    joined(&labels.names, of)
}

/// Some of the names, joined.
pub fn joined(names: &[String], of: &[u32]) -> String {
    let names: Vec<&str> = of
        .iter()
        .map(|&label| names[label as usize].as_str())
        .collect();
    names.join("; ")
}

fn warn_of_labels(
    kept: &Labelling,
    input: &NamedDataset,
    parameters: &ForestParameters,
    context: &Context,
) {
    let n_samples = input.data.n_samples();
    if kept.unlabelled.len() * 2 > n_samples {
        context.warn(Warning::new(
            "few_labelled",
            format!(
                "{} of {n_samples} samples have no label in {}: they are predicted from the other {}",
                kept.unlabelled.len(),
                kept.source,
                kept.labelled.len()
            ),
        ));
    }
    let support = kept.labels.support();
    let small: Vec<String> = (0..support.len())
        .filter(|&label| support[label] < parameters.min_label)
        .map(|label| format!("{} ({})", kept.labels.names[label], support[label]))
        .collect();
    if let Some((first, others)) = small.split_first() {
        let more = match others.len() {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        context.warn(Warning::new(
            "small_labels",
            format!(
                "{} of {} labels have fewer than {} samples, {first}{more}: their scores say little",
                small.len(),
                support.len(),
                parameters.min_label
            ),
        ));
    }
}
