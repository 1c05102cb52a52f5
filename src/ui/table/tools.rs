//! Find, copy and export of a table.

use cuvette_engine::protocol::{Answer, ExportWhat, RequestBody, TableFormat};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Event, HtmlInputElement};

use super::Shown;
use crate::ui::erased::view;
use crate::{
    browser,
    state::words,
    ui::{
        figure::export::save_export,
        gene::GeneButton,
        icon::{Glyph, Icon},
        menu::{Menu, MenuItem},
    },
};

/// The tools beside the tabs.
#[component]
pub fn Tools(shown: Shown, version: Signal<String>) -> impl IntoView {
    let of = shown.name.with_value(|name| name.of.clone());
    let id = shown.name.with_value(|name| format!("find-{}", name.table));
    view! {
        <div class="table-tools">
            <GeneButton of version />
            <div class="find">
                <Glyph icon=Icon::Search />
                <label class="vh" for=id.clone()>
                    "Show only rows that hold these words, or a pasted list of names"
                </label>
                <input
                    class="input"
                    id=id
                    type="search"
                    placeholder="Filter, or paste names"
                    autocomplete="off"
                    spellcheck="false"
                    on:paste=keep_line_breaks
                    on:input=move |event| shown.filter_by(&event_target_value(&event))
                />
            </div>
            <button class="btn btn-quiet" aria-label="Copy as TSV" on:click=move |_| shown.copy()>
                <Glyph icon=Icon::Copy />
                <span class="label">"Copy"</span>
            </button>
            <Menu
                label="Export this table…"
                class="btn btn-quiet"
                from_right=true
                button=view! {
                    <Glyph icon=Icon::Export />
                    <span class="label">"Export…"</span>
                }
            >
                <MenuItem label="CSV" detail="Comma-separated" on_choose=move || shown.export(TableFormat::Csv) />
                <MenuItem label="TSV" detail="Tab-separated" on_choose=move || shown.export(TableFormat::Tsv) />
            </Menu>
        </div>
    }
}

impl Shown {
    /// Words filter; a list of names, by comma or by line, picks.
    fn filter_by(self, text: &str) {
        let names = words::pasted_names(text);
        if names.len() > 1 {
            self.filter.set(String::new());
            self.names.set(names);
        } else {
            self.names.set(Vec::new());
            self.filter.set(text.trim().into());
        }
        self.part.update(|part| part.row = 0);
        if let Some(scroll) = self.scroll.get_untracked() {
            scroll.set_scroll_top(0);
        }
    }

    fn what(self, format: TableFormat) -> ExportWhat {
        ExportWhat::Table {
            table: self.name.get_value(),
            format,
            view: untrack(|| self.view()),
        }
    }

    fn export(self, format: TableFormat) {
        save_export(self.app, self.what(format));
    }

    fn copy(self) {
        let body = RequestBody::Export {
            what: self.what(TableFormat::Tsv),
        };
        spawn_local(async move {
            let Ok(delivery) = self.app.answer(body).await else {
                return self
                    .app
                    .complain("This table could not be copied. Export it instead");
            };
            if !matches!(delivery.answer, Answer::File { .. }) {
                return;
            }
            let text = String::from_utf8_lossy(&delivery.bytes);
            let n = text.lines().count().saturating_sub(1);
            if browser::copy(&text).await {
                self.app
                    .done(format!("{} copied", words::plural(n, "row", "rows")));
            } else {
                self.app
                    .complain("This browser did not copy. Export the table instead");
            }
        });
    }
}

/// A one-line field drops the line breaks of a pasted list: turns them into commas first.
pub fn keep_line_breaks(event: ClipboardEvent) {
    let data = event.clipboard_data();
    let text = data
        .and_then(|data| data.get_data("text").ok())
        .unwrap_or_default();
    let names = words::pasted_names(&text);
    let field = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    if let (Some(field), true) = (field, names.len() > 1) {
        event.prevent_default();
        field.set_value(&names.join(", "));
        if let Ok(input) = Event::new("input") {
            let _ = field.dispatch_event(&input);
        }
    }
}
