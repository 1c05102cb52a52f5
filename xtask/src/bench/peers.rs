//! The peers: pinned, and installed into folders of the project's own.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};

use super::input::Inputs;
use crate::{
    process::{run, step, succeeds},
    workspace::{command, root, tools_dir},
};

/// What Debian calls R and the peers that run in it.
const R_PACKAGES: &str = "r-base-core r-bioc-preprocesscore r-bioc-edger";

fn venv() -> PathBuf {
    tools_dir().join("bench-venv")
}

/// Installs what `benches/requirements.txt` and `benches/package-lock.json` say, unless it is there.
pub fn install() -> Result<()> {
    let requirements = root().join("benches/requirements.txt");
    let wanted = fs::read_to_string(&requirements)?;
    let stamp = venv().join("installed.txt");
    if fs::read_to_string(&stamp).ok().as_ref() != Some(&wanted) {
        step("peers from PyPI; about 1 minute", || {
            run(command("python3").args(["-m", "venv"]).arg(venv()))
                .context("Debian: `apt-get install python3-venv`")?;
            let pip = venv().join("bin/pip");
            run(Command::new(pip)
                .args(["install", "--quiet", "--disable-pip-version-check", "-r"])
                .arg(&requirements))?;
            Ok(fs::write(&stamp, &wanted)?)
        })?;
    }
    if !root().join("benches/node_modules/papaparse").exists() {
        step("peer from npm; about 5 s", || {
            run(command("npm").current_dir(root().join("benches")).args([
                "ci",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ]))
        })?;
    }
    if !has_r_peers() {
        println!(
            "· preprocessCore and edgeR are not there, so they stay unmeasured; \
             Debian: `apt-get install {R_PACKAGES}`"
        );
    }
    Ok(())
}

/// The contestant of the peers from `PyPI`.
pub fn python(inputs: &Inputs) -> Command {
    let mut python = Command::new(venv().join("bin/python"));
    python
        .arg(root().join("benches/peers.py"))
        .arg(&inputs.folder);
    python
}

/// The contestant of the peers from Bioconductor, which Debian brings.
pub fn r(inputs: &Inputs) -> Result<Command> {
    if !has_r_peers() {
        bail!("Debian: `apt-get install {R_PACKAGES}`");
    }
    let mut r = command("Rscript");
    r.arg(root().join("benches/peers.R")).arg(&inputs.folder);
    Ok(r)
}

fn has_r_peers() -> bool {
    succeeds(command("Rscript").args(["-e", "library(preprocessCore); library(edgeR)"]))
}

/// The contestant of the peer from npm.
pub fn node(inputs: &Inputs) -> Command {
    let mut node = command("node");
    node.arg(root().join("benches/papaparse.mjs"))
        .arg(&inputs.folder);
    node
}
