//! Running `library_normalize`.

use rayon::prelude::*;

use super::LibraryNormalizeParameters;
use crate::{
    analyses::{NamedDataset, TransformOutput},
    context::Context,
    dataset::{Dataset, ValueKind},
    error::AnalysisError,
    stats::library_size::{LibraryFactors, LibraryMethod, LibraryScale, library_factors},
    table::{NumberFormat, Table},
};

pub fn run(
    input: &NamedDataset,
    parameters: LibraryNormalizeParameters,
    context: &Context,
) -> Result<TransformOutput, AnalysisError> {
    let data = &input.data;
    context.check_cancelled()?;
    refuse_other_than_counts(input, parameters.accept_non_counts)?;
    refuse_empty_samples(input)?;
    let factors = library_factors(&data.matrix, parameters.method, context)?;
    let prior = parameters.log.then_some(parameters.prior_count);
    let scale = LibraryScale::new(&factors, parameters.method, prior);
    let mut matrix = data.matrix.clone();
    matrix
        .values_mut()
        .par_chunks_mut(data.n_samples().max(1))
        .try_for_each(|row| {
            context.check_cancelled()?;
            for (sample, value) in row.iter_mut().enumerate() {
                *value = scale.value(f64::from(*value), sample) as f32;
            }
            Ok::<(), AnalysisError>(())
        })?;
    let mut normalized = data.with_matrix(matrix);
    normalized.kind = if parameters.log {
        ValueKind::Log
    } else {
        ValueKind::Linear
    };
    normalized.value_label = value_label(parameters);
    let note = format!(
        "Counts of {} genes in {} samples were normalized to {} ({}).",
        data.n_genes(),
        data.n_samples(),
        normalized.value_label,
        rule(parameters.method)
    );
    Ok(TransformOutput::new(data, normalized, note).with_table(factors_table(data, &factors)))
}

fn value_label(parameters: LibraryNormalizeParameters) -> String {
    let prior = parameters.prior_count;
    match (parameters.method.is_size_factor(), parameters.log) {
        (false, false) => "counts per million".into(),
        (false, true) => format!("log2(counts per million, prior count {prior})"),
        (true, false) => "normalized count".into(),
        (true, true) => format!("log2(normalized count + {prior})"),
    }
}

fn rule(method: LibraryMethod) -> &'static str {
    match method {
        LibraryMethod::Cpm => "by library size alone",
        LibraryMethod::Tmm => "TMM factors as in edgeR, trimmed by 30 % and 5 %",
        LibraryMethod::Rle => "RLE factors as in edgeR",
        LibraryMethod::UpperQuartile => "upper-quartile factors as in edgeR",
        LibraryMethod::MedianRatio => "median-of-ratios size factors as in DESeq2",
        LibraryMethod::Poscounts => "poscounts size factors as in DESeq2",
    }
}

fn factors_table(data: &Dataset, factors: &LibraryFactors) -> Table {
    let general = NumberFormat::General;
    Table::new("factors", "Library sizes and factors")
        .text("sample", "Sample", data.samples.to_vec())
        .number(
            "library_size",
            "Library size",
            general,
            factors.library_size.clone(),
        )
        .number("factor", "Factor", general, factors.factor.clone())
        .number(
            "effective_library_size",
            "Effective library size",
            general,
            factors.effective_library_size(),
        )
        .number(
            "size_factor",
            "Size factor",
            general,
            factors.size_factor.clone(),
        )
}

/// Refuses missing and negative values always, other values than counts unless told.
fn refuse_other_than_counts(input: &NamedDataset, accepts: bool) -> Result<(), AnalysisError> {
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
    match place(|value| value.fract() != 0.0) {
        // Whole numbers are counts whatever they are called, but for a logarithm.
        None if !matches!(data.kind, ValueKind::Log | ValueKind::LogRatio) => Ok(()),
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
            "Set accept_non_counts for estimated counts; logged values are normalized with quantile_normalize",
        )),
    }
}

/// A sample without a count has no library to be normalized by.
fn refuse_empty_samples(input: &NamedDataset) -> Result<(), AnalysisError> {
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
