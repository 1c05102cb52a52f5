//! The pure heart of Cuvette: matrices, data sets, statistics and analyses.
//!
//! Nothing here does I/O, reads a clock or keeps global state. Bytes, seeds, progress and
//! cancellation come in as arguments; parallelism is `rayon` and nothing else.
//!
//! Start at [`dataset::Dataset`] for what the data are, and at [`analyses`] for what is done
//! with them.

pub mod analyses;
pub mod checkpoint;
pub mod context;
pub mod dataset;
pub mod error;
pub mod figure;
pub mod matrix;
pub mod parallel;
mod random;
pub mod report;
pub mod sparse;
pub mod stats;
pub mod table;
mod transpose;

pub use context::Context;
pub use dataset::Dataset;
pub use error::{AnalysisError, ParamError, Warning};
pub use matrix::Matrix;
pub use table::Table;
