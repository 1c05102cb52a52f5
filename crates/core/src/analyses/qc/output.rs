//! What `qc` gives.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{QcVerdict, SampleStatistics, figures, groups::SampleGroups, verdict::JudgedPair};
use crate::{
    analyses::{Scalars, StepOutput},
    dataset::Dataset,
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    stats::summary::summarize,
    table::{NumberFormat, Table},
};

/// What was seen of the samples.
#[derive(Debug)]
pub struct QcOutput {
    /// Numbers of each sample, in the order of the data.
    pub statistics: Vec<SampleStatistics>,
    /// What looks wrong.
    pub verdicts: Vec<QcVerdict>,
    pub(super) data: Arc<Dataset>,
    /// Empty where samples were not compared.
    pub(super) median_r: Vec<f64>,
    pub(super) pairs: Vec<JudgedPair>,
    pub(super) groups: Option<SampleGroups>,
    pub(super) input_name: String,
    pub(super) looked_at_logs: bool,
}

/// What the page shows beside tables and pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QcSummary {
    /// Samples.
    pub n_samples: usize,
    /// Genes.
    pub n_genes: usize,
    /// Smallest, median and largest library size.
    pub library_sizes: Option<[f64; 3]>,
    /// Median number of detected genes.
    pub median_detected: Option<f64>,
    /// Missing cells.
    pub n_missing: usize,
    /// What looks wrong.
    pub n_verdicts: usize,
}

impl QcOutput {
    fn samples_table(&self) -> Table {
        let general = NumberFormat::General;
        let number = |value: &dyn Fn(&SampleStatistics) -> f64| -> Vec<f64> {
            self.statistics.iter().map(value).collect()
        };
        let integer = |value: fn(&SampleStatistics) -> usize| {
            let values = self.statistics.iter().map(value);
            values.map(|n| Some(n as i64)).collect()
        };
        let spread = |value: fn(&crate::figure::BoxStatistics) -> f64| {
            number(&|sample| sample.spread.as_ref().map_or(f64::NAN, value))
        };
        let table = Table::new("samples", "Samples")
            .text("sample", "Sample", self.data.samples.to_vec())
            .number(
                "library_size",
                "Library size",
                general,
                number(&|sample| sample.library_size),
            )
            .integer(
                "detected_genes",
                "Detected genes",
                integer(|sample| sample.detected_genes),
            )
            .integer("missing", "Missing", integer(|sample| sample.missing))
            .number("median", "Median", general, spread(|spread| spread.median))
            .number("q1", "First quartile", general, spread(|spread| spread.q1))
            .number("q3", "Third quartile", general, spread(|spread| spread.q3));
        if self.median_r.is_empty() {
            return table;
        }
        let fixed = NumberFormat::Fixed(3);
        table.number(
            "median_r",
            "Median r with others",
            fixed,
            self.median_r.clone(),
        )
    }

    fn pairs_table(&self) -> Table {
        let name = |at: usize| {
            let pairs = self.pairs.iter();
            pairs
                .map(|pair| self.data.samples[pair.samples[at]].clone())
                .collect()
        };
        let verdicts = self.pairs.iter().map(|pair| pair.code.name().to_owned());
        Table::new("pairs", "Pairs that want a look")
            .text("sample_a", "Sample", name(0))
            .text("sample_b", "Other sample", name(1))
            .number(
                "r",
                "r",
                NumberFormat::Fixed(5),
                self.pairs.iter().map(|pair| pair.r).collect(),
            )
            .text("verdict", "Verdict", verdicts.collect())
    }

    fn verdicts_table(&self) -> Table {
        let text = |value: fn(&QcVerdict) -> String| self.verdicts.iter().map(value).collect();
        Table::new("verdicts", "Verdicts")
            .text(
                "verdict",
                "Verdict",
                text(|verdict| verdict.code.name().into()),
            )
            .text(
                "samples",
                "Samples",
                text(|verdict| verdict.samples.join(", ")),
            )
            .text(
                "evidence",
                "Evidence",
                text(|verdict| verdict.evidence.clone()),
            )
    }
}

impl StepOutput for QcOutput {
    type Summary = QcSummary;

    fn summary(&self) -> QcSummary {
        let sizes = self.statistics.iter().map(|sample| sample.library_size);
        let finite: Vec<f64> = sizes.filter(|size| size.is_finite()).collect();
        let sizes = summarize(&finite);
        let detected = self
            .statistics
            .iter()
            .map(|sample| sample.detected_genes as f64);
        let detected = summarize(&detected.collect::<Vec<_>>());
        QcSummary {
            n_samples: self.data.n_samples(),
            n_genes: self.data.n_genes(),
            library_sizes: (sizes.n > 0).then_some([sizes.min, sizes.median, sizes.max]),
            median_detected: (detected.n > 0).then_some(detected.median),
            n_missing: self.statistics.iter().map(|sample| sample.missing).sum(),
            n_verdicts: self.verdicts.len(),
        }
    }

    fn tables(&self) -> Vec<Table> {
        vec![
            self.samples_table(),
            self.pairs_table(),
            self.verdicts_table(),
        ]
    }

    fn scalars(&self) -> Scalars {
        let summary = self.summary();
        let mut scalars = Scalars::new();
        scalars.insert("n_samples".into(), json!(summary.n_samples));
        scalars.insert("n_genes".into(), json!(summary.n_genes));
        for (at, name) in ["min", "median", "max"].into_iter().enumerate() {
            let size = summary.library_sizes.map(|sizes| sizes[at]);
            scalars.insert(format!("{name}_library_size"), json!(size));
        }
        scalars.insert("median_detected".into(), json!(summary.median_detected));
        scalars.insert("n_missing".into(), json!(summary.n_missing));
        scalars.insert("n_verdicts".into(), json!(summary.n_verdicts));
        scalars
    }

    fn figures(&self) -> Vec<FigureInfo> {
        figures::infos(self)
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        figures::figure(self, request)
    }

    fn note(&self) -> String {
        let scale = if self.looked_at_logs {
            " Samples were compared on log2(x + 1)."
        } else {
            ""
        };
        let verdicts = match self.verdicts.len() {
            1 => "1 verdict".into(),
            n => format!("{n} verdicts"),
        };
        let groups = self.groups.as_ref().map_or_else(String::new, |groups| {
            format!(" {} groups were {}.", groups.names.len(), groups.source)
        });
        format!(
            "{} samples of {} genes of {} were checked for scale, library size, duplicates, swaps and outliers: {verdicts}.{scale}{groups}",
            self.data.n_samples(),
            self.data.n_genes(),
            self.input_name,
        )
    }
}
