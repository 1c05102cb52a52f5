//! From a message of the page to its answer.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use cuvette_core::AnalysisError;
use cuvette_engine::{
    BLOCK_BYTES, Engine, EngineError, HEAD_BYTES, TAIL_BYTES, message,
    protocol::{Answer, Request, RequestBody, decode},
};
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, MessageEvent};

use crate::{file::begin_slice, outbox, pool};

type Answered = Result<(Answer, Option<Vec<u8>>), EngineError>;

/// A request on its way.
struct Job {
    request: Request,
    file: Option<File>,
    cancelled: Arc<AtomicBool>,
}

/// Where requests wait for their turn.
pub struct Dispatcher {
    engine: Arc<Engine>,
    /// Files to open and recipes to evaluate, one after another.
    queue: RefCell<VecDeque<Job>>,
    is_working: Cell<bool>,
}

impl Dispatcher {
    /// A dispatcher without requests.
    pub fn new(engine: Engine) -> Self {
        Self {
            engine: Arc::new(engine),
            queue: RefCell::default(),
            is_working: Cell::new(false),
        }
    }

    fn take(self: &Rc<Self>, request: Request, file: Option<File>) {
        let cancelled = self.engine.begin(request.id);
        let job = Job {
            request,
            file,
            cancelled,
        };
        match job.request.body {
            RequestBody::Open { .. } | RequestBody::Evaluate { .. } => {
                self.queue.borrow_mut().push_back(job);
                self.work();
            }
            RequestBody::Preview { .. }
            | RequestBody::Draw { .. }
            | RequestBody::Export { .. }
            | RequestBody::Find { .. }
            | RequestBody::Fingerprint { .. } => {
                let engine = Arc::clone(&self.engine);
                spawn_local(async move { answer(engine, job).await });
            }
            RequestBody::Window { .. }
            | RequestBody::Link { .. }
            | RequestBody::Unlink { .. }
            | RequestBody::Methods { .. }
            | RequestBody::Cancel { .. }
            | RequestBody::Close { .. } => {
                let last = self
                    .engine
                    .answer(&job.request, &job.cancelled, &outbox::send);
                outbox::send(last);
            }
        }
    }

    /// Works through the queue, unless that is being done.
    fn work(self: &Rc<Self>) {
        if self.is_working.replace(true) {
            return;
        }
        let this = Rc::clone(self);
        spawn_local(async move {
            loop {
                // The borrow ends with this line: requests come in while one is answered.
                let next = this.queue.borrow_mut().pop_front();
                let Some(job) = next else { break };
                answer(Arc::clone(&this.engine), job).await;
            }
            this.is_working.set(false);
        });
    }
}

/// Hands every message of the page to the dispatcher.
pub fn listen(dispatcher: Rc<Dispatcher>) {
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        let get = |key: &str| Reflect::get(&data, &key.into()).unwrap_or(JsValue::UNDEFINED);
        let file = get("file").dyn_into::<File>().ok();
        let text = get("message").as_string().unwrap_or_default();
        match decode::<Request>(&text) {
            Ok(request) => dispatcher.take(request, file),
            // Page and engine are built together: this is a mistake of ours, not of the person.
            Err(error) => wasm_bindgen::throw_str(&format!("unreadable request: {error}: {text}")),
        }
    });
    outbox::scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}

/// Answers a request that may take long.
async fn answer(engine: Arc<Engine>, job: Job) {
    let Job {
        request,
        file,
        cancelled,
    } = job;
    let last = match (&request.body, file) {
        (RequestBody::Open { .. }, Some(file)) => {
            let opened = open(&engine, &request, &file, &cancelled).await;
            engine.end(request.id, opened)
        }
        (RequestBody::Preview { .. }, Some(file)) => {
            let previewed = preview(&engine, &request, &file).await;
            engine.end(request.id, previewed)
        }
        _ => pool::run(move || engine.answer(&request, &cancelled, &outbox::send)).await,
    };
    outbox::send(last);
    outbox::send_memory();
}

async fn preview(engine: &Arc<Engine>, request: &Request, file: &File) -> Answered {
    let RequestBody::Preview {
        file: name,
        kind,
        options,
    } = request.body.clone()
    else {
        return Err(EngineError::NoFile);
    };
    let size = file.size() as u64;
    let head_end = size.min(HEAD_BYTES as u64);
    let tail_start = size.saturating_sub(TAIL_BYTES as u64).max(head_end);
    let (head, tail) = (
        begin_slice(file, 0, head_end),
        begin_slice(file, tail_start, size),
    );
    let head = head.bytes().await?;
    let tail = tail.bytes().await?;
    let engine = Arc::clone(engine);
    pool::run(move || {
        let tail = (!tail.is_empty()).then_some(tail.as_slice());
        engine.preview(&name, &head, tail, kind, &options)
    })
    .await
}

async fn open(
    engine: &Arc<Engine>,
    request: &Request,
    file: &File,
    cancelled: &AtomicBool,
) -> Answered {
    let RequestBody::Open {
        name,
        file: file_name,
        kind,
        options,
    } = request.body.clone()
    else {
        return Err(EngineError::NoFile);
    };
    let size = file.size() as u64;
    let mut opening = engine.opening(&name, &file_name, kind, options);
    let mut position = 0;
    let slice_at = |from: u64| begin_slice(file, from, (from + BLOCK_BYTES as u64).min(size));
    let mut next = slice_at(0);
    while position < size {
        let block = next.bytes().await?;
        position = (position + BLOCK_BYTES as u64).min(size);
        // The browser reads the next block while this one is parsed.
        next = slice_at(position);
        let pushed;
        (opening, pushed) = pool::run(move || {
            let pushed = opening.push(&block);
            (opening, pushed)
        })
        .await;
        pushed?;
        outbox::send(message(request.id, opening.progress()));
        outbox::send_memory();
        if cancelled.load(Ordering::Relaxed) {
            return Err(AnalysisError::Cancelled.into());
        }
    }
    let engine = Arc::clone(engine);
    pool::run(move || engine.opened(opening)).await
}
