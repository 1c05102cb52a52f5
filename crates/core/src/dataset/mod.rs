//! A data set: a genes × samples matrix with its names and annotations.

mod annotations;
mod names;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use annotations::{Annotations, Column, ColumnValues};
pub use names::NameIndex;
pub(crate) use names::{canonical, without_prefixes};

use crate::{matrix::Matrix, report::ImportReport};

/// What the numbers of a data set are.
///
/// Set by the importer from the numbers themselves, kept and changed by the steps (`log` makes
/// counts log2), and asked by steps that hold only for some kinds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// Reads counted per gene: whole numbers from zero up.
    Counts,
    /// Logarithms of abundances, of any base.
    Log,
    /// Logarithms of ratios: signed, near zero in the middle.
    LogRatio,
    /// Transcripts per million: not negative, columns sum to about 10⁶.
    Tpm,
    /// Not negative, not whole numbers, not logged: intensities, RPKM, fold changes.
    Linear,
    /// Nothing certain.
    #[default]
    Unknown,
}

impl ValueKind {
    /// The words on the page and in messages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::Log => "logged values",
            Self::LogRatio => "log ratios",
            Self::Tpm => "TPM",
            Self::Linear => "linear values",
            Self::Unknown => "values of unknown kind",
        }
    }
}

/// Expression values of genes (rows) in samples (columns), always in that order.
#[derive(Debug, Clone, Default)]
pub struct Dataset {
    /// Genes × samples; missing is NaN.
    pub matrix: Matrix,
    /// One name per row, unique.
    pub genes: Arc<Vec<String>>,
    /// One name per column, unique.
    pub samples: Arc<Vec<String>>,
    /// One row per gene.
    pub gene_annotations: Annotations,
    /// One row per sample.
    pub sample_annotations: Annotations,
    /// What the numbers are.
    pub kind: ValueKind,
    /// How the numbers are named on an axis, with their unit: `log2(count + 1)`.
    pub value_label: String,
    /// What was found when the file was read; empty for data made by a step.
    pub report: Arc<ImportReport>,
}

impl Dataset {
    /// A data set without annotations.
    ///
    /// # Panics
    ///
    /// When the names do not fit the matrix: the caller's mistake.
    pub fn new(matrix: Matrix, genes: Vec<String>, samples: Vec<String>) -> Self {
        assert_eq!(matrix.n_rows(), genes.len(), "one name per gene");
        assert_eq!(matrix.n_columns(), samples.len(), "one name per sample");
        Self {
            matrix,
            genes: Arc::new(genes),
            samples: Arc::new(samples),
            value_label: "value".into(),
            ..Self::default()
        }
    }

    /// Number of genes (rows).
    pub fn n_genes(&self) -> usize {
        self.matrix.n_rows()
    }

    /// Number of samples (columns).
    pub fn n_samples(&self) -> usize {
        self.matrix.n_columns()
    }

    /// The same names and annotations over other numbers of the same shape.
    pub fn with_matrix(&self, matrix: Matrix) -> Self {
        assert_eq!(
            (matrix.n_rows(), matrix.n_columns()),
            (self.n_genes(), self.n_samples())
        );
        Self {
            matrix,
            genes: Arc::clone(&self.genes),
            samples: Arc::clone(&self.samples),
            gene_annotations: self.gene_annotations.clone(),
            sample_annotations: self.sample_annotations.clone(),
            kind: self.kind,
            value_label: self.value_label.clone(),
            report: Arc::default(),
        }
    }

    /// The chosen genes, in the given order, with their annotations.
    pub fn select_genes(&self, rows: &[usize]) -> Self {
        Self {
            matrix: self.matrix.select_rows(rows),
            genes: Arc::new(rows.iter().map(|&row| self.genes[row].clone()).collect()),
            samples: Arc::clone(&self.samples),
            gene_annotations: self.gene_annotations.select(rows),
            sample_annotations: self.sample_annotations.clone(),
            kind: self.kind,
            value_label: self.value_label.clone(),
            report: Arc::default(),
        }
    }

    /// The chosen samples, in the given order, with their annotations.
    pub fn select_samples(&self, columns: &[usize]) -> Self {
        Self {
            matrix: self.matrix.select_columns(columns),
            genes: Arc::clone(&self.genes),
            samples: Arc::new(
                columns
                    .iter()
                    .map(|&column| self.samples[column].clone())
                    .collect(),
            ),
            gene_annotations: self.gene_annotations.clone(),
            sample_annotations: self.sample_annotations.select(columns),
            kind: self.kind,
            value_label: self.value_label.clone(),
            report: Arc::default(),
        }
    }
}
