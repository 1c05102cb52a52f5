//! Gives samples other names, from a table or from an annotation.
//!
//! A name that would stand twice is an error. Samples without a new name keep theirs, or are left
//! out, and are listed in the table `unmatched`.

mod params;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use params::RenameSamplesParameters;

use super::{Analysis, Group, Inputs, Meta, TransformOutput};
use crate::{context::Context, error::AnalysisError};

/// The `rename_samples` step.
pub struct RenameSamples;

impl Analysis for RenameSamples {
    type Parameters = RenameSamplesParameters;
    type Output = TransformOutput;
    const META: Meta = Meta {
        id: "rename_samples",
        title: "Rename samples",
        help: "Gives samples other names, from a table or from an annotation",
        group: Group::Arrange,
        reads: &["Data"],
        citations: &[],
    };
    const READS_SPARSE: bool = true;

    fn run(
        inputs: &Inputs,
        parameters: &RenameSamplesParameters,
        context: &Context,
    ) -> Result<TransformOutput, AnalysisError> {
        let data = &inputs.dataset(0)?.data;
        let renamed =
            parameters
                .renaming()
                .rename(inputs, &data.samples, &data.sample_annotations)?;
        context.check_cancelled()?;
        let unmatched = renamed.unmatched_table("sample", context);
        let n_changed = renamed
            .positions
            .iter()
            .zip(&renamed.names)
            .filter(|&(&position, name)| data.samples[position] != *name)
            .count();
        let note = format!("{n_changed} of {} samples were renamed.", data.n_samples());
        let mut dataset = data.select_samples(&renamed.positions);
        dataset.samples = Arc::new(renamed.names);
        let output = TransformOutput::new(data, dataset, note);
        Ok(match unmatched {
            Some(table) => output.with_table(table),
            None => output,
        })
    }
}
