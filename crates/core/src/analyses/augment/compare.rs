//! Ways against each other, split by split, and what is to be said of it.

use serde::{Deserialize, Serialize};

use super::{Arm, ArmScores};
use crate::stats::student_t::two_sided_p_value;

/// One way against another, over all splits; differences are means, the first less the second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The first.
    pub arm: Arm,
    /// The second.
    pub baseline: Arm,
    /// Of F1 of the rare label, with its interval of 95 %.
    pub rare_f1: Interval,
    /// Splits in which the first is better.
    pub wins: usize,
    /// Splits in which the second is better.
    pub losses: usize,
    /// Of the area under the curve of the rare label.
    pub rare_auc: Interval,
    /// Of the mean F1 of the other labels.
    pub other_f1: Interval,
}

/// A mean and where it may lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The mean difference.
    pub difference: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Where fewer splits differ, all of them may be on one side by chance: 2 × 0.5⁵ > 0.05. Few splits
/// can also agree to the last digit, and then their interval has no width.
const MIN_DECIDED: usize = 6;

/// What a comparison says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The interval is above zero, and at least six splits differ.
    Helped,
    /// The interval is below zero, and at least six splits differ.
    Harmed,
    /// Zero is in the interval, or too few splits differ.
    NoBenefit,
}

impl Verdict {
    /// In two words at most.
    pub fn words(self) -> &'static str {
        match self {
            Self::Helped => "Helped",
            Self::Harmed => "Harmed",
            Self::NoBenefit => "No benefit",
        }
    }
}

impl Comparison {
    /// True where so few splits differ that all of them may by chance.
    pub fn is_undecided(&self) -> bool {
        self.wins + self.losses < MIN_DECIDED
    }

    /// What it says of F1 of the rare label.
    pub fn verdict(&self) -> Verdict {
        if self.is_undecided() {
            Verdict::NoBenefit
        } else if self.rare_f1.low > 0.0 {
            Verdict::Helped
        } else if self.rare_f1.high < 0.0 {
            Verdict::Harmed
        } else {
            Verdict::NoBenefit
        }
    }
}

/// Compares two ways over splits, each with all arms in the order of [`Arm::ALL`]; `test_ratio` is
/// samples held out by training samples.
pub fn compare(arm: Arm, baseline: Arm, splits: &[Vec<ArmScores>], test_ratio: f64) -> Comparison {
    let differences = |score: fn(&ArmScores) -> f64| -> Vec<f64> {
        let of_split =
            |arms: &Vec<ArmScores>| score(&arms[arm.place()]) - score(&arms[baseline.place()]);
        splits.iter().map(of_split).collect()
    };
    let of_f1 = differences(|scores| scores.rare_f1);
    Comparison {
        arm,
        baseline,
        rare_f1: interval(&of_f1, test_ratio),
        wins: of_f1.iter().filter(|&&x| x > 0.0).count(),
        losses: of_f1.iter().filter(|&&x| x < 0.0).count(),
        rare_auc: interval(&differences(|scores| scores.rare_auc), test_ratio),
        other_f1: interval(&differences(|scores| scores.other_f1), test_ratio),
    }
}

/// The cheap way with the best mean F1 of the rare label, `but` left out; of equal ones the first.
pub fn best_cheap(splits: &[Vec<ArmScores>], but: Arm) -> Arm {
    let mut best = (Arm::None, f64::NEG_INFINITY);
    for arm in Arm::ALL
        .into_iter()
        .filter(|arm| arm.is_cheap() && *arm != but)
    {
        let mean = mean_f1(splits, arm);
        if mean > best.1 {
            best = (arm, mean);
        }
    }
    best.0
}

/// Mean F1 of the rare label.
pub fn mean_f1(splits: &[Vec<ArmScores>], arm: Arm) -> f64 {
    let sum: f64 = splits.iter().map(|arms| arms[arm.place()].rare_f1).sum();
    sum / splits.len() as f64
}

/// The mean of differences with its interval of 95 % by the corrected resampled t test:
///
/// ```text
/// mean ± t(0.975, J − 1) sqrt(s² (1/J + n_test/n_training))
/// ```
///
/// Splits of the same samples are no new samples; without the second term, the interval would
/// shrink with every further split. NaN ends of fewer than two.
///
/// # References
///
/// Nadeau and Bengio 2003, <https://doi.org/10.1023/A:1024068626366>.
pub fn interval(differences: &[f64], test_ratio: f64) -> Interval {
    let n = differences.len() as f64;
    let difference = differences.iter().sum::<f64>() / n;
    let square: f64 = differences.iter().map(|x| (x - difference).powi(2)).sum();
    let error = (square / (n - 1.0) * (1.0 / n + test_ratio)).sqrt();
    let reach = t_quantile(n - 1.0) * error;
    Interval {
        difference,
        low: difference - reach,
        high: difference + reach,
    }
}

/// The value that |t| exceeds with a chance of 5 %; NaN without degrees of freedom.
fn t_quantile(df: f64) -> f64 {
    if df < 1.0 {
        return f64::NAN;
    }
    let (mut low, mut high) = (0.0, 13.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if two_sided_p_value(middle, df) > 0.05 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_SCORES: ArmScores = ArmScores {
        rare_f1: 0.0,
        rare_precision: 0.0,
        rare_recall: 0.0,
        rare_auc: 0.0,
        rare_average_precision: 0.0,
        macro_f1: 0.0,
        other_f1: 0.0,
    };

    #[test]
    fn quantiles_are_those_of_tables() {
        // R: qt(0.975, df).
        for (df, expected) in [
            (1.0, 12.706_204_736_432_1),
            (9.0, 2.262_157_162_798_2),
            (31.0, 2.039_513_446_396_4),
        ] {
            assert!((t_quantile(df) - expected).abs() < 1e-9, "{df}");
        }
        assert!(t_quantile(0.0).is_nan());
    }

    #[test]
    fn an_interval_is_wider_than_that_of_samples_of_their_own() {
        // By hand: s² = 0.0025, 1/3 + 1/2 = 5/6, qt(0.975, 2) = 4.302652729749.
        let found = interval(&[0.1, 0.2, 0.15], 0.5);
        let reach = 4.302_652_729_749 * (0.0025_f64 * 5.0 / 6.0).sqrt();
        assert!((found.difference - 0.15).abs() < 1e-12);
        assert!((found.high - 0.15 - reach).abs() < 1e-9);
        assert!((found.low - 0.15 + reach).abs() < 1e-9);
    }

    fn check(differences: &[f64], expected: Verdict) {
        let score = |rare_f1| ArmScores {
            rare_f1,
            ..NO_SCORES
        };
        let split = |by: &f64| {
            let mut arms = vec![score(0.5); Arm::ALL.len()];
            arms[Arm::Gan.place()].rare_f1 += by;
            arms
        };
        let splits: Vec<_> = differences.iter().map(split).collect();
        let found = compare(Arm::Gan, Arm::None, &splits, 0.5);
        assert_eq!(found.verdict(), expected, "{differences:?}");
    }

    #[test]
    fn a_verdict_needs_an_interval_off_zero_and_splits_that_differ() {
        let steady = [0.10, 0.11, 0.12, 0.10, 0.11, 0.12];
        check(&steady, Verdict::Helped);
        check(&steady.map(|x| -x), Verdict::Harmed);
        check(&steady[..5], Verdict::NoBenefit);
        check(&[0.1, 0.1], Verdict::NoBenefit);
        check(&[0.1, -0.1, 0.4, 0.0, 0.2, -0.3, 0.1], Verdict::NoBenefit);
        check(&[0.0; 8], Verdict::NoBenefit);
    }

    #[test]
    fn the_best_cheap_way_is_never_the_gan_nor_the_one_compared() {
        let score = |rare_f1| ArmScores {
            rare_f1,
            ..NO_SCORES
        };
        let splits = vec![[0.1, 0.2, 0.3, 0.8, 0.8, 0.7, 0.9].map(score).to_vec()];
        assert_eq!(best_cheap(&splits, Arm::Gan), Arm::Duplicate);
        assert_eq!(best_cheap(&splits, Arm::Duplicate), Arm::Smote);
        assert_eq!(mean_f1(&splits, Arm::Residual), 0.7);
    }
}
