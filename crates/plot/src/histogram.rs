//! Bars over bins, colored by sign, with the median and zero marked.

use crate::{
    frame::{
        BELOW_DATA, Page, RIGHT_OF_DATA, data_rect, draw_x_axis, draw_y_grid, draw_y_name,
        next_baseline, number_room, x_ticks, y_ticks,
    },
    layout::{Layout, Rect},
    place::Places,
    scene::{Anchor, Label, Mark, Scene},
    style::{Ink, LINE_PX, OUTLINE_PX, RESULT_PX, TEXT_PX, category},
    text::{Weight, shortened},
    ticks::Numbers,
};
use cuvette_core::figure::{Guide, Histogram, diverging};

/// Room above the bars: for the words beside lines, and a little where there are none.
const HEADROOM: f64 = 20.0;
const SMALL_HEADROOM: f64 = 6.0;
/// Half of the gap between two bars, where bars are wide enough to have gaps and outlines.
const HALF_GAP: f64 = 0.75;
const FIRST_WIDTH_WITH_GAPS: f64 = 4.0;
/// Depth of the color next to zero and gain up to the largest value, so that pale bars keep a
/// visible fill.
const DEPTH_AT_ZERO: f64 = 0.34;
const DEPTH_GAIN: f64 = 0.56;
/// Outline of the bar that is pointed out.
const SELECTED_PX: f64 = 1.5;
/// Side of the triangle above it.
const POINTER_PX: f64 = 8.0;
/// From a line to the words beside it.
const BESIDE_LINE: f64 = 6.0;
/// Lines of words beside lines, and from one to the next.
const MAX_ROWS: usize = 3;
const ROW: f64 = 16.0;

pub(crate) fn height(page: &Page) -> f64 {
    page.data_top() + (0.42 * page.size.width).clamp(160.0, 300.0) + BELOW_DATA
}

pub(crate) fn build(page: &Page, histogram: &Histogram) -> (Layout, Scene) {
    let (mut scene, header_bottom) = page.scene_with_header();
    let top = page.data_top();
    let data_height = (page.size.height - top - BELOW_DATA).max(1.0);
    let y = [0.0, highest(histogram, data_height)];
    let y_ticks = y_ticks(y, Numbers::Whole, data_height);
    let left = number_room(&y_ticks);
    let layout = Layout {
        size: page.size,
        data: data_rect(page.size, left, top, RIGHT_OF_DATA, BELOW_DATA),
        x: [histogram.x.low, histogram.x.high],
        y,
        raster: None,
        values_across: false,
    };
    draw_y_grid(&mut scene, page, &layout, &y_ticks);
    draw_bars(&mut scene, page, &layout, histogram);
    draw_x_axis(
        &mut scene,
        page,
        &layout,
        &x_ticks(&layout, Numbers::Real),
        &histogram.x.label,
    );
    draw_y_name(
        &mut scene,
        page,
        next_baseline(header_bottom),
        &histogram.y_label,
    );
    draw_guides(&mut scene, page, &layout, &guides(histogram));
    (layout, scene)
}

/// The count at the upper edge: the fullest bin and its headroom.
fn highest(histogram: &Histogram, data_height: f64) -> f64 {
    let fullest = histogram.counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let has_words = histogram.marks.iter().any(|mark| !mark.label.is_empty());
    let headroom = if has_words { HEADROOM } else { SMALL_HEADROOM };
    fullest / (1.0 - (headroom / data_height).min(0.5))
}

/// Rectangle of each bar, empty bins included, cut at the edges of the data area.
pub(crate) fn bar_rect(layout: &Layout, edges: [f64; 2], count: u64) -> Option<Rect> {
    let data = layout.data;
    let [left, right] = edges.map(|edge| layout.x_px(edge).clamp(data.x, data.right()));
    let top = layout.y_px(count as f64).clamp(data.y, data.bottom());
    let is_visible = right > left && (left.is_finite() && right.is_finite());
    is_visible.then(|| Rect::between([left, top], [right, data.bottom()]))
}

fn draw_bars(scene: &mut Scene, page: &Page, layout: &Layout, histogram: &Histogram) {
    let ground = page.inks.ground;
    for (bin, (edges, &count)) in histogram
        .edges
        .windows(2)
        .zip(&histogram.counts)
        .enumerate()
    {
        let &[low, high] = edges else { continue };
        let Some(rect) = bar_rect(layout, [low, high], count).filter(|_| count > 0) else {
            continue;
        };
        let fill = bar_ink(histogram, f64::midpoint(low, high));
        let is_selected = histogram.selected_bin == Some(bin);
        if rect.width < FIRST_WIDTH_WITH_GAPS {
            let ink = if is_selected { page.inks.accent } else { fill };
            scene.push(Mark::Fill { rect, ink });
            continue;
        }
        let rect = Rect {
            x: rect.x + HALF_GAP,
            width: rect.width - 2.0 * HALF_GAP,
            ..rect
        };
        if is_selected {
            scene.outlined(
                rect.inset(-HALF_GAP),
                fill,
                SELECTED_PX,
                page.inks.ink.over(ground),
            );
            scene.push(pointer_above(rect, page.inks.accent));
        } else {
            scene.outlined(rect, fill, OUTLINE_PX, page.inks.edge.over(fill));
        }
    }
}

/// A triangle that points down at a bar.
fn pointer_above(bar: Rect, ink: Ink) -> Mark {
    let x = bar.x + bar.width / 2.0;
    let tip = bar.y - 2.0 - SELECTED_PX;
    let top = tip - POINTER_PX;
    Mark::Area {
        points: vec![
            [x - POINTER_PX / 2.0, top],
            [x + POINTER_PX / 2.0, top],
            [x, tip],
        ],
        ink,
    }
}

/// Color of a bar by the center of its bin.
fn bar_ink(histogram: &Histogram, center: f64) -> Ink {
    if !histogram.signed {
        return category(0);
    }
    let largest = histogram.x.low.abs().max(histogram.x.high.abs());
    let depth = DEPTH_AT_ZERO + DEPTH_GAIN * (center.abs() / largest).min(1.0);
    Ink::solid(diverging(if center == 0.0 {
        0.0
    } else {
        depth.copysign(center)
    }))
}

/// The marks, and zero where colors turn at it.
fn guides(histogram: &Histogram) -> Vec<Guide> {
    let mut guides = histogram.marks.clone();
    let shows_zero = histogram.x.low < 0.0 && histogram.x.high > 0.0;
    if histogram.signed && shows_zero && !guides.iter().any(|guide| guide.at == 0.0) {
        guides.push(Guide {
            at: 0.0,
            label: String::new(),
            dashed: true,
        });
    }
    guides
}

fn draw_guides(scene: &mut Scene, page: &Page, layout: &Layout, guides: &[Guide]) {
    let data = layout.data;
    let visible: Vec<&Guide> = guides
        .iter()
        .filter(|guide| guide.at >= layout.x[0] && guide.at <= layout.x[1])
        .collect();
    let mut places = Places::within(Rect {
        width: page.size.width - data.x,
        ..data
    });
    for guide in &visible {
        let x = layout.x_px(guide.at);
        let (from, to) = ([x, data.y], [x, data.bottom()]);
        places.take_line([from, to]);
        if guide.dashed {
            scene.dashed(from, to, LINE_PX, page.inks.guide);
        } else {
            scene.line(from, to, RESULT_PX, page.inks.ink);
        }
    }
    for guide in visible {
        let text = shortened(&guide.label, TEXT_PX, Weight::Regular, data.width / 2.0);
        if let Some(label) = places.place(&beside(layout, page, guide.at, &text)) {
            scene.label_over_marks(label);
        }
    }
}

/// Places for the words of a line: on its left, on its right, then lower.
fn beside(layout: &Layout, page: &Page, at: f64, text: &str) -> Vec<Label> {
    let x = layout.x_px(at);
    (0..MAX_ROWS)
        .flat_map(|row| {
            let baseline = layout.data.y + TEXT_PX + row as f64 * ROW;
            [
                (x - BESIDE_LINE, Anchor::End),
                (x + BESIDE_LINE, Anchor::Start),
            ]
            .map(|(x, anchor)| Label::new(text, [x, baseline], anchor, page.inks.ink))
        })
        .collect()
}
