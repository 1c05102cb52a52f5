//! The parts of the pinned Rust toolchain.

use std::path::Path;

use anyhow::{Context, Result};

use crate::process::{output, run, step};
use crate::workspace::command;

/// Adds the WebAssembly targets and the source of the standard library, where they are missing.
///
/// `rust-toolchain.toml` names them too, but a machine may have automatic installation off.
pub fn install() -> Result<()> {
    let sysroot = output(command("rustc").args(["--print", "sysroot"]))?;
    let rustlib = Path::new(sysroot.trim()).join("lib/rustlib");
    for target in ["wasm32-unknown-unknown", "wasm32-wasip1"] {
        if !rustlib.join(target).is_dir() {
            rustup(&["target", "add", target])?;
        }
    }
    if !rustlib.join("src/rust/library").is_dir() {
        rustup(&["component", "add", "rust-src"])?;
    }
    for (tool, component) in [("cargo-clippy", "clippy"), ("cargo-fmt", "rustfmt")] {
        if !Path::new(sysroot.trim()).join("bin").join(tool).is_file() {
            rustup(&["component", "add", component])?;
        }
    }
    Ok(())
}

fn rustup(arguments: &[&str]) -> Result<()> {
    step(
        &format!("rustup {}; about 20 s", arguments.join(" ")),
        || {
            run(command("rustup").args(arguments)).context(
                "Cuvette needs rustup to add parts of the pinned toolchain; see https://rustup.rs",
            )
        },
    )
}
