//! What can go wrong in an analysis, and what is only worth a warning.

use serde::{Deserialize, Serialize};

/// A recoverable trouble: the result stands, and the reader is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Warning {
    /// Stable word: `already_logged`.
    pub code: String,
    /// A sentence with numbers.
    pub message: String,
}

impl Warning {
    /// A warning of that code and sentence.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
        }
    }
}

/// A parameter out of its range; shown at its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{field} is {value}, expected {allowed}")]
pub struct ParamError {
    /// Name of the parameter in the recipe.
    pub field: String,
    /// The value found, as text.
    pub value: String,
    /// What is allowed, in words: "1 to 200".
    pub allowed: String,
}

impl ParamError {
    /// An error for `field`, which holds `value` where `allowed` was expected.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers hold numbers and names"
    )]
    pub fn new(field: &str, value: impl ToString, allowed: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            value: value.to_string(),
            allowed: allowed.into(),
        }
    }
}

/// Why an analysis gave no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AnalysisError {
    /// A parameter is out of range or names something that is not there.
    #[error(transparent)]
    Param(#[from] ParamError),
    /// The data are not what this step is for: found, expected, and the remedy.
    #[error("{found}; {expected}")]
    Unsuitable {
        /// What the data look like.
        found: String,
        /// What was expected.
        expected: String,
        /// What to do instead.
        hint: String,
    },
    /// Fewer things than the step needs.
    #[error("{got} {what}, at least {need} needed")]
    TooFew {
        /// What there are too few of, in the plural.
        what: String,
        /// How many are needed.
        need: usize,
        /// How many there are.
        got: usize,
    },
    /// Two inputs that share too little to be compared or joined.
    #[error("{message}")]
    NoMatch {
        /// How many names each has, the first five of each, and near-matches.
        message: String,
        /// What to do instead.
        hint: String,
    },
    /// A name that stands twice where it must stand once.
    #[error("{what} {name} stands {count} times, expected once")]
    Duplicate {
        /// "sample", "gene".
        what: &'static str,
        /// The name.
        name: String,
        /// How often it stands.
        count: usize,
    },
    /// An input of the wrong sort, or one that is not there.
    #[error("{message}")]
    Input {
        /// What was found and expected.
        message: String,
    },
    /// An iteration that did not settle.
    #[error("no convergence after {iterations} iterations, residual {residual:.3e}")]
    NotConverged {
        /// Iterations done.
        iterations: usize,
        /// What was left.
        residual: f64,
    },
    /// The person cancelled.
    #[error("cancelled")]
    Cancelled,
}

impl AnalysisError {
    /// Stable word for the page, the report and tests.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Param(_) => "param",
            Self::Unsuitable { .. } => "unsuitable",
            Self::TooFew { .. } => "too_few",
            Self::NoMatch { .. } => "no_match",
            Self::Duplicate { .. } => "duplicate",
            Self::Input { .. } => "input",
            Self::NotConverged { .. } => "not_converged",
            Self::Cancelled => "cancelled",
        }
    }

    /// What to do about it, where the error knows.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Unsuitable { hint, .. } | Self::NoMatch { hint, .. } => Some(hint),
            _ => None,
        }
    }
}
