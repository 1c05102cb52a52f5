//! Reading the page's files in slices.

use std::collections::VecDeque;

use cuvette_engine::{BLOCK_BYTES, EngineError};
use js_sys::{ArrayBuffer, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// Bytes the browser is asked for at once: of smaller slices each costs it nearly as much.
const SLICE_BYTES: u64 = 16 << 20;

/// Slices that the browser reads ahead of the one that is waited for.
const N_AHEAD: usize = 1;

/// The blocks of a file, from its beginning to its end.
pub struct Blocks<'a> {
    /// None where all bytes are in memory already.
    file: Option<&'a File>,
    pending: VecDeque<PendingSlice>,
    /// Where the next slice begins that the browser was not yet asked for.
    position: u64,
    /// What is there and was not yet given.
    rest: Uint8Array,
}

impl<'a> Blocks<'a> {
    /// All blocks of a file.
    pub fn of(file: &'a File) -> Self {
        Self {
            file: Some(file),
            pending: VecDeque::new(),
            position: 0,
            rest: Uint8Array::new_with_length(0),
        }
    }

    /// The blocks of bytes in memory.
    #[cfg(feature = "bench")]
    pub fn of_bytes(bytes: Uint8Array) -> Self {
        Self {
            file: None,
            pending: VecDeque::new(),
            position: 0,
            rest: bytes,
        }
    }

    /// The next block, in the memory of `block`; nothing at the end.
    pub async fn next(&mut self, mut block: Vec<u8>) -> Result<Option<Vec<u8>>, EngineError> {
        if self.rest.length() == 0 {
            self.read_ahead();
            let Some(slice) = self.pending.pop_front() else {
                return Ok(None);
            };
            self.rest = slice.bytes().await?;
        }
        let n_bytes = self.rest.length().min(BLOCK_BYTES as u32);
        block.resize(n_bytes as usize, 0);
        self.rest.subarray(0, n_bytes).copy_to(&mut block);
        self.rest = self.rest.subarray(n_bytes, self.rest.length());
        Ok(Some(block))
    }

    fn read_ahead(&mut self) {
        let Some(file) = self.file else { return };
        let size = file.size() as u64;
        while self.pending.len() <= N_AHEAD && self.position < size {
            // The first is short: work begins with it.
            let n_bytes = match self.position {
                0 => BLOCK_BYTES as u64,
                _ => SLICE_BYTES,
            };
            let end = (self.position + n_bytes).min(size);
            let slice = begin_slice(file, self.position, end);
            self.pending.push_back(slice);
            self.position = end;
        }
    }
}

/// A slice of a file that is being read.
pub struct PendingSlice {
    file: String,
    bytes: Result<Promise, JsValue>,
}

/// Begins to read the bytes from `from` up to `to`.
pub fn begin_slice(file: &File, from: u64, to: u64) -> PendingSlice {
    let slice = file.slice_with_f64_and_f64(from as f64, to as f64);
    PendingSlice {
        file: file.name(),
        bytes: slice.map(|blob| blob.array_buffer()),
    }
}

impl PendingSlice {
    /// The bytes, when they are there.
    pub async fn bytes(self) -> Result<Uint8Array, EngineError> {
        let unreadable = |error: JsValue| EngineError::Unreadable {
            file: self.file.clone(),
            reason: error
                .dyn_ref::<js_sys::Error>()
                .map_or_else(|| format!("{error:?}"), |error| error.message().into()),
        };
        let buffer = JsFuture::from(self.bytes.map_err(&unreadable)?)
            .await
            .map_err(&unreadable)?;
        Ok(Uint8Array::new(&buffer.unchecked_into::<ArrayBuffer>()))
    }
}
