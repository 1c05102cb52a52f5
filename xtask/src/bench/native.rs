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

/// The last executable among cargo's messages.
fn executable(messages: &str) -> Option<String> {
    messages.lines().rev().find_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::executable;

    #[test]
    fn the_executable_is_found_among_the_messages_of_cargo() {
        let messages =
            "{\"executable\":null}\n{\"executable\":\"/x/native\"}\n{\"success\":true}\n";
        assert_eq!(executable(messages).as_deref(), Some("/x/native"));
    }
}
