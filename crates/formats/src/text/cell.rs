//! Cutting a line into cells.
//!
//! A quotation mark opens a quoted cell at the very start of a cell only; inside, two marks stand
//! for one. Anywhere else a mark is a letter like any other, as in R and pandas.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2};

use super::windows_1252;
use crate::options::Encoding;

/// One cell as it stands in the file, without its quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RawCell<'a> {
    /// The bytes; doubled marks still doubled.
    pub bytes: &'a [u8],
    /// True where quotation marks were taken off.
    pub quoted: bool,
}

/// The cell that starts at `start`, and the position of what ends it: a delimiter, a line feed,
/// or the end of `bytes`.
pub(crate) fn next_cell(bytes: &[u8], start: usize, delimiter: u8) -> (RawCell<'_>, usize) {
    let start = if delimiter == b' ' {
        start + leading_blanks(&bytes[start..])
    } else {
        start
    };
    if bytes.get(start) == Some(&b'"')
        && let Some(close) = closing_quote(bytes, start)
        && ends_cell(bytes, close + 1, delimiter)
    {
        let cell = RawCell {
            bytes: &bytes[start + 1..close],
            quoted: true,
        };
        return (cell, cell_end(bytes, close + 1, delimiter));
    }
    let end = cell_end(bytes, start, delimiter);
    let mut cell = &bytes[start..end];
    if bytes.get(end) != Some(&delimiter) && cell.last() == Some(&b'\r') {
        cell = &cell[..cell.len() - 1];
    }
    let cell = RawCell {
        bytes: cell,
        quoted: false,
    };
    (cell, end)
}

fn leading_blanks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|&&byte| byte == b' ').count()
}

/// Position of the first delimiter or line feed from `from` on, else the end.
fn cell_end(bytes: &[u8], from: usize, delimiter: u8) -> usize {
    memchr2(delimiter, b'\n', &bytes[from..]).map_or(bytes.len(), |offset| from + offset)
}

/// Position of the mark that closes the one at `open`.
pub(crate) fn closing_quote(bytes: &[u8], open: usize) -> Option<usize> {
    let mut position = open + 1;
    loop {
        position += memchr(b'"', bytes.get(position..)?)?;
        if bytes.get(position + 1) == Some(&b'"') {
            position += 2;
        } else {
            return Some(position);
        }
    }
}

/// Whether nothing but a carriage return or blanks stands between `from` and the cell's end.
fn ends_cell(bytes: &[u8], from: usize, delimiter: u8) -> bool {
    bytes[from..cell_end(bytes, from, delimiter)]
        .iter()
        .all(|byte| matches!(byte, b'\r' | b' '))
}

/// All cells of one line (which may contain quoted line feeds).
pub(crate) fn split_line(line: &[u8], delimiter: u8) -> Vec<RawCell<'_>> {
    let mut cells = Vec::with_capacity(memchr_iter(delimiter, line).count() + 1);
    let mut position = 0;
    loop {
        let (cell, end) = next_cell(line, position, delimiter);
        cells.push(cell);
        if end >= line.len() {
            return cells;
        }
        position = end + 1;
    }
}

impl<'a> RawCell<'a> {
    /// A cell with nothing in it.
    pub const EMPTY: Self = Self {
        bytes: &[],
        quoted: false,
    };

    /// Without blanks around it.
    pub fn trimmed(self) -> &'a [u8] {
        self.bytes.trim_ascii()
    }

    /// The text, and whether it had to be read as Latin-1 against the encoding of the file.
    pub fn text(self, encoding: Encoding) -> (String, bool) {
        let bytes: Cow<[u8]> = if self.quoted && memchr(b'"', self.bytes).is_some() {
            Cow::Owned(undoubled(self.bytes))
        } else {
            Cow::Borrowed(self.bytes)
        };
        let bytes = bytes.trim_ascii();
        match std::str::from_utf8(bytes) {
            Ok(text) if encoding != Encoding::Latin1 || text.is_ascii() => {
                (text.trim().to_string(), false)
            }
            _ => {
                let text = windows_1252::decode(bytes);
                (text.trim().to_string(), encoding != Encoding::Latin1)
            }
        }
    }
}

fn undoubled(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len());
    let mut position = 0;
    while let Some(&byte) = bytes.get(position) {
        text.push(byte);
        let is_pair = byte == b'"' && bytes.get(position + 1) == Some(&b'"');
        position += if is_pair { 2 } else { 1 };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, delimiter: u8, expected: &[&str]) {
        let cells: Vec<String> = split_line(line.as_bytes(), delimiter)
            .iter()
            .map(|cell| cell.text(Encoding::Utf8).0)
            .collect();
        assert_eq!(cells, expected, "{line:?}");
    }

    #[test]
    fn lines_are_cut_at_delimiters_outside_quotes() {
        check("a,b,c", b',', &["a", "b", "c"]);
        check("a,,", b',', &["a", "", ""]);
        check("", b',', &[""]);
        check("\"a,b\",c\r", b',', &["a,b", "c"]);
        check("\"say \"\"hi\"\"\",c", b',', &["say \"hi\"", "c"]);
        check("\"two\nlines\";x", b';', &["two\nlines", "x"]);
        check("5\" disk,\"x\"y,z", b',', &["5\" disk", "\"x\"y", "z"]);
        check("a   b c", b' ', &["a", "b", "c"]);
        check("  a b", b' ', &["a", "b"]);
    }

    #[test]
    fn an_open_quote_is_a_letter_when_it_never_closes() {
        check("\"a,b", b',', &["\"a", "b"]);
    }

    #[test]
    fn bytes_that_are_no_utf_8_are_read_as_latin_1_and_said_so() {
        let cell = RawCell {
            bytes: b"M\xfcller",
            quoted: false,
        };
        assert_eq!(cell.text(Encoding::Utf8), ("Müller".to_string(), true));
        assert_eq!(cell.text(Encoding::Latin1), ("Müller".to_string(), false));
    }
}
