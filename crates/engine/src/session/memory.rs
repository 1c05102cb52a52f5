//! How many bytes data hold: values and names, not the few bytes of bookkeeping.

use std::collections::BTreeMap;

use cuvette_core::{
    Dataset, Table,
    analyses::{AnnotationTable, Data},
    dataset::{Annotations, ColumnValues},
    table::TableValues,
};

/// Bytes of anything a recipe can name.
pub fn of_data(data: &Data) -> u64 {
    match data {
        Data::Dataset(dataset) => of_dataset(dataset),
        Data::SampleTable(table) | Data::GeneTable(table) => of_annotation_table(table),
        Data::GeneList(genes) => of_texts(genes),
        Data::GeneSets(sets) => sets.iter().map(|set| of_texts(&set.genes)).sum(),
        Data::ForestModel(model) => model.memory_bytes(),
        Data::Checkpoint(weights) => weights.memory_bytes(),
        Data::CheckpointConfig(_) => 0,
        Data::TokenDictionary(tokens) => {
            let medians = tokens.medians.as_ref();
            of_genes(&tokens.genes) + medians.map_or(0, |dictionary| of_genes(&dictionary.medians))
        }
        Data::MedianDictionary(dictionary) => of_genes(&dictionary.medians),
        Data::Table(table) => of_table(table),
    }
}

fn of_genes<T>(by_gene: &BTreeMap<String, T>) -> u64 {
    let of_gene = |gene: &String| size_of::<(String, T)>() + gene.len();
    by_gene.keys().map(|gene| of_gene(gene) as u64).sum()
}

/// Bytes of a data set, without the dense form that a sparse one may come to have.
pub fn of_dataset(dataset: &Dataset) -> u64 {
    let values = dataset.matrix.memory_bytes();
    values
        + of_texts(&dataset.genes)
        + of_texts(&dataset.samples)
        + of_annotations(&dataset.gene_annotations)
        + of_annotations(&dataset.sample_annotations)
}

/// Bytes of a table of results.
pub fn of_table(table: &Table) -> u64 {
    let of_column = |values: &TableValues| match values {
        TableValues::Text(cells) => of_texts(cells),
        TableValues::Number(cells) => size_of_val(cells.as_slice()) as u64,
        TableValues::Integer(cells) => size_of_val(cells.as_slice()) as u64,
    };
    let columns = table.columns.iter();
    columns.map(|column| of_column(&column.values)).sum()
}

fn of_annotation_table(table: &AnnotationTable) -> u64 {
    of_texts(&table.ids) + of_annotations(&table.annotations)
}

fn of_annotations(annotations: &Annotations) -> u64 {
    let of_column = |values: &ColumnValues| match values {
        ColumnValues::Category { codes, .. } => size_of_val(codes.as_slice()) as u64,
        ColumnValues::Number(numbers) => size_of_val(numbers.as_slice()) as u64,
        ColumnValues::Text(texts) => of_texts(texts),
    };
    let columns = annotations.columns.iter();
    columns.map(|column| of_column(&column.values)).sum()
}

fn of_texts(texts: &[String]) -> u64 {
    texts
        .iter()
        .map(|text| (size_of::<String>() + text.len()) as u64)
        .sum()
}
