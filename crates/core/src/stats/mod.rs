//! Statistics as free functions over slices and matrices; each names the R, SciPy or scikit-learn
//! function it agrees with.
//!
//! Values come in as stored (`f32`, a missing one is NaN) and are computed with in `f64`. Results
//! do not depend on the number of threads.

pub mod augmentation;
mod blocks;
pub mod center;
pub mod cholesky;
pub mod classification;
pub mod clustering;
pub mod correlation;
pub mod correlation_matrix;
pub mod cosine;
pub mod density;
pub mod eigen;
pub mod embedding;
pub mod encoder;
pub mod forest;
pub mod gene_length;
pub mod gene_metrics;
mod gram;
pub mod library_size;
pub mod linkage;
pub mod mann_whitney;
pub mod mixture;
pub mod moderated_t;
pub mod multiple_testing;
pub mod ols;
pub mod overview;
pub mod pairs;
pub mod polygamma;
pub mod principal;
pub mod propagation;
pub mod quantile;
pub mod quantile_normalize;
pub mod rank_context;
pub mod rank_encoding;
pub mod rank_jump;
pub mod rank_sums;
pub mod ranks;
pub mod scaling;
pub mod sequence_edit;
pub mod sign_test;
pub mod splits;
pub mod student_t;
pub mod summary;
mod tridiagonal;
pub mod welch;
