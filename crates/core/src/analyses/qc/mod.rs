//! A first look at the samples of a data set: sizes, gaps, distributions, and what looks wrong.
//!
//! Values that are not negative and not logged are looked at as log2(x + 1), all others as they
//! stand. Each verdict comes with its evidence:
//!
//! | verdict | rule |
//! |---|---|
//! | `logged_twice` | the values are named a logarithm of a logarithm, or undoing log2(x + 1) twice gives whole numbers |
//! | `already_logged` | undoing log2(x + 1), ln(x + 1) or log10(x + 1) once gives whole numbers, in data that are not known to be logged |
//! | `empty_sample` | samples that hold no value but 0, or none at all |
//! | `library_size_first` | of unlogged data: r of the first component of the gene-centered logarithms with the logarithm of the library size beyond ±0.9 |
//! | `batch_equals_group` | every batch holds samples of one group only |
//! | `duplicate`, `near_duplicate` | r of two samples above 0.999999, above `near_duplicate_r` |
//! | `likely_swap` | two samples, each of which belongs with the group of the other |
//! | `mislabeled` | a sample that belongs with another group, without such a partner |
//! | `sex_mismatch` | XIST and the genes of the Y chromosome say another sex than the annotation |
//! | `outlier` | 1 − r with the most similar sample more than four times that of the median sample; of six samples or more |
//!
//! A sample belongs with another group where its mean r is higher there than in its own, its most
//! similar sample is there, and, once all such samples are counted with the group they belong with,
//! nine tenths of the new group are more similar to it than nine tenths of the old one.

mod component;
mod figures;
mod groups;
mod output;
mod pairs;
mod params;
mod run;
mod samples;
mod scale;
mod sex;
#[cfg(test)]
mod tests;
mod verdict;

pub(super) use figures::{library_size_info, library_size_of};
pub(super) use groups::judge_batches;
pub use output::{QcOutput, QcSummary};
pub use params::QcParameters;
pub use samples::SampleStatistics;
pub use verdict::{QcVerdict, QcVerdictCode};

use super::{Analysis, Group, Inputs, Meta};
use crate::{context::Context, error::AnalysisError};

/// The `qc` step.
pub struct Qc;

impl Analysis for Qc {
    type Parameters = QcParameters;
    type Output = QcOutput;
    const META: Meta = Meta {
        id: "qc",
        title: "Quality control",
        help: "Library sizes, detected genes, distributions, and samples that look wrong",
        group: Group::Look,
        reads: &["Data"],
        citations: &[],
    };

    fn run(
        inputs: &Inputs,
        parameters: &QcParameters,
        context: &Context,
    ) -> Result<QcOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, parameters, context)
    }
}
