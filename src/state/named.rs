//! Things by name, such as what is known of each input and step.
//!
//! A recipe names some dozens of things, so a list in the order of the names serves. The trees of
//! the standard library would bring their rebalancing anew for every type that is kept so: they were
//! a sixteenth of the page.

use std::vec;

/// Values by name, in the order of the names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<T>(Vec<(String, T)>);

impl<T> Named<T> {
    /// Nothing.
    pub fn new() -> Self {
        Self(Vec::new())
    }

    /// True where there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where the name stands, else where it would.
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0
            .binary_search_by(|(known, _)| known.as_str().cmp(name))
    }

    /// True where the name is known.
    pub fn contains_key(&self, name: &str) -> bool {
        self.place(name).is_ok()
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&T> {
        let place = self.place(name).ok()?;
        self.0.get(place).map(|(_, value)| value)
    }

    /// The value of a name, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        let place = self.place(name).ok()?;
        self.0.get_mut(place).map(|(_, value)| value)
    }

    /// Gives a name its value, in the place of the one it had.
    pub fn insert(&mut self, name: String, value: T) {
        match self.place(&name) {
            Ok(place) => self.0[place].1 = value,
            Err(place) => self.0.insert(place, (name, value)),
        }
    }

    /// Takes a name and its value away.
    pub fn remove(&mut self, name: &str) -> Option<T> {
        let place = self.place(name).ok()?;
        Some(self.0.remove(place).1)
    }

    /// Takes everything away.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Keeps the names that `is_kept`.
    pub fn retain(&mut self, mut is_kept: impl FnMut(&str) -> bool) {
        self.0.retain(|(name, _)| is_kept(name));
    }

    /// The names.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.0.iter().map(|(name, _)| name)
    }

    /// The names with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &T)> {
        self.0.iter().map(|(name, value)| (name, value))
    }
}

impl<T: Default> Named<T> {
    /// The value of a name, which is given one where it has none.
    pub fn get_or_default(&mut self, name: &str) -> &mut T {
        let place = self.place(name).unwrap_or_else(|place| {
            self.0.insert(place, (name.into(), T::default()));
            place
        });
        &mut self.0[place].1
    }
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> FromIterator<(String, T)> for Named<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(entries: I) -> Self {
        let mut named = Self::new();
        for (name, value) in entries {
            named.insert(name, value);
        }
        named
    }
}

impl<T> IntoIterator for Named<T> {
    type Item = (String, T);
    type IntoIter = vec::IntoIter<(String, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::Named;

    fn named(names: &str) -> Named<u32> {
        let numbered = names.split(' ').zip(1..);
        numbered.map(|(name, n)| (name.to_owned(), n)).collect()
    }

    #[test]
    fn the_order_is_that_of_the_names_and_the_last_value_stays() {
        let mut named = named("b a c b");
        assert_eq!(named.keys().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(named.get("b"), Some(&4));
        *named.get_or_default("b") += 1;
        *named.get_or_default("aa") += 1;
        let all: Vec<_> = named.into_iter().map(|(_, n)| n).collect();
        assert_eq!(all, [2, 1, 5, 3]);
    }

    #[test]
    fn what_is_taken_away_is_gone() {
        let mut named = named("a b c");
        assert_eq!(named.remove("b"), Some(2));
        assert_eq!(named.remove("b"), None);
        assert!(!named.contains_key("b") && named.get("x").is_none());
        named.retain(|name| name != "a");
        assert_eq!(named.keys().collect::<Vec<_>>(), ["c"]);
        named.clear();
        assert_eq!(named, Named::new());
    }
}
