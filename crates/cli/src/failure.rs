//! Errors as they are told on standard error, and the exit status they give.

use std::{fmt::Write as _, path::Path, process::ExitCode};

use cuvette_engine::protocol::ErrorReport;

/// Why the command ends without success.
#[derive(Debug)]
pub struct Failure {
    status: u8,
    // Boxed: results carry it around, and it is long.
    report: Box<ErrorReport>,
}

impl Failure {
    /// Something that was typed is wrong: status 2.
    pub fn usage(message: impl Into<String>, hint: Option<String>) -> Self {
        Self {
            status: 2,
            report: Box::new(report("usage", message.into(), hint)),
        }
    }

    /// A file that could not be read or written: status 1.
    pub fn file(what: &str, path: &Path, error: &std::io::Error) -> Self {
        let message = format!("{what}: {error}, in {}", path.display());
        Self::failed(report("file", message, None))
    }

    /// An input that cannot be read or a step that gave no result: status 1.
    pub fn failed(report: ErrorReport) -> Self {
        Self {
            status: 1,
            report: Box::new(report),
        }
    }

    /// An answer of the engine to another question than the one asked: status 1.
    pub fn unexpected(found: &str) -> Self {
        let message = format!("the engine gave an unexpected answer: {found}");
        Self::failed(report("reply", message, None))
    }

    /// What is told.
    pub fn report(&self) -> &ErrorReport {
        &self.report
    }

    /// Prints the error and gives the status.
    pub fn tell(&self) -> ExitCode {
        eprintln!("{}", words("error", &self.report));
        ExitCode::from(self.status)
    }
}

impl From<ErrorReport> for Failure {
    fn from(report: ErrorReport) -> Self {
        Self::failed(report)
    }
}

/// An error on its lines: what, where, what to do.
pub fn words(severity: &str, report: &ErrorReport) -> String {
    let mut text = format!("{severity}: {}", report.message);
    if let Some(location) = &report.location {
        let _ = write!(text, "\n  at {location}");
    }
    if let Some(hint) = &report.hint {
        let _ = write!(text, "\n  hint: {hint}");
    }
    for remedy in &report.remedies {
        let _ = write!(
            text,
            "\n  {}: \"import\": {{\"{}\": {}}}",
            remedy.label, remedy.option, remedy.value
        );
    }
    text
}

fn report(code: &str, message: String, hint: Option<String>) -> ErrorReport {
    ErrorReport {
        code: code.into(),
        message,
        hint,
        field: None,
        location: None,
        remedies: Vec::new(),
    }
}
