//! What an analysis reads.

use std::{collections::BTreeMap, sync::Arc};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::{
    checkpoint::{Checkpoint, CheckpointConfig, MedianDictionary, ModelParts, TokenDictionary},
    context::Context,
    dataset::{Annotations, Dataset},
    error::{AnalysisError, Warning},
    table::Table,
};

use super::forest::ForestModel;

/// Name of the sample annotation that flags samples that no experiment gave: those are not empty in
/// it, real ones are.
pub const SYNTHETIC: &str = "synthetic";

/// What names of samples that no experiment gave begin with: a file of values has no annotations,
/// and a picture none either.
pub const SYNTHETIC_NAME: &str = "synthetic ";

/// Code of the warning that a step reads synthetic samples.
pub const SYNTHETIC_WARNING: &str = "synthetic_samples";

/// A table of annotations that is not (yet) attached to a data set.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AnnotationTable {
    /// Header of the first column.
    pub id_header: String,
    /// First column: names of genes or samples.
    pub ids: Vec<String>,
    /// The other columns.
    pub annotations: Annotations,
}

/// A named set of genes, as in a GMT file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneSet {
    /// Its name.
    pub name: String,
    /// Its description, often a link.
    pub description: String,
    /// Its genes, in the order of the file.
    pub genes: Vec<String>,
}

/// Anything a recipe can name: an input of any kind, or what a step gave.
#[derive(Debug, Clone)]
pub enum Data {
    /// Genes × samples.
    Dataset(Arc<Dataset>),
    /// Annotations of samples.
    SampleTable(Arc<AnnotationTable>),
    /// Annotations of genes: lengths, maps.
    GeneTable(Arc<AnnotationTable>),
    /// Names of genes.
    GeneList(Arc<Vec<String>>),
    /// Named sets of genes.
    GeneSets(Arc<Vec<GeneSet>>),
    /// A forest that was saved.
    ForestModel(Arc<ForestModel>),
    /// Weights of a model.
    Checkpoint(Arc<Checkpoint>),
    /// Sizes of a model.
    CheckpointConfig(Arc<CheckpointConfig>),
    /// Tokens of genes.
    TokenDictionary(Arc<TokenDictionary>),
    /// Medians of genes.
    MedianDictionary(Arc<MedianDictionary>),
    /// A table that a step made.
    Table(Arc<Table>),
}

/// The name of an input, of a step, or `STEP.TABLE`, as the value of a parameter.
///
/// The engine finds these by [`Parameters::DATA_FIELDS`](super::Parameters::DATA_FIELDS), makes them
/// dependencies of the step and hands over the data in [`Inputs::references`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DataReference(pub String);

impl JsonSchema for DataReference {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "DataReference".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "data-reference" })
    }
}

/// A data set under its name in the recipe.
#[derive(Debug, Clone)]
pub struct NamedDataset {
    /// Name of the input or step.
    pub name: String,
    /// The data.
    pub data: Arc<Dataset>,
}

/// All that a step reads, in the order of its `of`.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// The data sets of `of`; tables of `of` are already attached to the first.
    pub datasets: Vec<NamedDataset>,
    /// The files of a model among `of`, for an analysis that reads them.
    pub model: ModelParts,
    /// What the parameters refer to, by the name written there.
    pub references: BTreeMap<String, Data>,
}

/// Shapes of what a step reads, to check parameters before running.
#[derive(Debug, Clone, Default)]
pub struct Shapes {
    /// One per data set.
    pub datasets: Vec<Shape>,
}

/// Shape of one data set.
#[derive(Debug, Clone, Default)]
pub struct Shape {
    /// Rows.
    pub n_genes: usize,
    /// Columns.
    pub n_samples: usize,
    /// Names of the gene annotations.
    pub gene_columns: Vec<String>,
    /// Names of the sample annotations.
    pub sample_columns: Vec<String>,
}

/// Whether a sample is flagged in the annotation [`SYNTHETIC`], or by its name: what was saved as a
/// file and opened again has nothing else.
pub fn is_synthetic(data: &Dataset, sample: usize) -> bool {
    let name = &data.samples[sample];
    // R writes names with a point for each space.
    let is_named = name.starts_with(SYNTHETIC_NAME) || name.starts_with("synthetic.");
    is_named
        || data
            .sample_annotations
            .column(SYNTHETIC)
            .is_some_and(|column| !matches!(column.values.text(sample).trim(), "" | "no" | "0"))
}

/// Number of synthetic samples.
pub fn n_synthetic(data: &Dataset) -> usize {
    (0..data.n_samples())
        .filter(|&at| is_synthetic(data, at))
        .count()
}

impl Inputs {
    /// Inputs of one data set, for tests and examples.
    pub fn of(name: &str, data: Dataset) -> Self {
        Self::default().and(name, data)
    }

    /// Adds a data set.
    pub fn and(mut self, name: &str, data: Dataset) -> Self {
        self.datasets.push(NamedDataset {
            name: name.into(),
            data: Arc::new(data),
        });
        self
    }

    /// The data set at that place of `of`, or an error that says which is missing.
    pub fn dataset(&self, position: usize) -> Result<&NamedDataset, AnalysisError> {
        self.datasets
            .get(position)
            .ok_or_else(|| AnalysisError::Input {
                message: format!(
                    "{} data sets given, expected one more: name an input or a step in `of`",
                    self.datasets.len()
                ),
            })
    }

    /// Warns of each data set that holds synthetic samples, be it read or referred to: a step
    /// counts them as real ones.
    pub(super) fn warn_of_synthetic(&self, context: &Context) {
        let referred = self
            .references
            .iter()
            .filter_map(|(name, data)| match data {
                Data::Dataset(data) => Some((name, data)),
                _ => None,
            });
        let read = self.datasets.iter().map(|one| (&one.name, &one.data));
        for (name, data) in read.chain(referred) {
            let n = n_synthetic(data);
            if n > 0 {
                context.warn(Warning::new(
                    SYNTHETIC_WARNING,
                    format!(
                        "{n} of {} samples of {name} are synthetic, as their names or their annotation {SYNTHETIC} say; leave them out with select_samples where real ones are meant",
                        data.n_samples()
                    ),
                ));
            }
        }
    }

    /// What a parameter refers to.
    pub fn reference(&self, reference: &DataReference) -> Result<&Data, AnalysisError> {
        self.references
            .get(&reference.0)
            .ok_or_else(|| AnalysisError::Input {
                message: format!("there is no input or step {:?}", reference.0),
            })
    }

    /// The shapes alone.
    pub fn shapes(&self) -> Shapes {
        let shape = |named: &NamedDataset| Shape {
            n_genes: named.data.n_genes(),
            n_samples: named.data.n_samples(),
            gene_columns: named
                .data
                .gene_annotations
                .names()
                .map(Into::into)
                .collect(),
            sample_columns: named
                .data
                .sample_annotations
                .names()
                .map(Into::into)
                .collect(),
        };
        Shapes {
            datasets: self.datasets.iter().map(shape).collect(),
        }
    }
}
