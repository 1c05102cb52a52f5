//! Where the bytes of an input come from: a file, or a folder of counts in cells, whose three files
//! are read as the one archive that the page makes of them.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use cuvette_engine::protocol::{ErrorReport, FileName};
use cuvette_formats::{
    BUNDLE_END_BYTES, FOLDER_DEPTH, FOLDER_FILES, bundle_header, bundle_name, bundle_padding,
    cells_files,
};

use crate::failure::Failure;

/// Bytes to be read, and what they are called.
pub struct Source {
    /// Name and size.
    pub name: FileName,
    /// The bytes.
    pub bytes: Box<dyn Read>,
}

/// Opens a file, or a folder of counts in cells.
pub fn open(path: &Path) -> Result<Source, Failure> {
    let unopened = |error| Failure::file("the file cannot be opened", path, &error);
    if path.is_dir() {
        return open_folder(path);
    }
    let file = File::open(path).map_err(unopened)?;
    let name = path.file_name().unwrap_or_default();
    Ok(Source {
        name: FileName {
            name: name.to_string_lossy().into_owned(),
            size_bytes: file.metadata().map_or(0, |metadata| metadata.len()),
        },
        bytes: Box::new(file),
    })
}

fn open_folder(path: &Path) -> Result<Source, Failure> {
    let unreadable = |error| Failure::file("the folder cannot be read", path, &error);
    let whole = path.canonicalize().map_err(unreadable)?;
    let name = whole.file_name().unwrap_or_default().to_string_lossy();
    let mut files = Vec::new();
    add_files(&whole, "", FOLDER_DEPTH, &mut files).map_err(unreadable)?;
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let chosen = cells_files(&paths).filter(|_| files.len() <= FOLDER_FILES);
    let chosen = chosen.ok_or_else(|| not_cells(path))?;
    let mut bytes: Box<dyn Read> = Box::new(io::empty());
    let mut size_bytes = BUNDLE_END_BYTES as u64;
    for at in chosen {
        let (inside, path) = &files[at];
        let file = File::open(path).map_err(unreadable)?;
        let n_bytes = file.metadata().map_err(unreadable)?.len();
        let header = bundle_header(inside, n_bytes).ok_or_else(|| not_cells(path))?;
        let n_padding = bundle_padding(n_bytes) as u64;
        size_bytes += header.len() as u64 + n_bytes + n_padding;
        let member = io::Cursor::new(header).chain(file.take(n_bytes));
        bytes = Box::new(bytes.chain(member).chain(io::repeat(0).take(n_padding)));
    }
    Ok(Source {
        name: FileName {
            name: bundle_name(&name),
            size_bytes,
        },
        bytes: Box::new(bytes.chain(io::repeat(0).take(BUNDLE_END_BYTES as u64))),
    })
}

/// Adds the files of a folder and of those in it, each with its path from the first.
fn add_files(
    folder: &Path,
    prefix: &str,
    depth: usize,
    files: &mut Vec<(String, PathBuf)>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let inside = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let path = entry.path();
        if files.len() > FOLDER_FILES {
            return Ok(());
        }
        if !path.is_dir() {
            files.push((inside, path));
        } else if depth > 1 {
            add_files(&path, &format!("{inside}/"), depth - 1, files)?;
        }
    }
    Ok(())
}

fn not_cells(path: &Path) -> Failure {
    Failure::failed(ErrorReport {
        code: "folder".into(),
        message: format!(
            "{} is a folder, and not one with a single matrix.mtx, features.tsv (or genes.tsv) and barcodes.tsv",
            path.display()
        ),
        hint: Some("Name the file inside it".into()),
        field: None,
        location: None,
        remedies: Vec::new(),
    })
}
