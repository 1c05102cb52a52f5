//! A handful of values by key, the one used last in front.

use std::collections::VecDeque;

/// Values kept at most.
const LIMIT: usize = 8;

/// A handful of values by key; small enough to look through.
#[derive(Debug)]
pub struct Recent<K, V> {
    entries: VecDeque<(K, V)>,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
        }
    }
}

impl<K: PartialEq, V: Clone> Recent<K, V> {
    /// The value of that key, made where it is not there; the one not used for longest goes.
    pub fn get_or_insert(&mut self, key: K, make: impl FnOnce() -> V) -> V {
        let known = self.entries.iter().position(|(known, _)| *known == key);
        let entry = known
            .and_then(|position| self.entries.remove(position))
            .unwrap_or_else(|| (key, make()));
        let value = entry.1.clone();
        self.entries.push_front(entry);
        self.entries.truncate(LIMIT);
        value
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, Recent};

    #[test]
    fn a_value_is_made_once_while_it_is_used() {
        let mut recent = Recent::default();
        let mut made = Vec::new();
        for key in (0..LIMIT)
            .chain([0])
            .chain(LIMIT..2 * LIMIT - 1)
            .chain([0, 1])
        {
            recent.get_or_insert(key, || made.push(key));
        }
        let expected: Vec<usize> = (0..2 * LIMIT - 1).chain([1]).collect();
        assert_eq!(made, expected);
    }
}
