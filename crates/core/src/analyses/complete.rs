//! What is ready for distances and components: genes without a gap, on a scale that can be compared.

use std::sync::Arc;

use super::NamedDataset;
use crate::{
    context::Context,
    dataset::{Dataset, ValueKind},
    error::{AnalysisError, Warning},
};

/// The genes that have a value in every sample, at least one; a warning counts those left out.
/// Another one is given of values that are not on a logarithmic scale.
pub fn complete_genes(
    input: &NamedDataset,
    n_samples_needed: usize,
    context: &Context,
) -> Result<Arc<Dataset>, AnalysisError> {
    let complete = complete_genes_of_any_scale(input, n_samples_needed, context)?;
    warn_of_scale(input, context);
    Ok(complete)
}

/// As [`complete_genes`], for what asks only which of two values is larger.
pub fn complete_genes_of_any_scale(
    input: &NamedDataset,
    n_samples_needed: usize,
    context: &Context,
) -> Result<Arc<Dataset>, AnalysisError> {
    context.check_cancelled()?;
    let data = &input.data;
    if data.n_samples() < n_samples_needed {
        return Err(AnalysisError::TooFew {
            what: "samples".into(),
            need: n_samples_needed,
            got: data.n_samples(),
        });
    }
    refuse_infinities(input)?;
    let is_complete = |&gene: &usize| !data.matrix.row(gene).iter().any(|value| value.is_nan());
    let kept: Vec<usize> = (0..data.n_genes()).filter(is_complete).collect();
    let n_left_out = data.n_genes() - kept.len();
    if kept.is_empty() {
        return Err(AnalysisError::Unsuitable {
            found: format!(
                "none of {} genes of {} has a value in every sample",
                data.n_genes(),
                input.name
            ),
            expected: "expected genes without missing values".into(),
            hint: "Fill gaps with impute, or leave out the samples that have most of them".into(),
        });
    }
    if n_left_out == 0 {
        return Ok(Arc::clone(data));
    }
    context.warn(Warning::new(
        "incomplete_genes",
        format!(
            "{n_left_out} of {} genes of {} have missing values and are left out; impute keeps them",
            data.n_genes(),
            input.name
        ),
    ));
    Ok(Arc::new(data.select_genes(&kept)))
}

/// Refuses an infinite value, with its place.
pub fn refuse_infinities(input: &NamedDataset) -> Result<(), AnalysisError> {
    let data = &input.data;
    let Some(at) = data
        .matrix
        .values()
        .iter()
        .position(|value| value.is_infinite())
    else {
        return Ok(());
    };
    let (gene, sample) = (at / data.n_samples(), at % data.n_samples());
    Err(AnalysisError::Unsuitable {
        found: format!(
            "{} is infinite at {}, {}",
            input.name, data.genes[gene], data.samples[sample]
        ),
        expected: "expected finite values".into(),
        hint: "Logarithms of zero are infinite: put a log step with a pseudocount in their place"
            .into(),
    })
}

/// Values far above this are no logarithms.
const MAX_LOG: f32 = 100.0;

fn warn_of_scale(input: &NamedDataset, context: &Context) {
    let data = &input.data;
    let values = data.matrix.values().iter();
    let largest = values.fold(0.0_f32, |largest, value| largest.max(*value));
    let is_linear = match data.kind {
        ValueKind::Counts | ValueKind::Tpm | ValueKind::Linear => true,
        ValueKind::Unknown => !data.matrix.values().iter().any(|value| *value < 0.0),
        ValueKind::Log | ValueKind::LogRatio => false,
    };
    if is_linear && largest > MAX_LOG {
        context.warn(Warning::new(
            "not_logged",
            format!(
                "{} holds {} up to {largest}: the few most abundant genes decide alone; put a log step before this one",
                input.name,
                data.kind.label()
            ),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::complete_genes;
    use crate::{
        Dataset,
        analyses::{NamedDataset, testing::dataset},
        context::quietly,
        dataset::ValueKind,
        error::AnalysisError,
    };

    fn complete(data: Dataset) -> (Result<usize, AnalysisError>, Vec<String>) {
        let input = NamedDataset {
            name: "a".into(),
            data: data.into(),
        };
        quietly(|context| {
            let found = complete_genes(&input, 2, context).map(|data| data.n_genes());
            let warnings = context.take_warnings();
            (
                found,
                warnings.into_iter().map(|warning| warning.code).collect(),
            )
        })
    }

    #[test]
    fn genes_with_gaps_are_left_out_and_counted() {
        let rows: &[&[f32]] = &[&[1.0, 2.0], &[f32::NAN, 1.0], &[3.0, 4.0]];
        assert_eq!(
            complete(dataset(rows)),
            (Ok(2), vec!["incomplete_genes".into()])
        );
        assert_eq!(complete(dataset(&rows[..1])), (Ok(1), Vec::new()));
    }

    #[test]
    fn what_has_nothing_to_compare_is_refused_with_a_remedy() {
        let refused = |rows: &[&[f32]]| complete(dataset(rows)).0.unwrap_err().code();
        assert_eq!(refused(&[&[1.0]]), "too_few");
        assert_eq!(refused(&[&[f32::NAN, 1.0]]), "unsuitable");
        assert_eq!(refused(&[&[f32::NEG_INFINITY, 1.0]]), "unsuitable");
    }

    #[test]
    fn counts_are_told_to_be_logged_first() {
        let mut counts = dataset(&[&[0.0, 2_000.0]]);
        counts.kind = ValueKind::Counts;
        assert_eq!(complete(counts), (Ok(1), vec!["not_logged".into()]));
        let mut logged = dataset(&[&[0.0, 2_000.0]]);
        logged.kind = ValueKind::Log;
        assert_eq!(complete(logged), (Ok(1), Vec::new()));
    }
}
