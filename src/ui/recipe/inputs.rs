//! The inputs of the recipe.

use leptos::prelude::*;

use super::{
    row::{Spoken, icon, input_standing},
    steps::{Progress, Rename},
};
use crate::ui::erased::{Show, rows, view};
use crate::{
    state::{Draft, app, evaluate::Standing, words},
    ui::{
        icon::{Glyph, Icon},
        menu::{Menu, MenuItem},
    },
};

/// All inputs, then the files that are looked at.
#[component]
pub fn Inputs() -> impl IntoView {
    let app = app();
    let names = move || {
        let recipe = app.recipe();
        let inputs = recipe.inputs.into_iter();
        inputs.map(|input| (0, input.name, String::new())).collect()
    };
    let drafts = move || {
        app.drafts.with(|drafts| {
            let drafts = drafts.iter();
            let key = |draft: &Draft| (draft.id, draft.file.name(), String::new());
            drafts.map(key).collect()
        })
    };
    view! {
        <ul class="steps">
            {rows(names, |(_, name, _)| view! { <InputRow name /> })}
            {rows(drafts, |(id, name, _)| view! { <DraftRow id name /> })}
        </ul>
    }
}

/// A file on its way into the recipe; the first is the one that is shown.
#[component]
fn DraftRow(id: u64, name: String) -> impl IntoView {
    let app = app();
    let is_shown = move || {
        app.drafts
            .with(|drafts| drafts.first().is_some_and(|it| it.id == id))
    };
    let note = move || {
        if is_shown() {
            "Look at it, then add it"
        } else {
            "Next"
        }
    };
    view! {
        <li class="step" data-state="draft" data-current=move || is_shown().then_some("")>
            <span class="step-main">
                <Glyph icon=Icon::Ask />
                <span class="step-title">{name}</span>
                <span class="step-note">{note}</span>
            </span>
        </li>
    }
}

#[component]
fn InputRow(name: String) -> impl IntoView {
    let app = app();
    let name = StoredValue::new(name);
    let state = Memo::new(move |_| name.with_value(|name| input_standing(app, name)));
    let standing = Memo::new(move |_| state.get().0);
    let shape = move || {
        let name = name.get_value();
        app.inputs.with(|inputs| {
            let opened = inputs.get(&name);
            opened.map_or_else(String::new, |opened| words::shape(opened.state.shape))
        })
    };
    let is_current = move || app.selected.get() == Some(name.get_value());
    let renames = RwSignal::new(false);
    view! {
        <li class="step" data-input=name.get_value() data-state=move || standing.get().word()>
            <button
                class="step-main"
                aria-current=move || is_current().then_some("true")
                on:click=move |_| app.select(&name.get_value())
            >
                <Glyph icon=Signal::derive(move || icon(standing.get())) />
                <span class="step-title">
                    <Spoken standing />
                    {name.get_value()}
                </span>
                <span class="step-shape num">{shape}</span>
                {move || {
                    let note = state.get().1;
                    (!note.is_empty()).then(|| view! { <span class="step-note">{note}</span> })
                }}
            </button>
            <InputMenu name renames />
            <Rename name renames />
            <Show when=move || standing.get() == Standing::Running>
                <Progress />
            </Show>
            <Show when=move || standing.get() == Standing::Stale>
                <div class="step-more">
                    <button class="btn btn-link" on:click=move |_| app.read_again(&name.get_value())>
                        "Read again"
                    </button>
                </div>
            </Show>
        </li>
    }
}

#[component]
fn InputMenu(name: StoredValue<String>, renames: RwSignal<bool>) -> impl IntoView {
    let app = app();
    let label = format!("More for {}", name.get_value());
    let has_file = move || app.has_file(&name.get_value());
    view! {
        <div class="step-menu">
            <Menu label from_right=true button=view! { <Glyph icon=Icon::More /> }>
                <MenuItem label="Rename…" on_choose=move || renames.set(true) />
                <MenuItem
                    label="Read again"
                    disabled=Signal::derive(move || !has_file())
                    on_choose=move || app.read_again(&name.get_value())
                />
                <MenuItem label="Remove" on_choose=move || app.remove(&name.get_value()) />
            </Menu>
        </div>
    }
}
