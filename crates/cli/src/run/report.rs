//! `report.json`: what was run on what, with warnings, times and fingerprints.

use std::{collections::BTreeMap, path::Path};

use cuvette_engine::{protocol::StepStatus, recipe::Recipe};
use serde_json::{Value, json};

use super::TimedStep;
use crate::{failure::Failure, inputs::ReadInput};

/// All that stands in the report.
pub struct Report<'a> {
    /// What was run.
    pub recipe: &'a Recipe,
    /// Threads that worked.
    pub n_threads: usize,
    /// The files read.
    pub inputs: &'a [ReadInput],
    /// The steps, in their order.
    pub steps: &'a [TimedStep],
    /// Names of the files written, by step.
    pub files: &'a BTreeMap<String, Vec<String>>,
    /// The whole run.
    pub seconds: f64,
}

impl Report<'_> {
    /// Writes it into the folder of results.
    pub fn write(&self, folder: &Path) -> Result<(), Failure> {
        let path = folder.join("report.json");
        let report = json!({
            "cuvette": env!("CARGO_PKG_VERSION"),
            "recipe": self.recipe,
            "threads": self.n_threads,
            "seconds": self.seconds,
            "inputs": self.inputs.iter().map(input).collect::<Vec<_>>(),
            "steps": self.steps.iter().map(|step| self.step(step)).collect::<Vec<_>>(),
        });
        let text = serde_json::to_string_pretty(&report).unwrap_or_default();
        std::fs::write(&path, text + "\n")
            .map_err(|error| Failure::file("the report cannot be written", &path, &error))
    }

    fn step(&self, step: &TimedStep) -> Value {
        let state = &step.state;
        let mut entry = json!({
            "id": state.id,
            "seconds": step.seconds,
            "warnings": state.warnings,
            "files": self.files.get(&state.id).map_or(&[][..], Vec::as_slice),
        });
        let more = match &state.status {
            StepStatus::Ready(result) => json!({
                "status": "ready",
                "shape": result.shape,
                "hash": result.hash,
                "note": result.note,
            }),
            StepStatus::Failed(error) => json!({ "status": "failed", "error": error }),
            StepStatus::Blocked { by } => json!({ "status": "blocked", "by": by }),
            StepStatus::Off => json!({ "status": "off" }),
        };
        if let (Value::Object(entry), Value::Object(more)) = (&mut entry, more) {
            entry.extend(more);
        }
        entry
    }
}

fn input(read: &ReadInput) -> Value {
    json!({
        "name": read.state.name,
        "file": super::file_name(&read.path),
        "kind": read.state.kind,
        "shape": read.state.shape,
        "fingerprint": read.fingerprint,
        "same_as_in_recipe": read.sameness,
        "seconds": read.seconds,
        "report": read.state.report,
    })
}
