//! The start of a file, on which its layout is judged: how much of it, and its letters.

use cuvette_core::report::Guess;
use serde_json::json;

use crate::{
    error::{FormatError, FormatErrorKind},
    findings::{alternative, guess},
    options::Encoding,
    recognize::{is_binary, recognize},
    source::{Decoder, detect_encoding},
};

/// The layout of a file is judged on so many bytes of text.
pub(crate) const HEAD: usize = 1 << 20;
/// ... and on at least so many lines, for tables with very long ones.
const HEAD_LINES: usize = 4;
/// ... which may take up to so many bytes.
const LONGEST_HEAD: usize = 256 << 20;

/// Whether enough has come to judge the layout.
pub(crate) fn has_whole_head(bytes: &[u8]) -> bool {
    let mut size = HEAD;
    while size <= bytes.len() {
        if size >= LONGEST_HEAD
            || memchr::memchr_iter(b'\n', &bytes[..size])
                .nth(HEAD_LINES)
                .is_some()
            || memchr::memchr_iter(b'\r', &bytes[..size])
                .nth(HEAD_LINES)
                .is_some()
        {
            return true;
        }
        size *= 2;
    }
    false
}

/// How much of the bytes is judged: the same however they came.
pub(crate) fn head_size(bytes: &[u8]) -> usize {
    let mut size = HEAD;
    while size < bytes.len() {
        if has_whole_head(&bytes[..size]) {
            return size;
        }
        size *= 2;
    }
    bytes.len()
}

/// The decoded start of a file.
pub(crate) struct DecodedHead {
    /// Text in UTF-8 or Latin-1, lines ended by line feeds.
    pub text: Vec<u8>,
    /// How the file is encoded.
    pub encoding: Encoding,
    /// The chip, where it is not plain UTF-8.
    pub guess: Option<Guess>,
}

/// Decodes the start of a file that is a text, or says what else it is.
pub(crate) fn decode_head(
    file: &str,
    bytes: &[u8],
    chosen: Option<Encoding>,
) -> Result<DecodedHead, FormatError> {
    if bytes.is_empty() {
        return Err(FormatError::new(file, FormatErrorKind::Empty));
    }
    if let Some(found) = recognize(bytes) {
        let kind = FormatErrorKind::NotATable {
            what: found.what.into(),
            advice: found.advice,
        };
        return Err(FormatError::new(file, kind));
    }
    let (found, evidence) = detect_encoding(bytes);
    let encoding = chosen.unwrap_or(found);
    let text = Decoder::new(encoding).decode(bytes, false).into_owned();
    if is_binary(&text) {
        let kind = FormatErrorKind::NotATable {
            what: "a binary file of unknown format".into(),
            advice: crate::error::WHAT_IS_READ.into(),
        };
        return Err(FormatError::new(file, kind));
    }
    Ok(DecodedHead {
        guess: encoding_guess(encoding, chosen.is_some(), evidence),
        text,
        encoding,
    })
}

fn encoding_guess(encoding: Encoding, is_chosen: bool, evidence: String) -> Option<Guess> {
    if encoding == Encoding::Utf8 && !is_chosen {
        return None;
    }
    let mut chip = guess("encoding", "Encoding", json!(encoding), encoding.label());
    chip.chosen = is_chosen;
    chip.evidence = evidence;
    if encoding == Encoding::Latin1 {
        let effect = "Letters that are no UTF-8 are read one by one";
        chip.alternatives
            .push(alternative(json!(Encoding::Utf8), "UTF-8", effect));
    }
    Some(chip)
}
