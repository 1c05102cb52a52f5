//! Reading lists of names and maps of names from what a parameter refers to.

use std::collections::{BTreeMap, btree_map::Entry};

use super::{AnnotationTable, Data, Shapes};
use crate::{
    dataset::{Annotations, Column, ColumnValues, Dataset},
    error::{AnalysisError, ParamError},
    table::{Table, TableValues},
};

/// The names that a list, a set or the first column of a table holds, trimmed, in its order.
pub fn listed_names(data: &Data) -> Vec<String> {
    let trimmed = |names: &[String]| names.iter().map(|name| name.trim().to_owned()).collect();
    match data {
        Data::GeneList(names) => trimmed(names),
        Data::GeneSets(sets) => sets.iter().flat_map(|set| set.genes.clone()).collect(),
        Data::SampleTable(table) | Data::GeneTable(table) => trimmed(&table.ids),
        Data::Table(table) => trimmed(&first_column(table)),
        Data::Dataset(data) => trimmed(&data.genes),
        Data::ForestModel(model) => trimmed(&model.genes),
        Data::TokenDictionary(tokens) => tokens.genes.keys().cloned().collect(),
        Data::MedianDictionary(medians) => medians.medians.keys().cloned().collect(),
        Data::Checkpoint(_) | Data::CheckpointConfig(_) => Vec::new(),
    }
}

/// New name by old name, both trimmed, from a table: its first column and the column `to`, by
/// default the second.
///
/// Rows without a new name are left out. An old name with two different new names is an error.
pub fn name_map(
    data: &Data,
    field: &str,
    to: &str,
) -> Result<BTreeMap<String, String>, AnalysisError> {
    match data {
        Data::SampleTable(table) | Data::GeneTable(table) => annotation_map(table, to),
        Data::Table(table) => table_map(table, to),
        _ => Err(AnalysisError::Input {
            message: format!(
                "{field} names no table: expected old names in its first column and new names in another"
            ),
        }),
    }
}

/// The texts of one annotation column, or an error that lists the columns there are.
pub fn annotation_texts(
    annotations: &Annotations,
    field: &str,
    column: &str,
) -> Result<Vec<String>, ParamError> {
    let found = annotations.column(column).ok_or_else(|| {
        let names: Vec<&str> = annotations.names().collect();
        unknown_column(field, column, &names)
    })?;
    Ok((0..found.values.len())
        .map(|row| found.values.text(row))
        .collect())
}

/// The error for a column that is not there.
pub fn unknown_column(field: &str, column: &str, names: &[&str]) -> ParamError {
    let allowed = match names {
        [] => "an annotation column, but the data have none: attach a table first".to_owned(),
        names => format!("one of {}", names.join(", ")),
    };
    let shown = if column.is_empty() { "empty" } else { column };
    ParamError::new(field, shown, allowed)
}

/// Refuses names of sample annotations that the first data set does not have. Left empty they are
/// asked for when the step runs, so that a new step can stand unfinished.
pub fn check_sample_columns(
    shapes: &Shapes,
    columns: &[(&str, &String)],
) -> Result<(), ParamError> {
    let Some(shape) = shapes.datasets.first() else {
        return Ok(());
    };
    for (field, column) in columns {
        if !column.is_empty() && !shape.sample_columns.contains(column) {
            let names: Vec<&str> = shape.sample_columns.iter().map(String::as_str).collect();
            return Err(unknown_column(field, column, &names));
        }
    }
    Ok(())
}

fn annotation_map(
    table: &AnnotationTable,
    to: &str,
) -> Result<BTreeMap<String, String>, AnalysisError> {
    let first = table.annotations.names().next().unwrap_or_default();
    let to = if to.is_empty() { first } else { to };
    let new_names = annotation_texts(&table.annotations, "to", to)?;
    map_of(&table.ids, &new_names)
}

fn table_map(table: &Table, to: &str) -> Result<BTreeMap<String, String>, AnalysisError> {
    let others = table.columns.get(1..).unwrap_or_default();
    let column = others
        .iter()
        .find(|column| to.is_empty() || column.name == to)
        .ok_or_else(|| {
            let names: Vec<&str> = others.iter().map(|column| column.name.as_str()).collect();
            unknown_column("to", to, &names)
        })?;
    map_of(&first_column(table), &texts(&column.values))
}

fn map_of(old: &[String], new: &[String]) -> Result<BTreeMap<String, String>, AnalysisError> {
    let mut map = BTreeMap::new();
    for (old, new) in old.iter().zip(new) {
        let (old, new) = (old.trim(), new.trim());
        if new.is_empty() {
            continue;
        }
        match map.entry(old.to_owned()) {
            Entry::Vacant(entry) => {
                entry.insert(new.to_owned());
            }
            Entry::Occupied(entry) if entry.get() == new => {}
            Entry::Occupied(entry) => {
                return Err(AnalysisError::Input {
                    message: format!(
                        "{old} has two new names, {} and {new}, expected one",
                        entry.get()
                    ),
                });
            }
        }
    }
    Ok(map)
}

fn first_column(table: &Table) -> Vec<String> {
    table
        .columns
        .first()
        .map_or_else(Vec::new, |column| texts(&column.values))
}

fn texts(values: &TableValues) -> Vec<String> {
    match values {
        TableValues::Text(values) => values.clone(),
        TableValues::Number(values) => values.iter().map(ToString::to_string).collect(),
        TableValues::Integer(values) => values
            .iter()
            .map(|value| value.map_or_else(String::new, |value| value.to_string()))
            .collect(),
    }
}

/// The table that a parameter refers to, whoever made it.
///
/// Of a data set, the columns are its samples: a table of numbers alone is read as one.
pub fn annotation_table<'a>(
    field: &str,
    data: &'a Data,
) -> Result<std::borrow::Cow<'a, AnnotationTable>, AnalysisError> {
    match data {
        Data::SampleTable(table) | Data::GeneTable(table) => {
            Ok(std::borrow::Cow::Borrowed(table.as_ref()))
        }
        Data::Table(table) => Ok(std::borrow::Cow::Owned(annotations_of(table))),
        Data::Dataset(data) => Ok(std::borrow::Cow::Owned(numbers_of(data))),
        _ => Err(AnalysisError::Input {
            message: format!("{field} names no table: expected names in its first column"),
        }),
    }
}

fn numbers_of(data: &Dataset) -> AnnotationTable {
    let mut annotations = data.gene_annotations.clone();
    for (sample, name) in data.samples.iter().enumerate() {
        let values = data.matrix.column(sample).into_iter().map(f64::from);
        annotations.set(Column {
            name: name.clone(),
            values: ColumnValues::Number(values.collect()),
        });
    }
    AnnotationTable {
        id_header: "gene".into(),
        ids: data.genes.to_vec(),
        annotations,
    }
}

fn annotations_of(table: &Table) -> AnnotationTable {
    let mut annotations = Annotations::default();
    for column in table.columns.iter().skip(1) {
        let values = match &column.values {
            TableValues::Text(values) => ColumnValues::Text(values.clone()),
            TableValues::Number(values) => ColumnValues::Number(values.clone()),
            TableValues::Integer(values) => ColumnValues::Number(
                values
                    .iter()
                    .map(|value| value.map_or(f64::NAN, |value| value as f64))
                    .collect(),
            ),
        };
        let name = column.name.clone();
        annotations.set(Column { name, values });
    }
    let first = table.columns.first();
    AnnotationTable {
        id_header: first.map_or_else(String::new, |column| column.name.clone()),
        ids: first_column(table),
        annotations,
    }
}

/// The name without `.` and digits at its end: an Ensembl id without its version.
pub fn without_version(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, version))
            if !stem.is_empty()
                && !version.is_empty()
                && version.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            stem
        }
        _ => name,
    }
}

/// The table `dropped`: genes that were left out, each with the reason.
pub fn dropped_table(dropped: impl Iterator<Item = (String, String)>) -> Table {
    let (genes, reasons) = dropped.unzip();
    Table::new("dropped", "Genes left out")
        .text("gene", "Gene", genes)
        .text("reason", "Why", reasons)
}
