//! Rows or columns that belong together by name.

use std::collections::BTreeMap;

/// Positions that share a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedGroup {
    /// The name.
    pub name: String,
    /// Positions, ascending.
    pub positions: Vec<usize>,
}

/// Groups positions by their name, in the order in which names appear first; an empty name belongs
/// to no group.
pub fn groups_by_name(names: &[String]) -> Vec<NamedGroup> {
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    let mut groups: Vec<NamedGroup> = Vec::new();
    for (position, name) in names.iter().enumerate() {
        if name.is_empty() {
            continue;
        }
        let group = *index.entry(name).or_insert_with(|| {
            groups.push(NamedGroup {
                name: name.clone(),
                positions: Vec::new(),
            });
            groups.len() - 1
        });
        groups[group].positions.push(position);
    }
    groups
}
