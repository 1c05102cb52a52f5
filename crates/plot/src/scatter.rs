//! Points over two axes, with lines and named points.

use crate::{
    frame::{
        BELOW_DATA, Page, RIGHT_OF_DATA, data_rect, draw_x_axis, draw_y_axis, draw_y_name,
        next_baseline, number_room, x_ticks, y_ticks,
    },
    layout::{Layout, Rect},
    place::{Places, clipped},
    scene::{Anchor, Label, Mark, RasterPlace, Scene},
    style::{Ink, LINE_PX, MARKED, RESULT_PX, TEXT_PX},
    text::{Weight, shortened},
    ticks::{Numbers, Ticks},
};
use cuvette_core::figure::{Axis, Line, MarkedPoint, Scatter, diverging};

/// Up to this many points are drawn larger and denser.
const FEW_POINTS: usize = 500;
const POINT_RADIUS: f64 = 1.35;
const LARGE_RADIUS: f64 = 2.25;
const POINT_OPACITY: f64 = 0.4;
const FEW_OPACITY: f64 = 0.7;
const MARKED_RADIUS: f64 = 4.5;
const MARKED_RING: f64 = 1.25;
/// Place of the points' blue on the diverging palette.
const POINT_COLOR: f64 = -0.76;
/// One unit is equally long on both axes: an axis grows up to this much past what was asked, and
/// beyond that the data area shrinks instead.
const MOST_GROWTH: f64 = 1.5;
/// Passes that settle the room of numbers, whose ticks depend on the room.
const PASSES: usize = 3;
/// From a point or line to its words.
const BESIDE: f64 = 5.0;
/// Places along a line where its words may stand, from its right end.
const ALONG: [f64; 8] = [0.97, 0.03, 0.9, 0.1, 0.8, 0.2, 0.65, 0.35];

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
    let mut places = Places::within(layout.data);
    let lines = draw_lines(&mut scene, page, &layout, &scatter.lines, &mut places);
    draw_marked(&mut scene, page, &layout, &scatter.marked, &mut places);
    draw_line_words(&mut scene, page, &layout, &lines, &mut places);
    (layout, scene)
}

/// The data area and its axes, and the ticks that the room at the left was made for.
fn lay_out(page: &Page, scatter: &Scatter) -> (Layout, Ticks) {
    let top = page.data_top();
    let mut left = 0.0_f64;
    let mut settled = None;
    for _ in 0..PASSES {
        let data = data_rect(page.size, left, top, RIGHT_OF_DATA, BELOW_DATA);
        let mut layout = Layout {
            size: page.size,
            data,
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
        let needed = number_room(&ticks);
        let fits = needed <= left;
        settled = Some((layout, ticks));
        if fits {
            break;
        }
        left = needed;
    }
    // INVARIANT: the loop runs at least once.
    settled.unwrap_or_else(|| unreachable!("at least one pass"))
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

fn draw_line_words(
    scene: &mut Scene,
    page: &Page,
    layout: &Layout,
    lines: &[(&Line, [[f64; 2]; 2])],
    places: &mut Places,
) {
    for (line, [from, to]) in lines {
        let room = 0.6 * layout.data.width;
        let text = shortened(&line.label, TEXT_PX, Weight::Regular, room);
        let ink = if line.dashed {
            page.inks.guide
        } else {
            page.inks.ink
        };
        let candidates: Vec<Label> = ALONG
            .iter()
            .flat_map(|share| {
                let at = [0, 1].map(|axis| from[axis] + share * (to[axis] - from[axis]));
                around(&text, at, BESIDE, ink, layout.data)
            })
            .collect();
        if let Some(label) = places.place(&candidates) {
            scene.label_over_marks(label);
        }
    }
}

/// Draws the points pointed out, then the names for which there is room; the first come first.
fn draw_marked(
    scene: &mut Scene,
    page: &Page,
    layout: &Layout,
    marked: &[MarkedPoint],
    places: &mut Places,
) {
    let visible: Vec<(&MarkedPoint, [f64; 2])> = marked
        .iter()
        .map(|point| (point, layout.pixel_from_data([point.x, point.y])))
        .filter(|(_, center)| layout.data.contains(*center))
        .collect();
    for &(_, center) in &visible {
        let radius = MARKED_RADIUS + MARKED_RING;
        scene.push(Mark::Disc {
            center,
            radius,
            ink: page.inks.ground,
        });
        scene.push(Mark::Disc {
            center,
            radius: MARKED_RADIUS,
            ink: MARKED,
        });
        let corner = |by: f64| center.map(|coordinate| coordinate + by);
        places.take(Rect::between(corner(-MARKED_RADIUS), corner(MARKED_RADIUS)));
    }
    for (index, &(point, center)) in visible.iter().enumerate() {
        let room = layout.data.width / 2.0;
        let text = shortened(&point.name, TEXT_PX, Weight::Regular, room);
        let gap = MARKED_RADIUS + BESIDE;
        let mut candidates = around(&text, center, gap, page.inks.ink, layout.data);
        let others: Vec<[f64; 2]> = visible
            .iter()
            .enumerate()
            .filter(|&(other, _)| other != index)
            .map(|(_, &(_, center))| center)
            .collect();
        // A name nearer to a neighbor would name the neighbor.
        candidates.retain(|label| {
            let own = label.rect().distance(center);
            others
                .iter()
                .all(|&other| label.rect().distance(other) > own)
        });
        if let Some(label) = places.place(&candidates) {
            scene.label_over_marks(label);
        }
    }
}

/// Places for words around a spot: right, left, below, above, then the corners; those above and
/// below move sideways into the data area.
fn around(text: &str, [x, y]: [f64; 2], gap: f64, ink: Ink, data: Rect) -> Vec<Label> {
    const HALF_HEIGHT: f64 = 4.0;
    const BELOW: f64 = 10.0;
    let (lower, upper) = (y + gap + BELOW, y - gap);
    [
        (x + gap, y + HALF_HEIGHT, Anchor::Start),
        (x - gap, y + HALF_HEIGHT, Anchor::End),
        (x, lower, Anchor::Middle),
        (x, upper, Anchor::Middle),
        (x + gap, lower, Anchor::Start),
        (x - gap, lower, Anchor::End),
        (x + gap, upper, Anchor::Start),
        (x - gap, upper, Anchor::End),
    ]
    .into_iter()
    .map(|(x, y, anchor)| {
        let label = Label::new(text, [x, y], anchor, ink);
        if anchor == Anchor::Middle {
            label.kept_between(data.x, data.right())
        } else {
            label
        }
    })
    .collect()
}
