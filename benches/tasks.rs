//! What is measured of ours, the same natively and in a browser. Included by `benches/native.rs`
//! and by the worker's feature `bench`.

use std::sync::Arc;

use cuvette_core::{
    AnalysisError, Dataset, Matrix,
    analyses::Data,
    context::quietly,
    stats::{
        correlation::PairCorrelation,
        pairs::{PairedProfiles, correlate_columns},
        principal::{Principal, PrincipalOptions, principal_components},
        quantile_normalize::{TieRule, quantile_normalize},
    },
};

use cuvette_engine::{EngineError, Opening, protocol::FileName};
use cuvette_formats::{FileInfo, FormatError, ImportOptions, Importer, preview};

fn file_info(size_bytes: u64) -> FileInfo {
    FileInfo {
        name: "table.tsv".into(),
        size_bytes,
    }
}

/// The engine's way to read a file: the importer, and the fingerprint of the bytes.
pub fn open(size_bytes: u64) -> Opening {
    let file = FileName {
        name: "table.tsv".into(),
        size_bytes,
    };
    Opening::begin("table", &file, None, ImportOptions::default())
}

/// The data set, when all blocks are in.
pub fn opened(opening: Opening) -> Result<Arc<Dataset>, EngineError> {
    Ok(dataset(opening.finish()?.data))
}

// The harness sees that the answer differs where it is none.
fn dataset(data: Data) -> Arc<Dataset> {
    match data {
        Data::Dataset(dataset) => dataset,
        _ => Arc::default(),
    }
}

/// An importer of the table.
pub fn begin(size_bytes: u64) -> Importer {
    Importer::new(file_info(size_bytes), None, ImportOptions::default())
}

/// The data set, when all blocks are in.
pub fn finish(importer: Importer) -> Result<Arc<Dataset>, FormatError> {
    Ok(dataset(importer.finish()?.data))
}

/// The first look at the table; gives the number of rows and columns it shows.
pub fn look(size_bytes: u64, head: &[u8], tail: &[u8]) -> Result<Vec<f64>, FormatError> {
    let options = ImportOptions::default();
    let preview = preview(&file_info(size_bytes), head, Some(tail), None, &options)?;
    let estimate = preview.estimate;
    Ok(vec![estimate.n_genes as f64, estimate.n_samples as f64])
}

/// A matrix from little-endian `f32`, row after row.
pub fn matrix_from_bytes(bytes: &[u8], n_columns: usize) -> Matrix {
    let values: Vec<f32> = bytes
        .as_chunks()
        .0
        .iter()
        .map(|cell| f32::from_le_bytes(*cell))
        .collect();
    Matrix::from_rows(values.len() / n_columns.max(1), n_columns, values)
}

/// Quantile normalization with the tie rule of qnorm.
pub fn quantile(matrix: &Matrix) -> Result<Matrix, AnalysisError> {
    quietly(|context| quantile_normalize(matrix, TieRule::BlockMean, None, context))
}

/// Quantile normalization with the tie rule of preprocessCore.
pub fn quantile_ranks(matrix: &Matrix) -> Result<Matrix, AnalysisError> {
    quietly(|context| quantile_normalize(matrix, TieRule::AverageRank, None, context))
}

/// Pearson and Spearman, with p, of each profile in both studies.
pub fn cross_study(a: &Matrix, b: &Matrix) -> Result<Vec<PairCorrelation>, AnalysisError> {
    let rows: Vec<(usize, usize)> = (0..a.n_rows()).map(|row| (row, row)).collect();
    let columns: Vec<(usize, usize)> = (0..a.n_columns()).map(|column| (column, column)).collect();
    let profiles = PairedProfiles {
        a,
        b,
        rows: &rows,
        columns: &columns,
    };
    quietly(|context| correlate_columns(profiles, context))
}

/// Fifty principal components.
pub fn pca(matrix: &Matrix) -> Result<Principal, AnalysisError> {
    let options = PrincipalOptions {
        n_components: 50,
        center: true,
        scale: false,
        seed: 0,
    };
    quietly(|context| principal_components(matrix, options, context))
}

/// The variance of every component, then the sum of its absolute scores.
pub fn components(found: &Principal) -> Vec<f64> {
    let sums = found.scores.iter();
    let sums = sums.map(|scores| scores.iter().map(|score| score.abs()).sum());
    found.variances.iter().copied().chain(sums).collect()
}

/// Rows, columns, the sum, and every 99,991st value: the answer about a matrix.
pub fn sampled(matrix: &Matrix) -> Vec<f64> {
    let values = matrix.values();
    let sum: f64 = values.iter().map(|value| f64::from(*value)).sum();
    let mut answer = vec![matrix.n_rows() as f64, matrix.n_columns() as f64, sum];
    answer.extend(values.iter().step_by(99_991).map(|value| f64::from(*value)));
    answer
}

/// Number of pairs, then Pearson's r of all, then Spearman's.
pub fn correlations(pairs: &[PairCorrelation]) -> Vec<f64> {
    let mut answer = vec![pairs.len() as f64];
    answer.extend(pairs.iter().map(|pair| pair.pearson.coefficient));
    answer.extend(pairs.iter().map(|pair| pair.spearman.coefficient));
    answer
}
