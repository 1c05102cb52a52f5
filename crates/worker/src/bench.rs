//! Entry of `cargo xtask bench`: the tasks of `benches/tasks.rs`, called and timed from JavaScript.
//! Only built with the feature `bench`; the page never sees it.

use std::sync::{Arc, atomic::AtomicBool};

use cuvette_core::{
    AnalysisError, Dataset, Matrix,
    stats::{correlation::PairCorrelation, principal::Principal},
};
use cuvette_formats::Importer;
use wasm_bindgen::prelude::*;
use web_sys::File;

use crate::reading::read;

#[path = "../../../benches/tasks.rs"]
mod tasks;

/// Inputs that stay, and what the last task gave.
#[wasm_bindgen]
#[derive(Default)]
pub struct Bench {
    matrix: Option<Matrix>,
    studies: Vec<Matrix>,
    normalized: Option<Matrix>,
    pairs: Vec<PairCorrelation>,
    samples: Option<Matrix>,
    components: Option<Principal>,
    importer: Option<Importer>,
    table: Option<Arc<Dataset>>,
}

#[wasm_bindgen]
impl Bench {
    /// Without inputs.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the matrix of `quantile`, as little-endian `f32`.
    pub fn load_matrix(&mut self, bytes: &[u8], n_columns: usize) {
        self.matrix = Some(tasks::matrix_from_bytes(bytes, n_columns));
    }

    /// Takes one of the two studies of `cross_study`.
    pub fn load_study(&mut self, bytes: &[u8], n_columns: usize) {
        self.studies
            .push(tasks::matrix_from_bytes(bytes, n_columns));
    }

    /// Normalizes the matrix as qnorm does.
    pub fn quantile(&mut self) -> Result<(), JsError> {
        self.normalize(tasks::quantile)
    }

    /// Normalizes the matrix as preprocessCore does.
    pub fn quantile_ranks(&mut self) -> Result<(), JsError> {
        self.normalize(tasks::quantile_ranks)
    }

    fn normalize(
        &mut self,
        normalize: fn(&Matrix) -> Result<Matrix, AnalysisError>,
    ) -> Result<(), JsError> {
        // The last result goes first, so that the peak is that of one run.
        self.normalized = None;
        let matrix = self
            .matrix
            .as_ref()
            .ok_or_else(|| JsError::new("no matrix"))?;
        self.normalized = Some(normalize(matrix)?);
        Ok(())
    }

    /// Correlates the two studies.
    pub fn cross_study(&mut self) -> Result<(), JsError> {
        let [a, b] = self.studies.as_slice() else {
            return Err(JsError::new("no studies"));
        };
        self.pairs = tasks::cross_study(a, b)?;
        Ok(())
    }

    /// Takes the samples of `pca`, as little-endian `f32`.
    pub fn load_samples(&mut self, bytes: &[u8], n_columns: usize) {
        self.samples = Some(tasks::matrix_from_bytes(bytes, n_columns));
    }

    /// Takes the principal components of the samples.
    pub fn pca(&mut self) -> Result<(), JsError> {
        let samples = self
            .samples
            .as_ref()
            .ok_or_else(|| JsError::new("no samples"))?;
        self.components = Some(tasks::pca(samples)?);
        Ok(())
    }

    /// Their variances and sums of absolute scores.
    pub fn pca_answer(&self) -> Vec<f64> {
        self.components
            .as_ref()
            .map(tasks::components)
            .unwrap_or_default()
    }

    /// Begins to read a table of that size.
    pub fn begin(&mut self, size_bytes: f64) {
        // The last table goes first, so that the peak is that of one run.
        self.table = None;
        self.importer = Some(tasks::begin(size_bytes as u64));
    }

    /// Takes the next block of the table.
    pub fn push(&mut self, block: &[u8]) -> Result<(), JsError> {
        let importer = self
            .importer
            .as_mut()
            .ok_or_else(|| JsError::new("not begun"))?;
        Ok(importer.push(block)?)
    }

    /// Takes the end of the table.
    pub fn finish(&mut self) -> Result<(), JsError> {
        let importer = self
            .importer
            .take()
            .ok_or_else(|| JsError::new("not begun"))?;
        self.table = Some(tasks::finish(importer)?);
        Ok(())
    }

    /// Reads a file as the page's engine does.
    pub async fn open(&mut self, file: File) -> Result<(), JsError> {
        self.table = None;
        let opening = tasks::open(file.size() as u64);
        let opening = read(opening, &file, 0, &AtomicBool::new(false)).await?;
        self.table = Some(tasks::opened(opening)?);
        Ok(())
    }

    /// The answer about the last table.
    pub fn parse_answer(&self) -> Vec<f64> {
        let table = self.table.as_ref();
        table
            .map(|dataset| tasks::sampled(&dataset.matrix))
            .unwrap_or_default()
    }

    /// The first look at a table of that size, by its first and last bytes.
    pub fn look(&self, size_bytes: f64, head: &[u8], tail: &[u8]) -> Result<Vec<f64>, JsError> {
        Ok(tasks::look(size_bytes as u64, head, tail)?)
    }

    /// The answer of the last `quantile`.
    pub fn quantile_answer(&self) -> Vec<f64> {
        self.normalized
            .as_ref()
            .map(tasks::sampled)
            .unwrap_or_default()
    }

    /// The answer of the last `cross_study`.
    pub fn cross_study_answer(&self) -> Vec<f64> {
        tasks::correlations(&self.pairs)
    }
}
