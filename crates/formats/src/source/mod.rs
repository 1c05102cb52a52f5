//! From the bytes of a file to text: unpacked, in UTF-8 or Latin-1, lines ended by line feeds.

mod decode;
mod decompress;

pub(crate) use decode::{Decoder, detect_encoding};
pub(crate) use decompress::{Unpacker, unpack_head};
