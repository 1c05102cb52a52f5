//! The engine as a Web Worker: JavaScript values in, engine calls, JavaScript values out.
//!
//! Built twice by `cargo xtask engine`: with threads over one shared memory, and without.
//! `www/engine-worker.js` loads either build, starts the thread pool and calls [`start`].

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

#[cfg(target_feature = "atomics")]
pub use wasm_bindgen_rayon::init_thread_pool;

/// Takes over the worker's messages and says that it is ready.
///
/// `threads` is the size of the thread pool that was started, or 1 without threads.
#[wasm_bindgen]
pub fn start(threads: u32) -> Result<(), JsValue> {
    let scope: web_sys::DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let ready = format!(
        r#"{{"id":0,"body":{{"Ready":{{"build":"{}","threads":{threads}}}}}}}"#,
        env!("CARGO_PKG_VERSION"),
    );
    let reply = js_sys::Object::new();
    js_sys::Reflect::set(&reply, &"message".into(), &ready.into())?;
    scope.post_message(&reply)
}
