//! What `forest` gives where it learned.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    ForestParameters, TrainingNormalization,
    alike::Nearest,
    chance::Chance,
    figures,
    importance::GeneImportance,
    judge::{Judged, Judgement},
    labelling::Labelling,
    model::{ForestModel, ModelParts, Quantiles},
    tables,
};
use crate::{
    analyses::{Scalars, StepOutput},
    dataset::Dataset,
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    stats::forest::Forest,
    table::Table,
};

/// A forest's scores, importances and predictions.
#[derive(Debug)]
pub struct Learned {
    pub(super) judged: Judged,
    pub(super) judgement: Judgement,
    /// Numbers of trees, and how right votes out of the bag are after them.
    pub(super) curve: Vec<(usize, f64)>,
    pub(super) chance: Chance,
    pub(super) importance: Vec<GeneImportance>,
    pub(super) predicted: Predicted,
    pub(super) labelling: Labelling,
    /// The forest of all labelled samples.
    pub(super) forest: Forest,
    /// Rows of `data` that it looked at.
    pub(super) rows: Vec<usize>,
    /// Distribution that samples were given first.
    pub(super) quantiles: Option<Quantiles>,
    /// Groups that stay together, where there are any.
    pub(super) n_groups: Option<usize>,
    /// The genes without gaps, for names and values.
    pub(super) data: Arc<Dataset>,
    pub(super) parameters: ForestParameters,
    pub(super) input_name: String,
}

/// What the forest says of samples without a label.
#[derive(Debug, Default)]
pub struct Predicted {
    /// Probability of each label, sample after sample.
    pub probabilities: Vec<f64>,
    /// The labelled sample most like each; empty where samples were not compared.
    pub nearest: Vec<Nearest>,
}

/// What the page shows beside tables and pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForestSummary {
    /// Samples with labels that were learned from, and samples predicted.
    pub n_samples: [usize; 2],
    /// Labels.
    pub n_labels: usize,
    /// True where each sample has one label.
    pub is_single: bool,
    /// How good it is; none where a saved model was applied.
    pub tested: Option<TestSummary>,
}

/// How good a forest is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestSummary {
    /// Accuracy, or samples F1 where samples have several labels, with its interval of 95 %.
    pub score: [f64; 3],
    /// The same of calling everything what is most frequent.
    pub majority: f64,
    /// Mean recall of the labels; mean F1 where samples have several labels.
    pub mean_of_labels: f64,
    /// Share of forests on shuffled labels that are as good, and how many were grown.
    pub chance: Option<(f64, usize)>,
    /// The most important gene by impurity.
    pub top_gene: Option<String>,
}

impl Learned {
    /// Accuracy out of the bag of the forest of all labelled samples; none of samples with several
    /// labels that were tested otherwise.
    fn oob_accuracy(&self) -> Option<f64> {
        if self.labelling.labels.is_single {
            self.curve.last().map(|&(_, accuracy)| accuracy)
        } else {
            let is_oob = self.judged.folds.is_empty();
            is_oob.then_some(self.judgement.scores.accuracy)
        }
    }

    /// Place of the main score among [`Judgement::intervals`], and its values.
    fn main_score(&self) -> [f64; 3] {
        let scores = &self.judgement.scores;
        let (value, at) = if self.labelling.labels.is_single {
            (scores.accuracy, 0)
        } else {
            (scores.samples_f1, 4)
        };
        let [low, high] = self.judgement.intervals[at];
        [value, low, high]
    }

    /// What the curve and the forests on shuffled labels are measured by.
    pub(super) fn rightness_label(&self) -> &'static str {
        if self.labelling.labels.is_single {
            "Accuracy out of the bag"
        } else {
            "Mean area under the curve, out of the bag"
        }
    }

    /// The most important genes by impurity that a tree has asked for.
    pub(super) fn top_genes(&self, n: usize) -> impl Iterator<Item = &GeneImportance> {
        let asked = self.importance.iter().filter(|gene| gene.impurity > 0.0);
        asked.take(n)
    }
}

impl StepOutput for Learned {
    type Summary = ForestSummary;

    fn summary(&self) -> ForestSummary {
        let labels = &self.labelling.labels;
        let (scores, majority) = (&self.judgement.scores, &self.judgement.majority);
        let n_shuffled = self.chance.shuffled.len();
        let top = self.top_genes(1).next();
        let tested = TestSummary {
            score: self.main_score(),
            majority: if labels.is_single {
                majority.accuracy
            } else {
                majority.samples_f1
            },
            mean_of_labels: if labels.is_single {
                scores.balanced_accuracy
            } else {
                scores.macro_f1
            },
            chance: (n_shuffled > 0).then(|| (self.chance.p_value(), n_shuffled)),
            top_gene: top.map(|gene| self.data.genes[gene.gene].clone()),
        };
        ForestSummary {
            n_samples: [labels.n_samples(), self.labelling.unlabelled.len()],
            n_labels: labels.n_labels(),
            is_single: labels.is_single,
            tested: Some(tested),
        }
    }

    fn tables(&self) -> Vec<Table> {
        tables::tables(self)
    }

    fn scalars(&self) -> Scalars {
        let (scores, majority) = (&self.judgement.scores, &self.judgement.majority);
        let labels = &self.labelling.labels;
        let mut scalars = Scalars::new();
        let mut add = |name: &str, value: Value| {
            scalars.insert(name.into(), value);
        };
        add("oob_accuracy", json!(self.oob_accuracy()));
        add("accuracy", json!(scores.accuracy));
        add("balanced_accuracy", json!(scores.balanced_accuracy));
        add("macro_f1", json!(scores.macro_f1));
        add("micro_f1", json!(scores.micro_f1));
        add("samples_f1", json!(scores.samples_f1));
        add("majority_accuracy", json!(majority.accuracy));
        add("n_trees", json!(self.parameters.trees));
        add("n_samples", json!(labels.n_samples()));
        add("n_labels", json!(labels.n_labels()));
        add("n_genes", json!(self.rows.len()));
        add("n_predicted", json!(self.labelling.unlabelled.len()));
        add("n_groups", json!(self.n_groups));
        let p_value = (!self.chance.shuffled.is_empty()).then(|| self.chance.p_value());
        add("chance_p_value", json!(p_value));
        scalars
    }

    fn figures(&self) -> Vec<FigureInfo> {
        figures::infos(self)
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        figures::figure(self, request)
    }

    fn model(&self) -> Option<String> {
        let labels = &self.labelling.labels;
        let genes = self.forest.genes.iter();
        let name = |&gene: &u32| self.data.genes[self.rows[gene as usize]].clone();
        let model = ForestModel::new(ModelParts {
            source: &self.labelling.source,
            labels: &labels.names,
            is_single: labels.is_single,
            thresholds: &self.judged.thresholds,
            n_samples: labels.n_samples(),
            value_label: &self.data.value_label,
            quantiles: self.quantiles.clone(),
            genes: genes.map(name).collect(),
            forest: &self.forest,
        });
        Some(model.to_json())
    }

    fn note(&self) -> String {
        let labels = &self.labelling.labels;
        let (parameters, scores) = (&self.parameters, &self.judgement.scores);
        let normalized = match parameters.normalize {
            TrainingNormalization::None => "",
            TrainingNormalization::Quantile => ", quantile normalized to the training samples",
        };
        let groups = self.n_groups.map_or(String::new(), |n| {
            format!(" The {n} groups of {} stayed together.", parameters.group)
        });
        let [score, low, high] = self.main_score();
        let name = if labels.is_single {
            "accuracy"
        } else {
            "samples F1"
        };
        let chance = match self.chance.shuffled.len() {
            0 => String::new(),
            n => format!(
                " Of {n} forests of {} trees on shuffled labels, {} did as well: p = {:.3}.",
                self.chance.n_trees,
                self.chance.n_as_good(),
                self.chance.p_value()
            ),
        };
        format!(
            "A random forest of {} trees learned {} labels ({}) of {} samples of {} from {} genes{normalized}, seed {}.{groups} Tested {} on {} samples, its {name} is {score:.3} (95 % interval {low:.3} to {high:.3}), the mean recall of labels {:.3}; calling every sample the most frequent label reaches {:.3}.{chance} {} samples without a label were predicted.",
            parameters.trees,
            labels.n_labels(),
            self.labelling.source,
            labels.n_samples(),
            self.input_name,
            self.rows.len(),
            parameters.seed,
            parameters.evaluate.label(),
            self.judged.samples.len(),
            scores.balanced_accuracy,
            if labels.is_single {
                self.judgement.majority.accuracy
            } else {
                self.judgement.majority.samples_f1
            },
            self.labelling.unlabelled.len(),
        )
    }
}
