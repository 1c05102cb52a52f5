//! Finding rows by name: the search box, and pasted lists.

use std::collections::BTreeMap;

use cuvette_core::dataset::NameIndex;

use super::View;

/// Unknown names that get suggestions; the distance to every name is costly for long lists.
const N_SUGGESTED: usize = 20;

/// Where names stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Place of each name in the view; `None` where the filter hides it or there is none.
    pub rows: Vec<Option<usize>>,
    /// Names that no row has, with the nearest there are.
    pub unknown: Vec<(String, Vec<String>)>,
}

/// Looks names up in a view; blanks around a name do not count.
pub fn find(view: &View, names: &[String]) -> Found {
    let all: Vec<String> = (0..view.grid.n_rows())
        .map(|row| view.grid.row_name(row).into_owned())
        .collect();
    let index = NameIndex::new(&all);
    let shown: BTreeMap<usize, usize> = (0..view.n_rows())
        .map(|position| (view.row(position), position))
        .collect();
    let mut rows = Vec::with_capacity(names.len());
    let mut unknown = Vec::new();
    for name in names {
        let row = index.get(name.trim());
        rows.push(row.and_then(|row| shown.get(&row).copied()));
        if row.is_none() {
            let nearest = if unknown.len() < N_SUGGESTED {
                index.nearest(name, 3)
            } else {
                Vec::new()
            };
            let nearest = nearest.into_iter().map(Into::into).collect();
            unknown.push((name.clone(), nearest));
        }
    }
    Found { rows, unknown }
}
