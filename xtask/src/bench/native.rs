//! Our native build, as a contestant.

use std::process::Command;

use anyhow::Result;

use super::input::Inputs;
use crate::{
    process::{run, step},
    workspace::command,
};

/// Builds `benches/native.rs` as it is released, and gives the command that runs it.
pub fn contestant(inputs: &Inputs) -> Result<Command> {
    let cargo = || {
        let mut cargo = command("cargo");
        cargo.args([
            "bench",
            "--quiet",
            "--package",
            "cuvette-cli",
            "--bench",
            "native",
        ]);
        cargo
    };
    step("native build; a few minutes the first time", || {
        run(cargo().arg("--no-run"))
    })?;
    let mut native = cargo();
    native.arg("--").arg(&inputs.folder);
    Ok(native)
}
