//! Data as tables: values, samples and genes of a data set; rows of annotation tables and lists.

use std::sync::Arc;

use cuvette_core::{
    Dataset, Table,
    analyses::{AnnotationTable, Data, GeneSet},
    dataset::{Annotations, ColumnValues},
    table::NumberFormat,
};

use super::{Grid, Windows, model};
use crate::{hash::Hash, protocol::TableInfo};

/// What the page is told of a table.
pub fn info(table: &Table) -> TableInfo {
    table_info(
        &table.name,
        &table.title,
        table.n_rows(),
        table.columns.len().saturating_sub(1),
    )
}

/// The tables that data can be shown as, the main one first.
pub fn tables_of(data: &Data) -> Vec<TableInfo> {
    match data {
        Data::Dataset(dataset) => vec![
            table_info("values", "Values", dataset.n_genes(), dataset.n_samples()),
            table_info(
                "samples",
                "Samples",
                dataset.n_samples(),
                dataset.sample_annotations.columns.len(),
            ),
            table_info(
                "genes",
                "Genes",
                dataset.n_genes(),
                dataset.gene_annotations.columns.len(),
            ),
        ],
        Data::SampleTable(table) => vec![table_info(
            "samples",
            "Samples",
            table.ids.len(),
            table.annotations.columns.len(),
        )],
        Data::GeneTable(table) => vec![table_info(
            "genes",
            "Genes",
            table.ids.len(),
            table.annotations.columns.len(),
        )],
        Data::GeneList(genes) => vec![table_info("genes", "Genes", genes.len(), 0)],
        Data::GeneSets(sets) => vec![table_info("sets", "Gene sets", sets.len(), 3)],
        Data::ForestModel(model) => vec![table_info("labels", "Labels", model.labels.len(), 1)],
        Data::Checkpoint(weights) => {
            vec![table_info("tensors", "Tensors", weights.tensors.len(), 3)]
        }
        Data::CheckpointConfig(config) => {
            vec![table_info(
                "config",
                "Configuration",
                config.fields().len(),
                1,
            )]
        }
        Data::TokenDictionary(tokens) => {
            let n_columns = 1 + usize::from(tokens.medians.is_some());
            vec![table_info("tokens", "Tokens", tokens.len(), n_columns)]
        }
        Data::MedianDictionary(medians) => {
            vec![table_info("medians", "Medians", medians.medians.len(), 1)]
        }
        Data::Table(table) => vec![info(table)],
    }
}

/// One of [`tables_of`]; those that have to be made are kept for the next question.
pub fn grid_of(windows: &Windows, hash: Hash, data: &Data, name: &str) -> Option<Grid> {
    if let (Data::Dataset(dataset), "values") = (data, name) {
        return Some(Grid::Values(Arc::clone(dataset)));
    }
    if let Data::Table(table) = data {
        return (table.name == name).then(|| Grid::Table(Arc::clone(table)));
    }
    let is_there = tables_of(data).iter().any(|table| table.name == name);
    is_there.then(|| Grid::Table(windows.derived(hash, name, || derived_table(data, name))))
}

fn derived_table(data: &Data, name: &str) -> Table {
    match data {
        Data::Dataset(dataset) => axis_table(dataset, name),
        Data::SampleTable(table) => annotation_table("samples", "Samples", table),
        Data::GeneTable(table) => annotation_table("genes", "Genes", table),
        Data::GeneList(genes) => Table::new("genes", "Genes").text("gene", "Gene", genes.to_vec()),
        Data::GeneSets(sets) => sets_table(sets),
        Data::ForestModel(model) => {
            Table::new("labels", "Labels").text("label", "Label", model.labels.clone())
        }
        Data::Checkpoint(weights) => model::tensors_table(weights),
        Data::CheckpointConfig(config) => model::config_table(config),
        Data::TokenDictionary(tokens) => model::tokens_table(tokens),
        Data::MedianDictionary(medians) => model::medians_table(medians),
        Data::Table(table) => table.as_ref().clone(),
    }
}

fn axis_table(dataset: &Dataset, name: &str) -> Table {
    let (table, annotations) = if name == "samples" {
        let table = Table::new("samples", "Samples");
        (
            table.text("sample", "Sample", dataset.samples.to_vec()),
            &dataset.sample_annotations,
        )
    } else {
        let table = Table::new("genes", "Genes");
        (
            table.text("gene", "Gene", dataset.genes.to_vec()),
            &dataset.gene_annotations,
        )
    };
    with_annotations(table, annotations)
}

fn annotation_table(name: &str, title: &str, table: &AnnotationTable) -> Table {
    let leading =
        Table::new(name, title).text(&table.id_header, &table.id_header, table.ids.clone());
    with_annotations(leading, &table.annotations)
}

fn with_annotations(mut table: Table, annotations: &Annotations) -> Table {
    for column in &annotations.columns {
        let name = &column.name;
        table = match &column.values {
            ColumnValues::Number(values) => {
                table.number(name, name, NumberFormat::General, values.clone())
            }
            values => {
                let cells = (0..values.len()).map(|row| values.text(row));
                table.text(name, name, cells.collect())
            }
        };
    }
    table
}

fn sets_table(sets: &[GeneSet]) -> Table {
    let of = |cell: fn(&GeneSet) -> String| sets.iter().map(cell).collect();
    let n_genes = sets.iter().map(|set| Some(set.genes.len() as i64));
    Table::new("sets", "Gene sets")
        .text("set", "Set", of(|set| set.name.clone()))
        .text(
            "description",
            "Description",
            of(|set| set.description.clone()),
        )
        .integer("n_genes", "Genes", n_genes.collect())
        .text("genes", "Names", of(|set| set.genes.join(" ")))
}

fn table_info(name: &str, title: &str, n_rows: usize, n_columns: usize) -> TableInfo {
    TableInfo {
        name: name.into(),
        title: title.into(),
        n_rows,
        n_columns,
    }
}
