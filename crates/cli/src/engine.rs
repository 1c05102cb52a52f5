//! Asking the engine one question and waiting for the answer.

use std::sync::atomic::AtomicBool;

use cuvette_engine::{
    Engine, Message,
    protocol::{Answer, ReplyBody, Request},
};

use crate::failure::Failure;

/// An engine that holds no more than the memory that is free now, where the system tells.
pub fn new(n_threads: usize) -> Engine {
    let engine = Engine::new(env!("CARGO_PKG_VERSION"), n_threads);
    let told = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    match free_memory(&told) {
        Some(bytes) => engine.with_memory_limit(bytes),
        None => engine,
    }
}

/// Bytes that Linux could give without swapping: `MemAvailable:   16318480 kB`.
fn free_memory(told: &str) -> Option<u64> {
    let line = told
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

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

#[cfg(test)]
mod tests {
    use super::free_memory;

    #[test]
    fn free_memory_is_what_the_system_says() {
        let told = "MemTotal:       24612348 kB\nMemAvailable:   16318480 kB\n";
        assert_eq!(free_memory(told), Some(16_318_480 * 1024));
        assert_eq!(free_memory(""), None);
    }
}
