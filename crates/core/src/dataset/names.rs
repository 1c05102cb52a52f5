//! Finding genes and samples by name.

use std::collections::BTreeMap;

/// Position of each name; where a name stands twice, its first position.
#[derive(Debug, Clone)]
pub struct NameIndex<'a> {
    positions: BTreeMap<&'a str, usize>,
}

impl<'a> NameIndex<'a> {
    /// Indexes `names` as they stand.
    pub fn new(names: &'a [String]) -> Self {
        let mut positions = BTreeMap::new();
        for (position, name) in names.iter().enumerate() {
            positions.entry(name.as_str()).or_insert(position);
        }
        Self { positions }
    }

    /// Position of the name, exactly as written.
    pub fn get(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// The names nearest to `name`, best first, at most `limit`: equal but for case, version suffix
    /// (`.12`) or R's `X`, then but for a prefix (`del_`), then by edit distance up to a third of the
    /// length.
    pub fn nearest(&self, name: &str, limit: usize) -> Vec<&'a str> {
        let wanted = canonical(name);
        let mut scored: Vec<(usize, &str)> = self
            .positions
            .keys()
            .filter_map(|&known| {
                let found = canonical(known);
                let distance = if found == wanted {
                    0
                } else if differ_by_prefix(&found, &wanted) {
                    1
                } else {
                    1 + edit_distance(&wanted, &found)
                };
                (distance <= 1 + wanted.chars().count() / 3).then_some((distance, known))
            })
            .collect();
        scored.sort_unstable();
        scored
            .into_iter()
            .take(limit)
            .map(|(_, known)| known)
            .collect()
    }
}

/// Lower case, without version suffix and without R's `X` before a digit: equal for names that
/// differ only there.
pub(crate) fn canonical(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    let without_version = match lower.rsplit_once('.') {
        Some((stem, version))
            if !stem.is_empty() && version.bytes().all(|b| b.is_ascii_digit()) =>
        {
            stem
        }
        _ => &lower,
    };
    match without_version.strip_prefix('x') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => rest.into(),
        _ => without_version.into(),
    }
}

/// What is left of a name without a prefix, by every sign that may end one: `del_YAL001C` gives
/// `YAL001C`. What is too short to be told from a number of a replicate is left out.
pub(crate) fn without_prefixes(name: &str) -> impl Iterator<Item = &str> {
    const SHORTEST: usize = 3;
    name.char_indices()
        .filter(|(_, letter)| PREFIX_ENDS.contains(letter))
        .map(|(at, _)| &name[at + 1..])
        .filter(|rest| rest.len() >= SHORTEST)
}

/// Signs that stand between a prefix and a name.
const PREFIX_ENDS: [char; 8] = ['_', '-', '.', ':', '|', '/', ' ', '#'];

fn differ_by_prefix(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    without_prefixes(long).any(|rest| rest == short)
}

/// Levenshtein distance in characters.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &cb) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(ca != cb);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::NameIndex;

    #[test]
    fn near_matches_see_through_case_version_and_prefix() {
        let names: Vec<String> = ["ENSG00000000003.12", "Trp53", "X12h_control"]
            .map(String::from)
            .into();
        let index = NameIndex::new(&names);
        assert_eq!(index.nearest("ENSG00000000003", 1), ["ENSG00000000003.12"]);
        assert_eq!(index.nearest("TRP53", 1), ["Trp53"]);
        assert_eq!(index.nearest("12h_control", 1), ["X12h_control"]);
        assert_eq!(index.nearest("GRCm39_Trp53", 1), ["Trp53"]);
        assert_eq!(index.nearest("control", 1), ["X12h_control"]);
        assert!(index.nearest("ACTB", 3).is_empty());
    }
}
