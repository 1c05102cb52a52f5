//! Do two studies agree? Profile by profile, over what both measured.
//!
//! # How this works
//!
//! `pairing` matches profiles and points by name; `run` correlates each pair of profiles and asks
//! for the value of the profile's own gene; `summary` and `verdicts` (by `rules`, in the words of `sentences`) are computed from the profiles
//! alone and can be handed profiles that were computed elsewhere; `output`, `tables` and `figures` show them.
//!
//! # References
//!
//! The comparison of Kemmeren et al. 2014 (doi:10.1016/j.cell.2014.02.054) with Sameith et al. 2015
//! (doi:10.1186/s12915-015-0222-5) in torchcell's experiment 012. Coefficients and p-values agree
//! with `scipy.stats.pearsonr` and `scipy.stats.spearmanr`, two-sided.

mod figures;
mod output;
mod pairing;
mod params;
mod profile;
mod rules;
mod run;
mod sentences;
mod summary;
mod tables;
#[cfg(test)]
mod tests;
mod verdicts;

pub use output::{CrossStudyOutput, CrossStudySummary};
pub use params::{CrossStudyParameters, MatchBy};
pub use profile::{OwnGene, Profile, Skipped};
pub use summary::{Bin, CoefficientSummary, HISTOGRAM_BINS, Statistic, histogram, summarize};
pub use verdicts::{Action, Evidence, Level, SetFacts, Verdict, VerdictCode, verdicts};

use super::{Analysis, Group, Inputs, Meta};
use crate::{context::Context, error::AnalysisError};

/// The `cross_study` step.
pub struct CrossStudy;

impl Analysis for CrossStudy {
    type Parameters = CrossStudyParameters;
    type Output = CrossStudyOutput;
    const META: Meta = Meta {
        id: "cross_study",
        title: "Cross-study correlation",
        help: "Compares two data sets profile by profile: do two studies of the same thing agree?",
        group: Group::Correlation,
        reads: &["First set", "Second set"],
        citations: &[
            "Kemmeren et al. Large-scale genetic perturbations reveal regulatory networks and an abundance of gene-specific repressors. Cell 157:740 (2014). doi:10.1016/j.cell.2014.02.054",
            "Sameith et al. A high-resolution gene expression atlas of epistasis between gene-specific transcription factors. BMC Biology 13:112 (2015). doi:10.1186/s12915-015-0222-5",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &CrossStudyParameters,
        context: &Context,
    ) -> Result<CrossStudyOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, inputs.dataset(1)?, parameters, context)
    }
}
