//! The rule of each verdict.

use super::{Action, Evidence, Level, Profile, SetFacts, Verdict, VerdictCode, sentences};
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

/// What is known when verdicts are made.
pub struct Case<'a> {
    pub profiles: &'a [Profile],
    pub sets: &'a [SetFacts; 2],
    /// True where profiles are samples, which `flip_sign` can flip one by one.
    pub samples_matched: bool,
    /// Pearson's r, those that exist.
    pub coefficients: Vec<f64>,
    pub median: f64,
}

impl<'a> Case<'a> {
    pub fn set_flipped(&self) -> Option<Verdict> {
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

    pub fn profile_flipped(&self, is_set_flipped: bool) -> Option<Verdict> {
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

    pub fn cancelling(&self) -> Option<Verdict> {
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

    pub fn own_gene_not_down(&self) -> Vec<Verdict> {
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

    pub fn same_data(&self) -> Option<Verdict> {
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

    pub fn linear_against_log(&self) -> Option<Verdict> {
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
