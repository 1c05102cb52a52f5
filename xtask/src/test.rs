//! `cargo xtask test`: everything that must hold before a change goes in.
//!
//! Every stage runs, also after one has failed, so that one run shows all there is to mend. What is
//! missing of the tools is installed beside the stages that need none: they compile for minutes too,
//! and neither keeps all cores busy to its end.

mod counts;

use std::time::Instant;

use anyhow::{Result, bail, ensure};

use crate::process::{both, each_line, run as run_command};
use crate::workspace::{command, root, target};
use crate::{assemble, disk, setup, size, tidy, workspace};

use counts::Counts;

/// What is built for the browser tests: nearly as fast as a release, built in a third of the time.
const PROFILE: &str = "ci";

/// One thing that must hold.
struct Stage {
    name: &'static str,
    what: &'static str,
    /// Whether it needs more than Rust and node.
    needs_tools: bool,
    run: fn(&mut Counts) -> Result<()>,
}

const STAGES: [Stage; 8] = [
    Stage {
        name: "format",
        what: "every file is formatted; seconds",
        needs_tools: false,
        run: |_| run_command(command("cargo").args(["fmt", "--all", "--check"])),
    },
    Stage {
        name: "tidy",
        what: "the invariants that can be read off the tree; seconds",
        needs_tools: false,
        run: |_| tidy::run(),
    },
    Stage {
        name: "lint",
        what: "clippy, natively and for WebAssembly; minutes the first time",
        needs_tools: false,
        run: |_| lint(),
    },
    Stage {
        name: "native",
        what: "native tests; minutes the first time",
        needs_tools: false,
        run: native_tests,
    },
    Stage {
        name: "docs",
        what: "documentation without a warning; a minute",
        needs_tools: false,
        run: |_| docs(),
    },
    Stage {
        name: "wasm",
        what: "kernels in WebAssembly, with SIMD and without; a minute",
        needs_tools: false,
        run: wasm_tests,
    },
    Stage {
        name: "deny",
        what: "licenses, sources and doubles of all dependencies; seconds",
        needs_tools: true,
        run: |_| deny(),
    },
    Stage {
        name: "browser",
        what: "both engines, the page, its weight, and the page in real browsers; 20 minutes the first time",
        needs_tools: true,
        run: browser_tests,
    },
];

/// Installs what is missing and runs the stages named, or all.
pub fn run(names: &[String]) -> Result<()> {
    if let Some(unknown) = names
        .iter()
        .find(|name| !STAGES.iter().any(|stage| stage.name == **name))
    {
        let known: Vec<&str> = STAGES.iter().map(|stage| stage.name).collect();
        bail!("no stage `{unknown}`; there are: {}", known.join(", "));
    }
    let chosen = STAGES
        .iter()
        .filter(|stage| names.is_empty() || names.iter().any(|name| name == stage.name));
    let (with_tools, without): (Vec<_>, Vec<_>) = chosen.partition(|stage| stage.needs_tools);
    disk::warn();
    setup::rust()?;
    let mut report = Report::default();
    if with_tools.is_empty() {
        report.run(&without);
    } else {
        let ((), tools) = both(
            || {
                report.run(&without);
                Ok(())
            },
            || Ok(timed(|| setup::tools(true))),
        )?;
        report.note("tools", tools);
        report.run(&with_tools);
    }
    report.end()
}

/// What came of the stages.
#[derive(Default)]
struct Report {
    counts: Counts,
    summary: Vec<String>,
    failed: Vec<&'static str>,
}

impl Report {
    fn run(&mut self, stages: &[&Stage]) {
        for stage in stages {
            println!("\n== {}: {}", stage.name, stage.what);
            let ended = timed(|| (stage.run)(&mut self.counts));
            self.note(stage.name, ended);
        }
    }

    fn note(&mut self, name: &'static str, (result, seconds): (Result<()>, f64)) {
        let verdict = if result.is_ok() { "" } else { "  FAILED" };
        self.summary
            .push(format!("{seconds:>7.1} s  {name}{verdict}"));
        if let Err(error) = result {
            println!("! {name}: {error:#}");
            self.failed.push(name);
        }
    }

    fn end(&self) -> Result<()> {
        println!("\n== summary");
        for line in &self.summary {
            println!("{line}");
        }
        self.counts.print();
        if !self.failed.is_empty() {
            disk::warn();
        }
        ensure!(self.failed.is_empty(), "failed: {}", self.failed.join(", "));
        self.counts.check_real_data()
    }
}

/// What comes of `work`, and the seconds it takes.
fn timed(work: impl FnOnce() -> Result<()>) -> (Result<()>, f64) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed().as_secs_f64())
}

/// `cargo deny`, except the advisories where their database cannot be reached.
fn deny() -> Result<()> {
    // On a new machine nothing has been downloaded yet, and what follows looks at all dependencies.
    run_command(command("cargo").args(["fetch", "--quiet", "--locked"]))?;
    let offline = ["--offline", "check", "licenses", "bans", "sources"];
    run_command(
        command("cargo-deny")
            .args(["--log-level", "error"])
            .args(offline),
    )?;
    let advisories = ["--log-level", "error", "check", "advisories"];
    let reached = crate::process::output(command("cargo-deny").args(advisories));
    match reached {
        Ok(_) => Ok(()),
        Err(error) if format!("{error:#}").contains("failed to fetch advisory database") => {
            println!("advisories: not checked, their database cannot be reached");
            Ok(())
        }
        Err(error) => Err(error),
    }
}

fn lint() -> Result<()> {
    run_command(command("cargo").args([
        "clippy",
        "--quiet",
        "--locked",
        "--workspace",
        "--exclude=cuvette-worker",
        "--exclude=cuvette-sheets-worker",
        "--all-targets",
        "--",
        "-Dwarnings",
    ]))?;
    run_command(command("cargo").args([
        "clippy",
        "--quiet",
        "--locked",
        "--package=cuvette",
        "--package=cuvette-worker",
        "--package=cuvette-sheets-worker",
        "--target=wasm32-unknown-unknown",
        "--",
        "-Dwarnings",
    ]))
}

fn native_tests(counts: &mut Counts) -> Result<()> {
    let mut tests = command("cargo");
    tests.args(NATIVE).arg("--no-fail-fast");
    tests.args(["--", "--show-output"]);
    counted(&mut tests, counts)
}

/// What builds the native tests, and the command `cuvette` with them.
const NATIVE: [&str; 3] = ["test", "--quiet", "--locked"];

/// Runs tests whose output is long and boring unless something fails.
fn counted(tests: &mut std::process::Command, counts: &mut Counts) -> Result<()> {
    let mut lines = Vec::new();
    let succeeded = each_line(tests, |line| {
        if line.starts_with("test result:") || counts::is_about_real_data(line) {
            println!("{line}");
        }
        counts.read(line);
        lines.push(line.to_owned());
    })?;
    if !succeeded {
        for line in lines {
            println!("{line}");
        }
        bail!("tests failed");
    }
    Ok(())
}

fn docs() -> Result<()> {
    run_command(
        command("cargo")
            .args(["doc", "--quiet", "--locked", "--no-deps"])
            .args([
                "--workspace",
                "--exclude=cuvette-worker",
                "--exclude=cuvette-sheets-worker",
                "--document-private-items",
            ])
            .env("RUSTDOCFLAGS", "-Dwarnings"),
    )
}

/// The kernels must give the same bits natively, in WebAssembly, and in WebAssembly with SIMD.
///
/// `wasm32-wasip1` runs plain `#[test]` functions in node, files included.
fn wasm_tests(counts: &mut Counts) -> Result<()> {
    let runner = root().join("tests/wasm/run.mjs");
    for (feature, folder) in [("+simd128", "wasm-simd128"), ("-simd128", "wasm-scalar")] {
        println!("{feature}");
        let mut tests = command("cargo");
        tests
            .args(["test", "--quiet", "--locked", "--lib", "--tests"])
            .args(["--package=cuvette-kernels", "--target=wasm32-wasip1"])
            .arg("--target-dir")
            .arg(target(folder))
            .env("RUSTFLAGS", format!("-Ctarget-feature={feature}"))
            .env(
                "CARGO_TARGET_WASM32_WASIP1_RUNNER",
                format!("node --no-warnings {}", runner.display()),
            );
        counted(&mut tests, counts)?;
    }
    Ok(())
}

fn browser_tests(counts: &mut Counts) -> Result<()> {
    assemble::build(PROFILE, false)?;
    // A `ci` build is heavier than what people download: `cargo xtask size` judges a release.
    size::print()?;
    // Pages are compared with the command: the one that the native tests have built.
    run_command(command("cargo").args(NATIVE).arg("--no-run"))?;
    let mut tests = command("node");
    tests
        .env("CUVETTE_COMMAND", target("debug/cuvette"))
        .args(["--test", "--test-concurrency=2", "--test-reporter=spec"])
        .arg(workspace::root().join("tests/browser"));
    let succeeded = each_line(&mut tests, |line| {
        println!("{line}");
        counts.read(line);
    })?;
    ensure!(succeeded, "browser tests failed");
    Ok(())
}
