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

/// Group of each chosen position, counted from 0 as they first appear, by its name without spaces
/// around it; one with an empty name is a group of its own.
pub fn group_numbers(names: &[String], chosen: &[usize]) -> Vec<u32> {
    let mut known: BTreeMap<&str, u32> = BTreeMap::new();
    let mut n_groups = 0;
    let mut next = || {
        n_groups += 1;
        n_groups - 1
    };
    let of = chosen.iter().map(|&at| match names[at].trim() {
        "" => next(),
        name => *known.entry(name).or_insert_with(&mut next),
    });
    of.collect()
}
