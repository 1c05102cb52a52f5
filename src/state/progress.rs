//! Work that takes time: what runs, how far it is, and how long it will take.

use cuvette_core::context::Loss;

use super::words;

/// Work shorter than this shows nothing.
pub const SHOWN_AFTER_MS: f64 = 300.0;

/// After so long, and so many units, a first estimate is made before a twentieth is done.
const WARM_UP_MS: f64 = 1_500.0;
const WARM_UP_UNITS: u64 = 3;

/// Loss curves of more GANs are more than one can tell apart.
const MAX_NETWORKS: usize = 12;

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
    /// When the part began whose units these are: a step may count one thing after another.
    pub part_started_ms: f64,
    /// When the engine last spoke of it.
    pub heard_ms: f64,
    /// The question, to cancel it.
    pub request: u64,
    /// How the last GANs learn that began, as far as they are.
    pub losses: Vec<Loss>,
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
            part_started_ms: now_ms,
            heard_ms: now_ms,
            request,
            losses: Vec::new(),
        }
    }

    /// Takes in how much is done.
    pub fn heard(&mut self, done: u64, total: u64, unit: String, now_ms: f64) {
        if (&self.unit, self.total) != (&unit, total) {
            // What was done of it before its first word was begun with the last word before.
            self.part_started_ms = if done == 0 { now_ms } else { self.heard_ms };
        }
        (self.done, self.total, self.unit) = (done, total, unit);
        self.heard_ms = now_ms;
    }

    /// Takes in a further point of a loss curve.
    pub fn learned(&mut self, point: Loss) {
        let known = |losses: &[Loss], network| losses.iter().any(|loss| loss.network == network);
        if !known(&self.losses, point.network) {
            let mut networks: Vec<usize> = Vec::new();
            for loss in self.losses.iter().rev() {
                if !networks.contains(&loss.network) {
                    networks.push(loss.network);
                }
            }
            // The one that was silent for longest makes room.
            if let Some(&oldest) = networks.get(MAX_NETWORKS - 1) {
                self.losses.retain(|loss| loss.network != oldest);
            }
        }
        self.losses.push(point);
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
            Some(left) if self.is_early() => format!("{part}, about {}", words::time_left(left)),
            Some(left) => format!("{part}, {}", words::time_left(left)),
            None => part,
        }
    }

    fn is_early(&self) -> bool {
        (self.done as f64) < self.total as f64 / 20.0
    }

    /// Milliseconds left at the speed of this part so far, once a twentieth is done, or enough to
    /// tell how long all will take about.
    fn left_ms(&self) -> Option<f64> {
        let (done, total) = (self.done as f64, self.total as f64);
        let taken = self.heard_ms - self.part_started_ms;
        let is_warm = taken >= WARM_UP_MS && self.done >= WARM_UP_UNITS;
        let is_known = (is_warm || !self.is_early()) && done > 0.0 && done < total;
        (is_known && self.is_shown()).then(|| taken * (total - done) / done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loss_curves_are_kept_of_as_many_gans_as_can_be_told_apart() {
        let mut work = Work::new("rare", 1, 0.0);
        let point = |network, step| Loss {
            network,
            step,
            n_steps: 40,
            critic: 0.0,
            generator: 0.0,
        };
        for network in 0..MAX_NETWORKS {
            work.learned(point(network, 20));
        }
        // The first one goes on, so the second is the one that has ended.
        work.learned(point(0, 40));
        work.learned(point(MAX_NETWORKS, 20));
        let kept = |network| {
            work.losses
                .iter()
                .filter(|loss| loss.network == network)
                .count()
        };
        assert_eq!(
            [kept(0), kept(1), kept(2), kept(MAX_NETWORKS)],
            [2, 0, 1, 1]
        );
    }

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

    #[test]
    fn a_first_estimate_comes_from_a_warm_up() {
        let mut work = Work::new("knocked", 1, 0.0);
        work.heard(0, 1_000, "perturbations".into(), 500.0);
        work.heard(2, 1_000, "perturbations".into(), 2_500.0);
        assert_eq!(work.words(), "2 of 1,000 perturbations");
        work.heard(4, 1_000, "perturbations".into(), 4_500.0);
        assert_eq!(work.words(), "4 of 1,000 perturbations, about 17 min left");
    }

    #[test]
    fn what_was_counted_before_does_not_tell_how_long_the_rest_takes() {
        let mut work = Work::new("knocked", 1, 0.0);
        work.heard(100, 100, "cells".into(), 60_000.0);
        work.heard(32, 64, "genes".into(), 63_000.0);
        assert_eq!(work.words(), "32 of 64 genes, 3 s left");
    }
}
