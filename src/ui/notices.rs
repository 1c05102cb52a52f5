//! What floats: the short message, and what a screen reader says.

use cuvette_engine::protocol::ErrorReport;
use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::state::app;
use crate::ui::erased::view;

/// The toast and the live region.
#[component]
pub fn Notices() -> impl IntoView {
    let app = app();
    view! {
        <p class="vh" id="status" role="status" aria-live="polite">
            {move || app.status.get()}
        </p>
        {move || {
            app.toast
                .get()
                .map(|toast| {
                    let icon = if toast.is_error { Icon::Fail } else { Icon::Check };
                    view! {
                        <div class="toast" id="toast" data-error=toast.is_error.then_some("")>
                            <Glyph icon />
                            <span>{toast.text}</span>
                            <button
                                class="btn btn-quiet btn-icon"
                                aria-label="Close this message"
                                on:click=move |_| app.toast.set(None)
                            >
                                <Glyph icon=Icon::Close />
                            </button>
                        </div>
                    }
                })
        }}
    }
}

/// An error: found, where, expected, what to do; with its remedies as buttons.
#[component]
pub fn ErrorBox(
    /// The error.
    report: ErrorReport,
    /// Sets an import option, for errors about files.
    #[prop(optional, into)]
    choose: Option<Callback<(String, serde_json::Value)>>,
) -> impl IntoView {
    let location = report
        .location
        .map(|location| view! { <p class="where num">{location}</p> });
    let hint = report.hint.map(|hint| view! { <p>{hint}</p> });
    let remedies = report.remedies.into_iter().map(|remedy| {
        let option = remedy.option.clone();
        let chosen = (remedy.option, remedy.value);
        view! {
            <button
                class="btn btn-small"
                data-option=option
                on:click=move |_| {
                    if let Some(choose) = choose {
                        choose.run(chosen.clone());
                    }
                }
            >
                {remedy.label}
            </button>
        }
    });
    view! {
        <div class="error-box" role="alert" data-error=report.code>
            <Glyph icon=Icon::Fail />
            <div>
                <h3>{report.message}</h3>
                {location}
                {hint}
                <div class="actions">{remedies.collect_view()}</div>
            </div>
        </div>
    }
}
