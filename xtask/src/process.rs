//! Running other programs, and saying so.

use std::io::{BufRead, BufReader};
use std::panic::resume_unwind;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// Runs `command` to its end, with its output shown; an error when it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("could not start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Standard output of `command`; an error, with what it wrote to standard error, when it fails.
pub fn output(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not start `{shown}`"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{shown}` failed ({}):\n{said}", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs `command`, hands each line of its standard output to `on_line`, and says whether it
/// succeeded. Standard error is shown as it comes.
pub fn each_line(command: &mut Command, mut on_line: impl FnMut(&str)) -> Result<bool> {
    let shown = shown(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start `{shown}`"))?;
    let stdout = child.stdout.take().context("a piped output")?;
    for line in BufReader::new(stdout).split(b'\n') {
        on_line(&String::from_utf8_lossy(&line?));
    }
    Ok(child.wait()?.success())
}

/// Whether `command` can be started and succeeds; its output is thrown away.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Does `work` between a line that says what it is and a line that says how long it took. `what`
/// begins with a name, and a colon or semicolon; steps may run side by side.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("· {what}");
    let start = Instant::now();
    let result = work().with_context(|| what.to_owned())?;
    let name = what.split([':', ';']).next().unwrap_or(what);
    println!("  {name}: {:.1} s", start.elapsed().as_secs_f64());
    Ok(result)
}

/// Does two things side by side; the error of the first counts where both fail.
pub fn both<A, B: Send>(
    first: impl FnOnce() -> Result<A>,
    second: impl FnOnce() -> Result<B> + Send,
) -> Result<(A, B)> {
    thread::scope(|scope| {
        let second = scope.spawn(second);
        let first = first();
        let second = second.join().unwrap_or_else(|panic| resume_unwind(panic));
        Ok((first?, second?))
    })
}

fn shown(command: &Command) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    let arguments = command.get_args().map(|word| word.to_string_lossy());
    std::iter::once(program.into())
        .chain(arguments)
        .collect::<Vec<_>>()
        .join(" ")
}
