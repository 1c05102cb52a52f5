//! The page: edits a recipe, shows what the engine answers, computes nothing itself.
//!
//! How this works: [`state::App`] holds one recipe with its history and what the engine said of it;
//! [`bridge`] talks to the engine's worker; [`ui`] is what is seen; [`views`] shows the result of
//! each analysis. A change of the recipe opens its files and evaluates it; everything else follows.
//!
//! # For browser tests
//!
//! What stays, whatever the page looks like:
//!
//! | hook | what |
//! |---|---|
//! | `#files` | the hidden field that takes files |
//! | `[data-example=studies\|tissues\|cells\|damaged]` | examples of the first screen |
//! | `[data-import]`, `#preview-grid`, `[data-guess=OPTION]`, `[data-finding=CODE]`, `[data-option=OPTION]` on remedies, `#accept`, `#accept-all`, `#discard` | the look at a new file |
//! | `[data-input=NAME][data-state]`, `[data-step=ID][data-state]` | lines of the recipe: `ready`, `warning`, `running`, `stale`, `failed`, `blocked`, `off` |
//! | `#add-step summary`, `[data-add=ANALYSIS]` | adding a step |
//! | `#undo`, `#redo`, `#find`, `#theme` | the header |
//! | `[data-stat=NAME] .v` | a key figure, such as `median_pearson` |
//! | `canvas[data-figure=NAME][data-state=drawn]` | a picture that is drawn |
//! | `[data-found=NAME][data-kind=point\|row\|column]` | a mark over a picture, for what was searched |
//! | `[data-verdict=CODE]` and the buttons in it | a verdict |
//! | `[data-table=NAME]`, `[data-row=NAME]`, `[data-column=NAME]`, `#find-TABLE` | a table |
//! | `[data-form=ID] [data-field=NAME]`, `#field-NAME`, `[data-read=PLACE]` | the parameters |
//! | `#wanted [data-wanted=NAME]`, `[data-identity]` | files a link asks for, and what they are |
//! | `#share`, `#link`, `#link-state`, `#copy-link`, `#hide-names`, `#reveals` | the share dialog |
//! | `#status`, `#toast` | what is said |
//! | `#threads`, `#requests`, `#offline`, `#take-update`, `#version` | the foot |

#![allow(
    clippy::needless_pass_by_value,
    reason = "components own their properties"
)]
#![allow(
    clippy::large_types_passed_by_value,
    reason = "the state is a bundle of handles that every closure copies"
)]

mod bridge;
mod browser;
mod shell;
mod state;
mod ui;
mod views;

use leptos::{ev, prelude::*};

use crate::ui::erased::view;

use browser::{requests, theme};
use shell::offline::shell_state;
use state::App;
use ui::frame::Frame;

fn main() {
    // A release says nothing: see `xtask/src/page.rs`.
    console_error_panic_hook::set_once();
    mount_to_body(Page);
}

/// The page, its state and its engine.
#[component]
fn Page() -> impl IntoView {
    let app = App::new();
    provide_context(app);
    app.theme.get_untracked().apply();
    requests::watch(move || app.requests.update(|requests| *requests += 1));
    let changed = ev::Custom::<ev::Event>::new("cuvette-shell");
    window_event_listener(changed, move |_| app.shell.set(shell_state(&document())));
    theme::on_system_change(move || {
        app.is_dark.set(app.theme.get_untracked().is_dark());
    });
    app.start_engine();
    app.keep_open();
    app.keep_evaluated();
    app.begin();
    view! {
        <div class="app">
            <Frame />
        </div>
    }
}
