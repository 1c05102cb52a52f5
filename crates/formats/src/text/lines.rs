//! Where lines end, with quoted line feeds left alone.

use memchr::{memchr, memchr2};

use super::cell::closing_quote;

/// Where the line that starts at `start` ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineEnd {
    /// At this line feed.
    At(usize),
    /// The bytes end first.
    Unfinished,
    /// The bytes end inside a quoted cell that opened here.
    OpenQuote(usize),
}

/// Finds the end of the line that starts at `start`.
pub(crate) fn line_end(bytes: &[u8], start: usize, delimiter: u8) -> LineEnd {
    let mut position = start;
    loop {
        let Some(offset) = memchr2(b'"', b'\n', &bytes[position..]) else {
            return LineEnd::Unfinished;
        };
        position += offset;
        if bytes[position] == b'\n' {
            return LineEnd::At(position);
        }
        let opens = position == start || is_cell_start(bytes[position - 1], delimiter);
        if opens {
            match closing_quote(bytes, position) {
                Some(close) => position = close + 1,
                None => return LineEnd::OpenQuote(position),
            }
        } else {
            position += 1;
        }
    }
}

fn is_cell_start(byte_before: u8, delimiter: u8) -> bool {
    byte_before == delimiter || byte_before == b'\n'
}

/// One line: number from 1, and its bytes without the line feed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    /// Number in the file, from 1.
    pub number: u64,
    /// Position of its first byte.
    pub start: usize,
    /// Its bytes, without line feed and carriage return.
    pub bytes: &'a [u8],
}

impl Line<'_> {
    /// True when nothing but blanks and delimiters stands there.
    pub fn is_blank(&self, delimiter: u8) -> bool {
        self.bytes
            .iter()
            .all(|&byte| byte == delimiter || byte.is_ascii_whitespace())
    }
}

/// All lines of a text; an unfinished last one only when `complete`.
///
/// A quotation mark that never closes is taken as a letter.
pub(crate) fn split_lines(text: &[u8], delimiter: u8, complete: bool) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut number = 1;
    while start < text.len() {
        let end = match line_end(text, start, delimiter) {
            LineEnd::At(end) => end,
            LineEnd::OpenQuote(open) => match memchr(b'\n', &text[open..]) {
                Some(offset) if complete => open + offset,
                _ if complete => text.len(),
                _ => break,
            },
            LineEnd::Unfinished if complete => text.len(),
            LineEnd::Unfinished => break,
        };
        let bytes = &text[start..end];
        lines.push(Line {
            number,
            start,
            bytes: bytes.strip_suffix(b"\r").unwrap_or(bytes),
        });
        number += 1 + memchr::memchr_iter(b'\n', bytes).count() as u64;
        start = end + 1;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_line_feeds_do_not_end_a_line_but_count_as_lines() {
        let lines = split_lines(b"a,\"x\ny\",b\r\nc,d,e", b',', true);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].bytes, b"a,\"x\ny\",b");
        assert_eq!((lines[1].number, lines[1].bytes), (3, b"c,d,e".as_slice()));
    }

    #[test]
    fn an_unfinished_line_counts_only_at_the_end_of_the_file() {
        assert_eq!(split_lines(b"a\nb", b',', false).len(), 1);
        assert_eq!(split_lines(b"a\nb", b',', true).len(), 2);
    }

    #[test]
    fn an_open_quote_is_told_with_its_place() {
        assert_eq!(line_end(b"a,\"b\nc", 0, b','), LineEnd::OpenQuote(2));
    }
}
