//! The picture of `gene_metrics`: signal against mean cosine similarity.

use super::{GeneMetric, GeneMetricsOutput};
use crate::{
    analyses::figure_parts::{axis_over, info, points_or_raster, unknown_figure, zoomed},
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureKind, FigureRequest, MarkedPoint, Scatter},
};

/// Genes named, best co-rank first.
const N_NAMED: usize = 15;

/// What stands on the horizontal axis.
const STATISTICS: [&str; 2] = ["snr", "signal"];

pub fn infos() -> Vec<FigureInfo> {
    vec![info(
        "metrics",
        "Signal against mean cosine",
        false,
        &STATISTICS,
    )]
}

pub fn figure(
    output: &GeneMetricsOutput,
    request: &FigureRequest,
) -> Result<Figure, AnalysisError> {
    if request.name != "metrics" {
        return Err(unknown_figure(&request.name, &infos()));
    }
    let percentile = output.parameters.percentile;
    let (label, signal): (String, fn(&GeneMetric) -> f64) = match request.statistic.as_deref() {
        None | Some("snr") => (
            format!("Signal to noise, percentile {percentile}"),
            |gene| gene.snr,
        ),
        Some("signal") => (
            format!("{}, percentile {percentile}", output.value_label),
            |gene| gene.signal,
        ),
        Some(other) => {
            return Err(AnalysisError::Input {
                message: format!("there is no statistic {other:?}, expected snr or signal"),
            });
        }
    };
    let order = output.by_co_rank();
    let values = |value: fn(&GeneMetric) -> f64| -> Vec<f32> {
        output.genes.iter().map(|gene| value(gene) as f32).collect()
    };
    let (xs, ys) = (values(signal), values(|gene| gene.mean_cosine));
    let axis = |label: &str, values: &[f32]| axis_over(label, values.iter().map(|&v| f64::from(v)));
    let x = zoomed(axis(&label, &xs), request, [0, 1]);
    let y = zoomed(axis("Mean cosine similarity", &ys), request, [2, 3]);
    let name = |gene: usize| output.names[gene].clone();
    let (points, raster) = points_or_raster(&xs, &ys, name, [&x, &y], request);
    let marked = order
        .iter()
        .filter(|&&gene| xs[gene].is_finite())
        .take(N_NAMED);
    let marked = marked.map(|&gene| MarkedPoint {
        x: f64::from(xs[gene]),
        y: f64::from(ys[gene]),
        name: name(gene),
    });
    let first = order
        .first()
        .map_or("none", |&gene| output.names[gene].as_str());
    Ok(Figure {
        name: "metrics".into(),
        title: "Signal against mean cosine".into(),
        subtitle: match order.len() {
            0 => format!("{}, no gene has both", output.input_name),
            n => format!(
                "{}, n = {n} genes; the {} best by co-rank are named",
                output.input_name,
                n.min(N_NAMED)
            ),
        },
        alternative: format!(
            "Scatter of mean cosine similarity against signal of {} genes; the best co-rank has {first}",
            order.len()
        ),
        kind: FigureKind::Scatter(Scatter {
            arrows: Vec::new(),
            x_marks: Vec::new(),
            marked: marked.collect(),
            x,
            y,
            equal_units: false,
            points,
            raster,
            lines: Vec::new(),
            coloring: None,
        }),
    })
}
