//! `cargo xtask`: everything the project does to itself.

mod examples;
mod random;

use std::{path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    let command = std::env::args().nth(1).unwrap_or_default();
    if command != "examples" {
        eprintln!("unknown command {command:?}; there is: examples");
        return ExitCode::from(2);
    }
    match examples::write_all(&project_root()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The folder that holds the project.
pub fn project_root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}
