//! Asking the engine one question and waiting for the answer.

use std::sync::atomic::AtomicBool;

use cuvette_engine::{
    Engine, Message,
    protocol::{Answer, ReplyBody, Request},
};

use crate::failure::Failure;

/// An answer, with the long bytes that travel beside it.
pub type Answered = Result<(Answer, Option<Vec<u8>>), Failure>;

/// The answer; what is told on the way is passed over.
pub fn ask(engine: &Engine, request: &Request) -> Answered {
    ask_and_listen(engine, request, &|_| {})
}

/// The answer; what is told on the way goes to `listen`.
pub fn ask_and_listen(
    engine: &Engine,
    request: &Request,
    listen: &(dyn Fn(Message) + Sync),
) -> Answered {
    // Nothing on the command line cancels: who wants to stop ends the program.
    let last = engine.answer(request, &AtomicBool::new(false), listen);
    match last.reply.body {
        ReplyBody::Done(answer) => Ok((*answer, last.bytes)),
        ReplyBody::Failed(report) => Err(report.into()),
        other => Err(Failure::unexpected(&format!("{other:?}"))),
    }
}
