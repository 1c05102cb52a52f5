//! How much made samples of the rare label are like real ones held out.

use super::{Arm, ArmScores, arms::Arms};
use crate::{
    context::Context,
    error::AnalysisError,
    matrix::Matrix,
    random::Random,
    stats::{
        augmentation::{adversarial_accuracy, correlation_score, memorization, neighbor_shares},
        classification::{roc_auc, threshold_curve},
        forest::{ClassWeight, Features, ForestOptions, Labels, Part, Votes, grow},
    },
};

/// Made samples that are looked at.
const N_MADE: usize = 50;

/// Genes that are looked at: those that vary most among training samples.
const MAX_GENES: usize = 500;

/// Neighbors that make the radius of a neighborhood, less where there are fewer.
const N_NEIGHBORS: usize = 3;

/// Trees of the forest that tells made from real ones.
const N_TREES: usize = 50;

/// Figures of one way to make samples, each NaN where there are too few samples for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// See [`correlation_score`], of made samples and real ones held out.
    pub correlation_score: f64,
    /// The same of rare training samples and real ones held out: the most to hope for.
    pub ceiling: f64,
    /// Share of made samples near real ones held out.
    pub precision: f64,
    /// Share of real ones held out near made samples.
    pub recall: f64,
    /// See [`adversarial_accuracy`].
    pub adversarial_accuracy: f64,
    /// How well a forest tells made samples from real ones held out, out of its bags.
    pub real_synthetic_auc: f64,
    /// AUC of the rare label, held out, by a forest whose rare training samples are made ones, as
    /// many as there are real ones: trained on synthetic, tested on real.
    pub made_alone_auc: f64,
    /// The same by a forest of the real training samples.
    pub real_alone_auc: f64,
    /// Median distance from made samples to the nearest rare training sample.
    pub nearest_made: f64,
    /// Median distance from rare training samples to the nearest other one.
    pub nearest_training: f64,
    /// Share of made samples nearer to a training sample than 95 % of those are to each other.
    pub share_nearer: f64,
}

impl Quality {
    /// Names and titles of all figures in tables.
    pub const NAMES: [(&'static str, &'static str); 11] = [
        ("correlation_score", "Correlation score"),
        ("ceiling", "Score of real samples"),
        ("precision", "Precision"),
        ("recall", "Recall"),
        ("adversarial_accuracy", "Adversarial accuracy"),
        ("real_synthetic_auc", "AUC, real or made"),
        ("made_alone_auc", "AUC, learned from made alone"),
        ("real_alone_auc", "AUC, learned from real alone"),
        ("nearest_made", "Nearest, made to training"),
        ("nearest_training", "Nearest, training to training"),
        ("share_nearer", "Share nearer than training"),
    ];

    /// All figures, in the order of their names.
    pub fn figures(&self) -> [f64; 11] {
        [
            self.correlation_score,
            self.ceiling,
            self.precision,
            self.recall,
            self.adversarial_accuracy,
            self.real_synthetic_auc,
            self.made_alone_auc,
            self.real_alone_auc,
            self.nearest_made,
            self.nearest_training,
            self.share_nearer,
        ]
    }
}

/// The quality of every way of [`Arm::MAKING`], in that order; `scores` are those of the arms.
pub fn qualities(
    arms: &Arms,
    scores: &[ArmScores],
    random: &mut Random,
) -> Result<Vec<Quality>, AnalysisError> {
    let (split, context) = (arms.split, arms.context);
    let panel = Panel::of(arms.training);
    let seen = |places: &[usize]| panel.view(&split.matrix_of(&split.rare_of(places)).transposed());
    let (learned, held_out) = (seen(&split.training), seen(&split.held_out));
    let of_arm = |&arm: &Arm| {
        let made = panel.view(&arms.maker.make(arm, N_MADE, random));
        let k = N_NEIGHBORS.min(held_out.n_rows().saturating_sub(1));
        let shares = neighbor_shares(&held_out, &made, k);
        let distances = memorization(&learned, &made);
        Ok(Quality {
            correlation_score: correlation_score(&held_out, &made),
            ceiling: correlation_score(&held_out, &learned),
            precision: shares.precision,
            recall: shares.recall,
            adversarial_accuracy: adversarial_accuracy(&held_out, &made),
            real_synthetic_auc: real_synthetic_auc(&held_out, &made, random.bits(), context)?,
            made_alone_auc: arms.auc_of_made_alone(arm, random)?,
            real_alone_auc: scores[Arm::None.place()].rare_auc,
            nearest_made: distances.made[1],
            nearest_training: distances.training[1],
            share_nearer: distances.share_nearer,
        })
    };
    Arm::MAKING.iter().map(of_arm).collect()
}

/// The mean of each figure over repeats that have it.
pub fn mean_quality(of: &[Quality]) -> Quality {
    let mean = |figure: fn(&Quality) -> f64| {
        let present = of.iter().map(figure).filter(|x| !x.is_nan());
        let (sum, n) = present.fold((0.0, 0), |(sum, n), x| (sum + x, n + 1));
        sum / f64::from(n)
    };
    Quality {
        correlation_score: mean(|of| of.correlation_score),
        ceiling: mean(|of| of.ceiling),
        precision: mean(|of| of.precision),
        recall: mean(|of| of.recall),
        adversarial_accuracy: mean(|of| of.adversarial_accuracy),
        real_synthetic_auc: mean(|of| of.real_synthetic_auc),
        made_alone_auc: mean(|of| of.made_alone_auc),
        real_alone_auc: mean(|of| of.real_alone_auc),
        nearest_made: mean(|of| of.nearest_made),
        nearest_training: mean(|of| of.nearest_training),
        share_nearer: mean(|of| of.share_nearer),
    }
}

/// Standardized genes that vary most, as training samples say.
struct Panel {
    /// Row, mean and standard deviation.
    genes: Vec<(usize, f64, f64)>,
}

impl Panel {
    fn of(training: &Matrix) -> Self {
        let n = training.n_columns() as f64;
        let moments = |gene: usize| {
            let row = training.row(gene);
            let mean = cuvette_kernels::sums::sum(row) / n;
            let square = cuvette_kernels::sums::sum_of_squares_about(row, mean);
            (gene, mean, (square / (n - 1.0).max(1.0)).sqrt())
        };
        let mut genes: Vec<_> = (0..training.n_rows()).map(moments).collect();
        genes.retain(|gene| gene.2 > 0.0);
        genes.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
        genes.truncate(MAX_GENES);
        Self { genes }
    }

    /// Samples × the genes of the panel, of samples × all genes.
    fn view(&self, samples: &Matrix) -> Matrix {
        let mut values = Vec::with_capacity(samples.n_rows() * self.genes.len());
        for sample in 0..samples.n_rows() {
            let row = samples.row(sample);
            let cell = |&(gene, mean, spread): &(usize, f64, f64)| {
                ((f64::from(row[gene]) - mean) / spread) as f32
            };
            values.extend(self.genes.iter().map(cell));
        }
        Matrix::from_rows(samples.n_rows(), self.genes.len(), values)
    }
}

/// ½ where a forest cannot tell made from real ones; NaN with fewer than 3 real ones.
fn real_synthetic_auc(
    real: &Matrix,
    made: &Matrix,
    seed: u64,
    context: &Context,
) -> Result<f64, AnalysisError> {
    if real.n_rows() < 3 {
        return Ok(f64::NAN);
    }
    let values = [real.values(), made.values()].concat();
    let n = real.n_rows() + made.n_rows();
    let matrix = Matrix::from_rows(n, real.n_columns(), values).into_transposed();
    let of = (0..n).map(|at| u32::from(at >= real.n_rows())).collect();
    let labels = Labels::single(vec!["real".into(), "synthetic".into()], of);
    let features = Features::quantize(Part::whole(&matrix), context)?;
    let options = ForestOptions {
        n_trees: N_TREES,
        n_tried: ((matrix.n_rows() as f64).sqrt() as usize).max(1),
        class_weight: ClassWeight::Balanced,
        groups: None,
        seed,
        among: [0, N_TREES],
    };
    let grown = grow(Part::whole(&matrix), &features, &labels, &options, context)?;
    let probabilities = Votes::out_of_bag(&grown, n).probabilities();
    let of_made: Vec<f64> = probabilities.iter().skip(1).step_by(2).copied().collect();
    let is_made: Vec<bool> = (0..n).map(|at| at >= real.n_rows()).collect();
    Ok(roc_auc(&threshold_curve(&of_made, &is_made)))
}
