//! The engine: started, heard, asked, cancelled, and started again when it breaks.

use cuvette_engine::protocol::{Answer, RequestBody, StepStatus};
use leptos::prelude::*;
use web_sys::File;

use super::{App, EngineState, KnownStep, Work};
use crate::{
    bridge::{Asked, Delivery, Engine, Event, Failure},
    browser::now_ms,
};

/// An engine that does not stop within this time after Cancel is ended and started again.
const CANCEL_LIMIT_MS: u64 = 2_000;
/// One thread cannot hear while it works, so there is little to wait for.
const CANCEL_LIMIT_SINGLE_MS: u64 = 60;

/// A second death within this time is taken for the same.
const REPEATED_WITHIN_MS: f64 = 20_000.0;

/// A panic says its reason. A trap says only that it is one: nearly always there was no memory left.
fn death_in_words(reason: &str) -> String {
    let text = reason.to_ascii_lowercase();
    if ["unreachable", "out of memory", "memory access"]
        .iter()
        .any(|word| text.contains(word))
    {
        "it probably ran out of memory".into()
    } else {
        reason.trim_start_matches("Uncaught ").into()
    }
}

impl App {
    /// Starts the engine.
    pub fn start_engine(self) {
        let engine = Engine::start(move |event| self.hear(event));
        self.engine.set_value(Some(engine));
    }

    /// Asks the engine. Before it is started there is nobody to ask.
    pub fn ask(self, body: RequestBody, file: Option<&File>) -> Option<Asked> {
        self.engine
            .with_value(|engine| engine.as_ref().map(|engine| engine.ask(body, file)))
    }

    /// Asks and waits for the answer.
    pub async fn answer(self, body: RequestBody) -> Result<Delivery, Failure> {
        match self.ask(body, None) {
            Some(asked) => asked.answer().await,
            None => Err(Failure::Lost),
        }
    }

    /// Asks for a text: methods, reports.
    pub async fn text(self, body: RequestBody) -> Option<String> {
        match self.answer(body).await.ok()?.answer {
            Answer::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Threads of the engine; 0 before it is ready.
    pub fn threads(self) -> usize {
        self.engine_state.with_untracked(|state| match state {
            EngineState::Ready { threads, .. } => *threads,
            _ => 0,
        })
    }

    /// Stops what runs; leaves everything else as it was.
    pub fn cancel(self) {
        let Some(work) = self.work.get_untracked() else {
            return;
        };
        let recipe = self.recipe_now();
        if recipe.inputs.iter().any(|input| input.name == work.of) {
            self.unread.update(|unread| {
                unread.insert(work.of.clone(), ());
            });
        } else {
            self.is_stopped.set(true);
        }
        self.say(format!("{} cancelled", work.of));
        let Some(engine) = self.engine.get_value() else {
            return;
        };
        self.last_cancelled.set_value(work.request);
        engine.cancel(work.request);
        let limit = if self.threads() > 1 {
            CANCEL_LIMIT_MS
        } else {
            CANCEL_LIMIT_SINGLE_MS
        };
        let restart = move || {
            if engine.is_open(work.request) {
                engine.restart();
                self.began_again();
            }
        };
        set_timeout(restart, std::time::Duration::from_millis(limit));
        self.work.set(None);
    }

    fn hear(self, event: Event) {
        match event {
            Event::Ready {
                build,
                threads,
                reason,
            } => self.engine_state.set(EngineState::Ready {
                build,
                threads,
                reason,
            }),
            Event::Catalogue(entries) => self.catalogue.set(entries),
            Event::Progress {
                request,
                of,
                done,
                total,
                unit,
                loss,
            } => {
                // What was cancelled may say a last word.
                if self.last_cancelled.get_value() != request {
                    self.work.update(|work| {
                        // Another file or another step: its clock begins now.
                        let same = |work: &Work| work.request == request && work.of == of;
                        let mut now = work
                            .take()
                            .filter(same)
                            .unwrap_or_else(|| Work::new(&of, request, now_ms()));
                        now.heard(done, total, unit, now_ms());
                        if let Some(loss) = loss {
                            now.learned(loss);
                        }
                        *work = Some(now);
                    });
                }
            }
            Event::Step(state) => self.step_reported(*state),
            Event::Warning(warning) => self.say(warning.message),
            Event::Memory(bytes) => self.memory.set(bytes),
            Event::Died(reason) => self.died(&reason),
            Event::Refused(reason) => self.engine_state.set(EngineState::Refused(reason)),
        }
    }

    /// Starts over, once; what breaks the engine twice in a row is left alone.
    fn died(self, reason: &str) {
        let reason = death_in_words(reason);
        let now = now_ms();
        let before = self.last_death_ms.get_value();
        self.last_death_ms.set_value(now);
        self.work.set(None);
        if now - before > REPEATED_WITHIN_MS {
            self.complain(format!(
                "The engine stopped ({reason}). It was started again; your files are read again"
            ));
            self.began_again();
        } else {
            self.is_stopped.set(true);
            self.complain(format!(
                "The engine stopped again ({reason}). Change or remove the last step or file, then read the files again. Nothing in the recipe is lost"
            ));
            self.leave_closed();
        }
    }

    /// A new worker gets no file by itself that may have broken the last one.
    fn leave_closed(self) {
        self.engine_starts.update_value(|starts| *starts += 1);
        self.is_forgotten.set_value(true);
        let inputs = self.recipe_now().inputs.into_iter();
        self.unread
            .set(inputs.map(|input| (input.name, ())).collect());
    }

    /// A new worker knows nothing: every file is read again, and the recipe is replayed.
    fn began_again(self) {
        self.engine_starts.update_value(|starts| *starts += 1);
        self.is_forgotten.set_value(true);
        self.reopen_everything();
    }

    fn step_reported(self, state: cuvette_engine::protocol::StepState) {
        let mut steps = self.recipe_now().steps.into_iter();
        if !steps.any(|step| step.id == state.id) {
            // It has left the recipe meanwhile.
            return;
        }
        let signature = self
            .evaluation
            .with_value(|evaluation| evaluation.signatures.get(&state.id).cloned());
        self.steps.update(|steps| {
            let before = steps.remove(&state.id);
            let engine = match (&state.status, &before) {
                (StepStatus::Ready(_), _) | (_, None) => self.engine_starts.get_value(),
                (_, Some(before)) => before.engine,
            };
            let last_good = match (&state.status, before) {
                (StepStatus::Ready(result), _) => Some((**result).clone()),
                (_, Some(before)) => before.last_good,
                (_, None) => None,
            };
            steps.insert(
                state.id.clone(),
                KnownStep {
                    signature: signature.unwrap_or_default(),
                    engine,
                    last_good,
                    state,
                },
            );
        });
    }

    /// Begins to show that something runs, unless something does: that comes first.
    pub fn begin_work(self, of: &str, request: u64) {
        self.work.update(|work| {
            work.get_or_insert_with(|| Work::new(of, request, now_ms()));
        });
        // Where the engine says nothing for long, the bar appears all the same.
        let look = move || {
            self.work.update(|work| {
                if let Some(work) = work.as_mut().filter(|work| work.request == request) {
                    work.heard_ms = now_ms();
                }
            });
        };
        set_timeout(look, std::time::Duration::from_millis(320));
    }

    /// Ends what [`App::begin_work`] began.
    pub fn end_work(self, request: u64) {
        self.work.update(|work| {
            if work.as_ref().is_some_and(|work| work.request == request) {
                *work = None;
            }
        });
    }
}
