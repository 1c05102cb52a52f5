//! The command `cuvette`: what the page does, on files and in scripts.
//!
//! Exit status: 0; 1 for a step that failed or an input that cannot be read; 2 for wrong arguments.

mod analyses;
mod args;
mod engine;
mod failure;
mod inputs;
mod inspect;
mod link;
mod recipe;
mod run;
mod source;

use std::{io::Write, process::ExitCode};

use clap::Parser;

use args::{Arguments, Command};
use failure::Failure;

fn main() -> ExitCode {
    // Clap itself prints help, and wrong arguments with status 2.
    match execute(Arguments::parse().command) {
        Ok(status) => status,
        Err(failure) => failure.tell(),
    }
}

fn execute(command: Command) -> Result<ExitCode, Failure> {
    let text = match command {
        Command::Inspect(arguments) => {
            let (text, all_read) = inspect::inspect(&arguments);
            print(&text)?;
            return Ok(status(all_read));
        }
        Command::Run(arguments) => return run::run(&arguments).map(status),
        Command::Analyses { id, json } => analyses::describe(id.as_deref(), json)?,
        Command::Link {
            recipe,
            without_file_names,
            page,
        } => link::link(&recipe, without_file_names, &page)?,
        Command::Unlink { link } => link::unlink(&link)?,
        Command::Methods { recipe } => link::methods(&recipe)?,
    };
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn status(success: bool) -> ExitCode {
    if success {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Prints to standard output. A reader that has gone away (`| head`) is no failure.
fn print(text: &str) -> Result<(), Failure> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::file(
            "nothing can be printed",
            "standard output".as_ref(),
            &error,
        )),
        _ => Ok(()),
    }
}
