//! Work that takes time: what runs, how far it is, and how long it will take.

use super::words;

/// Work shorter than this shows nothing.
pub const SHOWN_AFTER_MS: f64 = 300.0;

/// What runs now.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// Step at work, or input being read.
    pub of: String,
    /// Units finished.
    pub done: u64,
    /// Units in all; 0 when unknown.
    pub total: u64,
    /// What a unit is, in the plural.
    pub unit: String,
    /// When the page began to wait for it.
    pub started_ms: f64,
    /// When the engine last spoke of it.
    pub heard_ms: f64,
    /// The question, to cancel it.
    pub request: u64,
}

impl Work {
    /// Work that begins now.
    pub fn new(of: &str, request: u64, now_ms: f64) -> Self {
        Self {
            of: of.into(),
            done: 0,
            total: 0,
            unit: String::new(),
            started_ms: now_ms,
            heard_ms: now_ms,
            request,
        }
    }

    /// Takes in how much is done.
    pub fn heard(&mut self, done: u64, total: u64, unit: String, now_ms: f64) {
        (self.done, self.total, self.unit) = (done, total, unit);
        self.heard_ms = now_ms;
    }

    /// True once it has taken long enough to be worth a bar.
    pub fn is_shown(&self) -> bool {
        self.heard_ms - self.started_ms >= SHOWN_AFTER_MS
    }

    /// "41 of 62 profiles, 4 s left".
    pub fn words(&self) -> String {
        if self.total == 0 {
            return "working".into();
        }
        let part = match self.unit.as_str() {
            "bytes" => format!(
                "{} of {}",
                words::bytes(self.done),
                words::bytes(self.total)
            ),
            unit => format!(
                "{} of {} {unit}",
                words::count(self.done),
                words::count(self.total)
            ),
        };
        match self.left_ms() {
            Some(left) => format!("{part}, {}", words::time_left(left)),
            None => part,
        }
    }

    /// Milliseconds left at the speed so far, once a twentieth is done.
    fn left_ms(&self) -> Option<f64> {
        let (done, total) = (self.done as f64, self.total as f64);
        let is_known = done >= total / 20.0 && done > 0.0 && done < total && self.is_shown();
        is_known.then(|| (self.heard_ms - self.started_ms) * (total - done) / done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_told_once_it_can_be_known() {
        let mut work = Work::new("noise", 1, 0.0);
        work.heard(1, 62, "profiles".into(), 100.0);
        assert_eq!(work.words(), "1 of 62 profiles");
        assert!(!work.is_shown());
        work.heard(31, 62, "profiles".into(), 4000.0);
        assert_eq!(work.words(), "31 of 62 profiles, 4 s left");
        assert!(work.is_shown());
    }
}
