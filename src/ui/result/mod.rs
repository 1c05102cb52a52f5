//! The middle part: picture first, then verdicts, then tables, then what was done.

pub mod notes;
pub mod parts;

use cuvette_engine::protocol::{ErrorReport, InputState, StepResult, StepStatus};
use leptos::prelude::*;

use super::{import::Findings, notices::ErrorBox, table::Tables};
use crate::ui::erased::{Show, view};
use crate::{
    state::{App, app, evaluate::Standing, result_of, words},
    ui::{figure::live::Learning, frame::choose_files, recipe::row},
    views,
};
use parts::{Figures, Head};

/// The selected step or input.
#[component]
pub fn ResultPart() -> impl IntoView {
    let app = app();
    // Made anew for another step, not for another result, so that focus and scroll stay.
    let shown = Memo::new(move |_| {
        let recipe = app.recipe();
        let selected = app.selected.get()?;
        let is_step = recipe.steps.iter().any(|step| step.id == selected);
        let is_input = recipe.inputs.iter().any(|input| input.name == selected);
        (is_step || is_input).then_some((selected, is_step))
    });
    view! {
        <main class="result" id="result" tabindex="0">
            <div class="page">
                {move || {
                    app.link_error
                        .get()
                        .map(|report| view! { <ErrorBox report /> })
                }}
                {move || match shown.get() {
                    Some((id, true)) => view! { <StepResultView id /> },
                    Some((name, false)) => view! { <InputResultView name /> },
                    None => view! { <Nothing /> },
                }}
            </div>
        </main>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <div class="empty">
            <h2>"Nothing is selected"</h2>
            <p>"Drop a table anywhere on this page, or choose a step on the left"</p>
            <div class="actions">
                <button class="btn btn-primary" on:click=move |_| choose_files()>
                    "Choose files…"
                </button>
            </div>
        </div>
    }
}

/// The result of a step that is shown now, with what is known of it.
fn known_result(app: App, id: &str) -> Option<StepResult> {
    app.steps
        .with(|steps| steps.get(id).and_then(result_of).cloned())
}

#[component]
fn StepResultView(id: String) -> impl IntoView {
    let app = app();
    let id = StoredValue::new(id);
    // What was once there stays until something newer is.
    let result = Memo::new(move |before: Option<&Option<StepResult>>| {
        let before = before.cloned().flatten();
        known_result(app, &id.get_value()).or(before)
    });
    let has_result = Memo::new(move |_| result.with(Option::is_some));
    let standing = Memo::new(move |_| app.standing(&id.get_value()));
    let is_running = Memo::new(move |_| app.is_seen_running(&id.get_value()));
    let failed = move || {
        app.steps
            .with(|steps| match &steps.get(&id.get_value())?.state.status {
                StepStatus::Failed(report) if !is_running.get() => Some(report.clone()),
                _ => None,
            })
    };
    view! {
        {move || failed().map(|report| view! { <Failure report has_result=has_result.get() /> })}
        {move || {
            if let (true, Some(first)) = (has_result.get(), result.get_untracked()) {
                let is_old = move || !matches!(standing.get(), Standing::Ready | Standing::Warning);
                let shown = Signal::derive(move || result.get().unwrap_or_else(|| first.clone()));
                view! {
                    <Learning id />
                    <div class="result-body" class:is-old=is_old>
                        {views::view(app, id.get_value(), shown)}
                    </div>
                }
            } else {
                view! { <Waiting id standing /> }
            }
        }}
    }
}

#[component]
fn Failure(report: ErrorReport, has_result: bool) -> impl IntoView {
    view! {
        <ErrorBox report />
        {has_result
            .then(|| view! { <p class="muted">"Below is the last result that could be computed"</p> })}
    }
}

/// A step without a result: what it waits for.
#[component]
fn Waiting(id: StoredValue<String>, standing: Memo<Standing>) -> impl IntoView {
    let app = app();
    let run = move || {
        let recipe = app.recipe();
        let step = recipe
            .steps
            .into_iter()
            .find(|step| step.id == id.get_value());
        step.map(|step| step.run).unwrap_or_default()
    };
    let entry = move || app.entry(&run());
    let wanted = move || {
        let recipe = app.recipe();
        let names = recipe.inputs.into_iter();
        names
            .filter(|input| app.inputs.with(|open| !open.contains_key(&input.name)))
            .map(|input| (input.name, input.file))
            .collect::<Vec<_>>()
    };
    view! {
        <div class="page-head">
            <div>
                <h1>{move || entry().map_or_else(|| words::title(&run()), |entry| entry.title)}</h1>
                <p>{move || entry().map(|entry| entry.help)}</p>
            </div>
        </div>
        <Show when=move || standing.get() == Standing::Blocked && !wanted().is_empty()>
            <Wanted names=Signal::derive(wanted) />
        </Show>
        <Show when=move || standing.get() == Standing::Running>
            <p class="muted">"Running. The result appears here"</p>
        </Show>
        <Learning id />
    }
}

/// The files that a recipe or link wants.
#[component]
fn Wanted(names: Signal<Vec<(String, String)>>) -> impl IntoView {
    let line = |(name, file): (String, String)| {
        let file = if file.is_empty() {
            "its file".into()
        } else {
            file
        };
        let data = name.clone();
        view! {
            <li data-wanted=data>
                <strong>{file}</strong>
                " as "
                {name}
            </li>
        }
    };
    view! {
        <div class="empty" id="wanted">
            <h2>"This recipe wants its files"</h2>
            <ul class="wanted">{move || names.get().into_iter().map(line).collect_view()}</ul>
            <p>
                "Drop them anywhere on this page. Cuvette tells whether each is the identical file, the same numbers in another file, or different"
            </p>
            <div class="actions">
                <button class="btn btn-primary" on:click=move |_| choose_files()>
                    "Choose files…"
                </button>
            </div>
        </div>
    }
}

#[component]
fn InputResultView(name: String) -> impl IntoView {
    let app = app();
    let name = StoredValue::new(name);
    let opened = Memo::new(move |_| {
        app.inputs
            .with(|inputs| inputs.get(&name.get_value()).cloned())
    });
    let state = Memo::new(move |_| Some(opened.get()?.state));
    let error = move || {
        app.input_errors
            .with(|errors| errors.get(&name.get_value()).cloned())
    };
    let choose = Callback::new(move |(option, value): (String, serde_json::Value)| {
        app.set_input_option(&name.get_value(), &option, &value);
    });
    let wanted = Signal::derive(move || {
        let recipe = app.recipe();
        let input = recipe
            .inputs
            .into_iter()
            .find(|input| input.name == name.get_value());
        input
            .map(|input| (input.name, input.file))
            .into_iter()
            .collect::<Vec<_>>()
    });
    let is_wanted = move || {
        let cannot_be_shown = opened.with(Option::is_none) || error().is_some();
        cannot_be_shown && !app.has_file(&name.get_value())
    };
    view! {
        {move || error().map(|report| view! { <ErrorBox report choose /> })}
        <Show when=is_wanted>
            <Wanted names=wanted />
        </Show>
        {move || {
            state
                .get()
                .map(|state| view! { <InputBody name=name.get_value() state choose /> })
        }}
    }
}

#[component]
fn InputBody(
    name: String,
    state: InputState,
    choose: Callback<(String, serde_json::Value)>,
) -> impl IntoView {
    let app = app();
    let shape = state.shape;
    let question = {
        let name = name.clone();
        Signal::derive(move || {
            let note = row::input_standing(app, &name).1;
            format!("{}. {note}", words::shape(shape))
        })
    };
    let version = {
        let name = name.clone();
        Memo::new(move |_| {
            app.inputs
                .with(|inputs| inputs.get(&name).map_or(0, |opened| opened.reading))
                .to_string()
        })
    };
    view! {
        <Head title=name.clone() question />
        <NextSteps name=name.clone() />
        <Figures of=name.clone() figures=state.figures version statistic=Signal::derive(|| None::<String>) />
        <Tables of=name tables=state.tables version />
        <Findings
            findings=state.report.findings
            choose=move |option, value| choose.run((option, value))
        />
    }
}

/// With data open and no step yet: what could come next.
#[component]
fn NextSteps(name: String) -> impl IntoView {
    use cuvette_core::analyses::AnalysisId;
    let app = app();
    let has_two = move || app.matrices().len() > 1;
    let is_new = move || app.recipe().steps.is_empty();
    let is_matrix = move || app.matrices().contains(&name);
    let add = move |run: &'static str| {
        if let Some(analysis) = AnalysisId::from_name(run) {
            app.add_step(analysis);
        }
    };
    view! {
        <Show when=move || is_new() && is_matrix()>
            <div class="next" id="next">
                <strong>"Next"</strong>
                <Show when=has_two>
                    <button class="btn btn-small btn-primary" on:click=move |_| add("cross_study")>
                        "Compare the two sets"
                    </button>
                </Show>
                <button class="btn btn-small" on:click=move |_| add("sample_correlation")>
                    "Correlate the samples"
                </button>
                <button class="btn btn-small" on:click=move |_| add("log")>
                    "Take logarithms"
                </button>
                <span class="muted">"or add a step on the left"</span>
            </div>
        </Show>
    }
}
