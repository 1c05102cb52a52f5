//! Our native build as a contestant of `cargo xtask bench`: one JSON request per line on standard
//! input, one answer per line on standard output.

mod largest;
mod tasks;

use std::{
    fs,
    io::{BufRead, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Instant,
};

use cuvette_core::{
    Dataset, Matrix,
    analyses::{Inputs, forest::Evaluate},
    stats::{encoder::Encoder, forest::Forest},
};
use cuvette_engine::{BLOCK_BYTES, HEAD_BYTES, TAIL_BYTES};
use cuvette_formats::{FormatError, ImportOptions, Importer};
use serde_json::{Value, json};

fn main() -> ExitCode {
    // Cargo adds `--bench`; without a folder there is nothing to measure.
    let folder = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let Some(folder) = folder else {
        eprintln!("no folder of inputs: run `cargo xtask bench`");
        return ExitCode::SUCCESS;
    };
    let mut contestant = Contestant {
        folder: folder.into(),
        table: Vec::new(),
        matrix: None,
        studies: None,
        distances: Vec::new(),
        samples: None,
        two_groups: None,
        all_counts: None,
        some_counts: None,
        few_samples: None,
        many_samples: None,
        predicting: None,
        examples: None,
        largest: None,
        encoder: None,
        cells: None,
        cells_with_model: None,
    };
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let request: Value = serde_json::from_str(&line).unwrap_or_default();
        let task = request["task"].as_str().unwrap_or_default();
        let reply = contestant
            .run(task)
            .unwrap_or_else(|error| json!({ "error": error.to_string() }));
        println!("{reply}");
        if std::io::stdout().flush().is_err() {
            break;
        }
    }
    ExitCode::SUCCESS
}

type AnyError = Box<dyn std::error::Error>;

/// Inputs, read at their first use and kept.
struct Contestant {
    folder: PathBuf,
    table: Vec<u8>,
    matrix: Option<Matrix>,
    studies: Option<(Matrix, Matrix)>,
    distances: Vec<f64>,
    samples: Option<Matrix>,
    two_groups: Option<Inputs>,
    all_counts: Option<Inputs>,
    some_counts: Option<Matrix>,
    few_samples: Option<tasks::Labelled>,
    many_samples: Option<tasks::Labelled>,
    predicting: Option<(Forest, Matrix)>,
    examples: Option<(Matrix, Vec<usize>)>,
    largest: Option<Inputs>,
    encoder: Option<Encoder>,
    cells: Option<Inputs>,
    cells_with_model: Option<Inputs>,
}

impl Contestant {
    fn run(&mut self, task: &str) -> Result<Value, AnyError> {
        match task {
            "parse" => {
                if self.table.is_empty() {
                    self.table = fs::read(self.folder.join("table.tsv"))?;
                }
                let table = &self.table;
                timed(|| parse(table), |dataset| tasks::sampled(&dataset.matrix))
            }
            "parse_file" => {
                let path = self.folder.join("table.tsv");
                timed(
                    || parse_file(&path),
                    |dataset| tasks::sampled(&dataset.matrix),
                )
            }
            "preview" => {
                let path = self.folder.join("table.tsv");
                timed(|| look(&path), Clone::clone)
            }
            "quantile" | "quantile_ranks" => {
                if self.matrix.is_none() {
                    self.matrix = Some(read_matrix(&self.folder, "table")?);
                }
                let matrix = self.matrix.as_ref().ok_or("no matrix")?;
                let normalize = if task == "quantile" {
                    tasks::quantile
                } else {
                    tasks::quantile_ranks
                };
                timed(|| normalize(matrix), tasks::sampled)
            }
            "quantile_wide" => {
                let samples = self.samples()?;
                timed(|| tasks::quantile(samples), tasks::sampled)
            }
            "linkage" => {
                if self.distances.is_empty() {
                    self.distances = tasks::distances(&read_matrix(&self.folder, "table")?);
                }
                let distances = &self.distances;
                timed(
                    || tasks::average_linkage(distances),
                    |tree| tasks::heights(tree),
                )
            }
            "cross_study" => {
                if self.studies.is_none() {
                    let study = |name| read_matrix(&self.folder, name);
                    self.studies = Some((study("study_a")?, study("study_b")?));
                }
                let (a, b) = self.studies.as_ref().ok_or("no studies")?;
                timed(
                    || tasks::cross_study(a, b),
                    |pairs| tasks::correlations(pairs),
                )
            }
            "pca" => {
                let samples = self.samples()?;
                timed(|| tasks::pca(samples), tasks::components)
            }
            "welch" => {
                if self.two_groups.is_none() {
                    let table = read_matrix(&self.folder, "table")?;
                    self.two_groups = Some(tasks::two_groups(&table));
                }
                let inputs = self.two_groups.as_ref().ok_or("no groups")?;
                timed(|| tasks::welch(inputs), tasks::tested)
            }
            "gene_metrics" => {
                if self.all_counts.is_none() {
                    let counts = read_matrix(&self.folder, "counts")?;
                    self.all_counts = Some(tasks::all_counts(counts));
                }
                let inputs = self.all_counts.as_ref().ok_or("no counts")?;
                timed(|| tasks::gene_metrics(inputs), tasks::measured)
            }
            "tmm" => {
                if self.some_counts.is_none() {
                    let counts = read_matrix(&self.folder, "counts")?;
                    self.some_counts = Some(tasks::some_counts(&counts));
                }
                let counts = self.some_counts.as_ref().ok_or("no counts")?;
                timed(|| tasks::tmm(counts), |factors| factors.factor.clone())
            }
            other => self.learn(other),
        }
    }

    /// What components are taken of, and the wider matrix that is normalized.
    fn samples(&mut self) -> Result<&Matrix, AnyError> {
        if self.samples.is_none() {
            self.samples = Some(read_matrix(&self.folder, "samples")?);
        }
        Ok(self.samples.as_ref().ok_or("no samples")?)
    }

    /// The tasks that learn from samples, and that predict.
    fn learn(&mut self, task: &str) -> Result<Value, AnyError> {
        match task {
            "gan" => {
                if self.examples.is_none() {
                    let table = read_matrix(&self.folder, "table")?;
                    self.examples = Some(tasks::examples(&table));
                }
                let examples = self.examples.as_ref().ok_or("no examples")?;
                timed(|| tasks::gan(examples), |losses| tasks::taught(losses))
            }
            "encoder" => {
                if self.encoder.is_none() {
                    self.encoder = Some(tasks::encoder()?);
                }
                let encoder = self.encoder.as_ref().ok_or("no encoder")?;
                timed(
                    || tasks::encoded(encoder),
                    |hidden| tasks::hidden_sums(hidden),
                )
            }
            "rank_context" => {
                if self.cells.is_none() {
                    self.cells = Some(tasks::cells(read_matrix(&self.folder, "cells")?));
                }
                let cells = self.cells.as_ref().ok_or("no cells")?;
                timed(|| tasks::rank_context(cells), tasks::all_knock_outs)
            }
            "knock_out" => {
                if self.cells_with_model.is_none() {
                    let cells = read_matrix(&self.folder, "cells")?;
                    self.cells_with_model = Some(tasks::cells_with_model(cells)?);
                }
                let cells = self.cells_with_model.as_ref().ok_or("no cells")?;
                timed(|| tasks::knock_out(cells), tasks::one_knock_out)
            }
            "forest" => {
                if self.few_samples.is_none() {
                    let table = read_matrix(&self.folder, "table")?;
                    self.few_samples = Some(tasks::few_samples(table));
                }
                let samples = self.few_samples.as_ref().ok_or("no samples")?;
                timed(|| tasks::forest(samples), tasks::learned)
            }
            "forest_many" => {
                if self.many_samples.is_none() {
                    let kinds = read_matrix(&self.folder, "kinds")?;
                    self.many_samples = Some(tasks::many_samples(&kinds));
                }
                let samples = self.many_samples.as_ref().ok_or("no samples")?;
                timed(|| tasks::forest(samples), tasks::learned)
            }
            "forest_largest" | "forest_largest_hold_out" => {
                let inputs = self.largest.get_or_insert_with(largest::inputs);
                let evaluate = if task == "forest_largest" {
                    Evaluate::Oob
                } else {
                    Evaluate::HoldOut
                };
                timed(|| largest::forest(inputs, evaluate), largest::answer)
            }
            "forest_predict" => {
                if self.predicting.is_none() {
                    let kinds = read_matrix(&self.folder, "kinds")?;
                    let (forest, _) = tasks::forest(&tasks::many_samples(&kinds))?;
                    self.predicting = Some((forest, kinds));
                }
                let (forest, kinds) = self.predicting.as_ref().ok_or("no forest")?;
                timed(
                    || tasks::predicted(forest, kinds),
                    |probabilities| tasks::called(probabilities),
                )
            }
            other => Err(format!("no task {other:?}").into()),
        }
    }
}

/// Reads the table from bytes in memory.
fn parse(table: &[u8]) -> Result<Arc<Dataset>, FormatError> {
    let file = tasks::file_info(table.len() as u64);
    let mut importer = Importer::new(file, None, ImportOptions::default());
    for block in table.chunks(BLOCK_BYTES) {
        importer.push(block)?;
    }
    Ok(tasks::dataset(importer.finish()?.data))
}

/// Reads the table from its file, block by block, as `cuvette run` does.
fn parse_file(path: &Path) -> Result<Arc<Dataset>, AnyError> {
    let mut file = fs::File::open(path)?;
    let mut opening = tasks::open(file.metadata()?.len());
    let mut block = Vec::with_capacity(BLOCK_BYTES);
    loop {
        block.clear();
        (&mut file)
            .take(BLOCK_BYTES as u64)
            .read_to_end(&mut block)?;
        if block.is_empty() {
            return Ok(tasks::opened(opening)?);
        }
        opening.push(&block)?;
    }
}

/// The first look, with the reading of the two ends of the file.
fn look(path: &Path) -> Result<Vec<f64>, AnyError> {
    let mut file = fs::File::open(path)?;
    let size_bytes = file.metadata()?.len();
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    (&mut file).take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    file.seek(SeekFrom::End(-i64::try_from(TAIL_BYTES)?))?;
    file.read_to_end(&mut tail)?;
    Ok(tasks::look(size_bytes, &head, &tail)?)
}

/// Runs `work` with the clock on, and makes the answer after it has stopped.
fn timed<T, E: Into<AnyError>>(
    work: impl FnOnce() -> Result<T, E>,
    answer: impl FnOnce(&T) -> Vec<f64>,
) -> Result<Value, AnyError> {
    // Makes the peak start again from what is held now (Linux).
    let _ = fs::write("/proc/self/clear_refs", "5");
    let before = memory_bytes("VmRSS");
    let start = Instant::now();
    let result = work().map_err(Into::into)?;
    let seconds = start.elapsed().as_secs_f64();
    let peak_bytes = memory_bytes("VmHWM").saturating_sub(before);
    Ok(json!({ "seconds": seconds, "peak_bytes": peak_bytes, "answer": answer(&result) }))
}

/// A field of `/proc/self/status`; 0 where there is none.
fn memory_bytes(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| {
            line.strip_prefix(field)?
                .split_whitespace()
                .nth(1)?
                .parse::<u64>()
                .ok()
        })
        .map_or(0, |kilobytes| kilobytes * 1024)
}

fn read_matrix(folder: &Path, name: &str) -> Result<Matrix, AnyError> {
    let shapes: Value = serde_json::from_slice(&fs::read(folder.join("shapes.json"))?)?;
    let shape = match name {
        "study_a" | "study_b" => "study",
        _ => name,
    };
    let n_columns = shapes[shape][1].as_u64().ok_or("no shape")?;
    let bytes = fs::read(folder.join(format!("{name}.f32")))?;
    Ok(tasks::matrix_from_bytes(
        &bytes,
        usize::try_from(n_columns)?,
    ))
}
