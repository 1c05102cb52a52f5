//! What becomes of every gene's place among the others when a gene is knocked out.
//!
//! A cell is a sequence of its genes, highest first beside what is usual (see `rank_encode`). An
//! encoder gives every gene a vector in the context of its cell; the gene is perturbed in the
//! sequence, and 1 − cosine of a gene's vector before and after is how much it is affected. The
//! engine `rank_context` needs no model: see [`crate::stats::rank_context`]. The engine `checkpoint`
//! runs a trained one ([`crate::stats::encoder`]), whose files stand in `of` behind the data.
//!
//! The engines `conditional` and `network` know no ranks: they say by how much the level of every
//! gene is expected to change, from how genes vary together over the cells
//! ([`crate::stats::propagation`]). They take bulk samples too, and data that are logged already.
//!
//! The z score sets an effect beside those of the same done to genes of nearly the same rank
//! (10 up and 10 down), cell by cell, and is averaged over cells: it takes out what any gene of
//! that rank would do. In a cell where those genes hardly differ from each other it is large, and of few
//! cells such a one can rule the mean. With a goal state, a shift is the cosine of the mean vector of a cell's other
//! genes with the mean of the cells of that state, after minus before. Its p-value is that of a rank
//! sum test against the shifts of all genes where all are perturbed, as in Geneformer, else against
//! those of genes of nearly the same rank.
//!
//! Differs from Geneformer's perturber: the perturbed gene is left out of the mean before and after;
//! a list of genes is perturbed one by one unless `together`; effects are kept as 1 − cosine in double
//! precision, where a cosine in single precision would read 1. Ranks count from 1.
//!
//! Everything is exploratory: association in these data, not causation.

mod answer;
#[cfg(test)]
mod checkpoint_tests;
mod every_gene;
mod expression;
mod expression_figures;
mod expression_fit;
mod expression_output;
mod figures;
mod impact;
pub(in crate::analyses) mod model;
mod moves;
mod neighborhood;
mod null;
mod output;
mod params;
mod plane;
pub(in crate::analyses) mod prepare;
pub(in crate::analyses) mod respond;
mod run;
mod shift_tables;
mod shifts;
pub(in crate::analyses) mod sums;
pub(in crate::analyses) mod tables;
pub(in crate::analyses) mod targets;
#[cfg(test)]
mod tests;

pub use answer::PerturbOutput;
pub use expression_output::ExpressionPerturbation;
pub use output::{PerturbSummary, SequencePerturbation};
pub(in crate::analyses) use params::check_encoder;
pub use params::{PerturbEngine, PerturbParameters};

use super::{Analysis, Group, Inputs, Meta};
use crate::{context::Context, error::AnalysisError};

/// What is said of every perturbation; its tables say it in a word.
pub(in crate::analyses) const CAVEAT: &str =
    "exploratory: association in these data, not causation";

/// The `perturb` step.
pub struct Perturb;

impl Analysis for Perturb {
    type Parameters = PerturbParameters;
    type Output = PerturbOutput;
    const READS_SPARSE: bool = true;
    const READS_MODEL: bool = true;
    const META: Meta = Meta {
        id: "perturb",
        title: "In-silico perturbation",
        help: "Knocks genes out of cells and finds the genes that depend on them; exploratory: association, not causation",
        group: Group::Perturb,
        reads: &["Cells"],
        citations: &[
            "Theodoris CV, Xiao L, Chopra A, et al. Transfer learning enables predictions in network biology. Nature 2023;618:616. https://doi.org/10.1038/s41586-023-06139-9",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &PerturbParameters,
        context: &Context,
    ) -> Result<PerturbOutput, AnalysisError> {
        match parameters.engine {
            PerturbEngine::RankContext | PerturbEngine::Checkpoint => {
                run::run(inputs, parameters, context).map(PerturbOutput::Sequences)
            }
            PerturbEngine::Conditional | PerturbEngine::Network => {
                expression::run(inputs, parameters, context).map(PerturbOutput::Expression)
            }
        }
    }
}
