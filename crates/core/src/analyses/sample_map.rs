//! Samples as points of a plane: the pictures of `pca`, `mds` and `embed`.

use super::figure_parts::{axis_over, cloud, info, zoomed};
use crate::{
    dataset::Dataset,
    figure::{ColorChoices, Coloring, FigureInfo, FigureRequest, Scatter},
};

/// One axis of a map: its name with the unit, and the coordinate of every point.
pub struct Coordinates<'a> {
    pub label: String,
    pub values: &'a [f64],
}

/// The points named by `names` over two axes of one unit.
pub fn map(
    x: &Coordinates,
    y: &Coordinates,
    names: &[String],
    request: &FigureRequest,
    coloring: Option<&Coloring>,
) -> Scatter {
    let axis = |of: &Coordinates, ends| {
        zoomed(
            axis_over(&of.label, of.values.iter().copied()),
            request,
            ends,
        )
    };
    let (x_axis, y_axis) = (axis(x, [0, 1]), axis(y, [2, 3]));
    let narrow =
        |of: &Coordinates| -> Vec<f32> { of.values.iter().map(|&value| value as f32).collect() };
    let cloud = cloud(
        [&narrow(x), &narrow(y)],
        |at| names[at].clone(),
        [&x_axis, &y_axis],
        request,
        coloring,
    );
    Scatter {
        arrows: Vec::new(),
        x_marks: Vec::new(),
        x: x_axis,
        y: y_axis,
        equal_units: true,
        points: cloud.points,
        raster: cloud.raster,
        lines: Vec::new(),
        marked: Vec::new(),
        coloring: cloud.coloring,
    }
}

/// A picture whose points are the samples of `data`, to be colored by what is known of them.
pub fn sample_info(name: &str, title: &str, statistics: &[&str], data: &Dataset) -> FigureInfo {
    FigureInfo {
        colors: ColorChoices::of_kinds_of_samples(data),
        ..info(name, title, false, statistics)
    }
}

/// Two of the components shown against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair(pub usize, pub usize);

/// The pairs to choose from: the first three with each other, then each with the next.
pub fn pairs(n_components: usize) -> Vec<Pair> {
    let first = [Pair(0, 1), Pair(0, 2), Pair(1, 2)].into_iter();
    let rest = (2..n_components).step_by(2).map(|at| Pair(at, at + 1));
    first
        .chain(rest)
        .filter(|pair| pair.1 < n_components)
        .collect()
}

impl Pair {
    /// "PC1 against PC2".
    pub fn words(self, prefix: &str) -> String {
        format!("{prefix}{} against {prefix}{}", self.0 + 1, self.1 + 1)
    }

    /// The pair asked for; the first where none is, or where there is no such pair.
    pub fn asked(request: &FigureRequest, n_components: usize, prefix: &str) -> Self {
        let is_asked = |pair: &Self| request.statistic.as_ref() == Some(&pair.words(prefix));
        // One component stands against itself: points on the diagonal.
        let first = Self(0, 1.min(n_components.saturating_sub(1)));
        pairs(n_components)
            .into_iter()
            .find(is_asked)
            .unwrap_or(first)
    }
}
