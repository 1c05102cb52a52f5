//! From the bytes of a file to text: unpacked, in UTF-8 or Latin-1, lines ended by line feeds.

use cuvette_core::parallel;

mod decode;
mod decompress;
mod utf_16;

pub(crate) use decode::{Decoder, detect_encoding};
pub(crate) use decompress::{Unpacker, unpack_head};

/// Whether a byte stands anywhere in the text; all threads look.
pub(crate) fn holds_byte(text: &[u8], byte: u8) -> bool {
    const PART: usize = 512 << 10;
    parallel::any(text.len().div_ceil(PART), &|part| {
        let part = &text[part * PART..text.len().min((part + 1) * PART)];
        memchr::memchr(byte, part).is_some()
    })
}
