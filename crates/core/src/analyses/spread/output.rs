//! What `spread` gives.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::figures;
use crate::{
    analyses::{Scalars, StepOutput},
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    stats::summary::summarize,
    table::{NumberFormat, Table},
};

/// Beyond how much a value counts, on either side of zero.
pub const THRESHOLDS: [f64; 4] = [0.25, 0.5, 0.75, 1.0];

/// Their names in tables.
const THRESHOLD_NAMES: [&str; 4] = ["0.25", "0.5", "0.75", "1.0"];

/// Spread of every sample.
#[derive(Debug)]
pub struct SpreadOutput {
    /// The samples, smallest interquartile range first.
    pub profiles: Vec<ProfileSpread>,
    pub(super) value_label: String,
    pub(super) input_name: String,
}

/// Spread of one sample.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileSpread {
    /// Its name.
    pub name: String,
    /// 5th percentile, quartile, median, quartile, 95th percentile; NaN without values.
    pub percentiles: [f64; 5],
    /// Values that are not missing.
    pub n: usize,
    /// How many of them lie beyond each of [`THRESHOLDS`].
    pub n_beyond: [usize; 4],
}

/// What the page shows beside table and picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpreadSummary {
    /// Samples.
    pub n_profiles: usize,
    /// Median of their interquartile ranges.
    pub median_iqr: Option<f64>,
    /// The quietest and the most disruptive sample.
    pub extremes: Option<[String; 2]>,
    /// Share of all values beyond each of [`THRESHOLDS`].
    pub shares_beyond: Option<[f64; 4]>,
}

impl ProfileSpread {
    /// Interquartile range.
    pub fn iqr(&self) -> f64 {
        self.percentiles[3] - self.percentiles[1]
    }
}

impl SpreadOutput {
    fn shares_beyond(&self) -> Option<[f64; 4]> {
        let n: usize = self.profiles.iter().map(|profile| profile.n).sum();
        let beyond = |at: usize| {
            self.profiles
                .iter()
                .map(|profile| profile.n_beyond[at])
                .sum()
        };
        (n > 0).then(|| [0, 1, 2, 3].map(|at| beyond_share(beyond(at), n)))
    }
}

fn beyond_share(n_beyond: usize, n: usize) -> f64 {
    n_beyond as f64 / n as f64
}

impl StepOutput for SpreadOutput {
    type Summary = SpreadSummary;

    fn summary(&self) -> SpreadSummary {
        let iqrs: Vec<f64> = self.profiles.iter().map(ProfileSpread::iqr).collect();
        let iqr = summarize(&iqrs);
        let with_values: Vec<&ProfileSpread> = self
            .profiles
            .iter()
            .filter(|profile| profile.n > 0)
            .collect();
        let extremes = with_values.first().zip(with_values.last());
        SpreadSummary {
            n_profiles: self.profiles.len(),
            median_iqr: (iqr.n > 0).then_some(iqr.median),
            extremes: extremes.map(|(first, last)| [first.name.clone(), last.name.clone()]),
            shares_beyond: self.shares_beyond(),
        }
    }

    fn tables(&self) -> Vec<Table> {
        let column =
            |value: &dyn Fn(&ProfileSpread) -> f64| self.profiles.iter().map(value).collect();
        let names = self
            .profiles
            .iter()
            .map(|profile| profile.name.clone())
            .collect();
        let mut table = Table::new("profiles", "Profiles").text("gene", "Profile", names);
        for (at, (name, label)) in [
            ("p5", "5th percentile"),
            ("q1", "First quartile"),
            ("median", "Median"),
            ("q3", "Third quartile"),
            ("p95", "95th percentile"),
        ]
        .into_iter()
        .enumerate()
        {
            table = table.number(
                name,
                label,
                NumberFormat::General,
                column(&|p| p.percentiles[at]),
            );
        }
        let counts = self
            .profiles
            .iter()
            .map(|profile| Some(profile.n as i64))
            .collect();
        table = table
            .number(
                "iqr",
                "Interquartile range",
                NumberFormat::General,
                column(&ProfileSpread::iqr),
            )
            .integer("n_genes", "Genes", counts);
        for (at, threshold) in THRESHOLD_NAMES.into_iter().enumerate() {
            table = table.number(
                &format!("frac_gt_{threshold}"),
                &format!("Beyond ±{threshold}"),
                NumberFormat::Percent,
                column(&|p| beyond_share(p.n_beyond[at], p.n)),
            );
        }
        vec![table]
    }

    fn scalars(&self) -> Scalars {
        let summary = self.summary();
        let mut scalars = Scalars::new();
        scalars.insert("n_profiles".into(), json!(summary.n_profiles));
        scalars.insert("median_iqr".into(), json!(summary.median_iqr));
        for (at, name) in THRESHOLD_NAMES.into_iter().enumerate() {
            let name = format!("share_beyond_{}", name.replace('.', "_"));
            scalars.insert(name, json!(summary.shares_beyond.map(|shares| shares[at])));
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
        let start = format!(
            "For each of {} samples of {}, percentiles of {} were computed and the samples sorted by interquartile range.",
            self.profiles.len(),
            self.input_name,
            self.value_label
        );
        match self.shares_beyond() {
            Some(shares) => format!(
                "{start} Of all values, {:.1} % lie beyond ±0.5 and {:.1} % beyond ±1.",
                100.0 * shares[1],
                100.0 * shares[3]
            ),
            None => start,
        }
    }
}
