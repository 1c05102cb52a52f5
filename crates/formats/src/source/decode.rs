//! From bytes to text whose lines end with a line feed.
//!
//! UTF-8 and Latin-1 pass as they are: only names are ever decoded, cell by cell. UTF-16 is
//! rewritten as UTF-8. A carriage return that no line feed follows (old Macintosh files, or one
//! pasted into another) becomes a line feed, in place, so that lines count the same everywhere.

use std::borrow::Cow;

use super::utf_16::{ByteOrder, Utf16};
use crate::options::Encoding;

/// How a file is encoded, by its first bytes, and why.
pub(crate) fn detect_encoding(head: &[u8]) -> (Encoding, String) {
    if head.starts_with(&[0xEF, 0xBB, 0xBF]) {
        return (
            Encoding::Utf8,
            "The file begins with the UTF-8 byte order mark".into(),
        );
    }
    if head.starts_with(&[0xFF, 0xFE]) {
        return (
            Encoding::Utf16Le,
            "The file begins with the UTF-16 byte order mark".into(),
        );
    }
    if head.starts_with(&[0xFE, 0xFF]) {
        return (
            Encoding::Utf16Be,
            "The file begins with the UTF-16 byte order mark".into(),
        );
    }
    if let Some(encoding) = unmarked_utf_16(head) {
        return (encoding, "Every second byte of the start is zero".into());
    }
    match std::str::from_utf8(head) {
        Ok(text) if text.is_ascii() => (Encoding::Utf8, "The start holds plain ASCII only".into()),
        Ok(_) => (Encoding::Utf8, "The start is valid UTF-8".into()),
        // A character cut by the end of the head is no evidence against UTF-8.
        Err(error) if error.error_len().is_none() => {
            (Encoding::Utf8, "The start is valid UTF-8".into())
        }
        Err(error) => {
            let byte = head[error.valid_up_to()];
            let evidence = format!(
                "Byte {} (0x{byte:02X}) is no UTF-8, so the text is read as Latin-1",
                error.valid_up_to() + 1
            );
            (Encoding::Latin1, evidence)
        }
    }
}

fn unmarked_utf_16(head: &[u8]) -> Option<Encoding> {
    let pairs = head.get(..head.len().min(512) & !1)?.chunks_exact(2);
    let n = pairs.len();
    let is_letter = |byte: u8| byte != 0 && byte < 0x80;
    let little = pairs
        .clone()
        .filter(|p| is_letter(p[0]) && p[1] == 0)
        .count();
    let big = pairs.filter(|p| p[0] == 0 && is_letter(p[1])).count();
    if n >= 4 && little * 10 >= n * 9 {
        Some(Encoding::Utf16Le)
    } else if n >= 4 && big * 10 >= n * 9 {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// Turns blocks of bytes into blocks of text.
pub(crate) struct Decoder {
    utf_16: Option<Utf16>,
    at_start: bool,
    held_return: bool,
    is_finished: bool,
    n_replaced_returns: u64,
    n_replaced_letters: u64,
}

impl Decoder {
    /// A decoder for a file in `encoding`.
    pub fn new(encoding: Encoding) -> Self {
        let utf_16 = match encoding {
            Encoding::Utf16Le => Some(ByteOrder::Little),
            Encoding::Utf16Be => Some(ByteOrder::Big),
            Encoding::Utf8 | Encoding::Latin1 => None,
        };
        Self {
            utf_16: utf_16.map(Utf16::new),
            at_start: true,
            held_return: false,
            is_finished: false,
            n_replaced_returns: 0,
            n_replaced_letters: 0,
        }
    }

    /// Carriage returns that ended a line alone.
    pub fn n_lone_returns(&self) -> u64 {
        self.n_replaced_returns
    }

    /// Whether some UTF-16 was no text.
    pub fn has_damaged_letters(&self) -> bool {
        self.n_replaced_letters > 0
    }

    /// The text of the next block; borrowed where nothing had to change. Nothing follows `last`.
    pub fn decode<'a>(&mut self, block: &'a [u8], last: bool) -> Cow<'a, [u8]> {
        if std::mem::replace(&mut self.is_finished, last) {
            return Cow::Borrowed(&[]);
        }
        let text = match &mut self.utf_16 {
            Some(decoder) => {
                let (text, is_damaged) = decoder.decode(block, last);
                self.n_replaced_letters += u64::from(is_damaged);
                Cow::Owned(text.into_bytes())
            }
            None => Cow::Borrowed(self.without_byte_order_mark(block)),
        };
        self.end_lines_alike(text, last)
    }

    fn without_byte_order_mark<'a>(&mut self, block: &'a [u8]) -> &'a [u8] {
        if block.is_empty() {
            return block;
        }
        let is_start = std::mem::take(&mut self.at_start);
        match block.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
            Some(rest) if is_start => rest,
            _ => block,
        }
    }

    fn end_lines_alike<'a>(&mut self, text: Cow<'a, [u8]>, last: bool) -> Cow<'a, [u8]> {
        if text.is_empty() && !last {
            return text;
        }
        if !self.held_return && !super::holds_byte(&text, b'\r') {
            return text;
        }
        let must_hold = !last && text.last() == Some(&b'\r');
        let first_lone = memchr::memchr_iter(b'\r', &text)
            .find(|&at| at + 1 < text.len() && text[at + 1] != b'\n');
        if !self.held_return && !must_hold && first_lone.is_none() && !ends_with_return(&text, last)
        {
            return text;
        }
        let mut owned = Vec::with_capacity(text.len() + 1);
        if std::mem::take(&mut self.held_return) {
            owned.push(b'\r');
        }
        owned.extend_from_slice(&text);
        if must_hold {
            owned.pop();
            self.held_return = true;
        }
        // At the end of the block a return is alone too: what may still be a pair is held back.
        for at in 0..owned.len() {
            if owned[at] == b'\r' && owned.get(at + 1) != Some(&b'\n') {
                owned[at] = b'\n';
                self.n_replaced_returns += 1;
            }
        }
        Cow::Owned(owned)
    }
}

fn ends_with_return(text: &[u8], last: bool) -> bool {
    last && text.last() == Some(&b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode_in_blocks(bytes: &[u8], encoding: Encoding, block: usize) -> Vec<u8> {
        let mut decoder = Decoder::new(encoding);
        let mut text = Vec::new();
        for part in bytes.chunks(block) {
            text.extend_from_slice(&decoder.decode(part, false));
        }
        text.extend_from_slice(&decoder.decode(&[], true));
        text
    }

    fn check(bytes: &[u8], encoding: Encoding, expected: &[u8]) {
        for block in 1..=bytes.len() {
            let found = decode_in_blocks(bytes, encoding, block);
            assert_eq!(found, expected, "blocks of {block}");
        }
    }

    #[test]
    fn lone_returns_become_line_feeds_wherever_blocks_are_cut() {
        check(b"a\rb\r\nc\nd\r", Encoding::Utf8, b"a\nb\r\nc\nd\n");
        check(b"a\r\rb", Encoding::Utf8, b"a\n\nb");
        check(b"a\r\n", Encoding::Utf8, b"a\r\n");
    }

    #[test]
    fn utf_16_becomes_utf_8_in_both_byte_orders() {
        let little = [0xFF, 0xFE, b'a', 0, 0xFC, 0, b'\r', 0, b'\n', 0];
        check(&little, Encoding::Utf16Le, "a\u{fc}\r\n".as_bytes());
        let big = [0xFE, 0xFF, 0, b'a', 0, 0xFC, 0, b'\n'];
        check(&big, Encoding::Utf16Be, "a\u{fc}\n".as_bytes());
    }

    #[test]
    fn encodings_are_told_apart_by_their_bytes() {
        assert_eq!(detect_encoding(b"gene,a\n").0, Encoding::Utf8);
        assert_eq!(detect_encoding("gène".as_bytes()).0, Encoding::Utf8);
        assert_eq!(detect_encoding(b"g\xe8ne,a\n").0, Encoding::Latin1);
        assert_eq!(detect_encoding(b"g\0e\0n\0e\0,\0").0, Encoding::Utf16Le);
        assert_eq!(detect_encoding(b"\0g\0e\0n\0e\0,").0, Encoding::Utf16Be);
    }
}
