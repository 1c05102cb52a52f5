//! Undo and redo: the recipes that were.
//!
//! What is shown of results is no part of a recipe, and an edit leaves it alone. But a link or an
//! example puts a whole recipe in the place of another: then what was shown of each goes and comes
//! with it.

use std::mem;

use super::{Fingerprint, Input, Recipe};

/// Recipes before and after the present one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RecipeHistory {
    past: Vec<Other>,
    present: Recipe,
    future: Vec<Other>,
}

/// A recipe that is not the present one.
#[derive(Debug, Clone, PartialEq)]
struct Other {
    recipe: Recipe,
    /// What was shown of it, where it is no edit of its neighbor towards the present.
    shown: Option<String>,
}

/// Where undo and redo lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Walk {
    /// There is no further recipe.
    End,
    /// Over an edit: what is shown stays.
    Edit,
    /// To a recipe in whose place another was put, and of which this was shown.
    Other(String),
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
        if recipe != self.present {
            self.make_present(recipe, None);
        }
    }

    /// As [`Self::push`], of a recipe that is no edit of the present one, and comes with what is
    /// `shown` of it. What was shown before comes back with the present one. An equal recipe of
    /// which the same is shown is no change.
    pub fn replace(&mut self, recipe: Recipe, shown: &str, shown_before: String) {
        if recipe != self.present || shown != shown_before {
            self.make_present(recipe, Some(shown_before));
        }
    }

    fn make_present(&mut self, recipe: Recipe, shown_before: Option<String>) {
        self.past.push(Other {
            recipe: mem::replace(&mut self.present, recipe),
            shown: shown_before,
        });
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
        let others = others.map(|other| &mut other.recipe);
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

    /// Goes one recipe back; `shown` is what is shown of the present one.
    pub fn undo(&mut self, shown: &str) -> Walk {
        walk(&mut self.past, &mut self.present, &mut self.future, shown)
    }

    /// Goes one recipe forth; `shown` is what is shown of the present one.
    pub fn redo(&mut self, shown: &str) -> Walk {
        walk(&mut self.future, &mut self.present, &mut self.past, shown)
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

/// Makes the next recipe the present one, and leaves the present one behind.
fn walk(
    ahead: &mut Vec<Other>,
    present: &mut Recipe,
    behind: &mut Vec<Other>,
    shown: &str,
) -> Walk {
    let Some(next) = ahead.pop() else {
        return Walk::End;
    };
    behind.push(Other {
        recipe: mem::replace(present, next.recipe),
        shown: next.shown.is_some().then(|| shown.to_owned()),
    });
    next.shown.map_or(Walk::Edit, Walk::Other)
}

#[cfg(test)]
mod tests {
    use super::{RecipeHistory, Walk};
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
        let undone = [(); 3].map(|()| history.undo(""));
        assert_eq!(undone, [Walk::Edit, Walk::Edit, Walk::End]);
        assert_eq!(history.present().title, "a");
        let redone = [(); 3].map(|()| history.redo(""));
        assert_eq!(redone, [Walk::Edit, Walk::Edit, Walk::End]);
        assert_eq!(history.present().title, "c");
    }

    #[test]
    fn what_was_shown_comes_back_with_a_recipe_that_was_replaced() {
        let mut history = RecipeHistory::new(titled("mine"));
        history.replace(titled("a link"), "the link, in blue", "mine, in red".into());
        history.push(titled("a link, edited"));
        assert_eq!(history.undo("the link, in blue"), Walk::Edit);
        let mine = history.undo("the link, in green");
        assert_eq!(mine, Walk::Other("mine, in red".into()));
        let link = history.redo("mine, in grey");
        assert_eq!(link, Walk::Other("the link, in green".into()));
        assert_eq!(history.redo(""), Walk::Edit);
        assert_eq!(history.undo(""), Walk::Edit);
        assert_eq!(history.undo(""), Walk::Other("mine, in grey".into()));
    }

    #[test]
    fn a_new_deed_forgets_what_was_undone() {
        let mut history = RecipeHistory::new(titled("a"));
        history.push(titled("b"));
        history.undo("");
        history.push(titled("c"));
        assert!(!history.can_redo() && history.can_undo());
    }

    #[test]
    fn an_equal_recipe_is_no_change() {
        let mut history = RecipeHistory::new(titled("a"));
        history.push(titled("a"));
        history.replace(titled("a"), "in red", "in red".into());
        assert!(!history.can_undo());
        history.replace(titled("a"), "in red", "in blue".into());
        assert_eq!(history.undo("in red"), Walk::Other("in blue".into()));
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
        history.undo("");
        let read = reading("1.tsv", "point", "").inputs.remove(0);
        history.learn(&read, &print("found"));
        let mut known = Vec::new();
        while history.undo("") != Walk::End {}
        loop {
            let print = history.present().inputs[0].fingerprint.as_ref();
            known.push(print.map_or("", |print| &print.bytes).to_string());
            if history.redo("") == Walk::End {
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
        while history.undo("") != Walk::End {
            n_undone += 1;
        }
        assert_eq!(n_undone, RecipeHistory::MAX_PAST);
    }
}
