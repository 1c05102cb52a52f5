//! Builds the page with Trunk.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::process::{run, step};
use crate::workspace::{command, target};
use crate::{compiler, files};

/// Where Trunk leaves the page of a profile.
pub fn folder(profile: &str) -> PathBuf {
    target(&format!("page/{profile}"))
}

/// Everything the page is made of; the worker is not.
const SOURCES: [&str; 14] = [
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "Trunk.toml",
    "index.html",
    "src",
    "www",
    "crates/kernels",
    "crates/core",
    "crates/formats",
    "crates/plot",
    "crates/engine",
    "xtask/src/page.rs",
    "xtask/src/compiler.rs",
];

/// Of every page. Erased components make it a good deal smaller and quicker to build.
const FLAGS: [&str; 4] = ["-C", "target-feature=+simd128", "--cfg", "erase_components"];

/// Of a page as people download it: a panic says nothing and ends, as a trap, where `www/register.js`
/// hears it. What it would say is written for us, and is some 7 % of the page, sorts included.
const SILENT_PANICS: [&str; 3] = [
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Zlocation-detail=none",
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
            let mut trunk = command("trunk");
            trunk
                .args(["--log", "warn", "--skip-version-check"])
                .args(["build", "--release", "--cargo-profile"])
                .arg(format!("page-{profile}"))
                .arg("--dist")
                .arg(folder(profile))
                // Trunk reads NO_COLOR as `true` or `false` and refuses the usual `1`.
                .env_remove("NO_COLOR");
            set_compiler(&mut trunk, profile)?;
            run(&mut trunk)?;
            check_modules(profile)?;
            Ok(fs::write(&stamp, &sources)?)
        },
    )
}

fn set_compiler(trunk: &mut Command, profile: &str) -> Result<()> {
    if profile != compiler::RELEASE {
        return compiler::set_flags(trunk, profile, &FLAGS);
    }
    compiler::rebuild_std(trunk).env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
    let flags: Vec<&str> = FLAGS.into_iter().chain(SILENT_PANICS).collect();
    compiler::set_flags(trunk, profile, &flags)
}

fn check_modules(profile: &str) -> Result<()> {
    for path in files::below(&folder(profile))? {
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            compiler::check_module(&path, profile)?;
        }
    }
    Ok(())
}
