//! Methods for counts refuse everything else.

use super::{NamedDataset, complete::refuse_infinities};
use crate::{
    context::Context,
    dataset::ValueKind,
    error::{AnalysisError, Warning},
};

/// Refuses missing and negative values always, other values than counts unless told.
pub fn refuse_other_than_counts(input: &NamedDataset, accepts: bool) -> Result<(), AnalysisError> {
    let data = &input.data;
    let place = |is_wrong: fn(f32) -> bool| {
        let at = data
            .matrix
            .values()
            .iter()
            .position(|&value| is_wrong(value))?;
        let (gene, sample) = (at / data.n_samples(), at % data.n_samples());
        Some((
            data.matrix.get(gene, sample),
            &data.genes[gene],
            &data.samples[sample],
        ))
    };
    let unsuitable = |found: String, hint: &str| AnalysisError::Unsuitable {
        found,
        expected: "expected counts, from zero up and none missing".into(),
        hint: hint.into(),
    };
    if let Some((_, gene, sample)) = place(f32::is_nan) {
        return Err(unsuitable(
            format!(
                "{} has missing values, the first at {gene}, {sample}",
                input.name
            ),
            "Leave out the genes with missing counts, or read them as they were counted",
        ));
    }
    if let Some((value, gene, sample)) = place(|value| value < 0.0 || value.is_infinite()) {
        return Err(unsuitable(
            format!("{} looks logged: {value} at {gene}, {sample}", input.name),
            "Logged or centered values are normalized with quantile_normalize or center_scale",
        ));
    }
    if accepts || data.kind == ValueKind::Counts {
        return Ok(());
    }
    let is_logged = matches!(data.kind, ValueKind::Log | ValueKind::LogRatio);
    match place(|value| value.fract() != 0.0) {
        // Whole numbers are counts whatever they are called, but for a logarithm.
        None if !is_logged => Ok(()),
        None => Err(unsuitable(
            format!(
                "{} holds {} ({})",
                input.name,
                data.kind.label(),
                data.value_label
            ),
            "Put this step before the logarithm",
        )),
        Some((value, gene, sample)) => Err(unsuitable(
            format!(
                "{} holds {}: {value} at {gene}, {sample} is no count",
                input.name,
                data.kind.label()
            ),
            if is_logged {
                "Put this step before the logarithm; logged values are normalized with quantile_normalize"
            } else {
                "Set accept_non_counts for estimated counts; logged values are normalized with quantile_normalize"
            },
        )),
    }
}

/// A cell of a sequence is counts, or something in proportion to them.
pub fn refuse_other_than_abundances(input: &NamedDataset) -> Result<(), AnalysisError> {
    let data = &input.data;
    let unsuitable = |found: String| {
        AnalysisError::Unsuitable {
        found,
        expected: "expected counts, or values in proportion to them, from zero up".into(),
        hint: "Point this step to the data before log, center_scale or quantile_normalize: dividing logarithms by medians gives another order".into(),
    }
    };
    if matches!(data.kind, ValueKind::Log | ValueKind::LogRatio) {
        return Err(unsuitable(format!(
            "{} holds {} ({})",
            input.name,
            data.kind.label(),
            data.value_label
        )));
    }
    if data.matrix.has_negative() {
        return Err(unsuitable(format!("{} has values below zero", input.name)));
    }
    // A sparse matrix holds what was counted: finite numbers.
    match data.matrix.sparse() {
        Some(_) => Ok(()),
        None => refuse_infinities(input),
    }
}

/// A gap is no count: it is taken as zero, and that is said.
pub fn warn_of_gaps(input: &NamedDataset, context: &Context) {
    let matrix = &input.data.matrix;
    if matrix.sparse().is_some() {
        return;
    }
    let n_gaps = matrix
        .values()
        .iter()
        .filter(|value| value.is_nan())
        .count();
    if n_gaps > 0 {
        context.warn(Warning::new(
            "gaps_as_zero",
            format!(
                "{n_gaps} of {} values of {} are missing and count as 0: their genes stand in no sequence of these cells",
                matrix.values().len(),
                input.name
            ),
        ));
    }
}

/// A sample without a count has no library to be normalized by.
pub fn refuse_empty_samples(input: &NamedDataset) -> Result<(), AnalysisError> {
    let data = &input.data;
    let is_empty =
        |&sample: &usize| (0..data.n_genes()).all(|gene| data.matrix.get(gene, sample) == 0.0);
    let empty: Vec<&str> = (0..data.n_samples())
        .filter(is_empty)
        .map(|sample| data.samples[sample].as_str())
        .collect();
    if empty.is_empty() {
        return Ok(());
    }
    Err(AnalysisError::Unsuitable {
        found: format!(
            "{} of {} samples of {} have no count at all: {}",
            empty.len(),
            data.n_samples(),
            input.name,
            shortened(&empty)
        ),
        expected: "expected a count above zero in every sample".into(),
        hint: "Leave these samples out with select_samples".into(),
    })
}

fn shortened(names: &[&str]) -> String {
    const SHOWN: usize = 5;
    let shown = names
        .iter()
        .take(SHOWN)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > SHOWN {
        format!("{shown} …")
    } else {
        shown
    }
}
