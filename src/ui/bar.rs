//! The header: name of the analysis, undo, search, share, theme.

use cuvette_engine::{
    protocol::{Answer, RequestBody, TableName, TableView},
    recipe::RecipeHistory,
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    frame::FileField,
    icon::{Glyph, Icon},
};
use crate::state::{App, app, result_of, words};
use crate::ui::erased::{Show, view};

/// The header.
#[component]
pub fn Bar(
    /// True on the first screen.
    is_empty: Memo<bool>,
) -> impl IntoView {
    let app = app();
    // A new analysis shows the first screen, and undo brings back the last one.
    let has_history = Memo::new(move |_| {
        let walks = |history: &RecipeHistory| history.can_undo() || history.can_redo();
        !is_empty.get() || app.history.with(walks)
    });
    view! {
        <header class="bar">
            <span class="brand">
                <Glyph icon=Icon::Cuvette />
                <span>"Cuvette"</span>
            </span>
            <Show when=move || !is_empty.get()>
                <Title />
            </Show>
            <Show when=move || has_history.get()>
                <History />
            </Show>
            <span class="bar-spring"></span>
            <Show when=move || !is_empty.get()>
                <GeneSearch />
                <button class="btn" aria-label="Share link…" on:click=move |_| app.shares.set(true)>
                    <Glyph icon=Icon::Link />
                    <span class="label">"Share link…"</span>
                </button>
            </Show>
            <ThemeButton />
            <FileField />
        </header>
    }
}

#[component]
fn Title() -> impl IntoView {
    let app = app();
    view! {
        <div class="bar-doc">
            <label class="vh" for="doc">
                "Name of this analysis"
            </label>
            <input
                id="doc"
                placeholder="Untitled analysis"
                autocomplete="off"
                prop:value=move || app.recipe().title
                on:change=move |event| app.set_title(event_target_value(&event))
            />
        </div>
    }
}

#[component]
fn History() -> impl IntoView {
    let app = app();
    view! {
        <div class="bar-group">
            <button
                class="btn btn-quiet btn-icon"
                id="undo"
                aria-label="Undo"
                title="Undo (Ctrl+Z)"
                disabled=move || !app.history.with(RecipeHistory::can_undo)
                on:click=move |_| app.undo()
            >
                <Glyph icon=Icon::Undo />
            </button>
            <button
                class="btn btn-quiet btn-icon"
                id="redo"
                aria-label="Redo"
                title="Redo (Ctrl+Shift+Z)"
                disabled=move || !app.history.with(RecipeHistory::can_redo)
                on:click=move |_| app.redo()
            >
                <Glyph icon=Icon::Redo />
            </button>
        </div>
    }
}

#[component]
fn ThemeButton() -> impl IntoView {
    let app = app();
    let label = move || format!("Light or dark: {}", app.theme.get().label());
    view! {
        <button
            class="btn btn-quiet btn-icon"
            id="theme"
            aria-label=label
            title=label
            on:click=move |_| {
                app.theme.update(|theme| *theme = theme.next());
                let theme = app.theme.get_untracked();
                theme.apply();
                app.is_dark.set(theme.is_dark());
                app.say(format!("Theme {}", theme.label()));
            }
        >
            <Glyph icon=Icon::Theme />
        </button>
    }
}

#[component]
fn GeneSearch() -> impl IntoView {
    let app = app();
    view! {
        <form
            class="bar-search"
            role="search"
            on:submit=move |event| {
                event.prevent_default();
                let input = document().get_element_by_id("find");
                let text = input.map(event_value).unwrap_or_default();
                find(app, &text);
            }
        >
            <label class="vh" for="find">
                "Find a gene, or paste a list, in the table shown"
            </label>
            <Glyph icon=Icon::Search />
            <input
                class="input"
                id="find"
                type="search"
                placeholder="Find a gene or paste a list"
                autocomplete="off"
                spellcheck="false"
                on:paste=super::table::keep_line_breaks
                on:input=move |event| {
                    if event_target_value(&event).is_empty() {
                        find(app, "");
                    }
                }
            />
        </form>
    }
}

fn event_value(element: web_sys::Element) -> String {
    use wasm_bindgen::JsCast;
    let input = element.dyn_into::<web_sys::HtmlInputElement>();
    input.map(|input| input.value()).unwrap_or_default()
}

/// Points out names in the table that is shown; says what is not there and what is near.
pub fn find(app: App, text: &str) {
    let Some(node) = app.selected.get_untracked() else {
        return;
    };
    let names = words::pasted_names(text);
    if names.is_empty() {
        return app.mark_found(&node, Vec::new());
    }
    let Some(table) = shown_table(app, &node) else {
        return app.say("There is no table here to search");
    };
    spawn_local(async move {
        let body = RequestBody::Find {
            table,
            view: TableView::default(),
            names: names.clone(),
        };
        let Ok(Answer::Found { rows, unknown }) = app.answer(body).await.map(|it| it.answer) else {
            return app.complain("This table could not be searched");
        };
        let found: Vec<String> = names
            .into_iter()
            .zip(&rows)
            .filter_map(|(name, row)| row.map(|_| name))
            .collect();
        tell(app, found.len(), &unknown);
        if let [only] = found.as_slice() {
            app.marked.update(|marked| {
                marked.get_or_default(&node).subject = Some(only.clone());
            });
        }
        app.mark_found(&node, found);
    });
}

fn tell(app: App, n_found: usize, unknown: &[(String, Vec<String>)]) {
    let found = words::plural(n_found, "name found", "names found");
    match unknown {
        [] => app.done(found),
        [(name, near), rest @ ..] => {
            let others = if rest.is_empty() {
                String::new()
            } else {
                format!(" and {} more", rest.len())
            };
            let near = if near.is_empty() {
                String::new()
            } else {
                format!(" Nearest: {}", near.join(", "))
            };
            app.complain(format!("{found}. {name}{others} not in this table.{near}"));
        }
    }
}

/// The first table of the node that is shown.
fn shown_table(app: App, node: &str) -> Option<TableName> {
    let of_step = app.steps.with_untracked(|steps| {
        let result = steps.get(node).and_then(result_of)?;
        result.tables.first().map(|table| table.name.clone())
    });
    let table = of_step.or_else(|| {
        app.inputs.with_untracked(|inputs| {
            let tables = &inputs.get(node)?.state.tables;
            tables.first().map(|table| table.name.clone())
        })
    })?;
    Some(TableName {
        of: node.into(),
        table,
    })
}
