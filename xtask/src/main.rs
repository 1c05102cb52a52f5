//! Everything a developer does with Cuvette besides `cargo build`: set up, build, serve, test.
//!
//! `cargo xtask help` lists the commands. Each prints what it does and how long it will take.

mod assemble;
mod bench;
mod compiler;
mod disk;
mod engine;
mod examples;
mod files;
mod page;
mod policy;
mod process;
mod random;
mod serve;
mod service_worker;
mod setup;
mod size;
mod split;
mod style;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
usage: cargo xtask <command>

  setup [--browsers]         install what is missing, into .tools/ (or $CUVETTE_TOOLS) and node_modules/
  engine [--profile P]       build the engine twice, with threads and without
  build [--profile P]        engine, page and service worker, into dist/
  serve [--profile P] [--port N] [--dev]
                             set up, build and serve on 127.0.0.1; with --dev there is no
                             service worker, so that every reload shows the newest build
  test [STAGE]...            all tests, or the stages named: format tidy deny lint native docs wasm browser
  tidy                       check the invariants that can be read off the tree
  examples                   write the simulated example data in www/examples anew
  size                       weight of dist/ as sent (Brotli), against its budget
  bench [--only ROW] [--rounds N] [--browsers chromium,firefox,webkit|none]
                             ours beside pandas, polars, Papa Parse, qnorm, preprocessCore and SciPy on one input;
                             about an hour, on a machine that does nothing else

P is `release` (default; smallest and fastest) or `ci` (built in a third of the time).";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let command = arguments.first().map_or("help", String::as_str);
    let options = arguments.get(1..).unwrap_or_default();
    match command {
        "setup" => setup::run(flag(options, "--browsers")),
        "engine" => {
            setup::run(false)?;
            engine::build(profile(options)?).map(|_| ())
        }
        "build" => build(options, false),
        "serve" => {
            let dev = flag(options, "--dev");
            build(options, dev)?;
            serve::serve(port(options)?, dev)
        }
        "examples" => Ok(examples::write_all(workspace::root())?),
        "test" => test::run(options),
        "tidy" => tidy::run(),
        "size" => size::check(),
        "bench" => {
            setup::run(true)?;
            bench::run(&bench::Options::from_words(options)?)
        }
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => bail!("unknown command `{other}`\n\n{HELP}"),
    }
}

fn build(options: &[String], dev: bool) -> Result<()> {
    let profile = profile(options)?;
    setup::run(false)?;
    assemble::build(profile, dev)
}

fn flag(options: &[String], name: &str) -> bool {
    options.iter().any(|option| option == name)
}

/// The value after `name`, if the option is there.
fn value<'a>(options: &'a [String], name: &str) -> Result<Option<&'a str>> {
    let Some(at) = options.iter().position(|option| option == name) else {
        return Ok(None);
    };
    match options.get(at + 1) {
        Some(value) => Ok(Some(value)),
        None => bail!("`{name}` wants a value"),
    }
}

fn profile(options: &[String]) -> Result<&str> {
    match value(options, "--profile")?.unwrap_or("release") {
        name @ ("release" | "ci") => Ok(name),
        other => bail!("unknown profile `{other}`; there are `release` and `ci`"),
    }
}

fn port(options: &[String]) -> Result<u16> {
    Ok(value(options, "--port")?.unwrap_or("8080").parse()?)
}
