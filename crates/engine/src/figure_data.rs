//! The numbers behind a picture, as a table.

use cuvette_core::{
    Table,
    figure::{
        BoxStatistics, Boxes, BoxesShow, Coloring, Figure, FigureKind, Histogram, Lines, Scatter,
    },
    table::NumberFormat,
};

use crate::EngineError;

/// Every mark of the picture as a row.
///
/// A heat map has no marks; its table is one of the step's own. A scatter must have been asked for
/// with `all_points`.
pub fn figure_data(figure: &Figure) -> Result<Table, EngineError> {
    let table = Table::new(&figure.name, &figure.title);
    match &figure.kind {
        FigureKind::Histogram(histogram) => Ok(bins(table, histogram)),
        FigureKind::Scatter(scatter) if scatter.raster.is_none() => Ok(points(table, scatter)),
        FigureKind::Lines(lines) => Ok(line_points(table, lines)),
        FigureKind::Boxes(boxes) => Ok(groups(table, boxes)),
        FigureKind::Bands(bands) => {
            let table = table.text("name", &bands.x_label, bands.names.clone());
            Ok(with_boxes(table, BoxesShow::Percentiles, &bands.boxes))
        }
        FigureKind::Scatter(_) | FigureKind::HeatMap(_) => Err(EngineError::OnlyPixels {
            name: figure.name.clone(),
        }),
    }
}

fn bins(table: Table, histogram: &Histogram) -> Table {
    let n_bins = histogram.counts.len();
    let edges = |from: usize| histogram.edges.iter().skip(from).take(n_bins).copied();
    let counts = histogram.counts.iter().map(|&count| Some(count as i64));
    let bins = (1..=n_bins).map(|bin| bin.to_string());
    table
        .text("bin", "Bin", bins.collect())
        .number("from", "From", NumberFormat::General, edges(0).collect())
        .number("to", "To", NumberFormat::General, edges(1).collect())
        .integer("count", &histogram.y_label, counts.collect())
}

fn points(table: Table, scatter: &Scatter) -> Table {
    let of = |position: fn(&cuvette_core::figure::Point) -> f32| {
        let points = scatter.points.iter();
        points.map(|point| f64::from(position(point))).collect()
    };
    let names = scatter.points.iter().map(|point| point.name.clone());
    let table = table
        .text("name", "Name", names.collect())
        .number(
            "x",
            &scatter.x.label,
            NumberFormat::General,
            of(|point| point.x),
        )
        .number(
            "y",
            &scatter.y.label,
            NumberFormat::General,
            of(|point| point.y),
        );
    with_colors(table, scatter.coloring.as_ref(), 0..scatter.points.len())
}

/// What the colors say of the points or lines at the given places.
fn with_colors(
    table: Table,
    coloring: Option<&Coloring>,
    places: impl Iterator<Item = usize>,
) -> Table {
    match coloring {
        None => table,
        Some(Coloring::Groups { label, groups, of }) => {
            let group = |place: usize| groups.get(usize::from(*of.get(place)?));
            let words = places.map(|place| group(place).map(|found| found.name.clone()));
            let words = words.map(Option::unwrap_or_default);
            table.text("color", label, words.collect())
        }
        Some(Coloring::Scale { scale, of }) => {
            let values = places.map(|place| of.get(place).copied().flatten());
            let values = values.map(|value| value.map_or(f64::NAN, f64::from));
            table.number(
                "color",
                &scale.label,
                NumberFormat::General,
                values.collect(),
            )
        }
    }
}

fn line_points(table: Table, lines: &Lines) -> Table {
    let points = || {
        let series = lines.series.iter().enumerate();
        series.flat_map(|(at, series)| series.points.iter().map(move |point| (at, series, point)))
    };
    let names = points().map(|(_, series, _)| series.name.clone());
    let of = |axis: usize| points().map(move |(.., point)| f64::from(point[axis]));
    let table = table.text("line", "Line", names.collect());
    let named = of(0).map(|x| lines.x_names.get((x as usize).wrapping_sub(1)).cloned());
    let named: Option<Vec<String>> = named.collect();
    let table = match named.filter(|_| !lines.x_names.is_empty()) {
        Some(named) => table.text("x", &lines.x.label, named),
        None => table.number("x", &lines.x.label, NumberFormat::General, of(0).collect()),
    };
    let table = table.number("y", &lines.y.label, NumberFormat::General, of(1).collect());
    with_colors(table, lines.coloring.as_ref(), points().map(|(at, ..)| at))
}

fn groups(table: Table, boxes: &Boxes) -> Table {
    let mut names = Vec::new();
    let mut series = Vec::new();
    let mut statistics = Vec::new();
    for group in &boxes.groups {
        for (position, found) in group.boxes.iter().enumerate() {
            if let Some(found) = found {
                names.push(group.name.clone());
                series.push(boxes.series.get(position).cloned().unwrap_or_default());
                statistics.push(*found);
            }
        }
    }
    let table = table
        .text("group", &boxes.x_label, names)
        .text("series", "Series", series);
    with_boxes(table, boxes.shows, &statistics)
}

fn with_boxes(table: Table, shows: BoxesShow, boxes: &[BoxStatistics]) -> Table {
    type Statistic = fn(&BoxStatistics) -> f64;
    const PERCENTILES: [(&str, &str, Statistic); 5] = [
        ("p5", "5th percentile", |found| found.low),
        ("q1", "First quartile", |found| found.q1),
        ("median", "Median", |found| found.median),
        ("q3", "Third quartile", |found| found.q3),
        ("p95", "95th percentile", |found| found.high),
    ];
    const INTERVALS: [(&str, &str, Statistic); 3] = [
        ("value", "Value", |found| found.median),
        ("low", "95 % from", |found| found.low),
        ("high", "95 % to", |found| found.high),
    ];
    let columns = match shows {
        BoxesShow::Percentiles => &PERCENTILES[..],
        BoxesShow::Intervals => &INTERVALS[..],
    };
    let table = columns.iter().fold(table, |table, &(name, label, of)| {
        let values = boxes.iter().map(of).collect();
        table.number(name, label, NumberFormat::General, values)
    });
    let n = boxes.iter().map(|found| Some(found.n as i64));
    table.integer("n", "n", n.collect())
}
