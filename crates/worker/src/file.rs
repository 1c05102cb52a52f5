//! Reading the page's files in slices.

use cuvette_engine::EngineError;
use js_sys::{ArrayBuffer, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

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
    pub async fn bytes(self) -> Result<Vec<u8>, EngineError> {
        let unreadable = |error: JsValue| EngineError::Unreadable {
            file: self.file.clone(),
            reason: error
                .dyn_ref::<js_sys::Error>()
                .map_or_else(|| format!("{error:?}"), |error| error.message().into()),
        };
        let buffer = JsFuture::from(self.bytes.map_err(&unreadable)?)
            .await
            .map_err(&unreadable)?;
        Ok(Uint8Array::new(&buffer.unchecked_into::<ArrayBuffer>()).to_vec())
    }
}
