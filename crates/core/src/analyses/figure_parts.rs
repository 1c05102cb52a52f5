//! Pieces of pictures that several analyses draw.

use crate::{
    error::AnalysisError,
    figure::{
        Axis, BoxStatistics, Coloring, Dots, FigureInfo, FigureRequest, MAX_MARKS, Point, Raster,
        RasterArea, Rgb, colored_points_raster, points_or_density_raster,
    },
    stats::{quantile::quantile_of_sorted, quantile::sorted_present},
};

/// Color of the points of a dense scatter.
const DOT_COLOR: Rgb = [0x3b, 0x82, 0xc4];
/// Their opacity, and that of points whose color says something.
const DOT_OPACITY: f64 = 0.45;
const COLORED_OPACITY: f64 = 0.7;
/// Their radius, in pixels of the raster.
const DOT_RADIUS: f64 = 1.5;
/// In a raster of more pixels across, points grow with it: it is drawn for a fine screen or for paper.
const WIDE_RASTER: f64 = 960.0;

/// Pixels of a raster when the request does not say.
const RASTER_SIZE: [u32; 2] = [640, 480];

/// What a picture is called, without its data.
pub fn info(name: &str, title: &str, takes_subject: bool, statistics: &[&str]) -> FigureInfo {
    FigureInfo {
        name: name.into(),
        title: title.into(),
        takes_subject,
        statistics: statistics.iter().map(ToString::to_string).collect(),
        ..FigureInfo::default()
    }
}

/// The error for a picture that is not there, which lists those that are.
pub fn unknown_figure(name: &str, infos: &[FigureInfo]) -> AnalysisError {
    let names: Vec<&str> = infos.iter().map(|info| info.name.as_str()).collect();
    AnalysisError::Input {
        message: format!(
            "there is no picture {name:?}, expected one of {}",
            names.join(", ")
        ),
    }
}

/// An axis over finite values with a margin of 4 %; −1 to 1 without any.
pub fn axis_over(label: &str, values: impl Iterator<Item = f64>) -> Axis {
    let finite = values.filter(|value| value.is_finite());
    let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let (low, high) = match high - low {
        span if span > 0.0 => (low - 0.04 * span, high + 0.04 * span),
        0.0 => (low - 1.0, high + 1.0),
        _ => (-1.0, 1.0),
    };
    Axis {
        label: label.into(),
        low,
        high,
    }
}

/// The axis, or the part of it that was zoomed into; `ends` are the places of its two ends in
/// [`FigureRequest::window`].
pub fn zoomed(axis: Axis, request: &FigureRequest, ends: [usize; 2]) -> Axis {
    match request.window.map(|window| ends.map(|end| window[end])) {
        Some([low, high]) if low < high => Axis { low, high, ..axis },
        _ => axis,
    }
}

/// Points as they are drawn: marks where they are few, else pixels, with what their colors mean.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cloud {
    /// The points inside of the axes; empty where `raster` holds them.
    pub points: Vec<Point>,
    /// The points as pixels.
    pub raster: Option<Raster>,
    /// The coloring, of `points` alone; its legend, where the points are pixels.
    pub coloring: Option<Coloring>,
}

/// The points as marks where they are few inside the axes, else as pixels.
pub fn points_or_raster(
    xs: &[f32],
    ys: &[f32],
    name: impl Fn(usize) -> String,
    axes: [&Axis; 2],
    request: &FigureRequest,
) -> (Vec<Point>, Option<Raster>) {
    let cloud = cloud([xs, ys], name, axes, request, None);
    (cloud.points, cloud.raster)
}

/// The points in their colors, as marks where they are few inside the axes, else as pixels.
/// `coloring` stands in the order of the points.
pub fn cloud(
    [xs, ys]: [&[f32]; 2],
    name: impl Fn(usize) -> String,
    axes: [&Axis; 2],
    request: &FigureRequest,
    coloring: Option<&Coloring>,
) -> Cloud {
    let within = |value: f32, axis: &Axis| {
        let value = f64::from(value);
        value >= axis.low && value <= axis.high
    };
    let shown: Vec<usize> = (0..xs.len())
        .filter(|&i| within(xs[i], axes[0]) && within(ys[i], axes[1]))
        .collect();
    if request.all_points || shown.len() <= MAX_MARKS {
        let point = |&i: &usize| Point {
            x: xs[i],
            y: ys[i],
            name: name(i),
        };
        return Cloud {
            points: shown.iter().map(point).collect(),
            raster: None,
            coloring: coloring.map(|coloring| coloring.select(&shown)),
        };
    }
    Cloud {
        points: Vec::new(),
        raster: Some(pixels([xs, ys], shown, axes, request, coloring)),
        coloring: coloring.map(Coloring::legend),
    }
}

fn pixels(
    [xs, ys]: [&[f32]; 2],
    mut shown: Vec<usize>,
    axes: [&Axis; 2],
    request: &FigureRequest,
    coloring: Option<&Coloring>,
) -> Raster {
    let [width, height] = match request.raster_size {
        [0, _] | [_, 0] => RASTER_SIZE,
        size => size,
    };
    let radius_px = DOT_RADIUS * (f64::from(width) / WIDE_RASTER).max(1.0);
    let area = RasterArea {
        x: [axes[0].low, axes[0].high],
        y: [axes[1].low, axes[1].high],
        width,
        height,
    };
    let Some(coloring) = coloring else {
        let dots = Dots {
            color: DOT_COLOR,
            opacity: DOT_OPACITY,
            radius_px,
        };
        return points_or_density_raster(xs, ys, &area, &dots);
    };
    shown.sort_by_key(|&point| !coloring.is_missing(point));
    let points = shown
        .into_iter()
        .map(|point| (xs[point], ys[point], coloring.rgb(point)));
    colored_points_raster(points, &area, COLORED_OPACITY, radius_px)
}

/// The box of the finite values, whiskers from the 5th to the 95th percentile.
pub fn box_of(values: impl Iterator<Item = f64>) -> Option<BoxStatistics> {
    let sorted = sorted_present(values.filter(|value| value.is_finite()));
    let at = |probability| quantile_of_sorted(&sorted, probability);
    (!sorted.is_empty()).then(|| BoxStatistics {
        low: at(0.05),
        q1: at(0.25),
        median: at(0.5),
        q3: at(0.75),
        high: at(0.95),
        n: sorted.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_points_are_pixels_unless_all_of_them_are_asked_for() {
        let values: Vec<f32> = (0..=MAX_MARKS).map(|i| i as f32).collect();
        let axis = axis_over("x", values.iter().map(|&value| f64::from(value)));
        let draw = |all_points| {
            let request = FigureRequest {
                all_points,
                ..FigureRequest::default()
            };
            points_or_raster(&values, &values, |i| i.to_string(), [&axis; 2], &request)
        };
        let (points, raster) = draw(false);
        assert!(points.is_empty() && raster.is_some());
        let (points, raster) = draw(true);
        assert_eq!((points.len(), raster), (MAX_MARKS + 1, None));
    }

    #[test]
    fn points_out_of_the_axes_take_their_colors_with_them() {
        let coloring = Coloring::from_words("side", &["left", "right", "left"]);
        let axis = axis_over("x", [1.0, 2.0].into_iter());
        let found = cloud(
            [&[0.0, 1.0, 2.0]; 2],
            |i| i.to_string(),
            [&axis; 2],
            &FigureRequest::default(),
            Some(&coloring),
        );
        let Some(Coloring::Groups { of, groups, .. }) = found.coloring else {
            panic!("expected groups")
        };
        assert_eq!((found.points.len(), of, groups.len()), (2, vec![1, 0], 2));
    }
}
