//! One line of the recipe: icon, name, shape, and a line of reason.

use cuvette_engine::protocol::StepStatus;
use leptos::prelude::*;

use crate::ui::erased::view;
use crate::{
    state::{App, evaluate::Standing, files::Identity, result_of, words},
    ui::icon::Icon,
};

/// The icon of a state.
pub fn icon(standing: Standing) -> Icon {
    match standing {
        Standing::Ready => Icon::Check,
        Standing::Warning => Icon::Warn,
        Standing::Running => Icon::Run,
        Standing::Stale | Standing::Blocked | Standing::Off => Icon::Stale,
        Standing::Failed => Icon::Fail,
    }
}

/// The shape of a step's result, or nothing.
pub fn step_shape(app: App, id: &str) -> String {
    app.steps.with(|steps| {
        let result = steps.get(id).and_then(result_of);
        result.map_or_else(String::new, |result| words::shape(result.shape))
    })
}

/// The line under a step's name: why it stands as it does.
pub fn step_note(app: App, id: &str, standing: Standing) -> String {
    app.steps.with(|steps| {
        let Some(known) = steps.get(id) else {
            return match standing {
                Standing::Off => "Off".into(),
                Standing::Running => String::new(),
                _ => "Not yet evaluated".into(),
            };
        };
        match (&known.state.status, standing) {
            (_, Standing::Off) => "Off".into(),
            (_, Standing::Running) => String::new(),
            (StepStatus::Failed(report), _) => format!("Failed: {}", report.message),
            (StepStatus::Blocked { by }, _) => format!("Waits for {}", by.join(", ")),
            (_, Standing::Stale) => "Stale, something before it changed".into(),
            (StepStatus::Ready(_), _) => warnings(&known.state.warnings),
            (StepStatus::Off, _) => "Off".into(),
        }
    })
}

fn warnings(warnings: &[cuvette_core::Warning]) -> String {
    match warnings {
        [] => String::new(),
        [one] => one.message.clone(),
        [first, rest @ ..] => format!("{} and {} more", first.message, rest.len()),
    }
}

/// How an input stands, and why.
pub fn input_standing(app: App, name: &str) -> (Standing, String) {
    let runs = app
        .work
        .with(|work| work.as_ref().is_some_and(|work| work.of == name));
    if runs {
        return (Standing::Running, String::new());
    }
    if let Some(report) = app.input_errors.with(|errors| errors.get(name).cloned()) {
        return (Standing::Failed, format!("Failed: {}", report.message));
    }
    if app.unread.with(|unread| unread.contains_key(name)) {
        return (Standing::Stale, "Not read".into());
    }
    app.inputs.with(|inputs| {
        let Some(opened) = inputs.get(name) else {
            return (Standing::Blocked, wanted_note(app, name));
        };
        let doubts = opened.state.report.findings.iter().filter(|finding| {
            use cuvette_core::report::Severity;
            matches!(finding.severity, Severity::Error | Severity::Check)
        });
        match (&opened.identity, doubts.count()) {
            (Identity::Different(how), _) => (
                Standing::Warning,
                format!("Not the file of the recipe: {how}"),
            ),
            (_, n) if n > 0 => (
                Standing::Warning,
                words::plural(n, "thing to check", "things to check"),
            ),
            (Identity::Identical, _) => (Standing::Ready, "Identical file".into()),
            (Identity::SameNumbers, _) => (Standing::Ready, "Same numbers, in another file".into()),
            (Identity::Pending, _) if app.has_print(name) => (
                Standing::Ready,
                "Being compared with the recipe's file".into(),
            ),
            (Identity::Failed(why), _) => (Standing::Warning, format!("No fingerprint: {why}")),
            (Identity::Unknown | Identity::Pending, _) => (Standing::Ready, String::new()),
        }
    })
}

fn wanted_note(app: App, name: &str) -> String {
    let recipe = app.recipe();
    let input = recipe.inputs.iter().find(|input| input.name == name);
    match input {
        Some(input) if app.has_file(name) => format!("{} is being read", input.file),
        Some(input) if input.file.is_empty() => "Drop its file here".into(),
        Some(input) => format!("Drop {} here", input.file),
        None => String::new(),
    }
}

/// The word of a state for those who do not see the icon.
#[component]
pub fn Spoken(
    /// The state.
    standing: Memo<Standing>,
) -> impl IntoView {
    view! { <span class="vh">{move || words::title(standing.get().word())} ": "</span> }
}
