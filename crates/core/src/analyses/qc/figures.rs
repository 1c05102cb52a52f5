//! The pictures of `qc`.

use super::QcOutput;
use crate::{
    analyses::{
        before_after::{figure_of_one, figures_of_one},
        figure_parts::{axis_over, cloud, info, zoomed},
    },
    dataset::Dataset,
    error::AnalysisError,
    figure::{ColorChoices, Coloring, Figure, FigureInfo, FigureKind, FigureRequest, Scatter},
};

pub fn infos(output: &QcOutput) -> Vec<FigureInfo> {
    let mut infos = vec![library_size_info(&output.data)];
    infos.extend(figures_of_one(&output.data));
    infos
}

/// The picture of [`library_size_of`].
pub fn library_size_info(data: &Dataset) -> FigureInfo {
    FigureInfo {
        colors: ColorChoices::of_kinds_of_samples(data),
        ..info(
            "library_size",
            "Library size and detected genes",
            false,
            &[],
        )
    }
}

pub fn figure(output: &QcOutput, request: &FigureRequest) -> Result<Figure, AnalysisError> {
    match request.name.as_str() {
        "library_size" => {
            let sizes = |of: fn(&super::SampleStatistics) -> f64| {
                output.statistics.iter().map(of).collect::<Vec<_>>()
            };
            let found = [
                sizes(|sample| sample.library_size),
                sizes(|sample| sample.detected_genes as f64),
            ];
            library_size(&output.data, &output.input_name, &found, request)
        }
        _ => figure_of_one(&output.data, request),
    }
}

/// The picture of sums and of genes above zero, without anything else of `qc`.
pub fn library_size_of(data: &Dataset, request: &FigureRequest) -> Result<Figure, AnalysisError> {
    let mut found = [vec![0.0; data.n_samples()], vec![0.0; data.n_samples()]];
    let [sizes, detected] = &mut found;
    if let Some(cells) = data.matrix.sparse() {
        let sums = sizes.iter_mut().zip(detected).enumerate();
        for (sample, (size, detected)) in sums {
            for (_, value) in cells.cell(sample).filter(|(_, value)| !value.is_nan()) {
                *size += f64::from(value);
                *detected += f64::from(u8::from(value > 0.0));
            }
        }
        return library_size(data, "sums of all genes", &found, request);
    }
    for gene in 0..data.n_genes() {
        let sums = sizes.iter_mut().zip(&mut *detected);
        for ((size, detected), &value) in sums.zip(data.matrix.row(gene)) {
            if !value.is_nan() {
                *size += f64::from(value);
                *detected += f64::from(u8::from(value > 0.0));
            }
        }
    }
    library_size(data, "sums of all genes", &found, request)
}

/// Library sizes against detected genes, both in the order of the samples; `of` begins the words
/// below the title.
fn library_size(
    data: &Dataset,
    of: &str,
    [sizes, detected]: &[Vec<f64>; 2],
    request: &FigureRequest,
) -> Result<Figure, AnalysisError> {
    let coloring = Coloring::of_samples(data, request)?;
    let samples: Vec<usize> = (0..sizes.len())
        .filter(|&sample| sizes[sample].is_finite())
        .collect();
    let coordinates = |values: &[f64]| -> Vec<f32> {
        let values = samples.iter().map(|&sample| values[sample]);
        values.map(|value| value as f32).collect()
    };
    let (sizes, detected) = (coordinates(sizes), coordinates(detected));
    let axis = |label, values: &[f32], ends| {
        let axis = axis_over(label, values.iter().map(|&value| f64::from(value)));
        zoomed(axis, request, ends)
    };
    let x = axis("Library size (sum of values)", &sizes, [0, 1]);
    let y = axis("Detected genes (above zero)", &detected, [2, 3]);
    let name = |at: usize| data.samples[samples[at]].clone();
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
        subtitle: format!("{of}, n = {n} samples"),
        alternative: format!(
            "Scatter of {n} samples: sums of values from {} to {}, detected genes from {} to {}",
            x.low, x.high, y.low, y.high
        ),
        kind: FigureKind::Scatter(Scatter {
            arrows: Vec::new(),
            x_marks: Vec::new(),
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
