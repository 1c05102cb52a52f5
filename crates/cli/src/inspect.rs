//! `cuvette inspect`: what files are, as the importer sees them.

use std::{
    fmt::Write as _,
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

use cuvette_core::report::ImportReport;
use cuvette_engine::{HEAD_BYTES, TAIL_BYTES, recipe::Input, report_text};
use cuvette_formats::{FileInfo, ImportOptions};
use serde_json::json;

use crate::{
    args::Inspect,
    failure::{Failure, words},
    inputs::{self, ReadInput},
};

/// The reports of all files, and whether all could be read.
pub fn inspect(arguments: &Inspect) -> (String, bool) {
    let options = ImportOptions {
        sheet: arguments.sheet.clone(),
        ..ImportOptions::default()
    };
    let mut text = String::new();
    let mut all_read = true;
    for (index, path) in arguments.files.iter().enumerate() {
        // Each file has an engine of its own, so that one matrix at a time is in memory.
        let engine = crate::engine::new(rayon::current_num_threads());
        let read = inputs::read(&engine, &unnamed_input(&options), path, &|_, _| {});
        all_read &= read.is_ok();
        if arguments.json {
            let _ = writeln!(text, "{}", as_one_line(path, &read));
            continue;
        }
        if index > 0 {
            text.push('\n');
        }
        match read {
            Ok(read) => text.push_str(&as_text(&read)),
            Err(failure) => {
                // What the first look found stands beside what stopped the reading.
                match first_look(path) {
                    Some(mut report) => {
                        // The error follows; as a finding it may have further places.
                        let code = &failure.report().code;
                        report
                            .findings
                            .retain(|finding| finding.code != *code || finding.places.len() > 1);
                        text.push_str(&report_text(&file_name(path), &report));
                    }
                    None => {
                        let _ = writeln!(text, "{}", path.display());
                    }
                }
                let _ = writeln!(text, "\n{}", words("error", failure.report()));
            }
        }
    }
    (text, all_read)
}

const NAME: &str = "file";

fn unnamed_input(options: &ImportOptions) -> Input {
    Input {
        name: NAME.into(),
        file: String::new(),
        kind: None,
        import: options.clone(),
        fingerprint: None,
    }
}

fn as_text(read: &ReadInput) -> String {
    let report = report_text(&file_name(&read.path), &read.state.report);
    let [n_rows, n_columns] = read.state.shape;
    format!(
        "{report}\n{}, {n_rows} × {n_columns}, {:.1} MB in memory, read in {:.2} s\n\
         SHA-256 of the file {}\n{}",
        read.state.kind.label(),
        read.state.memory_bytes as f64 / 1e6,
        read.seconds,
        read.fingerprint.bytes,
        match read.fingerprint.matrix.as_str() {
            "" => String::new(),
            print => format!("SHA-256 of the numbers {print}\n"),
        }
    )
}

/// What the two ends of a file show; nothing where it is no table at all.
fn first_look(path: &Path) -> Option<ImportReport> {
    let mut file = File::open(path).ok()?;
    let info = FileInfo {
        name: file_name(path),
        size_bytes: file.metadata().ok()?.len(),
    };
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    (&mut file)
        .take(HEAD_BYTES as u64)
        .read_to_end(&mut head)
        .ok()?;
    let n_rest = info.size_bytes.saturating_sub(head.len() as u64);
    let from = info.size_bytes - n_rest.min(TAIL_BYTES as u64);
    file.seek(SeekFrom::Start(from)).ok()?;
    file.read_to_end(&mut tail).ok()?;
    let tail = (!tail.is_empty()).then_some(tail.as_slice());
    let preview = cuvette_formats::preview(&info, &head, tail, None, &ImportOptions::default());
    Some(preview.ok()?.report)
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

fn as_one_line(path: &Path, read: &Result<ReadInput, Failure>) -> serde_json::Value {
    match read {
        Ok(read) => json!({
            "file": path,
            "kind": read.state.kind,
            "shape": read.state.shape,
            "fingerprint": read.fingerprint,
            "memory_bytes": read.state.memory_bytes,
            "report": read.state.report,
            "sample_columns": read.state.sample_columns,
            "gene_columns": read.state.gene_columns,
        }),
        Err(failure) => json!({
            "file": path,
            "error": failure.report(),
            "report": first_look(path),
        }),
    }
}
