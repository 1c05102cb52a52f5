//! What the page holds: one recipe with its history, what the engine said of it, and the view.
//!
//! Everything else is derived. No expression value is here: only names, shapes and windows.

pub mod draft;
pub mod edit;
pub mod engine;
pub mod evaluate;
pub mod files;
pub mod keeping;
pub mod link;
pub mod named;
pub mod progress;
pub mod propose;
pub mod schema;
pub mod shown;
pub mod signature;
pub mod words;

use cuvette_engine::{
    Shown,
    protocol::{CatalogueEntry, ErrorReport, InputState, StepResult, StepState, StepStatus},
    recipe::RecipeHistory,
};
use leptos::prelude::*;
use web_sys::File;

use crate::{
    bridge::Engine,
    browser::theme::Theme,
    shell::offline::{ShellState, shell_state},
};
pub use draft::Draft;
pub use files::Opened;
use named::Named;
pub use progress::Work;

/// What the engine said of a step, with the signature of the step it was said of.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownStep {
    /// The engine's word.
    pub state: StepState,
    /// Signature of what was evaluated.
    pub signature: String,
    /// Which worker last had a result, counted from 0.
    pub engine: u32,
    /// The last result there was, shown while a newer one is wrong or under way.
    pub last_good: Option<StepResult>,
}

/// The engine as the foot shows it.
#[derive(Debug, Clone, PartialEq)]
pub enum EngineState {
    /// Not yet up.
    Starting,
    /// Up.
    Ready {
        /// Version of its build.
        build: String,
        /// Threads that work.
        threads: usize,
        /// Why there is one, where there could be more.
        reason: Option<String>,
    },
    /// No build starts in this browser.
    Refused(String),
}

/// A short message, lower left.
#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    /// What happened.
    pub text: String,
    /// True for what went wrong: it stays until closed.
    pub is_error: bool,
}

/// What the reader pointed out, across tables and pictures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Marked {
    /// The one row or point that was clicked: the subject of pictures about one thing.
    pub subject: Option<String>,
    /// Names that were searched for and stand here.
    pub found: Vec<String>,
}

/// The state of the page; copied into every component.
#[derive(Clone, Copy)]
pub struct App {
    engine: StoredValue<Option<Engine>, LocalStorage>,
    files: StoredValue<Named<File>, LocalStorage>,
    wishes: StoredValue<Named<files::Wish>>,
    evaluation: StoredValue<evaluate::Evaluation>,
    last_death_ms: StoredValue<f64>,
    /// The question that was cancelled last.
    last_cancelled: StoredValue<u64>,
    /// Questions for fingerprints that are being computed, by input.
    prints: StoredValue<Named<u64>>,
    /// How many files were read.
    readings: StoredValue<u32>,
    /// How often the engine was started again.
    engine_starts: StoredValue<u32>,
    /// True where a new worker has not yet been told of the recipe.
    is_forgotten: StoredValue<bool>,
    /// The recipe and what it was.
    pub history: RwSignal<RecipeHistory>,
    /// Analyses the engine knows.
    pub catalogue: RwSignal<Vec<CatalogueEntry>>,
    /// Inputs that are open.
    pub inputs: RwSignal<Named<Opened>>,
    /// Inputs that could not be read.
    pub input_errors: RwSignal<Named<ErrorReport>>,
    /// Steps as the engine last reported them.
    pub steps: RwSignal<Named<KnownStep>>,
    /// What runs now.
    pub work: RwSignal<Option<Work>>,
    /// True after Cancel, until something is changed or run again.
    pub is_stopped: RwSignal<bool>,
    /// Inputs whose reading was cancelled, until they are read again.
    pub unread: RwSignal<Named<()>>,
    /// Name of the input or step that is shown.
    pub selected: RwSignal<Option<String>>,
    /// Rows and points that are pointed out, by the node they belong to.
    pub marked: RwSignal<Named<Marked>>,
    /// What was chosen for the pictures of a node.
    pub shown: RwSignal<Named<Shown>>,
    /// Files on their way into the recipe; the first is shown.
    pub drafts: RwSignal<Vec<Draft>, LocalStorage>,
    /// The engine.
    pub engine_state: RwSignal<EngineState>,
    /// Bytes the engine holds.
    pub memory: RwSignal<u64>,
    /// Requests that left this origin since the page was opened.
    pub requests: RwSignal<u32>,
    /// The page's shell.
    pub shell: RwSignal<ShellState>,
    /// The theme.
    pub theme: RwSignal<Theme>,
    /// True where pictures stand on a dark ground.
    pub is_dark: RwSignal<bool>,
    /// The short message.
    pub toast: RwSignal<Option<Toast>>,
    /// What a screen reader says next.
    pub status: RwSignal<String>,
    /// True while the share dialog is open.
    pub shares: RwSignal<bool>,
    /// A link that could not be read.
    pub link_error: RwSignal<Option<ErrorReport>>,
    /// Whether files may be kept on this computer; `None` where nobody asked.
    pub keeps_files: RwSignal<Option<bool>>,
}

impl App {
    /// An empty page; the engine is started with [`App::start_engine`].
    pub fn new() -> Self {
        Self {
            engine: StoredValue::new_local(None),
            files: StoredValue::new_local(Named::new()),
            wishes: StoredValue::new(Named::new()),
            evaluation: StoredValue::new(evaluate::Evaluation::default()),
            last_death_ms: StoredValue::new(f64::NEG_INFINITY),
            last_cancelled: StoredValue::new(0),
            prints: StoredValue::new(Named::new()),
            readings: StoredValue::new(0),
            engine_starts: StoredValue::new(0),
            is_forgotten: StoredValue::new(false),
            history: RwSignal::default(),
            catalogue: RwSignal::default(),
            inputs: RwSignal::default(),
            input_errors: RwSignal::default(),
            steps: RwSignal::default(),
            work: RwSignal::default(),
            is_stopped: RwSignal::default(),
            unread: RwSignal::default(),
            selected: RwSignal::default(),
            marked: RwSignal::default(),
            shown: RwSignal::default(),
            drafts: RwSignal::new_local(Vec::new()),
            engine_state: RwSignal::new(EngineState::Starting),
            memory: RwSignal::default(),
            requests: RwSignal::default(),
            shell: RwSignal::new(shell_state(&document())),
            theme: RwSignal::new(Theme::remembered()),
            is_dark: RwSignal::new(Theme::remembered().is_dark()),
            toast: RwSignal::default(),
            status: RwSignal::default(),
            shares: RwSignal::default(),
            link_error: RwSignal::default(),
            keeps_files: RwSignal::default(),
        }
    }

    /// Shows an input or step.
    pub fn select(self, name: &str) {
        self.selected.set(Some(name.into()));
    }

    /// Says something to a screen reader.
    pub fn say(self, text: impl Into<String>) {
        self.status.set(text.into());
    }

    /// Says that something was done.
    pub fn done(self, text: impl Into<String>) {
        self.show_toast(text.into(), false);
    }

    /// Says that something went wrong.
    pub fn complain(self, text: impl Into<String>) {
        self.show_toast(text.into(), true);
    }

    fn show_toast(self, text: String, is_error: bool) {
        self.say(text.clone());
        let toast = Toast { text, is_error };
        self.toast.set(Some(toast.clone()));
        if !is_error {
            let hide = move || {
                if self.toast.get_untracked().as_ref() == Some(&toast) {
                    self.toast.set(None);
                }
            };
            set_timeout(hide, std::time::Duration::from_secs(8));
        }
    }

    /// Names of the inputs and steps that hold a data set, in the order of the recipe.
    pub fn matrices(self) -> Vec<String> {
        let recipe = self.recipe();
        self.inputs.with(|inputs| matrices_of(&recipe, inputs))
    }

    /// As [`App::matrices`], read once.
    pub fn matrices_now(self) -> Vec<String> {
        untrack(|| self.matrices())
    }

    /// The data set that a node holds, else the one it reads first, read once.
    pub fn data_of(self, node: &str) -> String {
        let steps = self.recipe_now().steps;
        let step = steps.into_iter().find(|step| step.id == node);
        let first = step.and_then(|step| step.of.into_iter().next());
        match first {
            Some(first) if !self.matrices_now().iter().any(|name| name == node) => first,
            _ => node.into(),
        }
    }

    /// The catalogue's entry of an analysis.
    pub fn entry(self, run: &str) -> Option<CatalogueEntry> {
        self.catalogue
            .with(|entries| entries.iter().find(|entry| entry.id == run).cloned())
    }

    /// The names pointed out of a node.
    pub fn marked_of(self, node: &str) -> Marked {
        self.marked
            .with(|marked| marked.get(node).cloned().unwrap_or_default())
    }

    /// Points out one row or point; again takes it back.
    pub fn mark_subject(self, node: &str, name: &str) {
        self.marked.update(|marked| {
            let marked = marked.get_or_default(node);
            let is_same = marked.subject.as_deref() == Some(name);
            marked.subject = (!is_same).then(|| name.into());
        });
    }

    /// Points out the names that a search found.
    pub fn mark_found(self, node: &str, names: Vec<String>) {
        self.marked
            .update(|marked| marked.get_or_default(node).found = names);
    }

    /// After a change of the recipe by other means than a click: shows something that is there.
    fn keep_selection_valid(self) {
        let recipe = self.recipe_now();
        let names = || {
            let steps = recipe.steps.iter().map(|step| &step.id);
            steps.chain(recipe.inputs.iter().map(|input| &input.name))
        };
        let selected = self.selected.get_untracked();
        if selected.is_none_or(|selected| !names().any(|name| *name == selected)) {
            let last = recipe.steps.last().map(|step| step.id.clone());
            let last = last.or_else(|| recipe.inputs.last().map(|input| input.name.clone()));
            self.selected.set(last);
        }
    }

    /// Carries what is known of a node over to its new name.
    fn renamed(self, old: &str, new: &str) {
        fn carry<T>(map: &mut Named<T>, old: &str, new: &str) {
            if let Some(value) = map.remove(old) {
                map.insert(new.into(), value);
            }
        }
        self.steps.update(|steps| carry(steps, old, new));
        self.marked.update(|marked| carry(marked, old, new));
        self.shown.update(|shown| carry(shown, old, new));
        if self
            .inputs
            .with_untracked(|inputs| inputs.contains_key(old))
        {
            self.reopen_as(old, new);
        }
        if self.selected.get_untracked().as_deref() == Some(old) {
            self.select(new);
        }
    }
}

/// The app of this page.
pub fn app() -> App {
    expect_context()
}

/// The result to show of a step: the present one, else the last good one.
pub fn result_of(known: &KnownStep) -> Option<&StepResult> {
    match &known.state.status {
        StepStatus::Ready(result) => Some(result),
        _ => known.last_good.as_ref(),
    }
}

fn matrices_of(recipe: &cuvette_engine::recipe::Recipe, inputs: &Named<Opened>) -> Vec<String> {
    let is_matrix = |state: &InputState| state.kind == cuvette_formats::InputKind::Matrix;
    let open = recipe.inputs.iter().filter(|input| {
        inputs
            .get(&input.name)
            .map_or(input.kind.is_none(), |opened| is_matrix(&opened.state))
    });
    let steps = recipe
        .steps
        .iter()
        .filter(|step| cuvette_engine::recipe::edit::is_transform(&step.run));
    open.map(|input| input.name.clone())
        .chain(steps.map(|step| step.id.clone()))
        .collect()
}
