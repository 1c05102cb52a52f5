//! The picture of one gene: its value in every sample, lowest first, group by group where samples
//! are colored by groups.

use crate::{
    analyses::figure_parts::{axis_over, cloud, zoomed},
    dataset::Dataset,
    error::AnalysisError,
    figure::{Coloring, Figure, FigureKind, FigureRequest, Line, Scatter},
    stats::summary::{Summary, summarize_f32},
};

/// Name of the picture. Every data set has it, and every step that reads one.
pub const NAME: &str = "gene";

/// Draws the first gene of `dataset`; missing and infinite values are counted, not drawn.
pub fn figure(dataset: &Dataset, request: &FigureRequest) -> Result<Figure, AnalysisError> {
    let Some(name) = dataset.genes.first() else {
        return Err(AnalysisError::Input {
            message: "a gene is expected, found a data set without one".into(),
        });
    };
    let values = dataset.matrix.row(0);
    let coloring = Coloring::of_samples(dataset, request)?;
    let order = order_of(values, coloring.as_ref());
    let ys: Vec<f32> = order.iter().map(|&sample| values[sample]).collect();
    let xs: Vec<f32> = (1..=ys.len()).map(|place| place as f32).collect();
    let x = axis_over(&x_label(coloring.as_ref()), xs.iter().map(|&x| x.into()));
    let y = axis_over(&dataset.value_label, ys.iter().map(|&y| y.into()));
    let (x, y) = (zoomed(x, request, [0, 1]), zoomed(y, request, [2, 3]));
    let drawn = coloring.map(|coloring| coloring.select(&order));
    let sample = |at: usize| dataset.samples[order[at]].clone();
    let cloud = cloud([&xs, &ys], sample, [&x, &y], request, drawn.as_ref());
    let summary = summarize_f32(&ys);
    let median = (summary.n > 0).then(|| Line {
        range: None,
        intercept: summary.median,
        slope: 0.0,
        label: "median".into(),
        dashed: true,
    });
    let subtitle = words(&summary, values.len());
    Ok(Figure {
        name: NAME.into(),
        title: name.clone(),
        alternative: format!(
            "{} of {name} in each sample; {subtitle}",
            dataset.value_label
        ),
        subtitle,
        kind: FigureKind::Scatter(Scatter {
            arrows: Vec::new(),
            x_marks: Vec::new(),
            x,
            y,
            equal_units: false,
            points: cloud.points,
            raster: cloud.raster,
            lines: median.into_iter().collect(),
            marked: Vec::new(),
            coloring: cloud.coloring,
        }),
    })
}

/// Samples with a finite value by group, then by value; ties by place.
fn order_of(values: &[f32], coloring: Option<&Coloring>) -> Vec<usize> {
    let group = |sample: usize| match coloring {
        Some(Coloring::Groups { of, .. }) => of[sample],
        _ => 0,
    };
    let mut order: Vec<usize> = (0..values.len())
        .filter(|&sample| values[sample].is_finite())
        .collect();
    order.sort_by(|&a, &b| {
        let by_group = group(a).cmp(&group(b));
        by_group.then(values[a].total_cmp(&values[b]))
    });
    order
}

fn x_label(coloring: Option<&Coloring>) -> String {
    match coloring {
        Some(Coloring::Groups { label, .. }) => format!("Samples, by {label} and value"),
        _ => "Samples, by value".into(),
    }
}

fn words(summary: &Summary, n_samples: usize) -> String {
    let Summary {
        n,
        mean,
        sd,
        median,
        ..
    } = summary;
    let missing = n_samples - n;
    let spread = if *n > 1 {
        format!(", sd {sd:.3}")
    } else {
        String::new()
    };
    match n {
        0 => format!("n = 0, {missing} missing"),
        _ => format!("n = {n}, mean {mean:.3}{spread}, median {median:.3}, {missing} missing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dataset::{Column, ColumnValues},
        figure::ColorBy,
        matrix::Matrix,
    };

    fn gene(values: &[f32], groups: &[&str]) -> Dataset {
        let samples = (0..values.len()).map(|at| format!("s{at}")).collect();
        let matrix = Matrix::from_rows(1, values.len(), values.to_vec());
        let mut dataset = Dataset::new(matrix, vec!["TP53".into()], samples);
        dataset.sample_annotations.set(Column {
            name: "dose".into(),
            values: ColumnValues::from_text(groups.iter().map(ToString::to_string).collect()),
        });
        dataset
    }

    fn drawn(dataset: &Dataset, color: Option<&str>) -> (Figure, Vec<String>) {
        let request = FigureRequest {
            name: NAME.into(),
            color: color.map(|name| ColorBy::Column(name.into())),
            ..FigureRequest::default()
        };
        let figure = figure(dataset, &request).unwrap();
        let FigureKind::Scatter(scatter) = &figure.kind else {
            panic!("points")
        };
        let names = scatter.points.iter().map(|point| point.name.clone());
        let names = names.collect();
        (figure, names)
    }

    #[test]
    fn samples_stand_by_group_and_value_and_missing_ones_are_counted() {
        let dataset = gene(
            &[4.0, 2.0, f32::NAN, 9.0, 1.0],
            &["low", "high", "low", "low", "high"],
        );
        let (figure, names) = drawn(&dataset, None);
        assert_eq!(names, ["s4", "s1", "s0", "s3"]);
        assert_eq!(
            figure.subtitle,
            "n = 4, mean 4.000, sd 3.559, median 3.000, 1 missing"
        );
        let (_, names) = drawn(&dataset, Some("dose"));
        assert_eq!(names, ["s0", "s3", "s4", "s1"]);
    }

    #[test]
    fn one_value_and_none_can_be_drawn() {
        let (figure, _) = drawn(&gene(&[2.0], &["a"]), None);
        assert_eq!(
            figure.subtitle,
            "n = 1, mean 2.000, median 2.000, 0 missing"
        );
        let (figure, names) = drawn(&gene(&[f32::NAN; 2], &["a", "b"]), Some("dose"));
        assert_eq!(figure.subtitle, "n = 0, 2 missing");
        assert_eq!(names.len(), 0);
    }
}
