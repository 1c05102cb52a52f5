//! Undo and redo: the recipes that were.

use super::Recipe;

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

    /// Makes `recipe` the present one in place of it: for changes that are no deed of the person,
    /// such as a fingerprint that became known.
    pub fn amend(&mut self, recipe: Recipe) {
        self.present = recipe;
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
    use crate::recipe::Recipe;

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
