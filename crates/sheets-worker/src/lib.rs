//! The reader of workbooks as a WebAssembly module of its own, loaded when a workbook is opened.
//!
//! `www/sheets-worker.js` runs it in a Web Worker, which ends with the workbook: what a large one
//! took of memory is given back, and Cancel is to end the worker.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

/// Writes out one sheet of a workbook; an empty name is the largest sheet.
///
/// Gives the pair of the text (bytes) and the notes (JSON of `SheetNotes`).
///
/// # Errors
///
/// The JSON of a `SheetError`.
#[wasm_bindgen]
pub fn read_sheet(workbook: &[u8], sheet: &str, limit: f64) -> Result<Array, String> {
    let sheet = (!sheet.is_empty()).then_some(sheet);
    match cuvette_sheets::read(workbook, sheet, limit as u64) {
        Ok(read) => {
            let notes = serde_json::to_string(&read.notes).unwrap_or_default();
            let text = Uint8Array::from(read.text.as_slice());
            Ok(Array::of2(&text, &notes.into()))
        }
        Err(error) => Err(serde_json::to_string(&error).unwrap_or_default()),
    }
}
