//! First and last rows of a file with the role of every cell in color and in words.

use cuvette_formats::{ColumnRole, GridRow, PreviewGrid, Role, RowRole};
use leptos::prelude::*;
use serde_json::{Value, json};

use crate::ui::erased::view;
use crate::{
    state::words,
    ui::{
        icon::{Glyph, Icon},
        menu::{Menu, MenuItem},
    },
};

/// The roles with their colors.
#[component]
pub fn Legend() -> impl IntoView {
    const ROLES: [(&str, &str); 6] = [
        ("c-gid", "Gene id"),
        ("c-gnote", "Gene annotation"),
        ("c-sid", "Sample id"),
        ("c-snote", "Sample annotation"),
        ("c-val", "Value"),
        ("c-ign", "Ignored"),
    ];
    view! {
        <ul class="legend">
            {ROLES
                .map(|(class, word)| {
                    view! {
                        <li>
                            <span class=format!("swatch {class}")></span>
                            {word}
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

/// The grid. `choose` sets an import option.
#[component]
pub fn Grid(
    grid: PreviewGrid,
    /// True where a line of the file is a sample.
    samples_in_rows: bool,
    choose: impl Fn(String, Value) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let roles: Vec<Role> = grid.columns.iter().map(|column| column.role).collect();
    let all = StoredValue::new(grid.columns.clone());
    let n_columns = grid.columns.len();
    let headers = grid
        .columns
        .into_iter()
        .map(|column| view! { <ColumnHead column all samples_in_rows choose /> });
    let gap = grid.gap_at.map(|gap| gap as usize);
    let n_left_out = grid.n_left_out;
    let rows = grid.rows.into_iter().enumerate().map(|(position, row)| {
        let before = (gap == Some(position)).then(|| view! { <Gap n_left_out n_columns /> });
        (
            before,
            view! { <Row row roles=roles.clone() samples_in_rows /> },
        )
    });
    view! {
        <div class="grid-wrap" tabindex="0" role="region" aria-label="Preview, scrolls sideways">
            <table class="grid" id="preview-grid">
                <caption class="vh">
                    "First and last rows of the file with the role of every column"
                </caption>
                <thead>
                    <tr>
                        <th class="rail" scope="col">
                            <span class="vh">"Row"</span>
                        </th>
                        {headers.collect_view()}
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Gap(n_left_out: u64, n_columns: usize) -> impl IntoView {
    view! {
        <tr class="gap">
            <td class="rail" aria-hidden="true">
                "⋮"
            </td>
            <td colspan=n_columns>{words::count(n_left_out)} " rows between"</td>
        </tr>
    }
}

/// The role of a column, and what it can be changed to.
#[component]
fn ColumnHead(
    column: ColumnRole,
    all: StoredValue<Vec<ColumnRole>>,
    samples_in_rows: bool,
    choose: impl Fn(String, Value) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let word = role_word(column.role, samples_in_rows);
    if column.number == 0 {
        return view! { <th scope="col">{word}</th> };
    }
    let label = format!("Column {}: {word}, change", column.letter);
    let number = column.number;
    let to = move |option: &str, role: Role| {
        let mut numbers: Vec<u32> = all.with_value(|all| {
            let chosen = all.iter().filter(|column| column.role == role);
            chosen.map(|column| column.number).collect()
        });
        numbers.retain(|known| *known != number);
        numbers.push(number);
        numbers.sort_unstable();
        choose(option.into(), json!(numbers));
    };
    view! {
        <th scope="col">
            <Menu
                label
                class="role"
                button=view! {
                    <span>{word}</span>
                    <Glyph icon=Icon::Down />
                }
            >
                <MenuItem
                    label="Names the rows"
                    on_choose=move || choose("id_column".into(), json!(number))
                />
                <MenuItem
                    label="Describes the rows"
                    on_choose=move || to("annotation_columns", Role::Annotation)
                />
                <MenuItem
                    label="Leave out"
                    on_choose=move || to("ignored_columns", Role::Ignored)
                />
            </Menu>
        </th>
    }
}

fn role_word(role: Role, samples_in_rows: bool) -> &'static str {
    match (role, samples_in_rows) {
        (Role::Id, false) => "Gene id",
        (Role::Id, true) => "Sample id",
        (Role::Annotation, _) => "Annotation",
        (Role::Value, _) => "Value",
        (Role::Ignored, _) => "Ignored",
        (Role::NotAsked, _) => "Not read",
    }
}

#[component]
fn Row(row: GridRow, roles: Vec<Role>, samples_in_rows: bool) -> impl IntoView {
    let kind = row.role;
    let line = row.line.map_or_else(|| "…".into(), words::count);
    let flagged = row.flagged;
    let cells = row.cells.into_iter().enumerate().map(|(at, text)| {
        let role = roles.get(at).copied().unwrap_or(Role::Ignored);
        let class = cell_class(kind, role, samples_in_rows);
        let is_number = kind == RowRole::Body && role == Role::Value;
        let is_flagged = flagged.contains(&(at as u32));
        view! {
            <td class=class class:r=is_number class:flagged=is_flagged>
                {text}
            </td>
        }
    });
    view! {
        <tr>
            <th scope="row" class="rail num">
                {line}
            </th>
            {cells.collect_view()}
        </tr>
    }
}

/// The color of a cell: what its row is and what its column is.
fn cell_class(row: RowRole, column: Role, samples_in_rows: bool) -> &'static str {
    let (across, across_note, down, down_note) = if samples_in_rows {
        ("c-gid", "c-gnote", "c-sid", "c-snote")
    } else {
        ("c-sid", "c-snote", "c-gid", "c-gnote")
    };
    match (row, column) {
        (RowRole::Names, Role::Value) => across,
        (RowRole::Notes, Role::Value) => across_note,
        (RowRole::Body, Role::Id) => down,
        (RowRole::Body, Role::Annotation) => down_note,
        (RowRole::Body, Role::Value) => "c-val",
        _ => "c-ign",
    }
}
