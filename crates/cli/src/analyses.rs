//! `cuvette analyses`: what there is to run.

use std::fmt::Write as _;

use cuvette_core::analyses::{AnalysisId, Meta};
use cuvette_engine::recipe::check::nearest;
use serde_json::{Value, json};

use crate::failure::Failure;

/// The list of analyses, or one of them in full.
pub fn describe(id: Option<&str>, as_json: bool) -> Result<String, Failure> {
    let Some(name) = id else {
        return Ok(if as_json { list_as_json() } else { list() });
    };
    let Some(id) = AnalysisId::from_name(name) else {
        let names = AnalysisId::ALL.iter().map(|id| id.meta().id);
        let hint = match nearest(name, names) {
            Some(word) => format!("did you mean {word}?"),
            None => "`cuvette analyses` lists all".into(),
        };
        return Err(Failure::usage(
            format!("there is no analysis {name:?}"),
            Some(hint),
        ));
    };
    if as_json {
        return Ok(pretty(&entry(id)));
    }
    Ok(describe_one(id))
}

fn list() -> String {
    let width = AnalysisId::ALL
        .iter()
        .map(|id| id.meta().id.len())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    let mut group = None;
    for id in AnalysisId::ALL {
        let meta = id.meta();
        if group != Some(meta.group) {
            group = Some(meta.group);
            let separator = if text.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{separator}{}", group_title(meta));
        }
        let _ = writeln!(text, "  {:width$}  {}", meta.id, meta.help);
    }
    text
}

fn group_title(meta: &Meta) -> String {
    let word = serde_json::to_value(meta.group).unwrap_or_default();
    let word = word.as_str().unwrap_or_default();
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

fn list_as_json() -> String {
    pretty(&AnalysisId::ALL.iter().map(|id| entry(*id)).collect())
}

fn entry(id: AnalysisId) -> Value {
    let meta = id.meta();
    json!({
        "id": meta.id,
        "title": meta.title,
        "help": meta.help,
        "group": meta.group,
        "reads": meta.reads,
        "citations": meta.citations,
        "schema": id.schema(),
    })
}

fn describe_one(id: AnalysisId) -> String {
    let meta = id.meta();
    let mut text = format!("{} ({})\n  {}\n", meta.id, meta.title, meta.help);
    let _ = writeln!(text, "  reads: {}", meta.reads.join(", "));
    for citation in meta.citations {
        let _ = writeln!(text, "  cite: {citation}");
    }
    let schema = Value::from(id.schema());
    let empty = serde_json::Map::new();
    let fields = schema["properties"].as_object().unwrap_or(&empty);
    if fields.is_empty() {
        text.push_str("\nno parameters\n");
    } else {
        text.push_str("\nparameters\n");
    }
    for (name, field) in fields {
        describe_field(&mut text, name, field);
    }
    let _ = write!(text, "\nJSON schema of the parameters\n{}", pretty(&schema));
    text
}

fn describe_field(text: &mut String, name: &str, field: &Value) {
    let default = &field["default"];
    let _ = write!(text, "  {name}");
    if !default.is_null() {
        let _ = write!(text, " = {default}");
    }
    if let Some(range) = allowed(field) {
        let _ = write!(text, "   ({range})");
    }
    text.push('\n');
    let title = field["title"].as_str().map(str::to_owned);
    let description = field["description"].as_str().unwrap_or_default();
    for line in title.iter().map(String::as_str).chain(description.lines()) {
        if !line.is_empty() {
            let _ = writeln!(text, "      {line}");
        }
    }
}

/// What the schema says about values: words to choose from, or a range.
fn allowed(field: &Value) -> Option<String> {
    let words = field["enum"].as_array().cloned().or_else(|| {
        let cases = field["oneOf"].as_array()?;
        cases
            .iter()
            .map(|case| case.get("const").cloned())
            .collect()
    });
    if let Some(words) = words {
        let words: Vec<String> = words.iter().map(Value::to_string).collect();
        return Some(words.join(", "));
    }
    let bound = |name: &str| field[name].as_f64();
    match (bound("minimum"), bound("maximum")) {
        (Some(low), Some(high)) => Some(format!("{low} to {high}")),
        (Some(low), None) => Some(format!("{low} or more")),
        (None, Some(high)) => Some(format!("up to {high}")),
        (None, None) => field["type"].as_str().map(str::to_owned),
    }
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
