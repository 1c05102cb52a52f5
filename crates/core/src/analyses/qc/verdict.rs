//! What looks wrong, with its evidence.

use serde::{Deserialize, Serialize};

/// The verdicts, by the names of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QcVerdictCode {
    /// A logarithm of a logarithm.
    LoggedTwice,
    /// Logarithms of counts that are not known as such.
    AlreadyLogged,
    /// Samples without a value other than 0.
    EmptySample,
    /// The library size explains the first component.
    LibrarySizeFirst,
    /// Batch and group cannot be told apart.
    BatchEqualsGroup,
    /// The same sample twice.
    Duplicate,
    /// Two samples that are nearly the same.
    NearDuplicate,
    /// Two samples, each of which belongs with the group of the other.
    LikelySwap,
    /// A sample that belongs with another group.
    Mislabeled,
    /// Genes that say another sex than the annotation.
    SexMismatch,
    /// A sample unlike all others.
    Outlier,
}

impl QcVerdictCode {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::LoggedTwice => "logged_twice",
            Self::AlreadyLogged => "already_logged",
            Self::EmptySample => "empty_sample",
            Self::LibrarySizeFirst => "library_size_first",
            Self::BatchEqualsGroup => "batch_equals_group",
            Self::Duplicate => "duplicate",
            Self::NearDuplicate => "near_duplicate",
            Self::LikelySwap => "likely_swap",
            Self::Mislabeled => "mislabeled",
            Self::SexMismatch => "sex_mismatch",
            Self::Outlier => "outlier",
        }
    }
}

/// One verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QcVerdict {
    /// Which.
    pub code: QcVerdictCode,
    /// The samples it is about; none where it is about all.
    pub samples: Vec<String>,
    /// Why, and what to do, in a sentence with numbers.
    pub evidence: String,
}

impl QcVerdict {
    pub(super) fn new(code: QcVerdictCode, samples: &[&str], evidence: String) -> Self {
        Self {
            code,
            samples: samples.iter().map(ToString::to_string).collect(),
            evidence,
        }
    }
}

/// A pair of samples that a verdict is about.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedPair {
    /// Positions of both.
    pub samples: [usize; 2],
    /// Their correlation.
    pub r: f64,
    /// Which verdict.
    pub code: QcVerdictCode,
}
