//! What a running analysis may ask of the world: progress, cancellation, warnings.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use serde::{Deserialize, Serialize};

use crate::error::{AnalysisError, Warning};

/// How far a piece of work is.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Units finished.
    pub done: u64,
    /// Units in all; 0 when unknown.
    pub total: u64,
    /// What a unit is, in the plural: "profiles".
    pub unit: &'static str,
    /// A further point of a loss curve, where networks learn.
    pub loss: Option<Loss>,
}

/// Where a GAN stands, one of several that learn at once.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Loss {
    /// Which of them, from 0.
    pub network: usize,
    /// Steps it has done.
    pub step: usize,
    /// Steps it will do.
    pub n_steps: usize,
    /// Loss of the critic, finite.
    pub critic: f64,
    /// Loss of the generator, finite.
    pub generator: f64,
}

/// Handed to every analysis: report progress, ask whether to stop, collect warnings.
///
/// Shared by all threads of one step.
pub struct Context<'a> {
    cancelled: &'a AtomicBool,
    on_progress: &'a (dyn Fn(Progress) + Sync),
    warnings: Mutex<Vec<Warning>>,
}

impl<'a> Context<'a> {
    /// A context that reports to `on_progress` and stops when `cancelled` is set.
    pub fn new(cancelled: &'a AtomicBool, on_progress: &'a (dyn Fn(Progress) + Sync)) -> Self {
        Self {
            cancelled,
            on_progress,
            warnings: Mutex::default(),
        }
    }

    /// A context of a piece of the work: it is cancelled with the whole, and tells nothing.
    pub fn of_piece(&self) -> Context<'a> {
        Context::new(self.cancelled, &|_| {})
    }

    /// Tells how far the work is. Cheap enough to call every few milliseconds, not per cell.
    pub fn progress(&self, done: usize, total: usize, unit: &'static str) {
        self.progress_with(done, total, unit, None);
    }

    /// As [`Self::progress`], with a point of a loss curve. Every point is told, so that they had
    /// better be few.
    pub fn progress_with(&self, done: usize, total: usize, unit: &'static str, loss: Option<Loss>) {
        (self.on_progress)(Progress {
            done: done as u64,
            total: total as u64,
            unit,
            loss,
        });
    }

    /// Call at least every 50 ms of work, and pass the error on with `?`.
    pub fn check_cancelled(&self) -> Result<(), AnalysisError> {
        if self.cancelled.load(Ordering::Relaxed) {
            Err(AnalysisError::Cancelled)
        } else {
            Ok(())
        }
    }

    /// Adds a recoverable trouble to the step's notes.
    pub fn warn(&self, warning: Warning) {
        self.warnings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(warning);
    }

    /// Takes the warnings collected so far, sorted, since threads may have raised them.
    pub fn take_warnings(&self) -> Vec<Warning> {
        let mut warnings =
            std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner));
        warnings.sort();
        warnings
    }
}

/// Runs `work` with a context that reports nowhere and is never cancelled: for tests and examples.
pub fn quietly<T>(work: impl FnOnce(&Context) -> T) -> T {
    work(&Context::new(&AtomicBool::new(false), &|_| {}))
}
