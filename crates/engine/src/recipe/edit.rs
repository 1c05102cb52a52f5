//! Edits of a recipe: each takes a recipe and gives another, or says why it cannot be.
//!
//! What an edit gives is in order: names are unique, and no step reads a later one. Parameters may
//! be out of range; the step says so when it is evaluated, and the form shows it at its field.

use cuvette_core::analyses::{AnalysisId, Group};
use serde_json::Value;

use super::{Input, Recipe, RecipeError, Step, check, data_parameters};

/// Adds an input under a new name made from its file's: `counts.tsv.gz` becomes `counts`.
///
/// Gives the recipe and the name.
pub fn add_input(recipe: &Recipe, mut input: Input) -> (Recipe, String) {
    let stem = input.file.split('.').next().unwrap_or_default();
    input.name = free_name(recipe, stem, "data");
    let name = input.name.clone();
    let mut edited = recipe.clone();
    edited.inputs.push(input);
    (edited, name)
}

/// Puts another file in the place of an input; its name stays, so that all steps read it.
pub fn replace_input(recipe: &Recipe, name: &str, input: Input) -> Result<Recipe, RecipeError> {
    let mut edited = recipe.clone();
    let place = edited.inputs.iter_mut().find(|input| input.name == name);
    let place = place.ok_or_else(|| not_there("input", name))?;
    *place = Input {
        name: name.into(),
        ..input
    };
    Ok(edited)
}

/// Adds a step that reads `of`, right below the lowest step it reads, with default parameters.
///
/// Gives the recipe and the name of the step.
pub fn add_step(
    recipe: &Recipe,
    analysis: AnalysisId,
    of: Vec<String>,
) -> Result<(Recipe, String), RecipeError> {
    let run = analysis.name();
    let id = free_name(recipe, run, run);
    let position = of
        .iter()
        .filter_map(|name| step_position(recipe, node(name)).ok())
        .max()
        .map_or(0, |lowest| lowest + 1);
    let mut edited = recipe.clone();
    let step = Step {
        id: id.clone(),
        run: run.into(),
        of,
        with: serde_json::Map::new(),
        off: false,
    };
    edited.steps.insert(position, step);
    in_order(edited).map(|recipe| (recipe, id))
}

/// Takes a step or an input out.
///
/// Steps that read a transform read what it read first, and take over the tables attached to that;
/// anything else that is still read is refused.
pub fn remove(recipe: &Recipe, name: &str) -> Result<Recipe, RecipeError> {
    let mut edited = recipe.clone();
    if let Ok(position) = step_position(recipe, name) {
        let removed = edited.steps.remove(position);
        if let (true, Some((source, tables))) =
            (is_transform(&removed.run), removed.of.split_first())
        {
            hand_on(&mut edited, name, tables);
            replace_reads(&mut edited, |read| (read == name).then(|| source.clone()));
        }
    } else if let Some(position) = recipe.inputs.iter().position(|input| input.name == name) {
        edited.inputs.remove(position);
    } else {
        return Err(not_there("input or step", name));
    }
    match readers(&edited, name).as_slice() {
        [] => Ok(edited),
        readers => Err(RecipeError::Edit {
            message: format!(
                "{name} is read by {}: remove it first, or let it read something else",
                readers.join(", ")
            ),
        }),
    }
}

/// Moves a step to a place among the steps, counted without it.
pub fn move_step(recipe: &Recipe, id: &str, position: usize) -> Result<Recipe, RecipeError> {
    let mut edited = recipe.clone();
    let step = edited.steps.remove(step_position(recipe, id)?);
    let position = position.min(edited.steps.len());
    edited.steps.insert(position, step);
    in_order(edited)
}

/// Switches a step off, or on again.
pub fn set_off(recipe: &Recipe, id: &str, off: bool) -> Result<Recipe, RecipeError> {
    edit_step(recipe, id, |step| {
        step.off = off;
        Ok(())
    })
}

/// Lets a step read something else.
pub fn set_of(recipe: &Recipe, id: &str, of: Vec<String>) -> Result<Recipe, RecipeError> {
    in_order(edit_step(recipe, id, |step| {
        step.of = of;
        Ok(())
    })?)
}

/// Sets a parameter, or leaves it out of the recipe: then it has its default.
///
/// Whether the analysis knows the parameter is said where the step is checked.
pub fn set_parameter(
    recipe: &Recipe,
    id: &str,
    field: &str,
    value: Option<Value>,
) -> Result<Recipe, RecipeError> {
    edit_step(recipe, id, |step| {
        match value {
            Some(value) => step.with.insert(field.into(), value),
            None => step.with.shift_remove(field),
        };
        Ok(())
    })
}

/// Gives an input or step another name, wherever it is read.
pub fn rename(recipe: &Recipe, old: &str, new: &str) -> Result<Recipe, RecipeError> {
    let mut edited = recipe.clone();
    let input = edited.inputs.iter_mut().find(|input| input.name == old);
    let step = edited.steps.iter_mut().find(|step| step.id == old);
    match (input, step) {
        (Some(input), _) => input.name = new.into(),
        (None, Some(step)) => step.id = new.into(),
        (None, None) => return Err(not_there("input or step", old)),
    }
    replace_reads(&mut edited, |read| match read.split_once('.') {
        Some((node, table)) => (node == old).then(|| format!("{new}.{table}")),
        None => (read == old).then(|| new.into()),
    });
    check::check_names(&edited)?;
    Ok(edited)
}

/// Names of the steps that read an input or step.
pub fn readers(recipe: &Recipe, name: &str) -> Vec<String> {
    let reads = |step: &Step| all_reads(step).iter().any(|read| node(read) == name);
    let readers = recipe.steps.iter().filter(|step| reads(step));
    readers.map(|step| step.id.clone()).collect()
}

/// True where later steps can read the data set that the analysis gives.
pub fn is_transform(run: &str) -> bool {
    AnalysisId::from_name(run)
        .is_some_and(|id| matches!(id.group(), Group::Arrange | Group::Transform))
}

/// Attaches tables to the steps that read `name` first, before tables of their own: only the first
/// data set of a step carries tables.
fn hand_on(recipe: &mut Recipe, name: &str, tables: &[String]) {
    let readers = recipe.steps.iter_mut();
    for step in readers.filter(|step| step.of.first().is_some_and(|read| read == name)) {
        let analysis = AnalysisId::from_name(&step.run);
        let n_data = analysis.map_or(1, AnalysisId::n_reads);
        let place = n_data.min(step.of.len());
        let new = tables.iter().filter(|table| !step.of.contains(table));
        let new: Vec<String> = new.cloned().collect();
        step.of.splice(place..place, new);
    }
}

fn edit_step(
    recipe: &Recipe,
    id: &str,
    edit: impl FnOnce(&mut Step) -> Result<(), RecipeError>,
) -> Result<Recipe, RecipeError> {
    let position = step_position(recipe, id)?;
    let mut edited = recipe.clone();
    edit(&mut edited.steps[position])?;
    Ok(edited)
}

fn in_order(recipe: Recipe) -> Result<Recipe, RecipeError> {
    check::check_names(&recipe)?;
    check::check_order(&recipe)?;
    Ok(recipe)
}

/// Everything a step reads, as written: `of`, then parameters that name data.
fn all_reads(step: &Step) -> Vec<String> {
    let mut reads = step.of.clone();
    if let Some(analysis) = AnalysisId::from_name(&step.run) {
        let found = data_parameters(analysis, &Value::Object(step.with.clone()));
        reads.extend(found.into_iter().map(|at| at.name));
    }
    reads
}

fn replace_reads(recipe: &mut Recipe, replacement: impl Fn(&str) -> Option<String>) {
    for step in &mut recipe.steps {
        for read in &mut step.of {
            if let Some(new) = replacement(read) {
                *read = new;
            }
        }
        let Some(analysis) = AnalysisId::from_name(&step.run) else {
            continue;
        };
        let mut with = Value::Object(std::mem::take(&mut step.with));
        for at in data_parameters(analysis, &with) {
            if let (Some(new), Some(place)) = (replacement(&at.name), with.pointer_mut(&at.pointer))
            {
                *place = new.into();
            }
        }
        if let Value::Object(with) = with {
            step.with = with;
        }
    }
}

fn node(read: &str) -> &str {
    read.split_once('.').map_or(read, |(node, _)| node)
}

fn step_position(recipe: &Recipe, id: &str) -> Result<usize, RecipeError> {
    let position = recipe.steps.iter().position(|step| step.id == id);
    position.ok_or_else(|| not_there("step", id))
}

fn not_there(what: &str, name: &str) -> RecipeError {
    RecipeError::Edit {
        message: format!("there is no {what} {name}"),
    }
}

/// A name that is free, made from any text: `Yeast A` becomes `yeast-a`, a second one `yeast-a_2`.
fn free_name(recipe: &Recipe, text: &str, otherwise: &str) -> String {
    const LONGEST: usize = 30;
    let mut base = String::new();
    for letter in text.chars().map(|letter| letter.to_ascii_lowercase()) {
        match letter {
            'a'..='z' => base.push(letter),
            '0'..='9' | '_' | '-' if !base.is_empty() => base.push(letter),
            _ if !base.is_empty() && !base.ends_with('-') => base.push('-'),
            _ => {}
        }
    }
    base.truncate(LONGEST);
    let base = base.trim_end_matches('-');
    let base = if base.is_empty() { otherwise } else { base };
    let is_taken = |name: &str| {
        let is_input = recipe.inputs.iter().any(|input| input.name == name);
        is_input || recipe.steps.iter().any(|step| step.id == name)
    };
    let numbered = (2..).map(|number| format!("{base}_{number}"));
    std::iter::once(base.to_string())
        .chain(numbered)
        .find(|name| !is_taken(name))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
