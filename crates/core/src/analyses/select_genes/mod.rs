//! Keeps or drops genes by name, by a list, or by a rule on a gene annotation.
//!
//! Names given are kept in the order asked; a rule alone keeps the order of the data. Names that
//! are not there are listed in the table `unmatched`, and when none is there, it is an error.

mod params;
#[cfg(test)]
mod tests;

pub use params::SelectGenesParameters;

use super::{Analysis, Group, Inputs, Meta, TransformOutput};
use crate::{context::Context, error::AnalysisError};

/// The `select_genes` step.
pub struct SelectGenes;

impl Analysis for SelectGenes {
    type Parameters = SelectGenesParameters;
    type Output = TransformOutput;
    const META: Meta = Meta {
        id: "select_genes",
        title: "Select genes",
        help: "Keeps or drops genes by name, by a list, or by a rule on an annotation",
        group: Group::Arrange,
        reads: &["Data"],
        citations: &[],
    };
    const READS_SPARSE: bool = true;

    fn run(
        inputs: &Inputs,
        parameters: &SelectGenesParameters,
        context: &Context,
    ) -> Result<TransformOutput, AnalysisError> {
        let data = &inputs.dataset(0)?.data;
        let selected =
            parameters
                .selection()
                .choose(inputs, &data.genes, &data.gene_annotations)?;
        context.check_cancelled()?;
        let note = format!(
            "{} of {} genes were selected.",
            selected.positions.len(),
            data.n_genes()
        );
        let output = TransformOutput::new(data, data.select_genes(&selected.positions), note);
        Ok(match selected.unmatched_table("gene", context) {
            Some(table) => output.with_table(table),
            None => output,
        })
    }
}
