//! What the profiles say about the data: wrong signs, the same data twice, another scale.

use serde::{Deserialize, Serialize};

use super::{Profile, sentences, summarize};
use crate::{analyses::SampleSet, stats::sign_test::sign_test};

/// Above this share of negative profiles, together with [`MAX_SIGN_TEST_P`], a set is in doubt.
const SHARE_FLIPPED: f64 = 2.0 / 3.0;
const MAX_SIGN_TEST_P: f64 = 1e-3;
/// A profile below this r is in doubt.
const FLIPPED_R: f64 = -0.5;
/// A profile nearer to zero than this, in a set whose median exceeds `AGREEING_MEDIAN`, may cancel.
const CANCELLING_ABS_R: f64 = 0.1;
const AGREEING_MEDIAN: f64 = 0.5;
/// Above this r two profiles are one measurement.
const SAME_R: f64 = 0.9999;
/// From this ρ up and below this r, order agrees and scale does not.
const SCALE: f64 = 0.999;

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

/// What is known when verdicts are made.
pub(super) struct Case<'a> {
    pub profiles: &'a [Profile],
    pub sets: &'a [SetFacts; 2],
    /// True where profiles are samples, which `flip_sign` can flip one by one.
    pub samples_matched: bool,
    /// Pearson's r, those that exist.
    pub coefficients: Vec<f64>,
    pub median: f64,
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

impl<'a> Case<'a> {
    fn set_flipped(&self) -> Option<Verdict> {
        let n_negative = self.coefficients.iter().filter(|&&r| r < 0.0).count();
        let n_positive = self.coefficients.iter().filter(|&&r| r > 0.0).count();
        let p = sign_test(n_negative, n_positive);
        let share = n_negative as f64 / self.coefficients.len() as f64;
        if share <= SHARE_FLIPPED || p >= MAX_SIGN_TEST_P {
            return None;
        }
        let (side, reason) = self.set_to_flip();
        Some(Verdict {
            code: VerdictCode::SetFlipped,
            level: Level::Warn,
            title: "One whole set looks sign-flipped".into(),
            sentence: sentences::set_flipped(self, n_negative, p, side, reason),
            of_whole_set: true,
            evidence: Vec::new(),
            actions: vec![Action::FlipSign {
                set: side,
                label: self.sets[side].label.clone(),
                samples: SampleSet::All,
            }],
        })
    }

    /// Which set to flip, and whether the own genes say so: the set whose own genes are up.
    fn set_to_flip(&self) -> (usize, bool) {
        match [0, 1].map(|side| self.own_genes_are_up(side)) {
            [true, false] if self.n_own_genes(1) > 0 => (0, true),
            [false, true] if self.n_own_genes(0) > 0 => (1, true),
            _ => (1, false),
        }
    }

    fn own_values(&self, side: usize) -> impl Iterator<Item = (&'a Profile, f64)> {
        let is_signed = self.sets[side].has_negative;
        self.profiles
            .iter()
            .filter(move |_| is_signed)
            .filter_map(move |profile| Some((profile, profile.own_gene.as_ref()?.values[side])))
            .filter(|(_, value)| !value.is_nan())
    }

    pub fn n_own_genes(&self, side: usize) -> usize {
        self.own_values(side).count()
    }

    pub fn n_own_genes_up(&self, side: usize) -> usize {
        self.own_values(side)
            .filter(|&(_, value)| value >= 0.0)
            .count()
    }

    /// True where own genes are up in over half of the profiles of a set.
    fn own_genes_are_up(&self, side: usize) -> bool {
        2 * self.n_own_genes_up(side) > self.n_own_genes(side)
    }

    fn profile_flipped(&self, is_set_flipped: bool) -> Option<Verdict> {
        let mut flipped = self.chosen(|profile| profile.pearson() < FLIPPED_R);
        flipped.sort_by(|a, b| a.pearson().total_cmp(&b.pearson()));
        let first = flipped.first()?;
        let can_flip = self.samples_matched && !is_set_flipped;
        Some(Verdict {
            code: VerdictCode::ProfileFlipped,
            level: Level::Warn,
            title: sentences::counted(
                flipped.len(),
                "profile looks",
                "profiles look",
                "sign-flipped",
            ),
            sentence: sentences::profile_flipped(self, first, &flipped, is_set_flipped),
            of_whole_set: false,
            evidence: flipped
                .iter()
                .map(|profile| self.evidence(profile))
                .collect(),
            actions: if can_flip {
                self.flip_each(&flipped)
            } else {
                Vec::new()
            },
        })
    }

    /// One action per set: a profile is flipped in the first set where its own gene is up there
    /// and not in the second, else in the second.
    fn flip_each(&self, flipped: &[&Profile]) -> Vec<Action> {
        let mut samples = [Vec::new(), Vec::new()];
        for profile in flipped {
            let is_up = [0, 1].map(|side| {
                let own = profile.own_gene.as_ref().map(|own| own.values[side]);
                own.is_some_and(|value| value >= 0.0)
            });
            samples[usize::from(is_up != [true, false])].push(profile.name.clone());
        }
        samples
            .into_iter()
            .enumerate()
            .filter(|(_, names)| !names.is_empty())
            .map(|(set, names)| Action::FlipSign {
                set,
                label: self.sets[set].label.clone(),
                samples: SampleSet::Listed(names),
            })
            .collect()
    }

    fn cancelling(&self) -> Option<Verdict> {
        if self.median <= AGREEING_MEDIAN {
            return None;
        }
        let found = self.chosen(|profile| profile.pearson().abs() < CANCELLING_ABS_R);
        (!found.is_empty()).then(|| Verdict {
            code: VerdictCode::Cancelling,
            level: Level::Check,
            title: sentences::counted(found.len(), "profile may", "profiles may", "cancel out"),
            sentence: sentences::cancelling(self, found.len()),
            of_whole_set: false,
            evidence: found.iter().map(|profile| self.evidence(profile)).collect(),
            actions: Vec::new(),
        })
    }

    fn own_gene_not_down(&self) -> Vec<Verdict> {
        [0, 1]
            .into_iter()
            .filter_map(|side| self.own_gene_not_down_in(side))
            .collect()
    }

    fn own_gene_not_down_in(&self, side: usize) -> Option<Verdict> {
        let mut up: Vec<(&Profile, f64)> = self
            .own_values(side)
            .filter(|&(_, value)| value >= 0.0)
            .collect();
        up.sort_by(|a, b| b.1.total_cmp(&a.1));
        if up.is_empty() {
            return None;
        }
        let n = self.n_own_genes(side);
        let p = sign_test(n - up.len(), up.len());
        let of_whole_set = up.len() as f64 > SHARE_FLIPPED * n as f64 && p < MAX_SIGN_TEST_P;
        let label = &self.sets[side].label;
        Some(Verdict {
            code: VerdictCode::OwnGeneNotDown,
            level: Level::Check,
            title: format!(
                "Own gene not down in {} of {n} profiles of {label}",
                up.len()
            ),
            sentence: sentences::own_gene_not_down(label, of_whole_set),
            of_whole_set,
            evidence: up
                .iter()
                .map(|&(profile, _)| self.evidence(profile))
                .collect(),
            actions: Vec::new(),
        })
    }

    fn same_data(&self) -> Option<Verdict> {
        let found = self.chosen(|profile| profile.pearson() > SAME_R);
        (!found.is_empty()).then(|| Verdict {
            code: VerdictCode::SameData,
            level: Level::Warn,
            title: "The same data twice".into(),
            sentence: sentences::same_data(self, found.len()),
            of_whole_set: false,
            evidence: found.iter().map(|profile| self.evidence(profile)).collect(),
            actions: Vec::new(),
        })
    }

    fn linear_against_log(&self) -> Option<Verdict> {
        let side = self.sets.iter().position(|set| !set.has_negative)?;
        let found = self.chosen(|profile| profile.spearman() >= SCALE && profile.pearson() < SCALE);
        (!found.is_empty()).then(|| Verdict {
            code: VerdictCode::LinearAgainstLog,
            level: Level::Warn,
            title: "Linear values against logarithms".into(),
            sentence: sentences::linear_against_log(self, side, found.len()),
            of_whole_set: 2 * found.len() > self.profiles.len(),
            evidence: found.iter().map(|profile| self.evidence(profile)).collect(),
            actions: Vec::new(),
        })
    }

    fn chosen(&self, holds: impl Fn(&Profile) -> bool) -> Vec<&'a Profile> {
        self.profiles
            .iter()
            .filter(|profile| holds(profile))
            .collect()
    }

    fn evidence(&self, profile: &Profile) -> Evidence {
        Evidence {
            profile: profile.name.clone(),
            pearson: profile.pearson(),
            spearman: profile.spearman(),
            text: sentences::evidence(profile, self.sets),
        }
    }
}
