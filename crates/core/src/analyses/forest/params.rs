//! Parameters of `forest`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{DataReference, Parameters, Shapes, names_of::check_sample_columns},
    error::ParamError,
    stats::forest::ClassWeight,
};

/// What is learned, how, and how it is tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ForestParameters {
    /// Sample annotation that holds the labels
    ///
    /// Must be chosen, unless a table of labels is. Samples without a label are predicted.
    #[schemars(extend("x-choices" = "sample_columns"))]
    pub label: String,
    /// Table of labels: samples in rows, a column of 0 and 1 for each label
    ///
    /// For samples of several labels each. Default none. Samples that it does not name, or that
    /// have no 1, are predicted.
    pub labels: DataReference,
    /// Saved model: nothing is learned, all samples are predicted by it
    ///
    /// Default none. The name of an input; save one from the result of this step. What is set below
    /// is not used then.
    pub model: DataReference,
    /// How many trees
    ///
    /// 1 to 10,000, default 500. More only make the votes smoother: see the curve.
    #[schemars(range(min = 1, max = 10_000), extend("x-unit" = "trees"))]
    pub trees: usize,
    /// How many genes are looked at for each split
    ///
    /// Default `sqrt`, the square root of the number of genes.
    pub max_features: MaxFeatures,
    /// How rare labels are weighed
    ///
    /// Default `none`.
    pub class_weight: LabelWeight,
    /// What the forest is tested on
    ///
    /// Default `oob`: every tree on the samples it was not grown on, which costs nothing. The other
    /// two fit all anew without the samples tested.
    pub evaluate: Evaluate,
    /// Into how many parts samples are dealt
    ///
    /// 2 to 50, default 5. Only used by `k_fold`.
    #[schemars(range(min = 2, max = 50))]
    pub folds: usize,
    /// Share of the samples held out
    ///
    /// 0.05 to 0.9, default 0.33. Only used by `hold_out`.
    #[schemars(range(min = 0.05, max = 0.9))]
    pub test_share: f64,
    /// Sample annotation whose groups stay together: patient, series, batch
    ///
    /// Default none. Choose it where samples of a group resemble each other for other reasons than
    /// their label, else the test is too easy. Out of the bag, too, groups are drawn whole.
    #[schemars(extend("x-choices" = "sample_columns"))]
    pub group: String,
    /// Labels of fewer samples are marked as small
    ///
    /// Default 10: scores of so few samples say little.
    #[schemars(extend("x-unit" = "samples"))]
    pub min_label: usize,
    /// Leave small labels out, with their samples
    ///
    /// Default no.
    pub drop_rare: bool,
    /// Normalization that is fitted on training samples alone
    ///
    /// Default `none`. `quantile` gives every sample the mean distribution of the training samples;
    /// a step before this one would have seen the samples tested.
    pub normalize: TrainingNormalization,
    /// Look only at so many genes, those that vary most among training samples
    ///
    /// Default all.
    #[schemars(range(min = 1), extend("x-unit" = "genes"))]
    pub variable_genes: Option<usize>,
    /// How often labels are shuffled to learn what chance gives
    ///
    /// 0 to 1,000, default 20. Each time a forest of up to 50 trees is grown.
    #[schemars(range(min = 0, max = 1000))]
    pub null_runs: usize,
    /// Take numbers as labels
    ///
    /// Default no: a column of numbers is more often a measurement, such as an age.
    pub numbers_as_labels: bool,
    /// Start of the random numbers
    ///
    /// Default 0. Equal seeds give equal forests.
    pub seed: u64,
}

/// How many genes are looked at for each split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MaxFeatures {
    /// Square root of the number of genes
    #[default]
    #[schemars(title = "Square root")]
    Sqrt,
    /// Logarithm to base 2 of the number of genes
    #[schemars(title = "Logarithm")]
    Log2,
    /// A third of the genes
    Third,
    /// All genes: bagged trees
    All,
}

/// How rare labels are weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LabelWeight {
    /// Every sample counts once
    #[default]
    None,
    /// Every label counts alike among the training samples
    Balanced,
    /// Every label counts alike in the samples of each tree
    #[schemars(title = "Balanced per tree")]
    BalancedSubsample,
}

/// What a forest is tested on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evaluate {
    /// Every tree on the samples it was not grown on
    #[default]
    #[schemars(title = "Out of bag")]
    Oob,
    /// Every part of the samples by a forest of the others
    #[schemars(title = "k-fold")]
    KFold,
    /// A part of the samples by a forest of the others
    #[schemars(title = "Hold-out")]
    HoldOut,
}

/// Normalization that is part of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrainingNormalization {
    /// Values as they are
    #[default]
    None,
    /// Quantiles of the training samples
    Quantile,
}

impl MaxFeatures {
    /// Genes looked at of `n_genes`, at least 1, rounded down.
    pub(super) fn of(self, n_genes: usize) -> usize {
        let n = n_genes as f64;
        let tried = match self {
            Self::Sqrt => n.sqrt(),
            Self::Log2 => n.log2(),
            Self::Third => n / 3.0,
            Self::All => n,
        };
        (tried as usize).max(1)
    }
}

impl LabelWeight {
    pub(super) fn class_weight(self) -> ClassWeight {
        match self {
            Self::None => ClassWeight::None,
            Self::Balanced => ClassWeight::Balanced,
            Self::BalancedSubsample => ClassWeight::BalancedSubsample,
        }
    }
}

impl Evaluate {
    /// What the samples were judged by, in sentences: "out of the bag".
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Oob => "out of the bag",
            Self::KFold => "in cross-validation",
            Self::HoldOut => "on samples held out",
        }
    }
}

impl Default for ForestParameters {
    fn default() -> Self {
        Self {
            label: String::new(),
            labels: DataReference::default(),
            model: DataReference::default(),
            trees: 500,
            max_features: MaxFeatures::default(),
            class_weight: LabelWeight::default(),
            evaluate: Evaluate::default(),
            folds: 5,
            test_share: 0.33,
            group: String::new(),
            min_label: 10,
            drop_rare: false,
            normalize: TrainingNormalization::default(),
            variable_genes: None,
            null_runs: 20,
            numbers_as_labels: false,
            seed: 0,
        }
    }
}

impl Parameters for ForestParameters {
    const DATA_FIELDS: &'static [&'static str] = &["labels", "model"];

    fn check(&self, shapes: &Shapes) -> Result<(), ParamError> {
        let within = |field: &str, value: f64, [low, high]: [f64; 2], allowed: &str| {
            if (low..=high).contains(&value) {
                Ok(())
            } else {
                Err(ParamError::new(field, value, allowed))
            }
        };
        within("trees", self.trees as f64, [1.0, 10_000.0], "1 to 10,000")?;
        within("folds", self.folds as f64, [2.0, 50.0], "2 to 50")?;
        within("test_share", self.test_share, [0.05, 0.9], "0.05 to 0.9")?;
        within(
            "null_runs",
            self.null_runs as f64,
            [0.0, 1000.0],
            "0 to 1,000",
        )?;
        if self.variable_genes == Some(0) {
            return Err(ParamError::new("variable_genes", 0, "1 or more"));
        }
        let both = !self.label.is_empty() && !self.labels.0.is_empty();
        if both {
            return Err(ParamError::new(
                "labels",
                &self.labels.0,
                "none, since the annotation of label is chosen",
            ));
        }
        check_sample_columns(shapes, &[("label", &self.label), ("group", &self.group)])
    }
}
