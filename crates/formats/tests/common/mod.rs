//! Reading files for the tests.
#![allow(dead_code)]

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use cuvette_core::{Dataset, analyses::Data, report::ImportReport};
use cuvette_formats::{FileInfo, FormatError, ImportOptions, Imported, Importer};

/// Root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of the real data, or `None` with a word where they are not there.
pub fn real_file(path: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("CUVETTE_DATA")
        .map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let file = folder.join(path);
    if file.exists() {
        let test = std::thread::current();
        println!("real data: {}", test.name().unwrap_or("a test"));
        return Some(file);
    }
    println!("skipped: real data not present ({path})");
    None
}

/// Imports bytes in one block.
pub fn import(name: &str, bytes: &[u8], options: &ImportOptions) -> Result<Imported, FormatError> {
    import_in_blocks(name, bytes, options, bytes.len().max(1))
}

/// Imports bytes in blocks of that size.
pub fn import_in_blocks(
    name: &str,
    bytes: &[u8],
    options: &ImportOptions,
    block: usize,
) -> Result<Imported, FormatError> {
    let file = FileInfo {
        name: name.into(),
        size_bytes: bytes.len() as u64,
    };
    let mut importer = Importer::new(file, None, options.clone());
    for part in bytes.chunks(block) {
        importer.push(part)?;
    }
    importer.finish()
}

/// The data set, or a panic that says what came instead.
pub fn dataset(imported: &Imported) -> &Arc<Dataset> {
    match &imported.data {
        Data::Dataset(dataset) => dataset,
        _ => panic!("no matrix but a {}", imported.kind.label()),
    }
}

/// Codes of all findings, in their order.
pub fn codes(report: &ImportReport) -> Vec<&str> {
    report
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect()
}

/// Options from JSON.
pub fn options(json: &str) -> ImportOptions {
    serde_json::from_str(json).expect("options are written by the test")
}
