//! What `sample_correlation` gives.

use std::{ops::Range, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    analyses::{
        Scalars, StepOutput,
        figure_parts::{info, unknown_figure},
    },
    error::AnalysisError,
    figure::{
        Axis, ColorScale, Figure, FigureInfo, FigureKind, FigureRequest, Guide, HeatMap, Histogram,
        heat_map_raster_of,
    },
    matrix::Matrix,
    stats::{correlation::CorrelationMethod, overview::histogram_counts, summary::summarize},
    table::{NumberFormat, Table},
};

/// Bins of the histogram, over −1 to 1.
const N_BINS: usize = 40;

/// Pixels of the heat map when the request does not say.
const RASTER_SIDE: u32 = 1_024;

/// Correlation of every two samples.
#[derive(Debug)]
pub struct SampleCorrelationOutput {
    /// Samples × samples, symmetric, in the order of the data.
    pub matrix: Matrix,
    /// Samples by likeness.
    pub order: Vec<usize>,
    pub(super) is_ordered: bool,
    pub(super) samples: Arc<Vec<String>>,
    pub(super) n_genes: usize,
    pub(super) method: CorrelationMethod,
    pub(super) input_name: String,
}

/// What the page shows beside table and pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SampleCorrelationSummary {
    /// Samples.
    pub n_samples: usize,
    /// Coefficients of two different samples that exist.
    pub n_pairs: usize,
    /// Their smallest, median and largest.
    pub range: Option<[f64; 3]>,
    /// The two samples most alike.
    pub most_alike: Option<[String; 2]>,
    /// The two samples least alike.
    pub least_alike: Option<[String; 2]>,
}

impl SampleCorrelationOutput {
    /// Coefficients of two different samples, each once.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize, f64)> {
        let n = self.samples.len();
        (0..n)
            .flat_map(move |i| (i + 1..n).map(move |j| (i, j)))
            .map(|(i, j)| (i, j, f64::from(self.matrix.get(i, j))))
            .filter(|(_, _, r)| !r.is_nan())
    }

    fn label(&self) -> &'static str {
        match self.method {
            CorrelationMethod::Pearson => "Pearson r",
            CorrelationMethod::Spearman => "Spearman ρ",
        }
    }

    fn heat_map(&self, request: &FigureRequest) -> Figure {
        let n = self.order.len();
        let [rows, columns] = request.cells(n, n);
        let names = |places: &Range<usize>| -> Vec<String> {
            let shown = self.order[places.clone()].iter();
            shown.map(|&sample| self.samples[sample].clone()).collect()
        };
        let fill = |row: usize, values: &mut [f32]| {
            let cells = self.matrix.row(self.order[rows.start + row]);
            for (value, &sample) in values.iter_mut().zip(&self.order[columns.clone()]) {
                *value = cells[sample];
            }
        };
        let lowest = self.pairs().map(|(_, _, r)| r).fold(1.0, f64::min);
        let diverging = lowest < 0.0;
        let scale = ColorScale {
            label: self.label().into(),
            low: if diverging { -1.0 } else { lowest.min(0.999) },
            high: 1.0,
            diverging,
        };
        let [width, height] = match request.raster_size {
            [0, _] | [_, 0] => [RASTER_SIDE; 2],
            size => size,
        };
        let by = if self.is_ordered {
            "ordered by average linkage on 1 − r"
        } else {
            "in the order of the data"
        };
        Figure {
            name: "heat_map".into(),
            title: format!("{} of samples", self.label()),
            subtitle: format!("{}, n = {n} samples, {by}", self.input_name),
            alternative: format!(
                "Heat map of the correlation of {n} samples with each other; the lowest is {lowest:.3}"
            ),
            kind: FigureKind::HeatMap(HeatMap {
                raster: heat_map_raster_of(
                    [rows.len(), columns.len()],
                    fill,
                    &scale,
                    [width, height],
                ),
                rows: names(&rows),
                columns: names(&columns),
                first: [rows.start, columns.start],
                scale,
                ..HeatMap::default()
            }),
        }
    }

    fn histogram(&self) -> Figure {
        let counts = histogram_counts(self.pairs().map(|(_, _, r)| r), -1.0, 1.0, N_BINS);
        let summary = self.summary();
        let median = summary.range.map(|[_, median, _]| Guide {
            at: median,
            label: format!("median {median:.3}").replace('-', "−"),
            dashed: false,
        });
        let edge = |bin: usize| -1.0 + 2.0 * bin as f64 / N_BINS as f64;
        Figure {
            name: "histogram".into(),
            title: format!("{} of two samples", self.label()),
            subtitle: format!("{}, n = {} pairs", self.input_name, summary.n_pairs),
            alternative: format!(
                "Histogram of {} coefficients in {N_BINS} bins",
                summary.n_pairs
            ),
            kind: FigureKind::Histogram(Histogram {
                x: Axis {
                    label: self.label().into(),
                    low: -1.0,
                    high: 1.0,
                },
                y_label: "Pairs of samples".into(),
                edges: (0..=N_BINS).map(edge).collect(),
                counts,
                signed: true,
                marks: median.into_iter().collect(),
                selected_bin: None,
            }),
        }
    }
}

fn infos() -> Vec<FigureInfo> {
    vec![
        info("heat_map", "Correlation of samples", false, &[]),
        info("histogram", "Coefficients of all pairs", false, &[]),
    ]
}

impl StepOutput for SampleCorrelationOutput {
    type Summary = SampleCorrelationSummary;

    fn summary(&self) -> SampleCorrelationSummary {
        let coefficients: Vec<f64> = self.pairs().map(|(_, _, r)| r).collect();
        let summary = summarize(&coefficients);
        let named =
            |(i, j, _): (usize, usize, f64)| [self.samples[i].clone(), self.samples[j].clone()];
        let better = |a: (usize, usize, f64), b: (usize, usize, f64)| if b.2 > a.2 { b } else { a };
        let worse = |a: (usize, usize, f64), b: (usize, usize, f64)| if b.2 < a.2 { b } else { a };
        SampleCorrelationSummary {
            n_samples: self.samples.len(),
            n_pairs: summary.n,
            range: (summary.n > 0).then_some([summary.min, summary.median, summary.max]),
            most_alike: self.pairs().reduce(better).map(named),
            least_alike: self.pairs().reduce(worse).map(named),
        }
    }

    fn tables(&self) -> Vec<Table> {
        let start =
            Table::new("matrix", "Correlation").text("sample", "Sample", self.samples.to_vec());
        let matrix = self
            .samples
            .iter()
            .enumerate()
            .fold(start, |table, (at, name)| {
                // The matrix is symmetric: a row is a column.
                let column = self.matrix.row(at).iter().map(|&r| f64::from(r)).collect();
                table.number(name, name, NumberFormat::Fixed(3), column)
            });
        let positions = (1..=self.order.len())
            .map(|position| Some(position as i64))
            .collect();
        let names = self
            .order
            .iter()
            .map(|&sample| self.samples[sample].clone())
            .collect();
        let order = Table::new("order", "Order by likeness")
            .integer("position", "Position", positions)
            .text("sample", "Sample", names);
        vec![matrix, order]
    }

    fn scalars(&self) -> Scalars {
        let summary = self.summary();
        let mut scalars = Scalars::new();
        scalars.insert("n_samples".into(), json!(summary.n_samples));
        scalars.insert("n_pairs".into(), json!(summary.n_pairs));
        for (at, name) in ["min_r", "median_r", "max_r"].into_iter().enumerate() {
            scalars.insert(name.into(), json!(summary.range.map(|range| range[at])));
        }
        scalars
    }

    fn figures(&self) -> Vec<FigureInfo> {
        infos()
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        match request.name.as_str() {
            "heat_map" => Ok(self.heat_map(request)),
            "histogram" => Ok(self.histogram()),
            other => Err(unknown_figure(other, &infos())),
        }
    }

    fn note(&self) -> String {
        let start = format!(
            "The {} of every two of {} samples of {} was computed over {} genes, missing values left out pair by pair.",
            self.label(),
            self.samples.len(),
            self.input_name,
            self.n_genes
        );
        match self.summary().range {
            Some([low, median, high]) => {
                format!(
                    "{start} Coefficients range from {low:.3} to {high:.3}, the median is {median:.3}."
                )
            }
            None => start,
        }
    }
}
