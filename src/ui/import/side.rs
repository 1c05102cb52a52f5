//! The right part while a file is looked at: what will be read, its name, its memory.

use cuvette_formats::Preview;
use leptos::prelude::*;

use super::shown;
use crate::ui::erased::{Show, view};
use crate::{
    state::{app, words},
    ui::icon::{Glyph, Icon},
};

/// What will be read, and the buttons.
#[component]
pub fn ImportSide() -> impl IntoView {
    let app = app();
    let folded = RwSignal::new(false);
    let preview = Memo::new(move |_| shown(app)?.preview);
    view! {
        <section class="params" aria-label="What will be read" tabindex="0">
            <button
                class="fold"
                aria-expanded=move || (!folded.get()).to_string()
                on:click=move |_| folded.update(|folded| *folded = !*folded)
            >
                <Glyph icon=Icon::Sliders />
                <strong>"What will be read"</strong>
                <span class="grow"></span>
                <Glyph icon=Icon::Down />
            </button>
            <div class="side-head">
                <h2>"What will be read"</h2>
            </div>
            <div class="fields">
                {move || preview.get().map(|preview| view! { <Facts preview /> })}
                <Naming />
                {move || preview.get().map(|preview| view! { <Memory preview /> })}
            </div>
            <Buttons />
        </section>
    }
}

#[component]
fn Facts(preview: Preview) -> impl IntoView {
    let estimate = preview.estimate;
    let about = if estimate.exact { "" } else { "about " };
    let count = move |n: u64| format!("{about}{}", words::count(n));
    let kind = serde_json::to_value(preview.kind).unwrap_or_default();
    let kind = words::title(kind.as_str().unwrap_or_default());
    view! {
        <div>
            <dl class="facts">
                <dt>"Read as"</dt>
                <dd>{kind}</dd>
                <dt>"Format"</dt>
                <dd>{preview.format_label}</dd>
                <dt>"Genes"</dt>
                <dd>{count(estimate.n_genes)}</dd>
                <dt>"Samples"</dt>
                <dd>{count(estimate.n_samples)}</dd>
            </dl>
        </div>
    }
}

#[component]
fn Naming() -> impl IntoView {
    let app = app();
    let id = move || shown(app).map_or(0, |draft| draft.id);
    let wanted = move || {
        let recipe = app.recipe();
        let names = recipe.inputs.into_iter().map(|input| input.name);
        names.filter(|name| !app.has_file(name)).collect::<Vec<_>>()
    };
    let name = move || {
        shown(app).map(|draft| {
            let stem = draft.file.name();
            let stem = stem
                .split('.')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            draft.name.unwrap_or(stem)
        })
    };
    view! {
        <Show when=move || !wanted().is_empty()>
            <div class="field">
                <div class="field-label">
                    <label for="draft-place">"Use it as"</label>
                </div>
                <span class="select-wrap">
                    <select
                        class="select"
                        id="draft-place"
                        on:change=move |event| {
                            let value = event_target_value(&event);
                            app.edit_draft(
                                id(),
                                |draft| draft.place = (!value.is_empty()).then_some(value),
                            );
                        }
                    >
                        <option value="">"A new input"</option>
                        {move || {
                            wanted()
                                .into_iter()
                                .map(|name| view! { <option value=name.clone()>{name.clone()}</option> })
                                .collect_view()
                        }}
                    </select>
                    <Glyph icon=Icon::Down />
                </span>
            </div>
        </Show>
        <div class="field">
            <div class="field-label">
                <label for="draft-name">"Name of this input"</label>
            </div>
            <input
                class="input"
                id="draft-name"
                autocomplete="off"
                spellcheck="false"
                prop:value=name
                on:change=move |event| {
                    let value = event_target_value(&event).trim().to_string();
                    app.edit_draft(id(), |draft| draft.name = (!value.is_empty()).then_some(value));
                }
            />
            <p class="help">"How steps and exported files call it: small letters, digits, - and _"</p>
        </div>
    }
}

#[component]
fn Memory(preview: Preview) -> impl IntoView {
    let need = preview.estimate.memory_bytes;
    view! {
        <div>
            <h3 class="group-title">"Memory"</h3>
            <p>"About " {words::bytes(need)} " needed while it is read"</p>
        </div>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    let app = app();
    let id = move || shown(app).map_or(0, |draft| draft.id);
    let is_refused = move || shown(app).is_some_and(|draft| draft.is_refused());
    let is_seen = move || shown(app).is_some_and(|draft| draft.preview.is_some());
    let cannot = move || !is_seen() || is_refused();
    let why = move || is_refused().then_some("The report asks for an answer first");
    let n = move || app.drafts.with(Vec::len);
    view! {
        <div class="params-foot">
            <button class="btn" id="discard" on:click=move |_| app.discard_draft(id())>
                "Discard"
            </button>
            <button
                class="btn btn-primary"
                id="accept"
                disabled=cannot
                title=why
                on:click=move |_| app.accept_draft(id())
            >
                "Add to recipe"
            </button>
            <Show when=move || { n() > 1 }>
                <button class="btn" id="accept-all" on:click=move |_| app.accept_all_drafts()>
                    "Add all " {n}
                </button>
            </Show>
        </div>
    }
}
