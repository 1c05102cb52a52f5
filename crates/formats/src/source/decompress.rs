//! Unpacking gzip in blocks, several members included (as `bgzip` and `cat a.gz b.gz` write).

use std::io::Write;

use flate2::write::MultiGzDecoder;

use crate::error::{FormatError, FormatErrorKind};

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Passes plain bytes through and unpacks gzip, as the first bytes say.
pub(crate) struct Unpacker {
    file: String,
    state: State,
    n_packed: u64,
    n_unpacked: u64,
}

enum State {
    /// Fewer than two bytes seen.
    Start(Vec<u8>),
    Plain,
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
}

impl Unpacker {
    /// An unpacker that has seen nothing.
    pub fn new(file: &str) -> Self {
        Self {
            file: file.into(),
            state: State::Start(Vec::new()),
            n_packed: 0,
            n_unpacked: 0,
        }
    }

    /// Whether the file is gzip.
    pub fn is_gzip(&self) -> bool {
        matches!(self.state, State::Gzip(_))
    }

    /// Takes the next block of the file and hands its unpacked bytes to `sink`.
    pub fn push(
        &mut self,
        block: &[u8],
        sink: &mut dyn FnMut(&[u8]) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        if let State::Start(start) = &mut self.state {
            start.extend_from_slice(block);
            if start.len() < GZIP_MAGIC.len() {
                return Ok(());
            }
            let start = std::mem::take(start);
            self.state = if start.starts_with(&GZIP_MAGIC) {
                State::Gzip(Box::new(MultiGzDecoder::new(Vec::new())))
            } else {
                State::Plain
            };
            return self.unpack(&start, sink);
        }
        self.unpack(block, sink)
    }

    fn unpack(
        &mut self,
        block: &[u8],
        sink: &mut dyn FnMut(&[u8]) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        let State::Gzip(decoder) = &mut self.state else {
            self.n_packed += block.len() as u64;
            self.n_unpacked += block.len() as u64;
            return sink(block);
        };
        // Small steps keep the unpacked text small and an error close to its place.
        for step in block.chunks(STEP) {
            let written = decoder.write_all(step);
            let text = std::mem::take(decoder.get_mut());
            self.n_unpacked += text.len() as u64;
            sink(&text)?;
            if let Err(error) = written {
                let problem = format!("are damaged ({error})");
                return Err(damaged(&self.file, self.n_packed, self.n_unpacked, problem));
            }
            self.n_packed += step.len() as u64;
            let mut text = text;
            text.clear();
            *decoder.get_mut() = text;
        }
        Ok(())
    }

    /// Ends the file: what is left, or an error where the compressed data stop early.
    pub fn finish(
        &mut self,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        match &mut self.state {
            State::Start(start) => {
                let start = std::mem::take(start);
                sink(&start)
            }
            State::Plain => Ok(()),
            State::Gzip(decoder) => {
                let finished = decoder.try_finish();
                let text = std::mem::take(decoder.get_mut());
                self.n_unpacked += text.len() as u64;
                sink(&text)?;
                finished.map_err(|error| {
                    let problem = match error.kind() {
                        std::io::ErrorKind::UnexpectedEof => "end too early".to_string(),
                        _ => format!("are damaged at the end ({error})"),
                    };
                    damaged(&self.file, self.n_packed, self.n_unpacked, problem)
                })
            }
        }
    }
}

const STEP: usize = 64 * 1024;

fn damaged(file: &str, byte: u64, n_bytes: u64, problem: String) -> FormatError {
    FormatError::new(file, FormatErrorKind::Compressed { problem, n_bytes }).at_byte(byte)
}

/// The unpacked start of a file, and whether it is gzip; what follows damage is left out.
pub(crate) fn unpack_head(file: &str, head: &[u8], limit: usize) -> (Vec<u8>, bool) {
    let mut text = Vec::new();
    let mut unpacker = Unpacker::new(file);
    for step in head.chunks(STEP) {
        let pushed = unpacker.push(step, &mut |block| {
            text.extend_from_slice(block);
            Ok(())
        });
        if pushed.is_err() || text.len() >= limit {
            break;
        }
    }
    // A head is cut anywhere: what the decoder holds back is taken, its complaint is not.
    let cut = unpacker.finish(&mut |block| {
        text.extend_from_slice(block);
        Ok(())
    });
    drop(cut);
    text.truncate(limit);
    (text, unpacker.is_gzip())
}
