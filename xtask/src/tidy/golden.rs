//! Golden files: reference values nobody reads are a promise nobody keeps.

use anyhow::Result;

use super::source::Source;
use crate::files;
use crate::workspace::root;

/// One line for each golden file that no test names.
pub fn findings(sources: &[Source]) -> Result<Vec<String>> {
    let folder = root().join("tests/golden");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let code: Vec<&Source> = sources
        .iter()
        .filter(|source| ["rs", "mjs"].contains(&source.extension()))
        .collect();
    let orphans = files::below(&folder)?
        .iter()
        .map(|path| files::relative(path, &folder))
        .filter(|path| path != "README.md" && !path.starts_with("make/"))
        .filter(|path| {
            // A test names the file, or reads its whole folder.
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let whole = format!("tests/golden/{folder}\"");
            let is_read =
                |source: &&Source| source.text.contains(name) || source.text.contains(&whole);
            !code.iter().any(is_read)
        })
        .map(|path| format!("tests/golden/{path}: no test reads it"))
        .collect();
    Ok(orphans)
}
