//! Entry of `cargo xtask bench`: the tasks of `benches/tasks.rs`, called and timed from JavaScript.
//! Only built with the feature `bench`; the page never sees it.

use std::sync::{Arc, atomic::AtomicBool};

use cuvette_core::{
    AnalysisError, Dataset, Matrix,
    analyses::{
        Inputs, differential::DifferentialOutput, gene_metrics::GeneMetricsOutput,
        perturb::PerturbOutput,
    },
    stats::{
        augmentation::LossPoint,
        correlation::PairCorrelation,
        encoder::Encoder,
        forest::{Forest, Votes},
        library_size::LibraryFactors,
        linkage::Merge,
        principal::Principal,
    },
};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::File;

use crate::{file::Blocks, reading::read};

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
    distances: Vec<f64>,
    tree: Vec<Merge>,
    samples: Option<Matrix>,
    components: Option<Principal>,
    table: Option<Arc<Dataset>>,
    two_groups: Option<Inputs>,
    all_counts: Option<Inputs>,
    some_counts: Option<Matrix>,
    tested: Option<DifferentialOutput>,
    measured: Option<GeneMetricsOutput>,
    factors: Option<LibraryFactors>,
    labelled: Option<tasks::Labelled>,
    kinds: Option<Matrix>,
    forest: Option<(Forest, Votes)>,
    probabilities: Vec<f64>,
    examples: Option<(Matrix, Vec<usize>)>,
    losses: Vec<LossPoint>,
    encoder: Option<Encoder>,
    hidden: Vec<f32>,
    cells: Option<Inputs>,
    knocked_out: Option<PerturbOutput>,
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
        // The last result goes first, so that the peak is that of one run.
        self.normalized = None;
        self.normalized = Some(normalized(self.matrix.as_ref(), tasks::quantile)?);
        Ok(())
    }

    /// Normalizes the samples of `pca` as qnorm does.
    pub fn quantile_wide(&mut self) -> Result<(), JsError> {
        self.normalized = None;
        self.normalized = Some(normalized(self.samples.as_ref(), tasks::quantile)?);
        Ok(())
    }

    /// Normalizes the matrix as preprocessCore does.
    pub fn quantile_ranks(&mut self) -> Result<(), JsError> {
        self.normalized = None;
        self.normalized = Some(normalized(self.matrix.as_ref(), tasks::quantile_ranks)?);
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

    /// Takes the table whose first samples `welch` compares.
    pub fn load_two_groups(&mut self, bytes: &[u8], n_columns: usize) {
        let table = tasks::matrix_from_bytes(bytes, n_columns);
        self.two_groups = Some(tasks::two_groups(&table));
    }

    /// Tests every gene.
    pub fn welch(&mut self) -> Result<(), JsError> {
        let inputs = self.two_groups.as_ref();
        let inputs = inputs.ok_or_else(|| JsError::new("no groups"))?;
        self.tested = Some(tasks::welch(inputs)?);
        Ok(())
    }

    /// The answer of the last `welch`.
    pub fn welch_answer(&self) -> Vec<f64> {
        self.tested.as_ref().map(tasks::tested).unwrap_or_default()
    }

    /// Takes the counts of `gene_metrics`.
    pub fn load_all_counts(&mut self, bytes: &[u8], n_columns: usize) {
        let counts = tasks::matrix_from_bytes(bytes, n_columns);
        self.all_counts = Some(tasks::all_counts(counts));
    }

    /// Measures every gene.
    pub fn gene_metrics(&mut self) -> Result<(), JsError> {
        let inputs = self.all_counts.as_ref();
        let inputs = inputs.ok_or_else(|| JsError::new("no counts"))?;
        self.measured = Some(tasks::gene_metrics(inputs)?);
        Ok(())
    }

    /// The answer of the last `gene_metrics`.
    pub fn gene_metrics_answer(&self) -> Vec<f64> {
        let measured = self.measured.as_ref();
        measured.map(tasks::measured).unwrap_or_default()
    }

    /// Takes the counts whose first samples `tmm` normalizes.
    pub fn load_some_counts(&mut self, bytes: &[u8], n_columns: usize) {
        let counts = tasks::matrix_from_bytes(bytes, n_columns);
        self.some_counts = Some(tasks::some_counts(&counts));
    }

    /// Computes the TMM factors.
    pub fn tmm(&mut self) -> Result<(), JsError> {
        let counts = self.some_counts.as_ref();
        let counts = counts.ok_or_else(|| JsError::new("no counts"))?;
        self.factors = Some(tasks::tmm(counts)?);
        Ok(())
    }

    /// The answer of the last `tmm`.
    pub fn tmm_answer(&self) -> Vec<f64> {
        let factors = self.factors.as_ref();
        factors.map_or_else(Vec::new, |factors| factors.factor.clone())
    }

    /// Takes the table that kinds are planted into, for `forest`.
    pub fn load_few_samples(&mut self, bytes: &[u8], n_columns: usize) {
        let table = tasks::matrix_from_bytes(bytes, n_columns);
        self.labelled = Some(tasks::few_samples(table));
    }

    /// Takes the many samples of `kinds`, for `forest` and, with all of them, for `predict`.
    pub fn load_many_samples(&mut self, bytes: &[u8], n_columns: usize) {
        let kinds = tasks::matrix_from_bytes(bytes, n_columns);
        self.labelled = Some(tasks::many_samples(&kinds));
        self.kinds = Some(kinds);
    }

    /// Grows a forest.
    pub fn forest(&mut self) -> Result<(), JsError> {
        let labelled = self.labelled.as_ref();
        let labelled = labelled.ok_or_else(|| JsError::new("no samples"))?;
        self.forest = Some(tasks::forest(labelled)?);
        Ok(())
    }

    /// The answer of the last `forest`.
    pub fn forest_answer(&self) -> Vec<f64> {
        self.forest.as_ref().map(tasks::learned).unwrap_or_default()
    }

    /// Predicts all samples by the last forest.
    pub fn predict(&mut self) -> Result<(), JsError> {
        let found = self.forest.as_ref().zip(self.kinds.as_ref());
        let ((forest, _), kinds) = found.ok_or_else(|| JsError::new("no forest"))?;
        self.probabilities = tasks::predicted(forest, kinds)?;
        Ok(())
    }

    /// The answer of the last `predict`.
    pub fn predict_answer(&self) -> Vec<f64> {
        tasks::called(&self.probabilities)
    }

    /// Takes the table whose first rows and columns a GAN learns from.
    pub fn load_examples(&mut self, bytes: &[u8], n_columns: usize) {
        let table = tasks::matrix_from_bytes(bytes, n_columns);
        self.examples = Some(tasks::examples(&table));
    }

    /// Teaches a GAN.
    pub fn gan(&mut self) -> Result<(), JsError> {
        let examples = self.examples.as_ref();
        let examples = examples.ok_or_else(|| JsError::new("no examples"))?;
        self.losses = tasks::gan(examples)?;
        Ok(())
    }

    /// The answer of the last `gan`.
    pub fn gan_answer(&self) -> Vec<f64> {
        tasks::taught(&self.losses)
    }

    /// Makes the encoder of `encoder`.
    pub fn load_encoder(&mut self) -> Result<(), JsError> {
        self.encoder = Some(tasks::encoder()?);
        Ok(())
    }

    /// Encodes a sequence.
    pub fn encoder(&mut self) -> Result<(), JsError> {
        let encoder = self.encoder.as_ref();
        let encoder = encoder.ok_or_else(|| JsError::new("no encoder"))?;
        self.hidden = tasks::encoded(encoder)?;
        Ok(())
    }

    /// The answer of the last `encoder`.
    pub fn encoder_answer(&self) -> Vec<f64> {
        tasks::hidden_sums(&self.hidden)
    }

    /// Takes the cells of `rank_context`.
    pub fn load_cells(&mut self, bytes: &[u8], n_columns: usize) {
        self.cells = Some(tasks::cells(tasks::matrix_from_bytes(bytes, n_columns)));
    }

    /// Takes the cells of `knock_out`, and makes its model.
    pub fn load_cells_with_model(&mut self, bytes: &[u8], n_columns: usize) -> Result<(), JsError> {
        let counts = tasks::matrix_from_bytes(bytes, n_columns);
        let cells = tasks::cells_with_model(counts);
        self.cells = Some(cells.map_err(|problem| JsError::new(&problem))?);
        Ok(())
    }

    /// Knocks every gene out of every cell.
    pub fn rank_context(&mut self) -> Result<(), JsError> {
        self.knock(tasks::rank_context)
    }

    /// The answer of the last `rank_context`.
    pub fn rank_context_answer(&self) -> Vec<f64> {
        let found = self.knocked_out.as_ref();
        found.map(tasks::all_knock_outs).unwrap_or_default()
    }

    /// Knocks one gene out of every cell, by the model.
    pub fn knock_out(&mut self) -> Result<(), JsError> {
        self.knock(tasks::knock_out)
    }

    /// The answer of the last `knock_out`.
    pub fn knock_out_answer(&self) -> Vec<f64> {
        let found = self.knocked_out.as_ref();
        found.map(tasks::one_knock_out).unwrap_or_default()
    }

    fn knock(
        &mut self,
        knock: fn(&Inputs) -> Result<PerturbOutput, AnalysisError>,
    ) -> Result<(), JsError> {
        // The last result goes first, so that the peak is that of one run.
        self.knocked_out = None;
        let cells = self.cells.as_ref();
        let cells = cells.ok_or_else(|| JsError::new("no cells"))?;
        self.knocked_out = Some(knock(cells)?);
        Ok(())
    }

    /// Takes the matrix whose rows are clustered by `linkage`.
    pub fn load_distances(&mut self, bytes: &[u8], n_columns: usize) {
        self.distances = tasks::distances(&tasks::matrix_from_bytes(bytes, n_columns));
    }

    /// Builds the tree of the distances.
    pub fn linkage(&mut self) -> Result<(), JsError> {
        self.tree = tasks::average_linkage(&self.distances)?;
        Ok(())
    }

    /// The answer of the last `linkage`.
    pub fn linkage_answer(&self) -> Vec<f64> {
        tasks::heights(&self.tree)
    }

    /// Reads a table in memory as the page's engine reads a file.
    pub async fn parse(&mut self, table: Uint8Array) -> Result<(), JsError> {
        let n_bytes = table.length();
        self.read(Blocks::of_bytes(table), n_bytes.into()).await
    }

    /// Reads a file as the page's engine does.
    pub async fn open(&mut self, file: File) -> Result<(), JsError> {
        self.read(Blocks::of(&file), file.size() as u64).await
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

impl Bench {
    async fn read(&mut self, blocks: Blocks<'_>, n_bytes: u64) -> Result<(), JsError> {
        // The last table goes first, so that the peak is that of one run.
        self.table = None;
        let opening = read(tasks::open(n_bytes), blocks, 0, &AtomicBool::new(false)).await?;
        self.table = Some(tasks::opened(opening)?);
        Ok(())
    }
}

fn normalized(
    matrix: Option<&Matrix>,
    normalize: fn(&Matrix) -> Result<Matrix, AnalysisError>,
) -> Result<Matrix, JsError> {
    let matrix = matrix.ok_or_else(|| JsError::new("no matrix"))?;
    Ok(normalize(matrix)?)
}
