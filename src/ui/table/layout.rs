//! Which part of a table is on the screen.

use leptos::prelude::window;

/// Up to this many columns all are asked for; beyond, only those on the screen.
pub const MOST_WHOLE_COLUMNS: usize = 24;
/// Width of a column of a wide table, px; the style sheet has the same.
pub const COLUMN_PX: i32 = 104;

const ROWS_AROUND: usize = 8;
const COLUMNS_AROUND: usize = 4;

/// The part of a table that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// First row.
    pub row: usize,
    /// Rows.
    pub n_rows: usize,
    /// First column after the leading one.
    pub column: usize,
    /// Columns.
    pub n_columns: usize,
}

impl Default for Part {
    fn default() -> Self {
        Self {
            row: 0,
            n_rows: 24,
            column: 0,
            n_columns: MOST_WHOLE_COLUMNS,
        }
    }
}

/// Height of a row, px: 28, or 36 under a finger.
pub fn row_px() -> i32 {
    let coarse = window().match_media("(pointer: coarse)").ok().flatten();
    if coarse.is_some_and(|query| query.matches()) {
        36
    } else {
        28
    }
}

/// The part to ask for, a little more than is seen, in steps, so that not every pixel asks.
pub fn part_of(
    [top, left]: [i32; 2],
    [height, width]: [i32; 2],
    is_wide: bool,
    row_px: i32,
) -> Part {
    let whole = |pixels: i32, unit: i32| (pixels.max(0) / unit) as usize;
    let stepped = |first: usize, step: usize| (first / step * step).saturating_sub(step);
    let (row, n_rows) = (
        stepped(whole(top, row_px), ROWS_AROUND),
        whole(height, row_px) + 3 * ROWS_AROUND,
    );
    let (column, n_columns) = if is_wide {
        (
            stepped(whole(left, COLUMN_PX), COLUMNS_AROUND),
            whole(width, COLUMN_PX) + 3 * COLUMNS_AROUND,
        )
    } else {
        (0, MOST_WHOLE_COLUMNS)
    };
    Part {
        row,
        n_rows,
        column,
        n_columns,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_covers_what_is_seen() {
        for top in (0..100_000).step_by(97) {
            let part = part_of([top, top], [300, 800], true, 28);
            let (first, last) = ((top / 28) as usize, ((top + 300) / 28) as usize);
            assert!(part.row <= first && part.row + part.n_rows > last, "{top}");
            let (first, last) = ((top / 104) as usize, ((top + 800) / 104) as usize);
            assert!(
                part.column <= first && part.column + part.n_columns > last,
                "{top}"
            );
        }
    }

    #[test]
    fn small_scrolls_ask_for_nothing_new() {
        let at = |top| part_of([top, 0], [300, 800], false, 28);
        assert_eq!(at(0), at(28 * 7));
    }
}
