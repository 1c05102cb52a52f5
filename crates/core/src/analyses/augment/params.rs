//! Parameters of `augment`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Arm;
use crate::{
    analyses::{Parameters, Shapes, names_of::check_sample_columns},
    error::ParamError,
};

/// Which label is helped, how, and how that is tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AugmentParameters {
    /// Sample annotation that holds the labels
    ///
    /// Must be chosen. Samples without a label are left out of the test.
    #[schemars(extend("x-choices" = "sample_columns"))]
    pub label: String,
    /// The label that has too few samples
    ///
    /// Default empty: the one with the fewest. At least 4 samples are needed, and with fewer than
    /// 20 the test says little.
    #[schemars(extend("x-choices" = "levels_of:label"))]
    pub rare: String,
    /// Take numbers as labels
    ///
    /// Default no: a column of numbers is more often a measurement, such as an age.
    pub numbers_as_labels: bool,
    /// How many rare samples are learned from
    ///
    /// 2 to 10,000, default all that are not held out. Fewer show what would be known of a label if
    /// it were as rare as that: choose one of many samples.
    #[schemars(range(min = 2, max = 10_000), extend("x-unit" = "samples"))]
    pub learn_from: Option<usize>,
    /// How the data that later steps read are augmented
    ///
    /// Default `none`: nothing is added. Whatever is chosen, all ways are tested.
    pub how: How,
    /// How often samples are split anew
    ///
    /// 2 to 200, default 10. More make the intervals a little narrower; they rest on the same
    /// samples. With fewer than 6 nothing can be told.
    #[schemars(range(min = 2, max = 200))]
    pub repeats: usize,
    /// Share of the samples held out in each split
    ///
    /// 0.05 to 0.9, default 0.33. Only real samples are held out, and nothing is learned from
    /// them.
    #[schemars(range(min = 0.05, max = 0.9))]
    pub test_share: f64,
    /// Sample annotation whose groups stay together: patient, series, batch
    ///
    /// Default none. Choose it where samples of a group resemble each other for other reasons than
    /// their label, else the test is too easy. Out of the bag, too, groups are drawn whole.
    #[schemars(extend("x-choices" = "sample_columns"))]
    pub group: String,
    /// How many trees
    ///
    /// 1 to 10,000, default 100: the size of the forest that each way is tested with.
    #[schemars(range(min = 1, max = 10_000), extend("x-unit" = "trees"))]
    pub trees: usize,
    /// How many samples are made
    ///
    /// Default to balance: as many as the rare label lacks to the median of the other labels.
    #[schemars(range(min = 1, max = 10_000), extend("x-unit" = "samples"))]
    pub synthetic: Option<usize>,
    /// How long the GAN learns
    ///
    /// 1 to 100,000, default 2,000 steps of the generator.
    #[schemars(range(min = 1, max = 100_000), extend("x-unit" = "steps"))]
    pub gan_steps: usize,
    /// How many principal components the GAN learns in
    ///
    /// 2 to 200, default 50. At most one less than there are training samples.
    #[schemars(range(min = 2, max = 200))]
    pub components: usize,
    /// Start of the random numbers
    ///
    /// Default 0. Equal seeds give equal splits, samples and forests.
    pub seed: u64,
}

/// How a rare label is helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Nothing is added
    #[default]
    None,
    /// Nothing is added; every label counts alike in each tree
    Weights,
    /// Copies of samples of the rare label
    Duplicate,
    /// Points between two samples of the rare label
    #[schemars(title = "SMOTE")]
    Smote,
    /// The rare mean with residuals of samples of other labels
    Residual,
    /// Samples made by a conditional Wasserstein GAN, learned from all labels
    #[schemars(title = "GAN")]
    Gan,
}

impl How {
    /// The arm of the test that shows how good it is.
    pub(super) fn arm(self) -> Arm {
        match self {
            Self::None => Arm::None,
            Self::Weights => Arm::Weights,
            Self::Duplicate => Arm::Duplicate,
            Self::Smote => Arm::Smote,
            Self::Residual => Arm::Residual,
            Self::Gan => Arm::Gan,
        }
    }
}

impl Default for AugmentParameters {
    fn default() -> Self {
        Self {
            label: String::new(),
            rare: String::new(),
            numbers_as_labels: false,
            learn_from: None,
            how: How::default(),
            repeats: 10,
            test_share: 0.33,
            group: String::new(),
            trees: 100,
            synthetic: None,
            gan_steps: 2_000,
            components: 50,
            seed: 0,
        }
    }
}

impl Parameters for AugmentParameters {
    fn check(&self, shapes: &Shapes) -> Result<(), ParamError> {
        let within = |field: &str, value: usize, [low, high]: [usize; 2], allowed: &str| {
            if (low..=high).contains(&value) {
                Ok(())
            } else {
                Err(ParamError::new(field, value, allowed))
            }
        };
        within("repeats", self.repeats, [2, 200], "2 to 200")?;
        within("trees", self.trees, [1, 10_000], "1 to 10,000")?;
        within("gan_steps", self.gan_steps, [1, 100_000], "1 to 100,000")?;
        within("components", self.components, [2, 200], "2 to 200")?;
        let n_made = self.synthetic.unwrap_or(1);
        within("synthetic", n_made, [1, 10_000], "1 to 10,000")?;
        let n_learned = self.learn_from.unwrap_or(2);
        within("learn_from", n_learned, [2, 10_000], "2 to 10,000")?;
        if !(0.05..=0.9).contains(&self.test_share) {
            return Err(ParamError::new(
                "test_share",
                self.test_share,
                "0.05 to 0.9",
            ));
        }
        check_sample_columns(shapes, &[("label", &self.label), ("group", &self.group)])
    }
}
