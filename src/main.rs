//! The page: edits a recipe, shows what the engine answers, computes nothing itself.

mod shell;

use leptos::prelude::*;

use shell::engine_worker::{EngineBuild, start_engine};
use shell::offline::{Offline, Update, shell_state, take_update};

fn main() {
    mount_to_body(App);
}

/// The whole page.
#[component]
fn App() -> impl IntoView {
    let engine = RwSignal::new("starting…".to_owned());
    leptos::task::spawn_local(async move {
        let text = match start_engine(&window()).await {
            Ok(started) if started.build == EngineBuild::Threads => {
                format!("ready, with threads: {:?}", started.ready)
            }
            Ok(started) => {
                let why = started.why_single.unwrap_or_default();
                format!("ready, one thread ({why}): {:?}", started.ready)
            }
            Err(error) => format!("did not start: {error}"),
        };
        engine.set(text);
    });
    view! {
        <main>
            <h1>"Cuvette"</h1>
            <p role="status" id="engine-state">{move || engine.get()}</p>
        </main>
        <Foot />
    }
}

/// Offline state, version and updates.
#[component]
fn Foot() -> impl IntoView {
    let state = RwSignal::new(shell_state(&document()));
    let changed = leptos::ev::Custom::<leptos::ev::Event>::new("cuvette-shell");
    let handle = window_event_listener(changed, move |_| state.set(shell_state(&document())));
    on_cleanup(move || handle.remove());
    let offline = move || match state.get().offline {
        Offline::Installing => "storing files for offline use…".to_owned(),
        Offline::Ready { version } => format!("ready for offline ({version})"),
        Offline::No { reason } => format!("not available offline: {reason}"),
    };
    let has_update = move || state.get().update == Update::Available;
    view! {
        <footer>
            <span id="offline-state">{offline}</span>
            <span id="version">{move || state.get().version}</span>
            <Show when=has_update>
                <button id="take-update" on:click=move |_| drop(take_update(&window()))>
                    "Use the new version"
                </button>
            </Show>
        </footer>
    }
}
