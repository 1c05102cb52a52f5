//! Windows: the rows and columns of a table that are on the screen, after sorting and filtering.
//!
//! Long data never leave the engine: the page asks for what it shows.

mod find;
mod grid;
mod model;
mod natural;
mod order;
mod recent;
mod tables;

use std::sync::{Arc, Mutex, PoisonError};

use cuvette_core::Table;

pub use find::find;
pub use grid::Grid;
pub use order::View;
pub use tables::{info, tables_of};

use crate::{
    EngineError,
    hash::Hash,
    protocol::{TableName, TableView, TableWindow},
    session::{Node, Session},
};
use order::OrderKey;
use recent::Recent;

/// Tables made for showing and orders they were shown in, the last few of each.
#[derive(Debug, Default)]
pub struct Windows {
    derived: Mutex<Recent<(Hash, String), Arc<Table>>>,
    orders: Mutex<Recent<OrderKey, Arc<Vec<u32>>>>,
}

impl Windows {
    /// Forgets all.
    pub fn clear(&self) {
        self.derived
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        self.orders
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn derived(&self, hash: Hash, table: &str, make: impl FnOnce() -> Table) -> Arc<Table> {
        let mut derived = self.derived.lock().unwrap_or_else(PoisonError::into_inner);
        derived.get_or_insert((hash, table.into()), || Arc::new(make()))
    }

    fn order(&self, key: OrderKey, make: impl FnOnce() -> Vec<u32>) -> Arc<Vec<u32>> {
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        orders.get_or_insert(key, || Arc::new(make()))
    }
}

/// A table and its rows in the order of `view`.
pub fn view(session: &Session, name: &TableName, view: &TableView) -> Result<View, EngineError> {
    let (grid, hash) = find_grid(session, name)?;
    View::new(&session.windows, grid, hash, name, view)
}

/// The part of a table that `view` asks for; what lies outside of the table is left out.
pub fn window(
    session: &Session,
    name: &TableName,
    asked: &TableView,
) -> Result<TableWindow, EngineError> {
    let view = view(session, name, asked)?;
    let n_rows = view.n_rows();
    let row = asked.row.min(n_rows);
    let rows: Vec<usize> = (row..row.saturating_add(asked.n_rows).min(n_rows))
        .map(|position| view.row(position))
        .collect();
    let n_columns = view.grid.n_columns();
    let column = asked.column.min(n_columns);
    let last = column.saturating_add(asked.n_columns).min(n_columns);
    let columns = std::iter::once(0).chain(column + 1..=last);
    Ok(TableWindow {
        n_rows,
        n_rows_all: view.grid.n_rows(),
        n_columns,
        row,
        column,
        columns: columns
            .map(|column| view.grid.window_column(column, &rows))
            .collect(),
    })
}

fn find_grid(session: &Session, name: &TableName) -> Result<(Grid, Hash), EngineError> {
    let node = session.node(&name.of)?;
    let (found, available, hash) = match &node {
        Node::Input(input) => {
            let found = tables::grid_of(&session.windows, input.hash, &input.data, &name.table);
            (found, input.tables(), input.hash)
        }
        Node::Step(outcome) => {
            let value = outcome.result.as_ref().map_err(Clone::clone)?;
            let dataset = value.output.dataset().cloned();
            let found = dataset
                .and_then(|dataset| {
                    let data = cuvette_core::analyses::Data::Dataset(dataset);
                    tables::grid_of(&session.windows, outcome.hash, &data, &name.table)
                })
                .or_else(|| value.table(&name.table).cloned().map(Grid::Table));
            (found, value.table_infos(), outcome.hash)
        }
    };
    let grid = found.ok_or_else(|| EngineError::NotThere {
        of: name.of.clone(),
        what: "table",
        name: name.table.clone(),
        available: available.into_iter().map(|table| table.name).collect(),
    })?;
    Ok((grid, hash))
}
