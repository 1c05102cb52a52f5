//! What a field can name: data sets, tables, and their columns.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::Edited;
use crate::state::{
    App,
    schema::{Choice, Columns},
};

/// Choices that are what they are called.
pub fn named(names: Vec<String>) -> Vec<Choice> {
    names
        .into_iter()
        .map(|name| Choice {
            value: json!(name),
            label: name,
            help: String::new(),
        })
        .collect()
}

/// Everything a parameter can name: inputs and steps before this one, and their tables.
pub fn data_names(edited: Edited) -> Vec<String> {
    let recipe = edited.app.recipe();
    let id = edited.step.get_value();
    let earlier = recipe.steps.iter().take_while(|step| step.id != id);
    let inputs = recipe.inputs.iter().map(|input| input.name.clone());
    inputs.chain(earlier.map(|step| step.id.clone())).collect()
}

/// Annotation columns of what a step reads, or of what a field of it names.
pub fn column_names(edited: Edited, columns: &Columns) -> Vec<String> {
    let recipe = edited.app.recipe();
    let id = edited.step.get_value();
    let Some(step) = recipe.steps.iter().find(|step| step.id == id) else {
        return Vec::new();
    };
    let source = match columns {
        Columns::Of(field) => step
            .with
            .get(field)
            .and_then(Value::as_str)
            .map(str::to_string),
        Columns::Samples | Columns::Genes => step.of.first().cloned(),
    };
    let Some(source) = source else {
        return Vec::new();
    };
    // A table that this step attaches brings its columns along.
    let attached = step
        .of
        .iter()
        .skip(1)
        .filter(|_| !matches!(columns, Columns::Of(_)));
    let mut names = Vec::new();
    for source in std::iter::once(&source).chain(attached) {
        for name in columns_of(edited.app, source, columns) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// The annotations of an input or step.
pub fn columns_of(app: App, source: &str, columns: &Columns) -> Vec<String> {
    let pick = |samples: &[String], genes: &[String]| match columns {
        Columns::Samples => samples.to_vec(),
        Columns::Genes => genes.to_vec(),
        Columns::Of(_) => [samples, genes].concat(),
    };
    let of_input = app.inputs.with(|inputs| {
        let state = &inputs.get(source)?.state;
        Some(pick(&state.sample_columns, &state.gene_columns))
    });
    let of_step = || {
        app.steps.with(|steps| {
            let result = crate::state::result_of(steps.get(source)?)?;
            Some(pick(&result.sample_columns, &result.gene_columns))
        })
    };
    of_input.or_else(of_step).unwrap_or_default()
}
