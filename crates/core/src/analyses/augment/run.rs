//! Running `augment`.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::{
    Arm, ArmScores, AugmentOutput, AugmentParameters, How,
    arm::Growing,
    arms::Arms,
    compare::{best_cheap, compare},
    labelled::{Labelled, labelled},
    making::Maker,
    output::Shown,
    quality::{Quality, mean_quality, qualities},
    split::Split,
    synthetic::with_synthetic,
};
use crate::{
    analyses::NamedDataset,
    context::{Context, Loss},
    error::AnalysisError,
    matrix::Matrix,
    parallel,
    random::Random,
    stats::{
        augmentation::{LossPoint, WganOptions},
        center::is_constant,
    },
};

/// More cells (20,000 genes × 2,000 samples) and the splits at work, about 44 bytes a cell, leave
/// no memory in a page.
const MAX_CELLS: usize = 40_000_000;

/// Points of the loss curves of each GAN that are told while it learns, at most.
const N_TOLD: usize = 50;

/// What came of one split.
#[derive(Debug)]
pub struct SplitResult {
    /// By arm, in the order of [`Arm::ALL`].
    pub scores: Vec<ArmScores>,
    /// By arm, in the order of [`Arm::MAKING`].
    pub qualities: Vec<Quality>,
    /// How the GAN learned.
    pub losses: Vec<LossPoint>,
    /// Rare samples to learn from, made, and held out.
    pub n_rare: [usize; 3],
    /// Samples held out by training samples.
    pub test_ratio: f64,
}

/// What was made of all real samples.
struct Final {
    made: Vec<Matrix>,
    shown: Shown,
    losses: Vec<LossPoint>,
}

enum Job {
    Split(SplitResult),
    Final(Final),
}

pub fn run(
    input: &NamedDataset,
    parameters: &AugmentParameters,
    context: &Context,
) -> Result<AugmentOutput, AnalysisError> {
    let labelled = labelled(input, parameters, context)?;
    refuse_large(&labelled)?;
    refuse_without_variance(&labelled, input)?;
    refuse_balanced(&labelled, parameters)?;
    let work = Work {
        labelled: &labelled,
        parameters,
        context,
        n_done: AtomicUsize::new(0),
    };
    // The longest first, and all real samples take longest.
    let jobs = parallel::try_map(parameters.repeats + 1, &|at| match at {
        0 => work.last().map(Job::Final),
        repeat => work.split(repeat as u64).map(Job::Split),
    })?;
    let (mut splits, mut last) = (Vec::new(), None);
    for job in jobs {
        match job {
            Job::Split(split) => splits.push(split),
            Job::Final(made) => last = Some(made),
        }
    }
    let Some(last) = last else {
        return Err(AnalysisError::Cancelled);
    };
    Ok(assemble(input, parameters, labelled, splits, last))
}

fn refuse_large(labelled: &Labelled) -> Result<(), AnalysisError> {
    let (n_genes, n_samples) = (labelled.data.n_genes(), labelled.samples.len());
    if n_genes.saturating_mul(n_samples) <= MAX_CELLS {
        return Ok(());
    }
    Err(AnalysisError::Unsuitable {
        found: format!("{n_genes} genes in {n_samples} samples"),
        expected: format!("expected at most {MAX_CELLS} values"),
        hint: format!(
            "Keep the {} genes that vary most: filter_genes with top_variable",
            MAX_CELLS / n_samples
        ),
    })
}

fn refuse_without_variance(labelled: &Labelled, input: &NamedDataset) -> Result<(), AnalysisError> {
    let matrix = &labelled.data.matrix;
    if (0..matrix.n_rows()).any(|gene| !is_constant(matrix.row(gene))) {
        return Ok(());
    }
    Err(AnalysisError::Unsuitable {
        found: format!("no gene of {} varies between samples", input.name),
        expected: "expected genes that differ".into(),
        hint: "Look whether a step before this one made all samples equal".into(),
    })
}

fn refuse_balanced(
    labelled: &Labelled,
    parameters: &AugmentParameters,
) -> Result<(), AnalysisError> {
    if Split::whole(labelled).n_to_make(parameters.synthetic) > 0 {
        return Ok(());
    }
    Err(AnalysisError::Unsuitable {
        found: format!(
            "{} has {} samples, as many as the median of the other labels, or more",
            labelled.rare_name(),
            labelled.n_rare()
        ),
        expected: "expected a label of fewer samples than most".into(),
        hint: "Choose another label in rare, or say in synthetic how many samples to make".into(),
    })
}

struct Work<'a> {
    labelled: &'a Labelled,
    parameters: &'a AugmentParameters,
    context: &'a Context<'a>,
    /// Steps of GANs.
    n_done: AtomicUsize,
}

impl Work<'_> {
    fn random(&self, piece: u64) -> Random {
        Random::of_piece(self.parameters.seed, piece)
    }

    /// Learns from the training samples of a split, and tells how far all splits are and how this
    /// one learns. `network` is its number among all.
    fn maker(
        &self,
        network: usize,
        split: &Split,
        training: &Matrix,
        seed: u64,
    ) -> Result<Maker, AnalysisError> {
        let options = WganOptions {
            n_steps: self.parameters.gan_steps,
            seed,
            ..WganOptions::default()
        };
        let total = (self.parameters.repeats + 1) * self.parameters.gan_steps;
        let mut n_before = 0;
        let mut after = |point: LossPoint| {
            let n = point.step - n_before;
            let loss = told_loss(network, n_before, point, options.n_steps);
            n_before = point.step;
            let n_done = self.n_done.fetch_add(n, Ordering::Relaxed) + n;
            self.context.progress_with(n_done, total, "GAN steps", loss);
            self.context.check_cancelled()
        };
        let n_components = self.parameters.components;
        let quiet = self.context.of_piece();
        Maker::fit(split, training, &options, n_components, &quiet, &mut after)
    }

    fn last(&self) -> Result<Final, AnalysisError> {
        let split = Split::whole(self.labelled);
        let mut random = self.random(0);
        let training = split.matrix_of(&split.training);
        let mut maker = self.maker(0, &split, &training, random.bits())?;
        let n = split.n_to_make(self.parameters.synthetic);
        let made: Vec<Matrix> = Arm::MAKING
            .iter()
            .map(|&arm| maker.make(arm, n, &mut random))
            .collect();
        Ok(Final {
            shown: Shown {
                real: maker.space.scores.clone(),
                made: made.iter().map(|made| maker.space.encode(made)).collect(),
            },
            losses: std::mem::take(&mut maker.losses),
            made,
        })
    }

    fn split(&self, repeat: u64) -> Result<SplitResult, AnalysisError> {
        let mut random = self.random(repeat);
        let share = self.parameters.test_share;
        let Some(split) = Split::draw(self.labelled, share, &mut random) else {
            return Err(self.no_split());
        };
        let training = split.matrix_of(&split.training);
        let mut maker = self.maker(repeat as usize, &split, &training, random.bits())?;
        // A label can be the rarest of all samples and, by chance, not of the training samples.
        let n_made = split.n_to_make(self.parameters.synthetic).max(1);
        let arms = Arms {
            split: &split,
            training: &training,
            maker: &maker,
            n_made,
            growing: Growing {
                n_trees: self.parameters.trees,
                seed: random.bits(),
            },
            context: &self.context.of_piece(),
        };
        let scores = arms.scores(&mut random)?;
        let qualities = qualities(&arms, &scores, &mut random)?;
        Ok(SplitResult {
            scores,
            qualities,
            losses: std::mem::take(&mut maker.losses),
            n_rare: [
                split.n_rare(&split.training),
                n_made,
                split.n_rare(&split.held_out),
            ],
            test_ratio: split.held_out.len() as f64 / split.training.len() as f64,
        })
    }

    fn no_split(&self) -> AnalysisError {
        AnalysisError::Unsuitable {
            found: format!(
                "no split with a share of {} held out leaves samples of {} on both sides, at least two to learn from",
                self.parameters.test_share,
                self.labelled.rare_name()
            ),
            expected: "expected a share, and groups, that can be split".into(),
            hint: "Set test_share nearer to one half, or choose groups that hold fewer samples"
                .into(),
        }
    }
}

/// The point as it is told while the GAN learns: `N_TOLD` of them, evenly spread, where they are
/// numbers.
fn told_loss(network: usize, n_before: usize, point: LossPoint, n_steps: usize) -> Option<Loss> {
    let part = |n: usize| n * N_TOLD / n_steps;
    let is_told = part(point.step) > part(n_before);
    let is_number = point.critic.is_finite() && point.generator.is_finite();
    (is_told && is_number).then_some(Loss {
        network,
        step: point.step,
        n_steps,
        critic: point.critic,
        generator: point.generator,
    })
}

fn assemble(
    input: &NamedDataset,
    parameters: &AugmentParameters,
    labelled: Labelled,
    splits: Vec<SplitResult>,
    last: Final,
) -> AugmentOutput {
    let of_splits: Vec<Vec<ArmScores>> = splits.iter().map(|split| split.scores.clone()).collect();
    let ratios = splits.iter().map(|split| split.test_ratio);
    let test_ratio = ratios.sum::<f64>() / splits.len() as f64;
    let against = |arm, baseline| compare(arm, baseline, &of_splits, test_ratio);
    let mut comparisons: Vec<_> = Arm::ALL[1..]
        .iter()
        .map(|&arm| against(arm, Arm::None))
        .collect();
    comparisons.push(against(Arm::Gan, best_cheap(&of_splits, Arm::Gan)));
    let chosen = parameters.how.arm();
    if !matches!(parameters.how, How::None | How::Gan) {
        comparisons.push(against(chosen, best_cheap(&of_splits, chosen)));
    }
    let qualities = (0..Arm::MAKING.len())
        .map(|at| {
            let of_arm: Vec<Quality> = splits.iter().map(|split| split.qualities[at]).collect();
            mean_quality(&of_arm)
        })
        .collect();
    let made = Arm::MAKING.iter().position(|&arm| arm == chosen);
    let none = Matrix::from_rows(0, labelled.data.n_genes(), Vec::new());
    let made = made.map_or(&none, |at| &last.made[at]);
    let dataset = with_synthetic(
        &input.data,
        &labelled,
        &parameters.label,
        chosen.name(),
        made,
    );
    AugmentOutput {
        dataset: Arc::new(dataset),
        n_made: made.n_rows(),
        input_name: input.name.clone(),
        parameters: parameters.clone(),
        labelled,
        splits,
        comparisons,
        qualities,
        last_losses: last.losses,
        shown: last.shown,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{dataset::Dataset, stats::forest::Labels};

    fn labelled(n_genes: usize, n_samples: usize) -> Labelled {
        let genes = (0..n_genes).map(|at| at.to_string()).collect();
        Labelled {
            data: Arc::new(Dataset::new(Matrix::missing(n_genes, 0), genes, Vec::new())),
            samples: (0..n_samples).collect(),
            labels: Labels::single(Vec::new(), Vec::new()),
            groups: None,
            rare: 0,
            learn_from: None,
        }
    }

    #[test]
    fn what_no_page_can_hold_is_refused_with_how_many_genes_to_keep() {
        assert_eq!(refuse_large(&labelled(20_000, 2_000)), Ok(()));
        let error = refuse_large(&labelled(20_001, 2_000)).unwrap_err();
        assert!(
            error
                .hint()
                .unwrap_or_default()
                .contains("Keep the 20000 genes")
        );
    }
}
