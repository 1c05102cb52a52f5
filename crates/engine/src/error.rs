//! Why a request has no answer, and how that is told to the page and on the command line.

use cuvette_core::AnalysisError;
use cuvette_formats::FormatError;

use crate::{
    link::LinkError,
    protocol::{ErrorReport, FILE_UNREADABLE},
    recipe::RecipeError,
};

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The recipe as a whole does not hold.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// A file cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// An analysis, or a picture of it, gave no result.
    #[error(transparent)]
    Analysis(#[from] AnalysisError),
    /// A link cannot be read.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// An input that is not open, or a step without a result.
    #[error(
        "there is nothing to show of {name}: no input of that name is open, and no step has a result"
    )]
    NothingOf {
        /// The name asked for.
        name: String,
    },
    /// A table or column that is not there.
    #[error("{of} has no {what} {name:?}, it has {}", .available.join(", "))]
    NotThere {
        /// Name of the step, input or table.
        of: String,
        /// "table", "column".
        what: &'static str,
        /// The name asked for.
        name: String,
        /// The names there are, the first few.
        available: Vec<String>,
    },
    /// A picture whose data are pixels.
    #[error("the picture {name} is drawn as pixels, it has no list of points")]
    OnlyPixels {
        /// Name of the picture.
        name: String,
    },
    /// A request that comes without its file.
    #[error("the request came without its file")]
    NoFile,
    /// The browser or the system does not give the bytes of a file.
    #[error("the file {file} cannot be read: {reason}")]
    Unreadable {
        /// Name of the file.
        file: String,
        /// The words of the browser or the system.
        reason: String,
    },
    /// The code of the steps, which comes behind the rest of the engine, did not come.
    #[error("the code that runs steps could not be loaded: {reason}")]
    StepsNotLoaded {
        /// The words of the browser, or what the host answered.
        reason: String,
    },
    /// A file that is not what was read before.
    #[error("the file {file} has changed since it was read")]
    FileChanged {
        /// Name of the file.
        file: String,
    },
}

impl EngineError {
    /// True where the person asked for the stop.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Analysis(AnalysisError::Cancelled))
    }
}

impl From<&EngineError> for ErrorReport {
    fn from(error: &EngineError) -> Self {
        let (code, hint) = match error {
            EngineError::Recipe(error) => return error.into(),
            EngineError::Format(error) => return error.into(),
            EngineError::Analysis(error) => return error.into(),
            EngineError::Link(error) => (error.code(), error.hint()),
            EngineError::NothingOf { .. } => (
                "nothing_of",
                "Open the file, or look at what the step reports",
            ),
            EngineError::NotThere { .. } => ("not_there", "Choose one of those"),
            EngineError::OnlyPixels { .. } => {
                ("only_pixels", "Export the table of the step instead")
            }
            EngineError::NoFile => ("no_file", "Choose the file again"),
            EngineError::FileChanged { .. } => ("file_changed", "Choose the file again"),
            EngineError::StepsNotLoaded { .. } => (
                "steps_not_loaded",
                "Load the page again while its host can be reached",
            ),
            EngineError::Unreadable { .. } => (
                FILE_UNREADABLE,
                "Choose the file again: it may have been moved, renamed or changed",
            ),
        };
        report(code, error, Some(hint))
    }
}

impl From<&RecipeError> for ErrorReport {
    fn from(error: &RecipeError) -> Self {
        Self {
            field: error.field().map(Into::into),
            ..report(error.code(), error, error.hint())
        }
    }
}

impl From<&FormatError> for ErrorReport {
    fn from(error: &FormatError) -> Self {
        Self {
            location: Some(error.at.to_string()),
            remedies: error.remedies(),
            ..report(error.code(), &error.kind, Some(&error.hint()))
        }
    }
}

fn report(code: &str, error: &impl std::fmt::Display, hint: Option<&str>) -> ErrorReport {
    ErrorReport {
        code: code.into(),
        message: error.to_string(),
        hint: hint.map(Into::into),
        field: None,
        location: None,
        remedies: Vec::new(),
    }
}
