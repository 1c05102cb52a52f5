//! The foot: threads, memory, requests, offline, version.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::ui::erased::view;
use crate::{
    shell::offline::{Offline, Update, take_update},
    state::{EngineState, app, words},
};

/// The foot.
#[component]
pub fn Foot() -> impl IntoView {
    let app = app();
    let threads = move || match app.engine_state.get() {
        EngineState::Starting => "Engine starts…".to_string(),
        EngineState::Ready {
            threads, reason, ..
        } => match reason {
            Some(reason) if threads < 2 => format!("Single thread: {reason}"),
            _ if threads == 1 => "1 thread".into(),
            _ => format!("{threads} threads"),
        },
        EngineState::Refused(reason) => format!("No engine: {reason}"),
    };
    let memory = move || match app.memory.get() {
        0 => None,
        bytes => Some(view! { <li>{words::bytes(bytes)} " of memory"</li> }),
    };
    view! {
        <footer class="foot">
            <ul>
                <li id="threads">{threads}</li>
                {memory}
            </ul>
            <span class="bar-spring"></span>
            <ul>
                <Requests />
                <OfflineState />
                <NewVersion />
                <li id="version">
                    "Version " {move || app.shell.get().version}
                    {move || {
                        let commit = app.shell.get().commit;
                        (!commit.is_empty()).then(|| format!(", commit {commit}"))
                    }}
                </li>
            </ul>
        </footer>
    }
}

#[component]
fn Requests() -> impl IntoView {
    let app = app();
    let icon = Signal::derive(move || {
        if app.requests.get() == 0 {
            Icon::Shield
        } else {
            Icon::Warn
        }
    });
    view! {
        <li
            id="requests"
            class:good=move || app.requests.get() == 0
            class:bad=move || app.requests.get() != 0
            title="Requests that left this page's own address since it was loaded"
        >
            <Glyph icon />
            {move || app.requests.get()}
            " requests since load"
        </li>
    }
}

#[component]
fn OfflineState() -> impl IntoView {
    let app = app();
    let state = move || app.shell.get().offline;
    let icon = Signal::derive(move || match state() {
        Offline::Ready { .. } => Icon::Check,
        Offline::Installing => Icon::Run,
        Offline::No { .. } => Icon::Warn,
    });
    let text = move || match state() {
        Offline::Ready { .. } => "Ready for offline".to_string(),
        Offline::Installing => "Storing for offline…".into(),
        Offline::No { .. } => "Offline copy not ready".into(),
    };
    view! {
        <li
            id="offline"
            title=move || match state() {
                Offline::No { reason } => reason,
                _ => String::new(),
            }
            class:good=move || matches!(state(), Offline::Ready { .. })
        >
            <Glyph icon />
            {text}
        </li>
    }
}

#[component]
fn NewVersion() -> impl IntoView {
    let app = app();
    move || match app.shell.get().update {
        Update::None => None,
        Update::Available => Some(view! {
            <li>
                <button
                    class="btn btn-link"
                    id="take-update"
                    on:click=move |_| {
                        if take_update(&window()).is_err() {
                            app.complain("The new version could not be taken. Reload the page");
                        }
                    }
                >
                    "Use the new version"
                </button>
            </li>
        }),
        Update::NextLoad => Some(view! { <li>"New version from the next load on"</li> }),
    }
}
