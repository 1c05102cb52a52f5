//! From a message of the page to its answer.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
    sync::{Arc, atomic::AtomicBool},
};

use cuvette_engine::{
    Engine,
    protocol::{Request, RequestBody, decode},
};
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, MessageEvent};

use crate::{answers::answer, outbox, pool};

/// Milliseconds between two looks whether files are still being read.
const GIVE_WAY_MILLIS: i32 = 20;

/// A request on its way.
struct Job {
    request: Request,
    file: Option<File>,
    cancelled: Arc<AtomicBool>,
}

/// Requests that are answered one after another.
#[derive(Default)]
struct Queue {
    waiting: RefCell<VecDeque<Job>>,
    is_working: Cell<bool>,
}

/// Where requests wait for their turn.
pub struct Dispatcher {
    engine: Arc<Engine>,
    /// Files to open and recipes to evaluate.
    work: Queue,
    /// Fingerprints, beside the work but behind files that are to be read.
    prints: Queue,
    /// Files that are being read or wait for it.
    n_opening: Cell<usize>,
}

impl Dispatcher {
    /// A dispatcher without requests.
    pub fn new(engine: Arc<Engine>) -> Self {
        Self {
            engine,
            work: Queue::default(),
            prints: Queue::default(),
            n_opening: Cell::new(0),
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
            RequestBody::Open { .. } => {
                self.n_opening.update(|n| n + 1);
                self.queue(job, |dispatcher| &dispatcher.work);
            }
            RequestBody::Evaluate { .. } => self.queue(job, |dispatcher| &dispatcher.work),
            RequestBody::Fingerprint { .. } => self.queue(job, |dispatcher| &dispatcher.prints),
            RequestBody::Preview { .. }
            | RequestBody::Draw { .. }
            | RequestBody::Export { .. }
            | RequestBody::Find { .. } => {
                let engine = Arc::clone(&self.engine);
                spawn_local(answer(engine, job.request, job.file, job.cancelled));
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

    /// Adds to a queue, and works through it unless that is being done.
    fn queue(self: &Rc<Self>, job: Job, queue: fn(&Self) -> &Queue) {
        queue(self).waiting.borrow_mut().push_back(job);
        if queue(self).is_working.replace(true) {
            return;
        }
        let this = Rc::clone(self);
        spawn_local(async move {
            loop {
                // The borrow ends with this line: requests come in while one is answered.
                let next = queue(&this).waiting.borrow_mut().pop_front();
                let Some(job) = next else { break };
                this.work_on(job).await;
            }
            queue(&this).is_working.set(false);
        });
    }

    async fn work_on(&self, job: Job) {
        let is_open = matches!(job.request.body, RequestBody::Open { .. });
        let gives_way = matches!(job.request.body, RequestBody::Fingerprint { .. });
        while gives_way && self.n_opening.get() > 0 {
            pool::sleep(GIVE_WAY_MILLIS).await;
        }
        let engine = Arc::clone(&self.engine);
        answer(engine, job.request, job.file, job.cancelled).await;
        if is_open {
            self.n_opening.update(|n| n - 1);
        }
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
