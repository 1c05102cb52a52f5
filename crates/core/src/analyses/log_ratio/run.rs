//! Running `log_ratio`.

use std::sync::Arc;

use super::{
    LogRatioParameters, NotPositive,
    pairing::{Pair, pairs},
};
use crate::{
    analyses::{NamedDataset, TransformOutput, names_of::annotation_texts},
    context::Context,
    dataset::{Dataset, ValueKind},
    error::{AnalysisError, ParamError, Warning},
    matrix::Matrix,
    parallel,
    table::Table,
};

pub fn run(
    input: &NamedDataset,
    parameters: &LogRatioParameters,
    context: &Context,
) -> Result<TransformOutput, AnalysisError> {
    let data = &input.data;
    context.check_cancelled()?;
    refuse_wrong_scale(input, parameters.logged)?;
    let pairs = pairs(input, parameters)?;
    let dyes = dyes(data, &pairs, &parameters.dye)?;
    if !parameters.logged {
        judge_not_positive(input, &pairs, parameters.not_positive, context)?;
    }
    let samples: Vec<usize> = pairs.iter().map(|pair| pair.sample).collect();
    let ratios = Dataset {
        matrix: ratios(data, &pairs, parameters.logged, context)?,
        genes: Arc::clone(&data.genes),
        samples: Arc::new(pairs.iter().map(|pair| pair.name.clone()).collect()),
        gene_annotations: data.gene_annotations.clone(),
        // The annotations of a ratio are those of what was measured.
        sample_annotations: data.sample_annotations.select(&samples),
        kind: ValueKind::LogRatio,
        value_label: "log2(sample / reference)".into(),
        report: Arc::default(),
    };
    let swapped = match dyes.as_deref().and_then(n_swapped) {
        Some(n) => format!(" {n} of them have the sample in the rarer dye and were turned back."),
        None => String::new(),
    };
    let note = format!(
        "{} log ratios, log2(sample / reference), were computed from {} channels of {} genes.{swapped}",
        pairs.len(),
        data.n_samples(),
        data.n_genes()
    );
    Ok(TransformOutput::new(data, ratios, note).with_table(arrays_table(data, &pairs, dyes)))
}

fn refuse_wrong_scale(input: &NamedDataset, logged: bool) -> Result<(), AnalysisError> {
    let unsuitable = |hint: &str| AnalysisError::Unsuitable {
        found: format!("{} holds {}", input.name, input.data.kind.label()),
        expected: "expected the intensities of two channels".into(),
        hint: hint.into(),
    };
    match input.data.kind {
        ValueKind::LogRatio => Err(unsuitable(
            "These are log ratios already; turn swapped dyes with flip_sign",
        )),
        ValueKind::Log if !logged => {
            Err(unsuitable("Set logged where the logarithms are to base 2"))
        }
        _ => Ok(()),
    }
}

/// Refuses what has no logarithm, or counts it in a warning.
fn judge_not_positive(
    input: &NamedDataset,
    pairs: &[Pair],
    rule: NotPositive,
    context: &Context,
) -> Result<(), AnalysisError> {
    let data = &input.data;
    let both = pairs.iter().flat_map(|pair| [pair.sample, pair.reference]);
    let mut columns: Vec<usize> = both.collect();
    columns.sort_unstable();
    columns.dedup();
    let mut places = (0..data.n_genes())
        .flat_map(|gene| columns.iter().map(move |&column| (gene, column)))
        .filter(|&(gene, column)| data.matrix.get(gene, column) <= 0.0);
    let Some((gene, column)) = places.next() else {
        return Ok(());
    };
    let found = format!(
        "{} intensities of {} are not above zero, the first is {} at {}, {}",
        1 + places.count(),
        input.name,
        data.matrix.get(gene, column),
        data.genes[gene],
        data.samples[column]
    );
    match rule {
        NotPositive::Missing => {
            let message = format!("{found}: their ratios are missing");
            context.warn(Warning::new("not_positive", message));
            Ok(())
        }
        NotPositive::Refuse => Err(AnalysisError::Unsuitable {
            found,
            expected: "expected intensities above zero".into(),
            hint: "Set not_positive to missing, or correct the background otherwise".into(),
        }),
    }
}

fn ratios(
    data: &Dataset,
    pairs: &[Pair],
    logged: bool,
    context: &Context,
) -> Result<Matrix, AnalysisError> {
    let mut matrix = Matrix::missing(data.n_genes(), pairs.len());
    parallel::try_map_chunks(matrix.values_mut(), pairs.len(), &|gene, ratios| {
        context.check_cancelled()?;
        let row = data.matrix.row(gene);
        for (ratio, pair) in ratios.iter_mut().zip(pairs) {
            *ratio = log_ratio(row[pair.sample], row[pair.reference], logged) as f32;
        }
        Ok::<(), AnalysisError>(())
    })?;
    Ok(matrix)
}

/// log2(sample / reference); NaN where a channel is missing or not above zero.
fn log_ratio(sample: f32, reference: f32, logged: bool) -> f64 {
    let (sample, reference) = (f64::from(sample), f64::from(reference));
    if logged {
        sample - reference
    } else if sample > 0.0 && reference > 0.0 {
        (sample / reference).log2()
    } else {
        f64::NAN
    }
}

/// The dye of the sample of each ratio; none without the annotation.
fn dyes(data: &Dataset, pairs: &[Pair], column: &str) -> Result<Option<Vec<String>>, ParamError> {
    if column.is_empty() {
        return Ok(None);
    }
    let dyes = annotation_texts(&data.sample_annotations, "dye", column)?;
    let of_samples = pairs.iter().map(|pair| dyes[pair.sample].clone());
    Ok(Some(of_samples.collect()))
}

/// How many ratios have their sample in the rarer of two dyes; none where there are not two.
fn n_swapped(dyes: &[String]) -> Option<usize> {
    let mut sorted: Vec<&String> = dyes.iter().filter(|dye| !dye.is_empty()).collect();
    sorted.sort_unstable();
    let counts: Vec<usize> = sorted.chunk_by(|a, b| a == b).map(<[_]>::len).collect();
    match counts.as_slice() {
        &[first, second] => Some(first.min(second)),
        _ => None,
    }
}

fn arrays_table(data: &Dataset, pairs: &[Pair], dyes: Option<Vec<String>>) -> Table {
    let names = |column: fn(&Pair) -> usize| {
        let columns = pairs.iter().map(column);
        columns.map(|column| data.samples[column].clone()).collect()
    };
    let ratios = pairs.iter().map(|pair| pair.name.clone()).collect();
    let table = Table::new("arrays", "Channels of each ratio")
        .text("array", "Ratio", ratios)
        .text("sample", "Sample", names(|pair| pair.sample))
        .text("reference", "Reference", names(|pair| pair.reference));
    match dyes {
        Some(dyes) => table.text("sample_dye", "Dye of the sample", dyes),
        None => table,
    }
}
