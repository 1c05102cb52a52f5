//! Messages to the page: posted from this thread, left in a queue by all others.

use std::{
    collections::VecDeque,
    panic::PanicHookInfo,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use cuvette_engine::{
    Message, message,
    protocol::{ErrorReport, ReplyBody},
};
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DedicatedWorkerGlobalScope;

/// What threads of the pool have to say; they cannot post to the page themselves.
static WAITING: Mutex<VecDeque<Message>> = Mutex::new(VecDeque::new());

/// Bytes of memory the page was last told of.
static MEMORY_TOLD: AtomicU64 = AtomicU64::new(0);

/// The page is told when the memory has grown by this many bytes.
const MEMORY_STEP: u64 = 1 << 20;

/// Bytes of a page of WebAssembly's memory.
const PAGE_BYTES: u64 = 65_536;

/// This worker.
pub fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// True on a thread of the pool, which has no way to the page.
fn is_on_pool() -> bool {
    cfg!(target_feature = "atomics") && rayon::current_thread_index().is_some()
}

/// Sends a message to the page, or leaves it for [`post_waiting`].
pub fn send(message: Message) {
    if is_on_pool() {
        let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push_back(message);
    } else {
        post_waiting();
        post(message);
    }
}

/// Posts what the pool left, in the order it was left.
pub fn post_waiting() {
    loop {
        // The lock is not held while posting: a thread of the pool never waits for the browser.
        let next = WAITING
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front();
        match next {
            Some(message) => post(message),
            None => return,
        }
    }
}

/// Tells the page of the engine's memory, where it has grown. Memory never shrinks in WebAssembly.
pub fn send_memory() {
    let bytes = memory_bytes();
    if bytes >= MEMORY_TOLD.load(Ordering::Relaxed) + MEMORY_STEP {
        MEMORY_TOLD.store(bytes, Ordering::Relaxed);
        send(message(0, ReplyBody::Memory { bytes }));
    }
}

#[cfg(target_arch = "wasm32")]
fn memory_bytes() -> u64 {
    core::arch::wasm32::memory_size::<0>() as u64 * PAGE_BYTES
}

/// Natively only the compiler looks at this crate.
#[cfg(not(target_arch = "wasm32"))]
fn memory_bytes() -> u64 {
    PAGE_BYTES
}

/// Posts one message: the reply as JSON, and long bytes as a buffer that changes hands.
fn post(message: Message) {
    let text = match serde_json::to_string(&message.reply) {
        Ok(text) => text,
        Err(error) => return console_error(&format!("a reply cannot be written: {error}")),
    };
    let envelope = Object::new();
    let transferred = Array::new();
    let set = |key: &str, value: &JsValue| {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&envelope, &key.into(), value);
    };
    set("message", &text.into());
    if let Some(bytes) = message.bytes {
        let buffer = Uint8Array::from(bytes.as_slice()).buffer();
        set("bytes", &buffer);
        transferred.push(&buffer);
    }
    if let Err(error) = scope().post_message_with_transfer(&envelope, &transferred) {
        console_error(&format!("a message cannot be posted: {error:?}"));
    }
}

/// Lets a panic on any thread reach the page, which then starts another worker.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        console_error(&panic.to_string());
        let died = message(
            0,
            ReplyBody::Failed(ErrorReport {
                code: "engine_died".into(),
                message: in_words(panic),
                hint: Some("Cuvette starts it again; please report this".into()),
                field: None,
                location: None,
                remedies: Vec::new(),
            }),
        );
        if !is_on_pool() {
            post(died);
        } else if let Ok(mut waiting) = WAITING.try_lock() {
            // Not `lock`: this thread may have broken while it held it.
            waiting.push_back(died);
        }
    }));
}

/// "capacity overflow, at raw_vec/mod.rs:28": whole paths are for the console.
fn in_words(panic: &PanicHookInfo) -> String {
    let what = panic.payload_as_str().unwrap_or("it gave no reason");
    let place = panic.location().map(|at| {
        let parts: Vec<&str> = at.file().rsplit('/').take(2).collect();
        let file: Vec<&str> = parts.into_iter().rev().collect();
        format!(", at {}:{}", file.join("/"), at.line())
    });
    format!("{what}{}", place.unwrap_or_default())
}

fn console_error(text: &str) {
    web_sys::console::error_1(&text.into());
}
