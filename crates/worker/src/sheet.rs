//! Workbooks: one sheet of them is written out as text by a worker of its own, with a module that is
//! loaded for the first of them (`www/sheets-worker.js`).

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use cuvette_core::AnalysisError;
use cuvette_engine::EngineError;
use cuvette_formats::{
    FormatError, ImportOptions, SheetError, SheetNotes, WORKBOOK_HEAD_BYTES, is_workbook,
};
use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use crate::file::begin_slice;

/// Bytes that a workbook may unpack to. Its reader has a memory of its own.
const MAX_UNPACKED_BYTES: f64 = 2e9;

#[wasm_bindgen]
extern "C" {
    /// In `www/engine-worker.js`: `{ text, notes }`, `{ error }`, or nothing after a Cancel.
    #[wasm_bindgen(js_name = readSheet)]
    fn read_sheet(
        file: &File,
        sheet: &str,
        limit: f64,
        is_cancelled: &Closure<dyn Fn() -> bool>,
    ) -> Promise;
}

/// A sheet as a file of text.
pub struct Sheet {
    pub text: File,
    pub notes: SheetNotes,
}

/// The sheet of a workbook that the options name, or its largest; nothing of any other file.
pub async fn of_workbook(
    file: &File,
    options: &ImportOptions,
    cancelled: &Arc<AtomicBool>,
) -> Result<Option<Sheet>, EngineError> {
    let end = (file.size() as u64).min(WORKBOOK_HEAD_BYTES as u64);
    let head = begin_slice(file, 0, end).bytes().await?.to_vec();
    if !is_workbook(&file.name(), &head) {
        return Ok(None);
    }
    let flag = Arc::clone(cancelled);
    let is_cancelled = Closure::<dyn Fn() -> bool>::new(move || flag.load(Ordering::Relaxed));
    let sheet = options.sheet.as_deref().unwrap_or_default();
    let answer = read_sheet(file, sheet, MAX_UNPACKED_BYTES, &is_cancelled);
    let answer = JsFuture::from(answer).await.unwrap_or_default();
    let part = |key: &str| Reflect::get(&answer, &key.into()).unwrap_or_default();
    if cancelled.load(Ordering::Relaxed) {
        return Err(AnalysisError::Cancelled.into());
    }
    let damaged = || SheetError::Damaged {
        problem: "its reader gave no answer".into(),
    };
    let notes = part("notes").as_string();
    let notes = notes.and_then(|json| serde_json::from_str(&json).ok());
    let (Some(notes), Ok(text)) = (notes, part("text").dyn_into()) else {
        let told = part("error").as_string();
        let error = told.and_then(|json| serde_json::from_str(&json).ok());
        let error: SheetError = error.unwrap_or_else(damaged);
        return Err(FormatError::new(&file.name(), error.into()).into());
    };
    Ok(Some(Sheet { text, notes }))
}
