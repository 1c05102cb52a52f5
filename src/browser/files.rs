//! Files: chosen, dropped, or fetched from this page's own folder.

use cuvette_formats::{
    BUNDLE_END_BYTES, FOLDER_DEPTH, FOLDER_FILES, bundle_header, bundle_name, bundle_padding,
    cells_files, common_name,
};
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DragEvent, File, FileList, FilePropertyBag, Response};

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

/// A folder that was dropped: a page gets it as a file, but cannot read it as one.
pub struct Folder {
    /// Its name.
    pub name: String,
    entry: JsValue,
}

/// The folders of a drop. They are there for as long as the event is handled, and to be read after.
pub fn folders_of_drop(event: &DragEvent) -> Vec<Folder> {
    let items = event
        .data_transfer()
        .map(|data| field(&data, "items"))
        .filter(JsValue::is_object);
    let items = items.map(|items| Array::from(&items)).unwrap_or_default();
    let folder = |item: JsValue| {
        // Every browser has it, though no standard names it so.
        let entry = call(&item, "webkitGetAsEntry", &Array::new()).ok()?;
        let is_folder = field(&entry, "isDirectory").is_truthy();
        let name = field(&entry, "name").as_string()?;
        is_folder.then_some(Folder { name, entry })
    };
    items.iter().filter_map(folder).collect()
}

impl Folder {
    /// The files in it and in its folders with their paths from it; nothing where those are too many
    /// for a folder of cells.
    pub async fn files(&self) -> Result<Option<Vec<(String, File)>>, JsValue> {
        let mut files = Vec::new();
        let mut waiting = vec![(String::new(), self.entry.clone(), FOLDER_DEPTH)];
        while let Some((prefix, entry, depth)) = waiting.pop() {
            let reader = call(&entry, "createReader", &Array::new())?;
            loop {
                // A reader gives its entries in parts, and an empty one at the end.
                let entries = Array::from(&answer(&reader, "readEntries").await?);
                if entries.length() == 0 {
                    break;
                }
                for entry in entries {
                    let name = field(&entry, "name").as_string().unwrap_or_default();
                    let path = format!("{prefix}{name}");
                    if !field(&entry, "isDirectory").is_truthy() {
                        files.push((path, answer(&entry, "file").await?.dyn_into()?));
                    } else if depth > 1 {
                        waiting.push((format!("{path}/"), entry, depth - 1));
                    }
                    if files.len() > FOLDER_FILES {
                        return Ok(None);
                    }
                }
            }
        }
        Ok(Some(files))
    }
}

/// One file of the three that hold counts in cells; nothing where they are not among the files.
///
/// It has the same bytes as the one that the command line makes of the same folder.
pub fn bundle_of(name: &str, files: &[(String, File)]) -> Option<File> {
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let parts = Array::new();
    for at in cells_files(&paths)? {
        let (path, file) = files.get(at)?;
        let n_bytes = file.size() as u64;
        parts.push(&Uint8Array::from(&bundle_header(path, n_bytes)?[..]));
        parts.push(file);
        parts.push(&Uint8Array::new_with_length(bundle_padding(n_bytes) as u32));
    }
    parts.push(&Uint8Array::new_with_length(BUNDLE_END_BYTES as u32));
    File::new_with_blob_sequence(&parts, &bundle_name(name)).ok()
}

/// The same files, with three of them as one where they hold counts in cells.
pub fn with_cells_bundled(mut files: Vec<File>) -> Vec<File> {
    let named: Vec<(String, File)> = files
        .iter()
        .map(|file| (file.name(), file.clone()))
        .collect();
    let paths: Vec<&str> = named.iter().map(|(path, _)| path.as_str()).collect();
    let Some(chosen) = cells_files(&paths) else {
        return files;
    };
    let name = common_name(&chosen.map(|at| paths.get(at).copied().unwrap_or_default()));
    if let Some(bundle) = bundle_of(&name, &named) {
        let mut at = 0..;
        files.retain(|_| at.next().is_none_or(|at| !chosen.contains(&at)));
        files.push(bundle);
    }
    files
}

fn field(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or_default()
}

fn call(of: &JsValue, method: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    let method = field(of, method).dyn_into::<Function>()?;
    Reflect::apply(&method, of, arguments)
}

/// What a method of two callbacks gives to the first of them.
async fn answer(of: &JsValue, method: &str) -> Result<JsValue, JsValue> {
    let promise = Promise::new(&mut |resolve, reject| {
        if let Err(error) = call(of, method, &Array::of2(&resolve, &reject)) {
            let _ = reject.call1(&JsValue::UNDEFINED, &error);
        }
    });
    JsFuture::from(promise).await
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

/// The same file with its bytes in memory, wherever they came from.
pub async fn in_memory(file: &File) -> Result<File, JsValue> {
    let bytes = JsFuture::from(file.array_buffer()).await?;
    let properties = FilePropertyBag::new();
    properties.set_last_modified(file.last_modified());
    let parts = Array::of1(&bytes);
    File::new_with_buffer_source_sequence_and_options(&parts, &file.name(), &properties)
}

/// A blob under a name.
pub fn of_blob(name: &str, blob: &Blob) -> Result<File, JsValue> {
    File::new_with_blob_sequence(&Array::of1(blob), name)
}
