//! What `cross_study` gives: tables, scalars and the summary for the page.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    CoefficientSummary, Profile, SetFacts, Skipped, Statistic, Verdict, VerdictCode, figures,
    histogram, pairing::Pairing, sentences::signed, summarize, verdicts,
};
use crate::{
    analyses::{NamedDataset, Scalars, StepOutput},
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    table::{NumberFormat, Table},
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
    min_common: usize,
    verdicts: Vec<Verdict>,
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
    /// [`MAX_EVIDENCE`], the rest is in the table.
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

    fn profiles_table(&self) -> Table {
        let number = |value: fn(&Profile) -> f64| self.profiles.iter().map(value).collect();
        let own = |side: usize| {
            let value = |profile: &Profile| profile.own_gene.as_ref().map(|own| own.values[side]);
            let values = self.profiles.iter().map(value);
            values.map(|value| value.unwrap_or(f64::NAN)).collect()
        };
        let counts = self
            .profiles
            .iter()
            .map(|p| Some(p.correlation.pearson.n as i64));
        let names = self.profiles.iter().map(|p| p.name.clone()).collect();
        let fixed = NumberFormat::Fixed(3);
        let [a, b] = [&self.sets[0].label, &self.sets[1].label];
        Table::new("profiles", "Profiles")
            .text("gene", "Profile", names)
            .number("pearson_r", "Pearson r", fixed, number(Profile::pearson))
            .number(
                "pearson_p",
                "p",
                NumberFormat::PValue,
                number(|p| p.correlation.pearson.p_value),
            )
            .number("spearman_r", "Spearman ρ", fixed, number(Profile::spearman))
            .number(
                "spearman_p",
                "p",
                NumberFormat::PValue,
                number(|p| p.correlation.spearman.p_value),
            )
            .integer(
                "n_common_genes",
                &format!("Common {}s", self.words().1),
                counts.collect(),
            )
            .number(
                "mean_a",
                &format!("Mean in {a}"),
                fixed,
                number(|p| p.means[0]),
            )
            .number(
                "mean_b",
                &format!("Mean in {b}"),
                fixed,
                number(|p| p.means[1]),
            )
            .number("own_gene_a", &format!("Own gene in {a}"), fixed, own(0))
            .number("own_gene_b", &format!("Own gene in {b}"), fixed, own(1))
            .text("verdict", "Verdict", self.codes_by_profile())
    }

    /// The verdicts that rest on each profile, joined.
    fn codes_by_profile(&self) -> Vec<String> {
        let mut codes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for verdict in &self.verdicts {
            for evidence in &verdict.evidence {
                codes
                    .entry(&evidence.profile)
                    .or_default()
                    .push(verdict.code.name());
            }
        }
        let joined = |profile: &Profile| {
            let mut found = codes
                .get(profile.name.as_str())
                .cloned()
                .unwrap_or_default();
            found.dedup();
            found.join(", ")
        };
        self.profiles.iter().map(joined).collect()
    }

    fn histogram_table(&self) -> Table {
        let [pearson, spearman] = Statistic::ALL.map(|statistic| self.coefficients(statistic));
        let bins = histogram(&pearson, &spearman);
        let fixed = NumberFormat::Fixed(3);
        Table::new("histogram", "Histogram")
            .number(
                "low",
                "From",
                fixed,
                bins.iter().map(|bin| bin.low).collect(),
            )
            .number(
                "high",
                "To",
                fixed,
                bins.iter().map(|bin| bin.high).collect(),
            )
            .integer(
                "pearson_count",
                "Pearson r",
                bins.iter().map(|bin| Some(bin.n_pearson as i64)).collect(),
            )
            .integer(
                "spearman_count",
                "Spearman ρ",
                bins.iter().map(|bin| Some(bin.n_spearman as i64)).collect(),
            )
    }

    fn verdicts_table(&self) -> Table {
        let mut rows: [Vec<String>; 4] = Default::default();
        let mut add = |cells: [&str; 4]| {
            for (column, cell) in rows.iter_mut().zip(cells) {
                column.push(cell.to_owned());
            }
        };
        for verdict in self
            .verdicts
            .iter()
            .filter(|v| v.code != VerdictCode::AllClear)
        {
            let code = verdict.code.name();
            if verdict.of_whole_set {
                add(["set", "", code, &verdict.sentence]);
            } else {
                for evidence in &verdict.evidence {
                    add(["profile", &evidence.profile, code, &evidence.text]);
                }
            }
        }
        let [scope, profile, verdict, evidence] = rows;
        Table::new("verdicts", "Verdicts")
            .text("scope", "About", scope)
            .text("profile", "Profile", profile)
            .text("verdict", "Verdict", verdict)
            .text("evidence", "Evidence", evidence)
    }

    fn skipped_table(&self) -> Table {
        let reason = format!("fewer than {} common values", self.min_common);
        Table::new("skipped", "Left out")
            .text(
                "gene",
                "Profile",
                self.skipped.iter().map(|s| s.name.clone()).collect(),
            )
            .integer(
                "n_common_genes",
                "Common values",
                self.skipped
                    .iter()
                    .map(|s| Some(s.n_common as i64))
                    .collect(),
            )
            .text("reason", "Why", vec![reason; self.skipped.len()])
    }

    fn unpaired_table(&self) -> Table {
        let rows = || self.pairing.only.iter().zip(&self.sets);
        let names = rows().flat_map(|(names, _)| names.clone()).collect();
        let sets = rows().flat_map(|(names, set)| vec![set.label.clone(); names.len()]);
        Table::new("unpaired", "In one set alone")
            .text("profile", "Profile", names)
            .text("set", "Set", sets.collect())
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
        let mut tables = vec![
            self.profiles_table(),
            self.histogram_table(),
            self.verdicts_table(),
        ];
        tables.push(self.skipped_table());
        tables.push(self.unpaired_table());
        tables
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
