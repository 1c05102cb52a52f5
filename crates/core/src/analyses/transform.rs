//! The output of a transform: a data set, and what was dropped or changed on the way.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    before_after,
    output::{Scalars, StepOutput},
};
use crate::{
    dataset::{Dataset, ValueKind},
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    stats::overview,
    table::Table,
};

/// What a transform gives.
#[derive(Debug, Clone)]
pub struct TransformOutput {
    /// The data set that later steps read.
    pub dataset: Arc<Dataset>,
    /// Tables beside it: `dropped`, `sd`, `n`.
    pub tables: Vec<Table>,
    /// What was done, with n.
    pub note: String,
    /// The data set that was read.
    pub before: Arc<Dataset>,
}

/// What the page shows of a transform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TransformSummary {
    /// Genes and samples before.
    pub before: [usize; 2],
    /// Genes and samples after.
    pub after: [usize; 2],
    /// What the numbers are now.
    pub kind: ValueKind,
    /// Missing cells after.
    pub n_missing: u64,
    /// Smallest and largest finite value after; `None` where there is none.
    pub range: Option<[f64; 2]>,
}

impl TransformOutput {
    /// An output without extra tables.
    pub fn new(before: &Arc<Dataset>, dataset: Dataset, note: String) -> Self {
        Self {
            before: Arc::clone(before),
            dataset: Arc::new(dataset),
            tables: Vec::new(),
            note,
        }
    }

    /// Adds a table.
    pub fn with_table(mut self, table: Table) -> Self {
        self.tables.push(table);
        self
    }
}

impl StepOutput for TransformOutput {
    type Summary = TransformSummary;

    fn summary(&self) -> TransformSummary {
        let overview = overview::overview(&self.dataset.matrix);
        TransformSummary {
            before: [self.before.n_genes(), self.before.n_samples()],
            after: [self.dataset.n_genes(), self.dataset.n_samples()],
            kind: self.dataset.kind,
            n_missing: overview.n_missing,
            range: overview.range,
        }
    }

    fn dataset(&self) -> Option<&Arc<Dataset>> {
        Some(&self.dataset)
    }

    fn tables(&self) -> Vec<Table> {
        self.tables.clone()
    }

    fn scalars(&self) -> Scalars {
        let summary = serde_json::to_value(self.summary());
        summary
            .ok()
            .and_then(|value| value.as_object().cloned())
            .unwrap_or_default()
    }

    fn figures(&self) -> Vec<FigureInfo> {
        let mut figures = before_after::figures(&self.before, &self.dataset);
        figures.extend(overview::figures());
        figures
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        if overview::figures()
            .iter()
            .any(|info| info.name == request.name)
        {
            overview::figure(&self.dataset, request)
        } else {
            before_after::figure(&self.before, &self.dataset, request)
        }
    }

    fn note(&self) -> String {
        self.note.clone()
    }
}
