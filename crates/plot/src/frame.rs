//! What every picture has: title, axes, ticks.

use crate::{
    layout::{Layout, Rect, Size},
    scene::{Anchor, Label, Scene},
    style::{Inks, LINE_PX, Style, TEXT_PX, TITLE_PX, inks},
    text::{self, Weight, shortened, wrapped},
    ticks::{Numbers, Ticks, ticks},
};
use cuvette_core::figure::Figure;

/// Baseline of the first line of the title.
const TITLE_BASELINE: f64 = 14.0;
const TITLE_LINE: f64 = 18.0;
const SUBTITLE_LINE: f64 = 16.0;
/// Lines a title and a subtitle may take on a narrow screen.
const MAX_LINES: usize = 2;
/// From the lower edge of the last line to the baseline of what follows.
const NEXT_BASELINE: f64 = 16.0;
/// Room for signs below a baseline.
const BELOW_BASELINE: f64 = 4.0;

/// Length of a tick.
const TICK_PX: f64 = 5.0;
/// From the axis to the numbers beside it.
const NUMBER_GAP: f64 = 9.0;
/// From the axis to the baseline of the numbers below it, and of its name.
const NUMBER_BASELINE: f64 = 18.0;
const NAME_BASELINE: f64 = 38.0;
/// From a level tick to the baseline of its number.
const HALF_NUMBER: f64 = 4.0;
/// Fewest pixels between numbers side by side, and from one line of numbers to the next.
const NUMBER_SPACE: f64 = 10.0;
const NUMBER_LINE: f64 = 18.0;
/// Most ticks of an axis: one more than wanted, for ranges that no round step cuts into four to six.
const MOST_TICKS: usize = 7;
/// From the name of the vertical axis to the data.
pub(crate) const NAME_TO_DATA: f64 = 10.0;
/// Room under the data for numbers and name.
pub(crate) const BELOW_DATA: f64 = 44.0;
/// Room right of the data.
pub(crate) const RIGHT_OF_DATA: f64 = 10.0;

/// A picture in the making: its words, its size, its inks.
pub(crate) struct Page<'a> {
    pub size: Size,
    pub inks: Inks,
    title: &'a str,
    subtitle: &'a str,
    header_reserve: f64,
}

impl<'a> Page<'a> {
    pub fn new(figure: &'a Figure, size: Size, style: &Style) -> Self {
        Self {
            size,
            inks: inks(style.theme),
            title: &figure.title,
            subtitle: &figure.subtitle,
            header_reserve: style.header_reserve,
        }
    }

    /// Title and subtitle, and the lower edge of their last line.
    pub fn header(&self) -> (Vec<Label>, f64) {
        let mut labels = Vec::new();
        let mut baseline = TITLE_BASELINE - TITLE_LINE;
        let room = self.size.width - self.header_reserve;
        for line in wrapped(self.title, TITLE_PX, Weight::Bold, room, MAX_LINES) {
            baseline += TITLE_LINE;
            let label = Label::new(line, [0.0, baseline], Anchor::Start, self.inks.ink);
            labels.push(Label {
                size: TITLE_PX,
                weight: Weight::Bold,
                ..label
            });
        }
        let mut step = TITLE_LINE;
        for line in wrapped(
            self.subtitle,
            TEXT_PX,
            Weight::Regular,
            self.size.width,
            MAX_LINES,
        ) {
            baseline += step;
            step = SUBTITLE_LINE;
            labels.push(Label::new(
                line,
                [0.0, baseline],
                Anchor::Start,
                self.inks.second,
            ));
        }
        (labels, baseline + BELOW_BASELINE)
    }

    /// A scene that holds title and subtitle, and the lower edge of their last line.
    pub fn scene_with_header(&self) -> (Scene, f64) {
        let mut scene = Scene::new(self.size, self.inks.ground);
        let (labels, bottom) = self.header();
        for label in labels {
            scene.label(label);
        }
        (scene, bottom)
    }

    /// Upper edge of data under a line that names the vertical axis.
    pub fn data_top(&self) -> f64 {
        self.header().1 + NEXT_BASELINE + NAME_TO_DATA
    }
}

/// The baseline that follows the lower edge of a line.
pub(crate) fn next_baseline(bottom: f64) -> f64 {
    bottom + NEXT_BASELINE
}

/// A rectangle that spares the given margins of the picture; at least one pixel.
pub(crate) fn data_rect(size: Size, left: f64, top: f64, right: f64, below: f64) -> Rect {
    Rect {
        x: left,
        y: top,
        width: (size.width - left - right).max(1.0),
        height: (size.height - top - below).max(1.0),
    }
}

/// Ticks of a vertical axis of that length.
pub(crate) fn y_ticks([low, high]: [f64; 2], numbers: Numbers, length: f64) -> Ticks {
    let most = (length / NUMBER_LINE) as usize + 1;
    ticks(low.min(high), low.max(high), numbers, most.min(MOST_TICKS))
}

/// As many ticks of the horizontal axis as have room for their numbers.
pub(crate) fn x_ticks(layout: &Layout, numbers: Numbers) -> Ticks {
    let mut most = MOST_TICKS;
    loop {
        let found = ticks(layout.x[0], layout.x[1], numbers, most);
        let rects: Vec<Rect> = found
            .values
            .iter()
            .zip(&found.labels)
            .map(|(&value, label)| x_number(layout, value, label).rect())
            .collect();
        let fits = rects
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if b.x - a.right() >= NUMBER_SPACE));
        if fits || most <= 1 {
            return found;
        }
        most = found.values.len().min(most) - 1;
    }
}

fn x_number(layout: &Layout, value: f64, text: &str) -> Label {
    let at = [layout.x_px(value), layout.data.bottom() + NUMBER_BASELINE];
    Label::new(text, at, Anchor::Middle, crate::style::category(0))
        .kept_between(0.0, layout.size.width)
}

/// Pixels that the numbers of a vertical axis take, with their gap.
pub(crate) fn number_room(ticks: &Ticks) -> f64 {
    let widest = ticks
        .labels
        .iter()
        .map(|label| text::width(label, TEXT_PX, Weight::Regular))
        .fold(0.0, f64::max);
    (widest + NUMBER_GAP).ceil()
}

/// The horizontal axis: line, ticks, numbers, and its name in the middle below.
pub(crate) fn draw_x_axis(
    scene: &mut Scene,
    page: &Page,
    layout: &Layout,
    ticks: &Ticks,
    name: &str,
) {
    let data = layout.data;
    let inks = &page.inks;
    scene.line(
        [data.x, data.bottom()],
        [data.right(), data.bottom()],
        LINE_PX,
        inks.axis,
    );
    for (&value, text) in ticks.values.iter().zip(&ticks.labels) {
        let x = layout.x_px(value);
        scene.line(
            [x, data.bottom()],
            [x, data.bottom() + TICK_PX],
            LINE_PX,
            inks.axis,
        );
        scene.label(Label {
            ink: inks.axis,
            ..x_number(layout, value, text)
        });
    }
    draw_x_name(scene, page, layout, name, NAME_BASELINE);
}

/// The name of the horizontal axis, centered below the data.
pub(crate) fn draw_x_name(scene: &mut Scene, page: &Page, layout: &Layout, name: &str, below: f64) {
    let name = shortened(name, TEXT_PX, Weight::Regular, page.size.width);
    let at = [
        layout.data.x + layout.data.width / 2.0,
        layout.data.bottom() + below,
    ];
    let label = Label::new(name, at, Anchor::Middle, page.inks.ink);
    scene.label(label.kept_between(0.0, page.size.width));
}

/// The name of the vertical axis, above its upper end.
pub(crate) fn draw_y_name(scene: &mut Scene, page: &Page, baseline: f64, name: &str) {
    let name = shortened(name, TEXT_PX, Weight::Regular, page.size.width);
    scene.label(Label::new(
        name,
        [0.0, baseline],
        Anchor::Start,
        page.inks.ink,
    ));
}

/// The vertical axis: line, ticks and numbers.
pub(crate) fn draw_y_axis(scene: &mut Scene, page: &Page, layout: &Layout, ticks: &Ticks) {
    let data = layout.data;
    scene.line(
        [data.x, data.y],
        [data.x, data.bottom()],
        LINE_PX,
        page.inks.axis,
    );
    for (&value, text) in ticks.values.iter().zip(&ticks.labels) {
        let y = layout.y_px(value);
        scene.line([data.x - TICK_PX, y], [data.x, y], LINE_PX, page.inks.axis);
        draw_y_number(scene, page, layout, y, text);
    }
}

/// Numbers of counts, each with a line of the grid instead of a tick.
pub(crate) fn draw_y_grid(scene: &mut Scene, page: &Page, layout: &Layout, ticks: &Ticks) {
    let data = layout.data;
    for (&value, text) in ticks.values.iter().zip(&ticks.labels) {
        let y = layout.y_px(value);
        if value > 0.0 {
            scene.line([data.x, y], [data.right(), y], LINE_PX, page.inks.grid);
        }
        draw_y_number(scene, page, layout, y, text);
    }
}

fn draw_y_number(scene: &mut Scene, page: &Page, layout: &Layout, y: f64, text: &str) {
    let at = [layout.data.x - NUMBER_GAP, y + HALF_NUMBER];
    scene.label(Label::new(text, at, Anchor::End, page.inks.axis));
}
