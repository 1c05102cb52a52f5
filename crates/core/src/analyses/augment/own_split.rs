//! The ways to help on a split that somebody else made: for experiments with rules of their own.

use std::sync::Arc;

use super::{
    ArmScores, AugmentParameters, arm::Growing, arms::Arms, labelled::Labelled, making::Maker,
    split::Split,
};
use crate::{
    context::Context,
    dataset::Dataset,
    error::AnalysisError,
    random::Random,
    stats::{augmentation::WganOptions, forest::Labels},
};

/// Samples to learn from, and samples to test on.
pub struct OwnSplit {
    /// Genes without gaps × samples.
    pub data: Arc<Dataset>,
    /// One label for each of its samples.
    pub labels: Labels,
    /// The label that is helped.
    pub rare: usize,
    /// Samples to learn from, ascending.
    pub training: Vec<usize>,
    /// Samples to test on, ascending.
    pub held_out: Vec<usize>,
}

impl OwnSplit {
    /// The scores of all ways, in the order of [`Arm::ALL`](super::Arm::ALL); of the parameters,
    /// those of the forest, the GAN and the samples made count.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Cancelled`], and [`AnalysisError::TooFew`] without samples to learn from.
    pub fn scores(
        self,
        parameters: &AugmentParameters,
        context: &Context,
    ) -> Result<Vec<ArmScores>, AnalysisError> {
        let labelled = Labelled {
            samples: (0..self.data.n_samples()).collect(),
            data: self.data,
            labels: self.labels,
            rare: self.rare,
            groups: None,
        };
        let split = Split {
            labelled: &labelled,
            training: self.training,
            held_out: self.held_out,
        };
        let mut random = Random::of_piece(parameters.seed, labelled.rare as u64);
        let training = split.matrix_of(&split.training);
        let options = WganOptions {
            n_steps: parameters.gan_steps,
            seed: random.bits(),
            ..WganOptions::default()
        };
        let mut after = |_| context.check_cancelled();
        let n_components = parameters.components;
        let maker = Maker::fit(
            &split,
            &training,
            &options,
            n_components,
            context,
            &mut after,
        )?;
        let arms = Arms {
            split: &split,
            training: &training,
            maker: &maker,
            n_made: split.n_to_make(parameters.synthetic),
            growing: Growing {
                n_trees: parameters.trees,
                seed: parameters.seed,
            },
            context,
        };
        arms.scores(&mut random)
    }
}
