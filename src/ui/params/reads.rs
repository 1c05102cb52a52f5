//! What a step reads: one choice for each data set, and tables to attach.

use cuvette_core::analyses::AnalysisId;
use leptos::prelude::*;

use crate::ui::erased::view;
use crate::{
    state::{App, app},
    ui::icon::{Glyph, Icon},
};

/// The data sets, then one more place for a table to attach.
#[component]
pub fn Reads(id: StoredValue<String>, reads: Vec<String>) -> impl IntoView {
    let app = app();
    let n = reads.len();
    let attached = Memo::new(move |_| of(app, &id.get_value()).len().max(n));
    let fields = reads
        .into_iter()
        .enumerate()
        .map(|(place, label)| view! { <Read id place label is_table=false /> });
    let label = if reads_model(app, &id.get_value()) {
        "Table or model file to attach"
    } else {
        "Table to attach"
    };
    let more = move || {
        let has_tables = !tables(app, &id.get_value()).is_empty();
        let end = if has_tables {
            attached.get() + 1
        } else {
            attached.get()
        };
        (n..end)
            .map(|place| view! { <Read id place label=label.to_string() is_table=true /> })
            .collect_view()
    };
    view! {
        {fields.collect_view()}
        {more}
    }
}

#[component]
fn Read(id: StoredValue<String>, place: usize, label: String, is_table: bool) -> impl IntoView {
    let app = app();
    let field = format!("read-{place}");
    let now = move || {
        of(app, &id.get_value())
            .get(place)
            .cloned()
            .unwrap_or_default()
    };
    let options = move || {
        let mut options = if is_table {
            tables(app, &id.get_value())
        } else {
            before(app, &id.get_value())
        };
        let now = now();
        if !now.is_empty() && !options.contains(&now) {
            options.push(now);
        }
        options
    };
    view! {
        <div class="field">
            <div class="field-label">
                <label for=field.clone()>{label}</label>
            </div>
            <span class="select-wrap">
                <select
                    class="select"
                    id=field
                    data-read=place
                    on:change=move |event| {
                        app.set_read(&id.get_value(), place, event_target_value(&event));
                    }
                >
                    <option value="" prop:selected=move || now().is_empty()>
                        {if is_table { "None" } else { "Choose…" }}
                    </option>
                    {move || {
                        options()
                            .into_iter()
                            .map(|name| {
                                let is_now = name == now();
                                view! {
                                    <option value=name.clone() prop:selected=is_now>
                                        {name.clone()}
                                    </option>
                                }
                            })
                            .collect_view()
                    }}
                </select>
                <Glyph icon=Icon::Down />
            </span>
        </div>
    }
}

fn of(app: App, id: &str) -> Vec<String> {
    let recipe = app.recipe();
    let step = recipe.steps.into_iter().find(|step| step.id == id);
    step.map(|step| step.of).unwrap_or_default()
}

/// Data sets that stand before a step.
fn before(app: App, id: &str) -> Vec<String> {
    let recipe = app.recipe();
    let place = recipe
        .steps
        .iter()
        .position(|step| step.id == id)
        .unwrap_or(0);
    let later: Vec<&str> = recipe.steps[place..]
        .iter()
        .map(|step| step.id.as_str())
        .collect();
    let mut names = app.matrices();
    names.retain(|name| !later.contains(&name.as_str()));
    names
}

/// Whether the files of a model may be attached to a step.
fn reads_model(app: App, id: &str) -> bool {
    let steps = untrack(|| app.recipe()).steps;
    let step = steps.into_iter().find(|step| step.id == id);
    let analysis = step.and_then(|step| AnalysisId::from_name(&step.run));
    analysis.is_some_and(AnalysisId::reads_model)
}

/// Inputs that are tables of samples or genes, and the files of a model where they are read.
fn tables(app: App, id: &str) -> Vec<String> {
    use cuvette_formats::InputKind as Kind;
    let reads_model = reads_model(app, id);
    app.inputs.with(|inputs| {
        let is_wanted = |kind| match kind {
            Kind::SampleTable | Kind::GeneTable => true,
            Kind::Checkpoint
            | Kind::CheckpointConfig
            | Kind::TokenDictionary
            | Kind::MedianDictionary => reads_model,
            Kind::Matrix | Kind::GeneList | Kind::GeneSets | Kind::ForestModel => false,
        };
        let tables = inputs
            .iter()
            .filter(|(_, opened)| is_wanted(opened.state.kind));
        tables.map(|(name, _)| name.clone()).collect()
    })
}
