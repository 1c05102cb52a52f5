//! Keeps or drops samples by name, by a list, or by a rule on a sample annotation.
//!
//! Names given are kept in the order asked; a rule alone keeps the order of the data. Names that
//! are not there are listed in the table `unmatched`, and when none is there, it is an error.

mod params;
#[cfg(test)]
mod tests;

pub use params::SelectSamplesParameters;

use super::{Analysis, Group, Inputs, Meta, TransformOutput};
use crate::{context::Context, error::AnalysisError};

/// The `select_samples` step.
pub struct SelectSamples;

impl Analysis for SelectSamples {
    type Parameters = SelectSamplesParameters;
    type Output = TransformOutput;
    const META: Meta = Meta {
        id: "select_samples",
        title: "Select samples",
        help: "Keeps or drops samples by name, by a list, or by a rule on an annotation",
        group: Group::Arrange,
        reads: &["Data"],
        citations: &[],
    };
    const READS_SPARSE: bool = true;

    fn run(
        inputs: &Inputs,
        parameters: &SelectSamplesParameters,
        context: &Context,
    ) -> Result<TransformOutput, AnalysisError> {
        let data = &inputs.dataset(0)?.data;
        let selected =
            parameters
                .selection()
                .choose(inputs, &data.samples, &data.sample_annotations)?;
        context.check_cancelled()?;
        let note = format!(
            "{} of {} samples were selected.",
            selected.positions.len(),
            data.n_samples()
        );
        let output = TransformOutput::new(data, data.select_samples(&selected.positions), note);
        Ok(match selected.unmatched_table("sample", context) {
            Some(table) => output.with_table(table),
            None => output,
        })
    }
}
