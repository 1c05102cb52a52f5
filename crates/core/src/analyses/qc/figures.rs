//! The pictures of `qc`.

use super::QcOutput;
use crate::{
    analyses::figure_parts::{axis_over, info, points_or_raster, unknown_figure, zoomed},
    error::AnalysisError,
    figure::{
        Bands, BoxGroup, BoxStatistics, Boxes, Figure, FigureInfo, FigureKind, FigureRequest,
        Scatter,
    },
};

/// Above this many samples, names below boxes cannot be read.
const MAX_BOXES: usize = 40;

pub fn infos() -> Vec<FigureInfo> {
    vec![
        info(
            "library_size",
            "Library size and detected genes",
            false,
            &[],
        ),
        info("values", "Values of each sample", false, &[]),
    ]
}

pub fn figure(output: &QcOutput, request: &FigureRequest) -> Result<Figure, AnalysisError> {
    match request.name.as_str() {
        "library_size" => Ok(library_size(output, request)),
        "values" => Ok(values(output)),
        other => Err(unknown_figure(other, &infos())),
    }
}

fn library_size(output: &QcOutput, request: &FigureRequest) -> Figure {
    let samples: Vec<usize> = (0..output.samples.len())
        .filter(|&sample| output.statistics[sample].library_size.is_finite())
        .collect();
    let sizes = samples
        .iter()
        .map(|&at| output.statistics[at].library_size as f32);
    let sizes: Vec<f32> = sizes.collect();
    let detected = samples
        .iter()
        .map(|&at| output.statistics[at].detected_genes as f32);
    let detected: Vec<f32> = detected.collect();
    let axis = |label, values: &[f32], ends| {
        let axis = axis_over(label, values.iter().map(|&value| f64::from(value)));
        zoomed(axis, request, ends)
    };
    let x = axis("Library size (sum of values)", &sizes, [0, 1]);
    let y = axis("Detected genes (above zero)", &detected, [2, 3]);
    let name = |at: usize| output.samples[samples[at]].clone();
    let (points, raster) = points_or_raster(&sizes, &detected, name, [&x, &y], request);
    Figure {
        name: "library_size".into(),
        title: "Library size and detected genes".into(),
        subtitle: format!("{}, n = {} samples", output.input_name, samples.len()),
        alternative: format!(
            "Scatter of {} samples: sum of values from {} to {}, detected genes from {} to {}",
            samples.len(),
            x.low,
            x.high,
            y.low,
            y.high
        ),
        kind: FigureKind::Scatter(Scatter {
            x,
            y,
            equal_units: false,
            points,
            raster,
            lines: Vec::new(),
            marked: Vec::new(),
            coloring: None,
        }),
    }
}

fn values(output: &QcOutput) -> Figure {
    let samples = output.samples.iter().zip(&output.statistics);
    let boxes: Vec<(&String, BoxStatistics)> = samples
        .filter_map(|(name, statistics)| Some((name, statistics.spread?)))
        .collect();
    let ends = boxes.iter().flat_map(|(_, found)| [found.low, found.high]);
    let y = axis_over(&output.value_label, ends);
    let n = boxes.len();
    let x_label = "Sample, in the order of the data".to_owned();
    let names = boxes.iter().map(|&(name, _)| name.clone());
    let kind = if n <= MAX_BOXES {
        let group = |(name, found): (String, BoxStatistics)| BoxGroup {
            name,
            boxes: vec![Some(found)],
        };
        FigureKind::Boxes(Boxes {
            x_label,
            y,
            series: vec![output.input_name.clone()],
            groups: names
                .zip(boxes.iter().map(|&(_, found)| found))
                .map(group)
                .collect(),
            marks: Vec::new(),
        })
    } else {
        FigureKind::Bands(Bands {
            x_label,
            y,
            names: names.collect(),
            boxes: boxes.iter().map(|&(_, found)| found).collect(),
        })
    };
    Figure {
        name: "values".into(),
        title: "Values of each sample".into(),
        subtitle: format!(
            "{}, n = {n} samples; 5 to 95 %, quartiles and median",
            output.input_name
        ),
        alternative: format!("Percentiles of {} in {n} samples", output.value_label),
        kind,
    }
}
