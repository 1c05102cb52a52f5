//! The value of the cell of a heat map that the pointer is on: asked of the engine, row by row.

use cuvette_core::figure::FigureKind;
use cuvette_engine::protocol::{
    Answer, RequestBody, TableName, TableView, TableWindow, WindowValues,
};
use leptos::{prelude::*, task::spawn_local};

use super::Picture;
use crate::state::{result_of, words};
use crate::ui::erased::effect;

/// The table that holds the values of a step's heat map, by the same names; without it they are
/// those of the data set that the step reads.
const TABLE: &str = "matrix";
const OF_DATA: &str = "values";

/// The values of one row, as they are shown, by the names of the columns.
#[derive(Clone, Default, PartialEq)]
pub struct Row {
    name: String,
    values: Vec<(String, String)>,
}

impl Picture {
    /// Names of the row and the column under the pointer, where the picture is a heat map.
    fn cell(self) -> Option<[String; 2]> {
        let hit = self.hit.get()?;
        let figure = self.figure.get()?;
        let FigureKind::HeatMap(heat_map) = &figure.kind else {
            return None;
        };
        let at = self
            .layout
            .with(|layout| layout.as_ref()?.data_from_pixel(hit.at))?;
        // Places among all; names are those of the part shown.
        let column = at[0] - heat_map.first[1] as f64;
        let column = heat_map.columns.get(column.max(0.0) as usize)?;
        Some([hit.name?, column.clone()])
    }

    /// Asks for the values of the row that the pointer comes to.
    pub(super) fn keep_valued(self, version: Signal<String>) {
        let row = Memo::new(move |_| self.cell().map(|[row, _]| (row, version.get())));
        effect(move || {
            if let Some((row, _)) = row.get() {
                spawn_local(self.ask_values(row));
            }
        });
    }

    async fn ask_values(self, name: String) {
        let table = self.table();
        let word = if table.table == OF_DATA { "value " } else { "" };
        let body = RequestBody::Window {
            table,
            view: TableView {
                n_rows: 1,
                n_columns: usize::MAX,
                names: vec![name.clone()],
                ..TableView::default()
            },
        };
        let answered = self.app.answer(body).await;
        let Ok(Answer::Window(window)) = answered.map(|delivery| delivery.answer) else {
            return;
        };
        if self.values.try_get_untracked().is_some() {
            self.values.set(Row {
                name,
                values: values(window, word),
            });
        }
    }

    fn table(self) -> TableName {
        let of = self.of.get_value();
        let has_own = self.app.steps.with_untracked(|steps| {
            let result = steps.get(&of).and_then(result_of);
            result.is_some_and(|result| result.tables.iter().any(|table| table.name == TABLE))
        });
        if has_own {
            let table = TABLE.into();
            TableName { of, table }
        } else {
            TableName {
                of: self.app.data_of(&of),
                table: OF_DATA.into(),
            }
        }
    }

    /// ": 0.913", once the engine has said it.
    pub(super) fn value_in_words(self) -> String {
        let Some([row, column]) = self.cell() else {
            return String::new();
        };
        self.values.with(|known| {
            let mut values = known.values.iter();
            match values.find(|(name, _)| *name == column) {
                Some((_, value)) if known.name == row => format!(": {value}"),
                _ => String::new(),
            }
        })
    }
}

fn values(window: TableWindow, word: &str) -> Vec<(String, String)> {
    let shown = window.columns.into_iter().filter_map(|column| {
        let WindowValues::Number(cells) = column.values else {
            return None;
        };
        let value = match cells.first()? {
            Some(value) => format!("{word}{}", words::number(*value, column.format)),
            None => "missing".into(),
        };
        Some((column.name, value))
    });
    shown.collect()
}
