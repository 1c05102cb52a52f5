//! What the profiles say about the data: wrong signs, the same data twice, another scale.

use serde::{Deserialize, Serialize};

use super::{Profile, rules::Case, sentences, summarize};
use crate::analyses::SampleSet;

/// The verdicts, by the names of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictCode {
    /// Over two thirds of the profiles are negative, and the sign test gives p < 1e-3.
    SetFlipped,
    /// r < −0.5.
    ProfileFlipped,
    /// |r| < 0.1 while the median of the set exceeds 0.5.
    Cancelling,
    /// The perturbed gene is not below zero.
    OwnGeneNotDown,
    /// r > 0.9999.
    SameData,
    /// One set has no negative value, ρ ≥ 0.999, r < 0.999.
    LinearAgainstLog,
    /// What was looked for and not found.
    AllClear,
}

/// How much a verdict asks of the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Something is wrong with high probability.
    Warn,
    /// Worth a look.
    Check,
    /// In order.
    Ok,
}

/// One verdict with its grounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Which.
    pub code: VerdictCode,
    /// How much it asks.
    pub level: Level,
    /// The claim: "2 profiles look sign-flipped".
    pub title: String,
    /// Why, and what it means, in sentences with numbers.
    pub sentence: String,
    /// True where it is about a set as a whole.
    pub of_whole_set: bool,
    /// The profiles it rests on; none where the whole set is flipped.
    pub evidence: Vec<Evidence>,
    /// What can be done, each by one click.
    pub actions: Vec<Action>,
}

/// One profile that a verdict rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The profile.
    pub profile: String,
    /// Pearson's r.
    pub pearson: f64,
    /// Spearman's ρ.
    pub spearman: f64,
    /// The numbers as a phrase.
    pub text: String,
}

/// A step that would repair what a verdict says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Put `flip_sign` before the comparison.
    FlipSign {
        /// Which set: 0 is the first, 1 the second of `of`.
        set: usize,
        /// What the set is called.
        label: String,
        /// The samples to flip, all or by name.
        samples: SampleSet,
    },
}

/// What the verdicts ask of a set beyond its profiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetFacts {
    /// What it is called in sentences.
    pub label: String,
    /// True where a compared value is below zero.
    pub has_negative: bool,
}

/// All verdicts on the profiles, sure troubles first, then in the order of [`VerdictCode`]; without profiles there is none.
///
/// `samples_matched` says whether profiles are samples: genes cannot be flipped one by one.
pub fn verdicts(profiles: &[Profile], sets: &[SetFacts; 2], samples_matched: bool) -> Vec<Verdict> {
    let coefficients: Vec<f64> = profiles
        .iter()
        .map(Profile::pearson)
        .filter(|r| !r.is_nan())
        .collect();
    let Some(summary) = summarize(&coefficients) else {
        return Vec::new();
    };
    let case = Case {
        profiles,
        sets,
        samples_matched,
        coefficients,
        median: summary.median,
    };
    let set_flipped = case.set_flipped();
    let is_set_flipped = set_flipped.is_some();
    let mut found: Vec<Verdict> = [
        set_flipped,
        case.profile_flipped(is_set_flipped),
        case.cancelling(),
    ]
    .into_iter()
    .flatten()
    .collect();
    found.extend(case.own_gene_not_down());
    found.extend(case.same_data());
    found.extend(case.linear_against_log());
    // A sure trouble stands before one that is only worth a look.
    found.sort_by_key(|verdict| verdict.level);
    found.extend(sentences::all_clear(&case, &found));
    found
}
