//! Answers to what may take long, above all to what needs a file.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use cuvette_core::AnalysisError;
use cuvette_engine::{
    Engine, EngineError, HEAD_BYTES, TAIL_BYTES,
    protocol::{Answer, Request, RequestBody},
};
use cuvette_formats::needs_whole_file;
use web_sys::File;

use crate::{
    file::{Blocks, begin_slice},
    outbox, pool,
    reading::read,
    sheet::{self, Sheet},
    steps,
};

/// A longer file is not held for a preview, though its end would be needed.
const LONGEST_WHOLE: u64 = 512 << 20;

type Answered = Result<(Answer, Option<Vec<u8>>), EngineError>;

/// Answers a request, which `cancelled` stops.
pub async fn answer(
    engine: Arc<Engine>,
    request: Request,
    file: Option<File>,
    cancelled: Arc<AtomicBool>,
) {
    let last = match file {
        Some(file) => {
            let answered = of_file(&engine, &request, &file, &cancelled).await;
            engine.end(request.id, answered)
        }
        None => match steps::ready_for(&request.body, &engine).await {
            Ok(()) => pool::run(move || engine.answer(&request, &cancelled, &outbox::send)).await,
            Err(error) => engine.end(request.id, Err(error)),
        },
    };
    outbox::send(last);
    outbox::send_memory();
}

async fn of_file(
    engine: &Arc<Engine>,
    request: &Request,
    file: &File,
    cancelled: &Arc<AtomicBool>,
) -> Answered {
    match &request.body {
        RequestBody::Open {
            name,
            file: file_name,
            kind,
            options,
        } => {
            let sheet = sheet::of_workbook(file, options, cancelled).await?;
            let mut opening = engine.opening(name, file_name, *kind, options.clone());
            let mut source = file;
            if let Some(Sheet { text, notes }) = &sheet {
                let mut blocks = Blocks::of(file);
                let mut block = Vec::new();
                while let Some(read) = blocks.next(block).await? {
                    opening.push_workbook(&read);
                    block = read;
                }
                opening = opening.of_sheet(notes.clone());
                source = text;
            }
            let opening = read(opening, Blocks::of(source), request.id, cancelled).await?;
            let engine = Arc::clone(engine);
            pool::run(move || engine.opened(opening)).await
        }
        RequestBody::Fingerprint { name } => fingerprint(engine, name, file, cancelled).await,
        body => preview(engine, body.clone(), file, cancelled).await,
    }
}

async fn preview(
    engine: &Arc<Engine>,
    body: RequestBody,
    file: &File,
    cancelled: &Arc<AtomicBool>,
) -> Answered {
    let RequestBody::Preview {
        file: name,
        kind,
        options,
    } = body
    else {
        return Err(EngineError::NoFile);
    };
    let sheet = sheet::of_workbook(file, &options, cancelled).await?;
    let file = sheet.as_ref().map_or(file, |sheet| &sheet.text);
    let notes = sheet.as_ref().map(|sheet| sheet.notes.clone());
    let size = file.size() as u64;
    let head_end = size.min(HEAD_BYTES as u64);
    let tail_start = size.saturating_sub(TAIL_BYTES as u64).max(head_end);
    let (head, tail) = (
        begin_slice(file, 0, head_end),
        begin_slice(file, tail_start, size),
    );
    let mut head = head.bytes().await?.to_vec();
    if needs_whole_file(&head) && size <= LONGEST_WHOLE {
        head = begin_slice(file, 0, size).bytes().await?.to_vec();
    }
    let tail = tail.bytes().await?.to_vec();
    let engine = Arc::clone(engine);
    pool::run(move || {
        let tail = (!tail.is_empty()).then_some(tail.as_slice());
        engine.preview(&name, &head, tail, kind, &options, notes.as_ref())
    })
    .await
}

/// Reads the file of an open input again. Nobody waits for it as one waits for data, so that other
/// questions are answered between two slices.
async fn fingerprint(
    engine: &Arc<Engine>,
    name: &str,
    file: &File,
    cancelled: &AtomicBool,
) -> Answered {
    let mut print = engine.fingerprinting(name)?;
    let mut blocks = Blocks::of(file);
    loop {
        let block = blocks.next(Vec::new()).await?;
        let goes_on;
        (print, goes_on) = pool::run(move || {
            let goes_on = match block {
                Some(block) => {
                    print.push(&block);
                    true
                }
                None => print.advance(),
            };
            (print, goes_on)
        })
        .await;
        if cancelled.load(Ordering::Relaxed) {
            return Err(AnalysisError::Cancelled.into());
        }
        if !goes_on {
            return Ok((Answer::Fingerprint(print.finish()?), None));
        }
    }
}
