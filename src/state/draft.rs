//! Files on their way into the recipe: looked at, corrected, then added.

use cuvette_core::report::{Finding, Severity};
use cuvette_engine::{
    protocol::{Answer, ErrorReport, RequestBody, decode_value},
    recipe::Input,
};
use cuvette_formats::{ImportOptions, InputKind, Preview};
use leptos::{prelude::*, task::spawn_local};
use serde_json::Value;
use web_sys::File;

use super::{App, files::file_name};
use crate::bridge::Failure;

/// A file that is looked at.
#[derive(Clone)]
pub struct Draft {
    /// Tells drafts apart.
    pub id: u64,
    /// The file.
    pub file: File,
    /// What it is, where the reader said so.
    pub kind: Option<InputKind>,
    /// What the reader chose.
    pub options: ImportOptions,
    /// What the engine saw; stays while the next look is under way.
    pub preview: Option<Preview>,
    /// Why there is no preview.
    pub error: Option<ErrorReport>,
    /// True while the engine looks.
    pub is_looking: bool,
    /// Name of the input, where the reader gave one.
    pub name: Option<String>,
    /// The input of the recipe it is for; `None` for a new one.
    pub place: Option<String>,
}

impl Draft {
    /// True where reading it would fail, as far as the engine has looked.
    pub fn is_refused(&self) -> bool {
        let preview = self.preview.as_ref();
        let is_error = |finding: &Finding| finding.severity == Severity::Error;
        self.error.is_some()
            || preview.is_some_and(|seen| seen.report.findings.iter().any(is_error))
    }
}

/// The options with one of them set, by its name in the recipe.
pub fn with_option(
    kind: Option<InputKind>,
    options: &ImportOptions,
    option: &str,
    value: &Value,
) -> Result<(Option<InputKind>, ImportOptions), String> {
    let unfit = || format!("the option {option} cannot be {value}");
    if option == "as" {
        let kind = decode_value(value.clone()).ok().ok_or_else(unfit)?;
        return Ok((kind, options.clone()));
    }
    let mut all = serde_json::to_value(options).ok().ok_or_else(unfit)?;
    all[option] = value.clone();
    let options = decode_value(all).ok().ok_or_else(unfit)?;
    Ok((kind, options))
}

impl App {
    /// Looks at a file before it is added.
    pub fn add_draft(self, file: File) {
        // Without a root element there is no page to reload.
        let () = crate::shell::offline::mark_opened(&document());
        let id = self
            .drafts
            .with_untracked(|drafts| drafts.iter().map(|draft| draft.id).max().unwrap_or(0) + 1);
        let draft = Draft {
            id,
            file,
            kind: None,
            options: ImportOptions::default(),
            preview: None,
            error: None,
            is_looking: true,
            name: None,
            place: None,
        };
        self.drafts.update(|drafts| drafts.push(draft));
        self.look(id);
    }

    /// Changes a draft without looking again.
    pub fn edit_draft(self, id: u64, edit: impl FnOnce(&mut Draft)) {
        self.drafts.update(|drafts| {
            if let Some(draft) = drafts.iter_mut().find(|draft| draft.id == id) {
                edit(draft);
            }
        });
    }

    /// Sets an import option of a draft and looks again.
    pub fn set_draft_option(self, id: u64, option: &str, value: &Value) {
        let mut problem = None;
        self.edit_draft(id, |draft| {
            match with_option(draft.kind, &draft.options, option, value) {
                Ok((kind, options)) => (draft.kind, draft.options) = (kind, options),
                Err(error) => problem = Some(error),
            }
        });
        match problem {
            Some(problem) => self.complain(problem),
            None => self.look(id),
        }
    }

    /// Looks again at every draft, in a new worker.
    pub fn look_again(self) {
        let drafts = self.drafts.get_untracked();
        for draft in drafts {
            self.look(draft.id);
        }
    }

    fn look(self, id: u64) {
        let found = self.drafts.with_untracked(|drafts| {
            let draft = drafts.iter().find(|draft| draft.id == id);
            draft.map(|draft| (draft.file.clone(), draft.kind, draft.options.clone()))
        });
        let Some((file, kind, options)) = found else {
            return;
        };
        self.edit_draft(id, |draft| draft.is_looking = true);
        let body = RequestBody::Preview {
            file: file_name(&file),
            kind,
            options: options.clone(),
        };
        let Some(asked) = self.ask(body, Some(&file)) else {
            return;
        };
        spawn_local(async move {
            let outcome = asked.answer().await;
            self.edit_draft(id, |draft| {
                // An answer to an older choice is not shown.
                if (draft.kind, &draft.options) != (kind, &options) {
                    return;
                }
                draft.is_looking = false;
                draft.error = None;
                match outcome.map(|delivery| delivery.answer) {
                    Ok(Answer::Preview(preview)) => draft.preview = Some(preview),
                    Err(Failure::Report(report)) => draft.error = Some(report),
                    Ok(_) | Err(Failure::Cancelled | Failure::Lost) => {}
                }
            });
        });
    }

    /// Adds the draft to the recipe.
    pub fn accept_draft(self, id: u64) {
        let Some(draft) = self.taken_draft(id) else {
            return;
        };
        let input = Input {
            name: String::new(),
            file: draft.file.name(),
            kind: draft.kind,
            import: draft.options,
            fingerprint: None,
        };
        let mut name = match &draft.place {
            Some(place) => place.clone(),
            None => self.add_input(input.clone()),
        };
        if draft.place.is_some() {
            use cuvette_engine::recipe::edit::replace_input;
            self.apply(replace_input(&self.recipe_now(), &name, input));
        } else if let Some(wanted) = draft.name.filter(|wanted| *wanted != name) {
            use cuvette_engine::recipe::edit::rename;
            if self.apply(rename(&self.recipe_now(), &name, &wanted)) {
                name = wanted;
            }
        }
        self.select(&name);
        self.give_file(&name, draft.file);
        self.done(format!("{name} added to the recipe"));
    }

    /// Adds every draft that can be read.
    pub fn accept_all_drafts(self) {
        let ready: Vec<u64> = self.drafts.with_untracked(|drafts| {
            let ready = drafts.iter().filter(|draft| !draft.is_refused());
            ready.map(|draft| draft.id).collect()
        });
        for id in ready {
            self.accept_draft(id);
        }
    }

    /// Lets a draft go.
    pub fn discard_draft(self, id: u64) {
        drop(self.taken_draft(id));
    }

    fn taken_draft(self, id: u64) -> Option<Draft> {
        let mut taken = None;
        self.drafts.update(|drafts| {
            if let Some(place) = drafts.iter().position(|draft| draft.id == id) {
                taken = Some(drafts.remove(place));
            }
        });
        taken
    }
}
