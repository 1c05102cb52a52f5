//! The analyses: each is a folder, a line in the table below, a view on the page and a golden file.
//!
//! An analysis takes typed parameters and data, and gives a typed output: tables, scalars,
//! pictures as data, perhaps a data set that later steps read (then it is a *transform*).
//! The table generates the closed enums that everything else matches on, so the compiler finds
//! every place that a new analysis needs.
//!
//! # Forms from schemas
//!
//! The page makes the form of a step from the JSON schema of its parameters alone. A field is
//! drawn by what its schema says:
//!
//! | in the schema | means |
//! |---|---|
//! | `description` | help under the field: its first line; the rest is shown on demand |
//! | `default` | shown beside the field; every field has one |
//! | `minimum`, `maximum` | range of a number |
//! | `enum`, or `oneOf` of constants | a choice; each constant's `description` is its words |
//! | `format: data-reference` | name of an input, of a step, or `STEP.TABLE`; empty is none. Such fields stand at the top, alone or in a list, and in [`Parameters::DATA_FIELDS`] |
//! | `x-unit: genes` | word after the field |
//! | `x-choices: sample_columns`, `gene_columns` | name of an annotation column of the first data set; empty is none |
//! | `x-choices: columns_of:FIELD` | name of a column of the table that `FIELD` refers to, or of an annotation column where it is empty |
//! | `x-items: samples`, `genes` | list of names; where the schema is a `oneOf` with the constant `all`, also all of them |
//!
//! A field that may be left out has the type `null` beside its own, and the default `null`.

mod all_or_names;
mod before_after;
mod complete;
mod counts;
mod figure_parts;
mod foreign_names;
mod gene_choice;
mod grouping;
mod held_out;
mod inputs;
mod label_column;
mod names_of;
mod output;
mod renaming;
mod sample_map;
mod sample_set;
mod selection;
#[cfg(test)]
mod testing;
mod transform;
mod vocabulary;

pub mod augment;
pub mod average_replicates;
pub mod center_scale;
pub mod cluster;
pub mod collapse_genes;
pub mod compare_modes;
pub mod cross_study;
pub mod differential;
pub mod embed;
pub mod filter_by_expression;
pub mod filter_genes;
pub mod flip_sign;
pub mod forest;
pub mod gene_metrics;
pub mod impute;
pub mod length_normalize;
pub mod library_normalize;
pub mod log;
pub mod log_ratio;
pub mod map_to_reference;
pub mod mds;
pub mod one_gene;
pub mod opened;
pub mod pca;
pub mod perturb;
pub mod perturbation_baselines;
pub mod qc;
pub mod quantile_normalize;
pub mod rank_encode;
pub mod rename_genes;
pub mod rename_samples;
pub mod sample_correlation;
pub mod select_genes;
pub mod select_samples;
pub mod spread;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use gene_choice::GeneChoice;
pub use inputs::{
    AnnotationTable, Data, DataReference, GeneSet, Inputs, NamedDataset, SYNTHETIC,
    SYNTHETIC_WARNING, Shape, Shapes, n_synthetic,
};
pub(crate) use names_of::without_version;
pub use output::{Scalars, StepOutput};
pub use renaming::Unmatched;
pub use sample_set::SampleSet;
pub use selection::{Keep, Rule};
pub use transform::{TransformOutput, TransformSummary};

use crate::{
    context::Context,
    dataset::Dataset,
    error::{AnalysisError, ParamError},
    figure::{Figure, FigureInfo, FigureRequest},
    table::Table,
};

/// One step of a recipe.
pub trait Analysis {
    /// What the person may set; every field has a default.
    type Parameters: Parameters;
    /// What comes out.
    type Output: StepOutput;
    /// Name, words and citations.
    const META: Meta;
    /// True where a sparse matrix is read as it is: never by [`Matrix::values`] or a whole row, which
    /// would make it dense.
    ///
    /// [`Matrix::values`]: crate::Matrix::values
    const READS_SPARSE: bool = false;
    /// Whether the files of a model may stand behind the data sets: see [`Inputs::model`].
    const READS_MODEL: bool = false;

    /// Computes the output. Pure: the same inputs and parameters give the same output on any
    /// number of threads.
    fn run(
        inputs: &Inputs,
        parameters: &Self::Parameters,
        context: &Context,
    ) -> Result<Self::Output, AnalysisError>;
}

/// Parameters of an analysis: written in recipes, shown as a form made from the schema.
///
/// Types derive `Serialize`, `Deserialize`, `JsonSchema`, `Clone`, `Debug`, `PartialEq` and
/// `Default`, carry `#[serde(deny_unknown_fields, default)]`, and document each field: the first
/// line of the doc comment is the help under the field.
pub trait Parameters:
    Serialize + DeserializeOwned + JsonSchema + Clone + PartialEq + Default + std::fmt::Debug
{
    /// Names of the fields that are a [`DataReference`], or a list of them: the schema's
    /// `data-reference`, for who edits recipes and has no schema.
    const DATA_FIELDS: &'static [&'static str] = &[];

    /// Says which parameter does not fit the data, before anything runs.
    fn check(&self, shapes: &Shapes) -> Result<(), ParamError>;
}

/// Name, words and citations of an analysis.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Meta {
    /// Name in recipes: `cross_study`.
    pub id: &'static str,
    /// Name on the page: "Cross-study correlation".
    pub title: &'static str,
    /// One line: what it answers or does.
    pub help: &'static str,
    /// Where it stands in the list of steps.
    pub group: Group,
    /// How many data sets it reads, and what each is called on the page: `["First set", "Second set"]`.
    pub reads: &'static [&'static str],
    /// What to cite, as text with DOI.
    pub citations: &'static [&'static str],
}

/// Headings of the list of steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Choose samples and genes, rename, collapse.
    Arrange,
    /// Change the numbers.
    Transform,
    /// Look at the data.
    Look,
    /// Correlation within and across studies.
    Correlation,
    /// How strong and how consistent each gene is.
    GeneMetrics,
    /// Learn labels of samples.
    Classify,
    /// Knock genes out, in the data or in a model.
    Perturb,
}

/// Generates the closed enums over all analyses from one table.
macro_rules! analyses {
    ($($name:ident => $module:ident),+ $(,)?) => {
        /// The analyses by name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum AnalysisId { $(
            #[doc = concat!("See [`", stringify!($module), "`].")]
            $name,
        )+ }

        /// An analysis with its parameters: what a step asks for.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Request { $(
            #[doc = concat!("See [`", stringify!($module), "`].")]
            $name(<$module::$name as Analysis>::Parameters),
        )+ }

        /// What a step gave.
        #[derive(Debug)]
        #[allow(clippy::large_enum_variant, reason = "one per step, never in bulk")]
        pub enum Output { $(
            #[doc = concat!("See [`", stringify!($module), "`].")]
            $name(<$module::$name as Analysis>::Output),
        )+ }

        /// The small part of an output that the page shows beside tables and pictures.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[allow(clippy::large_enum_variant, reason = "one per step, never in bulk")]
        pub enum Summary { $(
            #[doc = concat!("See [`", stringify!($module), "`].")]
            $name(<<$module::$name as Analysis>::Output as StepOutput>::Summary),
        )+ }

        impl AnalysisId {
            /// All analyses, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Name, words and citations.
            pub fn meta(self) -> &'static Meta {
                match self { $(Self::$name => &<$module::$name as Analysis>::META,)+ }
            }

            /// [`Meta::id`] alone. Who calls this, or one of the next three, and not [`Self::meta`]
            /// is without all other words: the page learns them from the engine.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => const { <$module::$name as Analysis>::META.id },)+ }
            }

            /// [`Meta::title`] alone.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => const { <$module::$name as Analysis>::META.title },)+ }
            }

            /// [`Meta::group`] alone.
            pub fn group(self) -> Group {
                match self { $(Self::$name => const { <$module::$name as Analysis>::META.group },)+ }
            }

            /// How many data sets it reads: see [`Meta::reads`].
            pub fn n_reads(self) -> usize {
                match self {
                    $(Self::$name => const { <$module::$name as Analysis>::META.reads.len() },)+
                }
            }

            /// Whether sparse data stay so: see [`Analysis::READS_SPARSE`].
            pub fn reads_sparse(self) -> bool {
                match self {
                    $(Self::$name => const { <$module::$name as Analysis>::READS_SPARSE },)+
                }
            }

            /// Whether it reads the files of a model: see [`Analysis::READS_MODEL`].
            pub fn reads_model(self) -> bool {
                match self { $(Self::$name => <$module::$name as Analysis>::READS_MODEL,)+ }
            }

            /// JSON schema of the parameters.
            pub fn schema(self) -> schemars::Schema {
                match self { $(
                    Self::$name => schemars::schema_for!(<$module::$name as Analysis>::Parameters),
                )+ }
            }

            /// Names of the parameters that name data: see [`Parameters::DATA_FIELDS`].
            pub fn data_fields(self) -> &'static [&'static str] {
                match self { $(
                    Self::$name => <<$module::$name as Analysis>::Parameters>::DATA_FIELDS,
                )+ }
            }

            /// Parameters from the `with` of a recipe; fields left out take their defaults.
            pub fn request(self, with: &serde_json::Map<String, serde_json::Value>)
                -> Result<Request, serde_json::Error>
            {
                let with = serde_json::Value::Object(with.clone());
                Ok(match self { $(Self::$name => Request::$name(serde_json::from_value(with)?),)+ })
            }
        }

        impl Request {
            /// Which analysis it is.
            pub fn id(&self) -> AnalysisId {
                match self { $(Self::$name(_) => AnalysisId::$name,)+ }
            }

            /// All parameters, defaults included, as JSON.
            pub fn parameters(&self) -> serde_json::Value {
                match self { $(
                    Self::$name(parameters) => serde_json::to_value(parameters).unwrap_or_default(),
                )+ }
            }

            /// Says which parameter does not fit the data.
            pub fn check(&self, shapes: &Shapes) -> Result<(), ParamError> {
                match self { $(Self::$name(parameters) => parameters.check(shapes),)+ }
            }

            /// Checks the parameters and runs the analysis.
            pub fn run(&self, inputs: &Inputs, context: &Context) -> Result<Output, AnalysisError> {
                self.check(&inputs.shapes())?;
                // Leaving them out, or telling them apart, is what these two are for.
                if !matches!(self, Self::SelectSamples(_) | Self::Augment(_)) {
                    inputs.warn_of_synthetic(context);
                }
                Ok(match self { $(
                    Self::$name(parameters) =>
                        Output::$name($module::$name::run(inputs, parameters, context)?),
                )+ })
            }
        }

        impl Output {
            /// The small part for the page.
            pub fn summary(&self) -> Summary {
                match self { $(Self::$name(output) => Summary::$name(output.summary()),)+ }
            }

            /// The data set that later steps read, where this is a transform.
            pub fn dataset(&self) -> Option<&std::sync::Arc<Dataset>> {
                match self { $(Self::$name(output) => output.dataset(),)+ }
            }

            /// All tables.
            pub fn tables(&self) -> Vec<Table> {
                match self { $(Self::$name(output) => output.tables(),)+ }
            }

            /// Named numbers and words.
            pub fn scalars(&self) -> Scalars {
                match self { $(Self::$name(output) => output.scalars(),)+ }
            }

            /// The pictures it can draw.
            pub fn figures(&self) -> Vec<FigureInfo> {
                match self { $(Self::$name(output) => output.figures(),)+ }
            }

            /// One picture.
            pub fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
                match self { $(Self::$name(output) => output.figure(request),)+ }
            }

            /// The text of a model to save, where one was learned.
            pub fn model(&self) -> Option<String> {
                match self { $(Self::$name(output) => output.model(),)+ }
            }

            /// What was done, with n: sentences for a methods section.
            pub fn note(&self) -> String {
                match self { $(Self::$name(output) => output.note(),)+ }
            }
        }
    };
}

analyses! {
    SelectSamples => select_samples,
    SelectGenes => select_genes,
    RenameSamples => rename_samples,
    RenameGenes => rename_genes,
    FilterGenes => filter_genes,
    FilterByExpression => filter_by_expression,
    CollapseGenes => collapse_genes,
    AverageReplicates => average_replicates,
    LibraryNormalize => library_normalize,
    LengthNormalize => length_normalize,
    Log => log,
    LogRatio => log_ratio,
    QuantileNormalize => quantile_normalize,
    MapToReference => map_to_reference,
    Impute => impute,
    CenterScale => center_scale,
    FlipSign => flip_sign,
    CrossStudy => cross_study,
    Qc => qc,
    SampleCorrelation => sample_correlation,
    Cluster => cluster,
    Spread => spread,
    Differential => differential,
    GeneMetrics => gene_metrics,
    Forest => forest,
    Augment => augment,
    Pca => pca,
    Mds => mds,
    Embed => embed,
    RankEncode => rank_encode,
    Perturb => perturb,
    CompareModes => compare_modes,
    PerturbationBaselines => perturbation_baselines,
}

impl AnalysisId {
    /// The analysis of that name in a recipe.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|id| id.name() == name)
    }
}
