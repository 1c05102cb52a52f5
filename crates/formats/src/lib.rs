//! Bytes to data sets with an import report, and results to bytes. Pure and streaming.

use cuvette_core::report::ImportReport;
use serde::{Deserialize, Serialize};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// Genes × samples.
    Matrix,
    /// Annotations of samples.
    SampleTable,
    /// Annotations of genes.
    GeneTable,
    /// Names of genes.
    GeneList,
    /// Named sets of genes.
    GeneSets,
}

/// Overrides of the importer's guesses.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImportOptions {}

/// A first look at a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// What was guessed and found.
    pub report: ImportReport,
}
