//! Inputs and their files: what the recipe names is open in the engine, and nothing else.
//!
//! Files are kept as handles for as long as the page lives, so that undo, another import choice or
//! a new worker can read them again.

use cuvette_engine::{
    protocol::{Answer, FILE_UNREADABLE, FileName, InputState, RequestBody},
    recipe::{Fingerprint, Input, Recipe},
};
use cuvette_formats::{ImportOptions, InputKind};
use leptos::{prelude::*, task::spawn_local};
use web_sys::File;

use super::{App, draft::with_option, named::Named};
use crate::{bridge::Failure, ui::erased::effect};

/// An input that is open.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// The engine's word.
    pub state: InputState,
    /// Whether it is the file that the recipe was made with.
    pub identity: Identity,
    /// Number of this reading, which tells it from an earlier one of the same file.
    pub reading: u32,
}

/// Whether a file is the one that a recipe was made with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Identity {
    /// The recipe does not say, or nobody looks.
    #[default]
    Unknown,
    /// The fingerprint is being computed.
    Pending,
    /// There is no fingerprint, for this reason.
    Failed(String),
    /// The identical file.
    Identical,
    /// The same numbers and names in another file.
    SameNumbers,
    /// Different, with how.
    Different(String),
}

/// What was asked for, so that the same is not asked twice.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    kind: Option<InputKind>,
    import: ImportOptions,
    file: (String, u64, u64),
}

/// Compares what the recipe expects with what was dropped.
pub fn identity(expected: &Fingerprint, found: &Fingerprint) -> Identity {
    let equal = |a: &str, b: &str| !a.is_empty() && a == b;
    if expected.bytes.is_empty() && expected.matrix.is_empty() {
        Identity::Unknown
    } else if equal(&expected.bytes, &found.bytes) {
        Identity::Identical
    } else if equal(&expected.matrix, &found.matrix) {
        Identity::SameNumbers
    } else {
        let shape = |shape: Option<[usize; 2]>| shape.map(super::words::shape);
        Identity::Different(match (shape(expected.shape), shape(found.shape)) {
            (Some(expected), Some(found)) if expected != found => {
                format!("{found} here, {expected} in the recipe")
            }
            (Some(_), Some(found)) => {
                format!("{found} as in the recipe, with other numbers or names")
            }
            _ => "other numbers or names".into(),
        })
    }
}

/// The inputs of a recipe that are not open.
pub fn wanted(recipe: &Recipe, is_open: impl Fn(&str) -> bool) -> Vec<&Input> {
    recipe
        .inputs
        .iter()
        .filter(|input| !is_open(&input.name))
        .collect()
}

/// Which wanted input a dropped file is for: the one of its name, else the only one there is.
pub fn place_of<'a>(wanted: &[&'a Input], file: &str) -> Option<&'a Input> {
    let named = wanted.iter().find(|input| input.file == file);
    let unnamed = || match wanted {
        [only] => Some(only),
        _ => wanted.iter().find(|input| input.file.is_empty()),
    };
    named.or_else(unnamed).copied()
}

impl App {
    /// Takes files that were dropped or chosen: what the recipe waits for is opened at once, all
    /// else is looked at first.
    pub fn take_files(self, files: Vec<File>) {
        for file in files {
            let recipe = self.recipe_now();
            let has_file = |name: &str| self.files.with_value(|files| files.contains_key(name));
            let wanted = wanted(&recipe, has_file);
            match place_of(&wanted, &file.name()) {
                Some(input) => self.give_file(&input.name, file),
                None => self.add_draft(file),
            }
        }
    }

    /// Puts a file in the place of an input, and keeps it here where files are kept.
    pub fn give_file(self, name: &str, file: File) {
        if self.keeps_files.get_untracked() == Some(true) {
            let kept = (name.to_string(), file.clone());
            spawn_local(async move {
                self.keep_files(vec![kept]).await;
            });
        }
        self.place_file(name, file);
    }

    /// Puts a file in the place of an input.
    pub fn place_file(self, name: &str, file: File) {
        // Without a root element there is no page to reload.
        let () = crate::shell::offline::mark_opened(&document());
        self.files
            .update_value(|files| files.insert(name.into(), file));
        self.unread.update(|unread| {
            unread.remove(name);
        });
        self.reconcile(&self.recipe_now());
    }

    /// True where the page holds a file for the input.
    pub fn has_file(self, name: &str) -> bool {
        self.files.with_value(|files| files.contains_key(name))
    }

    /// Opens what the recipe names and closes what it does not, whenever it changes.
    pub fn keep_open(self) {
        effect(move || self.reconcile(&self.recipe()));
    }

    fn reconcile(self, recipe: &Recipe) {
        let unread = self.unread.get_untracked();
        for input in &recipe.inputs {
            if unread.contains_key(&input.name) {
                self.wishes
                    .update_value(|wishes| drop(wishes.remove(&input.name)));
                continue;
            }
            let Some(file) = self
                .files
                .with_value(|files| files.get(&input.name).cloned())
            else {
                continue;
            };
            let wish = Wish {
                kind: input.kind,
                import: input.import.clone(),
                file: (file.name(), file.size() as u64, file.last_modified() as u64),
            };
            let is_new = self
                .wishes
                .with_value(|wishes| wishes.get(&input.name) != Some(&wish));
            if is_new {
                self.wishes
                    .update_value(|wishes| wishes.insert(input.name.clone(), wish));
                spawn_local(self.open(input.clone(), file));
            }
        }
        let is_named = |name: &str| recipe.inputs.iter().any(|input| input.name == name);
        let open: Vec<String> = self
            .inputs
            .with_untracked(|inputs| inputs.keys().cloned().collect());
        for name in open.into_iter().filter(|name| !is_named(name)) {
            self.wishes
                .update_value(|wishes| drop(wishes.remove(&name)));
            self.close(&name);
        }
    }

    /// Forgets what was read of an input.
    fn close(self, name: &str) {
        self.stop_fingerprint(name);
        self.inputs.update(|inputs| {
            inputs.remove(name);
        });
        drop(self.ask(RequestBody::Close { name: name.into() }, None));
    }

    async fn open(self, input: Input, file: File) {
        let body = RequestBody::Open {
            name: input.name.clone(),
            file: file_name(&file),
            kind: input.kind,
            options: input.import.clone(),
        };
        let Some(asked) = self.ask(body, Some(&file)) else {
            return;
        };
        self.stop_fingerprint(&input.name);
        let request = asked.id;
        self.begin_work(&input.name, request);
        let outcome = asked.answer().await;
        self.end_work(request);
        self.input_errors.update(|errors| {
            errors.remove(&input.name);
        });
        match outcome.map(|delivery| delivery.answer) {
            Ok(Answer::Opened(state)) => {
                self.say(format!(
                    "{} is open, {}",
                    state.name,
                    super::words::shape(state.shape)
                ));
                let reading = self.next_reading();
                let opened = Opened {
                    state,
                    identity: Identity::Pending,
                    reading,
                };
                self.inputs
                    .update(|inputs| inputs.insert(input.name.clone(), opened));
                self.fingerprint(input, &file, reading).await;
            }
            Err(Failure::Report(report)) => {
                self.say(format!("{} could not be read", input.name));
                if report.code == FILE_UNREADABLE {
                    self.let_go(&input.name, &file);
                }
                self.input_errors
                    .update(|errors| errors.insert(input.name, report));
            }
            // After a restart it is asked for again; after Cancel the person asks again.
            Ok(_) | Err(Failure::Cancelled | Failure::Lost) => {}
        }
    }

    /// Forgets a file that gives no bytes any more: the input waits for another.
    fn let_go(self, name: &str, file: &File) {
        self.files.update_value(|files| {
            if files.get(name) == Some(file) {
                files.remove(name);
            }
        });
        if !self.has_file(name) {
            self.wishes.update_value(|wishes| drop(wishes.remove(name)));
        }
    }

    fn next_reading(self) -> u32 {
        self.readings.update_value(|readings| *readings += 1);
        self.readings.get_value()
    }

    /// Learns what the file is, and whether it is what the recipe expects. The data are shown and
    /// the steps run meanwhile.
    async fn fingerprint(self, input: Input, file: &File, reading: u32) {
        let name = input.name.clone();
        let body = RequestBody::Fingerprint { name: name.clone() };
        let Some(asked) = self.ask(body, Some(file)) else {
            return;
        };
        self.prints.update_value(|prints| {
            prints.insert(name.clone(), asked.id);
        });
        let outcome = asked.answer().await.map(|delivery| delivery.answer);
        let is_present = self.inputs.with_untracked(|inputs| {
            let opened = inputs.get(&name);
            opened.is_some_and(|opened| opened.reading == reading)
        });
        if !is_present {
            return;
        }
        let identity = match outcome {
            Ok(Answer::Fingerprint(found)) => {
                let expected = input.fingerprint.as_ref();
                let identity = expected.map_or(Identity::Unknown, |it| identity(it, &found));
                let is_other = expected.is_some() && identity != Identity::Identical;
                if is_other && self.moved_to_its_place(&name, &found) {
                    return;
                }
                self.history.update(|history| history.learn(&input, &found));
                identity
            }
            Err(Failure::Report(report)) => Identity::Failed(report.message),
            Ok(_) | Err(Failure::Cancelled | Failure::Lost) => Identity::Unknown,
        };
        self.inputs.update(|inputs| {
            if let Some(opened) = inputs.get_mut(&name) {
                opened.identity = identity;
            }
        });
    }

    /// Ends a fingerprint that is no longer wanted.
    fn stop_fingerprint(self, name: &str) {
        let request = self
            .prints
            .try_update_value(|prints| prints.remove(name))
            .flatten();
        if let (Some(request), Some(engine)) = (request, self.engine.get_value()) {
            engine.cancel(request);
        }
    }

    /// What is known of the file of an input, tracked.
    pub fn identity(self, name: &str) -> Identity {
        self.inputs.with(|inputs| {
            let opened = inputs.get(name);
            opened.map_or(Identity::Unknown, |opened| opened.identity.clone())
        })
    }

    /// True where the recipe knows the fingerprint of the input, tracked.
    pub fn has_print(self, name: &str) -> bool {
        self.history.with(|history| {
            let mut inputs = history.present().inputs.iter();
            inputs.any(|input| input.name == name && input.fingerprint.is_some())
        })
    }

    /// Where file names were left out of a link, files find their places by their fingerprints.
    fn moved_to_its_place(self, name: &str, found: &Fingerprint) -> bool {
        let recipe = self.recipe_now();
        let is_it = |input: &&Input| {
            let print = input.fingerprint.as_ref();
            input.name != name && print.is_some_and(|print| print.bytes == found.bytes)
        };
        let Some(place) = recipe.inputs.iter().find(is_it) else {
            return false;
        };
        let already = self.inputs.with_untracked(|inputs| {
            let opened = inputs.get(&place.name);
            opened.is_some_and(|opened| opened.identity == Identity::Identical)
        });
        if already {
            return false;
        }
        let here = self.files.with_value(|files| files.get(name).cloned());
        let there = self
            .files
            .with_value(|files| files.get(&place.name).cloned());
        self.files.update_value(|files| {
            files.remove(name);
            if let Some(here) = here {
                files.insert(place.name.clone(), here);
            }
            if let Some(there) = there {
                files.insert(name.into(), there);
            }
        });
        if !self.has_file(name) {
            self.wishes.update_value(|wishes| drop(wishes.remove(name)));
            self.close(name);
        }
        self.reconcile(&recipe);
        true
    }

    /// Reads every file again, in a new worker, and evaluates.
    pub fn reopen_everything(self) {
        self.wishes.update_value(Named::clear);
        self.reconcile(&self.recipe_now());
        self.look_again();
    }

    /// Reads the file of an input again.
    pub fn read_again(self, name: &str) {
        self.unread.update(|unread| {
            unread.remove(name);
        });
        self.wishes.update_value(|wishes| drop(wishes.remove(name)));
        self.reconcile(&self.recipe_now());
    }

    /// Sets an import option of an input that is in the recipe; its file is read again.
    pub fn set_input_option(self, name: &str, option: &str, value: &serde_json::Value) {
        let mut recipe = self.recipe_now();
        let Some(input) = recipe.inputs.iter_mut().find(|input| input.name == name) else {
            return;
        };
        match with_option(input.kind, &input.import, option, value) {
            Ok((kind, import)) => {
                (input.kind, input.import) = (kind, import);
                self.apply(Ok(recipe));
            }
            Err(problem) => self.complain(problem),
        }
    }

    /// Reads the files whose reading was cancelled.
    pub fn reopen_missing(self) {
        self.unread.set(Named::new());
        let open: Vec<String> = self
            .inputs
            .with_untracked(|inputs| inputs.keys().cloned().collect());
        self.wishes
            .update_value(|wishes| wishes.retain(|name| open.iter().any(|open| open == name)));
        self.reconcile(&self.recipe_now());
    }

    /// Lets a renamed input keep its file.
    pub fn reopen_as(self, old: &str, new: &str) {
        if let Some(file) = self.files.with_value(|files| files.get(old).cloned()) {
            self.give_file(new, file);
        }
    }
}

/// Name and size of a file.
pub fn file_name(file: &File) -> FileName {
    FileName {
        name: file.name(),
        size_bytes: file.size() as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(bytes: &str, matrix: &str, rows: usize) -> Fingerprint {
        Fingerprint {
            bytes: bytes.into(),
            matrix: matrix.into(),
            shape: Some([rows, 3]),
        }
    }

    #[test]
    fn a_file_is_identical_the_same_numbers_or_different() {
        let expected = print("a", "m", 10);
        let check = |found: &Fingerprint, is: Identity| assert_eq!(identity(&expected, found), is);
        check(&print("a", "m", 10), Identity::Identical);
        check(&print("b", "m", 10), Identity::SameNumbers);
        let how = "12 × 3 here, 10 × 3 in the recipe";
        check(&print("b", "n", 12), Identity::Different(how.into()));
        let unknown = Fingerprint::default();
        assert_eq!(identity(&unknown, &expected), Identity::Unknown);
    }

    #[test]
    fn a_dropped_file_finds_its_place_by_name_or_as_the_only_one() {
        let input = |name: &str, file: &str| Input {
            name: name.into(),
            file: file.into(),
            kind: None,
            import: ImportOptions::default(),
            fingerprint: None,
        };
        let (a, b) = (input("a", "a.tsv"), input("b", "b.tsv"));
        let place =
            |wanted: &[&Input], file| place_of(wanted, file).map(|input| input.name.clone());
        assert_eq!(place(&[&a, &b], "b.tsv").as_deref(), Some("b"));
        assert_eq!(place(&[&a, &b], "c.tsv"), None);
        assert_eq!(place(&[&b], "c.tsv").as_deref(), Some("b"));
        assert_eq!(place(&[&a, &input("c", "")], "x").as_deref(), Some("c"));
    }
}
