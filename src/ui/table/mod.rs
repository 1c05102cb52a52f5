//! Tables, virtual in both directions: only the part on the screen is asked for and exists.
//!
//! Sorting, filtering and finding are the engine's; the page holds one window of cells.

mod body;
mod layout;
mod tools;

use cuvette_engine::protocol::{
    Answer, RequestBody, Sort, TableInfo, TableName, TableView, TableWindow,
};
use leptos::{html::Div, prelude::*, task::spawn_local};

use super::gene::open_marked;
use crate::ui::erased::{effect, view};
use crate::{
    bridge::Failure,
    state::{App, Marked, app, words},
};
use body::Cells;
pub use body::{cell, lead_names};
use layout::{Part, part_of};
use tools::Tools;
pub use tools::keep_line_breaks;

/// What a table holds between scrolls.
#[derive(Clone, Copy)]
pub struct Shown {
    app: App,
    name: StoredValue<TableName>,
    title: StoredValue<String>,
    is_wide: bool,
    sort: RwSignal<Option<Sort>>,
    filter: RwSignal<String>,
    names: RwSignal<Vec<String>>,
    part: RwSignal<Part>,
    window: RwSignal<Option<TableWindow>>,
    error: RwSignal<Option<String>>,
    scroll: NodeRef<Div>,
}

/// Tabs over the tables of a step or input, and the one that is chosen.
#[component]
pub fn Tables(
    /// Name of the step or input.
    of: String,
    /// Its tables.
    #[prop(into)]
    tables: Signal<Vec<TableInfo>>,
    /// Changes when the result does.
    #[prop(into)]
    version: Signal<String>,
) -> impl IntoView {
    let first = tables.with_untracked(|all| all.first().map(|table| table.name.clone()));
    let chosen = RwSignal::new(first.unwrap_or_default());
    // A newer result may be without the table that was looked at: then the first is.
    effect(move || {
        let first = tables.with(|all| {
            let is_there = all.iter().any(|table| table.name == chosen.get_untracked());
            let first = all.first().map(|table| table.name.clone());
            first.filter(|_| !is_there)
        });
        if let Some(first) = first {
            chosen.set(first);
        }
    });
    let of = StoredValue::new(of);
    // Made anew for another table, not for another number of rows.
    let shown = Memo::new(move |_| {
        let name = chosen.get();
        tables.with(|all| {
            let table = all.iter().find(|table| table.name == name)?;
            let is_wide = table.n_columns > layout::MOST_WHOLE_COLUMNS;
            Some((name, table.title.clone(), is_wide))
        })
    });
    view! {
        <section aria-label="Tables">
            {move || {
                shown
                    .get()
                    .map(|(name, title, is_wide)| {
                        view! {
                            <DataTable of=of.get_value() name title is_wide version>
                                <Tabs tables chosen />
                            </DataTable>
                        }
                    })
            }}
        </section>
    }
}

#[component]
fn Tabs(tables: Signal<Vec<TableInfo>>, chosen: RwSignal<String>) -> impl IntoView {
    let step = move |by: isize| {
        tables.with_untracked(|all| {
            let place = all
                .iter()
                .position(|table| table.name == chosen.get_untracked());
            let next = place.and_then(|place| place.checked_add_signed(by));
            if let Some(table) = next.and_then(|next| all.get(next)) {
                chosen.set(table.name.clone());
                let id = format!("tab-{}", table.name);
                request_animation_frame(move || {
                    use wasm_bindgen::JsCast;
                    let tab = document().get_element_by_id(&id);
                    if let Some(tab) =
                        tab.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok())
                    {
                        let _ = tab.focus();
                    }
                });
            }
        });
    };
    let tab = move |table: TableInfo| {
        let name = StoredValue::new(table.name.clone());
        let is_chosen = move || chosen.get() == name.get_value();
        view! {
            <button
                class="tab"
                role="tab"
                id=format!("tab-{}", table.name)
                aria-selected=move || is_chosen().to_string()
                tabindex=move || if is_chosen() { "0" } else { "-1" }
                on:click=move |_| chosen.set(name.get_value())
                on:keydown=move |event| match event.key().as_str() {
                    "ArrowRight" => step(1),
                    "ArrowLeft" => step(-1),
                    _ => {}
                }
            >
                {table.title}
                " "
                <span class="num">{words::count(table.n_rows as u64)}</span>
            </button>
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label="Tables of this step">
            {move || tables.get().into_iter().map(tab).collect_view()}
        </div>
    }
}

#[component]
fn DataTable(
    of: String,
    name: String,
    title: String,
    is_wide: bool,
    version: Signal<String>,
    children: Children,
) -> impl IntoView {
    let name = TableName { of, table: name };
    let shown = Shown {
        app: app(),
        name: StoredValue::new(name),
        title: StoredValue::new(title),
        is_wide,
        sort: RwSignal::default(),
        filter: RwSignal::default(),
        names: RwSignal::default(),
        part: RwSignal::default(),
        window: RwSignal::default(),
        error: RwSignal::default(),
        scroll: NodeRef::new(),
    };
    shown.keep_asked(version);
    shown.keep_marked_in_view();
    view! {
        <div class="table-bar">{children()} <Tools shown version /></div>
        {move || shown.error.get().map(|error| view! { <p class="fig-error">{error}</p> })}
        <div
            class="scroll"
            role="region"
            tabindex="0"
            aria-label=format!("{}, scrolls", shown.title.get_value())
            node_ref=shown.scroll
            on:scroll=move |_| shown.measure()
            on:keydown=move |event| shown.key(&event)
        >
            <Cells shown />
        </div>
        <p class="table-foot num">{move || shown.foot()}</p>
    }
}

impl Shown {
    fn view(self) -> TableView {
        let part = self.part.get();
        TableView {
            row: part.row,
            n_rows: part.n_rows,
            column: part.column,
            n_columns: part.n_columns,
            sort: self.sort.get(),
            filter: self.filter.get(),
            names: self.names.get(),
        }
    }

    /// The names pointed out here, tracked.
    fn marked(self) -> Marked {
        self.name.with_value(|name| self.app.marked_of(&name.of))
    }

    fn measure(self) {
        let Some(scroll) = self.scroll.get_untracked() else {
            return;
        };
        let seen = [scroll.scroll_top(), scroll.scroll_left()];
        let size = [scroll.client_height(), scroll.client_width()];
        let part = part_of(seen, size, self.is_wide, layout::row_px());
        if self.part.get_untracked() != part {
            self.part.set(part);
        }
    }

    fn keep_asked(self, version: Signal<String>) {
        effect(move || {
            // `track` alone would not make a memo look at the result.
            version.with(|_| ());
            let view = self.view();
            let body = RequestBody::Window {
                table: self.name.get_value(),
                view: view.clone(),
            };
            spawn_local(async move {
                let outcome = self.app.answer(body).await;
                // An answer to an older question is not shown; a table that is gone takes none.
                if self.part.try_get_untracked().is_none() || untrack(|| self.view()) != view {
                    return;
                }
                match outcome.map(|delivery| delivery.answer) {
                    Ok(Answer::Window(window)) => {
                        self.error.set(None);
                        self.window.set(Some(window));
                    }
                    Err(Failure::Report(report)) => self.error.set(Some(report.message)),
                    Ok(_) | Err(Failure::Cancelled | Failure::Lost) => {}
                }
            });
        });
    }

    /// Scrolls to what a search or a click in a picture pointed out.
    fn keep_marked_in_view(self) {
        effect(move || {
            let marked = self.marked();
            let mut names = marked.found;
            names.extend(marked.subject);
            if names.is_empty() {
                return;
            }
            let view = untrack(|| self.view());
            let table = self.name.get_value();
            let body = RequestBody::Find { table, view, names };
            spawn_local(async move {
                let answer = self.app.answer(body).await.map(|delivery| delivery.answer);
                if let Ok(Answer::Found { rows, .. }) = answer
                    && let Some(row) = rows.into_iter().flatten().min()
                {
                    self.scroll_to(row);
                }
            });
        });
    }

    fn scroll_to(self, row: usize) {
        let Some(Some(scroll)) = self.scroll.try_get_untracked() else {
            return;
        };
        let height = layout::row_px();
        let top = row as i32 * height;
        let (from, to) = (
            scroll.scroll_top(),
            scroll.scroll_top() + scroll.client_height(),
        );
        // One row of the height is the header.
        if top < from || top + 2 * height > to {
            scroll.set_scroll_top((top - 2 * height).max(0));
        }
    }

    /// Arrows move the selected row; Enter opens the page of its gene.
    fn key(self, event: &web_sys::KeyboardEvent) {
        let by = match event.key().as_str() {
            // Not where Enter presses the button of a column.
            "Enter" if event.target() == event.current_target() => return open_marked(),
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        let next = self.window.with_untracked(|window| {
            let names = body::lead_names(window.as_ref()?);
            let subject = untrack(|| self.marked()).subject;
            let place = subject.and_then(|subject| names.iter().position(|name| *name == subject));
            let next = place.map_or(Some(0), |place| place.checked_add_signed(by));
            names.get(next?).cloned()
        });
        if let Some(next) = next {
            event.prevent_default();
            self.name
                .with_value(|name| self.app.mark_subject(&name.of, &next));
        }
    }

    fn foot(self) -> String {
        self.window.with(|window| {
            let Some(window) = window else {
                return String::new();
            };
            let rows = words::plural(window.n_rows_all, "row", "rows");
            if window.n_rows == window.n_rows_all {
                rows
            } else {
                format!("{} of {rows}", words::count(window.n_rows as u64))
            }
        })
    }
}
