//! Builds `crates/worker` twice, with threads over one shared memory and without, and the reader of
//! workbooks (`crates/sheets-worker`), which the page loads when it meets one.
//!
//! Both engines have their own flags and their own target folder, since both rebuild everything they
//! use. The outcome is one folder for each, named by its content: `engine/threads-<hash>/` holds
//! `worker.js` (what the page starts), `engine.js`, `engine_bg.wasm` and generated snippets.
//! See `docs/adr/001-threads.md` for why the threaded build is made this way.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::{both, output, run, step};
use crate::workspace::{command, root, target};
use crate::{compiler, files, split};

const TARGET: &str = "wasm32-unknown-unknown";

/// What changes every build; the page's own code does not.
const SOURCES: [&str; 8] = [
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "crates/kernels",
    "crates/core",
    "crates/formats",
    "xtask/src/engine.rs",
    "xtask/src/compiler.rs",
];

/// What changes the engines beside [`SOURCES`].
const ENGINE_SOURCES: [&str; 5] = [
    "crates/plot",
    "crates/engine",
    "crates/worker",
    "benches/tasks.rs",
    "www/engine-worker.js",
];

/// What changes the reader of workbooks beside [`SOURCES`].
const SHEETS_SOURCES: [&str; 3] = [
    "crates/sheets",
    "crates/sheets-worker",
    "www/sheets-worker.js",
];

/// What the linker must be told so that all threads share one memory, and each has its own stack.
const SHARED_MEMORY: [&str; 8] = [
    "-Clink-arg=--shared-memory",
    "-Clink-arg=--import-memory",
    "-Clink-arg=--max-memory=4294967296",
    "-Clink-arg=--export=__wasm_init_tls",
    "-Clink-arg=--export=__tls_size",
    "-Clink-arg=--export=__tls_align",
    "-Clink-arg=--export=__tls_base",
    "-Clink-arg=--export=__heap_base",
];

/// Added to the engine's script, which every thread runs. A trap there (no memory left, above all)
/// rejects a promise that nobody waits for, and the page would wait for ever: thrown again, it is an
/// error of the worker, which the page hears. A panic has said its reason by then.
const TELL_OF_TRAPS: &str = "
addEventListener(\"unhandledrejection\", (event) => {
  setTimeout(() => { throw event.reason; }, 100);
});
";

/// Names of functions by which the second half of an engine is divided from the first: they hold the
/// names of the modules that the function, or a type it was made for, stands in.
const NAMED: [&str; 2] = ["-Csymbol-mangling-version=v0", "-Clink-arg=--no-demangle"];

/// Modules that the first half of an engine can do without, as the names of their functions begin:
/// steps with the statistics under them, what only they read, and what is done with results.
const CAN_WAIT: [&str; 10] = [
    "12cuvette_core8analyses",
    "12cuvette_core5stats",
    "12cuvette_core10checkpoint",
    "15cuvette_formats5cells",
    "15cuvette_formats6pickle",
    "15cuvette_formats5model",
    "14cuvette_engine6export",
    "14cuvette_engine7methods",
    "14cuvette_engine4link",
    "7zlib_rs7deflate",
];

/// What of that is wanted at once: the pictures of what was opened, and finding out what a file is.
const CANNOT_WAIT: [&str; 12] = [
    "6opened",
    "11n_synthetic",
    "12is_synthetic",
    "12figure_parts",
    "12before_after",
    "2qc7figures",
    "8overview",
    "10archive_of",
    "3zip15is_zip_of_cells",
    "9is_pickle",
    "6binary",
    "12kind_of_json",
];

/// The export of `cuvette-worker` that loads the second half.
const LOADS_STEPS: &str = "load_steps";

/// One of the builds.
#[derive(Clone, Copy)]
enum Kind {
    Threads,
    Single,
    /// The reader of workbooks.
    Sheets,
}

/// Where the builds lie, ready to be copied beside the page.
pub struct Engines {
    /// Folder with the threaded engine; its name ends in the hash of its content.
    pub threads: PathBuf,
    /// Folder with the engine for pages without shared memory.
    pub single: PathBuf,
    /// Folder with the reader of workbooks.
    pub sheets: PathBuf,
}

/// How an engine is compiled.
#[derive(Clone, Copy)]
struct Build<'a> {
    profile: &'a str,
    /// Feature of `cuvette-worker`; empty for what is shipped.
    feature: &'a str,
}

/// Builds all with cargo's profile `engine-{profile}`, or finds that nothing has changed since the last time.
pub fn build(profile: &str) -> Result<Engines> {
    build_all(Build {
        profile,
        feature: "",
    })
}

/// Builds all as they are released, the engines with the entry of `cargo xtask bench`.
pub fn build_for_bench() -> Result<Engines> {
    build_all(Build {
        profile: compiler::RELEASE,
        feature: "bench",
    })
}

fn build_all(build: Build) -> Result<Engines> {
    // Linking and optimizing take one core each, and the engines have folders of their own.
    let (threads, (single, sheets)) = both(
        || build_one(Kind::Threads, build),
        || {
            Ok((
                build_one(Kind::Single, build)?,
                build_one(Kind::Sheets, build)?,
            ))
        },
    )?;
    Ok(Engines {
        threads,
        single,
        sheets,
    })
}

impl Build<'_> {
    /// Where what is built lies.
    fn home(self) -> PathBuf {
        target(&format!("engine/{}{}", self.profile, self.feature))
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Threads => "threads",
            Self::Single => "single",
            Self::Sheets => "sheets",
        }
    }

    /// Name of the module and its script.
    fn module(self) -> &'static str {
        match self {
            Self::Threads | Self::Single => "engine",
            Self::Sheets => "sheets",
        }
    }

    /// What wasm-bindgen makes: a module that others load, or a script to stand in one file with
    /// what uses it.
    fn script(self) -> &'static str {
        match self {
            Self::Threads | Self::Single => "web",
            Self::Sheets => "no-modules",
        }
    }

    fn is_engine(self) -> bool {
        matches!(self, Self::Threads | Self::Single)
    }

    fn package(self) -> &'static str {
        match self {
            Self::Threads | Self::Single => "cuvette-worker",
            Self::Sheets => "cuvette-sheets-worker",
        }
    }

    fn sources(self) -> Vec<&'static str> {
        let own: &[&str] = match self {
            Self::Threads | Self::Single => &ENGINE_SOURCES,
            Self::Sheets => &SHEETS_SOURCES,
        };
        [SOURCES.as_slice(), own].concat()
    }

    /// Two builds with the same flags share what they use.
    fn cargo_target(self) -> PathBuf {
        target(match self {
            Self::Threads => "engine-threads",
            Self::Single | Self::Sheets => "engine-single",
        })
    }

    fn rust_flags(self) -> Vec<&'static str> {
        match self {
            Self::Sheets => vec!["-Ctarget-feature=+simd128"],
            Self::Single => [&["-Ctarget-feature=+simd128"], NAMED.as_slice()].concat(),
            Self::Threads => {
                let features = "-Ctarget-feature=+simd128,+atomics,+bulk-memory,+mutable-globals";
                [&[features], NAMED.as_slice(), &SHARED_MEMORY].concat()
            }
        }
    }
}

fn build_one(kind: Kind, build: Build) -> Result<PathBuf> {
    let home = build.home();
    let stamp = home.join(format!("{}.stamp", kind.name()));
    let sources = sources_hash(kind)?;
    if let Some(folder) = built_from(&stamp, &sources, &home) {
        println!("· {} ({}): unchanged", kind.module(), kind.name());
        return Ok(folder);
    }
    let what = format!(
        "{} ({}): compile, bind, optimize; a few minutes the first time",
        kind.module(),
        kind.name()
    );
    step(&what, || {
        compile(kind, build)?;
        let folder = package(kind, build.profile, &home)?;
        let name = files::relative(&folder, &home);
        fs::write(&stamp, format!("{sources}\n{name}\n"))?;
        Ok(folder)
    })
}

fn sources_hash(kind: Kind) -> Result<String> {
    let contents = files::sources_hash(&kind.sources())?;
    let flags = kind.rust_flags().join(" ");
    Ok(files::short_hash(format!("{contents} {flags}").as_bytes()))
}

/// The folder an earlier run made of exactly these sources, if it is still there.
fn built_from(stamp: &Path, sources: &str, home: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(stamp).ok()?;
    let (hash, name) = text.trim_end().split_once('\n')?;
    let folder = home.join(name);
    (hash == sources && folder.is_dir()).then_some(folder)
}

fn compile(kind: Kind, build: Build) -> Result<()> {
    let mut cargo = command("cargo");
    cargo
        .args(["build", "--quiet", "--locked", "-p", kind.package()])
        .args(["--target", TARGET])
        .arg(format!("--profile=engine-{}", build.profile))
        .arg("--target-dir")
        .arg(kind.cargo_target());
    if let Kind::Threads | Kind::Single = kind {
        cargo.args(["--features", build.feature]);
    }
    compiler::set_flags(&mut cargo, build.profile, &kind.rust_flags())?;
    // The standard library as shipped has no atomics. A release builds it small for both engines:
    // what sorts much has sorts of its own (docs/adr/005-engine-profile.md).
    if matches!(kind, Kind::Threads) || build.profile == compiler::RELEASE {
        compiler::rebuild_std(&mut cargo)
            .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
    }
    run(&mut cargo)
}

/// Binds and optimizes what cargo built, and names the folder after its content.
fn package(kind: Kind, profile: &str, home: &Path) -> Result<PathBuf> {
    let module = kind.module();
    let built = format!("{}.wasm", kind.package().replace('-', "_"));
    let raw = kind
        .cargo_target()
        .join(format!("{TARGET}/engine-{profile}/{built}"));
    let work = home.join(format!("{}-new", kind.name()));
    files::fresh_folder(&work)?;
    let bindgen = output(
        command("wasm-bindgen")
            .args([
                "--target",
                kind.script(),
                "--no-typescript",
                "--no-demangle",
            ])
            .args(["--out-name", module])
            .arg("--out-dir")
            .arg(&work)
            .arg(&raw),
    );
    bindgen.with_context(|| raw.display().to_string())?;
    let wasm = work.join(format!("{module}_bg.wasm"));
    if kind.is_engine() {
        check_vectors(&fs::read(&wasm)?)?;
        let steps = work.join("steps.wasm");
        split_off_steps(&wasm, &steps)?;
        optimize(&steps, profile)?;
    }
    optimize(&wasm, profile)?;
    let script = work.join(format!("{module}.js"));
    let binding = fs::read_to_string(&script)?;
    let worker = fs::read_to_string(root().join(format!("www/{module}-worker.js")))?;
    match kind {
        Kind::Threads | Kind::Single => {
            fs::write(&script, binding + TELL_OF_TRAPS)?;
            fs::write(work.join("worker.js"), worker)?;
        }
        Kind::Sheets => {
            fs::remove_file(&script)?;
            fs::write(work.join("worker.js"), binding + &worker)?;
        }
    }

    for path in files::below(&work)? {
        compiler::check_module(&path, profile)?;
    }

    let folder = home.join(format!("{}-{}", kind.name(), files::folder_hash(&work)?));
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::rename(&work, &folder)?;
    Ok(folder)
}

/// What is released is optimized as far as it goes, which takes five times as long.
fn optimize(wasm: &Path, profile: &str) -> Result<()> {
    let level = if profile == compiler::RELEASE {
        "-O3"
    } else {
        "-O1"
    };
    let mut optimizer = command("wasm-opt");
    run(optimizer.arg(level).arg(wasm).arg("-o").arg(wasm))
}

/// Divides an engine: what opening a file needs, and in a module beside it, what the steps need.
fn split_off_steps(engine: &Path, steps: &Path) -> Result<()> {
    let halves = split::split(&fs::read(engine)?, can_wait, LOADS_STEPS)?;
    println!(
        "  {} functions are in the second half, {} of them called by the first",
        halves.n_moved, halves.n_stubs
    );
    fs::write(engine, halves.first)?;
    Ok(fs::write(steps, halves.second)?)
}

/// Whether the first half can do without a function.
fn can_wait(name: &str) -> bool {
    // A name begins with where its function is written, after the crate's number: what follows are
    // the types that it was made for.
    let place = name
        .split_once("Cs")
        .and_then(|(_, rest)| rest.split_once('_'));
    place.is_some_and(|(_, place)| {
        CAN_WAIT.iter().any(|module| place.starts_with(module))
            && !CANNOT_WAIT.iter().any(|part| place.contains(part))
    })
}

/// Fails where no kernel multiplies four numbers at once: the build is then some times slower, and
/// nothing else would show it.
fn check_vectors(module: &[u8]) -> Result<()> {
    /// The instruction `f32x4.mul`.
    const MULTIPLY_FOUR: [u8; 3] = [0xfd, 0xe6, 0x01];
    let n_found = module
        .windows(MULTIPLY_FOUR.len())
        .filter(|bytes| *bytes == MULTIPLY_FOUR)
        .count();
    // The inner loop of products has eight of them; so short a sequence may stand elsewhere by chance.
    if n_found < 8 {
        bail!("the kernels are not vectorized: cuvette-worker must be built with opt-level 3");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_without_vector_instructions_is_refused() {
        assert!(check_vectors(&[0xfd, 0xe6, 0x01].repeat(8)).is_ok());
        assert!(check_vectors(&[0xfd, 0xe5, 0x01].repeat(100)).is_err());
        assert!(check_vectors(&[]).is_err());
    }

    #[test]
    fn what_is_written_in_a_step_can_wait_and_what_is_made_for_it_cannot() {
        let written = "_RNvNtNtCs1a_12cuvette_core8analyses7perturb3run";
        let of_a_type = "_RNvMs0_NtNtCs1a_12cuvette_core5stats6forestNtB5_4Tree4grow";
        let made_for_it =
            "_RINvNtCs2b_4core3ptr13drop_in_placeNtNtCs1a_12cuvette_core8analyses3LogE";
        let at_once = "_RNvNtNtCs1a_12cuvette_core8analyses6opened7figures";
        assert!(can_wait(written) && can_wait(of_a_type));
        assert!(!can_wait(made_for_it) && !can_wait(at_once) && !can_wait("memcpy"));
    }

    #[test]
    fn every_source_exists() {
        for kind in [Kind::Threads, Kind::Sheets] {
            for source in kind.sources() {
                assert!(root().join(source).exists(), "{source}");
            }
        }
    }

    #[test]
    fn only_the_threaded_build_asks_for_atomics_and_both_for_simd() {
        assert!(Kind::Threads.rust_flags()[0].contains("+atomics"));
        assert!(!Kind::Single.rust_flags()[0].contains("+atomics"));
        for kind in [Kind::Threads, Kind::Single, Kind::Sheets] {
            assert!(kind.rust_flags()[0].contains("+simd128"));
        }
    }
}
