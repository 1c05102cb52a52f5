//! The rank-shift artefact, measured: the same knock-out in every mode, side by side.
//!
//! Deleting a gene, as Geneformer does, moves all later genes up one position, and that alone changes
//! their vectors: a step at the perturbed rank. This step makes the knock-out in every mode, looks
//! for a jump of the effect at that rank (see [`crate::stats::rank_jump`]), and says which share of
//! the effect of a deletion a shift alone has, and which genes only the deletion calls.
//!
//! A cell with fewer than 30 genes on a side of the perturbed one has no jump. Over cells, the
//! table gives the median jump and the median t.

mod figures;
mod output;
mod params;
mod run;
mod tables;
#[cfg(test)]
mod tests;

pub use output::{CompareModesOutput, CompareModesSummary};
pub use params::CompareModesParameters;

use super::{Analysis, Group, Inputs, Meta};
use crate::{context::Context, error::AnalysisError};

/// The `compare_modes` step.
pub struct CompareModes;

impl Analysis for CompareModes {
    type Parameters = CompareModesParameters;
    type Output = CompareModesOutput;
    const READS_SPARSE: bool = true;
    const READS_MODEL: bool = true;
    const META: Meta = Meta {
        id: "compare_modes",
        title: "Compare knock-out modes",
        help: "Tells what a knock-out does from what the shift of all later genes does",
        group: Group::Perturb,
        reads: &["Cells"],
        citations: &[
            "Theodoris CV, Xiao L, Chopra A, et al. Transfer learning enables predictions in network biology. Nature 2023;618:616. https://doi.org/10.1038/s41586-023-06139-9",
            "Imbens GW, Lemieux T. Regression discontinuity designs: a guide to practice. J Econom 2008;142:615. https://doi.org/10.1016/j.jeconom.2007.05.001",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &CompareModesParameters,
        context: &Context,
    ) -> Result<CompareModesOutput, AnalysisError> {
        run::run(inputs, parameters, context)
    }
}
