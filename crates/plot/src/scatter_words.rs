//! Words of a scatter: names of points and of lines, where there is room.

use crate::{
    frame::Page,
    layout::{Layout, Rect},
    place::Places,
    scene::{Anchor, Label, Mark, Scene},
    style::{Ink, LINE_PX, MARKED, TEXT_PX},
    text::{Weight, shortened},
};
use cuvette_core::figure::{Line, MarkedPoint};

/// A point pointed out, and the ring of ground around it.
const MARKED_RADIUS: f64 = 4.5;
const MARKED_RING: f64 = 1.25;
/// From a point or line to its words.
const BESIDE: f64 = 5.0;
/// From the baseline of words up to their middle.
const HALF_HEIGHT: f64 = 4.0;
/// From the top of words to their baseline.
const BELOW: f64 = 10.0;
/// Pixels from a point to a name that has no room beside it, the nearest first, and how many
/// directions are tried at each.
const AWAY: [f64; 8] = [16.0, 24.0, 34.0, 46.0, 60.0, 80.0, 105.0, 135.0];
const DIRECTIONS: u32 = 16;
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

/// Draws the points pointed out, then their names: beside their point where there is room, else
/// farther away with a line to it. The first come first; names without room are counted.
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
        draw_marked_point(scene, page, center);
        let corner = |by: f64| center.map(|coordinate| coordinate + by);
        places.take_point(Rect::between(corner(-MARKED_RADIUS), corner(MARKED_RADIUS)));
    }
    let centers: Vec<[f64; 2]> = visible.iter().map(|&(_, center)| center).collect();
    let mut n_left_out = 0;
    for (index, &(point, center)) in visible.iter().enumerate() {
        let room = layout.data.width / 2.0;
        let text = shortened(&point.name, TEXT_PX, Weight::Regular, room);
        if text.is_empty() {
            continue;
        }
        if let Some(label) = place_beside(&text, (index, center), &centers, page, layout, places) {
            scene.label_over_marks(label);
        } else if let Some((label, leader)) = place_away(&text, center, page, layout, places) {
            scene.line(leader[0], leader[1], LINE_PX, page.inks.guide);
            scene.label_over_marks(label);
        } else {
            n_left_out += 1;
        }
    }
    if n_left_out > 0 {
        say_left_out(scene, page, layout, n_left_out, places);
    }
}

fn draw_marked_point(scene: &mut Scene, page: &Page, center: [f64; 2]) {
    for (radius, ink) in [
        (MARKED_RADIUS + MARKED_RING, page.inks.ground),
        (MARKED_RADIUS, MARKED),
    ] {
        scene.push(Mark::Disc {
            center,
            radius,
            ink,
        });
    }
}

/// Room for a name that touches its point and is nearer to it than to any other: a name nearer to
/// a neighbor would name the neighbor.
fn place_beside(
    text: &str,
    (index, center): (usize, [f64; 2]),
    centers: &[[f64; 2]],
    page: &Page,
    layout: &Layout,
    places: &mut Places,
) -> Option<Label> {
    let gap = MARKED_RADIUS + BESIDE;
    let mut candidates = around(text, center, gap, page.inks.ink, layout.data);
    candidates.retain(|label| {
        let own = label.rect().distance(center);
        let others = centers.iter().enumerate();
        others
            .filter(|&(other, _)| other != index)
            .all(|(_, &other)| label.rect().distance(other) > own)
    });
    places.place(&candidates)
}

/// Room for a name away from its point, the nearest first, with the line from one to the other.
fn place_away(
    text: &str,
    center: [f64; 2],
    page: &Page,
    layout: &Layout,
    places: &mut Places,
) -> Option<(Label, [[f64; 2]; 2])> {
    for distance in AWAY {
        for direction in 0..DIRECTIONS {
            // Upwards first, then to either side in turn.
            let turn = f64::from(direction.div_ceil(2)) / f64::from(DIRECTIONS);
            let turn = if direction % 2 == 0 { turn } else { -turn };
            let angle = std::f64::consts::TAU * (turn - 0.25);
            let [across, down] = [angle.cos(), angle.sin()];
            let end = [center[0] + distance * across, center[1] + distance * down];
            let label = beyond(text, end, [across, down], page.inks.ink);
            let start = [
                center[0] + MARKED_RADIUS * across,
                center[1] + MARKED_RADIUS * down,
            ];
            let leader = [start, end];
            if layout.data.contains(end)
                && let Some(label) = places.place_led(label, leader)
            {
                return Some((label, leader));
            }
        }
    }
    None
}

/// Words that begin where a line ends: right or left of it, above or below.
fn beyond(text: &str, [x, y]: [f64; 2], [across, down]: [f64; 2], ink: Ink) -> Label {
    const GAP: f64 = 2.0;
    const STEEP: f64 = 0.3;
    let (at, anchor) = if across > STEEP {
        ([x + GAP, y + HALF_HEIGHT], Anchor::Start)
    } else if across < -STEEP {
        ([x - GAP, y + HALF_HEIGHT], Anchor::End)
    } else if down > 0.0 {
        ([x, y + GAP + BELOW], Anchor::Middle)
    } else {
        ([x, y - GAP - HALF_HEIGHT / 2.0], Anchor::Middle)
    };
    Label::new(text, at, anchor, ink)
}

/// How many names had no room, in a corner with room.
fn say_left_out(
    scene: &mut Scene,
    page: &Page,
    layout: &Layout,
    n_left_out: usize,
    places: &mut Places,
) {
    let data = layout.data.inset(2.0 * BESIDE);
    let words = if n_left_out == 1 { "name" } else { "names" };
    let text = format!("{n_left_out} more {words} without room");
    let corner = |x: f64, y: f64, anchor| Label::new(&text, [x, y], anchor, page.inks.guide);
    let (top, bottom) = (data.y + TEXT_PX, data.bottom() - HALF_HEIGHT);
    let candidates = [
        corner(data.right(), top, Anchor::End),
        corner(data.x, top, Anchor::Start),
        corner(data.right(), bottom, Anchor::End),
        corner(data.x, bottom, Anchor::Start),
    ];
    if let Some(label) = places.place(&candidates) {
        scene.label_over_marks(label);
    }
}

/// Places for words around a spot: right, left, below, above, then the corners; those above and
/// below move sideways into the data area.
fn around(text: &str, [x, y]: [f64; 2], gap: f64, ink: Ink, data: Rect) -> Vec<Label> {
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
