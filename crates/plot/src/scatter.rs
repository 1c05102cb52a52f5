//! Points over two axes, with lines and named points.

use crate::{
    frame::{
        BELOW_DATA, Page, RIGHT_OF_DATA, data_rect, draw_x_axis, draw_y_axis, draw_y_name,
        next_baseline, number_room, x_ticks, y_ticks,
    },
    layout::{Layout, Rect},
    place::{Places, clipped},
    scatter_words::{draw_line_words, draw_marked},
    scene::{Mark, RasterPlace, Scene},
    style::{Ink, LINE_PX, RESULT_PX},
    ticks::{Numbers, Ticks},
};
use cuvette_core::figure::{Axis, Line, Scatter, diverging};

/// Up to this many points are drawn larger and denser.
const FEW_POINTS: usize = 1_000;
const POINT_RADIUS: f64 = 1.35;
const LARGE_RADIUS: f64 = 2.0;
const POINT_OPACITY: f64 = 0.45;
const FEW_OPACITY: f64 = 0.65;
/// Place of the points' blue on the diverging palette.
const POINT_COLOR: f64 = -0.76;
/// One unit is equally long on both axes: an axis grows up to this much past what was asked, and
/// beyond that the data area shrinks instead.
const MOST_GROWTH: f64 = 1.5;
/// From an axis to words inside.
const BESIDE_AXIS: f64 = 3.0;
/// Passes that settle the room of numbers, whose ticks depend on the room.
const PASSES: usize = 3;

pub(crate) fn height(page: &Page, scatter: &Scatter) -> f64 {
    let room = page.size.width - 52.0;
    let shape = if scatter.equal_units {
        span(&scatter.y) / span(&scatter.x)
    } else {
        0.66
    };
    let data = (room * shape.clamp(0.4, 1.0)).clamp(160.0, 480.0);
    page.data_top() + data + BELOW_DATA
}

pub(crate) fn build(page: &Page, scatter: &Scatter) -> (Layout, Scene) {
    let (mut scene, header_bottom) = page.scene_with_header();
    let (layout, y_ticks) = lay_out(page, scatter);
    if let Some(rect) = layout.raster {
        scene.raster = Some(RasterPlace {
            rect,
            pixelated: false,
        });
    }
    draw_points(&mut scene, &layout, scatter);
    draw_x_axis(
        &mut scene,
        page,
        &layout,
        &x_ticks(&layout, Numbers::Real),
        &scatter.x.label,
    );
    draw_y_axis(&mut scene, page, &layout, &y_ticks);
    draw_y_name(
        &mut scene,
        page,
        next_baseline(header_bottom),
        &scatter.y.label,
    );
    // Off the edges, so that no veil behind a word cuts an axis.
    let mut places = Places::within(layout.data.inset(BESIDE_AXIS));
    let lines = draw_lines(&mut scene, page, &layout, &scatter.lines, &mut places);
    draw_marked(&mut scene, page, &layout, &scatter.marked, &mut places);
    draw_line_words(&mut scene, page, &layout, &lines, &mut places);
    (layout, scene)
}

/// The data area and its axes, and the ticks that the room at the left was made for.
fn lay_out(page: &Page, scatter: &Scatter) -> (Layout, Ticks) {
    let top = page.data_top();
    let mut left = 0.0;
    let mut laid = lay_out_right_of(left, page, scatter, top);
    for _ in 1..PASSES {
        let needed = number_room(&laid.1);
        if needed <= left {
            break;
        }
        left = needed;
        laid = lay_out_right_of(left, page, scatter, top);
    }
    laid
}

fn lay_out_right_of(left: f64, page: &Page, scatter: &Scatter, top: f64) -> (Layout, Ticks) {
    let mut layout = Layout {
        size: page.size,
        data: data_rect(page.size, left, top, RIGHT_OF_DATA, BELOW_DATA),
        x: [scatter.x.low, scatter.x.high],
        y: [scatter.y.low, scatter.y.high],
        raster: None,
        values_across: false,
    };
    if scatter.equal_units {
        equalize(&mut layout);
    }
    layout.raster = scatter
        .raster
        .as_ref()
        .map(|_| asked_rect(&layout, scatter));
    let ticks = y_ticks(layout.y, Numbers::Real, layout.data.height);
    (layout, ticks)
}

/// Makes one unit equally long on both axes.
fn equalize(layout: &mut Layout) {
    let (spans, room) = (
        [layout.x, layout.y].map(|[low, high]| high - low),
        [layout.data.width, layout.data.height],
    );
    let px_per_unit = (room[0] / spans[0]).min(room[1] / spans[1]);
    if !(px_per_unit.is_finite() && px_per_unit > 0.0) {
        return;
    }
    let shown: [f64; 2] =
        std::array::from_fn(|axis| (room[axis] / px_per_unit).min(MOST_GROWTH * spans[axis]));
    let grown = |[low, high]: [f64; 2], shown: f64| {
        let extra = (shown - (high - low)) / 2.0;
        [low - extra, high + extra]
    };
    layout.x = grown(layout.x, shown[0]);
    layout.y = grown(layout.y, shown[1]);
    layout.data.width = shown[0] * px_per_unit;
    layout.data.height = shown[1] * px_per_unit;
}

/// Where the range that was asked for stands: the raster fills it.
fn asked_rect(layout: &Layout, scatter: &Scatter) -> Rect {
    Rect::between(
        layout.pixel_from_data([scatter.x.low, scatter.y.low]),
        layout.pixel_from_data([scatter.x.high, scatter.y.high]),
    )
}

fn span(axis: &Axis) -> f64 {
    axis.high - axis.low
}

fn draw_points(scene: &mut Scene, layout: &Layout, scatter: &Scatter) {
    let few = scatter.points.len() <= FEW_POINTS;
    let (radius, opacity) = if few {
        (LARGE_RADIUS, FEW_OPACITY)
    } else {
        (POINT_RADIUS, POINT_OPACITY)
    };
    let ink = Ink::solid(diverging(POINT_COLOR)).at(opacity);
    for point in &scatter.points {
        let center = layout.pixel_from_data([point.x.into(), point.y.into()]);
        if layout.data.contains(center) {
            scene.push(Mark::Disc {
                center,
                radius,
                ink,
            });
        }
    }
}

/// Draws the lines inside of the data area; gives their ends there, from left to right.
fn draw_lines<'a>(
    scene: &mut Scene,
    page: &Page,
    layout: &Layout,
    lines: &'a [Line],
    places: &mut Places,
) -> Vec<(&'a Line, [[f64; 2]; 2])> {
    let mut drawn = Vec::new();
    for line in lines {
        let ends = layout
            .x
            .map(|x| layout.pixel_from_data([x, line.intercept + line.slope * x]));
        let Some([from, to]) = clipped(ends, &layout.data) else {
            continue;
        };
        if line.dashed {
            scene.dashed(from, to, LINE_PX, page.inks.guide);
        } else {
            scene.line(from, to, RESULT_PX, page.inks.ink);
        }
        places.take_line([from, to]);
        drawn.push((line, [from, to]));
    }
    drawn
}
