//! Running `length_normalize`.

use super::{LengthNormalizeParameters, lengths::gene_lengths};
use crate::{
    analyses::{
        Inputs, NamedDataset, TransformOutput,
        counts::{refuse_empty_samples, refuse_other_than_counts},
        names_of::dropped_table,
    },
    context::Context,
    dataset::{Dataset, ValueKind},
    error::{AnalysisError, Warning},
    parallel,
    stats::gene_length::{LengthMethod, LengthScale, library_sizes},
};

pub fn run(
    inputs: &Inputs,
    parameters: &LengthNormalizeParameters,
    context: &Context,
) -> Result<TransformOutput, AnalysisError> {
    let input = inputs.dataset(0)?;
    let data = &input.data;
    context.check_cancelled()?;
    let how = parameters.how;
    if how != LengthMethod::Divide {
        refuse_other_than_counts(input, parameters.accept_non_counts)?;
        refuse_empty_samples(input)?;
    }
    let found = gene_lengths(inputs, parameters, context)?;
    let has_length = |length: &Option<f64>| length.is_some_and(|length| !length.is_nan());
    let kept: Vec<usize> = (0..data.n_genes())
        .filter(|&gene| has_length(&found.lengths[gene]))
        .collect();
    let lengths = kept.iter().filter_map(|&gene| found.lengths[gene]);
    let dropped = data.genes.iter().zip(&found.lengths);
    let dropped = dropped.filter_map(|(gene, length)| match length {
        None => Some((gene.clone(), "is not in the table of lengths".to_owned())),
        Some(length) if length.is_nan() => Some((gene.clone(), "has no length there".to_owned())),
        Some(_) => None,
    });
    let table = dropped_table(dropped);
    warn_of_dropped(input, data.n_genes() - kept.len(), context);

    let mut normalized = data.select_genes(&kept);
    if how == LengthMethod::Tpm {
        refuse_without_lengths(&normalized, &input.name)?;
    }
    // `divide` takes the numbers of the table as they are.
    let unit = if how == LengthMethod::Divide {
        1.0
    } else {
        parameters.unit.base_pairs()
    };
    // Reads of genes without a length belong to the library as well.
    let sizes = library_sizes(&data.matrix);
    let scale = LengthScale::new(
        how,
        lengths.map(|length| length * unit).collect(),
        &sizes,
        |gene, sample| f64::from(normalized.matrix.get(gene, sample)),
    );
    let values = normalized.matrix.values_mut();
    parallel::try_map_chunks(values, data.n_samples(), &|gene, row| {
        context.check_cancelled()?;
        for (sample, value) in row.iter_mut().enumerate() {
            *value = scale.value(f64::from(*value), gene, sample) as f32;
        }
        Ok::<(), AnalysisError>(())
    })?;
    let before = data.value_label.as_str();
    let unit = parameters.unit.word();
    (normalized.kind, normalized.value_label) = match how {
        LengthMethod::Tpm => (ValueKind::Tpm, "TPM".into()),
        LengthMethod::Rpkm => (ValueKind::Linear, "RPKM".into()),
        LengthMethod::Divide => (divided_kind(data.kind), format!("{before} per {unit}")),
    };
    let note = format!(
        "{} The lengths are those of {} ({unit}); {} of {} genes have none and were dropped.",
        words(how, data.n_samples()),
        found.column,
        data.n_genes() - kept.len(),
        data.n_genes(),
    );
    Ok(TransformOutput::new(data, normalized, note).with_table(table))
}

/// Where all counts of a sample are in genes without a length, it has no TPM.
fn refuse_without_lengths(normalized: &Dataset, name: &str) -> Result<(), AnalysisError> {
    let sizes = library_sizes(&normalized.matrix);
    match sizes.iter().position(|&size| size == 0.0) {
        None => Ok(()),
        Some(sample) => Err(AnalysisError::Unsuitable {
            found: format!(
                "sample {} of {name} has no count in the {} genes with a length",
                normalized.samples[sample],
                normalized.n_genes()
            ),
            expected: "expected a count above zero in every sample".into(),
            hint: "Take a table with the lengths of more genes, or leave the sample out".into(),
        }),
    }
}

/// A logarithm over a length is neither a logarithm nor linear.
fn divided_kind(before: ValueKind) -> ValueKind {
    match before {
        ValueKind::Counts | ValueKind::Tpm | ValueKind::Linear => ValueKind::Linear,
        ValueKind::Log | ValueKind::LogRatio | ValueKind::Unknown => ValueKind::Unknown,
    }
}

fn warn_of_dropped(input: &NamedDataset, n_dropped: usize, context: &Context) {
    if n_dropped > 0 {
        context.warn(Warning::new(
            "no_length",
            format!(
                "{n_dropped} of {} genes of {} have no length and were dropped: see the table dropped",
                input.data.n_genes(),
                input.name
            ),
        ));
    }
}

fn words(how: LengthMethod, n_samples: usize) -> String {
    match how {
        LengthMethod::Tpm => format!(
            "Counts of {n_samples} samples were divided by the length of their gene and scaled to a sum of one million per sample (TPM)."
        ),
        LengthMethod::Rpkm => format!(
            "Counts of {n_samples} samples were made reads per kilobase of gene and million reads (RPKM), with library sizes over all genes."
        ),
        LengthMethod::Divide => {
            format!("Values of {n_samples} samples were divided by the length of their gene.")
        }
    }
}
