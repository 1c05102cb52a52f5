//! Gives genes other names, from a table or from an annotation.
//!
//! A name that would stand twice is an error. Genes without a new name keep theirs, or are left
//! out, and are listed in the table `unmatched`.

mod params;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use params::RenameGenesParameters;

use super::{Analysis, Group, Inputs, Meta, TransformOutput};
use crate::{context::Context, error::AnalysisError};

/// The `rename_genes` step.
pub struct RenameGenes;

impl Analysis for RenameGenes {
    type Parameters = RenameGenesParameters;
    type Output = TransformOutput;
    const META: Meta = Meta {
        id: "rename_genes",
        title: "Rename genes",
        help: "Gives genes other names, from a table or from an annotation",
        group: Group::Arrange,
        reads: &["Data"],
        citations: &[],
    };
    const READS_SPARSE: bool = true;

    fn run(
        inputs: &Inputs,
        parameters: &RenameGenesParameters,
        context: &Context,
    ) -> Result<TransformOutput, AnalysisError> {
        let data = &inputs.dataset(0)?.data;
        let renamed = parameters
            .renaming()
            .rename(inputs, &data.genes, &data.gene_annotations)?;
        context.check_cancelled()?;
        let unmatched = renamed.unmatched_table("gene", context);
        let n_changed = renamed
            .positions
            .iter()
            .zip(&renamed.names)
            .filter(|&(&position, name)| data.genes[position] != *name)
            .count();
        let note = format!("{n_changed} of {} genes were renamed.", data.n_genes());
        let mut dataset = data.select_genes(&renamed.positions);
        dataset.genes = Arc::new(renamed.names);
        let output = TransformOutput::new(data, dataset, note);
        Ok(match unmatched {
            Some(table) => output.with_table(table),
            None => output,
        })
    }
}
