//! What the engine answers.

use cuvette_core::{
    Warning,
    analyses::Summary,
    context::Loss,
    figure::{Figure, FigureInfo},
    report::ImportReport,
};
use cuvette_formats::{InputKind, Preview};
use serde::{Deserialize, Serialize};

use super::{ErrorReport, TableWindow};
use crate::recipe::{Fingerprint, Recipe};

/// An answer of the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Number of the question; 0 for `Ready`.
    pub id: u64,
    /// The answer.
    pub body: ReplyBody,
}

/// What can be answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyBody {
    /// The engine is up.
    Ready {
        /// [`VERSION`](super::VERSION) of the engine.
        protocol: u32,
        /// Version and commit of the build.
        build: String,
        /// Threads that work.
        threads: usize,
    },
    /// All analyses, for the list of steps and the forms; sent once under the number 0, some time
    /// after [`Self::Ready`].
    Catalogue(Vec<CatalogueEntry>),
    /// How far the work is.
    Progress {
        /// Step at work, or name of the input being read.
        of: String,
        /// Units finished.
        done: u64,
        /// Units in all; 0 when unknown.
        total: u64,
        /// What a unit is, in the plural.
        unit: String,
        /// A further point of a loss curve, where networks learn.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        loss: Option<Loss>,
    },
    /// A step is up to date, or failed; more may follow.
    Step(Box<StepState>),
    /// A recoverable trouble outside any step.
    Warning(Warning),
    /// What the engine holds, whenever that changed much; sent under the number 0.
    Memory {
        /// Bytes of the engine's memory.
        bytes: u64,
    },
    /// Finished.
    Done(Box<Answer>),
    /// Gave no result. Under the number 0 and with the code `engine_died`, the engine itself broke:
    /// end the worker, start another, open the files again and go on.
    Failed(ErrorReport),
    /// Stopped as asked.
    Cancelled,
}

/// One analysis of the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CatalogueEntry {
    /// Name in recipes.
    pub id: String,
    /// Name on the page.
    pub title: String,
    /// What it answers or does.
    pub help: String,
    /// Heading in the list of steps.
    pub group: cuvette_core::analyses::Group,
    /// What each data set it reads is called.
    pub reads: Vec<String>,
    /// True where later steps can read what it gives.
    pub is_transform: bool,
    /// JSON schema of the parameters.
    pub schema: serde_json::Value,
}

/// The results of requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// To [`RequestBody::Preview`](super::RequestBody::Preview).
    Preview(Preview),
    /// To [`RequestBody::Open`](super::RequestBody::Open).
    Opened(InputState),
    /// To [`RequestBody::Fingerprint`](super::RequestBody::Fingerprint).
    Fingerprint(Fingerprint),
    /// To [`RequestBody::Evaluate`](super::RequestBody::Evaluate): every step was reported.
    Evaluated {
        /// Steps computed anew; the others were known.
        n_computed: usize,
    },
    /// To [`RequestBody::Window`](super::RequestBody::Window).
    Window(TableWindow),
    /// To [`RequestBody::Find`](super::RequestBody::Find): position of each name in the view, where it stands there.
    Found {
        /// One per name asked for.
        rows: Vec<Option<usize>>,
        /// Names that were not found, with the nearest there are.
        unknown: Vec<(String, Vec<String>)>,
    },
    /// To [`RequestBody::Draw`](super::RequestBody::Draw); pixels travel beside it.
    Figure(Box<Figure>),
    /// To [`RequestBody::Export`](super::RequestBody::Export); the bytes travel beside it.
    File {
        /// Name to save under: `agreement.profiles.tsv`.
        name: String,
        /// Media type.
        media_type: String,
    },
    /// To [`RequestBody::Link`](super::RequestBody::Link).
    Link {
        /// `#c1.…`
        link: String,
        /// Every file name and sample name the link holds, to be shown before it is sent.
        reveals: Vec<String>,
    },
    /// To [`RequestBody::Unlink`](super::RequestBody::Unlink).
    Recipe {
        /// The recipe.
        recipe: Recipe,
        /// Name of the step that was shown.
        selected: String,
        /// How results were shown, for [`shown_from_text`](crate::shown_from_text).
        shown: String,
    },
    /// To [`RequestBody::Methods`](super::RequestBody::Methods).
    Text(String),
    /// To requests without a result.
    Nothing,
}

/// An input as the page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputState {
    /// Name in the recipe.
    pub name: String,
    /// What it is.
    pub kind: InputKind,
    /// Rows and columns.
    pub shape: [usize; 2],
    /// What was found in the file.
    pub report: ImportReport,
    /// Tables to show.
    pub tables: Vec<TableInfo>,
    /// Pictures to draw.
    pub figures: Vec<FigureInfo>,
    /// Names of the sample annotations, for forms.
    pub sample_columns: Vec<String>,
    /// Names of the gene annotations, for forms.
    pub gene_columns: Vec<String>,
    /// Bytes it holds in memory.
    pub memory_bytes: u64,
}

/// A step as the page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepState {
    /// Name in the recipe.
    pub id: String,
    /// How it stands.
    pub status: StepStatus,
    /// True where nothing had to be computed.
    pub cached: bool,
    /// Warnings it raised.
    pub warnings: Vec<Warning>,
}

/// How a step stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Up to date.
    Ready(Box<StepResult>),
    /// Gave no result.
    Failed(ErrorReport),
    /// Waits for inputs that are not open, or for a step that failed.
    Blocked {
        /// Their names.
        by: Vec<String>,
    },
    /// Switched off.
    Off,
}

/// What a step gave, without its long data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepResult {
    /// Rows and columns of the data set or of the first table.
    pub shape: [usize; 2],
    /// Hash of what made it: equal hash, equal result.
    pub hash: String,
    /// The typed small part.
    pub summary: Summary,
    /// Named numbers and words.
    pub scalars: serde_json::Map<String, serde_json::Value>,
    /// Tables to show.
    pub tables: Vec<TableInfo>,
    /// Pictures to draw.
    pub figures: Vec<FigureInfo>,
    /// What was done, with n.
    pub note: String,
    /// Names of the sample annotations after it, for forms; empty unless a transform.
    pub sample_columns: Vec<String>,
    /// Names of the gene annotations after it.
    pub gene_columns: Vec<String>,
}

/// A table that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableInfo {
    /// Name, as in [`TableName::table`](super::TableName::table).
    pub name: String,
    /// Title of its tab.
    pub title: String,
    /// Rows.
    pub n_rows: usize,
    /// Columns after the leading one, which names the rows.
    pub n_columns: usize,
}
