//! Errors on their way to the page.

use cuvette_core::{AnalysisError, report::Remedy};
use serde::{Deserialize, Serialize};

/// The code of a file whose bytes the browser or the system does not give.
pub const FILE_UNREADABLE: &str = "file_unreadable";

/// An error as the page and the command line show it: found, where, expected, what to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorReport {
    /// Stable word.
    pub code: String,
    /// What was found and expected.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// The parameter it concerns, to show it at its field.
    pub field: Option<String>,
    /// File, line and column, where it is about a file.
    pub location: Option<String>,
    /// Buttons: import options that would answer it.
    pub remedies: Vec<Remedy>,
}

impl From<&AnalysisError> for ErrorReport {
    fn from(error: &AnalysisError) -> Self {
        let field = match error {
            AnalysisError::Param(param) => Some(param.field.clone()),
            _ => None,
        };
        Self {
            code: error.code().into(),
            message: error.to_string(),
            hint: error.hint().map(Into::into),
            field,
            location: None,
            remedies: Vec::new(),
        }
    }
}
