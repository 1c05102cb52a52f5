//! Reading the real data of tests: plain tables, all numbers, genes in the first column.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses some of it, and stops at trouble"
)]

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    thread,
};

use cuvette_core::{Dataset, Matrix};

/// A table of text: the header, and the rows.
pub struct TextTable {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// Folder of the real data, or `None` where it is not present; says which, for the count.
pub fn data_folder() -> Option<PathBuf> {
    let from_environment = std::env::var_os("CUVETTE_DATA").map(PathBuf::from);
    let above = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/data"))
        .find(|folder| folder.is_dir());
    let found = from_environment.or(above).filter(|folder| folder.is_dir());
    match &found {
        Some(_) => println!(
            "real data: {}",
            thread::current().name().unwrap_or("a test")
        ),
        None => println!("skipped: real data not present"),
    }
    found
}

/// Reads a table of the real data.
pub fn read_table(path: &str) -> Option<TextTable> {
    Some(read_table_at(&data_folder()?.join(path)))
}

/// Reads a table separated by tabs, or by commas where the name says so.
pub fn read_table_at(path: &Path) -> TextTable {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = path.to_string_lossy();
    let mut text = String::new();
    if name.ends_with(".gz") {
        let mut decoder = flate2::read::MultiGzDecoder::new(bytes.as_slice());
        decoder.read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    let separator = if name.contains(".csv") { ',' } else { '\t' };
    let mut lines = text.lines().map(|line| {
        let cells = line.split(separator);
        cells
            .map(|cell| cell.trim_matches('"').to_owned())
            .collect::<Vec<_>>()
    });
    TextTable {
        header: lines.next().unwrap(),
        rows: lines.collect(),
    }
}

/// Reads a matrix of the real data.
pub fn read_matrix(path: &str) -> Option<Dataset> {
    Some(read_table(path)?.matrix())
}

/// Reads a matrix of the simulated examples that the page ships.
pub fn example_matrix(name: &str) -> Dataset {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www/examples");
    read_table_at(&folder.join(name)).matrix()
}

impl TextTable {
    /// The table as a matrix: genes in the first column, samples in the header.
    pub fn matrix(&self) -> Dataset {
        let genes = self.rows.iter().map(|row| row[0].clone()).collect();
        let cells = self.rows.iter().flat_map(|row| &row[1..]);
        let values: Vec<f32> = cells.map(|cell| cell.parse().unwrap_or(f32::NAN)).collect();
        let samples = self.header[1..].to_vec();
        let matrix = Matrix::from_rows(self.rows.len(), samples.len(), values);
        Dataset::new(matrix, genes, samples)
    }

    /// A column by its name, as text.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let at = self
            .header
            .iter()
            .position(|header| header == name)
            .unwrap();
        self.rows.iter().map(|row| row[at].clone()).collect()
    }

    /// A column by its name, as numbers.
    pub fn numbers(&self, name: &str) -> Vec<f64> {
        self.texts(name)
            .iter()
            .map(|cell| cell.parse().unwrap_or(f64::NAN))
            .collect()
    }
}

/// Asserts that two numbers agree to `tolerance`, relative above 1 and absolute below.
#[track_caller]
pub fn assert_close(found: f64, expected: f64, tolerance: f64, what: &str) {
    let scale = expected.abs().max(1.0);
    assert!(
        (found - expected).abs() <= tolerance * scale,
        "{what}: {found}, expected {expected} to {tolerance}"
    );
}
