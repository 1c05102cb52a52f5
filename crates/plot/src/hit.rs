//! What is under the pointer, in words.

use crate::{
    boxes::box_band,
    layout::Layout,
    ticks::{count, number},
};
use cuvette_core::figure::{
    Bands, BoxStatistics, Boxes, BoxesShow, Coloring, Figure, FigureKind, GroupInk, HeatMap,
    Histogram, Lines, Scatter,
};

/// Farthest from a point, in CSS pixels, that still means the point.
const REACH_PX: f64 = 12.0;
/// Significant digits of a number under the pointer.
const DIGITS: usize = 4;

/// What the pointer means.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Which: the bin, the point, the group, the rank; of a heat map, the row.
    pub index: usize,
    /// Its name, where it has one: what a selection holds on to.
    pub name: Option<String>,
    /// What to show: "YAL051W: 0.51, −0.4".
    pub text: String,
    /// Where to show it, in CSS pixels.
    pub at: [f64; 2],
}

impl Layout {
    /// What of `figure`, which this is the layout of, is under a place in CSS pixels. The points of
    /// a raster are not there to be found; the engine knows them.
    pub fn nearest(&self, figure: &Figure, pixel: [f64; 2]) -> Option<Hit> {
        let data = self.data_from_pixel(pixel)?;
        match &figure.kind {
            FigureKind::Histogram(histogram) => bin(histogram, data[0], pixel),
            FigureKind::Scatter(scatter) => self.point(scatter, pixel),
            FigureKind::Lines(lines) => self.line(lines, pixel),
            FigureKind::Boxes(boxes) => self.boxed(boxes, data, pixel),
            FigureKind::Bands(bands) => rank(bands, data[0], pixel),
            FigureKind::HeatMap(heat_map) => cell(heat_map, data, pixel),
        }
    }

    fn point(&self, scatter: &Scatter, pixel: [f64; 2]) -> Option<Hit> {
        let marked = scatter
            .marked
            .iter()
            .map(|point| (point.x, point.y, &point.name));
        let points = scatter
            .points
            .iter()
            .map(|point| (f64::from(point.x), f64::from(point.y), &point.name));
        // A marked point lies above the others, so it comes first, and ties go to the first.
        let (index, (x, y, name), _, is_marked) = points
            .enumerate()
            .map(|(index, point)| (index, point, false))
            .chain(
                marked
                    .enumerate()
                    .map(|(index, point)| (index, point, true)),
            )
            .map(|(index, point, is_marked)| {
                let [x, y] = self.pixel_from_data([point.0, point.1]);
                let distance = (x - pixel[0]).hypot(y - pixel[1]);
                (
                    index,
                    point,
                    if is_marked {
                        (distance - 2.0).max(0.0)
                    } else {
                        distance
                    },
                    is_marked,
                )
            })
            .filter(|&(_, _, distance, _)| distance <= REACH_PX)
            .min_by(|a, b| a.2.total_cmp(&b.2))?;
        let mut text = format!("{name}: {}, {}", number(x, DIGITS), number(y, DIGITS));
        if !is_marked && let Some(coloring) = &scatter.coloring {
            text.push_str(&color_words(coloring, index));
        }
        Some(Hit {
            index,
            name: Some(name.clone()),
            text,
            at: self.pixel_from_data([x, y]),
        })
    }

    /// The line nearest to the pointer, at its point nearest to the pointer.
    fn line(&self, lines: &Lines, pixel: [f64; 2]) -> Option<Hit> {
        if !lines.x_names.is_empty() {
            return self.named_point(lines, pixel);
        }
        let (index, name, at, _) = lines
            .series
            .iter()
            .enumerate()
            .flat_map(|(index, series)| {
                let of_line = series
                    .points
                    .windows(2)
                    .filter_map(move |pair| match *pair {
                        [from, to] => Some([from, to]),
                        _ => None,
                    });
                of_line.map(move |ends| (index, &series.name, ends))
            })
            .map(|(index, name, ends)| {
                let ends = ends.map(|end| self.pixel_from_data(end.map(f64::from)));
                let at = nearest_on(ends, pixel);
                (index, name, at, (at[0] - pixel[0]).hypot(at[1] - pixel[1]))
            })
            .filter(|&(.., distance)| distance <= REACH_PX)
            .min_by(|a, b| a.3.total_cmp(&b.3))?;
        let [x, y] = self.data_from_pixel(at)?;
        let group = lines.coloring.as_ref();
        let group = group.map_or(String::new(), |coloring| color_words(coloring, index));
        Some(Hit {
            index,
            name: Some(name.clone()),
            text: format!(
                "{name}: {}, {}{group}",
                number(x, DIGITS),
                number(y, DIGITS)
            ),
            at,
        })
    }

    /// The point of a line over a name that is nearest.
    fn named_point(&self, lines: &Lines, pixel: [f64; 2]) -> Option<Hit> {
        let of_series = lines.series.iter().enumerate();
        let points = of_series.flat_map(|(index, series)| {
            let points = series.points.iter();
            points.map(move |point| (index, series, point.map(f64::from)))
        });
        let (index, series, [x, y], at, _) = points
            .map(|(index, series, point)| {
                let at = self.pixel_from_data(point);
                let distance = (at[0] - pixel[0]).hypot(at[1] - pixel[1]);
                (index, series, point, at, distance)
            })
            .filter(|&(.., distance)| distance <= REACH_PX)
            .min_by(|a, b| a.4.total_cmp(&b.4))?;
        let place = (x as usize).checked_sub(1)?;
        Some(Hit {
            index,
            name: Some(series.name.clone()),
            text: format!(
                "{}, {}: {}",
                series.name,
                lines.x_names.get(place)?,
                number(y, DIGITS)
            ),
            at,
        })
    }

    fn boxed(&self, boxes: &Boxes, data: [f64; 2], at: [f64; 2]) -> Option<Hit> {
        let (along, across) = if self.values_across {
            (data[1], at[1])
        } else {
            (data[0], at[0])
        };
        let index = (along.max(0.0) as usize).min(boxes.groups.len().checked_sub(1)?);
        let group = boxes.groups.get(index)?;
        let n_series = group.boxes.len().max(boxes.series.len()).max(1);
        let series = (0..n_series).min_by(|&a, &b| {
            let distance = |series| {
                let [low, high] = box_band(self, n_series, index, series);
                (across - f64::midpoint(low, high)).abs()
            };
            distance(a).total_cmp(&distance(b))
        })?;
        let statistics = group.boxes.get(series).copied().flatten();
        let of = boxes
            .series
            .get(series)
            .map_or(String::new(), |name| format!(", {name}"));
        let text = statistics.map_or_else(
            || format!("{}{of}: no values", group.name),
            |statistics| format!("{}{of}: {}", group.name, in_words(boxes.shows, &statistics)),
        );
        Some(Hit {
            index,
            name: Some(group.name.clone()),
            text,
            at,
        })
    }
}

/// The point of a straight line nearest to another.
fn nearest_on([from, to]: [[f64; 2]; 2], [x, y]: [f64; 2]) -> [f64; 2] {
    let run = [to[0] - from[0], to[1] - from[1]];
    let squared = run[0] * run[0] + run[1] * run[1];
    let share = if squared > 0.0 {
        ((x - from[0]) * run[0] + (y - from[1]) * run[1]) / squared
    } else {
        0.0
    };
    let share = share.clamp(0.0, 1.0);
    [from[0] + share * run[0], from[1] + share * run[1]]
}

/// What the color of a point says: `; tissue liver`.
fn color_words(coloring: &Coloring, point: usize) -> String {
    let label = coloring.label();
    let words = match coloring {
        Coloring::Groups { groups, of, .. } => of
            .get(point)
            .and_then(|&group| groups.get(usize::from(group)))
            .map(|group| match group.ink {
                GroupInk::Other => "other".into(),
                _ => group.name.clone(),
            }),
        Coloring::Scale { of, .. } => of.get(point).map(|value| {
            value.map_or_else(|| "missing".into(), |value| number(value.into(), DIGITS))
        }),
    };
    words.map_or(String::new(), |words| format!("; {label}: {words}"))
}

fn bin(histogram: &Histogram, x: f64, at: [f64; 2]) -> Option<Hit> {
    let last = histogram.counts.len().checked_sub(1)?;
    let index = histogram.edges.windows(2).enumerate().position(
        |(bin, edges)| matches!(edges, &[low, high] if x >= low && (x < high || bin == last)),
    )?;
    let (low, high) = (histogram.edges.get(index)?, histogram.edges.get(index + 1)?);
    Some(Hit {
        index,
        name: None,
        text: format!(
            "{} to {}, {}: {}",
            number(*low, DIGITS),
            number(*high, DIGITS),
            histogram.y_label.to_ascii_lowercase(),
            count(*histogram.counts.get(index)?)
        ),
        at,
    })
}

fn rank(bands: &Bands, x: f64, at: [f64; 2]) -> Option<Hit> {
    let last = bands.boxes.len().checked_sub(1)?;
    let index = ((x - 0.5).max(0.0) as usize).min(last);
    let statistics = bands.boxes.get(index)?;
    let name = bands.names.get(index).cloned();
    let shown = name.clone().unwrap_or_else(|| count(index as u64 + 1));
    Some(Hit {
        index,
        name,
        text: format!("{shown}: {}", in_words(BoxesShow::Percentiles, statistics)),
        at,
    })
}

fn cell(heat_map: &HeatMap, data: [f64; 2], at: [f64; 2]) -> Option<Hit> {
    // Places among all; names are those of the part shown.
    let [first_row, first_column] = heat_map.first.map(|first| first as f64);
    let row = (data[1] - first_row).max(0.0) as usize;
    let column = (data[0] - first_column).max(0.0) as usize;
    let row = row.min(heat_map.rows.len().checked_sub(1)?);
    let column = column.min(heat_map.columns.len().checked_sub(1)?);
    let (row_name, column_name) = (heat_map.rows.get(row)?, heat_map.columns.get(column)?);
    let word = heat_map
        .cell_texts
        .get(row * heat_map.columns.len() + column);
    let word = word.map_or_else(String::new, |word| format!(": {word}"));
    Some(Hit {
        index: row,
        name: Some(row_name.clone()),
        text: format!("{row_name}, {column_name}{word}"),
        at,
    })
}

fn in_words(shows: BoxesShow, statistics: &BoxStatistics) -> String {
    let value = number(statistics.median, DIGITS);
    let (words, [from, to]) = match shows {
        BoxesShow::Percentiles => (
            format!("median {value}, middle half"),
            [statistics.q1, statistics.q3],
        ),
        BoxesShow::Intervals => (
            format!("{value}, 95 % interval"),
            [statistics.low, statistics.high],
        ),
    };
    format!(
        "{words} {} to {}, n = {}",
        number(from, DIGITS),
        number(to, DIGITS),
        count(statistics.n as u64)
    )
}
