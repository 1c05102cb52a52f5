//! `cuvette inspect`: what files are, as the importer sees them.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use cuvette_engine::{
    Engine,
    protocol::{Answer, ExportWhat, Request, RequestBody},
    recipe::Input,
};
use serde_json::json;

use crate::{
    engine::ask,
    failure::{Failure, words},
    inputs::{self, ReadInput},
};

/// The reports of all files, and whether all could be read.
pub fn inspect(files: &[PathBuf], as_json: bool) -> (String, bool) {
    let mut text = String::new();
    let mut all_read = true;
    for (index, path) in files.iter().enumerate() {
        // Each file has an engine of its own, so that one matrix at a time is in memory.
        let engine = Engine::new(env!("CARGO_PKG_VERSION"), rayon::current_num_threads());
        let read = inputs::read(&engine, &unnamed_input(), path, &|_, _| {});
        all_read &= read.is_ok();
        if as_json {
            let _ = writeln!(text, "{}", as_one_line(path, &read));
            continue;
        }
        if index > 0 {
            text.push('\n');
        }
        match read {
            Ok(read) => text.push_str(&as_text(&engine, &read)),
            Err(failure) => {
                let _ = writeln!(
                    text,
                    "{}\n{}",
                    path.display(),
                    words("error", failure.report())
                );
            }
        }
    }
    (text, all_read)
}

const NAME: &str = "file";

fn unnamed_input() -> Input {
    Input {
        name: NAME.into(),
        file: String::new(),
        kind: None,
        import: cuvette_formats::ImportOptions::default(),
        fingerprint: None,
    }
}

fn as_text(engine: &Engine, read: &ReadInput) -> String {
    let request = Request {
        id: 1,
        body: RequestBody::Export {
            what: ExportWhat::Report { of: NAME.into() },
        },
    };
    let report = match ask(engine, &request) {
        Ok((Answer::File { .. }, Some(bytes))) => String::from_utf8_lossy(&bytes).into_owned(),
        _ => String::new(),
    };
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
        Err(failure) => json!({ "file": path, "error": failure.report() }),
    }
}
