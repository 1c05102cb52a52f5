//! The values of a sample annotation, with how many samples have each.

use cuvette_engine::protocol::{
    Answer, RequestBody, TableName, TableView, TableWindow, WindowColumn, WindowValues,
};
use leptos::{prelude::*, task::spawn_local};
use serde_json::{Value, json};

use super::{Edited, names::columns_of, with_of};
use crate::state::{
    App, result_of,
    schema::{Choice, Columns},
};
use crate::ui::erased::effect;

/// Where an annotation stands: the data set, the input or step that brings the column, its place
/// among the columns there, and the result it is of.
type Place = (String, String, usize, Option<String>);

/// The values of the annotation that a field names, by the alphabet.
pub fn levels(edited: Edited, column: String) -> Signal<Vec<Choice>> {
    let found = RwSignal::new(Vec::new());
    let now = Memo::new(move |_| place(edited, &column));
    effect(move || {
        let place = now.get();
        spawn_local(async move {
            let counts = match &place {
                Some(place) => counts(edited.app, place).await,
                None => None,
            };
            let level = |(name, n): (String, usize)| Choice {
                label: format!("{name} (n = {n})"),
                value: json!(name),
                help: String::new(),
            };
            let all = counts.unwrap_or_default().into_iter().map(level);
            // The form may be gone by now, or another annotation chosen.
            if now.try_get_untracked() == Some(place) {
                found.set(all.collect());
            }
        });
    });
    found.into()
}

fn place(edited: Edited, column: &str) -> Option<Place> {
    let (app, id) = (edited.app, edited.step.get_value());
    let with = with_of(app, &id);
    let name = with.get(column).and_then(Value::as_str)?;
    let recipe = app.recipe();
    let of = &recipe.steps.iter().find(|step| step.id == id)?.of;
    let data = of.first()?.clone();
    let hash = app
        .steps
        .with(|steps| Some(result_of(steps.get(&data)?)?.hash.clone()));
    // What is attached last replaces what has the name before.
    of.iter().rev().find_map(|source| {
        let columns = columns_of(app, source, &Columns::Samples);
        let at = columns.iter().position(|column| column == name)?;
        Some((data.clone(), source.clone(), at, hash.clone()))
    })
}

async fn counts(app: App, (data, source, column, _): &Place) -> Option<Vec<(String, usize)>> {
    let cells = samples(app, source, *column, 1).await?;
    let [names, values] = cells.columns.as_slice() else {
        return None;
    };
    let mut known = match samples(app, data, 0, 0).await?.columns.as_slice() {
        [names] => texts(names),
        _ => return None,
    };
    known.sort_unstable();
    let mut counts: Vec<(String, usize)> = Vec::new();
    for (name, value) in texts(names).iter().zip(texts(values)) {
        if value.is_empty() || known.binary_search(name).is_err() {
            continue;
        }
        match counts.iter_mut().find(|(level, _)| *level == value) {
            Some((_, n)) => *n += 1,
            None => counts.push((value, 1)),
        }
    }
    counts.sort_unstable();
    Some(counts)
}

/// All rows of the table of samples: their names, and so many columns.
async fn samples(app: App, of: &str, column: usize, n_columns: usize) -> Option<TableWindow> {
    let body = RequestBody::Window {
        table: TableName {
            of: of.into(),
            table: "samples".into(),
        },
        view: TableView {
            n_rows: usize::MAX,
            column,
            n_columns,
            ..TableView::default()
        },
    };
    match app.answer(body).await.ok()?.answer {
        Answer::Window(window) => Some(window),
        _ => None,
    }
}

fn texts(column: &WindowColumn) -> Vec<String> {
    let number = |value: &Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    match &column.values {
        WindowValues::Text(cells) => cells.iter().map(|cell| cell.trim().into()).collect(),
        WindowValues::Number(cells) => cells.iter().map(number).collect(),
        WindowValues::Integer(cells) => cells
            .iter()
            .map(|value| value.map_or_else(String::new, |value| value.to_string()))
            .collect(),
    }
}
