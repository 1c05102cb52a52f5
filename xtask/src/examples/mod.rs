//! `cargo xtask examples`: the simulated example data in `www/examples`, with known truth.
//!
//! The files are committed, and a test demands that they equal what is generated here.

mod cells;
mod counts;
mod damaged;
mod studies;

use std::{io::Write, path::Path};

use flate2::{Compression, GzBuilder};

/// Where the files lie, from the root of the project.
pub const FOLDER: &str = "www/examples";

/// Bytes that all examples together may weigh.
pub const MAX_TOTAL_BYTES: usize = 300_000;

/// One example file.
pub struct ExampleFile {
    /// Its name.
    pub name: &'static str,
    /// True where it is stored as gzip.
    pub compressed: bool,
    /// Its content before compression.
    pub content: Vec<u8>,
}

/// All example files; equal on every call.
pub fn generate() -> Vec<ExampleFile> {
    let file = |name, compressed, content| ExampleFile {
        name,
        compressed,
        content,
    };
    let studies = studies::simulate();
    let tissues = counts::simulate();
    let cells = cells::simulate();
    vec![
        file("study_a.tsv.gz", true, studies.a.into_bytes()),
        file("study_b.csv.gz", true, studies.b.into_bytes()),
        file("tissue_counts.tsv.gz", true, tissues.counts.into_bytes()),
        file("tissue_samples.tsv", false, tissues.samples.into_bytes()),
        file("cells.tsv.gz", true, cells.counts.into_bytes()),
        file("cell_states.tsv", false, cells.states.into_bytes()),
        file("damaged.csv", false, damaged::write()),
    ]
}

/// Writes all example files below `root` and says how large each is.
pub fn write_all(root: &Path) -> std::io::Result<()> {
    let folder = root.join(FOLDER);
    std::fs::create_dir_all(&folder)?;
    let mut total = 0;
    for file in generate() {
        let bytes = stored_bytes(&file)?;
        total += bytes.len();
        println!("{FOLDER}/{}: {} bytes", file.name, bytes.len());
        std::fs::write(folder.join(file.name), bytes)?;
    }
    println!("together {total} bytes of {MAX_TOTAL_BYTES}");
    Ok(())
}

/// The bytes as they lie on disk. The gzip header holds no time, so equal content gives an equal file.
fn stored_bytes(file: &ExampleFile) -> std::io::Result<Vec<u8>> {
    if !file.compressed {
        return Ok(file.content.clone());
    }
    let mut encoder = GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), Compression::best());
    encoder.write_all(&file.content)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn committed_files_are_what_the_generator_writes() {
        let folder = crate::workspace::root().join(FOLDER);
        for file in generate() {
            let stored = std::fs::read(folder.join(file.name)).expect(file.name);
            // The content is compared, not the compressed bytes: another release of the compressor
            // may pack them otherwise.
            let content = if file.compressed {
                let mut content = Vec::new();
                let mut decoder = flate2::read::GzDecoder::new(stored.as_slice());
                decoder.read_to_end(&mut content).expect(file.name);
                content
            } else {
                stored
            };
            assert!(
                content == file.content,
                "{} differs: run `cargo xtask examples`",
                file.name
            );
        }
    }

    #[test]
    fn examples_stay_small() {
        let total: usize = generate()
            .iter()
            .map(|file| stored_bytes(file).expect("written to memory").len())
            .sum();
        assert!(total <= MAX_TOTAL_BYTES, "{total} bytes");
    }
}
