//! All cells of a line: their ends are looked for 64 bytes at a time, so that no cell waits for the
//! end of the one before it.

use std::ops::Range;

use memchr::memchr;

use super::{BadCell, NumberDialect, any_number};

/// Delimiters are looked for in so many bytes at once.
pub(super) const BLOCK: usize = 64;
/// Longest cell that is read as a plain number.
pub(super) const LONGEST: usize = 16;
/// A block, and what may have to be loaded with the last cell that starts in it.
const WINDOW: usize = BLOCK + LONGEST;

/// Fills `out` with the values of the cells; see [`super::parse_row`].
///
/// `delimiters` sets the bits where a delimiter stands. `plain` gives the value of the first
/// `length` bytes where they are a plain number, of which it reads what it likes to.
#[inline(always)]
pub(super) fn fill_row(
    line: &[u8],
    dialect: NumberDialect,
    out: &mut [f32],
    delimiters: impl Fn(&[u8; BLOCK]) -> u64,
    plain: impl Fn(&[u8; LONGEST], usize) -> Option<f32>,
) -> Result<usize, BadCell> {
    let mut n = 0;
    let mut start = 0;
    while let Some(rest) = line.get(start..) {
        let near_the_end;
        let window = if let Some(window) = rest.first_chunk::<WINDOW>() {
            window
        } else {
            near_the_end = ended(rest, dialect.delimiter);
            &near_the_end
        };
        let (blocks, _) = window.as_chunks::<BLOCK>();
        let mut ends = delimiters(&blocks[0]);
        if ends == 0 {
            // No plain number is as long as a block.
            let end = memchr(dialect.delimiter, rest).unwrap_or(rest.len());
            let Some(slot) = out.get_mut(n) else {
                return Ok(n + 1);
            };
            let value = any_number(&rest[..end], dialect.decimal);
            *slot = value.ok_or_else(|| bad_cell(n, start, 0..end))?;
            n += 1;
            start += end + 1;
            continue;
        }
        let mut from = 0;
        while ends != 0 {
            let end = ends.trailing_zeros() as usize;
            ends &= ends - 1;
            let Some(slot) = out.get_mut(n) else {
                return Ok(n + 1);
            };
            // INVARIANT: a cell starts in the block, so that its window has as many bytes behind it.
            let bytes = window[from % BLOCK..].first_chunk().expect("16 bytes");
            *slot = match plain(bytes, end - from) {
                Some(value) => value,
                None => any_number(&window[from..end], dialect.decimal)
                    .ok_or_else(|| bad_cell(n, start, from..end))?,
            };
            n += 1;
            from = end + 1;
        }
        start += from;
    }
    Ok(n)
}

fn bad_cell(index: usize, start: usize, cell: Range<usize>) -> BadCell {
    BadCell {
        index,
        start: start + cell.start,
        end: start + cell.end,
    }
}

/// The end of a line, ended by one more delimiter.
fn ended(rest: &[u8], delimiter: u8) -> [u8; WINDOW] {
    let mut window = [0; WINDOW];
    window[..rest.len()].copy_from_slice(rest);
    window[rest.len()] = delimiter;
    window
}
