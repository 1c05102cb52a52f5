//! Counts of genes in cells as 10x Genomics writes them: a Matrix Market file, the names of its rows
//! (`features.tsv`, before version 3 `genes.tsv`) and of its columns (`barcodes.tsv`), together in
//! a tar or ZIP archive, in any folder of it, packed by gzip or not.
//!
//! The members are read as they come, in any order; the matrix is parsed by all threads and stays
//! sparse. Of a ZIP archive, whose directory stands at its end, the packed bytes are held until then.

mod body;
mod bundle;
mod finish;
mod members;
mod mtx;
mod names;
mod preview;
mod tar;
mod zip;

use crate::{
    error::{FormatError, FormatErrorKind},
    options::ImportOptions,
};
use members::Members;
use tar::{TarReader, is_tar};
use zip::{is_zip_of_cells, read_zip};

pub use bundle::{
    BUNDLE_END_BYTES, FOLDER_DEPTH, FOLDER_FILES, bundle_header, bundle_name, bundle_padding,
    cells_files, common_name,
};
pub(crate) use finish::FinishedCells;
pub(crate) use preview::preview_cells;

/// What must be there.
pub(crate) const WHAT_IS_NEEDED: &str = "Three files belong together: matrix.mtx, features.tsv (or genes.tsv) and barcodes.tsv, each packed by gzip or not. Drop their folder, the three at once, or one archive of them (.tar, .tar.gz, .zip)";

/// What the members came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArchiveKind {
    Tar,
    Zip,
}

/// The archive that the unpacked start of a file begins, if it is one that may hold cells.
pub(crate) fn archive_of(head: &[u8]) -> Option<ArchiveKind> {
    if is_tar(head) {
        Some(ArchiveKind::Tar)
    } else if is_zip_of_cells(head) {
        Some(ArchiveKind::Zip)
    } else {
        None
    }
}

/// Whether a preview needs all of a file whose first bytes these are: the directory of a ZIP archive
/// stands at its end.
pub fn needs_whole_file(head: &[u8]) -> bool {
    archive_of(head) == Some(ArchiveKind::Zip)
}

/// Reads an archive block by block.
pub(crate) struct CellsReader {
    file: String,
    options: ImportOptions,
    container: Container,
    members: Members,
}

enum Container {
    Tar(TarReader),
    Zip(Vec<u8>),
}

impl CellsReader {
    pub fn new(file: &str, kind: ArchiveKind, options: &ImportOptions) -> Self {
        Self {
            file: file.into(),
            options: options.clone(),
            container: match kind {
                ArchiveKind::Tar => Container::Tar(TarReader::new(file)),
                ArchiveKind::Zip => Container::Zip(Vec::new()),
            },
            members: Members::new(file, options.sample_step()),
        }
    }

    /// Refuses a matrix that takes more than so many bytes of memory, as soon as its sizes are known.
    pub fn within(mut self, memory_limit: Option<u64>) -> Self {
        self.members = self.members.within(memory_limit);
        self
    }

    pub fn push(&mut self, bytes: &[u8]) -> Result<(), FormatError> {
        let members = &mut self.members;
        match &mut self.container {
            Container::Tar(tar) => tar.push(bytes, &mut |part| members.take(part)),
            Container::Zip(held) => {
                held.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    pub fn finish(mut self) -> Result<FinishedCells, FormatError> {
        let words = match &self.container {
            Container::Tar(tar) => {
                tar.finish()?;
                "tar"
            }
            Container::Zip(held) => {
                read_zip(&self.file, held, &mut self.members)?;
                "ZIP"
            }
        };
        let mut finished = finish::assemble(&self.file, self.members, &self.options)?;
        finished.format_label.push_str(", ");
        finished.format_label.push_str(words);
        Ok(finished)
    }
}

/// An error about the files of 10x, with a way on.
fn refused(at: &str, problem: String, advice: String) -> FormatError {
    FormatError::new(at, FormatErrorKind::Cells { problem, advice })
}

fn damaged(at: &str, problem: String) -> FormatError {
    let advice = "Copy or download the file again: it is cut short or damaged";
    refused(at, problem, advice.into())
}

/// A member that is there has nothing in it.
fn incomplete(at: &str) -> FormatError {
    let problem = "one of the three files is empty".into();
    refused(at, problem, WHAT_IS_NEEDED.into())
}
