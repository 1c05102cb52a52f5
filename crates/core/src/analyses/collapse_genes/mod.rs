//! One row per gene: rows that get the same name are joined.
//!
//! The new name of a row is its id, without version suffix where `strip_version` says so, looked up
//! in `map` or in a gene annotation where these are given. Rows without a new name are dropped.
//! Nothing is lost silently: the table `collapsed` lists every joined gene with its rows, the table
//! `dropped` every row that has no new name or that was passed over by `first` and `max_mean`.
//! Missing values do not count; a cell is missing where all its rows are.

mod params;
mod run;
#[cfg(test)]
mod tests;

pub use params::{CollapseGenesParameters, How};

use super::{Analysis, Group, Inputs, Meta, TransformOutput};
use crate::{context::Context, error::AnalysisError};

/// The `collapse_genes` step.
pub struct CollapseGenes;

impl Analysis for CollapseGenes {
    type Parameters = CollapseGenesParameters;
    type Output = TransformOutput;
    const META: Meta = Meta {
        id: "collapse_genes",
        title: "Collapse genes",
        help: "Joins rows of one gene: transcripts, probes, versions, mapped names",
        group: Group::Arrange,
        reads: &["Data"],
        citations: &[],
    };

    fn run(
        inputs: &Inputs,
        parameters: &CollapseGenesParameters,
        context: &Context,
    ) -> Result<TransformOutput, AnalysisError> {
        run::run(inputs, parameters, context)
    }
}
