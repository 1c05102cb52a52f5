//! Words of a scatter: names of points and of lines, where there is room.

use crate::{
    frame::Page,
    layout::{Layout, Rect},
    place::Places,
    scene::{Anchor, Label, Mark, Scene},
    style::{Ink, MARKED, TEXT_PX},
    text::{Weight, shortened},
};
use cuvette_core::figure::{Line, MarkedPoint};

/// A point pointed out, and the ring of ground around it.
const MARKED_RADIUS: f64 = 4.5;
const MARKED_RING: f64 = 1.25;
/// From a point or line to its words.
const BESIDE: f64 = 5.0;
/// Places along a line where its words may stand, from its right end.
const ALONG: [f64; 8] = [0.97, 0.03, 0.9, 0.1, 0.8, 0.2, 0.65, 0.35];

pub(crate) fn draw_line_words(
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
pub(crate) fn draw_marked(
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
            label.kept_between(data.x + BESIDE, data.right())
        } else {
            label
        }
    })
    .collect()
}
