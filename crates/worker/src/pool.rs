//! Running work beside this thread, and waiting without blocking it.

use std::sync::{Arc, Mutex, PoisonError};

use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;

use crate::outbox;

/// Milliseconds between two looks at the pool: far below what a person notices, and no load.
const POLL_MILLIS: i32 = 4;

/// Runs `work` on the pool, and posts what it has to say meanwhile; without threads, in place.
pub async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    if !cfg!(target_feature = "atomics") {
        // Messages that arrived before, a Cancel above all, are heard first.
        sleep(0).await;
        return work();
    }
    let result = Arc::new(Mutex::new(None));
    let place = Arc::clone(&result);
    rayon::spawn(move || {
        let value = work();
        *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    });
    let mut pause = 0;
    loop {
        sleep(pause).await;
        pause = POLL_MILLIS;
        outbox::post_waiting();
        let finished = result.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(value) = finished {
            outbox::post_waiting();
            return value;
        }
    }
}

/// Lets other messages in for at least that long.
pub async fn sleep(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        // A worker can always set a timer; were it refused, waiting would end at once.
        let _ = outbox::scope()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    });
    // The promise is never rejected.
    let _ = JsFuture::from(promise).await;
}
