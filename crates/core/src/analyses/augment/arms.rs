//! All ways to help, tested on one split.

use super::{
    Arm, ArmScores,
    arm::{Ground, Growing, above_threshold, judge, most_probable, score, tuned_threshold},
    making::{Maker, with_made},
    split::Split,
};
use crate::{
    context::Context,
    error::AnalysisError,
    matrix::Matrix,
    random::Random,
    stats::forest::{ClassWeight, Labels},
};

/// Arms of one split.
pub struct Arms<'a> {
    pub split: &'a Split<'a>,
    pub training: &'a Matrix,
    pub maker: &'a Maker,
    pub n_made: usize,
    pub growing: Growing,
    pub context: &'a Context<'a>,
}

impl Arms<'_> {
    /// By arm, in the order of [`Arm::ALL`].
    pub fn scores(&self, random: &mut Random) -> Result<Vec<ArmScores>, AnalysisError> {
        let labelled = self.split.labelled;
        let (labels, rare) = (&labelled.labels, labelled.rare);
        let of_training = labels.select(&self.split.training);
        let of_held_out = labels.select(&self.split.held_out);
        let judged =
            |ground: &Ground, weight| judge(ground, weight, self.split, self.growing, self.context);
        let scored =
            |called: &[usize], held_out: &[f64]| score(&of_held_out, called, held_out, rare);
        let scored_most_probable =
            |held_out: &[f64]| scored(&most_probable(held_out, labels.n_labels()), held_out);
        // Made samples are of groups of their own.
        let n_training = of_training.n_samples();
        let groups = self.split.groups_of_training(self.n_made);
        let ground = Ground {
            matrix: self.training,
            labels: &of_training,
            groups: groups.as_ref().map(|groups| &groups[..n_training]),
        };
        let plain = judged(&ground, ClassWeight::None)?;
        let weighed = judged(&ground, ClassWeight::BalancedSubsample)?;
        let threshold = tuned_threshold(&plain, &of_training, rare);
        let called = above_threshold(&plain.held_out, labels.n_labels(), rare, threshold);
        let mut all = vec![
            scored_most_probable(&plain.held_out),
            scored_most_probable(&weighed.held_out),
            scored(&called, &plain.held_out),
        ];
        let with_rare = with_rare(&of_training, rare, self.n_made);
        for arm in Arm::MAKING {
            let made = self.maker.make(arm, self.n_made, random);
            let ground = Ground {
                matrix: &with_made(self.training, &made),
                labels: &with_rare,
                groups: groups.as_deref(),
            };
            all.push(scored_most_probable(
                &judged(&ground, ClassWeight::None)?.held_out,
            ));
        }
        Ok(all)
    }

    /// AUC of the rare label by a forest whose rare training samples are all made, as many as there
    /// are real ones.
    pub fn auc_of_made_alone(&self, arm: Arm, random: &mut Random) -> Result<f64, AnalysisError> {
        let Split {
            labelled, training, ..
        } = self.split;
        let rare = labelled.rare;
        let of_training = labelled.labels.select(training);
        let others: Vec<usize> = (0..training.len())
            .filter(|&at| !of_training.has(at, rare))
            .collect();
        let n_made = training.len() - others.len();
        let made = self.maker.make(arm, n_made, random);
        let groups = self.split.groups_of_training(n_made).map(|groups| {
            let of_others = others.iter().map(|&at| groups[at]);
            of_others
                .chain(groups[training.len()..].iter().copied())
                .collect::<Vec<u32>>()
        });
        let ground = Ground {
            matrix: &with_made(&self.training.select_columns(&others), &made),
            labels: &with_rare(&of_training.select(&others), rare, n_made),
            groups: groups.as_deref(),
        };
        let judged = judge(
            &ground,
            ClassWeight::None,
            self.split,
            self.growing,
            self.context,
        )?;
        let of_held_out = labelled.labels.select(&self.split.held_out);
        let called = most_probable(&judged.held_out, labelled.labels.n_labels());
        Ok(score(&of_held_out, &called, &judged.held_out, rare).rare_auc)
    }
}

/// Labels with those of `n_made` rare samples behind them.
fn with_rare(labels: &Labels, rare: usize, n_made: usize) -> Labels {
    let real = (0..labels.n_samples()).map(|at| labels.of(at)[0]);
    let of = real.chain(vec![rare as u32; n_made]).collect();
    Labels::single(labels.names.clone(), of)
}
