//! Our native build, as a contestant.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::input::Inputs;
use crate::{
    process::{output, step},
    workspace::command,
};

/// Builds `benches/native.rs` as it is released, and gives the command that runs it.
pub fn contestant(inputs: &Inputs) -> Result<Command> {
    let messages = step("native build; a few minutes the first time", || {
        output(command("cargo").args([
            "bench",
            "--quiet",
            "--package=cuvette-cli",
            "--bench=native",
            "--no-run",
            "--message-format=json",
        ]))
    })?;
    // What was built, and not whatever cargo would build by the time it is started.
    let mut native = Command::new(executable(&messages).context("cargo built no benchmark")?);
    native.arg(&inputs.folder);
    Ok(native)
}

/// The benchmark among cargo's messages, which also names the command it measures.
fn executable(messages: &str) -> Option<String> {
    messages.lines().find_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let is_benchmark = message["target"]["kind"] == serde_json::json!(["bench"]);
        let executable = message["executable"].as_str().filter(|_| is_benchmark)?;
        Some(executable.to_owned())
    })
}
