//! What this computer keeps: the recipe always, files only after one clear yes.
//!
//! IndexedDB, since it holds files as they are and is no part of any request. Where the browser has
//! none (a file opened from disk, some private windows), nothing is kept and nothing fails.

use std::sync::atomic::{AtomicBool, Ordering};

use idb::{Database, DatabaseEvent, Error, Factory, ObjectStoreParams, TransactionMode};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::File;

const NAME: &str = "cuvette";
const RECIPES: &str = "recipe";
const FILES: &str = "files";
/// The recipe that was open last, as JSON.
pub const RECIPE: &str = "present";
/// How its results were shown, as text.
pub const SHOWN: &str = "shown";
/// The name of the step or input whose result was shown.
pub const SELECTED: &str = "selected";
const CONSENT: &str = "keeps files";

/// Everything was forgotten: what is still open, or on its way here, is not kept anew.
static KEEPS_NOTHING: AtomicBool = AtomicBool::new(false);

/// What was kept last under [`RECIPE`], [`SHOWN`] or [`SELECTED`].
pub async fn kept(key: &str) -> Option<String> {
    let kept = get(RECIPES, key).await.ok().flatten()?;
    kept.as_string()
}

/// Keeps a text under [`RECIPE`], [`SHOWN`] or [`SELECTED`].
pub async fn keep(key: &str, text: &str) {
    report(put(RECIPES, key, &text.into()).await);
}

/// Whether the person said yes or no to keeping files; `None` where nobody asked.
pub async fn consent() -> Option<bool> {
    let kept = get(RECIPES, CONSENT).await.ok().flatten()?;
    kept.as_bool()
}

/// Remembers the answer; a no deletes the files that were kept.
pub async fn set_consent(yes: bool) {
    report(put(RECIPES, CONSENT, &yes.into()).await);
    if !yes {
        report(clear(FILES).await);
    }
}

/// Keeps the file of an input; false where the browser does not.
pub async fn keep_file(input: &str, file: &File) -> bool {
    let kept = put(FILES, input, file).await;
    let is_kept = kept.is_ok();
    report(kept);
    is_kept
}

/// The file of an input, where it was kept.
pub async fn file(input: &str) -> Option<File> {
    get(FILES, input).await.ok().flatten()?.dyn_into().ok()
}

/// Deletes the files of all other inputs: of recipes of before, which nothing leads back to.
pub async fn keep_only_files_of(inputs: &[String]) {
    report(delete_others(FILES, inputs).await);
}

/// Deletes everything: recipe, files and consent. Until [`keep_again`] nothing is kept in this page.
pub async fn forget_everything() -> bool {
    KEEPS_NOTHING.store(true, Ordering::Relaxed);
    let forgotten = [clear(RECIPES).await, clear(FILES).await];
    forgotten.iter().all(Result::is_ok)
}

/// Keeps what is given from now on.
pub fn keep_again() {
    KEEPS_NOTHING.store(false, Ordering::Relaxed);
}

async fn open() -> Result<Database, Error> {
    let mut request = Factory::new()?.open(NAME, Some(1))?;
    request.on_upgrade_needed(|event| {
        if let Ok(database) = event.database() {
            for store in [RECIPES, FILES] {
                let _ = database.create_object_store(store, ObjectStoreParams::new());
            }
        }
    });
    request.await
}

async fn get(store: &str, key: &str) -> Result<Option<JsValue>, Error> {
    let transaction = open()
        .await?
        .transaction(&[store], TransactionMode::ReadOnly)?;
    let value = transaction
        .object_store(store)?
        .get(JsValue::from_str(key))?
        .await?;
    transaction.await?;
    Ok(value)
}

async fn put(store: &str, key: &str, value: &JsValue) -> Result<(), Error> {
    let database = open().await?;
    // Asked as late as can be: transactions on one store take place in the order of their beginnings.
    if KEEPS_NOTHING.load(Ordering::Relaxed) {
        return Ok(());
    }
    let transaction = database.transaction(&[store], TransactionMode::ReadWrite)?;
    let objects = transaction.object_store(store)?;
    objects.put(value, Some(&JsValue::from_str(key)))?.await?;
    transaction.commit()?.await?;
    Ok(())
}

async fn delete_others(store: &str, keys: &[String]) -> Result<(), Error> {
    let transaction = open()
        .await?
        .transaction(&[store], TransactionMode::ReadWrite)?;
    let objects = transaction.object_store(store)?;
    for key in objects.get_all_keys(None, None)?.await? {
        if !key.as_string().is_some_and(|key| keys.contains(&key)) {
            objects.delete(key)?.await?;
        }
    }
    transaction.commit()?.await?;
    Ok(())
}

async fn clear(store: &str) -> Result<(), Error> {
    let transaction = open()
        .await?
        .transaction(&[store], TransactionMode::ReadWrite)?;
    transaction.object_store(store)?.clear()?.await?;
    transaction.commit()?.await?;
    Ok(())
}

/// What cannot be kept is lost with the page, as in a browser without storage.
fn report(kept: Result<(), Error>) {
    if let Err(error) = kept {
        leptos::logging::warn!("not kept: {error}");
    }
}
