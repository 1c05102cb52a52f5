//! An open file: its data, and what the page shows of it.

use std::sync::Arc;

use cuvette_core::{
    Dataset,
    analyses::{Data, opened},
    report::ImportReport,
};
use cuvette_formats::InputKind;

use crate::{
    hash::Hash,
    protocol::{InputState, TableInfo},
    window,
};

/// An open file.
#[derive(Debug, Clone)]
pub struct OpenInput {
    /// Name in the recipe.
    pub name: String,
    /// Name of the file.
    pub file: String,
    /// What it is.
    pub kind: InputKind,
    /// What was read.
    pub data: Data,
    /// What was found.
    pub report: Arc<ImportReport>,
    /// XXH64 of the bytes of the file, by which another content is noticed.
    pub content: u64,
    /// Of all that made the data: the bytes, and how they were read.
    pub hash: Hash,
    /// Bytes it holds in memory.
    pub memory_bytes: u64,
}

impl OpenInput {
    /// The data set, where it is one.
    pub fn dataset(&self) -> Option<&Arc<Dataset>> {
        match &self.data {
            Data::Dataset(dataset) => Some(dataset),
            _ => None,
        }
    }

    /// What the page shows of it.
    pub fn state(&self) -> InputState {
        let tables = self.tables();
        let dataset = self.dataset();
        let [sample_columns, gene_columns] = match &self.data {
            Data::Dataset(data) => [&data.sample_annotations, &data.gene_annotations].map(names),
            Data::SampleTable(table) => [names(&table.annotations), Vec::new()],
            Data::GeneTable(table) => [Vec::new(), names(&table.annotations)],
            _ => Default::default(),
        };
        let main = tables.first();
        InputState {
            name: self.name.clone(),
            kind: self.kind,
            shape: main.map_or([0, 0], |table| [table.n_rows, table.n_columns]),
            report: self.report.as_ref().clone(),
            figures: dataset.map_or_else(Vec::new, |data| opened::figures(data)),
            sample_columns,
            gene_columns,
            tables,
            memory_bytes: self.memory_bytes,
        }
    }

    /// The tables that can be asked for.
    pub fn tables(&self) -> Vec<TableInfo> {
        window::tables_of(&self.data)
    }
}

/// Names of the columns.
pub fn names(annotations: &cuvette_core::dataset::Annotations) -> Vec<String> {
    annotations.names().map(Into::into).collect()
}
