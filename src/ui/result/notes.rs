//! What was done, in one paragraph for a methods section.

use cuvette_engine::protocol::RequestBody;
use leptos::{prelude::*, task::spawn_local};

use crate::ui::erased::view;
use crate::{
    browser,
    state::app,
    ui::icon::{Glyph, Icon},
};

/// The paragraph, and buttons to copy it or that of the whole recipe.
#[component]
pub fn Notes(
    /// What this step did.
    #[prop(into)]
    note: Signal<String>,
) -> impl IntoView {
    let app = app();
    let put = move |text: String| {
        spawn_local(async move {
            if browser::copy(&text).await {
                app.done("Notes copied");
            } else {
                app.complain("This browser did not copy. Select the text and copy it by hand");
            }
        });
    };
    let copy_all = move |_| {
        spawn_local(async move {
            let recipe = app.recipe_now();
            match app.text(RequestBody::Methods { recipe }).await {
                Some(text) => put(text),
                None => app.complain("The notes of the whole recipe are not ready yet"),
            }
        });
    };
    view! {
        <section class="notes" aria-labelledby="notes-title" id="notes">
            <div class="sect-head">
                <h2 id="notes-title">"Notes for a methods section"</h2>
                <div class="actions">
                    <button
                        class="btn btn-quiet btn-small"
                        on:click=move |_| put(note.get_untracked())
                    >
                        <Glyph icon=Icon::Copy />
                        "Copy"
                    </button>
                    <button class="btn btn-quiet btn-small" on:click=copy_all>
                        <Glyph icon=Icon::Copy />
                        "Copy all steps"
                    </button>
                </div>
            </div>
            <p>{move || note.get()}</p>
        </section>
    }
}
