//! Results by the hash of what made them; the ones not used for longest go first.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::StepOutcome;
use crate::hash::Hash;

/// Bytes that results outside the current recipe may hold together, to be there for undo.
const SPARE_BYTES: u64 = 256 << 20;

/// Results outside the current recipe that are kept at most.
const MAX_SPARE: usize = 64;

/// Results by hash.
#[derive(Debug, Default)]
pub struct Cache {
    entries: BTreeMap<Hash, Entry>,
    /// Counts look-ups, to tell which was the last.
    n_uses: u64,
}

#[derive(Debug)]
struct Entry {
    outcome: Arc<StepOutcome>,
    last_use: u64,
    bytes: u64,
}

impl Cache {
    /// The result made by all that has this hash.
    pub fn get(&mut self, hash: Hash) -> Option<Arc<StepOutcome>> {
        self.n_uses += 1;
        let entry = self.entries.get_mut(&hash)?;
        entry.last_use = self.n_uses;
        Some(Arc::clone(&entry.outcome))
    }

    /// Keeps a result.
    pub fn insert(&mut self, outcome: Arc<StepOutcome>) {
        self.n_uses += 1;
        let entry = Entry {
            bytes: outcome.memory_bytes(),
            last_use: self.n_uses,
            outcome,
        };
        self.entries.insert(entry.outcome.hash, entry);
    }

    /// Keeps what is `used`, and of the rest what was used last, within bounds.
    pub fn trim(&mut self, used: &BTreeSet<Hash>) {
        let mut spare: Vec<(u64, u64, Hash)> = self
            .entries
            .iter()
            .filter(|(hash, _)| !used.contains(hash))
            .map(|(&hash, entry)| (entry.last_use, entry.bytes, hash))
            .collect();
        spare.sort_unstable_by(|a, b| b.cmp(a));
        let mut total = 0;
        for (position, (_, bytes, hash)) in spare.into_iter().enumerate() {
            total += bytes;
            if total > SPARE_BYTES || position >= MAX_SPARE {
                self.entries.remove(&hash);
            }
        }
    }

    /// Keeps what is `used` alone.
    pub fn keep_only(&mut self, used: &BTreeSet<Hash>) {
        self.entries.retain(|hash, _| used.contains(hash));
    }

    /// Bytes of all results.
    pub fn memory_bytes(&self) -> u64 {
        let held = |entry: &Entry| entry.bytes + entry.outcome.dense_form_bytes();
        self.entries.values().map(held).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, sync::Arc};

    use cuvette_core::AnalysisError;

    use super::{Cache, MAX_SPARE};
    use crate::{
        hash::{Hash, HashBuilder},
        session::StepOutcome,
    };

    fn hash(number: usize) -> Hash {
        HashBuilder::default().text(&number.to_string()).finish()
    }

    fn outcome(number: usize) -> Arc<StepOutcome> {
        Arc::new(StepOutcome {
            hash: hash(number),
            result: Err(AnalysisError::Cancelled),
            warnings: Vec::new(),
        })
    }

    #[test]
    fn what_is_used_stays_and_the_oldest_of_the_rest_goes() {
        let mut cache = Cache::default();
        for number in 0..MAX_SPARE + 3 {
            cache.insert(outcome(number));
        }
        cache.get(hash(1));
        cache.trim(&BTreeSet::from([hash(0)]));
        assert!(cache.get(hash(0)).is_some(), "part of the recipe");
        assert!(cache.get(hash(1)).is_some(), "used just now");
        assert!(cache.get(hash(2)).is_none(), "used longest ago");
        assert!(cache.get(hash(4)).is_some());
    }
}
