//! `cuvette run`: a recipe on files, into a folder.

mod files;
mod pictures;
mod progress;
mod report;

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use cuvette_engine::{
    Engine, Message,
    protocol::{ReplyBody, Request, RequestBody, StepState, StepStatus},
    recipe::{Recipe, check},
};

use crate::{
    args::Run,
    engine::ask_and_listen,
    failure::{Failure, words},
    inputs::{self, ReadInput},
    recipe,
};
use files::Writer;
use progress::Progress;

/// A step that was told of, and how long it took.
struct TimedStep {
    state: StepState,
    seconds: f64,
}

/// Runs the recipe. True where every step that is on gave a result.
pub fn run(arguments: &Run) -> Result<bool, Failure> {
    let start = Instant::now();
    let n_threads = start_threads(arguments.threads)?;
    let loaded = recipe::load(&arguments.recipe)?;
    let recipe = loaded.recipe;
    check::check_names(&recipe).map_err(|error| Failure::failed((&error).into()))?;
    let located = inputs::locate(&recipe, &arguments.inputs, &loaded.folder)?;
    std::fs::create_dir_all(&arguments.out)
        .map_err(|error| Failure::file("the folder cannot be made", &arguments.out, &error))?;

    let engine = crate::engine::new(n_threads);
    let progress = Progress::new(arguments.quiet);
    let mut read = Vec::new();
    for (input, path) in located {
        let on_bytes = |done, total| progress.show(&input.name, done, total, "bytes");
        let one = inputs::read(&engine, input, &path, &on_bytes)?;
        progress.clear();
        tell_input(&one, input, arguments.quiet);
        read.push(one);
    }
    let steps = evaluate(&engine, &recipe, &progress)?;
    let mut writer = Writer::new(&arguments.out, &arguments.plots, loaded.shown)?;
    let mut all_ready = true;
    for step in &steps {
        writer.write_step(&engine, &step.state)?;
        all_ready &= tell_step(step, &recipe, arguments.quiet);
    }
    let report = report::Report {
        recipe: &recipe,
        n_threads,
        inputs: &read,
        steps: &steps,
        files: &writer.files,
        seconds: start.elapsed().as_secs_f64(),
    };
    report.write(&arguments.out)?;
    if !arguments.quiet {
        let n_files = writer.n_files() + 1;
        let files = if n_files == 1 { "file" } else { "files" };
        println!("{n_files} {files} in {}", arguments.out.display());
    }
    Ok(all_ready)
}

fn start_threads(asked: Option<u16>) -> Result<usize, Failure> {
    let n_threads = asked.map_or(0, usize::from);
    rayon::ThreadPoolBuilder::new()
        .num_threads(n_threads)
        .build_global()
        .map_err(|error| {
            Failure::usage(
                format!("{n_threads} threads cannot be started: {error}"),
                None,
            )
        })?;
    Ok(rayon::current_num_threads())
}

/// Brings all steps up to date, with the time between one and the next.
fn evaluate(
    engine: &Engine,
    recipe: &Recipe,
    progress: &Progress,
) -> Result<Vec<TimedStep>, Failure> {
    let told = Mutex::new((Instant::now(), Vec::new()));
    let listen = |message: Message| match message.reply.body {
        ReplyBody::Progress {
            of,
            done,
            total,
            unit,
            ..
        } => progress.show(&of, done, total, &unit),
        ReplyBody::Step(state) => {
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            let seconds = told.0.elapsed().as_secs_f64();
            told.0 = Instant::now();
            told.1.push(TimedStep {
                state: *state,
                seconds,
            });
        }
        _ => {}
    };
    let request = Request {
        id: 1,
        body: RequestBody::Evaluate {
            recipe: recipe.clone(),
        },
    };
    let answered = ask_and_listen(engine, &request, &listen);
    progress.clear();
    answered?;
    let (_, steps) = told.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(steps)
}

fn tell_input(read: &ReadInput, input: &cuvette_engine::recipe::Input, quiet: bool) {
    if quiet {
        return;
    }
    let [n_rows, n_columns] = read.state.shape;
    let n_findings = read.state.report.findings.len();
    println!(
        "{}: {}, {n_rows} × {n_columns}, {:.2} s, {n_findings} {}",
        input.name,
        read.state.kind.label(),
        read.seconds,
        if n_findings == 1 {
            "finding"
        } else {
            "findings"
        }
    );
    if let Some(sentence) = inputs::difference(input, read) {
        eprintln!("warning: {sentence}");
    }
}

/// Tells how a step stands. False where it is on and gave nothing.
fn tell_step(step: &TimedStep, recipe: &Recipe, quiet: bool) -> bool {
    let id = &step.state.id;
    if !quiet {
        for warning in &step.state.warnings {
            eprintln!("warning: {id}: {}", warning.message);
        }
    }
    match &step.state.status {
        StepStatus::Ready(result) => {
            if !quiet {
                let run = recipe.steps.iter().find(|step| step.id == *id);
                let run = run.map_or("", |step| step.run.as_str());
                println!("{id}: {run}, {:.2} s. {}", step.seconds, result.note);
            }
            true
        }
        StepStatus::Off => true,
        StepStatus::Failed(report) => {
            eprintln!("{}", words(&format!("error: step {id}"), report));
            false
        }
        StepStatus::Blocked { by } => {
            eprintln!("error: step {id} waits for {}", by.join(", "));
            false
        }
    }
}

/// The name of a path's file for messages and reports.
fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
