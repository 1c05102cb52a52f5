//! Reading a part of the samples: what is left out is said.

use cuvette_core::report::{Finding, Severity};
use serde_json::Value;

use super::Sniffed;
use crate::{
    findings::{Build, finding, grouped},
    kind::InputKind,
    layout::Role,
    options::Orientation,
};

/// Leaves the first of every `step` samples in the layout of a matrix.
pub(crate) fn take_samples(sniffed: &mut Sniffed, step: u32) {
    if step == 1 || sniffed.kind != InputKind::Matrix {
        return;
    }
    let layout = &mut sniffed.layout;
    if layout.orientation == Orientation::SamplesInRows {
        // How many lines there are is known at the end of the file; the finding follows then.
        layout.row_step = u64::from(step);
        return;
    }
    let n_all = layout.n_values();
    let values = layout.roles.iter_mut().filter(|role| **role == Role::Value);
    for (position, role) in values.enumerate() {
        if !position.is_multiple_of(step as usize) {
            *role = Role::NotAsked;
        }
    }
    let n_read = layout.n_values();
    sniffed
        .findings
        .push(samples_left_out(step.into(), Some((n_read, n_all))));
}

/// The finding that not all samples were read; with how many of how many, where known.
pub(crate) fn samples_left_out(step: u64, counts: Option<(usize, usize)>) -> Finding {
    let how_many = counts.map_or_else(String::new, |(n_read, n_all)| {
        format!(": {} of {}", grouped(n_read as u64), grouped(n_all as u64))
    });
    let title = format!(
        "Only 1 of every {} samples was read{how_many}",
        grouped(step)
    );
    finding("samples_left_out", Severity::Changed, title)
        .detail("The first of each group as they stand in the file, as the import options say.")
        .remedy("Read all samples", "samples", Value::Null)
}
