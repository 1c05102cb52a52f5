//! Installs what is missing to build and test, and leaves alone what is there.

mod browsers;
mod crates;
mod npm;
mod rust;

use anyhow::Result;

use crate::process::both;

/// Installs what building needs, and with `browsers` what the browser tests need too.
///
/// A missing browser, driver or checker is no error here: it is named, with what stays untested
/// without it.
pub fn run(with_browsers: bool) -> Result<()> {
    rust()?;
    tools(with_browsers)
}

/// Adds what is missing of the Rust toolchain; seconds.
pub fn rust() -> Result<()> {
    rust::install()
}

/// As [`run`], where the toolchain is whole.
pub fn tools(with_browsers: bool) -> Result<()> {
    if !with_browsers {
        return install_tools(false);
    }
    // Packages are loaded and unpacked while crates compile.
    both(
        || install_tools(true),
        || {
            browsers::install();
            Ok(())
        },
    )?;
    Ok(())
}

fn install_tools(with_testers: bool) -> Result<()> {
    crates::install_builders()?;
    npm::install()?;
    if with_testers {
        if let Err(error) = crates::install_checkers() {
            println!("  not installed: {error:#}");
            println!(
                "! licenses and sources of dependencies stay unchecked: cargo-deny is missing"
            );
        }
        if let Err(error) = crates::install_geckodriver() {
            println!("  not installed: {error:#}");
            println!("! Firefox is tested with the geckodriver that is there, or not at all");
        }
    }
    crates::remove_build_folder()
}
