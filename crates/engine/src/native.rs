//! Driving the engine where files are at hand as bytes: tests and the command line.

use std::sync::atomic::{AtomicBool, Ordering};

use cuvette_core::AnalysisError;

use crate::{
    Engine, EngineError, Message,
    fingerprint::PRINT_BYTES,
    message,
    opening::{BLOCK_BYTES, HEAD_BYTES, TAIL_BYTES},
    protocol::{Answer, Request, RequestBody},
};

/// Answers one request in place; the last message to `send` is the request's last.
pub fn drive(
    engine: &Engine,
    request: &Request,
    file: Option<&[u8]>,
    send: &(dyn Fn(Message) + Sync),
) {
    let cancelled = engine.begin(request.id);
    go_on(engine, request, file, &cancelled, send);
}

/// Answers a request that was begun with [`Engine::begin`], which gave `cancelled`.
pub fn go_on(
    engine: &Engine,
    request: &Request,
    file: Option<&[u8]>,
    cancelled: &AtomicBool,
    send: &(dyn Fn(Message) + Sync),
) {
    let last = match (&request.body, file) {
        (
            RequestBody::Preview {
                file,
                kind,
                options,
            },
            Some(bytes),
        ) => {
            let head = &bytes[..bytes.len().min(HEAD_BYTES)];
            let tail = (bytes.len() > HEAD_BYTES)
                .then(|| &bytes[bytes.len().saturating_sub(TAIL_BYTES).max(HEAD_BYTES)..]);
            let answered = engine.preview(file, head, tail, *kind, options, None);
            engine.end(request.id, answered)
        }
        (RequestBody::Open { .. }, Some(bytes)) => {
            let opened = open(engine, request, bytes, cancelled, send);
            engine.end(request.id, opened)
        }
        (RequestBody::Fingerprint { name }, Some(bytes)) => {
            let answered = fingerprint(engine, name, bytes, cancelled);
            engine.end(request.id, answered.map(|answer| (answer, None)))
        }
        _ => engine.answer(request, cancelled, send),
    };
    send(last);
}

fn open(
    engine: &Engine,
    request: &Request,
    bytes: &[u8],
    cancelled: &AtomicBool,
    send: &(dyn Fn(Message) + Sync),
) -> Result<(Answer, Option<Vec<u8>>), EngineError> {
    let RequestBody::Open {
        name,
        file,
        kind,
        options,
    } = &request.body
    else {
        return Err(EngineError::NoFile);
    };
    let mut opening = engine.opening(name, file, *kind, options.clone());
    for block in bytes.chunks(BLOCK_BYTES) {
        if cancelled.load(Ordering::Relaxed) {
            return Err(AnalysisError::Cancelled.into());
        }
        opening.push(block)?;
        send(message(request.id, opening.progress()));
    }
    engine.opened(opening)
}

fn fingerprint(
    engine: &Engine,
    name: &str,
    bytes: &[u8],
    cancelled: &AtomicBool,
) -> Result<Answer, EngineError> {
    let check = || {
        if cancelled.load(Ordering::Relaxed) {
            return Err(AnalysisError::Cancelled);
        }
        Ok(())
    };
    let mut print = engine.fingerprinting(name)?;
    for block in bytes.chunks(PRINT_BYTES) {
        check()?;
        print.push(block);
    }
    while print.advance() {
        check()?;
    }
    Ok(Answer::Fingerprint(print.finish()?))
}
