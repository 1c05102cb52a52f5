//! Reading a file while what is there of it is parsed.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use cuvette_core::AnalysisError;
use cuvette_engine::{EngineError, Opening, message};

use crate::{file::Blocks, outbox, pool};

/// Blocks that may wait for the pool, so that it never waits for this thread's timers.
const MAX_WAITING: usize = 3;

/// Reads blocks to their end for the request `id`. The browser reads, this thread copies, and the
/// pool parses, each as fast as it can; without threads, one after another.
pub async fn read(
    opening: Opening,
    blocks: Blocks<'_>,
    id: u64,
    cancelled: &AtomicBool,
) -> Result<Opening, EngineError> {
    let line = Arc::new(Line {
        id,
        state: Mutex::new(State {
            opening: Some(opening),
            blocks: VecDeque::new(),
            spare: Vec::new(),
            refused: None,
        }),
    });
    let fed = feed(&line, blocks, cancelled).await;
    if fed.is_err() {
        line.lock().blocks.clear();
    }
    loop {
        outbox::post_waiting();
        if let Some(read) = line.end() {
            return fed.and(read);
        }
        pool::sleep(1).await;
    }
}

/// Puts block after block into the line.
async fn feed(
    line: &Arc<Line>,
    mut blocks: Blocks<'_>,
    cancelled: &AtomicBool,
) -> Result<(), EngineError> {
    while let Some(block) = blocks.next(line.spare()).await? {
        line.add(block).await;
        while line.lock().blocks.len() >= MAX_WAITING {
            pool::sleep(1).await;
        }
        outbox::post_waiting();
        outbox::send_memory();
        if cancelled.load(Ordering::Relaxed) {
            return Err(AnalysisError::Cancelled.into());
        }
        if line.lock().refused.is_some() {
            break;
        }
    }
    Ok(())
}

/// Blocks that wait for the parser.
struct Line {
    id: u64,
    state: Mutex<State>,
}

struct State {
    /// Nothing while a thread of the pool parses.
    opening: Option<Opening>,
    blocks: VecDeque<Vec<u8>>,
    /// Blocks that were parsed: their memory is written over. Were it given back, the data would
    /// come to lie between pieces of it.
    spare: Vec<Vec<u8>>,
    /// Why a block was not taken.
    refused: Option<EngineError>,
}

impl Line {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was read, once nobody parses.
    fn end(&self) -> Option<Result<Opening, EngineError>> {
        let mut state = self.lock();
        let opening = state.opening.take()?;
        Some(state.refused.take().map_or(Ok(opening), Err))
    }

    /// Memory for a block.
    fn spare(&self) -> Vec<u8> {
        self.lock().spare.pop().unwrap_or_default()
    }

    /// Puts a block into the line; gives what takes it, unless a thread is at that.
    fn push(&self, block: Vec<u8>) -> Option<Opening> {
        let mut state = self.lock();
        state.blocks.push_back(block);
        state.opening.take()
    }

    /// Adds a block, and begins to parse unless that is being done.
    async fn add(self: &Arc<Self>, block: Vec<u8>) {
        let Some(opening) = self.push(block) else {
            return;
        };
        if cfg!(target_feature = "atomics") {
            let line = Arc::clone(self);
            rayon::spawn(move || line.parse(opening));
        } else {
            // Messages that arrived before, a Cancel above all, are heard first.
            pool::sleep(0).await;
            self.parse(opening);
        }
    }

    /// Parses until no block waits.
    fn parse(&self, mut opening: Opening) {
        loop {
            let mut state = self.lock();
            let Some(block) = state.blocks.pop_front() else {
                state.opening = Some(opening);
                return;
            };
            drop(state);
            let taken = opening.push(&block);
            let mut state = self.lock();
            state.spare.push(block);
            if let Err(error) = taken {
                state.blocks.clear();
                state.refused = Some(error);
            } else {
                drop(state);
                outbox::send(message(self.id, opening.progress()));
            }
        }
    }
}
