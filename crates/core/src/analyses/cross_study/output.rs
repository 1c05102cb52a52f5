//! What `cross_study` gives: tables, scalars and the summary for the page.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    CoefficientSummary, Profile, SetFacts, Skipped, Statistic, Verdict, VerdictCode, figures,
    pairing::Pairing, sentences::signed, summarize, tables, verdicts,
};
use crate::{
    analyses::{NamedDataset, Scalars, StepOutput},
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    table::Table,
};

/// Profiles of two sets, compared.
#[derive(Debug)]
pub struct CrossStudyOutput {
    pub(super) inputs: [NamedDataset; 2],
    pub(super) sets: [SetFacts; 2],
    pub(super) pairing: Pairing,
    /// The compared profiles, sorted by name; `pairing.profiles` says where each stands.
    pub profiles: Vec<Profile>,
    /// The profiles of both sets with too few common values, sorted by name.
    pub skipped: Vec<Skipped>,
    pub(super) min_common: usize,
    pub(super) verdicts: Vec<Verdict>,
}

/// What the page shows beside tables and pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CrossStudySummary {
    /// What the sets are called.
    pub sets: [String; 2],
    /// What a profile is: "sample", "gene".
    pub profile_word: String,
    /// What a point is: "gene", "sample".
    pub point_word: String,
    /// Profiles compared.
    pub n_profiles: usize,
    /// Profiles in both sets with too few common values.
    pub n_skipped: usize,
    /// Profiles in the first, in the second set alone.
    pub n_only: [usize; 2],
    /// Points in both sets.
    pub n_common_points: usize,
    /// Pearson's r over the profiles; `None` without any.
    pub pearson: Option<CoefficientSummary>,
    /// Spearman's ρ over the profiles; `None` without any.
    pub spearman: Option<CoefficientSummary>,
    /// What the profiles say about the data.
    pub verdicts: Vec<Verdict>,
    /// How many profiles each verdict rests on; the evidence shown is the first
    /// `MAX_EVIDENCE`, the rest is in the table.
    pub n_evidence: Vec<usize>,
}

/// Most profiles shown with a verdict; the table has all.
pub const MAX_EVIDENCE: usize = 50;

impl CrossStudyOutput {
    pub(super) fn new(
        inputs: [NamedDataset; 2],
        sets: [SetFacts; 2],
        pairing: Pairing,
        profiles: Vec<Profile>,
        skipped: Vec<Skipped>,
        min_common: usize,
    ) -> Self {
        let samples_matched = pairing.match_by == super::MatchBy::Sample;
        Self {
            verdicts: verdicts(&profiles, &sets, samples_matched),
            inputs,
            sets,
            pairing,
            profiles,
            skipped,
            min_common,
        }
    }

    /// All verdicts, with all their evidence.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// One coefficient of every profile; NaN where it does not exist.
    pub fn coefficients(&self, statistic: Statistic) -> Vec<f64> {
        let coefficient = match statistic {
            Statistic::Pearson => Profile::pearson,
            Statistic::Spearman => Profile::spearman,
        };
        self.profiles.iter().map(coefficient).collect()
    }

    pub(super) fn words(&self) -> (&'static str, &'static str) {
        self.pairing.match_by.words()
    }

    fn summary_of(&self, statistic: Statistic) -> Option<CoefficientSummary> {
        summarize(&self.coefficients(statistic))
    }
}

impl StepOutput for CrossStudyOutput {
    type Summary = CrossStudySummary;

    fn summary(&self) -> CrossStudySummary {
        let mut shown = self.verdicts.clone();
        for verdict in &mut shown {
            verdict.evidence.truncate(MAX_EVIDENCE);
        }
        CrossStudySummary {
            sets: [self.sets[0].label.clone(), self.sets[1].label.clone()],
            profile_word: self.words().0.into(),
            point_word: self.words().1.into(),
            n_profiles: self.profiles.len(),
            n_skipped: self.skipped.len(),
            n_only: [self.pairing.only[0].len(), self.pairing.only[1].len()],
            n_common_points: self.pairing.points.len(),
            pearson: self.summary_of(Statistic::Pearson),
            spearman: self.summary_of(Statistic::Spearman),
            n_evidence: self.verdicts.iter().map(|v| v.evidence.len()).collect(),
            verdicts: shown,
        }
    }

    fn tables(&self) -> Vec<Table> {
        tables::tables(self)
    }

    fn scalars(&self) -> Scalars {
        let mut scalars = Scalars::new();
        scalars.insert("n_profiles".into(), json!(self.profiles.len()));
        scalars.insert("n_skipped".into(), json!(self.skipped.len()));
        for statistic in Statistic::ALL {
            let summary = self.summary_of(statistic);
            let share =
                |count: fn(&CoefficientSummary) -> usize| summary.map(|s| s.share(count(&s)));
            for (name, value) in [
                ("median", summary.map(|s| s.median)),
                ("mean", summary.map(|s| s.mean)),
                ("sd", summary.and_then(|s| s.sd)),
                ("share_above_0_5", share(|s| s.n_above_0_5)),
                ("share_above_0_7", share(|s| s.n_above_0_7)),
                ("share_abs_above_0_5", share(|s| s.n_abs_above_0_5)),
                ("share_abs_above_0_7", share(|s| s.n_abs_above_0_7)),
                ("share_negative", share(|s| s.n_negative)),
            ] {
                scalars.insert(format!("{name}_{}", statistic.name()), json!(value));
            }
        }
        scalars
    }

    fn figures(&self) -> Vec<FigureInfo> {
        figures::infos()
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        figures::figure(self, request)
    }

    fn note(&self) -> String {
        let (profile, point) = self.words();
        let [a, b] = [&self.sets[0].label, &self.sets[1].label];
        let start = format!(
            "Profiles of {} {profile}s measured in both {a} and {b} were compared over the {point}s without a missing value in either set ({} {point}s are in both). For each, Pearson and Spearman correlation were computed, with two-sided p-values; {} {profile}s had fewer than {} common {point}s and were left out.",
            self.profiles.len(),
            self.pairing.points.len(),
            self.skipped.len(),
            self.min_common
        );
        let [pearson, spearman] = Statistic::ALL.map(|statistic| self.summary_of(statistic));
        let (Some(pearson), Some(spearman)) = (pearson, spearman) else {
            return start;
        };
        let sd = pearson
            .sd
            .map_or_else(String::new, |sd| format!(", sd {sd:.3}"));
        format!(
            "{start} The median Pearson r was {} (mean {}{sd}, n = {}), the median Spearman ρ {}; {} profiles were negative.",
            signed(pearson.median),
            signed(pearson.mean),
            pearson.n,
            signed(spearman.median),
            pearson.n_negative
        )
    }
}

impl VerdictCode {
    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::SetFlipped => "set_flipped",
            Self::ProfileFlipped => "profile_flipped",
            Self::Cancelling => "cancelling",
            Self::OwnGeneNotDown => "own_gene_not_down",
            Self::SameData => "same_data",
            Self::LinearAgainstLog => "linear_against_log",
            Self::AllClear => "all_clear",
        }
    }
}
