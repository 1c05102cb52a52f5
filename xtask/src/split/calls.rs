//! Which functions stay, which move, and which of those need a stub.

use std::collections::BTreeSet;

use anyhow::Result;
use wasmparser::ExternalKind;

use super::layout::Layout;

/// The functions of a module, divided.
pub struct Division {
    /// In order: those of the second half.
    pub moved: BTreeSet<u32>,
    /// In order: those of [`Self::moved`] that the first half, or a table, can call.
    pub stubs: BTreeSet<u32>,
    /// In order: functions of the first half that the second calls.
    pub called_back: BTreeSet<u32>,
}

impl Division {
    /// Everything stays that can be reached without passing a function that can wait.
    pub fn new(layout: &Layout<'_>, can_wait: impl Fn(&str) -> bool) -> Result<Self> {
        let uses = layout.uses()?;
        let place = |function: u32| {
            (function.checked_sub(layout.n_imported_functions)).map(|at| at as usize)
        };
        let waits = |function: u32| {
            place(function).is_some_and(|at| !uses[at].is_bound)
                && layout
                    .names
                    .get(&function)
                    .is_some_and(|name| can_wait(name))
        };

        let exported = layout
            .exports
            .iter()
            .filter_map(|&(_, kind, index)| (kind == ExternalKind::Func).then_some(index));
        let in_tables = layout
            .in_tables
            .iter()
            .copied()
            .filter(|&function| !waits(function));
        let bound = (layout.n_imported_functions..)
            .zip(&uses)
            .filter(|(_, uses)| uses.is_bound)
            .map(|(function, _)| function);
        let mut open: Vec<u32> = exported
            .chain(layout.start)
            .chain(in_tables)
            .chain(bound)
            .collect();
        let mut kept = BTreeSet::new();
        while let Some(function) = open.pop() {
            let Some(at) = place(function) else { continue };
            if kept.insert(function) {
                open.extend(uses[at].calls.iter().filter(|&&called| !waits(called)));
            }
        }

        let defined = layout.n_imported_functions..layout.type_of.len() as u32;
        let moved: BTreeSet<u32> = defined
            .filter(|function| !kept.contains(function))
            .collect();
        let calls_of = |functions: &BTreeSet<u32>| -> BTreeSet<u32> {
            functions
                .iter()
                .filter_map(|&function| place(function))
                .flat_map(|at| uses[at].calls.iter().copied())
                .collect()
        };
        let in_tables: BTreeSet<u32> = layout.in_tables.iter().copied().collect();
        let reached = &calls_of(&kept) | &in_tables;
        Ok(Self {
            stubs: &moved & &reached,
            called_back: &calls_of(&moved) - &moved,
            moved,
        })
    }
}
