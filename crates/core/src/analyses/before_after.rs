//! Pictures of a data set before and after a transform, side by side, the same for every transform;
//! and of one data set alone.
//!
//! They are made when they are asked for. Both sides have the same axes where their values mean the
//! same, so that the eye can compare. Large samples are many: an evenly spaced part of them is
//! drawn, and the subtitle says so.

use crate::{
    analyses::figure_parts::{axis_over, box_of, info, unknown_figure},
    dataset::{Dataset, ValueKind},
    error::AnalysisError,
    figure::{
        Axis, Bands, BoxGroup, BoxStatistics, Boxes, BoxesShow, ColorChoices, Coloring, Figure,
        FigureInfo, FigureKind, FigureRequest, Lines, Series,
    },
    parallel,
    stats::density::{Density, density},
};

/// Most samples that have a box or a line each.
const MAX_SINGLE: usize = 60;
/// Most samples of percentile bands.
const MAX_BANDED: usize = 120;
/// Up to this many samples, names below boxes can be read.
const MAX_NAMED: usize = 40;
/// Points of a density, for few lines and for many.
const N_POINTS: [usize; 2] = [256, 128];
/// Up to this many lines are few.
const FEW_LINES: usize = 24;

/// Which data set a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
    /// There is no other.
    Only,
}

/// The pictures, before and after in turn.
pub fn figures(before: &Dataset, after: &Dataset) -> Vec<FigureInfo> {
    let colored = |name: &str, title: &str, dataset: &Dataset| FigureInfo {
        colors: ColorChoices::of_samples(dataset),
        ..info(name, title, false, &[])
    };
    vec![
        colored("density_before", "Density per sample, before", before),
        colored("density_after", "Density per sample, after", after),
        info("samples_before", "Values per sample, before", false, &[]),
        info("samples_after", "Values per sample, after", false, &[]),
    ]
}

/// Draws one of [`figures`].
pub fn figure(
    before: &Dataset,
    after: &Dataset,
    request: &FigureRequest,
) -> Result<Figure, AnalysisError> {
    let side = if request.name.ends_with("_before") {
        Side::Before
    } else {
        Side::After
    };
    let (shown, other) = match side {
        Side::Before => (before, after),
        Side::After | Side::Only => (after, before),
    };
    match request.name.as_str() {
        "density_before" | "density_after" => densities(side, shown, other, request),
        "samples_before" | "samples_after" => Ok(boxes(side, shown, other)),
        unknown => Err(unknown_figure(unknown, &figures(before, after))),
    }
}

/// The pictures of one data set.
pub fn figures_of_one(dataset: &Dataset) -> Vec<FigureInfo> {
    let density = FigureInfo {
        colors: ColorChoices::of_kinds_of_samples(dataset),
        ..info("density", "Density per sample", false, &[])
    };
    vec![density, info("samples", "Values per sample", false, &[])]
}

/// Draws one of [`figures_of_one`].
pub fn figure_of_one(dataset: &Dataset, request: &FigureRequest) -> Result<Figure, AnalysisError> {
    match request.name.as_str() {
        "density" => densities(Side::Only, dataset, dataset, request),
        "samples" => Ok(boxes(Side::Only, dataset, dataset)),
        unknown => Err(unknown_figure(unknown, &figures_of_one(dataset))),
    }
}

impl Side {
    fn title(self, what: &str) -> String {
        match self {
            Self::Before => format!("{what}, before"),
            Self::After => format!("{what}, after"),
            Self::Only => what.into(),
        }
    }

    fn name(self, what: &str) -> String {
        match self {
            Self::Before => format!("{what}_before"),
            Self::After => format!("{what}_after"),
            Self::Only => what.into(),
        }
    }
}

/// Values as they are drawn: those that span orders of magnitude as logarithms.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Scale {
    label: String,
    is_logged: bool,
}

impl Scale {
    fn of(dataset: &Dataset) -> Self {
        let is_amount = matches!(
            dataset.kind,
            ValueKind::Counts | ValueKind::Tpm | ValueKind::Linear
        );
        let is_logged = is_amount && !dataset.matrix.has_negative();
        let label = if is_logged {
            format!("log2({} + 1)", dataset.value_label)
        } else {
            dataset.value_label.clone()
        };
        Self { label, is_logged }
    }

    fn value(&self, value: f32) -> f64 {
        let value = f64::from(value);
        if self.is_logged {
            (value + 1.0).log2()
        } else {
            value
        }
    }
}

/// Evenly spaced samples with their values on the scale, sample after sample.
struct Columns {
    positions: Vec<usize>,
    values: Vec<Vec<f64>>,
}

impl Columns {
    fn of(dataset: &Dataset, scale: &Scale, most: usize) -> Self {
        let positions = spaced(dataset.n_samples(), most);
        let columns = dataset.matrix.select_columns(&positions).into_transposed();
        let values = parallel::map(columns.n_rows(), &|row| {
            let cells = columns.row(row).iter();
            cells.map(|&cell| scale.value(cell)).collect()
        });
        Self { positions, values }
    }

    fn boxes(&self) -> Vec<Option<BoxStatistics>> {
        let values = &self.values;
        parallel::map(values.len(), &|at| box_of(values[at].iter().copied()))
    }
}

/// At most `most` of `n` positions, with the first and the last among them.
fn spaced(n: usize, most: usize) -> Vec<usize> {
    if n <= most {
        return (0..n).collect();
    }
    (0..most).map(|at| at * (n - 1) / (most - 1)).collect()
}

/// "all 12 samples", or how many of them are drawn.
fn how_many(n_drawn: usize, n_samples: usize) -> String {
    if n_drawn == n_samples {
        format!("n = {n_samples} samples")
    } else {
        format!("{n_drawn} of {n_samples} samples, evenly spaced")
    }
}

fn densities(
    side: Side,
    shown: &Dataset,
    other: &Dataset,
    request: &FigureRequest,
) -> Result<Figure, AnalysisError> {
    let coloring = Coloring::of_samples(shown, request)?;
    let (scale, other_scale) = (Scale::of(shown), Scale::of(other));
    let found = lines_of(shown, &scale);
    let reaches = |found: &[(usize, Density)]| -> Vec<[f64; 2]> {
        found.iter().map(|(_, density)| reach(density)).collect()
    };
    let mut ends = reaches(&found);
    if side != Side::Only && scale == other_scale {
        ends.extend(reaches(&lines_of(other, &other_scale)));
    }
    let x = axis_over(&scale.label, ends.iter().flatten().copied());
    let tallest = found.iter().flat_map(|(_, density)| &density.values);
    let tallest = tallest.copied().fold(0.0, f64::max);
    let drawn: Vec<usize> = found.iter().map(|&(position, _)| position).collect();
    let series = found.iter().map(|(position, density)| Series {
        name: shown.samples[*position].clone(),
        points: density
            .points()
            .map(|[x, y]| [x as f32, y as f32])
            .collect(),
    });
    let many = how_many(drawn.len(), shown.n_samples());
    Ok(Figure {
        name: request.name.clone(),
        title: side.title("Density per sample"),
        subtitle: format!("{many}, {} genes", shown.n_genes()),
        alternative: format!(
            "Gaussian kernel densities of {} in {} samples, from {:.3} to {:.3}",
            scale.label,
            drawn.len(),
            x.low,
            x.high
        ),
        kind: FigureKind::Lines(Lines {
            x,
            y: Axis {
                label: "Density".into(),
                low: 0.0,
                high: if tallest > 0.0 { 1.05 * tallest } else { 1.0 },
            },
            equal_units: false,
            series: series.collect(),
            with_points: false,
            x_marks: Vec::new(),
            y_marks: Vec::new(),
            x_names: Vec::new(),
            lines: Vec::new(),
            coloring: coloring.map(|coloring| coloring.select(&drawn)),
        }),
    })
}

fn lines_of(dataset: &Dataset, scale: &Scale) -> Vec<(usize, Density)> {
    let columns = Columns::of(dataset, scale, MAX_SINGLE);
    let n_points = N_POINTS[usize::from(columns.positions.len() > FEW_LINES)];
    let found = parallel::map(columns.values.len(), &|at| {
        density(&columns.values[at], n_points)
    });
    let found = columns.positions.into_iter().zip(found);
    found
        .filter_map(|(position, density)| Some((position, density?)))
        .collect()
}

/// Both ends of a density.
fn reach(density: &Density) -> [f64; 2] {
    let last = density.values.len().saturating_sub(1) as f64;
    [density.start, density.start + last * density.step]
}

fn boxes(side: Side, shown: &Dataset, other: &Dataset) -> Figure {
    let (scale, other_scale) = (Scale::of(shown), Scale::of(other));
    let single = shown.n_samples() <= MAX_SINGLE;
    let most = if single { MAX_SINGLE } else { MAX_BANDED };
    let columns = Columns::of(shown, &scale, most);
    let found = columns.boxes();
    let ends = |boxes: &[Option<BoxStatistics>]| -> Vec<f64> {
        let present = boxes.iter().flatten();
        present.flat_map(|found| [found.low, found.high]).collect()
    };
    let mut range = ends(&found);
    if side != Side::Only && scale == other_scale {
        range.extend(ends(&Columns::of(other, &scale, most).boxes()));
    }
    let y = axis_over(&scale.label, range.into_iter());
    let names = columns
        .positions
        .iter()
        .map(|&at| shown.samples[at].clone());
    let named: Vec<(String, Option<BoxStatistics>)> = names.zip(found).collect();
    let n_drawn = named.len();
    let kind = if n_drawn <= MAX_NAMED {
        grouped(y, named)
    } else {
        banded(y, named)
    };
    let many = how_many(n_drawn, shown.n_samples());
    let order = match kind {
        FigureKind::Bands(_) => ", sorted by median",
        _ => "",
    };
    Figure {
        name: side.name("samples"),
        title: side.title("Values per sample"),
        subtitle: format!("{many}{order}; 5 to 95 %, quartiles and median"),
        alternative: format!("Percentiles of {} in {n_drawn} samples{order}", scale.label),
        kind,
    }
}

fn grouped(y: Axis, named: Vec<(String, Option<BoxStatistics>)>) -> FigureKind {
    let group = |(name, found)| BoxGroup {
        name,
        boxes: vec![found],
    };
    FigureKind::Boxes(Boxes {
        x_label: "Sample".into(),
        y,
        shows: BoxesShow::Percentiles,
        series: Vec::new(),
        groups: named.into_iter().map(group).collect(),
        marks: Vec::new(),
    })
}

fn banded(y: Axis, named: Vec<(String, Option<BoxStatistics>)>) -> FigureKind {
    let present = named.into_iter();
    let mut present: Vec<(String, BoxStatistics)> = present
        .filter_map(|(name, found)| Some((name, found?)))
        .collect();
    present.sort_by(|a, b| a.1.median.total_cmp(&b.1.median));
    let (names, boxes) = present.into_iter().unzip();
    FigureKind::Bands(Bands {
        x_label: "Samples by median".into(),
        y,
        boxes,
        names,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::Matrix;

    fn counts(n_samples: usize) -> Dataset {
        let n_genes = 50;
        let values = (0..n_genes * n_samples).map(|at| ((at * 37) % 1000) as f32);
        let matrix = Matrix::from_rows(n_genes, n_samples, values.collect());
        let names = |n: usize, stem: &str| (0..n).map(|at| format!("{stem}{at}")).collect();
        let mut dataset = Dataset::new(matrix, names(n_genes, "g"), names(n_samples, "s"));
        dataset.kind = ValueKind::Counts;
        dataset.value_label = "count".into();
        dataset
    }

    fn draw(before: &Dataset, after: &Dataset, name: &str) -> Figure {
        let request = FigureRequest {
            name: name.into(),
            ..FigureRequest::default()
        };
        figure(before, after, &request).unwrap()
    }

    fn axes(figure: &Figure) -> [Axis; 2] {
        match &figure.kind {
            FigureKind::Lines(lines) => [lines.x.clone(), lines.y.clone()],
            FigureKind::Boxes(boxes) => [boxes.y.clone(), boxes.y.clone()],
            other => panic!("no axes of {other:?}"),
        }
    }

    #[test]
    fn amounts_are_drawn_as_logarithms_and_ratios_as_they_are() {
        let before = counts(4);
        let figure = draw(&before, &before, "density_before");
        assert_eq!(axes(&figure)[0].label, "log2(count + 1)");
        let mut ratios = counts(4);
        ratios.kind = ValueKind::LogRatio;
        let figure = draw(&before, &ratios, "density_after");
        assert_eq!(axes(&figure)[0].label, "count");
    }

    #[test]
    fn both_sides_have_one_axis_where_their_values_mean_the_same() {
        let (before, mut after) = (counts(4), counts(4));
        after
            .matrix
            .values_mut()
            .iter_mut()
            .for_each(|value| *value *= 8.0);
        for name in ["density", "samples"] {
            let sides = ["before", "after"].map(|side| {
                let figure = draw(&before, &after, &format!("{name}_{side}"));
                axes(&figure)[0].clone()
            });
            assert_eq!(sides[0], sides[1], "{name}");
        }
        after.value_label = "count per million".into();
        let sides = ["density_before", "density_after"]
            .map(|name| axes(&draw(&before, &after, name))[0].high);
        assert!(sides[0] < sides[1]);
    }

    #[test]
    fn one_data_set_alone_has_the_same_pictures() {
        let data = counts(4);
        for info in figures_of_one(&data) {
            let request = FigureRequest {
                name: info.name.clone(),
                ..FigureRequest::default()
            };
            let alone = figure_of_one(&data, &request).unwrap();
            let side = draw(&data, &data, &format!("{}_after", info.name));
            assert_eq!(
                (&alone.name, &alone.title, &alone.kind),
                (&info.name, &info.title, &side.kind)
            );
        }
    }

    #[test]
    fn of_many_samples_an_evenly_spaced_part_is_drawn_and_said() {
        let many = counts(200);
        let figure = draw(&many, &many, "density_after");
        let FigureKind::Lines(lines) = &figure.kind else {
            panic!("lines")
        };
        assert_eq!(lines.series.len(), MAX_SINGLE);
        assert_eq!(lines.series[MAX_SINGLE - 1].name, "s199");
        assert!(
            figure
                .subtitle
                .starts_with("60 of 200 samples, evenly spaced")
        );
        let figure = draw(&many, &many, "samples_after");
        let FigureKind::Bands(bands) = &figure.kind else {
            panic!("bands")
        };
        assert!(bands.boxes.is_sorted_by(|a, b| a.median <= b.median));
    }

    #[test]
    fn no_samples_and_no_values_can_be_drawn() {
        let mut empty = counts(3);
        empty.matrix.values_mut().fill(f32::NAN);
        for data in [counts(0), empty] {
            for info in figures(&data, &data) {
                draw(&data, &data, &info.name);
            }
        }
    }
}
