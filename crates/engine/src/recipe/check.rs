//! Checking a recipe against the catalogue, before any data are there.

use std::collections::BTreeSet;

use cuvette_core::{
    analyses::{AnalysisId, Request},
    dataset::NameIndex,
};
use serde_json::{Map, Value};

use super::{Recipe, RecipeError, Step, VERSION, data_parameters};

/// A name that a step reads: an input, a step, or a table of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// As written: `metrics.genes`.
    pub written: String,
    /// Name of the input or step: `metrics`.
    pub node: String,
    /// Name of the table: `genes`.
    pub table: Option<String>,
}

/// A step whose analysis, parameters and names are known to be right.
#[derive(Debug, Clone)]
pub struct CheckedStep {
    /// The analysis with its parameters.
    pub request: Request,
    /// What stands in `of`.
    pub reads: Vec<Source>,
    /// What parameters name.
    pub references: Vec<Source>,
}

/// Checks what concerns the whole recipe: version, names, and that they are unique.
pub fn check_names(recipe: &Recipe) -> Result<(), RecipeError> {
    if recipe.cuvette == 0 || recipe.cuvette > VERSION {
        return Err(RecipeError::Version {
            found: recipe.cuvette,
            known: VERSION,
        });
    }
    let mut all: Vec<&str> = names(recipe).collect();
    if let Some(&name) = all.iter().find(|name| !is_name(name)) {
        return Err(RecipeError::Name { name: name.into() });
    }
    all.sort_unstable();
    match all.chunk_by(|a, b| a == b).find(|same| same.len() > 1) {
        Some(same) => Err(RecipeError::DuplicateName {
            name: same[0].into(),
            count: same.len(),
        }),
        None => Ok(()),
    }
}

/// Checks every step for itself, so that one mistake leaves the other steps standing.
///
/// The names must have passed [`check_names`].
pub fn check_steps(recipe: &Recipe) -> Vec<Result<CheckedStep, RecipeError>> {
    (0..recipe.steps.len())
        .map(|position| check_step(recipe, position))
        .collect()
}

/// All that is wrong, in the order of the recipe; empty where all is right.
pub fn check(recipe: &Recipe) -> Vec<RecipeError> {
    match check_names(recipe) {
        Err(error) => vec![error],
        Ok(()) => check_steps(recipe)
            .into_iter()
            .filter_map(Result::err)
            .collect(),
    }
}

/// Checks that no step reads what comes after it. The names must have passed [`check_names`].
///
/// Names alone are looked at, so the page, which edits recipes, need not hold what parses the
/// parameters of every analysis.
pub fn check_order(recipe: &Recipe) -> Result<(), RecipeError> {
    for (position, step) in recipe.steps.iter().enumerate() {
        let Some(analysis) = AnalysisId::from_name(&step.run) else {
            continue;
        };
        let references = data_parameters(analysis, &Value::Object(step.with.clone()));
        let reads = step.of.iter().map(|name| (name.as_str(), "of"));
        let references = references.iter().map(|at| (at.name.as_str(), at.field));
        for (name, field) in reads.chain(references) {
            let node = name.split_once('.').map_or(name, |(node, _)| node);
            refuse_later(recipe, position, node, field)?;
        }
    }
    Ok(())
}

/// True for `[a-z][a-z0-9_-]{0,39}`.
pub fn is_name(name: &str) -> bool {
    let is_inner = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    name.len() <= 40
        && name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && name.bytes().all(is_inner)
}

fn names(recipe: &Recipe) -> impl Iterator<Item = &str> {
    let inputs = recipe.inputs.iter().map(|input| input.name.as_str());
    inputs.chain(recipe.steps.iter().map(|step| step.id.as_str()))
}

fn check_step(recipe: &Recipe, position: usize) -> Result<CheckedStep, RecipeError> {
    let step = &recipe.steps[position];
    let analysis =
        AnalysisId::from_name(&step.run).ok_or_else(|| RecipeError::UnknownAnalysis {
            step: step.id.clone(),
            name: step.run.clone(),
            nearest: nearest(&step.run, AnalysisId::ALL.iter().map(|id| id.name())),
        })?;
    let schema = Value::from(analysis.schema());
    let request = check_parameters(step, analysis, &schema)?;
    let source = |written: &str, field: &str| find_source(recipe, position, written, field);
    let reads = step.of.iter().map(|name| source(name, "of"));
    let references = data_parameters(analysis, &request.parameters());
    let references = references.iter().map(|at| source(&at.name, at.field));
    Ok(CheckedStep {
        reads: reads.collect::<Result<_, _>>()?,
        references: references.collect::<Result<_, _>>()?,
        request,
    })
}

/// Parameters as a typed request; an error names the parameter at the top that does not fit.
fn check_parameters(
    step: &Step,
    analysis: AnalysisId,
    schema: &Value,
) -> Result<Request, RecipeError> {
    let no_fields = Map::new();
    let known = schema["properties"].as_object().unwrap_or(&no_fields);
    if let Some(field) = step.with.keys().find(|&field| !known.contains_key(field)) {
        return Err(RecipeError::UnknownParameter {
            step: step.id.clone(),
            analysis: step.run.clone(),
            field: field.clone(),
            nearest: nearest(field, known.keys().map(String::as_str)),
        });
    }
    analysis.request(&step.with).map_err(|error| {
        // The parser does not say which field it was at: every parameter has a default, so each can
        // be tried alone.
        let alone = step.with.iter().find_map(|(field, value)| {
            let with = Map::from_iter([(field.clone(), value.clone())]);
            let error = analysis.request(&with).err()?;
            Some((field.clone(), error.to_string()))
        });
        let (field, message) = alone.unwrap_or_else(|| ("with".into(), error.to_string()));
        RecipeError::Parameter {
            step: step.id.clone(),
            field,
            message,
        }
    })
}

fn find_source(
    recipe: &Recipe,
    position: usize,
    written: &str,
    field: &str,
) -> Result<Source, RecipeError> {
    let (node, table) = match written.split_once('.') {
        Some((node, table)) => (node, Some(table.to_string())),
        None => (written, None),
    };
    let inputs = recipe.inputs.iter().map(|input| input.name.as_str());
    let earlier = recipe.steps[..position].iter().map(|step| step.id.as_str());
    let readable: BTreeSet<&str> = inputs.chain(earlier).collect();
    if readable.contains(node) {
        return Ok(Source {
            written: written.into(),
            node: node.into(),
            table,
        });
    }
    refuse_later(recipe, position, node, field)?;
    Err(RecipeError::UnknownName {
        step: recipe.steps[position].id.clone(),
        field: field.into(),
        name: written.into(),
        nearest: nearest(node, readable.into_iter()),
    })
}

fn refuse_later(
    recipe: &Recipe,
    position: usize,
    node: &str,
    field: &str,
) -> Result<(), RecipeError> {
    let (step, later) = (&recipe.steps[position], &recipe.steps[position..]);
    if later.iter().all(|step| step.id != node) {
        return Ok(());
    }
    Err(RecipeError::Later {
        step: step.id.clone(),
        field: field.into(),
        name: node.into(),
    })
}

/// The nearest of some words, where one is near.
pub fn nearest<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<String> {
    let words: Vec<String> = words.map(Into::into).collect();
    let index = NameIndex::new(&words);
    index.nearest(word, 1).first().map(ToString::to_string)
}

#[cfg(test)]
mod tests;
