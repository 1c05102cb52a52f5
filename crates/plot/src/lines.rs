//! Lines over two axes, in a color each, in those of their groups, or alike.

use crate::{
    box_words::guide_candidates,
    frame::{Page, next_baseline},
    layout::Layout,
    legend::{Entry, Legend, Sign},
    place::{Places, clipped},
    plane::{Plane, draw_lines, places_over},
    scatter::Shape,
    scatter_words::draw_line_words,
    scene::{Anchor, Label, Mark, Scene},
    style::{Ink, LINE_PX, TEXT_PX, category},
    text::{self, Weight, shortened},
};
use cuvette_core::figure::{Guide, Lines, MAX_GROUPS, Series};

/// Width of a line, and of one among many.
const WIDTH: f64 = 1.75;
const MANY_WIDTH: f64 = 1.0;
/// Opacity of a line among many.
const MANY_OPACITY: f64 = 0.45;
/// Above this many lines they are thin.
const MANY: usize = 24;
const POINT_RADIUS: f64 = 3.0;
/// From the axis to the baselines of names below it, and free pixels between two of a line.
const NAME_BASELINES: [f64; 2] = [18.0, 36.0];
const NAME_SPACE: f64 = 8.0;
/// Length of a tick.
const TICK_PX: f64 = 5.0;
/// From the edge of the data to the words of an upright guide.
const OFF_EDGE: f64 = 3.0;

pub(crate) fn height(page: &Page, lines: &Lines) -> f64 {
    plane(page, lines).height(page)
}

pub(crate) fn build(page: &Page, lines: &Lines) -> (Layout, Scene) {
    let (mut scene, header_bottom) = page.scene_with_header();
    let plane = plane(page, lines);
    let (layout, y_ticks) = plane.lay_out(page);
    let mut places = places_over(&layout);
    for (at, series) in lines.series.iter().enumerate() {
        draw_series(&mut scene, &layout, lines, (at, series), &mut places);
    }
    if let Some(legend) = legend(lines) {
        legend.draw(&mut scene, page, header_bottom);
    }
    let baseline = next_baseline(header_bottom + plane.legend);
    if lines.x_names.is_empty() {
        plane.draw_axes(&mut scene, page, (&layout, &y_ticks), baseline);
    } else {
        draw_names(&mut scene, page, &layout, &lines.x_names);
        plane.draw_y(&mut scene, page, (&layout, &y_ticks), baseline);
    }
    let straight = draw_lines(&mut scene, page, &layout, &lines.lines, &mut places);
    draw_guides(
        &mut scene,
        page,
        &layout,
        [&lines.x_marks, &lines.y_marks],
        &mut places,
    );
    draw_line_words(&mut scene, page, &layout, &straight, &mut places);
    (layout, scene)
}

fn plane<'a>(page: &Page, lines: &'a Lines) -> Plane<'a> {
    Plane {
        x: &lines.x,
        y: &lines.y,
        equal_units: lines.equal_units,
        legend: legend(lines).map_or(0.0, |legend| legend.height(page)),
    }
}

/// Names of groups, or of the lines themselves where each has a color.
fn legend(lines: &Lines) -> Option<Legend<'_>> {
    if let Some(coloring) = &lines.coloring {
        return Some(Legend::of(coloring, Sign::Line));
    }
    let entry = |(at, series): (usize, &Series)| Entry {
        words: series.name.clone(),
        shape: Shape::Disc,
        ink: category(at),
    };
    (2..=MAX_GROUPS)
        .contains(&lines.series.len())
        .then(|| Legend::Groups {
            label: "",
            entries: lines.series.iter().enumerate().map(entry).collect(),
            sign: Sign::Line,
        })
}

fn ink(lines: &Lines, at: usize) -> Ink {
    let n_lines = lines.series.len();
    let ink = match &lines.coloring {
        Some(coloring) => Ink::solid(coloring.rgb(at)),
        None if n_lines <= MAX_GROUPS => category(at),
        None => category(0),
    };
    if n_lines > MANY {
        ink.at(MANY_OPACITY)
    } else {
        ink
    }
}

fn draw_series(
    scene: &mut Scene,
    layout: &Layout,
    lines: &Lines,
    (at, series): (usize, &Series),
    places: &mut Places,
) {
    let ink = ink(lines, at);
    let is_many = lines.series.len() > MANY;
    let width = if is_many { MANY_WIDTH } else { WIDTH };
    let pixels: Vec<[f64; 2]> = series
        .points
        .iter()
        .map(|point| layout.pixel_from_data(point.map(f64::from)))
        .collect();
    for points in inside(&pixels, layout) {
        if !is_many {
            for pair in points.windows(2) {
                if let &[from, to] = pair {
                    places.take_line([from, to]);
                }
            }
        }
        scene.push(Mark::Path { points, width, ink });
    }
    if lines.with_points {
        for &center in pixels.iter().filter(|&&at| layout.data.contains(at)) {
            scene.push(Shape::Disc.mark(center, POINT_RADIUS, ink));
        }
    }
}

/// The horizontal axis with names at 1, 2, …: in one line, or where that is too short in two.
fn draw_names(scene: &mut Scene, page: &Page, layout: &Layout, names: &[String]) {
    let data = layout.data;
    let ink = page.inks.axis;
    let (left, bottom) = ([data.x, data.bottom()], data.bottom());
    scene.line(left, [data.right(), bottom], LINE_PX, ink);
    let step = layout.x_px(2.0) - layout.x_px(1.0);
    let width = |name: &String| text::width(name, TEXT_PX, Weight::Regular);
    let fits = names.iter().all(|name| width(name) + NAME_SPACE <= step);
    let room = if fits { step } else { 2.0 * step } - NAME_SPACE;
    for (place, name) in names.iter().enumerate() {
        let x = layout.x_px(place as f64 + 1.0);
        scene.line([x, bottom], [x, bottom + TICK_PX], LINE_PX, ink);
        let line = if fits { 0 } else { place % 2 };
        let at = [x, bottom + NAME_BASELINES[line]];
        let name = shortened(name, TEXT_PX, Weight::Regular, room);
        let label = Label::new(name, at, Anchor::Middle, ink);
        scene.label(label.kept_between(0.0, layout.size.width));
    }
}

/// The runs of a path inside of the data area, cut at its edges.
fn inside(pixels: &[[f64; 2]], layout: &Layout) -> Vec<Vec<[f64; 2]>> {
    let mut runs: Vec<Vec<[f64; 2]>> = Vec::new();
    for pair in pixels.windows(2) {
        let &[from, to] = pair else { continue };
        let Some([start, end]) = clipped([from, to], &layout.data) else {
            continue;
        };
        match runs.last_mut() {
            Some(run) if run.last() == Some(&start) => run.push(end),
            _ => runs.push(vec![start, end]),
        }
    }
    runs
}

/// Draws upright and level lines through the data area, with their words.
pub(crate) fn draw_guides(
    scene: &mut Scene,
    page: &Page,
    layout: &Layout,
    [x_marks, y_marks]: [&[Guide]; 2],
    places: &mut Places,
) {
    let data = layout.data;
    let upright = x_marks.iter().map(|guide| {
        let x = layout.x_px(guide.at);
        (guide, [[x, data.y], [x, data.bottom()]], true)
    });
    let level = y_marks.iter().map(|guide| {
        let y = layout.y_px(guide.at);
        (guide, [[data.x, y], [data.right(), y]], false)
    });
    let guides: Vec<(&Guide, [[f64; 2]; 2], bool)> = upright
        .chain(level)
        .filter(|(_, [from, _], _)| data.contains(*from))
        .collect();
    for &(guide, [from, to], _) in &guides {
        if guide.dashed {
            scene.dashed(from, to, LINE_PX, page.inks.guide);
        } else {
            scene.line(from, to, LINE_PX, page.inks.ink);
        }
        places.take_line([from, to]);
    }
    for (guide, [from, to], is_upright) in guides {
        // Words stand off the edges of the data.
        let [from, to] = if is_upright {
            [[from[0], from[1] + OFF_EDGE], [to[0], to[1] - OFF_EDGE]]
        } else {
            [from, to]
        };
        let text = shortened(&guide.label, TEXT_PX, Weight::Regular, data.width / 2.0);
        let candidates = guide_candidates(&text, [from, to], is_upright, page.inks.guide);
        if let Some(label) = places.place(&candidates) {
            scene.label_over_marks(label);
        }
    }
}
