//! The cells of a window, between spacers of the height and width of what is not there.

use cuvette_engine::protocol::{Sort, TableWindow, WindowColumn, WindowValues};
use leptos::prelude::*;

use super::{
    Shown,
    layout::{COLUMN_PX, row_px},
};
use crate::ui::erased::{effect, view};
use crate::{
    state::words,
    ui::icon::{Glyph, Icon},
};

/// Texts of the leading column.
pub fn lead_names(window: &TableWindow) -> Vec<String> {
    let lead = window.columns.first();
    (0..n_rows(window))
        .map(|row| lead.map_or_else(String::new, |lead| cell(lead, row)))
        .collect()
}

/// Rows in a window.
fn n_rows(window: &TableWindow) -> usize {
    window.columns.first().map_or(0, |lead| match &lead.values {
        WindowValues::Text(cells) => cells.len(),
        WindowValues::Number(cells) => cells.len(),
        WindowValues::Integer(cells) => cells.len(),
    })
}

fn is_number(column: &WindowColumn) -> bool {
    !matches!(column.values, WindowValues::Text(_))
}

/// The text of a cell.
pub fn cell(column: &WindowColumn, row: usize) -> String {
    match &column.values {
        WindowValues::Text(cells) => cells.get(row).cloned().unwrap_or_default(),
        WindowValues::Number(cells) => {
            let value = cells.get(row).copied().flatten();
            value.map_or_else(String::new, |value| words::number(value, column.format))
        }
        WindowValues::Integer(cells) => {
            let value = cells.get(row).copied().flatten();
            value.map_or_else(String::new, words::integer)
        }
    }
}

/// Header and rows.
#[component]
pub fn Cells(shown: Shown) -> impl IntoView {
    let name = shown.name.with_value(|name| name.table.clone());
    effect(move || {
        shown.window.track();
        shown.measure();
    });
    view! {
        <table
            class="table"
            class:table-wide=shown.is_wide
            data-table=name
            aria-rowcount=move || shown.window.get().map_or(0, |window| window.n_rows + 1).to_string()
        >
            <caption class="vh">{shown.title.get_value()}</caption>
            {move || {
                shown
                    .window
                    .get()
                    .map(|window| {
                        view! {
                            <Head window=window.clone() shown />
                            <Rows window shown />
                        }
                    })
            }}
        </table>
    }
}

/// Pixels of the columns before and after those that are there.
fn column_gaps(window: &TableWindow) -> [i32; 2] {
    let shown = window.columns.len().saturating_sub(1);
    let after = window.n_columns.saturating_sub(window.column + shown);
    [window.column as i32 * COLUMN_PX, after as i32 * COLUMN_PX]
}

#[component]
fn Head(window: TableWindow, shown: Shown) -> impl IntoView {
    let [before, after] = column_gaps(&window);
    let gap = |width: i32| {
        (width > 0).then(|| {
            view! { <td aria-hidden="true" style:min-width=format!("{width}px")></td> }
        })
    };
    let heads = window
        .columns
        .into_iter()
        .enumerate()
        .map(|(place, column)| {
            let lead = (place == 0).then(|| gap(before));
            view! {
                <HeadCell column is_lead=place == 0 shown />
                {lead}
            }
        });
    view! {
        <thead>
            <tr>{heads.collect_view()} {gap(after)}</tr>
        </thead>
    }
}

#[component]
fn HeadCell(column: WindowColumn, is_lead: bool, shown: Shown) -> impl IntoView {
    let name = StoredValue::new(column.name.clone());
    let order = move || {
        let sort = shown.sort.get()?;
        (sort.column == name.get_value()).then_some(sort.descending)
    };
    let next = move |_| {
        let sort = match order() {
            None => Some(false),
            Some(false) => Some(true),
            Some(true) => None,
        };
        shown.sort.set(sort.map(|descending| Sort {
            column: name.get_value(),
            descending,
        }));
    };
    view! {
        <th
            scope="col"
            class:lead=is_lead
            class:r=is_number(&column)
            data-column=column.name.clone()
            aria-sort=move || match order() {
                None => "none",
                Some(false) => "ascending",
                Some(true) => "descending",
            }
        >
            <button class="sort" on:click=next>
                {column.label.clone()}
                {move || {
                    order()
                        .map(|descending| {
                            let icon = if descending { Icon::Down } else { Icon::Up };
                            view! { <Glyph icon /> }
                        })
                }}
            </button>
        </th>
    }
}

#[component]
fn Rows(window: TableWindow, shown: Shown) -> impl IntoView {
    let height = row_px();
    let n_shown = n_rows(&window);
    let above = window.row as i32 * height;
    let below = window.n_rows.saturating_sub(window.row + n_shown) as i32 * height;
    let names = lead_names(&window);
    let first = window.row;
    let is_empty = window.n_rows == 0;
    let gaps = column_gaps(&window);
    let spacer = |height: i32| {
        (height > 0).then(|| {
            view! {
                <tr class="spacer" aria-hidden="true">
                    <td style:height=format!("{height}px")></td>
                </tr>
            }
        })
    };
    let rows = names.into_iter().enumerate().map(|(row, name)| {
        let cells: Vec<(bool, String)> = window
            .columns
            .iter()
            .skip(1)
            .map(|column| (is_number(column), cell(column, row)))
            .collect();
        view! { <Row name cells gaps index=first + row shown /> }
    });
    let rows = rows.collect_view();
    view! {
        <tbody>
            {spacer(above)} {rows} {spacer(below)}
            {is_empty
                .then(|| {
                    view! {
                        <tr>
                            <td class="table-empty" colspan="99">
                                "No row holds this. Clear the search to see all"
                            </td>
                        </tr>
                    }
                })}
        </tbody>
    }
}

#[component]
fn Row(
    name: String,
    cells: Vec<(bool, String)>,
    gaps: [i32; 2],
    index: usize,
    shown: Shown,
) -> impl IntoView {
    let name = StoredValue::new(name);
    let is_subject =
        Memo::new(move |_| shown.marked().subject.as_deref() == Some(&name.get_value()));
    let is_found = Memo::new(move |_| {
        let name = name.get_value();
        shown
            .marked()
            .found
            .iter()
            .any(|found| found.eq_ignore_ascii_case(&name))
    });
    let gap = |width: i32| (width > 0).then(|| view! { <td aria-hidden="true"></td> });
    let cells = cells
        .into_iter()
        .map(|(is_number, text)| view! { <td class:r=is_number>{text}</td> });
    let choose = move |_| {
        let of = shown.name.with_value(|name| name.of.clone());
        shown.app.mark_subject(&of, &name.get_value());
    };
    view! {
        <tr
            aria-rowindex=(index + 2).to_string()
            data-row=name.get_value()
            aria-selected=move || is_subject.get().then_some("true")
            class:found=move || is_found.get()
            on:click=choose
        >
            <th scope="row" class="lead">
                {name.get_value()}
            </th>
            {gap(gaps[0])}
            {cells.collect_view()}
            {gap(gaps[1])}
        </tr>
    }
}
