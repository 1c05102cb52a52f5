//! Pictures as data: what is drawn, without how.
//!
//! An analysis says what its picture holds; `cuvette-plot` draws it, on canvas, as SVG and as PNG,
//! by one path. Everything long is already a raster here, so that a page draws axes and at most
//! [`MAX_MARKS`] marks.

mod bars;
mod color;
mod color_choices;
mod dendrogram;
mod palette;
mod raster;

pub use bars::{AnnotationBars, BarChoices};
pub use color::{ColorBy, ColorGroup, Coloring, GroupInk, MAX_GROUPS};
pub use color_choices::ColorChoices;
pub use palette::{CATEGORIES, MISSING, OTHER, Rgb, categorical, diverging, sequential};
pub use raster::{
    Dots, MAX_DOTS, RasterArea, colored_points_raster, density_raster, heat_map_raster,
    heat_map_raster_of, points_or_density_raster, points_raster,
};

use serde::{Deserialize, Serialize};

/// Above this many marks a picture holds a raster instead.
pub const MAX_MARKS: usize = 5_000;

/// What is asked of a step: one of its pictures, of one subject, for one size.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FigureRequest {
    /// Name of the picture: `histogram`.
    pub name: String,
    /// What it is about, where the picture is of one thing: a profile, a gene.
    pub subject: Option<String>,
    /// Which of the step's statistics: `pearson`, `spearman`.
    pub statistic: Option<String>,
    /// Pixels of the data area that a raster should fill; 0 for the default.
    pub raster_size: [u32; 2],
    /// Part of the data to show, in data units `[x0, x1, y0, y1]`, after a zoom.
    pub window: Option<[f64; 4]>,
    /// True to give every point as a mark, however many: for the data behind the picture.
    #[serde(default)]
    pub all_points: bool,
    /// What points are colored by; nothing: all alike.
    #[serde(default)]
    pub color: Option<ColorBy>,
    /// Which annotations stand beside the cells of a heat map; nothing: those it proposes.
    #[serde(default)]
    pub bars: Option<AnnotationBars>,
}

/// A picture a step can draw.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureInfo {
    /// Name, as in [`FigureRequest::name`] and in the exported file.
    pub name: String,
    /// Title in lists.
    pub title: String,
    /// True where the picture wants a subject.
    pub takes_subject: bool,
    /// The statistics to choose from; empty where there is no choice.
    pub statistics: Vec<String>,
    /// What its points may be colored by; nothing to choose from where it is empty.
    #[serde(default)]
    pub colors: ColorChoices,
    /// Which annotations may stand beside its cells; `None` where it has no cells or no annotation.
    #[serde(default)]
    pub bars: Option<BarChoices>,
}

/// One picture, ready to draw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Name, as requested.
    pub name: String,
    /// What it shows: top left, bold.
    pub title: String,
    /// What against what, and n.
    pub subtitle: String,
    /// What a reader who cannot see it should know.
    pub alternative: String,
    /// The picture itself.
    pub kind: FigureKind,
}

/// The kinds of picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FigureKind {
    /// Bars over bins.
    Histogram(Histogram),
    /// Points over two axes.
    Scatter(Scatter),
    /// Lines over two axes.
    Lines(Lines),
    /// Box plots side by side.
    Boxes(Boxes),
    /// Percentile bands over ranks.
    Bands(Bands),
    /// Cells as colors.
    HeatMap(HeatMap),
}

/// An axis: its name with the unit, and the range to show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// Name with unit: "log2(mutant / reference)".
    pub label: String,
    /// Lowest value shown.
    pub low: f64,
    /// Highest value shown; above `low`.
    pub high: f64,
}

/// Bars over bins of equal or unequal width.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// The values binned.
    pub x: Axis,
    /// Name of the counts: "Profiles".
    pub y_label: String,
    /// `counts.len() + 1` edges, ascending.
    pub edges: Vec<f64>,
    /// One count per bin.
    pub counts: Vec<u64>,
    /// True to color bars by the sign and size of their center, white at zero.
    pub signed: bool,
    /// Vertical lines with a label: the median.
    pub marks: Vec<Guide>,
    /// Index of the bin that holds the selected row, to point it out.
    pub selected_bin: Option<usize>,
}

/// A labelled line across the picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Guide {
    /// Where, on the axis it crosses.
    pub at: f64,
    /// Words beside it; may be empty.
    pub label: String,
    /// Dashed for references (zero), solid for results (a median).
    pub dashed: bool,
}

/// Points over two axes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scatter {
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// True where both axes measure the same thing: one unit is equally long on both.
    pub equal_units: bool,
    /// The points, at most [`MAX_MARKS`]; empty where `raster` holds them.
    pub points: Vec<Point>,
    /// The points as pixels, over exactly the range of the axes.
    pub raster: Option<Raster>,
    /// Straight lines `y = intercept + slope x`.
    pub lines: Vec<Line>,
    /// Vertical lines with a label.
    #[serde(default)]
    pub x_marks: Vec<Guide>,
    /// Points pointed out, with their names.
    pub marked: Vec<MarkedPoint>,
    /// Arrows from one place to another, at most [`MAX_MARKS`].
    #[serde(default)]
    pub arrows: Vec<[[f64; 2]; 2]>,
    /// What the colors of the points mean; `None`: they are all alike.
    #[serde(default)]
    pub coloring: Option<Coloring>,
}

/// One point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Horizontal position.
    pub x: f32,
    /// Vertical position.
    pub y: f32,
    /// Its name, shown on hover.
    pub name: String,
}

/// A point drawn larger and named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MarkedPoint {
    /// Horizontal position.
    pub x: f64,
    /// Vertical position.
    pub y: f64,
    /// Its name, drawn beside it.
    pub name: String,
}

/// A straight line `y = intercept + slope x`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Value at x = 0.
    pub intercept: f64,
    /// Rise per unit of x.
    pub slope: f64,
    /// From which x to which it holds; everywhere where none is given.
    #[serde(default)]
    pub range: Option<[f64; 2]>,
    /// Words beside it: "y = x".
    pub label: String,
    /// Dashed for references, solid for fits.
    pub dashed: bool,
}

/// Lines over two axes: densities, a scree, receiver operating characteristics, losses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lines {
    /// Horizontal axis.
    pub x: Axis,
    /// What stands at 1, 2, … of the horizontal axis, instead of numbers and the axis' label. Empty
    /// for numbers.
    pub x_names: Vec<String>,
    /// Vertical axis.
    pub y: Axis,
    /// True where both axes measure the same thing: one unit is equally long on both.
    pub equal_units: bool,
    /// The lines. Up to [`MAX_GROUPS`] have a color and a name in the legend each; more are alike,
    /// unless `coloring` groups them.
    pub series: Vec<Series>,
    /// True to draw every point of the lines, where there are few: a scree.
    pub with_points: bool,
    /// Vertical lines with a label.
    pub x_marks: Vec<Guide>,
    /// Level lines with a label.
    pub y_marks: Vec<Guide>,
    /// Straight lines `y = intercept + slope x`: the diagonal of chance.
    pub lines: Vec<Line>,
    /// What the colors mean, in the order of `series`; `None`: the series themselves.
    pub coloring: Option<Coloring>,
}

/// One line of a picture of lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Its name, in the legend and on hover.
    pub name: String,
    /// Its points from left to right, all finite; a gap is two series.
    pub points: Vec<[f32; 2]>,
}

/// Pixels, four bytes each (red, green, blue, opacity; not premultiplied), row after row from the
/// top left. They fill the range of the axes. A missing cell is transparent: what it looks like
/// changes with the theme.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Raster {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `4 * width * height` bytes. Travels beside the message, not in its text.
    #[serde(skip)]
    pub pixels: Vec<u8>,
}

/// Box plots side by side, in groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Boxes {
    /// Name of the groups' axis: "Deleted gene".
    pub x_label: String,
    /// The values.
    pub y: Axis,
    /// What the numbers of boxes are.
    pub shows: BoxesShow,
    /// Names of the series, by color; one series draws without a legend.
    pub series: Vec<String>,
    /// The groups, left to right.
    pub groups: Vec<BoxGroup>,
    /// Horizontal lines.
    pub marks: Vec<Guide>,
}

/// What the numbers of [`BoxStatistics`] are, and so how they are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum BoxesShow {
    /// Percentiles of values: a box with whiskers.
    #[default]
    Percentiles,
    /// A value, the median, with its interval of 95 % from `low` to `high`: a bar from zero with a
    /// line. Quartiles are not looked at.
    Intervals,
}

/// The boxes over one name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BoxGroup {
    /// Name below the boxes.
    pub name: String,
    /// One per series; `None` where it has no values.
    pub boxes: Vec<Option<BoxStatistics>>,
}

/// What a box shows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BoxStatistics {
    /// Lower whisker: 5th percentile.
    pub low: f64,
    /// First quartile.
    pub q1: f64,
    /// Median.
    pub median: f64,
    /// Third quartile.
    pub q3: f64,
    /// Upper whisker: 95th percentile.
    pub high: f64,
    /// Values summarized.
    pub n: usize,
}

/// Percentile bands over ranks: many profiles, sorted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bands {
    /// Name of the ranks' axis.
    pub x_label: String,
    /// The values.
    pub y: Axis,
    /// One box per rank, in order: whiskers the outer band, quartiles the inner, median the line.
    pub boxes: Vec<BoxStatistics>,
    /// Name per rank, shown on hover.
    pub names: Vec<String>,
}

/// Cells as colors.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HeatMap {
    /// Names of the rows, top to bottom.
    pub rows: Vec<String>,
    /// Names of the columns, left to right.
    pub columns: Vec<String>,
    /// One pixel per cell, or fewer where there are more cells than pixels were asked for.
    pub raster: Raster,
    /// What the colors mean.
    pub scale: ColorScale,
    /// Words in the cells, row after row, drawn where they have room; empty where cells have none.
    #[serde(default)]
    pub cell_texts: Vec<String>,
    /// Place of the first row and column shown among all, where a part was asked for.
    #[serde(default)]
    pub first: [usize; 2],
    /// Tree of all rows, left of the cells.
    #[serde(default)]
    pub row_tree: Option<Dendrogram>,
    /// Tree of all columns, above the cells.
    #[serde(default)]
    pub column_tree: Option<Dendrogram>,
    /// Places among all where a new cluster of rows begins.
    #[serde(default)]
    pub row_cuts: Vec<usize>,
    /// Places among all where a new cluster of columns begins.
    #[serde(default)]
    pub column_cuts: Vec<usize>,
    /// Annotations of the columns shown, one bar each above the cells.
    #[serde(default)]
    pub column_bars: Vec<Coloring>,
    /// Annotations of the rows shown, one bar each left of the cells.
    #[serde(default)]
    pub row_bars: Vec<Coloring>,
}

/// A tree beside the cells of a heat map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dendrogram {
    /// The forks, highest first; of a large tree the highest alone.
    pub forks: Vec<Fork>,
}

/// Where two branches of a tree meet.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fork {
    /// Where the two branches stand, in cells from the first: 0.5 is the middle of the first.
    pub at: [f32; 2],
    /// Heights at which the two branches begin.
    pub from: [f32; 2],
    /// Height at which they meet.
    pub height: f32,
}

/// The meaning of colors.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ColorScale {
    /// Name with unit.
    pub label: String,
    /// Value of the lowest color.
    pub low: f64,
    /// Value of the highest color.
    pub high: f64,
    /// True for blue to orange with white in the middle, false for viridis.
    pub diverging: bool,
}

impl FigureRequest {
    /// Which rows and columns of a heat map are asked for: the whole cells of the window, at least
    /// one each way, moved inside where it reaches out.
    pub fn cells(&self, n_rows: usize, n_columns: usize) -> [std::ops::Range<usize>; 2] {
        let Some([x0, x1, y0, y1]) = self.window else {
            return [0..n_rows, 0..n_columns];
        };
        let part = |a: f64, b: f64, n: usize| {
            let (low, high) = (a.min(b), a.max(b));
            let len = ((high - low).round().max(1.0) as usize).min(n);
            let start = (low.round().max(0.0) as usize).min(n - len);
            start..start + len
        };
        [part(y0, y1, n_rows), part(x0, x1, n_columns)]
    }
}

impl Figure {
    /// The pixels of the picture, where it has any, to send beside the message.
    pub fn raster_mut(&mut self) -> Option<&mut Raster> {
        match &mut self.kind {
            FigureKind::Scatter(scatter) => scatter.raster.as_mut(),
            FigureKind::HeatMap(heat_map) => Some(&mut heat_map.raster),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FigureRequest;

    fn check(window: Option<[f64; 4]>, expected: &[std::ops::Range<usize>; 2]) {
        let request = FigureRequest {
            window,
            ..FigureRequest::default()
        };
        assert_eq!(request.cells(100, 10), *expected, "{window:?}");
    }

    #[test]
    fn a_window_is_whole_cells_inside_of_the_heat_map() {
        check(None, &[0..100, 0..10]);
        check(Some([2.0, 4.0, 10.0, 20.0]), &[10..20, 2..4]);
        check(Some([2.2, 2.3, 20.0, 10.0]), &[10..20, 2..3]);
        check(Some([-5.0, 1.0, 95.0, 105.0]), &[90..100, 0..6]);
        check(Some([f64::NAN; 4]), &[0..1, 0..1]);
        check(Some([0.0, 1e9, -1e9, 1e9]), &[0..100, 0..10]);
    }

    #[test]
    fn requests_of_before_colors_are_still_understood() {
        let old = r#"{"name":"histogram","subject":null,"statistic":null,"raster_size":[0,0],"window":null}"#;
        let found: FigureRequest = serde_json::from_str(old).unwrap();
        assert_eq!(found.color, None);
    }
}
