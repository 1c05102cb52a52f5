//! The look at a new file: grid with roles, guesses to correct, findings, estimate, name.

mod chips;
mod findings;
mod grid;
mod side;

use cuvette_core::report::Guess;
use cuvette_formats::{InputKind, Preview};
use leptos::prelude::*;

use super::notices::ErrorBox;
use crate::state::{App, Draft, app, words};
use crate::ui::erased::view;
use chips::Chips;
pub use findings::Findings;
use grid::Grid;
pub use grid::Legend;
pub use side::ImportSide;

/// The draft that is shown: the first.
pub fn shown(app: App) -> Option<Draft> {
    app.drafts.with(|drafts| drafts.first().cloned())
}

/// The middle part while a file is looked at.
#[component]
pub fn Import() -> impl IntoView {
    let app = app();
    let id = Memo::new(move |_| shown(app).map_or(0, |draft| draft.id));
    view! {
        <main class="result" id="result" tabindex="-1">
            <div class="page" data-import=move || id.get()>
                <div class="page-head">
                    <div>
                        <h1>{move || shown(app).map(|draft| draft.file.name())}</h1>
                        <p>{move || shown(app).map(|draft| first_words(&draft))}</p>
                    </div>
                </div>
                {move || {
                    let error = shown(app)?.error?;
                    let choose = Callback::new(move |(option, value): (String, serde_json::Value)| {
                        app.set_draft_option(id.get_untracked(), &option, &value);
                    });
                    Some(view! { <ErrorBox report=error choose /> })
                }}
                <PreviewParts id />
            </div>
        </main>
    }
}

#[component]
fn PreviewParts(id: Memo<u64>) -> impl IntoView {
    let app = app();
    let preview = Memo::new(move |_| shown(app)?.preview);
    let choose = move |option: String, value: serde_json::Value| {
        app.set_draft_option(id.get_untracked(), &option, &value);
    };
    move || {
        preview.get().map(|preview| {
            let samples_in_rows = has_samples_in_rows(&preview);
            view! {
                <Chips guesses=preview.report.guesses choose />
                <section aria-labelledby="grid-title">
                    <div class="sect-head">
                        <h2 id="grid-title">"First and last rows"</h2>
                        <Legend />
                    </div>
                    <Grid grid=preview.grid samples_in_rows choose />
                </section>
                <Findings findings=preview.report.findings choose />
            }
        })
    }
}

fn has_samples_in_rows(preview: &Preview) -> bool {
    let is_it = |guess: &Guess| guess.option == "orientation" && guess.value == "samples_in_rows";
    preview.kind == InputKind::SampleTable || preview.report.guesses.iter().any(is_it)
}

/// "1.3 MB. Semicolon-separated text. Read as 18,214 genes × 8 samples. Two things want a look."
fn first_words(draft: &Draft) -> String {
    let size = words::bytes(draft.file.size() as u64);
    let Some(preview) = &draft.preview else {
        return if draft.is_looking {
            format!("{size}, being looked at…")
        } else {
            size
        };
    };
    let estimate = &preview.estimate;
    let about = if estimate.exact { "" } else { "about " };
    let read = if estimate.n_samples > 0 {
        let samples = words::plural(estimate.n_samples as usize, "sample", "samples");
        format!(
            "Read as {about}{} × {samples}.",
            words::plural(estimate.n_genes as usize, "gene", "genes")
        )
    } else {
        String::new()
    };
    let doubts = findings::n_to_check(&preview.report);
    let look = match doubts {
        0 => "Nothing wants a look.".into(),
        1 => "One thing wants a look.".into(),
        n => format!("{n} things want a look."),
    };
    format!("{size}, {}. {read} {look}", preview.format_label)
}
