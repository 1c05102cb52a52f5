//! Which samples have which labels.

use std::{borrow::Cow, collections::BTreeMap};

use super::ForestParameters;
use crate::{
    analyses::{
        AnnotationTable, Data, Inputs, NamedDataset,
        inputs::is_synthetic,
        label_column::{Numbers, all_alike, label_column, warn_of_few_labelled},
        names_of::annotation_table,
    },
    context::Context,
    dataset::{Annotations, Column, ColumnValues},
    error::{AnalysisError, ParamError, Warning},
    stats::forest::Labels,
};

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
    let numbers = Numbers::as_labels(parameters.numbers_as_labels);
    let read = label_column(input, &parameters.label, numbers, &|_| true)?;
    Ok(Labelling {
        labels: read.labels,
        labelled: read.labelled,
        unlabelled: read.unlabelled,
        source: parameters.label.clone(),
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
    let rows_of_ids = rows_of_ids(&table)?;
    let row_of = |sample: &String| rows_of_ids.get(sample.as_str()).copied();
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

/// The row of each sample of a table, which has one.
fn rows_of_ids(table: &AnnotationTable) -> Result<BTreeMap<&str, usize>, AnalysisError> {
    let mut rows = BTreeMap::new();
    for (row, id) in table.ids.iter().enumerate() {
        if rows.insert(id.trim(), row).is_some() {
            let is_same = |other: &&String| other.trim() == id.trim();
            return Err(AnalysisError::Duplicate {
                what: "sample",
                name: id.trim().into(),
                count: table.ids.iter().filter(is_same).count(),
            });
        }
    }
    Ok(rows)
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
        let only = names_of(labels, labels.of(0));
        return Err(all_alike(labels.n_samples(), &only, &kept.source));
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
    let fate = format!("predicted from the other {}", kept.labelled.len());
    let n_samples = input.data.n_samples();
    warn_of_few_labelled(n_samples, kept.unlabelled.len(), &fate, context);
    warn_of_synthetic(kept, input, context);
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

/// Samples that were made from others are alike to them: where both are tested, or one is and the
/// other is learned from, scores are too good.
fn warn_of_synthetic(kept: &Labelling, input: &NamedDataset, context: &Context) {
    let is_synthetic = |&&sample: &&usize| is_synthetic(&input.data, sample);
    let n = kept.labelled.iter().filter(is_synthetic).count();
    if n > 0 {
        context.warn(Warning::new(
            "synthetic_tested",
            format!(
                "{n} of {} samples learned from are synthetic, made from real ones that are tested: all scores are too good; those of augment are of real samples that nothing was made from",
                kept.labelled.len()
            ),
        ));
    }
}
