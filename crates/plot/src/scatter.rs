//! Points over two axes, in one color or in those of their groups, with lines and named points.

use crate::{
    frame::{Page, next_baseline},
    layout::{Layout, Rect},
    legend::{Legend, Sign},
    lines::draw_guides,
    place::clipped,
    plane::{Plane, draw_lines, places_over},
    scatter_words::{draw_line_words, draw_marked},
    scene::{Mark, RasterPlace, Scene},
    style::{Ink, LINE_PX},
};
use cuvette_core::figure::{Coloring, GroupInk, Scatter, diverging};

/// Radius and opacity by how many points there are at most.
const LOOKS: [(usize, f64, f64); 3] = [
    (150, 3.5, 0.8),
    (1_000, 2.0, 0.65),
    (usize::MAX, 1.35, 0.45),
];
/// Points whose color says something are less transparent.
const MORE_OPACITY: f64 = 0.2;
/// Opacity of arrows, and size of their heads.
const ARROW_OPACITY: f64 = 0.75;
const HEAD_PX: f64 = 6.0;
/// Shorter arrows are drawn without a head.
const SHORTEST_WITH_HEAD: f64 = 2.0;
/// Place of the points' blue on the diverging palette.
const POINT_COLOR: f64 = -0.76;

pub(crate) fn height(page: &Page, scatter: &Scatter) -> f64 {
    plane(page, scatter).height(page)
}

pub(crate) fn build(page: &Page, scatter: &Scatter) -> (Layout, Scene) {
    let (mut scene, header_bottom) = page.scene_with_header();
    let plane = plane(page, scatter);
    let (mut layout, y_ticks) = plane.lay_out(page);
    if scatter.raster.is_some() {
        let rect = plane.asked_rect(&layout);
        layout.raster = Some(rect);
        scene.raster = Some(RasterPlace {
            rect,
            pixelated: false,
        });
    }
    draw_points(&mut scene, &layout, scatter);
    draw_arrows(&mut scene, page, &layout, &scatter.arrows);
    if let Some(legend) = legend(scatter) {
        legend.draw(&mut scene, page, header_bottom);
    }
    let baseline = next_baseline(header_bottom + plane.legend);
    plane.draw_axes(&mut scene, page, (&layout, &y_ticks), baseline);
    let mut places = places_over(&layout);
    let lines = draw_lines(&mut scene, page, &layout, &scatter.lines, &mut places);
    let guides = [scatter.x_marks.as_slice(), &[]];
    draw_guides(&mut scene, page, &layout, guides, &mut places);
    draw_marked(&mut scene, page, &layout, &scatter.marked, &mut places);
    draw_line_words(&mut scene, page, &layout, &lines, &mut places);
    (layout, scene)
}

fn plane<'a>(page: &Page, scatter: &'a Scatter) -> Plane<'a> {
    Plane {
        x: &scatter.x,
        y: &scatter.y,
        equal_units: scatter.equal_units,
        legend: legend(scatter).map_or(0.0, |legend| legend.height(page)),
    }
}

fn legend(scatter: &Scatter) -> Option<Legend<'_>> {
    let coloring = scatter.coloring.as_ref()?;
    Some(Legend::of(coloring, Sign::Point))
}

fn draw_points(scene: &mut Scene, layout: &Layout, scatter: &Scatter) {
    let n_points = scatter.points.len();
    // INVARIANT: the last look is for any number.
    let (_, radius, opacity) = LOOKS[LOOKS
        .iter()
        .position(|&(most, ..)| n_points <= most)
        .unwrap_or(LOOKS.len() - 1)];
    let plain = Ink::solid(diverging(POINT_COLOR)).at(opacity);
    // What has no color says least, so it lies below.
    let coloring = scatter.coloring.as_ref();
    let is_missing = |point: usize| coloring.is_some_and(|coloring| coloring.is_missing(point));
    for missing in [true, false] {
        for (at, point) in scatter.points.iter().enumerate() {
            let center = layout.pixel_from_data([point.x.into(), point.y.into()]);
            if is_missing(at) != missing || !layout.data.contains(center) {
                continue;
            }
            let ink = coloring.map_or(plain, |coloring| {
                Ink::solid(coloring.rgb(at)).at((opacity + MORE_OPACITY).min(1.0))
            });
            scene.push(shape(coloring, at).mark(center, radius, ink));
        }
    }
}

/// Draws what is inside of the data area; a head where the end is.
fn draw_arrows(scene: &mut Scene, page: &Page, layout: &Layout, arrows: &[[[f64; 2]; 2]]) {
    let ink = page.inks.ink.at(ARROW_OPACITY);
    for arrow in arrows {
        let ends = arrow.map(|end| layout.pixel_from_data(end));
        let Some([from, to]) = clipped(ends, &layout.data) else {
            continue;
        };
        scene.line(from, to, LINE_PX, ink);
        let along = [to[0] - from[0], to[1] - from[1]];
        let length = along[0].hypot(along[1]);
        if length < SHORTEST_WITH_HEAD || !layout.data.contains(ends[1]) {
            continue;
        }
        let size = HEAD_PX.min(length / 2.0);
        let [x, y] = along.map(|part| part / length * size);
        let back = [to[0] - x, to[1] - y];
        let side = |turn: f64| [back[0] - turn * y / 2.0, back[1] + turn * x / 2.0];
        scene.push(Mark::Area {
            points: vec![to, side(1.0), side(-1.0)],
            ink,
        });
    }
}

/// Every four colors have a shape of their own, so that no reader has to tell twelve hues apart.
fn shape(coloring: Option<&Coloring>, point: usize) -> Shape {
    coloring
        .and_then(|coloring| coloring.ink(point))
        .map_or(Shape::Disc, Shape::of)
}

/// What a point looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Disc,
    Square,
    Diamond,
}

/// Half the side of a square, and half the width of a diamond, that look as large as a disc, by
/// its radius.
const SQUARE: f64 = 0.886;
const DIAMOND: f64 = 1.253;

impl Shape {
    pub fn of(ink: GroupInk) -> Self {
        match ink {
            GroupInk::Own(4..8) => Self::Square,
            GroupInk::Own(8..) => Self::Diamond,
            _ => Self::Disc,
        }
    }

    pub fn mark(self, center: [f64; 2], radius: f64, ink: Ink) -> Mark {
        let [x, y] = center;
        match self {
            Self::Disc => Mark::Disc {
                center,
                radius,
                ink,
            },
            Self::Square => {
                let half = SQUARE * radius;
                Mark::Fill {
                    rect: Rect::between([x - half, y - half], [x + half, y + half]),
                    ink,
                }
            }
            Self::Diamond => {
                let half = DIAMOND * radius;
                Mark::Area {
                    points: vec![[x - half, y], [x, y - half], [x + half, y], [x, y + half]],
                    ink,
                }
            }
        }
    }
}
