//! What comes from npm: `wasm-opt`, the WebDriver client and the accessibility checker.

use std::fs;

use anyhow::{Context, Result};

use crate::files;
use crate::process::{run, step};
use crate::workspace::{command, root};

/// Installs exactly what `package-lock.json` says, unless that was the last thing installed.
pub fn install() -> Result<()> {
    let lock = files::sha256(&fs::read(root().join("package-lock.json"))?);
    let stamp = root().join("node_modules/.cuvette-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step("npm ci; about 20 s", || {
        run(command("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))
            .context("Cuvette needs node 20 or newer with npm (Debian: `nodejs npm`)")?;
        fs::write(&stamp, &lock)?;
        Ok(())
    })
}
