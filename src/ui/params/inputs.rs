//! The right part for an input: what was read, and from what file.

use leptos::prelude::*;

use crate::ui::erased::{Show, view};
use crate::{
    state::{Opened, app, files::Identity, words},
    ui::frame::choose_files,
};

/// The facts of an input.
#[component]
pub fn InputFacts(name: String) -> impl IntoView {
    let app = app();
    let name = StoredValue::new(name);
    let opened = Memo::new(move |_| {
        app.inputs
            .with(|inputs| inputs.get(&name.get_value()).cloned())
    });
    let file = move || {
        let recipe = app.recipe();
        let input = recipe
            .inputs
            .into_iter()
            .find(|input| input.name == name.get_value());
        input.map(|input| input.file).unwrap_or_default()
    };
    view! {
        <div class="side-head">
            <h2>"Input"</h2>
        </div>
        <div class="fields">
            <dl class="facts">
                <dt>"Name"</dt>
                <dd class="wrap">{name.get_value()}</dd>
                <dt>"File"</dt>
                <dd class="wrap">{file}</dd>
                {move || opened.get().map(|opened| view! { <Facts opened /> })}
            </dl>
            <Show when=move || opened.get().is_none()>
                <button class="btn" on:click=move |_| choose_files()>
                    "Choose its file…"
                </button>
            </Show>
        </div>
    }
}

#[component]
fn Facts(opened: Opened) -> impl IntoView {
    let state = opened.state;
    let kind = serde_json::to_value(state.kind).unwrap_or_default();
    let kind = words::title(kind.as_str().unwrap_or_default());
    let list = |names: &[String]| match names {
        [] => "none".to_string(),
        names => names.join(", "),
    };
    let is = match opened.identity {
        Identity::Pending if app().has_print(&state.name) => {
            Some("being compared with the recipe's file".into())
        }
        Identity::Unknown | Identity::Pending => None,
        Identity::Failed(why) => Some(format!("without fingerprint: {why}")),
        Identity::Identical => Some("the identical file".into()),
        Identity::SameNumbers => Some("the same numbers, in another file".into()),
        Identity::Different(how) => Some(format!("different: {how}")),
    };
    view! {
        {is.map(|is| {
            view! {
                <dt>"This is"</dt>
                <dd class="wrap" data-identity="">
                    {is}
                </dd>
            }
        })}
        <dt>"Read as"</dt>
        <dd>{kind}</dd>
        <dt>"Shape"</dt>
        <dd>{words::shape(state.shape)}</dd>
        <dt>"Sample notes"</dt>
        <dd class="wrap">{list(&state.sample_columns)}</dd>
        <dt>"Gene notes"</dt>
        <dd class="wrap">{list(&state.gene_columns)}</dd>
        <dt>"Memory"</dt>
        <dd>{words::bytes(state.memory_bytes)}</dd>
    }
}
