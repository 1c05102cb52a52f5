//! Build tools that come as crates, each at one exact version.

use std::fs;

use anyhow::Result;

use crate::process::{output, run, step};
use crate::workspace::{command, locked_version, tools_dir};

/// Newer ones want a newer compiler than the pinned one.
const TRUNK_VERSION: &str = "0.21.14";
const CARGO_DENY_VERSION: &str = "0.20.2";
const GECKODRIVER_VERSION: &str = "0.37.1";

/// These tools work for seconds and take minutes to compile, as their authors release them.
const QUICK_BUILD: [(&str, &str); 2] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
];

/// One crate to install, and how.
struct Tool<'a> {
    package: &'a str,
    program: &'a str,
    version: &'a str,
    arguments: &'a [&'a str],
    /// How far it is optimized: no further than its work is worth.
    level: &'a str,
    minutes: &'a str,
}

/// Trunk, and `wasm-bindgen` of the version in `Cargo.lock`.
pub fn install_builders() -> Result<()> {
    let bindgen_version = locked_version("wasm-bindgen")?;
    install(&Tool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version: &bindgen_version,
        arguments: &["--no-default-features"],
        // It reads modules of many megabytes.
        level: "1",
        minutes: "1 to 3 minutes",
    })?;
    install(&Tool {
        package: "trunk",
        program: "trunk",
        version: TRUNK_VERSION,
        // Without encryption: it downloads nothing here.
        arguments: &["--locked", "--no-default-features"],
        level: "0",
        minutes: "1 to 3 minutes",
    })
}

/// What checks licenses and sources of all dependencies.
pub fn install_checkers() -> Result<()> {
    install(&Tool {
        package: "cargo-deny",
        program: "cargo-deny",
        version: CARGO_DENY_VERSION,
        arguments: &["--locked"],
        level: "0",
        minutes: "1 to 3 minutes",
    })
}

/// The driver of Firefox; it is not a Debian package.
pub fn install_geckodriver() -> Result<()> {
    install(&Tool {
        package: "geckodriver",
        program: "geckodriver",
        version: GECKODRIVER_VERSION,
        arguments: &["--locked"],
        level: "0",
        minutes: "1 to 3 minutes",
    })
}

fn install(tool: &Tool<'_>) -> Result<()> {
    if has_version(tool.program, tool.version) {
        return Ok(());
    }
    let what = format!(
        "{} {}: compile; {}",
        tool.package, tool.version, tool.minutes
    );
    step(&what, || {
        let root = tools_dir();
        fs::create_dir_all(&root)?;
        let mut cargo = command("cargo");
        cargo
            .args([
                "install",
                "--quiet",
                tool.package,
                "--version",
                tool.version,
            ])
            .args(tool.arguments)
            .arg("--root")
            .arg(&root)
            .arg("--target-dir")
            .arg(root.join("build"))
            .envs(QUICK_BUILD)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", tool.level)
            // The page's flags are not for tools that run here.
            .env_remove("RUSTFLAGS");
        run(&mut cargo)
    })
}

/// Removes what the tools were compiled in, once all are: they share crates. The programs are what we
/// keep; the folder is a gigabyte.
pub fn remove_build_folder() -> Result<()> {
    let folder = tools_dir().join("build");
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

/// Whether the program that would be run has this very version, from wherever it comes.
fn has_version(program: &str, version: &str) -> bool {
    output(command(program).arg("--version"))
        .is_ok_and(|text| text.split_whitespace().any(|word| word == version))
}
