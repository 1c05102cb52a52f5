//! How a forest grows better with its trees, and what chance would have given.

use super::{
    ForestParameters,
    fit::{Fit, Growth, Training, options},
    judge::{call, mean_auc},
};
use crate::{
    context::Context,
    error::AnalysisError,
    random::Random,
    stats::forest::{GrownForest, Labels, Votes, grow},
};

/// Trees of a forest with shuffled labels, at most.
const MAX_NULL_TREES: usize = 50;

/// Points of the curve, at most.
const N_POINTS: usize = 40;

const SHUFFLE_STREAM: u64 = 0x5348_5546;

/// What chance gives, beside what was found.
#[derive(Debug, Clone, Default)]
pub struct Chance {
    /// Trees of each forest.
    pub n_trees: usize,
    /// What the forest reaches out of the bag with so many trees.
    pub found: f64,
    /// What forests with shuffled labels reach.
    pub shuffled: Vec<f64>,
}

impl Chance {
    /// Share of forests with shuffled labels that are as good, the one found among them; missing
    /// without any.
    pub fn p_value(&self) -> f64 {
        match self.shuffled.len() {
            0 => f64::NAN,
            n => (1 + self.n_as_good()) as f64 / (1 + n) as f64,
        }
    }

    /// Forests with shuffled labels that are as good as the one found.
    pub fn n_as_good(&self) -> usize {
        let as_good = self.shuffled.iter().filter(|&&one| one >= self.found);
        as_good.count()
    }
}

/// Trees that a step grows for its forests with shuffled labels.
pub fn n_null_trees(parameters: &ForestParameters) -> usize {
    parameters.trees.min(MAX_NULL_TREES)
}

/// How right votes out of the bag are: the accuracy, of samples with several labels the mean area
/// under the curve.
fn rightness(labels: &Labels, votes: &Votes) -> f64 {
    let probabilities = votes.probabilities();
    if !labels.is_single {
        return mean_auc(labels, &probabilities);
    }
    let rows = probabilities.chunks(labels.n_labels()).enumerate();
    let (mut n, mut n_right) = (0, 0);
    for (sample, row) in rows.filter(|(_, row)| !row[0].is_nan()) {
        n += 1;
        n_right += usize::from(labels.of(sample) == call(row, true, &[]));
    }
    if n > 0 {
        f64::from(n_right as u32) / f64::from(n)
    } else {
        f64::NAN
    }
}

/// Rightness out of the bag after some of the trees, up to all.
pub fn curve(grown: &GrownForest, labels: &Labels) -> Vec<(usize, f64)> {
    let n_trees = grown.forest.trees.len();
    let mut votes = Votes::none(labels.n_samples(), labels.n_labels());
    let mut curve = Vec::new();
    let mut shown = 0;
    for (at, (tree, fallen)) in grown.forest.trees.iter().zip(&grown.out_of_bag).enumerate() {
        votes.add(tree, fallen);
        // Denser where it rises: at equal steps of the square root.
        let step = ((at + 1) as f64 / n_trees as f64).sqrt() * N_POINTS as f64;
        if step as usize > shown || at + 1 == n_trees {
            shown = step as usize;
            curve.push((at + 1, rightness(labels, &votes)));
        }
    }
    curve
}

/// Grows forests on shuffled labels. Where all samples of a group have one label, the labels of
/// groups are shuffled, so that groups resemble themselves as before.
pub fn chance(
    all: &Training<'_>,
    whole: &Fit<'_>,
    parameters: &ForestParameters,
    [before, in_all]: [usize; 2],
    context: &Context,
) -> Result<Chance, AnalysisError> {
    let n_trees = n_null_trees(parameters);
    let fewer = ForestParameters {
        trees: n_trees,
        ..parameters.clone()
    };
    let mut votes = Votes::none(all.labels.n_samples(), all.labels.n_labels());
    let first = whole.grown.forest.trees.iter().zip(&whole.grown.out_of_bag);
    for (tree, fallen) in first.take(n_trees) {
        votes.add(tree, fallen);
    }
    let found = rightness(all.labels, &votes);
    let mut shuffled = Vec::with_capacity(parameters.null_runs);
    for run in 0..parameters.null_runs {
        let mut random = Random::of_piece(parameters.seed ^ SHUFFLE_STREAM, run as u64);
        let labels = all.labels.select(&shuffled_order(all, &mut random));
        let growth = Growth {
            seed: random.bits(),
            among: [before + run * n_trees, in_all],
        };
        let options = options(whole.rows.len(), all.groups, &fewer, growth);
        let grown = grow(whole.part(), &whole.features, &labels, &options, context)?;
        let votes = Votes::out_of_bag(&grown, labels.n_samples());
        shuffled.push(rightness(&labels, &votes));
    }
    Ok(Chance {
        n_trees,
        found,
        shuffled,
    })
}

/// Whose label each sample takes.
fn shuffled_order(all: &Training<'_>, random: &mut Random) -> Vec<usize> {
    let n = all.labels.n_samples();
    let mut order: Vec<usize> = (0..n).collect();
    let Some(groups) = all.groups else {
        random.shuffle(&mut order);
        return order;
    };
    let n_groups = groups.iter().max().map_or(0, |&last| last as usize + 1);
    let mut firsts = vec![n; n_groups];
    for (sample, &group) in groups.iter().enumerate().rev() {
        firsts[group as usize] = sample;
    }
    let own = |sample: usize| all.labels.of(sample);
    let is_of_group = (0..n).all(|at| own(at) == own(firsts[groups[at] as usize]));
    if is_of_group {
        random.shuffle(&mut firsts);
        return groups.iter().map(|&group| firsts[group as usize]).collect();
    }
    random.shuffle(&mut order);
    order
}
