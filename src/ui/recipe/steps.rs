//! The steps of the recipe: select, rename, move, switch off, remove.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::row::{Spoken, icon, step_note, step_shape};
use crate::ui::erased::{Show, effect, rows, view};
use crate::{
    state::{app, evaluate::Standing, words},
    ui::{
        icon::{Glyph, Icon},
        menu::{Menu, MenuItem},
    },
};

/// All steps.
#[component]
pub fn Steps() -> impl IntoView {
    let app = app();
    let steps = move || {
        let recipe = app.recipe();
        let steps = recipe.steps.into_iter();
        steps.map(|step| (0, step.id, step.run)).collect()
    };
    view! {
        <Show when=move || app.recipe().steps.is_empty()>
            <p class="side-sub">"None yet"</p>
        </Show>
        <ol class="steps">
            {rows(steps, |(_, id, run)| view! { <StepRow id run /> })}
        </ol>
    }
}

#[component]
fn StepRow(id: String, run: String) -> impl IntoView {
    let app = app();
    let id = StoredValue::new(id);
    let standing = Memo::new(move |_| id.with_value(|id| app.standing(id)));
    let title = move || {
        app.entry(&run)
            .map_or_else(|| words::title(&run), |entry| entry.title)
    };
    let is_current = move || app.selected.get() == Some(id.get_value());
    let note = move || id.with_value(|id| step_note(app, id, standing.get()));
    let renames = RwSignal::new(false);
    view! {
        <li class="step" data-step=id.get_value() data-state=move || standing.get().word()>
            <button
                class="step-main"
                aria-current=move || is_current().then_some("true")
                aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown Delete"
                on:click=move |_| app.select(&id.get_value())
                on:keydown=move |event| step_keys(app, &id.get_value(), &event)
            >
                <Glyph icon=Signal::derive(move || icon(standing.get())) />
                <span class="step-title">
                    <Spoken standing />
                    {title}
                    <span class="step-id">{id.get_value()}</span>
                </span>
                <span class="step-shape num">
                    {move || id.with_value(|id| step_shape(app, id))}
                </span>
                {move || {
                    let note = note();
                    (!note.is_empty()).then(|| view! { <span class="step-note">{note}</span> })
                }}
            </button>
            <StepMenu id standing renames />
            <Rename name=id renames />
            <Show when=move || standing.get() == Standing::Running>
                <Progress />
            </Show>
            <Show when=move || app.is_stopped.get() && standing.get() == Standing::Stale>
                <div class="step-more">
                    <button class="btn btn-link" on:click=move |_| app.run_again()>
                        "Run again"
                    </button>
                </div>
            </Show>
        </li>
    }
}

fn step_keys(app: crate::state::App, id: &str, event: &KeyboardEvent) {
    match (event.key().as_str(), event.alt_key()) {
        ("ArrowUp", true) => app.move_step(id, -1),
        ("ArrowDown", true) => app.move_step(id, 1),
        ("Delete", false) => app.remove(id),
        _ => return,
    }
    event.prevent_default();
}

#[component]
fn StepMenu(
    id: StoredValue<String>,
    standing: Memo<Standing>,
    renames: RwSignal<bool>,
) -> impl IntoView {
    let app = app();
    let is_off = move || standing.get() == Standing::Off;
    let label = format!("More for {}", id.get_value());
    view! {
        <div class="step-menu">
            <Menu label from_right=true button=view! { <Glyph icon=Icon::More /> }>
                <MenuItem label="Rename…" on_choose=move || renames.set(true) />
                <MenuItem label="Move up" detail="Alt+↑" on_choose=move || app.move_step(&id.get_value(), -1) />
                <MenuItem label="Move down" detail="Alt+↓" on_choose=move || app.move_step(&id.get_value(), 1) />
                <MenuItem
                    label=if is_off() { "Switch on" } else { "Switch off" }
                    on_choose=move || {
                        app.set_off(&id.get_value(), standing.get_untracked() != Standing::Off);
                    }
                />
                <MenuItem label="Remove" detail="Del" on_choose=move || app.remove(&id.get_value()) />
            </Menu>
        </div>
    }
}

/// A field in place of the name, while it is changed.
#[component]
pub fn Rename(name: StoredValue<String>, renames: RwSignal<bool>) -> impl IntoView {
    let app = app();
    let field = NodeRef::<leptos::html::Input>::new();
    effect(move || {
        if let Some(field) = field.get() {
            let _ = field.focus();
            field.select();
        }
    });
    let finish = move |new: String| {
        if renames.get_untracked() {
            renames.set(false);
            app.rename(&name.get_value(), new.trim());
        }
    };
    view! {
        <Show when=move || renames.get()>
            <div class="step-more">
                <input
                    class="input"
                    node_ref=field
                    aria-label=format!("New name of {}", name.get_value())
                    prop:value=name.get_value()
                    on:change=move |event| finish(event_target_value(&event))
                    on:blur=move |_| renames.set(false)
                    on:keydown=move |event| {
                        if event.key() == "Escape" {
                            renames.set(false);
                        }
                    }
                />
                <p class="help muted">"Small letters, digits, - and _"</p>
            </div>
        </Show>
    }
}

/// How far the work is, and Cancel.
#[component]
pub fn Progress() -> impl IntoView {
    let app = app();
    let work = move || app.work.get().filter(crate::state::Work::is_shown);
    let (is_known, share) = (
        move || work().is_some_and(|work| work.total > 0),
        move || work().map_or(0.0, |work| work.done as f64 / work.total.max(1) as f64),
    );
    view! {
        <Show when=move || work().is_some()>
            <div class="step-more">
                <div class="progress">
                    <progress
                        max="1"
                        prop:value=share
                        data-unknown=move || (!is_known()).then_some("")
                        aria-label="Progress"
                    ></progress>
                    <button class="btn btn-link" on:click=move |_| app.cancel()>
                        "Cancel"
                    </button>
                    <p class="num">
                        "Running: " {move || work().map(|work| work.words()).unwrap_or_default()}
                    </p>
                </div>
            </div>
        </Show>
    }
}
