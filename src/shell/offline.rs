//! How things stand with the service worker, as `www/register.js` tells it.
//!
//! The script writes attributes of the root element and fires `cuvette-shell` on `window` at each
//! change: read [`shell_state`] at the start and at every such event.

use wasm_bindgen::JsValue;
use web_sys::{Document, Event, Window};

/// Whether the page would open with the network cable out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offline {
    /// Files are being stored.
    Installing,
    /// Every file of this build is stored.
    Ready {
        /// The build that is stored, such as `0.1.0+5f3c21aa`.
        version: String,
    },
    /// It would not, for this reason.
    No {
        /// One sentence fragment, from the browser or from the script.
        reason: String,
    },
}

/// Whether a newer build waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// No newer build is stored.
    None,
    /// One waits for the person to agree: see [`take_update`].
    Available,
    /// It took over while something was open; it is used from the next load on.
    NextLoad,
}

/// Everything the foot of the page says about the shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellState {
    /// The build this page is, such as `0.1.0+5f3c21aa`.
    pub version: String,
    /// The commit it was built from; empty where it was built without git.
    pub commit: String,
    /// Whether it opens offline.
    pub offline: Offline,
    /// Whether a newer build waits.
    pub update: Update,
}

/// How things stand now.
pub fn shell_state(document: &Document) -> ShellState {
    let data = |name: &str| root_data(document, name);
    let offline = match data("offline").as_str() {
        "ready" => Offline::Ready {
            version: data("offline-version"),
        },
        "no" | "failed" => Offline::No {
            reason: data("offline-reason"),
        },
        _ => Offline::Installing,
    };
    let update = match data("update").as_str() {
        "available" => Update::Available,
        "next-load" => Update::NextLoad,
        _ => Update::None,
    };
    ShellState {
        version: data("version"),
        commit: data("commit"),
        offline,
        update,
    }
}

/// Agrees to the waiting build: taken at once while nothing is open, else at the next load.
pub fn take_update(window: &Window) -> Result<(), JsValue> {
    window
        .dispatch_event(&Event::new("cuvette-take-update")?)
        .map(drop)
}

/// Says that something has been opened: from now on the page never reloads by itself.
pub fn mark_opened(document: &Document) {
    set_root_data(document, "opened", "");
}

/// The root element's `data-<name>`, or nothing in it.
pub(super) fn root_data(document: &Document, name: &str) -> String {
    document
        .document_element()
        .and_then(|root| root.get_attribute(&format!("data-{name}")))
        .unwrap_or_default()
}

/// Sets the root element's `data-<name>`.
pub(super) fn set_root_data(document: &Document, name: &str, value: &str) {
    if let Some(root) = document.document_element() {
        // Fails for names with forbidden characters alone; ours are written in this crate.
        drop(root.set_attribute(&format!("data-{name}"), value));
    }
}
