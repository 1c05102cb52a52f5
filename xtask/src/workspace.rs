//! Where things are: the repository, its tools, and the versions it pins.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Where the project keeps its own tools: `$CUVETTE_TOOLS`, else `.tools/` in the repository.
pub fn tools_dir() -> PathBuf {
    env::var_os("CUVETTE_TOOLS").map_or_else(|| root().join(".tools"), PathBuf::from)
}

/// A file below `target/`.
pub fn target(path: &str) -> PathBuf {
    root().join("target").join(path)
}

/// What is built and served.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// A command that runs in the repository's root and finds our own tools before the machine's.
///
/// The order matters: Debian's `wasm-opt` 108 builds a page that stays white, without an error.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).env("PATH", search_path());
    command
}

/// `PATH` with our own tools in front.
pub fn search_path() -> OsString {
    let ours = [root().join("node_modules/.bin"), tools_dir().join("bin")];
    let machine = env::var_os("PATH").unwrap_or_default();
    let all = ours.into_iter().chain(env::split_paths(&machine));
    env::join_paths(all).unwrap_or(machine)
}

/// The version of `package` in `Cargo.lock`.
pub fn locked_version(package: &str) -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))?;
    let header = format!("name = \"{package}\"\nversion = \"");
    let (_, rest) = lock
        .split_once(&header)
        .with_context(|| format!("`{package}` is not in Cargo.lock"))?;
    let version = rest.split('"').next().unwrap_or_default();
    Ok(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_pins_wasm_bindgen() {
        let version = locked_version("wasm-bindgen").unwrap();
        assert_eq!(version.split('.').count(), 3, "{version}");
    }

    #[test]
    fn our_own_tools_come_before_the_machines() {
        let path = search_path();
        let first = env::split_paths(&path).next().unwrap();
        assert!(first.ends_with("node_modules/.bin"));
    }
}
