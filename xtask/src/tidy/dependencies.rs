//! Which crate may use which, and under which licenses.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process::output;
use crate::workspace::command;

/// Each package and those of ours it may use. Packages from elsewhere are `deny.toml`'s business.
const MAY_USE: [(&str, &[&str]); 11] = [
    ("cuvette-kernels", &[]),
    ("cuvette-core", &["cuvette-kernels"]),
    ("cuvette-formats", &["cuvette-kernels", "cuvette-core"]),
    ("cuvette-plot", &["cuvette-kernels", "cuvette-core"]),
    (
        "cuvette-engine",
        &["cuvette-kernels", "cuvette-core", "cuvette-formats"],
    ),
    (
        "cuvette-sheets",
        &["cuvette-kernels", "cuvette-core", "cuvette-formats"],
    ),
    ("cuvette-worker", ABOVE_THE_ENGINE),
    (
        "cuvette-sheets-worker",
        &["cuvette-formats", "cuvette-sheets"],
    ),
    ("cuvette-cli", ABOVE_THE_ENGINE_WITH_SHEETS),
    ("cuvette", OF_THE_PAGE),
    ("xtask", ABOVE_THE_ENGINE),
];

const ABOVE_THE_ENGINE: &[&str] = &[
    "cuvette-kernels",
    "cuvette-core",
    "cuvette-formats",
    "cuvette-plot",
    "cuvette-engine",
];

/// The page has the words of the others and their pictures, and no loops over numbers (I4).
const OF_THE_PAGE: &[&str] = &[
    "cuvette-core",
    "cuvette-formats",
    "cuvette-plot",
    "cuvette-engine",
];

/// The page and the engine's worker have no workbooks inside: they load a module for them.
const ABOVE_THE_ENGINE_WITH_SHEETS: &[&str] = &[
    "cuvette-kernels",
    "cuvette-core",
    "cuvette-formats",
    "cuvette-plot",
    "cuvette-engine",
    "cuvette-sheets",
];

/// Packages that only the page and the workers may use (I1).
const OF_THE_BROWSER: [&str; 4] = ["web-sys", "js-sys", "wasm-bindgen", "leptos"];

/// One line for each dependency against the agreed directions, or package not in the table.
pub fn findings() -> Result<Vec<String>> {
    let text = output(command("cargo").args([
        "metadata",
        "--no-deps",
        "--offline",
        "--format-version=1",
    ]))?;
    let metadata: Value = serde_json::from_str(&text)?;
    let packages = metadata["packages"].as_array().context("packages")?;
    let mut found = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = MAY_USE.iter().find(|(known, _)| *known == name) else {
            found.push(format!(
                "{name}: not in the table of directions; see xtask/src/tidy"
            ));
            continue;
        };
        let dependencies = package["dependencies"].as_array().context("dependencies")?;
        for dependency in dependencies {
            // What only tests use does not make a direction.
            if dependency["kind"].as_str() != Some("dev") {
                let used = dependency["name"].as_str().unwrap_or_default();
                found.extend(objection(name, allowed, used));
            }
        }
    }
    Ok(found)
}

fn objection(package: &str, allowed: &[&str], used: &str) -> Option<String> {
    if used.starts_with("cuvette") && !allowed.contains(&used) {
        return Some(format!(
            "{package} may not use {used}: see docs/architecture.md"
        ));
    }
    let has_browser = ["cuvette", "cuvette-worker", "cuvette-sheets-worker"].contains(&package);
    if OF_THE_BROWSER.contains(&used) && !has_browser {
        return Some(format!("I1: {package} may not use {used}"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_directions_are_found() {
        assert!(objection("cuvette-core", &["cuvette-kernels"], "cuvette-engine").is_some());
        assert!(objection("cuvette-core", &["cuvette-kernels"], "cuvette-kernels").is_none());
        assert!(objection("cuvette-engine", &[], "web-sys").is_some());
        assert!(objection("cuvette-worker", &[], "web-sys").is_none());
    }
}
