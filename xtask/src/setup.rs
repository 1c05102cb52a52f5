//! Installs what is missing to build and test, and leaves alone what is there.

mod browsers;
mod crates;
mod npm;
mod rust;

use anyhow::Result;

/// Installs what building needs, and with `browsers` what the browser tests need too.
///
/// A missing browser is no error here: it is named, with what stays untested without it.
pub fn run(with_browsers: bool) -> Result<()> {
    rust::install()?;
    crates::install_builders()?;
    npm::install()?;
    if with_browsers {
        crates::install_checkers()?;
        crates::install_geckodriver()?;
        browsers::install();
    }
    Ok(())
}
