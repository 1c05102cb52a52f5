//! Running `library_normalize`.

use super::LibraryNormalizeParameters;
use crate::{
    analyses::{
        NamedDataset, TransformOutput,
        counts::{refuse_empty_samples, refuse_other_than_counts},
    },
    context::Context,
    dataset::{Dataset, ValueKind},
    error::AnalysisError,
    parallel,
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
    parallel::try_map_chunks(matrix.values_mut(), data.n_samples(), &|_, row| {
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
