//! A forest as a file, with all that is needed to call samples of another data set by it.
//!
//! The format is described in `docs/forest-model.md`.

use serde::{Deserialize, Serialize};

use super::judge::call;
use crate::{
    analyses::NamedDataset,
    context::Context,
    error::{AnalysisError, Warning},
    matrix::Matrix,
    stats::{
        forest::{Forest, LEAF, Node, Tree, predict},
        quantile_normalize::map_to_reference,
    },
};

/// The version of the format that is written, and the only one that is read.
const VERSION: u32 = 1;

/// A forest that was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForestModel {
    /// Version of the format.
    cuvette_forest: u32,
    /// What the labels are: the annotation they were learned from.
    pub source: String,
    /// Names of the labels.
    pub labels: Vec<String>,
    /// True where a sample has one label.
    pub is_single: bool,
    /// By label, the probability above which it is called, where samples have several.
    thresholds: Vec<f64>,
    /// How many samples it was learned from.
    pub n_samples: usize,
    /// What the values were: `log2(count + 1)`.
    value_label: String,
    /// Distribution that samples are given first; none where values are taken as they are.
    quantiles: Option<Quantiles>,
    /// Names of the genes that trees ask for.
    pub genes: Vec<String>,
    /// The trees.
    trees: Vec<SavedTree>,
}

/// The mean distribution of training samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantiles {
    /// Names of all genes that take part.
    genes: Vec<String>,
    /// As many values, ascending.
    values: Vec<f32>,
}

/// A tree, node after node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedTree {
    /// Place among the genes; −1 in a leaf.
    gene: Vec<i32>,
    /// Values up to this go to the first child.
    threshold: Vec<f32>,
    /// The first child, which the second follows; in a leaf its number.
    next: Vec<u32>,
    /// Shares of the labels, leaf after leaf.
    leaves: Vec<f32>,
}

/// What a forest was learned from, for its file.
pub struct ModelParts<'a> {
    pub source: &'a str,
    pub labels: &'a [String],
    pub is_single: bool,
    pub thresholds: &'a [f64],
    pub n_samples: usize,
    pub value_label: &'a str,
    pub quantiles: Option<Quantiles>,
    /// Names of [`Forest::genes`].
    pub genes: Vec<String>,
    pub forest: &'a Forest,
}

impl Quantiles {
    /// Of genes × samples that have all the same distribution: that of the first column.
    pub fn of(genes: &[String], normalized: &Matrix, sample: usize) -> Self {
        let mut values = normalized.column(sample);
        values.sort_by(f32::total_cmp);
        Self {
            genes: genes.to_vec(),
            values,
        }
    }
}

impl ForestModel {
    /// The model of a forest.
    pub fn new(parts: ModelParts<'_>) -> Self {
        Self {
            cuvette_forest: VERSION,
            source: parts.source.into(),
            labels: parts.labels.to_vec(),
            is_single: parts.is_single,
            thresholds: parts.thresholds.to_vec(),
            n_samples: parts.n_samples,
            value_label: parts.value_label.into(),
            quantiles: parts.quantiles,
            genes: parts.genes,
            trees: parts.forest.trees.iter().map(SavedTree::of).collect(),
        }
    }

    /// The file.
    pub fn to_json(&self) -> String {
        // Numbers and text alone: nothing that JSON could not hold.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a file; the error says what is wrong with it.
    pub fn from_json(text: &[u8]) -> Result<Self, String> {
        let model: Self = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        if model.cuvette_forest != VERSION {
            return Err(format!(
                "it is of version {}, this Cuvette reads version {VERSION}",
                model.cuvette_forest
            ));
        }
        let n_labels = model.labels.len();
        if n_labels == 0 || model.trees.is_empty() || model.thresholds.len() != n_labels {
            return Err("it has no trees, no labels, or not a threshold for each".into());
        }
        let has_all = model.quantiles.as_ref().is_none_or(|quantiles| {
            quantiles.genes.len() == quantiles.values.len()
                && quantiles.values.iter().all(|value| value.is_finite())
        });
        if !has_all {
            return Err("its quantiles are not one number for each gene".into());
        }
        for (at, tree) in model.trees.iter().enumerate() {
            if !tree.is_whole(model.genes.len(), n_labels) {
                return Err(format!("tree {} is damaged", at + 1));
            }
        }
        Ok(model)
    }

    /// Number of trees.
    pub fn n_trees(&self) -> usize {
        self.trees.len()
    }

    /// How many bytes it holds: its trees, which are nearly all of it.
    pub fn memory_bytes(&self) -> u64 {
        let of_tree = |tree: &SavedTree| 12 * tree.gene.len() + 4 * tree.leaves.len();
        self.trees.iter().map(of_tree).sum::<usize>() as u64
    }

    fn forest(&self) -> Forest {
        Forest {
            genes: (0..self.genes.len() as u32).collect(),
            trees: self.trees.iter().map(SavedTree::tree).collect(),
            n_labels: self.labels.len(),
        }
    }

    /// The probability of each label for all samples, sample after sample.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::NoMatch`] where genes are missing, [`AnalysisError::Unsuitable`] where one of
    /// them has no value in some sample, and [`AnalysisError::Cancelled`].
    pub fn predict(
        &self,
        input: &NamedDataset,
        context: &Context,
    ) -> Result<Vec<f64>, AnalysisError> {
        let data = &input.data;
        self.warn_of_values(input, context);
        let samples: Vec<usize> = (0..data.n_samples()).collect();
        let Some(quantiles) = &self.quantiles else {
            let rows = rows_of(&self.genes, input)?;
            refuse_gaps(&rows, input)?;
            return predict(&self.forest(), &data.matrix, &rows, &samples, context);
        };
        let all = rows_of(&quantiles.genes, input)?;
        refuse_gaps(&all, input)?;
        let target = Matrix::from_rows(quantiles.values.len(), 1, quantiles.values.clone());
        let normalized = map_to_reference(&data.matrix.select_rows(&all), &target, context)?;
        let place = |gene: &String| quantiles.genes.iter().position(|name| name == gene);
        let rows: Option<Vec<usize>> = self.genes.iter().map(place).collect();
        let rows = rows.ok_or_else(|| AnalysisError::Input {
            message: "the model asks for genes that its quantiles do not have".into(),
        })?;
        predict(&self.forest(), &normalized, &rows, &samples, context)
    }

    /// The labels that a sample is called, by its probabilities.
    pub fn call(&self, row: &[f64]) -> Vec<u32> {
        call(row, self.is_single, &self.thresholds)
    }

    fn warn_of_values(&self, input: &NamedDataset, context: &Context) {
        let own = &input.data.value_label;
        if *own != self.value_label {
            context.warn(Warning::new(
                "other_values",
                format!(
                    "the model was learned from {}, and {} holds {own}: prepare the data as the training samples were",
                    self.value_label, input.name
                ),
            ));
        }
    }
}

impl SavedTree {
    fn of(tree: &Tree) -> Self {
        let gene = |node: &Node| {
            if node.gene == LEAF {
                -1
            } else {
                node.gene as i32
            }
        };
        Self {
            gene: tree.nodes.iter().map(gene).collect(),
            threshold: tree.nodes.iter().map(|node| node.threshold).collect(),
            next: tree.nodes.iter().map(|node| node.next).collect(),
            leaves: tree.leaves.clone(),
        }
    }

    fn tree(&self) -> Tree {
        let nodes = self.gene.iter().zip(&self.threshold).zip(&self.next);
        let node = |((&gene, &threshold), &next): ((&i32, &f32), &u32)| Node {
            gene: u32::try_from(gene).unwrap_or(LEAF),
            threshold,
            next,
        };
        Tree {
            nodes: nodes.map(node).collect(),
            leaves: self.leaves.clone(),
        }
    }

    /// Whether every node names a gene and children after itself, or a leaf, that are there.
    fn is_whole(&self, n_genes: usize, n_labels: usize) -> bool {
        let n = self.gene.len();
        let n_leaves = self.leaves.len() / n_labels;
        let is_right = |at: usize| {
            let next = self.next[at] as usize;
            match usize::try_from(self.gene[at]) {
                Ok(gene) => gene < n_genes && next > at && next + 1 < n,
                Err(_) => next < n_leaves,
            }
        };
        n > 0
            && self.threshold.len() == n
            && self.next.len() == n
            && self.leaves.len() == n_leaves * n_labels
            && (0..n).all(is_right)
    }
}

/// Where genes stand in the data; an error counts those that do not.
fn rows_of(genes: &[String], input: &NamedDataset) -> Result<Vec<usize>, AnalysisError> {
    let index: std::collections::BTreeMap<&str, usize> = input
        .data
        .genes
        .iter()
        .enumerate()
        .map(|(row, name)| (name.as_str(), row))
        .collect();
    let missing: Vec<&str> = genes
        .iter()
        .map(String::as_str)
        .filter(|gene| !index.contains_key(gene))
        .collect();
    if missing.is_empty() {
        return Ok(genes
            .iter()
            .filter_map(|gene| index.get(gene.as_str()).copied())
            .collect());
    }
    let first =
        |names: &mut dyn Iterator<Item = &str>| names.take(5).collect::<Vec<_>>().join(", ");
    Err(AnalysisError::NoMatch {
        message: format!(
            "{} of the {} genes that the model needs are not in {}: {}; the data have {}",
            missing.len(),
            genes.len(),
            input.name,
            first(&mut missing.iter().copied()),
            first(&mut input.data.genes.iter().map(String::as_str))
        ),
        hint: "Give the genes the names that the model was learned with, by rename_genes, or learn it anew from genes that both have".into(),
    })
}

fn refuse_gaps(rows: &[usize], input: &NamedDataset) -> Result<(), AnalysisError> {
    let data = &input.data;
    for &row in rows {
        let values = data.matrix.row(row);
        if let Some(sample) = values.iter().position(|value| !value.is_finite()) {
            return Err(AnalysisError::Unsuitable {
                found: format!(
                    "{} has no number at {}, {}",
                    input.name, data.genes[row], data.samples[sample]
                ),
                expected: "expected values of all genes that the model needs".into(),
                hint: "Fill gaps with impute, or leave the sample out".into(),
            });
        }
    }
    Ok(())
}
