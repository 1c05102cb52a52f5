//! What a search or a click pointed out, marked over the picture: rings around points, bars beside
//! rows and columns. The picture itself is not drawn again for it.

use cuvette_core::figure::{Figure, FigureKind, HeatMap, Scatter};
use cuvette_plot::Layout;
use leptos::prelude::*;

use super::Picture;
use crate::state::Marked;
use crate::ui::erased::view;

/// Thickness of a bar beside a heat map, its distance from the cells, and its least length.
const BAR_PX: f64 = 3.0;
const BAR_GAP_PX: f64 = 2.0;
const LEAST_BAR_PX: f64 = 3.0;
/// Width of a ring around a point.
const RING_PX: f64 = 11.0;

/// A mark over the picture, in CSS pixels.
#[derive(Debug, Clone, PartialEq)]
struct Mark {
    name: String,
    kind: &'static str,
    /// Left, top, width, height.
    place: [f64; 4],
}

/// The marks of a picture.
#[component]
pub fn Found(picture: Picture) -> impl IntoView {
    let marks = Memo::new(move |_| {
        let marked = picture.app.marked_of(&picture.of.get_value());
        picture.figure.with(|figure| {
            picture.layout.with(|layout| match (figure, layout) {
                (Some(figure), Some(layout)) => marks(figure, layout, &marked),
                _ => Vec::new(),
            })
        })
    });
    let mark = |mark: Mark| {
        let [left, top, width, height] = mark.place.map(|pixels| format!("{pixels}px"));
        view! {
            <span
                class="found-mark"
                data-found=mark.name
                data-kind=mark.kind
                aria-hidden="true"
                style:left=left
                style:top=top
                style:width=width
                style:height=height
            ></span>
        }
    };
    move || marks.get().into_iter().map(mark).collect_view()
}

fn marks(figure: &Figure, layout: &Layout, marked: &Marked) -> Vec<Mark> {
    match &figure.kind {
        FigureKind::HeatMap(heat_map) => beside_cells(heat_map, layout, marked),
        FigureKind::Scatter(scatter) => around_points(scatter, layout, marked),
        FigureKind::Histogram(_)
        | FigureKind::Lines(_)
        | FigureKind::Boxes(_)
        | FigureKind::Bands(_) => Vec::new(),
    }
}

fn beside_cells(heat_map: &HeatMap, layout: &Layout, marked: &Marked) -> Vec<Mark> {
    let is_meant = |name: &str| is_found(marked, name) || marked.subject.as_deref() == Some(name);
    let data = layout.data;
    let along = |names: &[String], from: f64, length: f64| -> Vec<(String, f64, f64)> {
        let cell = length / names.len().max(1) as f64;
        let meant = names.iter().enumerate().filter(|(_, name)| is_meant(name));
        meant
            .map(|(place, name)| {
                let bar = cell.max(LEAST_BAR_PX);
                let middle = from + (place as f64 + 0.5) * cell;
                (name.clone(), middle - bar / 2.0, bar)
            })
            .collect()
    };
    let rows = along(&heat_map.rows, data.y, data.height)
        .into_iter()
        .map(|(name, top, length)| Mark {
            name,
            kind: "row",
            place: [data.right() + BAR_GAP_PX, top, BAR_PX, length],
        });
    let columns = along(&heat_map.columns, data.x, data.width)
        .into_iter()
        .map(|(name, left, length)| Mark {
            name,
            kind: "column",
            place: [left, data.bottom() + BAR_GAP_PX, length, BAR_PX],
        });
    rows.chain(columns).collect()
}

/// The one that was clicked is drawn with its name by the picture itself.
fn around_points(scatter: &Scatter, layout: &Layout, marked: &Marked) -> Vec<Mark> {
    let points = scatter.points.iter();
    points
        .filter(|point| is_found(marked, &point.name))
        .map(|point| {
            (
                point,
                layout.pixel_from_data([point.x.into(), point.y.into()]),
            )
        })
        .filter(|(_, at)| layout.data.contains(*at))
        .map(|(point, [x, y])| Mark {
            name: point.name.clone(),
            kind: "point",
            place: [x - RING_PX / 2.0, y - RING_PX / 2.0, RING_PX, RING_PX],
        })
        .collect()
}

fn is_found(marked: &Marked, name: &str) -> bool {
    let mut found = marked.found.iter();
    found.any(|found| found.eq_ignore_ascii_case(name))
}
