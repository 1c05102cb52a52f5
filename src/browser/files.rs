//! Files: chosen, dropped, or fetched from this page's own folder.

use js_sys::{Array, Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DragEvent, File, FileList, Response};

/// The files of a list.
pub fn of_list(list: Option<FileList>) -> Vec<File> {
    let Some(list) = list else {
        return Vec::new();
    };
    (0..list.length()).filter_map(|at| list.get(at)).collect()
}

/// The files of a drop.
pub fn of_drop(event: &DragEvent) -> Vec<File> {
    of_list(event.data_transfer().and_then(|data| data.files()))
}

/// Names of the folders of a drop: a page gets them as files, but cannot read them.
pub fn folders_of_drop(event: &DragEvent) -> Vec<String> {
    let field = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or_default();
    let items = event
        .data_transfer()
        .map(|data| field(&data, "items"))
        .filter(JsValue::is_object);
    let items = items.map(|items| Array::from(&items)).unwrap_or_default();
    let folder = |item: JsValue| {
        // Every browser has it, though no standard names it so.
        let entry = field(&item, "webkitGetAsEntry")
            .dyn_into::<Function>()
            .ok()?;
        let entry = entry.call0(&item).ok()?;
        let is_folder = field(&entry, "isDirectory").is_truthy();
        is_folder.then(|| field(&entry, "name").as_string())?
    };
    items.iter().filter_map(folder).collect()
}

/// True where the pointer drags files, not text.
pub fn are_dragged(event: &DragEvent) -> bool {
    event
        .data_transfer()
        .is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

/// A file of the page's own folder `examples/`.
pub async fn example(name: &str) -> Result<File, JsValue> {
    let address = format!("examples/{name}");
    let response = JsFuture::from(window().fetch_with_str(&address)).await?;
    let response: Response = response.dyn_into()?;
    if !response.ok() {
        let status = response.status();
        return Err(JsValue::from_str(&format!(
            "{address} answered {status}: reload the page"
        )));
    }
    let blob: Blob = JsFuture::from(response.blob()?).await?.dyn_into()?;
    of_blob(name, &blob)
}

/// A blob under a name.
pub fn of_blob(name: &str, blob: &Blob) -> Result<File, JsValue> {
    File::new_with_blob_sequence(&Array::of1(blob), name)
}
