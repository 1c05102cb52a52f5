//! What colors mean: a flow of groups, or a run of colors with its numbers.

use crate::{
    frame::{Page, next_baseline},
    heat_map::{SCALE_ROOM, draw_scale},
    layout::Rect,
    scatter::Shape,
    scene::{Anchor, Label, Mark, Scene},
    style::{Ink, TEXT_PX},
    text::{self, Weight, shortened},
};
use cuvette_core::figure::{ColorScale, Coloring};

/// Height of a line of groups.
const LINE: f64 = 18.0;
/// Room below the last line.
const BELOW: f64 = 4.0;
/// Room of a sign, the gap to its words, the gap to the next group.
const SIGN_PX: f64 = 12.0;
const SIGN_GAP: f64 = 5.0;
const ENTRY_GAP: f64 = 14.0;
/// From the baseline up to the middle of a sign.
const SIGN_RISE: f64 = 4.0;
const POINT_RADIUS: f64 = 4.0;
const LINE_PX: f64 = 2.5;
/// Left end of a run of colors, where half a number stands before it.
const SCALE_LEFT: f64 = 8.0;

/// What stands before the words of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    Point,
    Line,
    Box,
}

/// A legend, to be drawn between title and axes.
#[derive(Debug, Clone)]
pub(crate) enum Legend<'a> {
    /// Signs with words, line after line.
    Groups {
        label: &'a str,
        entries: Vec<Entry>,
        sign: Sign,
    },
    /// A run of colors.
    Scale(&'a ColorScale),
}

/// One group.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub words: String,
    pub shape: Shape,
    pub ink: Ink,
}

impl<'a> Legend<'a> {
    /// The legend of a coloring; groups with the number of their points.
    pub fn of(coloring: &'a Coloring, sign: Sign) -> Self {
        match coloring {
            Coloring::Groups { label, groups, .. } => Self::Groups {
                label,
                entries: groups
                    .iter()
                    .map(|group| Entry {
                        words: format!("{} ({})", group.name, group.n),
                        shape: Shape::of(group.ink),
                        ink: Ink::solid(group.ink.rgb()),
                    })
                    .collect(),
                sign,
            },
            Coloring::Scale { scale, .. } => Self::Scale(scale),
        }
    }

    pub fn height(&self, page: &Page) -> f64 {
        match self {
            Self::Groups { .. } => self
                .flow(page)
                .last()
                .map_or(0.0, |last| last.1 + LINE + BELOW),
            Self::Scale(_) => SCALE_ROOM,
        }
    }

    /// Draws it below the title.
    pub fn draw(&self, scene: &mut Scene, page: &Page, header_bottom: f64) {
        match self {
            Self::Groups { sign, entries, .. } => {
                let baseline = next_baseline(header_bottom);
                let mut entries = entries.iter();
                for (x, down, words, is_label) in self.flow(page) {
                    let y = baseline + down;
                    if is_label {
                        scene.label(Label::new(words, [x, y], Anchor::Start, page.inks.second));
                    } else if let Some(entry) = entries.next() {
                        draw_sign(scene, *sign, entry, [x, y - SIGN_RISE]);
                        let at = [x + SIGN_PX + SIGN_GAP, y];
                        scene.label(Label::new(words, at, Anchor::Start, page.inks.ink));
                    }
                }
            }
            Self::Scale(scale) => draw_scale(scene, page, scale, header_bottom, SCALE_LEFT),
        }
    }

    /// Left end, pixels below the first baseline, and words of each part; true for the label.
    fn flow(&self, page: &Page) -> Vec<(f64, f64, String, bool)> {
        let Self::Groups { label, entries, .. } = self else {
            return Vec::new();
        };
        let width = page.size.width;
        let mut placed = Vec::new();
        let (mut x, mut down) = (0.0, 0.0);
        let label = (!label.is_empty()).then_some((*label, true));
        let words = entries.iter().map(|entry| (entry.words.as_str(), false));
        for (words, is_label) in label.into_iter().chain(words) {
            let sign = if is_label { 0.0 } else { SIGN_PX + SIGN_GAP };
            let words = shortened(words, TEXT_PX, Weight::Regular, width - sign);
            let taken = sign + text::width(&words, TEXT_PX, Weight::Regular);
            if x > 0.0 && x + taken > width {
                (x, down) = (0.0, down + LINE);
            }
            placed.push((x, down, words, is_label));
            x += taken + ENTRY_GAP;
        }
        placed
    }
}

fn draw_sign(scene: &mut Scene, sign: Sign, entry: &Entry, [x, middle]: [f64; 2]) {
    match sign {
        Sign::Point => {
            let center = [x + SIGN_PX / 2.0, middle];
            scene.push(entry.shape.mark(center, POINT_RADIUS, entry.ink));
        }
        Sign::Line => scene.line([x, middle], [x + SIGN_PX, middle], LINE_PX, entry.ink),
        Sign::Box => scene.push(Mark::Fill {
            rect: Rect {
                x,
                y: middle - SIGN_PX / 2.0,
                width: SIGN_PX,
                height: SIGN_PX,
            },
            ink: entry.ink,
        }),
    }
}
