//! One tree: how it is grown, and how a sample falls through it.

use cuvette_kernels::{
    splits::{NodeSamples, Split, SplitScratch, best_split},
    trees::{LEAF, Node},
};

use super::{Features, Labels, Part};
use crate::{context::Context, error::AnalysisError, random::Random};

/// Impurity below this is that of a pure node, as in scikit-learn.
const PURE: f64 = 1e-12;

/// A tree. The root is the first node.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tree {
    /// The nodes; children come after their parents.
    pub nodes: Vec<Node>,
    /// The shares of the labels among the training samples of each leaf, leaf after leaf.
    pub leaves: Vec<f32>,
}

/// What a tree is grown on.
pub struct Ground<'a> {
    /// Values in bins.
    pub features: &'a Features,
    /// The values themselves, for the thresholds.
    pub part: Part<'a>,
    /// Labels of the training samples.
    pub labels: &'a Labels,
    /// Genes looked at per node.
    pub n_tried: usize,
    /// For progress and Cancel.
    pub context: &'a Context<'a>,
}

/// A tree with how much each split of it lowered the impurity.
#[derive(Debug, Clone, Default)]
pub struct GrownTree {
    /// The tree.
    pub tree: Tree,
    /// Gene and decrease of each split: the share of the weight times the fall of the impurity.
    pub decreases: Vec<(u32, f64)>,
}

impl Tree {
    /// The leaf that a sample falls into; `value` gives its value of a gene.
    #[inline]
    pub fn leaf(&self, mut value: impl FnMut(u32) -> f32) -> usize {
        let mut node = self.nodes[0];
        while node.gene != LEAF {
            let is_above = value(node.gene) > node.threshold;
            node = self.nodes[node.next as usize + usize::from(is_above)];
        }
        node.next as usize
    }

    /// The shares of the labels in a leaf.
    pub fn shares(&self, leaf: usize, n_labels: usize) -> &[f32] {
        &self.leaves[leaf * n_labels..(leaf + 1) * n_labels]
    }
}

/// A node that waits for its split.
struct Waiting {
    node: usize,
    /// Its samples in [`Growing::samples`].
    samples: std::ops::Range<usize>,
}

/// The samples, genes and buffers of a tree that grows.
struct Growing<'a> {
    ground: &'a Ground<'a>,
    weights: &'a [f64],
    samples: Vec<u32>,
    /// All genes, in an order that random draws change.
    genes: Vec<u32>,
    random: Random,
    scratch: SplitScratch,
    totals: Vec<f64>,
    all_weight: f64,
    grown: GrownTree,
}

/// A split of a node by a gene.
struct Chosen {
    gene: u32,
    split: Split,
}

/// Grows a tree until its leaves are pure or cannot be split.
///
/// `weights` are those of the training samples; 0 is not in the bag. `random` draws the genes.
pub fn grow_tree(
    ground: &Ground<'_>,
    weights: &[f64],
    random: Random,
) -> Result<GrownTree, AnalysisError> {
    let samples: Vec<u32> = (0..weights.len() as u32)
        .filter(|&sample| weights[sample as usize] > 0.0)
        .collect();
    let mut growing = Growing {
        ground,
        weights,
        all_weight: samples.iter().map(|&at| weights[at as usize]).sum(),
        genes: (0..ground.part.n_genes() as u32).collect(),
        random,
        scratch: SplitScratch::default(),
        totals: Vec::new(),
        grown: GrownTree::default(),
        samples,
    };
    growing.push_node();
    let mut waiting = vec![Waiting {
        node: 0,
        samples: 0..growing.samples.len(),
    }];
    while let Some(next) = waiting.pop() {
        ground.context.check_cancelled()?;
        if let Some([left, right]) = growing.split(&next) {
            // The left one next, so that nodes and draws come in the order of reading.
            waiting.push(right);
            waiting.push(left);
        }
    }
    Ok(growing.grown)
}

impl Growing<'_> {
    fn push_node(&mut self) -> usize {
        self.grown.tree.nodes.push(Node {
            gene: LEAF,
            threshold: 0.0,
            next: 0,
        });
        self.grown.tree.nodes.len() - 1
    }

    /// Splits a node, or makes it a leaf.
    fn split(&mut self, waiting: &Waiting) -> Option<[Waiting; 2]> {
        let weight = self.count(waiting);
        let squares: f64 = self.totals.iter().map(|total| total * total).sum();
        let impurity = self.impurity(weight, squares);
        let chosen = (impurity > PURE)
            .then(|| self.best(waiting, weight, squares))
            .flatten();
        let Some(chosen) = chosen else {
            self.make_leaf(waiting.node, weight);
            return None;
        };
        let gain = self.scale() * (chosen.split.score - squares / weight) / self.all_weight;
        self.grown.decreases.push((chosen.gene, gain));
        let (threshold, middle) = self.part(waiting, &chosen);
        let children = [self.push_node(), self.push_node()];
        self.grown.tree.nodes[waiting.node] = Node {
            gene: chosen.gene,
            threshold,
            next: children[0] as u32,
        };
        let range = waiting.samples.clone();
        Some([
            Waiting {
                node: children[0],
                samples: range.start..middle,
            },
            Waiting {
                node: children[1],
                samples: middle..range.end,
            },
        ])
    }

    /// Sums the weights of the node's labels into `totals`, and gives the weight of its samples.
    fn count(&mut self, waiting: &Waiting) -> f64 {
        let labels = self.ground.labels;
        self.totals.clear();
        self.totals.resize(labels.n_labels(), 0.0);
        let mut weight = 0.0;
        for &sample in &self.samples[waiting.samples.clone()] {
            let w = self.weights[sample as usize];
            weight += w;
            for &label in labels.of(sample as usize) {
                self.totals[label as usize] += w;
            }
        }
        weight
    }

    /// How much of Gini's impurity a unit of score is: with one label per sample Σ p², with many
    /// the mean over labels of p² + (1 − p)².
    fn scale(&self) -> f64 {
        if self.ground.labels.is_single {
            1.0
        } else {
            2.0 / self.totals.len() as f64
        }
    }

    fn impurity(&self, weight: f64, squares: f64) -> f64 {
        let all = if self.ground.labels.is_single {
            weight
        } else {
            self.totals.iter().sum()
        };
        self.scale() * (all - squares / weight) / weight
    }

    /// The best split of genes drawn without replacement: as many as are tried, and further ones
    /// while none can split the node. Of equal splits, that of the first gene of the data.
    fn best(&mut self, waiting: &Waiting, weight: f64, squares: f64) -> Option<Chosen> {
        let node = NodeSamples {
            samples: &self.samples[waiting.samples.clone()],
            weights: self.weights,
            labels: self.ground.labels.lists(),
            totals: &self.totals,
            weight,
            squares,
        };
        let mut best: Option<Chosen> = None;
        let n_genes = self.genes.len();
        for n_drawn in 0..n_genes {
            if n_drawn >= self.ground.n_tried && best.is_some() {
                break;
            }
            let drawn = n_drawn + self.random.below(n_genes - n_drawn);
            self.genes.swap(n_drawn, drawn);
            let gene = self.genes[n_drawn];
            let codes = self.ground.features.gene(gene as usize);
            let Some(split) = best_split(codes, &node, &mut self.scratch) else {
                continue;
            };
            let is_better = best.as_ref().is_none_or(|best| {
                split.score > best.split.score
                    || (split.score == best.split.score && gene < best.gene)
            });
            if is_better {
                best = Some(Chosen { gene, split });
            }
        }
        best
    }

    /// Puts the samples of the left child before those of the right one. Gives the threshold, the
    /// middle between the values on both sides of it, and where the right ones begin.
    fn part(&mut self, waiting: &Waiting, chosen: &Chosen) -> (f32, usize) {
        let codes = self.ground.features.gene(chosen.gene as usize);
        let values = self.ground.part.gene(chosen.gene as usize);
        let samples = &mut self.samples[waiting.samples.clone()];
        let (mut below, mut above) = (f32::NEG_INFINITY, f32::INFINITY);
        let mut right = Vec::new();
        let mut n_left = 0;
        for at in 0..samples.len() {
            let sample = samples[at];
            let value = values.get(sample as usize);
            if codes[sample as usize] <= chosen.split.last_left {
                below = below.max(value);
                samples[n_left] = sample;
                n_left += 1;
            } else {
                above = above.min(value);
                right.push(sample);
            }
        }
        samples[n_left..].copy_from_slice(&right);
        let middle = below / 2.0 + above / 2.0;
        // Between neighbors there is no float.
        let threshold = if middle < above {
            middle.max(below)
        } else {
            below
        };
        (threshold, waiting.samples.start + n_left)
    }

    fn make_leaf(&mut self, node: usize, weight: f64) {
        let n_labels = self.totals.len().max(1);
        let tree = &mut self.grown.tree;
        tree.nodes[node].next = (tree.leaves.len() / n_labels) as u32;
        let shares = self.totals.iter().map(|total| (total / weight) as f32);
        tree.leaves.extend(shares);
    }
}
