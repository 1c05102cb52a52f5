//! Builds the page with Trunk.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::files;
use crate::process::{run, step};
use crate::workspace::{command, target};

/// Where Trunk leaves the page of a profile.
pub fn folder(profile: &str) -> PathBuf {
    target(&format!("page/{profile}"))
}

/// Everything the page is made of; the worker is not.
const SOURCES: [&str; 13] = [
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "Trunk.toml",
    "index.html",
    ".cargo/config.toml",
    "src",
    "www",
    "crates/kernels",
    "crates/core",
    "crates/formats",
    "crates/plot",
    "crates/engine",
];

/// Builds the page, or finds that nothing has changed since the last time; the engine is not part
/// of it.
pub fn build(profile: &str) -> Result<()> {
    let stamp = target(&format!("page/{profile}.stamp"));
    let sources = files::sources_hash(&SOURCES)?;
    let is_built = fs::read_to_string(&stamp).is_ok_and(|built| built == sources);
    if is_built && folder(profile).is_dir() {
        println!("· page: unchanged");
        return Ok(());
    }
    step(
        "page: compile, bind, optimize; two minutes the first time",
        || {
            run(command("trunk")
                .args(["--log", "warn", "--skip-version-check"])
                .args(["build", "--release", "--cargo-profile"])
                .arg(format!("page-{profile}"))
                .arg("--dist")
                .arg(folder(profile))
                // Flags from outside would replace those of `.cargo/config.toml`.
                .env_remove("RUSTFLAGS")
                // Trunk reads NO_COLOR as `true` or `false` and refuses the usual `1`.
                .env_remove("NO_COLOR"))?;
            Ok(fs::write(&stamp, &sources)?)
        },
    )
}
