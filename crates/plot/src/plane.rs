//! Two numeric axes: where their data stand, the axes themselves, straight lines over them.

use crate::{
    frame::{
        BELOW_DATA, Page, RIGHT_OF_DATA, data_rect, draw_x_axis, draw_y_axis, draw_y_name,
        number_room, x_ticks, y_ticks,
    },
    layout::{Layout, Rect},
    place::{Places, clipped},
    scene::Scene,
    style::{LINE_PX, RESULT_PX},
    ticks::{Numbers, Ticks},
};
use cuvette_core::figure::{Axis, Line};

/// One unit is equally long on both axes: an axis grows up to this much past what was asked, and
/// beyond that the data area shrinks instead.
const MOST_GROWTH: f64 = 1.5;
/// From an axis to words inside.
const BESIDE_AXIS: f64 = 3.0;
/// Passes that settle the room of numbers, whose ticks depend on the room.
const PASSES: usize = 3;
/// Height of the data by their width, where the units differ.
const SHAPE: f64 = 0.66;

/// Two axes and the room above them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plane<'a> {
    pub x: &'a Axis,
    pub y: &'a Axis,
    /// True where one unit is equally long on both.
    pub equal_units: bool,
    /// Pixels that a legend takes between title and axes.
    pub legend: f64,
}

impl Plane<'_> {
    pub fn height(&self, page: &Page) -> f64 {
        let room = page.size.width - 52.0;
        let span = |axis: &Axis| axis.high - axis.low;
        let shape = if self.equal_units {
            span(self.y) / span(self.x)
        } else {
            SHAPE
        };
        let data = (room * shape.clamp(0.4, 1.0)).clamp(160.0, 480.0);
        page.data_top() + self.legend + data + BELOW_DATA
    }

    /// The data area and its axes, and the ticks that the room at the left was made for.
    pub fn lay_out(&self, page: &Page) -> (Layout, Ticks) {
        let mut left = 0.0;
        let mut laid = self.lay_out_right_of(left, page);
        for _ in 1..PASSES {
            let needed = number_room(&laid.1);
            if needed <= left {
                break;
            }
            left = needed;
            laid = self.lay_out_right_of(left, page);
        }
        laid
    }

    fn lay_out_right_of(&self, left: f64, page: &Page) -> (Layout, Ticks) {
        let top = page.data_top() + self.legend;
        let mut layout = Layout {
            size: page.size,
            data: data_rect(page.size, left, top, RIGHT_OF_DATA, BELOW_DATA),
            x: [self.x.low, self.x.high],
            y: [self.y.low, self.y.high],
            raster: None,
            values_across: false,
        };
        if self.equal_units {
            equalize(&mut layout);
        }
        let ticks = y_ticks(layout.y, Numbers::Real, layout.data.height);
        (layout, ticks)
    }

    /// Where the range that was asked for stands: a raster fills it.
    pub fn asked_rect(&self, layout: &Layout) -> Rect {
        Rect::between(
            layout.pixel_from_data([self.x.low, self.y.low]),
            layout.pixel_from_data([self.x.high, self.y.high]),
        )
    }

    /// Both axes with their names; the upper one stands on `baseline`.
    pub fn draw_axes(
        &self,
        scene: &mut Scene,
        page: &Page,
        (layout, y_ticks): (&Layout, &Ticks),
        baseline: f64,
    ) {
        let x_ticks = x_ticks(layout, Numbers::Real);
        draw_x_axis(scene, page, layout, &x_ticks, &self.x.label);
        self.draw_y(scene, page, (layout, y_ticks), baseline);
    }

    /// The vertical axis with its name, which stands on `baseline`.
    pub fn draw_y(
        &self,
        scene: &mut Scene,
        page: &Page,
        (layout, y_ticks): (&Layout, &Ticks),
        baseline: f64,
    ) {
        draw_y_axis(scene, page, layout, y_ticks);
        draw_y_name(scene, page, baseline, &self.y.label);
    }
}

/// Room for words over the data: off the edges, so that no veil behind a word cuts an axis.
pub(crate) fn places_over(layout: &Layout) -> Places {
    Places::within(layout.data.inset(BESIDE_AXIS))
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

/// Draws straight lines inside of the data area; gives their ends there, from left to right.
pub(crate) fn draw_lines<'a>(
    scene: &mut Scene,
    page: &Page,
    layout: &Layout,
    lines: &'a [Line],
    places: &mut Places,
) -> Vec<(&'a Line, [[f64; 2]; 2])> {
    let mut drawn = Vec::new();
    for line in lines {
        let ends = line
            .range
            .unwrap_or(layout.x)
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
