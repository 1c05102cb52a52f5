//! Every picture also as its data.

use cuvette_core::{
    Table,
    figure::{Bands, BoxStatistics, Boxes, Figure, FigureKind, HeatMap, Histogram, Scatter},
    table::NumberFormat,
};

/// The numbers behind the marks, one row per mark, named as the figure.
///
/// A figure that holds pixels instead of marks gives what stands beside the pixels: a scatter its
/// named points, a heat map the names of its rows. The step's own table has the rest.
pub fn data_table(figure: &Figure) -> Table {
    let table = Table::new(&figure.name, &figure.title);
    match &figure.kind {
        FigureKind::Histogram(histogram) => bins(table, histogram),
        FigureKind::Scatter(scatter) => points(table, scatter),
        FigureKind::Boxes(boxes) => groups(table, boxes),
        FigureKind::Bands(bands) => ranks(table, bands),
        FigureKind::HeatMap(heat_map) => names(table, heat_map),
    }
}

fn bins(table: Table, histogram: &Histogram) -> Table {
    let n_bins = histogram
        .counts
        .len()
        .min(histogram.edges.len().saturating_sub(1));
    let edges = |skip: usize| {
        histogram
            .edges
            .iter()
            .skip(skip)
            .take(n_bins)
            .copied()
            .collect()
    };
    let counts = histogram
        .counts
        .iter()
        .take(n_bins)
        .map(|&count| Some(count as i64))
        .collect();
    table
        .number(
            "low",
            &format!("{}, from", histogram.x.label),
            NumberFormat::General,
            edges(0),
        )
        .number("high", "to", NumberFormat::General, edges(1))
        .integer("count", &histogram.y_label, counts)
}

fn points(table: Table, scatter: &Scatter) -> Table {
    let all = || {
        let points = scatter.points.iter();
        points
            .map(|point| (point.name.clone(), f64::from(point.x), f64::from(point.y)))
            .chain(
                scatter
                    .marked
                    .iter()
                    .map(|point| (point.name.clone(), point.x, point.y)),
            )
    };
    let pointed_out = (0..scatter.points.len() + scatter.marked.len())
        .map(|row| {
            if row < scatter.points.len() {
                String::new()
            } else {
                "yes".into()
            }
        })
        .collect();
    table
        .text("name", "Name", all().map(|(name, ..)| name).collect())
        .number(
            "x",
            &scatter.x.label,
            NumberFormat::General,
            all().map(|(_, x, _)| x).collect(),
        )
        .number(
            "y",
            &scatter.y.label,
            NumberFormat::General,
            all().map(|(.., y)| y).collect(),
        )
        .text("marked", "Pointed out", pointed_out)
}

fn groups(table: Table, boxes: &Boxes) -> Table {
    let present: Vec<(&str, &str, &BoxStatistics)> = boxes
        .groups
        .iter()
        .flat_map(|group| {
            let named = group.boxes.iter().enumerate();
            named.filter_map(|(series, statistics)| {
                let series = boxes.series.get(series).map_or("", String::as_str);
                statistics
                    .as_ref()
                    .map(|statistics| (group.name.as_str(), series, statistics))
            })
        })
        .collect();
    let table = table
        .text(
            "name",
            &boxes.x_label,
            present.iter().map(|row| row.0.into()).collect(),
        )
        .text(
            "series",
            "Series",
            present.iter().map(|row| row.1.into()).collect(),
        );
    let rows: Vec<&BoxStatistics> = present.iter().map(|row| row.2).collect();
    statistics(table, &rows)
}

fn ranks(table: Table, bands: &Bands) -> Table {
    let n = bands.boxes.len();
    let name = |rank: usize| bands.names.get(rank).cloned().unwrap_or_default();
    let table = table
        .text("name", "Name", (0..n).map(name).collect())
        .integer("rank", &bands.x_label, (1..=n as i64).map(Some).collect());
    statistics(table, &bands.boxes.iter().collect::<Vec<_>>())
}

fn statistics(table: Table, rows: &[&BoxStatistics]) -> Table {
    let column = |value: fn(&BoxStatistics) -> f64| rows.iter().copied().map(value).collect();
    let format = NumberFormat::General;
    table
        .number("p5", "5th percentile", format, column(|row| row.low))
        .number("q1", "First quartile", format, column(|row| row.q1))
        .number("median", "Median", format, column(|row| row.median))
        .number("q3", "Third quartile", format, column(|row| row.q3))
        .number("p95", "95th percentile", format, column(|row| row.high))
        .integer(
            "n",
            "n",
            rows.iter().map(|row| Some(row.n as i64)).collect(),
        )
}

fn names(table: Table, heat_map: &HeatMap) -> Table {
    table.text("row", "Row", heat_map.rows.clone())
}
