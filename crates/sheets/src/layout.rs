//! What a sheet hides or merges: the cells themselves do not say it.

use std::collections::BTreeSet;

use cuvette_core::report::Place;
use cuvette_formats::{SheetError, SheetLayout, SheetShape};
use quick_xml::events::BytesStart;

use crate::package::{Package, attribute};

/// Looks through the document of a sheet.
pub fn of_sheet(package: &mut Package, sheet: &SheetShape) -> Result<SheetLayout, SheetError> {
    let mut look = Look {
        n_columns: sheet.n_columns,
        ..Look::default()
    };
    package.visit_sheet(&sheet.name, |element, start, is_empty| {
        look.see(element, start, is_empty);
    })?;
    for column in &look.hidden_columns {
        let place = || Place {
            column: Some(*column),
            ..Place::default()
        };
        look.layout.hidden_columns.add(place);
    }
    Ok(look.layout)
}

#[derive(Default)]
struct Look {
    layout: SheetLayout,
    n_columns: u64,
    hidden_columns: BTreeSet<u64>,
    row: u64,
    /// True in a hidden row of which no cell was seen yet.
    is_hidden: bool,
}

impl Look {
    fn see(&mut self, element: &str, start: &BytesStart, is_empty: bool) {
        match element {
            "row" => {
                let number = attribute(start, "r").and_then(|row| row.parse().ok());
                self.row = number.unwrap_or(self.row + 1);
                self.is_hidden = is_true(start, "hidden");
            }
            // A cell without content is a format alone.
            "c" if self.is_hidden && !is_empty => {
                self.is_hidden = false;
                let line = Some(self.row);
                let place = || Place {
                    line,
                    ..Place::default()
                };
                self.layout.hidden_rows.add(place);
            }
            "col" if is_true(start, "hidden") => {
                let number = |name| attribute(start, name)?.parse::<u64>().ok();
                if let (Some(first), Some(last)) = (number("min"), number("max")) {
                    self.hidden_columns.extend(first..=last.min(self.n_columns));
                }
            }
            "mergeCell" => {
                if let Some(block) = attribute(start, "ref") {
                    self.layout.merged.add(|| first_cell(block));
                }
            }
            _ => {}
        }
    }
}

fn is_true(start: &BytesStart, name: &str) -> bool {
    matches!(attribute(start, name).as_deref(), Some("1" | "true"))
}

/// The first cell of a block such as `B2:D2`.
fn first_cell(block: String) -> Place {
    let cell = block.split(':').next().unwrap_or_default();
    let n_letters = cell.bytes().take_while(u8::is_ascii_uppercase).count();
    let (letters, row) = cell.split_at(n_letters);
    let column = letters.bytes().try_fold(0_u64, |column, letter| {
        column
            .checked_mul(26)?
            .checked_add(u64::from(letter - b'A') + 1)
    });
    Place {
        line: row.parse().ok(),
        column: column.filter(|&column| column > 0),
        name: None,
        value: Some(block),
    }
}
