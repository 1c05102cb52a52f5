//! Fills the service worker's template with the list of files of one build.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::files;
use crate::policy;
use crate::workspace::root;

/// Writes `sw.js` into `dist`, with every file that lies there now.
///
/// The page itself is listed as `./`: hosts redirect `index.html`, and a redirected answer cannot
/// be used for a navigation.
pub fn write(dist: &Path, version: &str) -> Result<()> {
    let mut list = Map::new();
    for path in files::below(dist)? {
        let name = match files::relative(&path, dist).as_str() {
            "index.html" => "./".to_owned(),
            name => name.to_owned(),
        };
        list.insert(name, json!(files::sha256(&fs::read(&path)?)));
    }
    let headers: Map<String, Value> = policy::headers()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect();
    let script = fs::read_to_string(root().join("www/service-worker.js"))?
        .replace("\"{{version}}\"", &json!(version).to_string())
        .replace("\"{{files}}\"", &pretty(&list)?)
        .replace("\"{{headers}}\"", &pretty(&headers)?);
    fs::write(dist.join("sw.js"), script)?;
    println!("  {} files for offline use", list.len());
    Ok(())
}

fn pretty(map: &Map<String, Value>) -> Result<String> {
    Ok(serde_json::to_string_pretty(map)?)
}
