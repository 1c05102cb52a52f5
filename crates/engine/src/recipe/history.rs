//! Undo and redo: the recipes that were.

use super::{Fingerprint, Input, Recipe};

/// Recipes before and after the present one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RecipeHistory {
    past: Vec<Recipe>,
    present: Recipe,
    future: Vec<Recipe>,
}

impl RecipeHistory {
    /// How many steps back are kept.
    pub const MAX_PAST: usize = 200;

    /// A history that begins with `recipe`.
    pub fn new(recipe: Recipe) -> Self {
        Self {
            present: recipe,
            ..Self::default()
        }
    }

    /// The recipe as it stands.
    pub fn present(&self) -> &Recipe {
        &self.present
    }

    /// Makes `recipe` the present one. What was undone before is forgotten; an equal recipe is no
    /// change.
    pub fn push(&mut self, recipe: Recipe) {
        if recipe == self.present {
            return;
        }
        self.past.push(std::mem::replace(&mut self.present, recipe));
        if self.past.len() > Self::MAX_PAST {
            self.past.remove(0);
        }
        self.future.clear();
    }

    /// Puts `recipe` in the place of the present one, so that the change before is one with it.
    pub fn amend(&mut self, recipe: Recipe) {
        self.present = recipe;
    }

    /// Notes what the file of an input is in every recipe that reads it in this way and names no
    /// other: what was undone, and what is done before the fingerprint is there, know it too.
    pub fn learn(&mut self, read: &Input, found: &Fingerprint) {
        let present = std::iter::once(&mut self.present);
        let others = self.past.iter_mut().chain(&mut self.future);
        let inputs = present.chain(others).flat_map(|recipe| &mut recipe.inputs);
        for input in inputs {
            let is_read = input.name == read.name
                && input.file == read.file
                && input.kind == read.kind
                && input.import == read.import;
            let print = input.fingerprint.as_ref();
            if is_read && print.is_none_or(|print| print.bytes == found.bytes) {
                input.fingerprint = Some(found.clone());
            }
        }
    }

    /// Goes one recipe back; false at the beginning.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.past.pop() else {
            return false;
        };
        self.future
            .push(std::mem::replace(&mut self.present, before));
        true
    }

    /// Goes one recipe forth; false at the end.
    pub fn redo(&mut self) -> bool {
        let Some(after) = self.future.pop() else {
            return false;
        };
        self.past.push(std::mem::replace(&mut self.present, after));
        true
    }

    /// True where [`Self::undo`] would change something.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// True where [`Self::redo`] would change something.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::RecipeHistory;
    use crate::recipe::{Fingerprint, Input, Recipe};

    fn titled(title: &str) -> Recipe {
        Recipe {
            title: title.into(),
            ..Recipe::default()
        }
    }

    #[test]
    fn undo_and_redo_walk_the_same_way() {
        let mut history = RecipeHistory::new(titled("a"));
        history.push(titled("b"));
        history.push(titled("c"));
        assert!(history.undo() && history.undo() && !history.undo());
        assert_eq!(history.present().title, "a");
        assert!(history.redo() && history.redo() && !history.redo());
        assert_eq!(history.present().title, "c");
    }

    #[test]
    fn a_new_deed_forgets_what_was_undone() {
        let mut history = RecipeHistory::new(titled("a"));
        history.push(titled("b"));
        history.undo();
        history.push(titled("c"));
        assert!(!history.can_redo() && history.can_undo());
    }

    #[test]
    fn an_equal_recipe_is_no_change() {
        let mut history = RecipeHistory::new(titled("a"));
        history.push(titled("a"));
        assert!(!history.can_undo());
    }

    #[test]
    fn what_a_file_is_becomes_known_to_every_recipe_that_reads_it_so() {
        let reading = |file: &str, encoding: &str, bytes: &str| -> Recipe {
            let input = serde_json::json!({"name": "a", "file": file,
                "import": {"decimal": encoding}});
            let mut input: Input = serde_json::from_value(input).unwrap();
            input.fingerprint = (!bytes.is_empty()).then(|| print(bytes));
            Recipe {
                inputs: vec![input],
                ..Recipe::default()
            }
        };
        let mut history = RecipeHistory::new(reading("1.tsv", "point", ""));
        history.push(reading("1.tsv", "comma", ""));
        history.push(reading("1.tsv", "point", "other"));
        history.push(reading("2.tsv", "point", ""));
        history.undo();
        let read = reading("1.tsv", "point", "").inputs.remove(0);
        history.learn(&read, &print("found"));
        let mut known = Vec::new();
        while history.undo() {}
        loop {
            let print = history.present().inputs[0].fingerprint.as_ref();
            known.push(print.map_or("", |print| &print.bytes).to_string());
            if !history.redo() {
                break;
            }
        }
        assert_eq!(known, ["found", "", "other", ""]);
    }

    fn print(bytes: &str) -> Fingerprint {
        Fingerprint {
            bytes: bytes.into(),
            ..Fingerprint::default()
        }
    }

    #[test]
    fn the_past_is_bounded() {
        let mut history = RecipeHistory::default();
        for round in 0..=RecipeHistory::MAX_PAST {
            history.push(titled(&format!("{round} ")));
        }
        let mut n_undone = 0;
        while history.undo() {
            n_undone += 1;
        }
        assert_eq!(n_undone, RecipeHistory::MAX_PAST);
    }
}
