//! The right part: the parameters of the selected step, made from its schema.

mod field;
mod inputs;
mod reads;

use leptos::prelude::*;
use serde_json::Value;

use crate::ui::erased::{Show, view};
use crate::{
    state::{App, app, schema, words},
    ui::icon::{Glyph, Icon},
};
use field::FieldView;
pub use field::columns_of;
use inputs::InputFacts;
use reads::Reads;

/// A step's parameters, or an input's facts.
#[component]
pub fn Params() -> impl IntoView {
    let app = app();
    let folded = RwSignal::new(true);
    // The form is made anew for another step, not for another value, so that focus stays.
    let shown = Memo::new(move |_| {
        let recipe = app.recipe();
        let selected = app.selected.get()?;
        let step = recipe.steps.iter().find(|step| step.id == selected);
        let run = step.map(|step| step.run.clone());
        // The form comes with the engine's catalogue.
        let is_known = run.as_ref().is_none_or(|run| app.entry(run).is_some());
        is_known.then_some((selected, run))
    });
    view! {
        <section class="params" aria-label="Parameters" tabindex="0">
            <button
                class="fold"
                aria-expanded=move || (!folded.get()).to_string()
                on:click=move |_| folded.update(|folded| *folded = !*folded)
            >
                <Glyph icon=Icon::Sliders />
                <strong>"Parameters"</strong>
                <span class="grow">{move || folded_words(app)}</span>
                <Glyph icon=Icon::Down />
            </button>
            {move || match shown.get() {
                Some((id, Some(run))) => view! { <Form id run /> },
                Some((name, None)) => view! { <InputFacts name /> },
                None => {
                    view! {
                        <div class="side-head">
                            <h2>"Parameters"</h2>
                        </div>
                        <p class="side-sub">"Choose a step to see its parameters"</p>
                    }
                }
            }}
        </section>
    }
}

fn folded_words(app: App) -> String {
    let recipe = app.recipe();
    let selected = app.selected.get();
    let step = recipe
        .steps
        .iter()
        .find(|step| Some(&step.id) == selected.as_ref());
    match step.map(|step| step.with.len()) {
        Some(0) => "all at their defaults".into(),
        Some(n) => format!("{n} changed"),
        None => String::new(),
    }
}

#[component]
fn Form(id: String, run: String) -> impl IntoView {
    let app = app();
    let id = StoredValue::new(id);
    let entry = app.entry(&run);
    let fields = entry
        .as_ref()
        .map(|entry| schema::fields(&entry.schema))
        .unwrap_or_default();
    let reads = entry.map(|entry| entry.reads).unwrap_or_default();
    let is_empty = fields.is_empty();
    let is_changed = move || !with_of(app, &id.get_value()).is_empty();
    view! {
        <div class="side-head">
            <h2>"Parameters"</h2>
            <Show when=is_changed>
                <button
                    class="btn btn-link"
                    on:click=move |_| app.reset_parameters(&id.get_value())
                >
                    "Reset all"
                </button>
            </Show>
        </div>
        <div class="fields" data-form=id.get_value()>
            <Reads id reads />
            {fields.into_iter().map(|field| view! { <FieldView id field /> }).collect_view()}
            {is_empty.then(|| view! { <p class="muted">"This step has no parameters"</p> })}
        </div>
    }
}

/// The parameters of a step that differ from their defaults, tracked.
fn with_of(app: App, id: &str) -> serde_json::Map<String, Value> {
    let recipe = app.recipe();
    let step = recipe.steps.into_iter().find(|step| step.id == id);
    step.map(|step| step.with).unwrap_or_default()
}

/// "Default 10", beside the label.
fn default_words(field: &schema::Field) -> String {
    let words = schema::in_words(field, &field.default);
    if words.is_empty() {
        String::new()
    } else {
        format!("Default {words}")
    }
}

/// What is wrong with a field, as the engine said of the step, tracked.
fn error_of(app: App, id: &str, field: &str) -> Option<String> {
    use cuvette_engine::protocol::StepStatus;
    if app.is_seen_running(id) {
        return None;
    }
    app.steps.with(|steps| match &steps.get(id)?.state.status {
        StepStatus::Failed(report) if report.field.as_deref() == Some(field) => {
            Some(words::title(&report.message))
        }
        _ => None,
    })
}
