//! What `augment` gives.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Arm, ArmScores, AugmentParameters, Comparison, Quality, Verdict, figures, labelled::Labelled,
    run::SplitResult, tables,
};
use crate::{
    analyses::{SYNTHETIC, Scalars, StepOutput},
    dataset::Dataset,
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    matrix::Matrix,
    stats::augmentation::LossPoint,
    table::Table,
};

/// A change smaller than this is not worth a word.
const NO_CHANGE: f64 = 0.005;

/// From here on the order of samples by their probability leaves nothing to gain.
const RANKED_RIGHT: f64 = 0.95;

/// Ways to help a rare label, tested.
#[derive(Debug)]
pub struct AugmentOutput {
    /// Real samples, then those made in the way chosen, flagged in the annotation `synthetic`.
    pub dataset: Arc<Dataset>,
    /// All comparisons: each way with none, the GAN with the best cheap way, and the way chosen,
    /// where it is another one, with the best other cheap way.
    pub comparisons: Vec<Comparison>,
    /// Of made samples, by way in the order of [`Arm::MAKING`].
    pub qualities: Vec<Quality>,
    pub(super) n_made: usize,
    pub(super) splits: Vec<SplitResult>,
    pub(super) last_losses: Vec<LossPoint>,
    pub(super) shown: Shown,
    pub(super) labelled: Labelled,
    pub(super) parameters: AugmentParameters,
    pub(super) input_name: String,
}

/// Where samples lie along principal components of the real ones: samples × components.
#[derive(Debug)]
pub struct Shown {
    pub real: Matrix,
    /// By way, in the order of [`Arm::MAKING`].
    pub made: Vec<Matrix>,
}

/// What the page shows beside tables and pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AugmentSummary {
    /// The rare label.
    pub rare: String,
    /// Its real samples, those of the median split that were learned from and held out.
    pub n_rare: [usize; 3],
    /// Samples made and given to later steps.
    pub n_synthetic: usize,
    /// Mean F1 of the rare label without help, with the best cheap way, and with the GAN.
    pub rare_f1: [f64; 3],
    /// Name of the best cheap way.
    pub best_cheap: String,
    /// What is to be said of the GAN in two or three words: "No benefit".
    pub outcome: Verdict,
    /// What is to be said of it all.
    pub verdict: String,
}

impl AugmentOutput {
    /// The GAN against the best cheap way.
    pub fn gan(&self) -> &Comparison {
        &self.comparisons[Arm::ALL.len() - 1]
    }

    /// The way chosen against the best other cheap way; for the GAN and for none, the GAN's.
    pub fn chosen(&self) -> &Comparison {
        self.comparisons.last().unwrap_or_else(|| self.gan())
    }

    /// What is to be said, in sentences.
    pub fn verdict(&self) -> String {
        let mut sentences = vec![sentence(self.gan())];
        if self.chosen() != self.gan() {
            sentences.push(sentence(self.chosen()));
        }
        sentences.push(self.of_doing_nothing());
        sentences.join(" ")
    }

    /// The best cheap way against none, with its cost, and whether there was anything to gain.
    fn of_doing_nothing(&self) -> String {
        let best = self.gan().baseline;
        let auc = self.mean(Arm::None, |scores| scores.rare_auc);
        let ranked = if auc >= RANKED_RIGHT {
            format!(
                " AUC without help is {auc:.3}: samples were in the right order before, and help moves the threshold."
            )
        } else {
            String::new()
        };
        let Some(against_none) = self.comparisons.iter().find(|of| of.arm == best) else {
            return format!("No cheap way is better than no help.{ranked}");
        };
        let cost = match against_none.other_f1.difference {
            change if change.abs() < NO_CHANGE => "the other labels are as before".into(),
            change => format!("mean F1 of the other labels {}", signed(change)),
        };
        format!(
            "{} against no help: F1 {}; {cost}.{ranked}",
            capitalized(best.label()),
            words(against_none)
        )
    }

    /// The mean of a score over the splits that have it.
    pub(super) fn mean(&self, arm: Arm, of: fn(&ArmScores) -> f64) -> f64 {
        let scores = self.splits.iter().map(|split| &split.scores[arm.place()]);
        let present = scores.map(of).filter(|score| !score.is_nan());
        let (sum, n) = present.fold((0.0, 0), |(sum, n), score| (sum + score, n + 1));
        sum / f64::from(n)
    }

    fn mean_f1(&self, arm: Arm) -> f64 {
        self.mean(arm, |scores| scores.rare_f1)
    }
}

impl StepOutput for AugmentOutput {
    type Summary = AugmentSummary;

    fn summary(&self) -> AugmentSummary {
        let best = self.gan().baseline;
        let first = self.splits.first().map_or([0; 3], |split| split.n_rare);
        AugmentSummary {
            rare: self.labelled.rare_name().into(),
            n_rare: [self.labelled.n_rare(), first[0], first[2]],
            n_synthetic: self.n_made,
            rare_f1: [Arm::None, best, Arm::Gan].map(|arm| self.mean_f1(arm)),
            best_cheap: best.label().into(),
            outcome: self.gan().verdict(),
            verdict: self.verdict(),
        }
    }

    fn dataset(&self) -> Option<&Arc<Dataset>> {
        Some(&self.dataset)
    }

    fn tables(&self) -> Vec<Table> {
        tables::all(self)
    }

    fn scalars(&self) -> Scalars {
        let mut scalars = Scalars::new();
        scalars.insert("verdict".into(), json!(self.verdict()));
        scalars.insert("rare".into(), json!(self.labelled.rare_name()));
        scalars.insert("n_rare".into(), json!(self.labelled.n_rare()));
        scalars.insert("n_samples".into(), json!(self.labelled.samples.len()));
        scalars.insert("n_labels".into(), json!(self.labelled.labels.n_labels()));
        scalars.insert("n_genes".into(), json!(self.labelled.data.n_genes()));
        scalars.insert("n_synthetic".into(), json!(self.n_made));
        scalars.insert("repeats".into(), json!(self.splits.len()));
        scalars.insert("best_cheap".into(), json!(self.gan().baseline.name()));
        for arm in Arm::ALL {
            let name = format!("rare_f1_{}", arm.name());
            scalars.insert(name, json!(self.mean_f1(arm)));
        }
        scalars
    }

    fn figures(&self) -> Vec<FigureInfo> {
        figures::infos(self)
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        figures::figure(self, request)
    }

    fn note(&self) -> String {
        let grouped = match self.parameters.group.as_str() {
            "" => String::new(),
            group => format!(", groups of {group} kept together"),
        };
        let [n_learned, n_made, n_held_out] =
            self.splits.first().map_or([0; 3], |split| split.n_rare);
        let added = match self.n_made {
            0 => String::new(),
            n => format!(
                " Later steps read {n} synthetic samples ({}) behind the real ones, flagged in their names and in the annotation {SYNTHETIC}.",
                self.parameters.how.arm().label()
            ),
        };
        format!(
            "{} labels of {} real samples of {} were learned from {} genes by forests of {} trees, {} times with a share of {:.2} held out by label{grouped} (seed {}). Of {} samples of {}, {n_learned} were learned from, {n_held_out} held out and {n_made} made in the first split: copies; points between two (SMOTE); the rare mean with residuals of other labels; a conditional Wasserstein GAN with gradient penalty, {} steps in at most {} principal components, the mean of what it makes shifted to that of the training samples. Components, samples and thresholds were fitted on training samples alone. Intervals are those of the corrected resampled t test (Nadeau and Bengio 2003). {}{added}",
            self.labelled.labels.n_labels(),
            self.labelled.samples.len(),
            self.input_name,
            self.labelled.data.n_genes(),
            self.parameters.trees,
            self.splits.len(),
            self.parameters.test_share,
            self.parameters.seed,
            self.labelled.n_rare(),
            self.labelled.rare_name(),
            self.parameters.gan_steps,
            self.parameters.components,
            self.verdict(),
        )
    }
}

/// "+0.155", with a minus sign of the right length, and none where nothing is left of the number.
pub(super) fn signed(x: f64) -> String {
    match format!("{x:+.3}").as_str() {
        "+0.000" | "-0.000" => "0.000".into(),
        text => text.replace('-', "−"),
    }
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// One comparison in a sentence.
fn sentence(of: &Comparison) -> String {
    let (arm, baseline) = (capitalized(of.arm.label()), of.baseline.label());
    let of_f1 = words(of);
    match of.verdict() {
        Verdict::Helped => {
            format!("{arm}: better than the best cheap baseline ({baseline}): F1 {of_f1}.")
        }
        Verdict::Harmed => {
            format!("{arm}: worse than the best cheap baseline ({baseline}): F1 {of_f1}.")
        }
        Verdict::NoBenefit => {
            let why = if of.is_undecided() {
                "; so few splits differ that it may be chance"
            } else {
                ""
            };
            format!(
                "{arm}: no measurable benefit over the best cheap baseline ({baseline}): F1 {of_f1}{why}."
            )
        }
    }
}

/// "+0.155 (95 % interval −0.020 to +0.330, 8 wins, 1 loss)".
fn words(of: &Comparison) -> String {
    let Comparison {
        rare_f1,
        wins,
        losses,
        ..
    } = of;
    format!(
        "{} (95 % interval {} to {}; {wins} won, {losses} lost)",
        signed(rare_f1.difference),
        signed(rare_f1.low),
        signed(rare_f1.high)
    )
}

#[cfg(test)]
mod tests {
    use super::{sentence, signed};
    use crate::analyses::augment::{Arm, ArmScores, compare::compare};

    #[test]
    fn a_difference_has_its_sign_unless_nothing_is_left_of_it() {
        assert_eq!(signed(0.1554), "+0.155");
        assert_eq!(signed(-0.02), "−0.020");
        assert_eq!([signed(0.0), signed(-0.0), signed(-0.0004)], ["0.000"; 3]);
    }

    /// What is said of a GAN that is better by so much, split by split.
    fn said(differences: &[f64]) -> String {
        let score = |rare_f1| ArmScores {
            rare_f1,
            rare_precision: 0.0,
            rare_recall: 0.0,
            rare_auc: 0.0,
            rare_average_precision: 0.0,
            macro_f1: 0.0,
            other_f1: 0.0,
        };
        let split = |by: &f64| {
            let mut arms = vec![score(0.5); Arm::ALL.len()];
            arms[Arm::Gan.place()].rare_f1 += by;
            arms
        };
        let splits: Vec<_> = differences.iter().map(split).collect();
        sentence(&compare(Arm::Gan, Arm::Smote, &splits, 0.5))
    }

    #[test]
    fn a_sentence_says_what_the_splits_do_and_why_nothing_where_they_are_few() {
        let steady = [0.10, 0.11, 0.12, 0.10, 0.11, 0.12];
        let check = |differences: &[f64], start: &str, end: &str| {
            let found = said(differences);
            assert!(found.starts_with(start) && found.ends_with(end), "{found}");
        };
        check(
            &steady,
            "GAN: better than the best cheap baseline (SMOTE): F1 +0.110 (95 % interval +",
            "; 6 won, 0 lost).",
        );
        check(
            &steady.map(|x| -x),
            "GAN: worse than the best cheap baseline (SMOTE): F1 −0.110 (95 % interval −",
            "; 0 won, 6 lost).",
        );
        let nothing = "GAN: no measurable benefit over the best cheap baseline (SMOTE): F1 ";
        check(
            &[0.1, -0.1, 0.4, 0.0, 0.2, -0.3, 0.1],
            nothing,
            "; 4 won, 2 lost).",
        );
        let few = "; so few splits differ that it may be chance.";
        check(&steady[..5], nothing, few);
        check(
            &[0.0; 8],
            &format!("{nothing}0.000 (95 % interval 0.000 to 0.000; 0 won"),
            few,
        );
    }
}
