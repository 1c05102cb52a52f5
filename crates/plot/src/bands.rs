//! Percentile bands over ranks: many profiles sorted, each one step to the right.

use crate::{
    frame::{
        BELOW_DATA, Page, data_rect, draw_x_axis, draw_y_axis, draw_y_name, next_baseline,
        number_room, x_ticks, y_ticks,
    },
    layout::Layout,
    place::Places,
    scene::{Anchor, Label, Mark, Scene},
    style::{Ink, LINE_PX, category},
    ticks::Numbers,
};
use cuvette_core::figure::{Bands, BoxStatistics};

/// Opacity of the outer and of the inner band over the ground.
const OUTER_OPACITY: f64 = 0.28;
const INNER_OPACITY: f64 = 0.6;
/// Width of the line of medians.
const MEDIAN_PX: f64 = 1.25;
/// Room for the words at the right end.
const WORDS_ROOM: f64 = 50.0;
const WORDS_GAP: f64 = 6.0;

pub(crate) fn height(page: &Page) -> f64 {
    page.data_top() + (0.45 * page.size.width).clamp(160.0, 320.0) + BELOW_DATA
}

pub(crate) fn build(page: &Page, bands: &Bands) -> (Layout, Scene) {
    let (mut scene, header_bottom) = page.scene_with_header();
    let top = page.data_top();
    let y = [bands.y.low, bands.y.high];
    let ticks = y_ticks(y, Numbers::Real, page.size.height - top - BELOW_DATA);
    let layout = Layout {
        size: page.size,
        data: data_rect(page.size, number_room(&ticks), top, WORDS_ROOM, BELOW_DATA),
        x: [0.5, bands.boxes.len().max(1) as f64 + 0.5],
        y,
        raster: None,
        values_across: false,
    };
    draw_bands(&mut scene, page, &layout, &bands.boxes);
    if y[0] < 0.0 && y[1] > 0.0 {
        let [from, to] = [layout.data.x, layout.data.right()].map(|x| [x, layout.y_px(0.0)]);
        scene.dashed(from, to, LINE_PX, page.inks.guide);
    }
    draw_x_axis(
        &mut scene,
        page,
        &layout,
        &x_ticks(&layout, Numbers::Whole),
        &bands.x_label,
    );
    draw_y_axis(&mut scene, page, &layout, &ticks);
    draw_y_name(
        &mut scene,
        page,
        next_baseline(header_bottom),
        &bands.y.label,
    );
    draw_words(&mut scene, page, &layout, bands.boxes.last());
    (layout, scene)
}

fn draw_bands(scene: &mut Scene, page: &Page, layout: &Layout, boxes: &[BoxStatistics]) {
    let over_ground = |opacity| category(0).at(opacity).over(page.inks.ground);
    draw_band(
        scene,
        layout,
        boxes,
        |b| [b.low, b.high],
        over_ground(OUTER_OPACITY),
    );
    draw_band(
        scene,
        layout,
        boxes,
        |b| [b.q1, b.q3],
        over_ground(INNER_OPACITY),
    );
    let points = steps(layout, boxes, |b| b.median);
    scene.push(Mark::Path {
        points,
        width: MEDIAN_PX,
        ink: page.inks.ink,
    });
}

fn draw_band(
    scene: &mut Scene,
    layout: &Layout,
    boxes: &[BoxStatistics],
    range: impl Fn(&BoxStatistics) -> [f64; 2],
    ink: Ink,
) {
    let mut points = steps(layout, boxes, |b| range(b)[0]);
    points.extend(steps(layout, boxes, |b| range(b)[1]).into_iter().rev());
    if !points.is_empty() {
        scene.push(Mark::Area { points, ink });
    }
}

/// A level step per rank, cut at the data area; ranks without a value are passed over.
fn steps(
    layout: &Layout,
    boxes: &[BoxStatistics],
    value: impl Fn(&BoxStatistics) -> f64,
) -> Vec<[f64; 2]> {
    let data = layout.data;
    boxes
        .iter()
        .enumerate()
        .filter(|(_, statistics)| !value(statistics).is_nan())
        .flat_map(|(rank, statistics)| {
            let y = layout.y_px(value(statistics)).clamp(data.y, data.bottom());
            [rank as f64 + 0.5, rank as f64 + 1.5].map(|x| [layout.x_px(x), y])
        })
        .collect()
}

/// What is what, at the right end; the most telling first where there is no room for all.
fn draw_words(scene: &mut Scene, page: &Page, layout: &Layout, last: Option<&BoxStatistics>) {
    let Some(last) = last else { return };
    let data = layout.data;
    let beside = crate::layout::Rect {
        x: data.right(),
        y: data.y - 6.0,
        width: page.size.width - data.right(),
        height: data.height + 12.0,
    };
    let mut places = Places::within(beside);
    for (text, value) in [
        ("median", last.median),
        ("95 %", last.high),
        ("5 %", last.low),
        ("75 %", last.q3),
        ("25 %", last.q1),
    ] {
        let y = layout.y_px(value).clamp(data.y, data.bottom());
        let at = [data.right() + WORDS_GAP, y + 4.0];
        let label = Label::new(text, at, Anchor::Start, page.inks.axis);
        if let Some(label) = places.place(&[label]) {
            scene.label(label);
        }
    }
}
