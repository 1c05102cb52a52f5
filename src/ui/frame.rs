//! The whole page: header, three parts, foot; what lies above them; keys and drops.

use cuvette_engine::protocol::ErrorReport;
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::{
    bar::Bar,
    foot::Foot,
    import::Import,
    import::ImportSide,
    notices::{ErrorBox, Notices},
    params::Params,
    recipe::RecipePart,
    result::ResultPart,
    share::ShareDialog,
    start::Start,
};
use crate::ui::erased::{Show, view};
use crate::{
    browser::files,
    state::{App, EngineState, app},
};

/// Everything.
#[component]
pub fn Frame() -> impl IntoView {
    let app = app();
    let is_empty = Memo::new(move |_| {
        let recipe = app.recipe();
        let is_new = recipe.inputs.is_empty() && recipe.steps.is_empty();
        is_new && app.drafts.with(Vec::is_empty) && app.link_error.with(Option::is_none)
    });
    listen(app);
    view! {
        <a class="skip" href="#result">"Skip to the result"</a>
        <Bar is_empty />
        <NoEngine />
        <Show when=move || !is_empty.get() fallback=|| view! { <Start /> }>
            <Work />
        </Show>
        <Foot />
        <Notices />
        <ShareDialog />
        <Overlay />
    }
}

/// Without an engine nothing can be read: says why, and what to do.
#[component]
fn NoEngine() -> impl IntoView {
    let app = app();
    move || match app.engine_state.get() {
        EngineState::Refused(reason) => {
            let report = ErrorReport {
                code: "no_engine".into(),
                message: format!("The engine does not start here: {reason}"),
                hint: Some(
                    "Reload the page. If it stays, use a browser of the last two years with WebAssembly switched on"
                        .into(),
                ),
                field: None,
                location: None,
                remedies: Vec::new(),
            };
            Some(view! { <ErrorBox report /> })
        }
        _ => None,
    }
}

/// Recipe, result and parameters; or the look at a new file.
#[component]
fn Work() -> impl IntoView {
    let app = app();
    let imports = Memo::new(move |_| app.drafts.with(|drafts| !drafts.is_empty()));
    view! {
        <div class="work">
            <RecipePart />
            <Show when=move || imports.get() fallback=|| view! { <ResultPart /> }>
                <Import />
            </Show>
            <Show when=move || imports.get() fallback=|| view! { <Params /> }>
                <ImportSide />
            </Show>
        </div>
    }
}

/// Covers the page while files are dragged over it.
#[component]
fn Overlay() -> impl IntoView {
    let app = app();
    let depth = RwSignal::new(0_i32);
    window_event_listener(ev::dragenter, move |event| {
        if files::are_dragged(&event) {
            depth.update(|depth| *depth += 1);
        }
    });
    window_event_listener(ev::dragleave, move |_| {
        depth.update(|depth| *depth = (*depth - 1).max(0));
    });
    window_event_listener(ev::dragover, |event| {
        if files::are_dragged(&event) {
            event.prevent_default();
        }
    });
    window_event_listener(ev::drop, move |event| {
        depth.set(0);
        if files::are_dragged(&event) {
            event.prevent_default();
            take_drop(app, &event);
        }
    });
    view! {
        <div class="overlay" id="overlay" hidden=move || depth.get() == 0>
            <strong>"Drop to read these files"</strong>
            <span>"A table, a gene list or a sample table. It stays on this computer."</span>
        </div>
    }
}

fn take_drop(app: App, event: &web_sys::DragEvent) {
    let folders = files::folders_of_drop(event);
    let mut dropped = files::of_drop(event);
    dropped.retain(|file| folders.iter().all(|folder| folder.name != file.name()));
    app.take_files(files::with_cells_bundled(dropped));
    if folders.is_empty() {
        return;
    }
    spawn_local(async move {
        for folder in folders {
            take_folder(app, &folder).await;
        }
    });
}

/// Takes a folder with counts in cells as one file; any other cannot be read.
async fn take_folder(app: App, folder: &files::Folder) {
    let found = folder.files().await.ok().flatten();
    match found.and_then(|found| files::bundle_of(&folder.name, &found)) {
        Some(bundle) => app.take_files(vec![bundle]),
        None => app.complain(format!(
            "{} is a folder. Drop the files inside it",
            folder.name
        )),
    }
}

/// The field behind every "Choose files…".
#[component]
pub fn FileField() -> impl IntoView {
    let app = app();
    view! {
        <input
            type="file"
            id="files"
            class="vh"
            multiple
            tabindex="-1"
            aria-label="Choose files"
            on:change=move |event| {
                let input: web_sys::HtmlInputElement = event_target(&event);
                app.take_files(files::with_cells_bundled(files::of_list(input.files())));
                input.set_value("");
            }
        />
    }
}

/// Opens the browser's own choice of files.
pub fn choose_files() {
    let input = document().get_element_by_id("files");
    if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlElement>().ok()) {
        input.click();
    }
}

/// Undo and redo by key, wherever no text is being typed.
fn listen(app: App) {
    window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        let has_command = event.ctrl_key() || event.meta_key();
        if !has_command || is_typed(&event) {
            return;
        }
        match (event.key().to_ascii_lowercase().as_str(), event.shift_key()) {
            ("z", false) => app.undo(),
            ("z", true) | ("y", false) => app.redo(),
            _ => return,
        }
        event.prevent_default();
    });
}

fn is_typed(event: &KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| {
        let kind = target.get_attribute("type").unwrap_or_default();
        match target.tag_name().as_str() {
            "TEXTAREA" => true,
            "INPUT" => !matches!(kind.as_str(), "checkbox" | "radio" | "file"),
            _ => false,
        }
    })
}
