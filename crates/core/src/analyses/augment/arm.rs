//! The ways to help a rare label, and the forest that tests each.

use serde::{Deserialize, Serialize};

use super::split::Split;
use crate::{
    context::Context,
    error::AnalysisError,
    matrix::Matrix,
    stats::{
        classification::{average_precision, best_threshold, roc_auc, scores, threshold_curve},
        forest::{ClassWeight, Features, ForestOptions, Labels, Part, Votes, grow, predict},
    },
};

/// A way to help a rare label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// Nothing is done.
    None,
    /// Every label counts alike in each tree.
    Weights,
    /// The forest of `None`; the rare label is called from the probability that is best for the
    /// training samples, out of their bags.
    Threshold,
    /// Copies.
    Duplicate,
    /// Points between two samples.
    Smote,
    /// The rare mean with residuals of others.
    Residual,
    /// A conditional Wasserstein GAN.
    Gan,
}

impl Arm {
    /// All, in the order of tables and pictures.
    pub const ALL: [Self; 7] = [
        Self::None,
        Self::Weights,
        Self::Threshold,
        Self::Duplicate,
        Self::Smote,
        Self::Residual,
        Self::Gan,
    ];

    /// Those that make samples.
    pub const MAKING: [Self; 4] = [Self::Duplicate, Self::Smote, Self::Residual, Self::Gan];

    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Weights => "weights",
            Self::Threshold => "threshold",
            Self::Duplicate => "duplicate",
            Self::Smote => "smote",
            Self::Residual => "residual",
            Self::Gan => "gan",
        }
    }

    /// Name in sentences and pictures.
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "no help",
            Self::Weights => "weights",
            Self::Threshold => "threshold",
            Self::Duplicate => "duplicates",
            Self::Smote => "SMOTE",
            Self::Residual => "residuals",
            Self::Gan => "GAN",
        }
    }

    /// True for what needs no network to be learned.
    pub fn is_cheap(self) -> bool {
        self != Self::Gan
    }

    /// Its place in [`Self::ALL`].
    pub fn place(self) -> usize {
        self as usize
    }
}

/// What one forest gets right on the samples held out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArmScores {
    /// F1 of the rare label.
    pub rare_f1: f64,
    /// Its precision.
    pub rare_precision: f64,
    /// Its recall.
    pub rare_recall: f64,
    /// Area under its receiver operating characteristic.
    pub rare_auc: f64,
    /// Its average precision.
    pub rare_average_precision: f64,
    /// Mean F1 of all labels.
    pub macro_f1: f64,
    /// Mean F1 of the other labels: what the rare one costs them.
    pub other_f1: f64,
}

/// How forests are grown, alike in all arms.
#[derive(Debug, Clone, Copy)]
pub struct Growing {
    pub n_trees: usize,
    pub seed: u64,
}

/// Samples to learn from: genes × samples, with labels.
pub struct Ground<'a> {
    pub matrix: &'a Matrix,
    pub labels: &'a Labels,
    /// Groups that are drawn whole, so that samples out of the bag are of groups not seen; as many
    /// as samples.
    pub groups: Option<&'a [u32]>,
}

/// A forest's probabilities: sample after sample, a label each.
pub struct Judged {
    /// Of the samples held out.
    pub held_out: Vec<f64>,
    /// Of those it was grown on, out of their bags; NaN where in all bags.
    pub out_of_bag: Vec<f64>,
}

/// Grows a forest, and lets it judge the samples held out.
pub fn judge(
    ground: &Ground,
    class_weight: ClassWeight,
    split: &Split,
    growing: Growing,
    context: &Context,
) -> Result<Judged, AnalysisError> {
    let options = ForestOptions {
        n_trees: growing.n_trees,
        n_tried: ((ground.matrix.n_rows() as f64).sqrt() as usize).max(1),
        class_weight,
        groups: ground.groups,
        seed: growing.seed,
        among: [0, growing.n_trees],
    };
    let part = Part::whole(ground.matrix);
    let features = Features::quantize(part, context)?;
    let grown = grow(part, &features, ground.labels, &options, context)?;
    let rows: Vec<usize> = grown
        .forest
        .genes
        .iter()
        .map(|&gene| gene as usize)
        .collect();
    let out_of_bag = Votes::out_of_bag(&grown, ground.labels.n_samples()).probabilities();
    let held_out = predict(
        &grown.forest,
        &split.labelled.data.matrix,
        &rows,
        &split.held_out_samples(),
        context,
    )?;
    Ok(Judged {
        held_out,
        out_of_bag,
    })
}

/// The most probable label of each sample, of equal ones the first.
pub fn most_probable(probabilities: &[f64], n_labels: usize) -> Vec<usize> {
    probabilities
        .chunks_exact(n_labels.max(1))
        .map(|of| largest(of, None))
        .collect()
}

/// The rare label where its probability is above the threshold, else the most probable other one.
pub fn above_threshold(
    probabilities: &[f64],
    n_labels: usize,
    rare: usize,
    threshold: f64,
) -> Vec<usize> {
    let call = |of: &[f64]| {
        if of[rare] > threshold {
            rare
        } else {
            largest(of, Some(rare))
        }
    };
    probabilities
        .chunks_exact(n_labels.max(1))
        .map(call)
        .collect()
}

fn largest(values: &[f64], but: Option<usize>) -> usize {
    let mut best = None;
    for (at, &value) in values.iter().enumerate() {
        let is_better = best.is_none_or(|(_, largest)| value > largest);
        if Some(at) != but && is_better {
            best = Some((at, value));
        }
    }
    best.map_or(0, |(at, _)| at)
}

/// The threshold with the best F1 of the rare label among training samples out of their bags.
pub fn tuned_threshold(judged: &Judged, labels: &Labels, rare: usize) -> f64 {
    best_threshold(&curve(&judged.out_of_bag, labels, rare))
}

/// Scores of what is called, with the probabilities for the areas under curves.
pub fn score(labels: &Labels, called: &[usize], probabilities: &[f64], rare: usize) -> ArmScores {
    let called: Vec<Vec<u32>> = called.iter().map(|&label| vec![label as u32]).collect();
    let found = scores(labels, &called, None);
    let curve = curve(probabilities, labels, rare);
    let others = (0..labels.n_labels()).filter(|&label| label != rare);
    let others: Vec<f64> = others
        .map(|label| &found.labels[label])
        .filter(|scores| scores.support > 0.0)
        .map(|scores| scores.f1)
        .collect();
    let of_rare = &found.labels[rare];
    ArmScores {
        rare_f1: of_rare.f1,
        rare_precision: of_rare.precision,
        rare_recall: of_rare.recall,
        rare_auc: roc_auc(&curve),
        rare_average_precision: average_precision(&curve),
        macro_f1: found.macro_f1,
        other_f1: others.iter().sum::<f64>() / others.len() as f64,
    }
}

fn curve(
    probabilities: &[f64],
    labels: &Labels,
    rare: usize,
) -> Vec<crate::stats::classification::CurvePoint> {
    let of_rare = probabilities
        .iter()
        .skip(rare)
        .step_by(labels.n_labels().max(1));
    let of_rare: Vec<f64> = of_rare.copied().collect();
    let has: Vec<bool> = (0..labels.n_samples())
        .map(|at| labels.has(at, rare))
        .collect();
    threshold_curve(&of_rare, &has)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arms_stand_in_their_order() {
        assert!(
            Arm::ALL
                .iter()
                .enumerate()
                .all(|(at, arm)| arm.place() == at)
        );
    }

    #[test]
    fn the_rare_label_is_called_above_its_threshold_and_not_below() {
        let probabilities = [0.5, 0.3, 0.2, 0.1, 0.2, 0.7, 0.4, 0.4, 0.2];
        assert_eq!(most_probable(&probabilities, 3), [0, 2, 0]);
        assert_eq!(above_threshold(&probabilities, 3, 1, 0.25), [1, 2, 1]);
        assert_eq!(above_threshold(&probabilities, 3, 2, 0.9), [0, 1, 0]);
    }

    #[test]
    fn scores_of_the_rare_label_stand_beside_those_of_the_others() {
        let names = ["a", "b"].map(String::from).to_vec();
        let labels = Labels::single(names, vec![0, 0, 0, 1, 1]);
        let probabilities = [0.9, 0.1, 0.8, 0.2, 0.4, 0.6, 0.3, 0.7, 0.6, 0.4];
        let called = most_probable(&probabilities, 2);
        let found = score(&labels, &called, &probabilities, 1);
        assert_eq!((found.rare_precision, found.rare_recall), (0.5, 0.5));
        assert!((found.rare_f1 - 0.5).abs() < 1e-12);
        assert!((found.other_f1 - 2.0 / 3.0).abs() < 1e-12);
        assert!((found.macro_f1 - 7.0 / 12.0).abs() < 1e-12);
        assert!((found.rare_auc - 5.0 / 6.0).abs() < 1e-12);
    }
}
