//! Quantile normalization: every column gets the same distribution.
//!
//! ```text
//! target:  m[r] = mean over columns of the r-th smallest value,  r = 0 … G − 1
//! column:  a value of rank r becomes m[r]
//! ```
//!
//! # Ties
//!
//! Equal values of a column stay equal; [`TieRule`] says what they become.
//!
//! # Missing values
//!
//! They stay missing. A column of n present values stands for G ones by linear interpolation: to
//! the target it gives its sorted values at position `(n − 1) r / (G − 1)`, and from the target
//! it takes position `(G − 1) k / (n − 1)` for the rank k counted from 0. This is what
//! preprocessCore and limma do; qnorm has no rule of its own. A column without any value gives
//! nothing to the target; a single value takes the middle of the target.
//!
//! # References
//!
//! Bolstad et al. 2003, <https://doi.org/10.1093/bioinformatics/19.2.185>. `BlockMean` agrees
//! with Python `qnorm.quantile_normalize` (axis 1), `AverageRank` with R
//! `preprocessCore::normalize.quantiles` and `limma::normalizeQuantiles(ties = TRUE)`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod columns;
mod matrix;
mod target;

pub use columns::quantile_normalize_columns;
pub use matrix::{map_to_reference, quantile_normalize};

/// What equal values of a column become; they differ where many values are equal, as zeros are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TieRule {
    /// The mean of the targets of all their ranks: Python's qnorm, and with it ARCHS4
    #[default]
    BlockMean,
    /// The target at the mean of their ranks: R's preprocessCore and limma
    AverageRank,
}
