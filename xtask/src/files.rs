//! Walking, hashing and copying files.

use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::workspace::root;

/// Every file below `folder`, in the order of their paths.
pub fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("{}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(below(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// `path` below `folder`, with `/` between its parts on every system.
pub fn relative(path: &Path, folder: &Path) -> String {
    let inside = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// SHA-256 of `bytes` in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The first 16 digits of one SHA-256 over the names and contents of every file below `folder`.
pub fn folder_hash(folder: &Path) -> Result<String> {
    let paths = below(folder)?;
    let named = paths.iter().map(|path| (relative(path, folder), path));
    contents_hash(named)
}

/// The first 16 digits of one SHA-256 over files and folders, named from the repository's root.
pub fn sources_hash(sources: &[&str]) -> Result<String> {
    let mut paths = Vec::new();
    for source in sources {
        let path = root().join(source);
        if path.is_dir() {
            paths.extend(below(&path)?);
        } else {
            paths.push(path);
        }
    }
    contents_hash(paths.iter().map(|path| (relative(path, root()), path)))
}

/// The first 16 digits of one SHA-256 over names and the contents of the files they stand for.
fn contents_hash<'a>(files: impl Iterator<Item = (String, &'a PathBuf)>) -> Result<String> {
    let mut lines = Vec::new();
    for (name, path) in files {
        let bytes = fs::read(path).with_context(|| format!("{}", path.display()))?;
        writeln!(lines, "{name} {}", sha256(&bytes))?;
    }
    Ok(short_hash(&lines))
}

/// The first 16 digits of the SHA-256 of `bytes`: enough to tell builds apart.
pub fn short_hash(bytes: &[u8]) -> String {
    let mut hash = sha256(bytes);
    hash.truncate(16);
    hash
}

/// Copies everything below `from` into `to`, which is made.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for path in below(from)? {
        let copy = to.join(relative(&path, from));
        if let Some(folder) = copy.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&path, &copy).with_context(|| format!("{}", path.display()))?;
    }
    Ok(())
}

/// Empties `folder`, or makes it.
pub fn fresh_folder(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))
}
