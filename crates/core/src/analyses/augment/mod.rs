//! Whether a label of few samples is recognized better with weights, copies, or samples made up.
//!
//! How this works: samples are split again and again, by label and, where asked, in groups. From
//! the training samples alone, samples of the rare label are made in every way there is; a forest
//! is grown with each, and all are tested on the same real samples held out. Each way is compared
//! with doing nothing, split by split, and the GAN and the way chosen with the best of the cheap
//! ways. The interval of a mean difference is that of Nadeau and Bengio (2003), which allows for
//! splits that share samples. What is given to later steps holds the samples made from all real
//! ones, flagged in the annotation `synthetic`.

mod arm;
mod arms;
mod compare;
mod figure_of_losses;
mod figure_of_samples;
mod figures;
mod labelled;
mod making;
mod output;
mod params;
mod quality;
mod run;
mod split;
mod synthetic;
mod tables;
#[cfg(test)]
mod tests;

pub use arm::{Arm, ArmScores};
pub use compare::{Comparison, Verdict};
pub use figure_of_losses::learning;
pub use output::{AugmentOutput, AugmentSummary};
pub use params::{AugmentParameters, How};
pub use quality::Quality;

use super::{Analysis, Group, Inputs, Meta};
use crate::{context::Context, error::AnalysisError};

/// The `augment` step.
pub struct Augment;

impl Analysis for Augment {
    type Parameters = AugmentParameters;
    type Output = AugmentOutput;
    const META: Meta = Meta {
        id: "augment",
        title: "Rare labels",
        help: "Tests whether synthetic samples help to recognize a label of few samples",
        group: Group::Classify,
        reads: &["Data"],
        citations: &[
            "Chawla NV, Bowyer KW, Hall LO, Kegelmeyer WP (2002) SMOTE: synthetic minority over-sampling technique. Journal of Artificial Intelligence Research 16:321–357. https://doi.org/10.1613/jair.953",
            "Gulrajani I, Ahmed F, Arjovsky M, Dumoulin V, Courville A (2017) Improved training of Wasserstein GANs. https://doi.org/10.48550/arXiv.1704.00028",
            "Viñas R, Andrés-Terré H, Liò P, Bryson K (2022) Adversarial generation of gene expression data. Bioinformatics 38:730–737. https://doi.org/10.1093/bioinformatics/btab035",
            "Nadeau C, Bengio Y (2003) Inference for the generalization error. Machine Learning 52:239–281. https://doi.org/10.1023/A:1024068626366",
        ],
    };

    fn run(
        inputs: &Inputs,
        parameters: &AugmentParameters,
        context: &Context,
    ) -> Result<AugmentOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, parameters, context)
    }
}
