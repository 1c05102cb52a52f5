//! Edits of the recipe: every one is a step of the history, and one that cannot be says why.

use cuvette_core::analyses::AnalysisId;
use cuvette_engine::recipe::{Input, Recipe, RecipeError, RecipeHistory, Walk, edit};
use leptos::prelude::*;
use serde_json::Value;

use super::App;

impl App {
    /// The recipe as it stands, tracked.
    pub fn recipe(self) -> Recipe {
        self.history.with(|history| history.present().clone())
    }

    /// The recipe as it stands, read once.
    pub fn recipe_now(self) -> Recipe {
        self.history
            .with_untracked(|history| history.present().clone())
    }

    /// Makes an edited recipe the present one, or says why the edit cannot be.
    pub fn apply(self, edited: Result<Recipe, RecipeError>) -> bool {
        match edited {
            Ok(recipe) => {
                self.history.update(|history| history.push(recipe));
                true
            }
            Err(error) => {
                self.complain(error.to_string());
                false
            }
        }
    }

    /// Puts a whole recipe in the place of the present one, with what is shown of it; undo brings
    /// back both.
    pub fn replace(self, recipe: Recipe, shown: &str) {
        let shown_before = untrack(|| self.shown_text());
        self.history
            .update(|history| history.replace(recipe, shown, shown_before));
        self.take_shown(shown);
    }

    /// One step back in the history.
    pub fn undo(self) {
        self.walk(RecipeHistory::undo, "Undone");
    }

    /// One step forth in the history.
    pub fn redo(self) {
        self.walk(RecipeHistory::redo, "Redone");
    }

    fn walk(self, walk: fn(&mut RecipeHistory, &str) -> Walk, said: &str) {
        let shown = untrack(|| self.shown_text());
        let mut walked = Walk::End;
        self.history
            .update(|history| walked = walk(history, &shown));
        if let Walk::Other(shown) = &walked {
            self.take_shown(shown);
        }
        if walked != Walk::End {
            self.keep_selection_valid();
            self.say(said);
        }
    }

    /// Adds an input and gives its name.
    pub fn add_input(self, input: Input) -> String {
        let (recipe, name) = edit::add_input(&self.recipe_now(), input);
        self.apply(Ok(recipe));
        name
    }

    /// Adds a step that reads what its analysis needs: the selected node first, then the latest data
    /// sets of other inputs.
    pub fn add_step(self, analysis: AnalysisId) {
        let of = self.suggested_reads(analysis);
        match edit::add_step(&self.recipe_now(), analysis, of) {
            Ok((recipe, id)) => {
                self.apply(Ok(recipe));
                self.select(&id);
                self.done(format!("Step added: {}", analysis.title()));
                self.propose_table(id);
            }
            Err(error) => self.complain(error.to_string()),
        }
    }

    /// Sets a parameter of a step; `None` is its default.
    pub fn set_parameter(self, id: &str, field: &str, value: Option<Value>) {
        self.apply(edit::set_parameter(&self.recipe_now(), id, field, value));
    }

    /// Sets all parameters of a step to their defaults.
    pub fn reset_parameters(self, id: &str) {
        let mut recipe = self.recipe_now();
        if let Some(step) = recipe.steps.iter_mut().find(|step| step.id == id) {
            step.with.clear();
        }
        self.apply(Ok(recipe));
    }

    /// Lets a step read something else in one place.
    pub fn set_read(self, id: &str, place: usize, name: String) {
        let recipe = self.recipe_now();
        let Some(step) = recipe.steps.iter().find(|step| step.id == id) else {
            return;
        };
        let mut of = step.of.clone();
        match of.get_mut(place) {
            Some(read) => *read = name,
            None => of.push(name),
        }
        of.retain(|read| !read.is_empty());
        self.apply(edit::set_of(&recipe, id, of));
    }

    /// Moves a step up (−1) or down (1).
    pub fn move_step(self, id: &str, by: isize) {
        let recipe = self.recipe_now();
        let place = recipe.steps.iter().position(|step| step.id == id);
        let Some(target) = place.and_then(|place| place.checked_add_signed(by)) else {
            return;
        };
        self.apply(edit::move_step(&recipe, id, target));
    }

    /// Switches a step off or on.
    pub fn set_off(self, id: &str, off: bool) {
        self.apply(edit::set_off(&self.recipe_now(), id, off));
    }

    /// Takes a step or input out; undo brings it back.
    pub fn remove(self, name: &str) {
        if self.apply(edit::remove(&self.recipe_now(), name)) {
            self.keep_selection_valid();
            self.done(format!("{name} removed"));
        }
    }

    /// Gives a step or input another name.
    pub fn rename(self, old: &str, new: &str) {
        if old == new {
            return;
        }
        if self.apply(edit::rename(&self.recipe_now(), old, new)) {
            self.renamed(old, new);
        }
    }

    /// Begins anew; undo brings the recipe back.
    pub fn clear(self) {
        self.replace(Recipe::default(), "");
        self.selected.set(None);
    }

    /// Saves the recipe as a file for the command line.
    pub fn save_recipe(self) {
        let recipe = self.recipe_now();
        let json = serde_json::to_string_pretty(&recipe).unwrap_or_default();
        match crate::browser::save("recipe.json", "application/json", json.as_bytes()) {
            Ok(()) => self.done("recipe.json saved"),
            Err(error) => self.complain(crate::bridge::text_of(&error)),
        }
    }

    /// Sets the title of the analysis.
    pub fn set_title(self, title: String) {
        let mut recipe = self.recipe_now();
        recipe.title = title;
        self.apply(Ok(recipe));
    }

    /// Adds a step right before `id` that changes what it reads at `place`, and reads it instead.
    pub fn insert_before(
        self,
        id: &str,
        place: usize,
        analysis: AnalysisId,
        with: &[(&str, Value)],
    ) {
        let inserted = inserted_before(&self.recipe_now(), id, place, analysis, with);
        if self.apply(inserted) {
            self.done(format!("Step added: {}", analysis.title()));
        }
    }

    fn suggested_reads(self, analysis: AnalysisId) -> Vec<String> {
        let wanted = analysis.n_reads();
        let recipe = self.recipe_now();
        let selected = self.selected.get_untracked();
        let matrices = self.matrices_now();
        suggested(&recipe, selected.as_deref(), &matrices, wanted)
    }
}

/// The data sets that a new step reads: the selected one (or what it reads), then the last data set
/// on the way of each other input.
pub fn suggested(
    recipe: &Recipe,
    selected: Option<&str>,
    matrices: &[String],
    wanted: usize,
) -> Vec<String> {
    // Two sets are compared in the order of the recipe, not of the last click.
    let is_input = recipe
        .inputs
        .iter()
        .any(|input| Some(input.name.as_str()) == selected);
    let selected = selected.filter(|_| wanted < 2 || !is_input);
    let is_matrix = |name: &str| matrices.iter().any(|matrix| matrix == name);
    let read_by_selected = recipe
        .steps
        .iter()
        .find(|step| Some(step.id.as_str()) == selected)
        .map(|step| step.of.clone())
        .unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    let first = selected.map(str::to_string).into_iter();
    for name in first.chain(read_by_selected) {
        if is_matrix(&name) && !found.contains(&name) && found.len() < wanted {
            found.push(name);
        }
        if found.len() == wanted {
            return found;
        }
    }
    let is_read = |name: &str| {
        recipe
            .steps
            .iter()
            .any(|step| step.of.iter().any(|read| read == name))
    };
    let ends = matrices.iter().filter(|name| !is_read(name));
    for name in ends.chain(matrices.iter()) {
        if found.len() < wanted && !found.contains(name) {
            found.push(name.clone());
        }
    }
    found
}

/// The recipe with a new step between a step and what it reads at a place.
pub fn inserted_before(
    recipe: &Recipe,
    id: &str,
    place: usize,
    analysis: AnalysisId,
    with: &[(&str, Value)],
) -> Result<Recipe, RecipeError> {
    let step = recipe.steps.iter().find(|step| step.id == id);
    let of = step.map(|step| step.of.clone()).unwrap_or_default();
    let source = of.get(place).cloned().into_iter().collect();
    let (mut edited, new) = edit::add_step(recipe, analysis, source)?;
    for (field, value) in with {
        edited = edit::set_parameter(&edited, &new, field, Some(value.clone()))?;
    }
    let mut of = of;
    if let Some(read) = of.get_mut(place) {
        *read = new;
    }
    edit::set_of(&edited, id, of)
}
