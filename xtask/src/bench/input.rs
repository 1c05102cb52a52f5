//! What is measured on: generated once, the same for everyone, kept in `target/bench`.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use crate::{
    engine::{self, Engines},
    process::step,
    random::Random,
    workspace,
};

/// Rows and columns of the table that is read and normalized.
pub const TABLE: [usize; 2] = [20_000, 500];
/// Genes and profiles of each of the two studies that are correlated.
pub const STUDY: [usize; 2] = [6_000, 1_000];
/// Genes and samples of which principal components are taken.
pub const SAMPLES: [usize; 2] = [20_000, 1_000];
/// Directions along which those samples differ, each 5 % weaker than the last.
const N_DIRECTIONS: usize = 60;
/// Genes and samples of the counts that are normalized and measured.
pub const COUNTS: [usize; 2] = [20_000, 2_000];
/// Genes and samples whose kinds are learned and predicted.
pub const KINDS: [usize; 2] = [2_000, 10_000];
/// Number of those kinds, in turn over the samples; one in so many genes tells one of them apart.
const N_KINDS: usize = 8;
const GENES_PER_TELLING: usize = 20;
/// Genes and cells that genes are knocked out of; every cell has every gene.
pub const CELLS: [usize; 2] = [1_500, 100];
/// Directions along which those cells differ, each weaker than the last by this factor: as many as
/// the vectors of genes have numbers, so that these are the same for everyone.
const N_CELL_DIRECTIONS: usize = 64;
const CELL_DIRECTION_FACTOR: f64 = 0.97;
/// Changes whenever the content does, so that an old folder is not taken for a new one.
const VERSION: &str = "5";

/// What contestants need.
pub struct Inputs {
    /// Holds `table.tsv`, `table.f32`, `study_a.f32`, `study_b.f32`, `samples.f32`, `counts.f32`,
    /// `kinds.f32`, `cells.f32` and `shapes.json`.
    pub folder: PathBuf,
    /// The engines with their bench entry, where a browser takes part.
    pub engines: Option<Engines>,
}

/// Makes the inputs and, for browsers, the engines, or finds them made.
pub fn prepare(with_engines: bool) -> Result<Inputs> {
    let folder = workspace::target(&format!("bench/input-{VERSION}"));
    if !folder.join("shapes.json").exists() {
        step("inputs of 470 MB; about 14 s", || generate(&folder))?;
    }
    let engines = with_engines.then(engine::build_for_bench).transpose()?;
    Ok(Inputs { folder, engines })
}

fn generate(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut random = Random::new(500);
    write_table(&mut random, folder)?;
    write_studies(&mut random, folder)?;
    write_samples(&mut random, folder)?;
    write_counts(&mut random, folder)?;
    write_kinds(&mut random, folder)?;
    write_cells(&mut random, folder)?;
    let shapes = serde_json::json!({
        "table": TABLE, "study": STUDY, "samples": SAMPLES, "counts": COUNTS,
        "kinds": KINDS, "cells": CELLS,
    });
    // Last, as the sign that all is there.
    Ok(fs::write(folder.join("shapes.json"), shapes.to_string())?)
}

/// A table of log2 values with four decimals, as text and as the numbers it holds.
fn write_table(random: &mut Random, folder: &Path) -> Result<()> {
    let [n_rows, n_columns] = TABLE;
    let mut text = String::with_capacity(n_rows * n_columns * 8);
    let mut numbers = Vec::with_capacity(n_rows * n_columns * 4);
    text.push_str("gene");
    for column in 1..=n_columns {
        let _ = write!(text, "\tS{column:03}");
    }
    text.push('\n');
    for row in 1..=n_rows {
        let _ = write!(text, "SIM{row:05}");
        let level = random.between(2.0, 13.0);
        for _ in 0..n_columns {
            let value = (level + 0.7 * random.normal()).max(0.0);
            let start = text.len() + 1;
            let _ = write!(text, "\t{value:.4}");
            let number: f32 = text.get(start..).unwrap_or_default().parse()?;
            numbers.extend(number.to_le_bytes());
        }
        text.push('\n');
    }
    fs::write(folder.join("table.tsv"), text)?;
    Ok(fs::write(folder.join("table.f32"), numbers)?)
}

/// Counts whose libraries differ in size, with some zeros.
fn write_counts(random: &mut Random, folder: &Path) -> Result<()> {
    let [n_genes, n_samples] = COUNTS;
    let sizes: Vec<f64> = (0..n_samples).map(|_| random.between(-1.0, 1.0)).collect();
    let mut numbers = Vec::with_capacity(n_genes * n_samples * 4);
    for _ in 0..n_genes {
        let level = random.between(-1.0, 11.0);
        for size in &sizes {
            let count = (level + size + 0.8 * random.normal()).exp2().floor() as f32;
            numbers.extend(count.to_le_bytes());
        }
    }
    Ok(fs::write(folder.join("counts.f32"), numbers)?)
}

/// Two studies, genes × profiles, whose profiles correlate from −0.9 to 0.9, rounded to three
/// decimals so that there are ties.
fn write_studies(random: &mut Random, folder: &Path) -> Result<()> {
    let [n_genes, n_profiles] = STUDY;
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for _ in 0..n_genes {
        for profile in 0..n_profiles {
            let r = 1.8 * (profile as f64 + 0.5) / n_profiles as f64 - 0.9;
            let x = random.normal();
            let y = r * x + (1.0 - r * r).sqrt() * random.normal();
            for (values, value) in [(&mut a, x), (&mut b, y)] {
                let rounded = ((value * 400.0).round() / 1000.0) as f32;
                values.extend(rounded.to_le_bytes());
            }
        }
    }
    fs::write(folder.join("study_a.f32"), a)?;
    Ok(fs::write(folder.join("study_b.f32"), b)?)
}

/// Genes × samples that differ along known directions, with noise, so that components are far
/// enough from each other to be compared.
fn write_samples(random: &mut Random, folder: &Path) -> Result<()> {
    let [n_genes, n_samples] = SAMPLES;
    let mut places: Vec<Vec<f64>> = Vec::new();
    for _ in 0..N_DIRECTIONS {
        places.push((0..n_samples).map(|_| random.normal()).collect());
    }
    let mut numbers = Vec::with_capacity(n_genes * n_samples * 4);
    for _ in 0..n_genes {
        let level = random.between(2.0, 13.0);
        let mut row: Vec<f64> = (0..n_samples)
            .map(|_| level + 0.7 * random.normal())
            .collect();
        let mut size = 3.0;
        for direction in &places {
            let weight = size * random.normal();
            for (value, place) in row.iter_mut().zip(direction) {
                *value += weight * place;
            }
            size *= 0.95;
        }
        numbers.extend(
            row.into_iter()
                .flat_map(|value| (value as f32).to_le_bytes()),
        );
    }
    Ok(fs::write(folder.join("samples.f32"), numbers)?)
}

/// Genes × samples of kinds, in turn, that some genes tell apart by two standard deviations.
fn write_kinds(random: &mut Random, folder: &Path) -> Result<()> {
    let [n_genes, n_samples] = KINDS;
    let mut numbers = Vec::with_capacity(n_genes * n_samples * 4);
    for gene in 0..n_genes {
        let level = random.between(2.0, 13.0);
        let is_telling = gene % GENES_PER_TELLING == 0;
        let own = gene / GENES_PER_TELLING % N_KINDS;
        for sample in 0..n_samples {
            let shift = if is_telling && sample % N_KINDS == own {
                1.4
            } else {
                0.0
            };
            let value = (level + shift + 0.7 * random.normal()) as f32;
            numbers.extend(value.to_le_bytes());
        }
    }
    Ok(fs::write(folder.join("kinds.f32"), numbers)?)
}

/// Counts in cells that differ along known directions, with little noise.
fn write_cells(random: &mut Random, folder: &Path) -> Result<()> {
    let [n_genes, n_cells] = CELLS;
    let mut places: Vec<Vec<f64>> = Vec::new();
    for _ in 0..N_CELL_DIRECTIONS {
        places.push((0..n_cells).map(|_| random.normal()).collect());
    }
    let mut numbers = Vec::with_capacity(n_genes * n_cells * 4);
    for _ in 0..n_genes {
        let level = random.between(6.0, 9.0);
        let mut row: Vec<f64> = (0..n_cells)
            .map(|_| level + 0.02 * random.normal())
            .collect();
        let mut size = 0.2;
        for direction in &places {
            let weight = size * random.normal();
            for (value, place) in row.iter_mut().zip(direction) {
                *value += weight * place;
            }
            size *= CELL_DIRECTION_FACTOR;
        }
        let counts = row.iter().map(|value| value.exp().round().max(1.0));
        numbers.extend(counts.flat_map(|count| (count as f32).to_le_bytes()));
    }
    Ok(fs::write(folder.join("cells.f32"), numbers)?)
}
