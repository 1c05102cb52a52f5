//! Box plots and bars with intervals in groups: upright where all names fit below, lying where they
//! do not.

use crate::{
    box_words::{draw_guide_words, draw_legend, draw_names_at_left, draw_names_below},
    frame::{
        BELOW_DATA, Page, RIGHT_OF_DATA, data_rect, draw_x_axis, draw_y_axis, draw_y_name,
        next_baseline, number_room, x_ticks, y_ticks,
    },
    layout::{Layout, Rect},
    place::Places,
    scene::Scene,
    style::{Ink, Inks, LINE_PX, RESULT_PX, TEXT_PX, category},
    text::{self, Weight},
    ticks::Numbers,
};
use cuvette_core::figure::{BoxStatistics, Boxes, BoxesShow, Guide};

/// Free pixels between names side by side.
const NAME_SPACE: f64 = 8.0;
/// Most of the width that names at the left may take.
const MOST_NAME_SHARE: f64 = 0.4;
/// From a name at the left to the data.
pub(crate) const NAME_GAP: f64 = 8.0;
/// Share of a group's room that its boxes fill, and the most one box takes.
const FILLED: f64 = 0.76;
const MOST_THICKNESS: f64 = 22.0;
/// Height of a group of lying boxes: per series, and around them.
const LYING_SERIES: f64 = 11.0;
const LYING_SPACE: f64 = 6.0;
const FEWEST_LYING: f64 = 18.0;
/// Opacity of a box over the ground.
pub(crate) const BOX_OPACITY: f64 = 0.45;
/// Height of the line of the legend.
const LEGEND_LINE: f64 = 18.0;

pub(crate) fn height(page: &Page, boxes: &Boxes) -> f64 {
    let data = if lies(page, boxes) {
        let group = (LYING_SERIES * n_series(boxes) as f64 + LYING_SPACE).max(FEWEST_LYING);
        (group * boxes.groups.len() as f64).max(60.0)
    } else {
        (0.5 * page.size.width).clamp(170.0, 300.0)
    };
    data_top(page, boxes) + data + BELOW_DATA
}

pub(crate) fn build(page: &Page, boxes: &Boxes) -> (Layout, Scene) {
    let (mut scene, header_bottom) = page.scene_with_header();
    let mut baseline = next_baseline(header_bottom);
    if boxes.series.len() > 1 {
        draw_legend(&mut scene, page, boxes, baseline);
        baseline += LEGEND_LINE;
    }
    if lies(page, boxes) {
        draw_y_name(&mut scene, page, baseline, &boxes.x_label);
        let layout = lying(page, boxes);
        draw_boxes(&mut scene, page, &layout, boxes);
        draw_x_axis(
            &mut scene,
            page,
            &layout,
            &x_ticks(&layout, Numbers::Real),
            &boxes.y.label,
        );
        draw_names_at_left(&mut scene, page, &layout, boxes);
        (layout, scene)
    } else {
        draw_y_name(&mut scene, page, baseline, &boxes.y.label);
        let layout = upright(page, boxes);
        draw_boxes(&mut scene, page, &layout, boxes);
        let ticks = y_ticks(layout.y, Numbers::Real, layout.data.height);
        draw_y_axis(&mut scene, page, &layout, &ticks);
        draw_names_below(&mut scene, page, &layout, boxes);
        (layout, scene)
    }
}

fn n_series(boxes: &Boxes) -> usize {
    let widest = boxes
        .groups
        .iter()
        .map(|group| group.boxes.len())
        .max()
        .unwrap_or(1);
    boxes.series.len().max(widest).max(1)
}

fn data_top(page: &Page, boxes: &Boxes) -> f64 {
    let legend = if boxes.series.len() > 1 {
        LEGEND_LINE
    } else {
        0.0
    };
    page.data_top() + legend
}

/// True where the names do not fit side by side.
fn lies(page: &Page, boxes: &Boxes) -> bool {
    let room = upright(page, boxes).data.width / boxes.groups.len().max(1) as f64;
    boxes
        .groups
        .iter()
        .any(|group| text::width(&group.name, TEXT_PX, Weight::Regular) + NAME_SPACE > room)
}

fn upright(page: &Page, boxes: &Boxes) -> Layout {
    let y = [boxes.y.low, boxes.y.high];
    let top = data_top(page, boxes);
    let height = page.size.height - top - BELOW_DATA;
    // `lies` asks before the height is known; any height that shows every tick will do.
    let ticks = y_ticks(y, Numbers::Real, if height > 0.0 { height } else { 200.0 });
    let left = number_room(&ticks);
    Layout {
        size: page.size,
        data: data_rect(page.size, left, top, RIGHT_OF_DATA, BELOW_DATA),
        x: [0.0, boxes.groups.len().max(1) as f64],
        y,
        raster: None,
        values_across: false,
    }
}

fn lying(page: &Page, boxes: &Boxes) -> Layout {
    let widest = boxes
        .groups
        .iter()
        .map(|group| text::width(&group.name, TEXT_PX, Weight::Regular))
        .fold(0.0, f64::max);
    let left = (widest + NAME_GAP)
        .min(MOST_NAME_SHARE * page.size.width)
        .ceil();
    Layout {
        size: page.size,
        data: data_rect(
            page.size,
            left,
            data_top(page, boxes),
            RIGHT_OF_DATA,
            BELOW_DATA,
        ),
        x: [boxes.y.low, boxes.y.high],
        y: [boxes.groups.len().max(1) as f64, 0.0],
        raster: None,
        values_across: true,
    }
}

/// The room of one box across its values: from which pixel to which, on the axis of groups.
pub(crate) fn box_band(layout: &Layout, n_series: usize, group: usize, series: usize) -> [f64; 2] {
    let (start, n_groups, length) = if layout.values_across {
        (layout.data.y, layout.y[0], layout.data.height)
    } else {
        (layout.data.x, layout.x[1], layout.data.width)
    };
    let room = length / n_groups;
    let thickness = (room * FILLED / n_series as f64).min(MOST_THICKNESS);
    let first = start + room * (group as f64 + 0.5) - thickness * n_series as f64 / 2.0;
    [
        first + thickness * series as f64,
        first + thickness * (series as f64 + 1.0),
    ]
}

fn draw_boxes(scene: &mut Scene, page: &Page, layout: &Layout, boxes: &Boxes) {
    let n_series = n_series(boxes);
    let mut places = Places::within(layout.data);
    draw_guides(scene, page, layout, &boxes.marks);
    for (group, values) in boxes.groups.iter().enumerate() {
        for (series, statistics) in values.boxes.iter().enumerate() {
            if let Some(statistics) = statistics {
                let [low, high] = box_band(layout, n_series, group, series);
                // A hair of ground parts boxes that touch.
                let band = [low + 0.5, (high - 0.5).max(low + 1.0)];
                let brush = BoxBrush {
                    layout,
                    inks: &page.inks,
                    band,
                    ink: category(series),
                };
                match boxes.shows {
                    BoxesShow::Percentiles => brush.draw(scene, statistics),
                    BoxesShow::Intervals => brush.draw_bar(scene, statistics),
                }
                places.take(brush.rect(statistics.low, statistics.high));
            }
        }
    }
    draw_guide_words(scene, page, layout, &boxes.marks, &mut places);
}

struct BoxBrush<'a> {
    layout: &'a Layout,
    inks: &'a Inks,
    band: [f64; 2],
    ink: Ink,
}

impl BoxBrush<'_> {
    fn draw(&self, scene: &mut Scene, statistics: &BoxStatistics) {
        let middle = f64::midpoint(self.band[0], self.band[1]);
        for [from, to] in [
            [statistics.low, statistics.q1],
            [statistics.q3, statistics.high],
        ] {
            let (from, to) = (self.at(from, middle), self.at(to, middle));
            if from != to {
                scene.line(from, to, LINE_PX, self.inks.axis);
            }
        }
        let fill = self.ink.at(BOX_OPACITY).over(self.inks.ground);
        scene.outlined(
            self.rect(statistics.q1, statistics.q3),
            fill,
            LINE_PX,
            self.ink,
        );
        let [from, to] = self.band.map(|across| self.at(statistics.median, across));
        scene.line(from, to, RESULT_PX.max(2.0), self.inks.ink);
    }

    /// A bar from zero to the value, and its interval over it.
    fn draw_bar(&self, scene: &mut Scene, statistics: &BoxStatistics) {
        let fill = self.ink.at(BOX_OPACITY).over(self.inks.ground);
        let bar = self.rect(0.0, statistics.median);
        scene.outlined(bar, fill, LINE_PX, self.ink);
        let middle = f64::midpoint(self.band[0], self.band[1]);
        let [low, high] = [statistics.low, statistics.high];
        let (from, to) = (self.at(low, middle), self.at(high, middle));
        scene.line(from, to, LINE_PX, self.inks.ink);
        let end = (self.band[1] - self.band[0]) / 5.0;
        for value in [low, high] {
            let [from, to] = [middle - end, middle + end].map(|across| self.at(value, across));
            scene.line(from, to, LINE_PX, self.inks.ink);
        }
    }

    /// A value, cut at the data area, at a place across the box.
    fn at(&self, value: f64, across: f64) -> [f64; 2] {
        let data = self.layout.data;
        if self.layout.values_across {
            [self.layout.x_px(value).clamp(data.x, data.right()), across]
        } else {
            [across, self.layout.y_px(value).clamp(data.y, data.bottom())]
        }
    }

    fn rect(&self, low: f64, high: f64) -> Rect {
        Rect::between(self.at(low, self.band[0]), self.at(high, self.band[1]))
    }
}

/// Lines across all groups at a value.
fn draw_guides(scene: &mut Scene, page: &Page, layout: &Layout, guides: &[Guide]) {
    for guide in guides {
        if let Some([from, to]) = guide_line(layout, guide.at) {
            if guide.dashed {
                scene.dashed(from, to, LINE_PX, page.inks.guide);
            } else {
                scene.line(from, to, RESULT_PX, page.inks.ink);
            }
        }
    }
}

/// The line across all groups at a value, where it lies in the data area.
pub(crate) fn guide_line(layout: &Layout, value: f64) -> Option<[[f64; 2]; 2]> {
    let data = layout.data;
    let line = if layout.values_across {
        let x = layout.x_px(value);
        [[x, data.y], [x, data.bottom()]]
    } else {
        let y = layout.y_px(value);
        [[data.x, y], [data.right(), y]]
    };
    line.iter().all(|&end| data.contains(end)).then_some(line)
}
