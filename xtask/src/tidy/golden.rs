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
        .filter(|path| !is_of_an_analysis(path))
        .filter(|path| {
            // A test names the file, or reads a whole folder that holds it.
            let name = path.rsplit('/').next().unwrap_or_default();
            let folders = path
                .match_indices('/')
                .map(|(end, _)| format!("tests/golden/{}\"", &path[..end]));
            let signs: Vec<String> = folders.chain([name.to_owned()]).collect();
            let is_read =
                |source: &&Source| signs.iter().any(|sign| source.text.contains(sign.as_str()));
            !code.iter().any(is_read)
        })
        .map(|path| format!("tests/golden/{path}: no test reads it"))
        .collect();
    Ok(orphans)
}

/// Whether it lies in the folder of an analysis that exists: `tests/golden/analyses.rs` of the
/// crate `core` reads all of those, and fails for an analysis that has none.
fn is_of_an_analysis(path: &str) -> bool {
    let mut parts = path.split('/');
    let (area, id) = (parts.next(), parts.next().unwrap_or_default());
    let analyses = root().join("crates/core/src/analyses");
    area == Some("analyses") && analyses.join(id).is_dir()
}
