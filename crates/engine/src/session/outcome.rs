//! What a step came to: its result or its error, with the warnings it raised.

use std::sync::Arc;

use cuvette_core::{
    AnalysisError, Table, Warning,
    analyses::{Data, Output},
};

use super::{input::names, memory};
use crate::{
    hash::Hash,
    protocol::{StepResult, StepStatus, TableInfo},
    window,
};

/// What a step came to. Errors are kept like results: the same step on the same data fails again.
#[derive(Debug)]
pub struct StepOutcome {
    /// Of all that made it.
    pub hash: Hash,
    /// What it gave.
    pub result: Result<StepValue, AnalysisError>,
    /// What it warned of, in order.
    pub warnings: Vec<Warning>,
}

/// What a step gave.
#[derive(Debug)]
pub struct StepValue {
    /// The typed output.
    pub output: Output,
    /// Its tables, made once.
    pub tables: Vec<Arc<Table>>,
}

impl StepOutcome {
    /// Bytes it holds.
    pub fn memory_bytes(&self) -> u64 {
        let Ok(value) = &self.result else { return 0 };
        let dataset = value.output.dataset();
        let tables = value.tables.iter().map(|table| memory::of_table(table));
        dataset.map_or(0, |dataset| memory::of_dataset(dataset)) + tables.sum::<u64>()
    }

    /// Bytes of the dense form of its data set, where that is sparse and was asked for it since.
    pub fn dense_form_bytes(&self) -> u64 {
        let value = self.result.as_ref().ok();
        let dataset = value.and_then(|value| value.output.dataset());
        dataset.map_or(0, |dataset| dataset.matrix.dense_form_bytes())
    }

    /// How the page sees it.
    pub fn status(&self) -> StepStatus {
        match &self.result {
            Ok(value) => StepStatus::Ready(Box::new(value.state(self.hash))),
            Err(error) => StepStatus::Failed(error.into()),
        }
    }
}

impl StepValue {
    /// Asks an output once for what is shown often.
    pub fn new(output: Output) -> Self {
        let tables = output.tables().into_iter().map(Arc::new).collect();
        Self { output, tables }
    }

    /// The table of that name.
    pub fn table(&self, name: &str) -> Option<&Arc<Table>> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// The tables that can be asked for: values and annotations first, where it is a transform.
    pub fn table_infos(&self) -> Vec<TableInfo> {
        let dataset = self.output.dataset();
        let mut tables = dataset.map_or_else(Vec::new, |dataset| {
            window::tables_of(&Data::Dataset(Arc::clone(dataset)))
        });
        tables.extend(self.tables.iter().map(|table| window::info(table)));
        tables
    }

    fn state(&self, hash: Hash) -> StepResult {
        let tables = self.table_infos();
        let dataset = self.output.dataset();
        let main = tables.first();
        StepResult {
            shape: main.map_or([0, 0], |table| [table.n_rows, table.n_columns]),
            hash: hash.to_hex(),
            summary: self.output.summary(),
            scalars: self.output.scalars(),
            tables,
            figures: self.output.figures(),
            note: self.output.note(),
            sample_columns: dataset.map_or_else(Vec::new, |data| names(&data.sample_annotations)),
            gene_columns: dataset.map_or_else(Vec::new, |data| names(&data.gene_annotations)),
        }
    }
}
