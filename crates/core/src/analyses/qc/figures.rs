//! The pictures of `qc`.

use super::QcOutput;
use crate::{
    analyses::{
        before_after::{figure_of_one, figures_of_one},
        figure_parts::{axis_over, cloud, info, zoomed},
    },
    error::AnalysisError,
    figure::{ColorChoices, Coloring, Figure, FigureInfo, FigureKind, FigureRequest, Scatter},
};

pub fn infos(output: &QcOutput) -> Vec<FigureInfo> {
    let sizes = FigureInfo {
        colors: ColorChoices::of_samples(&output.data),
        ..info(
            "library_size",
            "Library size and detected genes",
            false,
            &[],
        )
    };
    let mut infos = vec![sizes];
    infos.extend(figures_of_one(&output.data));
    infos
}

pub fn figure(output: &QcOutput, request: &FigureRequest) -> Result<Figure, AnalysisError> {
    match request.name.as_str() {
        "library_size" => library_size(output, request),
        _ => figure_of_one(&output.data, request),
    }
}

fn library_size(output: &QcOutput, request: &FigureRequest) -> Result<Figure, AnalysisError> {
    let coloring = Coloring::of_samples(&output.data, request)?;
    let statistics = &output.statistics;
    let samples: Vec<usize> = (0..statistics.len())
        .filter(|&sample| statistics[sample].library_size.is_finite())
        .collect();
    let coordinates = |value: fn(&super::SampleStatistics) -> f64| -> Vec<f32> {
        let values = samples.iter().map(|&sample| value(&statistics[sample]));
        values.map(|value| value as f32).collect()
    };
    let sizes = coordinates(|sample| sample.library_size);
    let detected = coordinates(|sample| sample.detected_genes as f64);
    let axis = |label, values: &[f32], ends| {
        let axis = axis_over(label, values.iter().map(|&value| f64::from(value)));
        zoomed(axis, request, ends)
    };
    let x = axis("Library size (sum of values)", &sizes, [0, 1]);
    let y = axis("Detected genes (above zero)", &detected, [2, 3]);
    let name = |at: usize| output.data.samples[samples[at]].clone();
    let coloring = coloring.map(|coloring| coloring.select(&samples));
    let cloud = cloud(
        [&sizes, &detected],
        name,
        [&x, &y],
        request,
        coloring.as_ref(),
    );
    let n = samples.len();
    Ok(Figure {
        name: "library_size".into(),
        title: "Library size and detected genes".into(),
        subtitle: format!("{}, n = {n} samples", output.input_name),
        alternative: format!(
            "Scatter of {n} samples: sums of values from {} to {}, detected genes from {} to {}",
            x.low, x.high, y.low, y.high
        ),
        kind: FigureKind::Scatter(Scatter {
            x,
            y,
            equal_units: false,
            points: cloud.points,
            raster: cloud.raster,
            lines: Vec::new(),
            marked: Vec::new(),
            coloring: cloud.coloring,
        }),
    })
}
