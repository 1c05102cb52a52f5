//! The left part: inputs and steps in the order of the data's way, each with its state.

mod add;
mod inputs;
pub mod row;
mod steps;

use leptos::prelude::*;

use super::{
    frame::choose_files,
    icon::{Glyph, Icon},
    menu::{Menu, MenuItem},
};
use crate::state::{App, app, words};
use crate::ui::erased::{Show, view};
use add::AddStep;
use inputs::Inputs;
use steps::Steps;

/// The recipe.
#[component]
pub fn RecipePart() -> impl IntoView {
    let app = app();
    let folded = RwSignal::new(true);
    view! {
        <section class="recipe" aria-label="Recipe" tabindex="0">
            <button
                class="fold"
                aria-expanded=move || (!folded.get()).to_string()
                on:click=move |_| folded.update(|folded| *folded = !*folded)
            >
                <Glyph icon=Icon::List />
                <strong>"Recipe"</strong>
                <span class="grow">{move || place_in_words(app)}</span>
                <Glyph icon=Icon::Down />
            </button>
            <div class="side-head">
                <h2>"Recipe"</h2>
                <RecipeMenu />
            </div>
            <div>
                <h3 class="side-sub">"Inputs"</h3>
                <Inputs />
                <div class="steps-add">
                    <button class="btn btn-quiet btn-small" on:click=move |_| choose_files()>
                        <Glyph icon=Icon::Plus />
                        "Add files…"
                    </button>
                </div>
                <Keeping />
                <h3 class="side-sub">"Steps"</h3>
                <Steps />
                <AddStep />
            </div>
        </section>
    }
}

/// "Step 3 of 6, cross-study correlation", for the folded recipe.
fn place_in_words(app: App) -> String {
    let recipe = app.recipe();
    let selected = app.selected.get();
    let place = recipe
        .steps
        .iter()
        .position(|step| Some(&step.id) == selected.as_ref());
    match (place, selected) {
        (Some(place), _) => {
            let run = &recipe.steps[place].run;
            let title = app
                .entry(run)
                .map_or_else(|| words::title(run), |entry| entry.title);
            format!("Step {} of {}, {title}", place + 1, recipe.steps.len())
        }
        (None, Some(name)) => format!("Input {name}"),
        (None, None) => words::plural(recipe.steps.len(), "step", "steps"),
    }
}

#[component]
fn RecipeMenu() -> impl IntoView {
    let app = app();
    let forgets = RwSignal::new(false);
    view! {
        <Menu label="More for this recipe" from_right=true button=view! { <Glyph icon=Icon::More /> }>
            <MenuItem label="New analysis" detail="Undo brings this one back" on_choose=move || app.clear() />
            <MenuItem label="Save the recipe…" detail="For the command line" on_choose=move || app.save_recipe() />
            <MenuItem
                label=if app.keeps_files.get() == Some(true) {
                    "Stop keeping files here"
                } else {
                    "Keep files on this computer"
                }
                detail="In this browser, for the next visit"
                on_choose=move || app.set_keeps_files(app.keeps_files.get_untracked() != Some(true))
            />
            <MenuItem
                label="Forget everything on this computer…"
                on_choose=move || forgets.set(true)
            />
        </Menu>
        <ForgetDialog is_open=forgets />
    }
}

#[component]
fn ForgetDialog(is_open: RwSignal<bool>) -> impl IntoView {
    let app = app();
    view! {
        <super::share::Dialog id="forget" title="Forget everything on this computer?" is_open>
            <p class="dialog-lede">
                "The recipe and the files that this browser keeps are deleted. Files in your own folders are not touched."
            </p>
            <div class="actions">
                <button
                    class="btn btn-primary"
                    autofocus
                    on:click=move |_| {
                        app.forget_everything();
                        is_open.set(false);
                    }
                >
                    "Forget everything"
                </button>
                <button class="btn" on:click=move |_| is_open.set(false)>
                    "Keep it"
                </button>
            </div>
        </super::share::Dialog>
    }
}

/// Asks once whether files may be kept.
#[component]
fn Keeping() -> impl IntoView {
    let app = app();
    let asks = move || app.keeps_files.get().is_none() && app.inputs.with(|open| !open.is_empty());
    view! {
        <Show when=asks>
            <div class="keeping" id="keeping">
                <p>
                    "Keep these files in this browser, so that a reload opens them again? Without, they are asked for again."
                </p>
                <div class="actions">
                    <button class="btn btn-small" on:click=move |_| app.set_keeps_files(true)>
                        "Keep"
                    </button>
                    <button
                        class="btn btn-small btn-quiet"
                        on:click=move |_| app.set_keeps_files(false)
                    >
                        "Don't keep"
                    </button>
                </div>
            </div>
        </Show>
    }
}
