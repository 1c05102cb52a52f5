//! Words of a box plot: names of groups, legend, names of lines.

use crate::{
    boxes::{BOX_OPACITY, NAME_GAP, guide_line},
    frame::{Page, draw_x_name},
    layout::{Layout, Rect},
    place::Places,
    scene::{Anchor, Label, Scene},
    style::{Ink, LINE_PX, TEXT_PX, category},
    text::{self, Weight, shortened},
};
use cuvette_core::figure::{Boxes, Guide};

/// Fewest pixels from one name down to the next.
const NAME_LINE: f64 = 14.0;
/// Side of a swatch in the legend, the gap to its words, the gap to the next.
const SWATCH: f64 = 10.0;
const SWATCH_GAP: f64 = 5.0;
const LEGEND_GAP: f64 = 16.0;

pub(crate) fn draw_guide_words(
    scene: &mut Scene,
    page: &Page,
    layout: &Layout,
    guides: &[Guide],
    places: &mut Places,
) {
    for guide in guides {
        let Some([from, to]) = guide_line(layout, guide.at) else {
            continue;
        };
        let text = shortened(
            &guide.label,
            TEXT_PX,
            Weight::Regular,
            layout.data.width / 2.0,
        );
        let candidates = guide_candidates(&text, [from, to], layout.values_across, page.inks.guide);
        if let Some(label) = places.place(&candidates) {
            scene.label_over_marks(label);
        }
    }
}

/// Places for the words of a guide: beside an upright one, above or below a level one.
pub(crate) fn guide_candidates(
    text: &str,
    [from, to]: [[f64; 2]; 2],
    is_upright: bool,
    ink: Ink,
) -> [Label; 4] {
    let at = |x: f64, y: f64, anchor| Label::new(text, [x, y], anchor, ink);
    if is_upright {
        [
            at(from[0] + 5.0, from[1] + TEXT_PX, Anchor::Start),
            at(from[0] - 5.0, from[1] + TEXT_PX, Anchor::End),
            at(to[0] + 5.0, to[1] - 5.0, Anchor::Start),
            at(to[0] - 5.0, to[1] - 5.0, Anchor::End),
        ]
    } else {
        [
            at(to[0] - 4.0, to[1] - 5.0, Anchor::End),
            at(to[0] - 4.0, to[1] + 13.0, Anchor::End),
            at(from[0] + 6.0, from[1] - 5.0, Anchor::Start),
            at(from[0] + 6.0, from[1] + 13.0, Anchor::Start),
        ]
    }
}

/// Every name, or every k-th where rows are lower than words.
pub(crate) fn draw_names_at_left(scene: &mut Scene, page: &Page, layout: &Layout, boxes: &Boxes) {
    let room = layout.data.height / boxes.groups.len().max(1) as f64;
    let every = (NAME_LINE / room).ceil().max(1.0) as usize;
    for (group, values) in boxes.groups.iter().enumerate().step_by(every) {
        let name = shortened(
            &values.name,
            TEXT_PX,
            Weight::Regular,
            layout.data.x - NAME_GAP,
        );
        let y = layout.data.y + room * (group as f64 + 0.5) + 4.0;
        let at = [layout.data.x - NAME_GAP, y];
        scene.label(Label::new(name, at, Anchor::End, page.inks.axis));
    }
}

pub(crate) fn draw_names_below(scene: &mut Scene, page: &Page, layout: &Layout, boxes: &Boxes) {
    let data = layout.data;
    scene.line(
        [data.x, data.bottom()],
        [data.right(), data.bottom()],
        LINE_PX,
        page.inks.axis,
    );
    for (group, values) in boxes.groups.iter().enumerate() {
        let at = [layout.x_px(group as f64 + 0.5), data.bottom() + 18.0];
        scene.label(Label::new(
            values.name.as_str(),
            at,
            Anchor::Middle,
            page.inks.axis,
        ));
    }
    draw_x_name(scene, page, layout, &boxes.x_label, 38.0);
}

/// Swatch and name of each series, side by side.
pub(crate) fn draw_legend(scene: &mut Scene, page: &Page, boxes: &Boxes, baseline: f64) {
    let per_series = page.size.width / boxes.series.len() as f64;
    let room = per_series - SWATCH - SWATCH_GAP - LEGEND_GAP;
    let mut x = 0.0;
    for (series, name) in boxes.series.iter().enumerate() {
        let name = shortened(name, TEXT_PX, Weight::Regular, room);
        let ink = category(series);
        let rect = Rect {
            x,
            y: baseline - SWATCH + 1.0,
            width: SWATCH,
            height: SWATCH,
        };
        let fill = ink.at(BOX_OPACITY).over(page.inks.ground);
        scene.outlined(rect, fill, LINE_PX, ink);
        let at = [x + SWATCH + SWATCH_GAP, baseline];
        x = at[0] + text::width(&name, TEXT_PX, Weight::Regular) + LEGEND_GAP;
        scene.label(Label::new(name, at, Anchor::Start, page.inks.ink));
    }
}
