//! What a link tells whoever reads it: shown before it is sent.

use cuvette_core::analyses::AnalysisId;
use serde_json::Value;

use super::Linked;
use crate::{recipe::data_parameters, shown::shown_names};

/// Every file name, title and free text in the recipe, once each, in order; then the names of
/// annotations, genes and samples in what says how results are shown.
///
/// Parameters can hold names of samples and genes. Whether a text is one cannot be known without
/// the file, so every text is listed that is no word of the analysis itself and no name of a step.
pub fn reveals(linked: &Linked) -> Vec<String> {
    let recipe = &linked.recipe;
    let mut found: Vec<String> = Vec::new();
    found.push(recipe.title.clone());
    for input in &recipe.inputs {
        found.push(input.file.clone());
        let import = serde_json::to_value(&input.import).unwrap_or_default();
        for option in [
            "id_column",
            "annotation_columns",
            "ignored_columns",
            "missing",
        ] {
            texts(&import[option], &mut found);
        }
    }
    for step in &recipe.steps {
        let with = Value::Object(step.with.clone());
        let analysis = AnalysisId::from_name(&step.run);
        let schema = analysis.map_or(Value::Null, |id| Value::from(id.schema()));
        let references = analysis.map_or_else(Vec::new, |id| data_parameters(id, &with));
        let mut in_step = Vec::new();
        texts(&with, &mut in_step);
        let words = words_of(&schema);
        in_step.retain(|text| {
            !words.contains(text) && !references.iter().any(|reference| reference.name == *text)
        });
        found.extend(in_step);
    }
    found.extend(shown_names(&linked.shown));
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|text| !text.is_empty() && seen.insert(text.clone()));
    found
}

/// All texts inside a value, keys of objects aside.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, found)),
        _ => {}
    }
}

/// All words that the schema fixes (`enum`, `const`).
fn words_of(schema: &Value) -> Vec<String> {
    let mut words = Vec::new();
    match schema {
        Value::Object(fields) => {
            for (key, value) in fields {
                if key == "enum" || key == "const" {
                    texts(value, &mut words);
                } else {
                    words.extend(words_of(value));
                }
            }
        }
        Value::Array(items) => words.extend(items.iter().flat_map(words_of)),
        _ => {}
    }
    words
}
