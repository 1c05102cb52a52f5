//! The files of a folder as one file: the same bytes wherever they are put together, so that they
//! have one fingerprint.

use super::{
    members::{Role, role_of},
    tar::{BLOCK, sum_of},
};

/// Bytes of zeros that end a bundle.
pub const BUNDLE_END_BYTES: usize = 2 * BLOCK;

/// So many folders deep are files looked for.
pub const FOLDER_DEPTH: usize = 3;
/// A folder of more files than this is no folder of cells.
pub const FOLDER_FILES: usize = 1_000;

/// The places of the three files that hold the counts of cells (matrix, features, barcodes) among
/// the paths of a folder, in the order in which they are bundled: by path.
///
/// Nothing where the folder has not exactly one of each.
///
/// # Examples
///
/// ```
/// use cuvette_formats::cells_files;
///
/// let paths = ["matrix.mtx.gz", "barcodes.tsv.gz", "notes.txt", "features.tsv.gz"];
/// assert_eq!(cells_files(&paths), Some([1, 3, 0]));
/// assert_eq!(cells_files(&paths[..2]), None);
/// ```
pub fn cells_files<T: AsRef<str>>(paths: &[T]) -> Option<[usize; 3]> {
    let the_one = |role: Role| {
        let mut found = (0..paths.len()).filter(|&at| role_of(paths[at].as_ref()) == Some(role));
        let first = found.next()?;
        found.next().is_none().then_some(first)
    };
    let mut files = [
        the_one(Role::Matrix)?,
        the_one(Role::Features)?,
        the_one(Role::Barcodes)?,
    ];
    files.sort_by_key(|&at| paths[at].as_ref());
    Some(files)
}

/// What stands before a file in a bundle: a tar header (POSIX ustar) without times and owners.
///
/// Nothing where the path has more than 100 bytes or the file 8 GiB.
pub fn bundle_header(path: &str, size_bytes: u64) -> Option<[u8; BLOCK]> {
    if path.len() > 100 || size_bytes >= 1 << 33 {
        return None;
    }
    let mut header = [0; BLOCK];
    let mut put = |at: usize, text: &[u8]| header[at..at + text.len()].copy_from_slice(text);
    put(0, path.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{size_bytes:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum = sum_of(&header);
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Some(header)
}

/// Bytes of zeros behind a file of that size.
pub fn bundle_padding(size_bytes: u64) -> usize {
    (size_bytes.next_multiple_of(BLOCK as u64) - size_bytes) as usize
}

/// Name of the bundle of a folder.
pub fn bundle_name(folder: &str) -> String {
    format!("{folder}.tar")
}

/// Name for files that came without a folder: what their names have in common before the role
/// (`GSM123_` of `GSM123_matrix.mtx.gz`), else `cells`.
pub fn common_name<T: AsRef<str>>(paths: &[T]) -> String {
    let mut stems = paths.iter().map(|path| {
        let name = path.as_ref();
        let n = name
            .bytes()
            .rposition(|byte| byte == b'/')
            .map_or(0, |at| at + 1);
        &name[n..]
    });
    let first = stems.next().unwrap_or_default();
    let mut common = first;
    for other in stems {
        let n = common
            .char_indices()
            .zip(other.chars())
            .find(|((_, a), b)| a != b)
            .map_or(common.len().min(other.len()), |((at, _), _)| at);
        common = &common[..n];
    }
    let trimmed = common.trim_end_matches(['_', '-', '.', ' ']);
    if trimmed.is_empty() || trimmed.len() == first.len() {
        "cells".into()
    } else {
        trimmed.into()
    }
}
