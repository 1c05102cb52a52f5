//! The engine worker as something that can be asked: questions out, answers back, events on the way.
//!
//! Messages posted before the worker is ready are dropped by the browser, so they wait here. A
//! worker that breaks, or that has to be ended to stop its work, fails every open question with
//! [`Failure::Lost`]; whoever asked decides whether to ask again after the restart.

use std::{cell::RefCell, rc::Rc};

use cuvette_core::{Warning, context::Loss};
use cuvette_engine::protocol::{
    self, Answer, CatalogueEntry, ErrorReport, Reply, ReplyBody, Request, RequestBody, StepState,
};
use futures_channel::oneshot;
use js_sys::{ArrayBuffer, Object, Reflect, Uint8Array};
use leptos::{prelude::window, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{ErrorEvent, File, MessageEvent, Worker};

use crate::shell::engine_worker::{StartedEngine, start_engine};

/// What the engine says without being asked, or on the way to an answer.
#[derive(Debug)]
pub enum Event {
    /// It is up.
    Ready {
        /// Version of the build.
        build: String,
        /// Threads that work.
        threads: usize,
        /// Why there is one thread, where there could be more.
        reason: Option<String>,
    },
    /// All analyses.
    Catalogue(Vec<CatalogueEntry>),
    /// How far the work is.
    Progress {
        /// The question it is done for.
        request: u64,
        /// Step or input.
        of: String,
        /// Units finished.
        done: u64,
        /// Units in all; 0 when unknown.
        total: u64,
        /// What a unit is.
        unit: String,
        /// A further point of a loss curve.
        loss: Option<Loss>,
    },
    /// A step was brought up to date.
    Step(Box<StepState>),
    /// A recoverable trouble outside any step.
    Warning(Warning),
    /// Bytes the engine holds.
    Memory(u64),
    /// The worker broke, with what the browser says about it.
    Died(String),
    /// No build of the engine starts here.
    Refused(String),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// The engine says why.
    Report(ErrorReport),
    /// Stopped as asked.
    Cancelled,
    /// The worker ended before it answered.
    Lost,
}

/// An answer with the bytes that travelled beside it.
#[derive(Debug)]
pub struct Delivery {
    /// The answer.
    pub answer: Answer,
    /// Pixels or a file; empty where the answer has none.
    pub bytes: Vec<u8>,
}

/// A question that was asked.
pub struct Asked {
    /// Its number, to cancel it.
    pub id: u64,
    receiver: oneshot::Receiver<Result<Delivery, Failure>>,
}

impl Asked {
    /// Waits for the answer.
    pub async fn answer(self) -> Result<Delivery, Failure> {
        self.receiver.await.unwrap_or(Err(Failure::Lost))
    }
}

/// The engine, wherever it runs.
#[derive(Clone)]
pub struct Engine(Rc<RefCell<Inner>>);

struct Inner {
    worker: Option<Running>,
    /// Counts the workers, so that a late start of one that was given up is not taken.
    generation: u64,
    why_single: Option<String>,
    is_ready: bool,
    waiting: Vec<JsValue>,
    /// Questions without an answer, by their numbers.
    asked: Vec<(u64, oneshot::Sender<Result<Delivery, Failure>>)>,
    last_id: u64,
    listener: Rc<dyn Fn(Event)>,
}

/// A worker with its listeners; ends when dropped.
struct Running {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl Engine {
    /// Starts the best build this browser can run; `listener` hears every event.
    pub fn start(listener: impl Fn(Event) + 'static) -> Self {
        let engine = Self(Rc::new(RefCell::new(Inner {
            worker: None,
            generation: 0,
            why_single: None,
            is_ready: false,
            waiting: Vec::new(),
            asked: Vec::new(),
            last_id: 0,
            listener: Rc::new(listener),
        })));
        engine.launch();
        engine
    }

    /// Asks; the file, where there is one, travels beside the question as a handle.
    pub fn ask(&self, body: RequestBody, file: Option<&File>) -> Asked {
        let (sender, receiver) = oneshot::channel();
        let mut inner = self.0.borrow_mut();
        inner.last_id += 1;
        let id = inner.last_id;
        inner.asked.push((id, sender));
        let message = envelope(&Request { id, body }, file);
        if inner.is_ready {
            inner.post(&message);
        } else {
            inner.waiting.push(message);
        }
        Asked { id, receiver }
    }

    /// Asks the engine to stop the work of a question; it answers that question with `Cancelled`.
    pub fn cancel(&self, request: u64) {
        let id = {
            let mut inner = self.0.borrow_mut();
            inner.last_id += 1;
            inner.last_id
        };
        let body = RequestBody::Cancel { request };
        let inner = self.0.borrow();
        if inner.is_ready {
            inner.post(&envelope(&Request { id, body }, None));
        }
    }

    /// True while the question has no answer.
    pub fn is_open(&self, request: u64) -> bool {
        self.0.borrow().open(request).is_some()
    }

    /// Ends the worker and starts another; every open question is lost.
    pub fn restart(&self) {
        let lost = {
            let mut inner = self.0.borrow_mut();
            inner.worker = None;
            inner.is_ready = false;
            inner.waiting.clear();
            std::mem::take(&mut inner.asked)
        };
        for (_, sender) in lost {
            let _ = sender.send(Err(Failure::Lost));
        }
        self.launch();
    }

    fn launch(&self) {
        let generation = {
            let mut inner = self.0.borrow_mut();
            inner.generation += 1;
            inner.generation
        };
        let engine = self.clone();
        spawn_local(async move {
            let started = start_engine(&window()).await;
            if engine.0.borrow().generation != generation {
                if let Ok(started) = started {
                    started.worker.terminate();
                }
                return;
            }
            match started {
                Ok(started) => engine.listen(started),
                Err(reason) => engine.tell(Event::Refused(reason)),
            }
        });
    }

    fn listen(&self, started: StartedEngine) {
        let heard = self.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            heard.hear(&event.data());
        });
        let broken = self.clone();
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            broken.broke(event.message());
        });
        let worker = started.worker;
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        {
            let mut inner = self.0.borrow_mut();
            inner.why_single = started.why_single;
            inner.worker = Some(Running {
                worker,
                _on_message: on_message,
                _on_error: on_error,
            });
        }
        self.hear(&started.ready);
    }

    fn tell(&self, event: Event) {
        let listener = self.0.borrow().listener.clone();
        listener(event);
    }

    fn broke(&self, reason: String) {
        self.restart();
        self.tell(Event::Died(reason));
    }

    fn hear(&self, data: &JsValue) {
        let field = |name: &str| Reflect::get(data, &name.into()).unwrap_or(JsValue::UNDEFINED);
        let Some(text) = field("message").as_string() else {
            return;
        };
        let bytes = field("bytes")
            .dyn_into::<ArrayBuffer>()
            .map(|buffer| Uint8Array::new(&buffer).to_vec())
            .unwrap_or_default();
        match protocol::decode::<Reply>(&text) {
            Ok(reply) => self.deliver(reply, bytes),
            Err(error) => self.broke(format!("a message could not be read: {error}")),
        }
    }

    fn deliver(&self, reply: Reply, bytes: Vec<u8>) {
        let outcome = match reply.body {
            ReplyBody::Ready {
                protocol,
                build,
                threads,
            } => return self.ready(protocol, build, threads),
            ReplyBody::Catalogue(entries) => return self.tell(Event::Catalogue(entries)),
            ReplyBody::Progress {
                of,
                done,
                total,
                unit,
                loss,
            } => {
                return self.tell(Event::Progress {
                    request: reply.id,
                    of,
                    done,
                    total,
                    unit,
                    loss,
                });
            }
            ReplyBody::Step(state) => return self.tell(Event::Step(state)),
            ReplyBody::Warning(warning) => return self.tell(Event::Warning(warning)),
            ReplyBody::Memory { bytes } => return self.tell(Event::Memory(bytes)),
            ReplyBody::Failed(report) if reply.id == 0 => return self.broke(report.message),
            ReplyBody::Done(answer) => Ok(Delivery {
                answer: *answer,
                bytes,
            }),
            ReplyBody::Failed(report) => Err(Failure::Report(report)),
            ReplyBody::Cancelled => Err(Failure::Cancelled),
        };
        let sender = self.0.borrow_mut().close(reply.id);
        if let Some(sender) = sender {
            let _ = sender.send(outcome);
        }
    }

    fn ready(&self, version: u32, build: String, threads: usize) {
        if version != protocol::VERSION {
            let ours = protocol::VERSION;
            return self.tell(Event::Refused(format!(
                "the engine speaks protocol {version}, this page {ours}: reload the page"
            )));
        }
        let reason = {
            let mut inner = self.0.borrow_mut();
            inner.is_ready = true;
            for message in std::mem::take(&mut inner.waiting) {
                inner.post(&message);
            }
            inner.why_single.clone()
        };
        self.tell(Event::Ready {
            build,
            threads,
            reason,
        });
    }
}

impl Inner {
    /// Where an open question stands.
    fn open(&self, request: u64) -> Option<usize> {
        self.asked.iter().position(|&(id, _)| id == request)
    }

    /// Takes a question off the list, with who waits for its answer.
    fn close(&mut self, request: u64) -> Option<oneshot::Sender<Result<Delivery, Failure>>> {
        let place = self.open(request)?;
        Some(self.asked.swap_remove(place).1)
    }

    fn post(&self, message: &JsValue) {
        if let Some(running) = &self.worker
            && let Err(error) = running.worker.post_message(message)
        {
            leptos::logging::error!("the engine took no message: {}", text_of(&error));
        }
    }
}

/// The message object: the question as JSON, and the file beside it.
fn envelope(request: &Request, file: Option<&File>) -> JsValue {
    let message = Object::new();
    // A request holds strings, numbers and JSON values, which all serialize.
    let text = serde_json::to_string(request).unwrap_or_default();
    // Setting a field of a new object does not fail.
    let _ = Reflect::set(&message, &"message".into(), &text.into());
    if let Some(file) = file {
        let _ = Reflect::set(&message, &"file".into(), file);
    }
    message.into()
}

/// What an exception says.
pub fn text_of(error: &JsValue) -> String {
    let message = Reflect::get(error, &"message".into()).ok();
    message
        .and_then(|message| message.as_string())
        .or_else(|| error.as_string())
        .unwrap_or_else(|| "no reason given".into())
}
