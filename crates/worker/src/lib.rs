//! The engine as a Web Worker: JavaScript values in, engine calls, JavaScript values out.
//!
//! Built twice by `cargo xtask engine`: with threads over one shared memory, and without.
//! `www/engine-worker.js` loads either build, starts the thread pool and calls [`start`].
//!
//! # How this works
//!
//! With threads, anything that may take long runs on the pool, and this thread waits for it on a
//! timer: it hears a Cancel at once, and posts what the pool leaves in the [`outbox`]. Opening files
//! and evaluating recipes go one after another; tables and pictures are answered beside them.
//! Without threads everything runs in place and posts from inside, and the page cancels by ending
//! the worker.

mod answers;
#[cfg(feature = "bench")]
mod bench;
mod dispatch;
mod file;
mod outbox;
mod pool;
mod reading;
mod sheet;
mod steps;

use std::{rc::Rc, sync::Arc};

use cuvette_core::error::Warning;
use cuvette_engine::{Engine, message, protocol::ReplyBody};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

#[cfg(target_feature = "atomics")]
pub use wasm_bindgen_rayon::init_thread_pool;

use dispatch::Dispatcher;

/// Takes over the worker's messages and says that it is ready.
///
/// `threads` is the size of the thread pool that was started, or 1 without threads;
/// `maximum_bytes` what its memory may grow to, and `steps` the address of the engine's second half.
#[wasm_bindgen]
pub fn start(threads: u32, maximum_bytes: f64, steps: String) -> Result<(), JsValue> {
    outbox::report_panics();
    // The rest is for the program itself and for what an analysis holds while it computes.
    let memory_limit = maximum_bytes as u64 / 4 * 3;
    let engine =
        Engine::new(env!("CARGO_PKG_VERSION"), threads as usize).with_memory_limit(memory_limit);
    outbox::send(engine.ready());
    outbox::send_memory();
    let engine = Arc::new(engine);
    let dispatcher = Rc::new(Dispatcher::new(Arc::clone(&engine)));
    dispatch::listen(dispatcher);
    steps::steps_at(steps);
    spawn_local(async move {
        // Tables can be opened all the same, and the next recipe with a step tries again.
        if let Err(error) = steps::ready(&engine).await {
            let warning = Warning::new("steps_not_loaded", error.to_string());
            outbox::send(message(0, ReplyBody::Warning(warning)));
        }
    });
    Ok(())
}
