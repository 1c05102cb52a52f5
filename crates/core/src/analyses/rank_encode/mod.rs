//! Cells as lists of their genes, those first that a cell has most of beside what is usual: what
//! Geneformer reads.
//!
//! See [`crate::stats::rank_encoding`] for the order and its rule of ties. Medians are those of the
//! data (the median, over the cells that have the gene, of counts per 10,000), or come from a
//! table or dictionary; a pretrained model wants those that it was trained with. Without a
//! dictionary of tokens, genes are numbered by their names from 2 up, as in Geneformer's first
//! version. A token dictionary that knows `<cls>` and `<eos>` has them stand around every cell.
//!
//! # Missing values
//!
//! A missing value counts as 0. Values below zero and logarithms are refused.

mod output;
mod params;
mod run;
#[cfg(test)]
mod tests;

pub use output::{RankEncodeOutput, RankEncodeSummary};
pub use params::RankEncodeParameters;

use super::{Analysis, Group, Inputs, Meta};
use crate::{context::Context, error::AnalysisError};

/// The `rank_encode` step.
pub struct RankEncode;

impl Analysis for RankEncode {
    type Parameters = RankEncodeParameters;
    type Output = RankEncodeOutput;
    const READS_SPARSE: bool = true;
    const READS_MODEL: bool = true;
    const META: Meta = Meta {
        id: "rank_encode",
        title: "Rank-value encoding",
        help: "Writes each cell as its genes, highest first beside what is usual for them",
        group: Group::Perturb,
        reads: &["Cells"],
        citations: &[
            "Theodoris CV, Xiao L, Chopra A, et al. Transfer learning enables predictions in network biology. Nature 2023;618:616. https://doi.org/10.1038/s41586-023-06139-9",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &RankEncodeParameters,
        context: &Context,
    ) -> Result<RankEncodeOutput, AnalysisError> {
        run::run(inputs, parameters, context)
    }
}
