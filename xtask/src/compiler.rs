//! How cargo is told to compile WebAssembly.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::output;
use crate::workspace::{command, root};

/// What people download.
pub const RELEASE: &str = "release";

/// Compiles with exactly these flags; a release so that it names no folder of this machine.
///
/// Flags from outside, and those of `.cargo/config.toml`, are replaced.
pub fn set_flags(cargo: &mut Command, profile: &str, flags: &[&str]) -> Result<()> {
    let mut all: Vec<String> = flags.iter().map(|&flag| flag.to_owned()).collect();
    if profile == RELEASE {
        for (folder, name) in folders()? {
            let folder = folder.display();
            all.push(format!("--remap-path-prefix={folder}={name}"));
        }
    }
    // Encoded, a path may hold spaces. It has precedence, but one of the two alone is clearer.
    cargo
        .env_remove("RUSTFLAGS")
        .env("CARGO_ENCODED_RUSTFLAGS", all.join("\x1f"));
    Ok(())
}

/// Compiles the standard library as well.
///
/// Rebuilding it is unstable, and a pinned stable compiler does it when told to. Variables reach
/// cargo through whatever starts it.
pub fn rebuild_std(cargo: &mut Command) -> &mut Command {
    cargo
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
}

/// Fails where a module of a release names a folder of this machine, as panics do with their place.
pub fn check_module(wasm: &Path, profile: &str) -> Result<()> {
    if profile != RELEASE {
        return Ok(());
    }
    let module = fs::read(wasm)?;
    for (folder, _) in folders()? {
        let folder = folder.display().to_string();
        let is_named = module
            .windows(folder.len())
            .any(|part| part == folder.as_bytes());
        if is_named {
            bail!("{} names {folder}", wasm.display());
        }
    }
    Ok(())
}

/// Where sources lie on this machine, and what they are called instead.
fn folders() -> Result<Vec<(PathBuf, &'static str)>> {
    let sysroot = output(command("rustc").args(["--print", "sysroot"]))?;
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let mut folders = vec![
        (root().to_owned(), "."),
        (PathBuf::from(sysroot.trim()), "rust"),
    ];
    folders.extend(cargo_home.map(|folder| (folder, "cargo")));
    // A link and what it leads to may both be written.
    let real = folders
        .iter()
        .filter_map(|&(ref folder, name)| Some((folder.canonicalize().ok()?, name)));
    let real: Vec<_> = real.collect();
    folders.extend(real);
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_that_names_a_folder_of_this_machine_is_refused() {
        let folder = env::temp_dir().join(format!("cuvette-compiler-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let module = folder.join("module.wasm");
        fs::write(&module, "crates/core/src/lib.rs").unwrap();
        assert!(check_module(&module, RELEASE).is_ok());
        let place = root()
            .canonicalize()
            .unwrap()
            .join("crates/core/src/lib.rs");
        fs::write(&module, format!("at {}", place.display())).unwrap();
        assert!(check_module(&module, RELEASE).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
