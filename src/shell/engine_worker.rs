//! Starts the engine's worker: with threads where the browser really has them, else without.
//!
//! # How this works
//!
//! Two builds of the engine lie beside the page. The threaded one needs `crossOriginIsolated` and
//! `SharedArrayBuffer`; one does not imply the other (`WebKitGTK` has the first alone). Even then it
//! may not come up, where a policy or an extension blocks the workers of its pool. So it is tried
//! with a time limit, and the single-threaded build follows, with the reason kept for the person.
//!
//! A worker takes its Content-Security-Policy from its own response, and only the service worker
//! adds one. While the page is not controlled by it, the worker is a `blob:` that imports the
//! engine, because a blob worker inherits the page's policy.
//!
//! For trying things out, `?engine=single` and `?threads=N` in the page's address choose the build
//! and the number of threads.

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Url, UrlSearchParams, Window, Worker,
    WorkerOptions, WorkerType,
};

use super::offline::{root_data, set_root_data};

/// How long a build may take to say anything, downloading included.
const START_LIMIT_MILLIS: i32 = 30_000;

/// One of the two builds of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineBuild {
    /// All cores, over one shared memory.
    Threads,
    /// One worker, for pages without shared memory.
    Single,
}

impl EngineBuild {
    fn name(self) -> &'static str {
        match self {
            Self::Threads => "threads",
            Self::Single => "single",
        }
    }
}

/// A worker whose engine is ready.
#[derive(Debug)]
pub struct StartedEngine {
    /// The worker; set `onmessage` and `onerror` and send requests.
    pub worker: Worker,
    /// Which build it runs.
    pub build: EngineBuild,
    /// Why it is not the threaded build, one sentence fragment; nothing when it is.
    pub why_single: Option<String>,
    /// The first message of the engine, which says that it is ready.
    pub ready: JsValue,
}

/// Starts the best build that comes up; an error says why neither did.
///
/// The root element then says which, for whoever looks from outside: `data-engine` is `threads`,
/// `single` or `failed`, and `data-engine-ready` the engine's first message.
pub async fn start_engine(window: &Window) -> Result<StartedEngine, String> {
    let started = start_best_build(window).await;
    let (state, ready) = match &started {
        Ok(engine) => (engine.build.name(), message_text(&engine.ready)),
        Err(_) => ("failed", String::new()),
    };
    if let Some(document) = window.document() {
        set_root_data(&document, "engine-ready", &ready);
        set_root_data(&document, "engine", state);
    }
    started
}

async fn start_best_build(window: &Window) -> Result<StartedEngine, String> {
    let why_single = match threads_obstacle(window) {
        Some(obstacle) => obstacle,
        None => match start_build(window, EngineBuild::Threads).await {
            Ok((worker, ready)) => {
                return Ok(StartedEngine {
                    worker,
                    build: EngineBuild::Threads,
                    why_single: None,
                    ready,
                });
            }
            Err(error) => error,
        },
    };
    let (worker, ready) = start_build(window, EngineBuild::Single).await?;
    Ok(StartedEngine {
        worker,
        build: EngineBuild::Single,
        why_single: Some(why_single),
        ready,
    })
}

/// Why this page cannot have threads, or nothing when it can.
fn threads_obstacle(window: &Window) -> Option<String> {
    let global = |name: &str| Reflect::get(window, &name.into()).unwrap_or_default();
    if page_option(window, "engine").as_deref() == Some("single") {
        return Some("the page's address asks for one thread".to_owned());
    }
    if !global("crossOriginIsolated").is_truthy() {
        return Some("the page is not isolated".to_owned());
    }
    if !global("SharedArrayBuffer").is_function() {
        return Some("this browser has no shared memory".to_owned());
    }
    None
}

/// Starts one build and waits for its first message.
async fn start_build(window: &Window, build: EngineBuild) -> Result<(Worker, JsValue), String> {
    let worker = spawn(window, build).map_err(|error| describe(&error))?;
    match first_message(window, &worker).await {
        Ok(message) => Ok((worker, message)),
        Err(error) => {
            worker.terminate();
            Err(describe(&error))
        }
    }
}

fn spawn(window: &Window, build: EngineBuild) -> Result<Worker, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name("cuvette-engine");
    let address = worker_address(window, build)?;
    if is_controlled(window) {
        return Worker::new_with_options(&address, &options);
    }
    let script =
        Array::of1(&format!("import {};", js_sys::JSON::stringify(&address.into())?).into());
    let kind = BlobPropertyBag::new();
    kind.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&script, &kind)?;
    // The address is never revoked: the worker may fetch it at any time after this returns.
    Worker::new_with_options(&Url::create_object_url_with_blob(&blob)?, &options)
}

/// Absolute address of a build's worker script.
fn worker_address(window: &Window, build: EngineBuild) -> Result<String, JsValue> {
    let document = window.document().ok_or("a window without a document")?;
    let folder = root_data(&document, &format!("engine-{}", build.name()));
    let base = document.base_uri()?.ok_or("a page without an address")?;
    let url = Url::new_with_base(&format!("{folder}worker.js"), &base)?;
    let sheets = root_data(&document, "sheets");
    let sheets = Url::new_with_base(&format!("{sheets}worker.js"), &base)?;
    url.search_params().set("sheets", &sheets.href());
    if let Some(threads) = page_option(window, "threads") {
        url.search_params().set("threads", &threads);
    }
    Ok(url.href())
}

fn is_controlled(window: &Window) -> bool {
    let navigator: JsValue = window.navigator().into();
    // Absent where service workers are switched off, as in Firefox's private windows.
    let container = Reflect::get(&navigator, &"serviceWorker".into()).unwrap_or_default();
    Reflect::get(&container, &"controller".into()).is_ok_and(|controller| controller.is_truthy())
}

/// `?name=value` of the page's own address.
fn page_option(window: &Window, name: &str) -> Option<String> {
    let search = window.location().search().ok()?;
    UrlSearchParams::new_with_str(&search).ok()?.get(name)
}

/// The first message of a worker; an error when it fails, or says nothing for too long.
async fn first_message(window: &Window, worker: &Worker) -> Result<JsValue, JsValue> {
    let mut set_handlers = |resolve: js_sys::Function, reject: js_sys::Function| {
        let refuse = reject.clone();
        let on_message =
            Closure::once_into_js(
                move |event: MessageEvent| match boot_failure(&event.data()) {
                    Some(reason) => refuse.call1(&JsValue::NULL, &reason),
                    None => resolve.call1(&JsValue::NULL, &event.data()),
                },
            );
        let refuse = reject.clone();
        let on_error = Closure::once_into_js(move |event: ErrorEvent| {
            refuse.call1(&JsValue::NULL, &error_text(&event).into())
        });
        let on_late = Closure::once_into_js(move || {
            reject.call1(&JsValue::NULL, &"the engine did not start in time".into())
        });
        worker.set_onmessage(Some(on_message.unchecked_ref()));
        worker.set_onerror(Some(on_error.unchecked_ref()));
        let late = on_late.unchecked_ref();
        // A browser without timers has no page either.
        let _ =
            window.set_timeout_with_callback_and_timeout_and_arguments_0(late, START_LIMIT_MILLIS);
    };
    let promise = Promise::new(&mut set_handlers);
    let result = JsFuture::from(promise).await;
    worker.set_onmessage(None);
    worker.set_onerror(None);
    result
}

/// The reason in `{ boot: "failed", reason }`, which `www/engine-worker.js` sends.
fn boot_failure(message: &JsValue) -> Option<JsValue> {
    let message = message.dyn_ref::<Object>()?;
    let boot = Reflect::get(message, &"boot".into()).ok()?;
    if boot.as_string().as_deref() != Some("failed") {
        return None;
    }
    Reflect::get(message, &"reason".into()).ok()
}

/// The JSON text in a reply's `message`, or nothing.
fn message_text(reply: &JsValue) -> String {
    let message = Reflect::get(reply, &"message".into()).unwrap_or_default();
    message.as_string().unwrap_or_default()
}

/// A script that did not load gives an event without a message.
fn error_text(event: &ErrorEvent) -> String {
    let message = Reflect::get(event, &"message".into()).unwrap_or_default();
    message
        .as_string()
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| "the engine's script could not be loaded".to_owned())
}

fn describe(error: &JsValue) -> String {
    error
        .as_string()
        .or_else(|| Reflect::get(error, &"message".into()).ok()?.as_string())
        .unwrap_or_else(|| format!("{error:?}"))
}
