//! From the bytes of a file to text: unpacked, in UTF-8 or Latin-1, lines ended by line feeds.

use rayon::prelude::*;

mod decode;
mod decompress;
mod utf_16;

pub(crate) use decode::{Decoder, detect_encoding};
pub(crate) use decompress::{Unpacker, unpack_head};

/// Whether a byte stands anywhere in the text; all threads look.
pub(crate) fn holds_byte(text: &[u8], byte: u8) -> bool {
    const PART: usize = 512 << 10;
    text.par_chunks(PART)
        .any(|part| memchr::memchr(byte, part).is_some())
}
