//! What stands around the cells of a heat map: trees, annotation bars, cuts.

use crate::{
    frame::Page,
    layout::{Layout, Rect},
    legend::{Legend, Sign},
    place::clipped,
    scene::{Anchor, Label, Mark, Scene},
    style::{Ink, LINE_PX, TEXT_PX},
    text::{Weight, shortened},
};
use cuvette_core::figure::{Coloring, Dendrogram, HeatMap};

/// Depth of a tree, and from it to what it stands beside.
const TREE_PX: f64 = 56.0;
const TREE_GAP: f64 = 4.0;
/// Height of a bar, and from it to the next and to the cells.
const BAR_PX: f64 = 12.0;
const BAR_GAP: f64 = 3.0;
const BAR_TO_CELLS: f64 = 4.0;
/// Width of the gap that a cut leaves.
const CUT_PX: f64 = 3.0;
/// From the cells to the name of a bar.
const NAME_GAP: f64 = 6.0;
/// From the baseline of a name up to its middle.
const HALF_HEIGHT: f64 = 4.0;

/// Pixels left of the cells for the tree of the rows and the bars.
pub(crate) fn room_left(heat_map: &HeatMap) -> f64 {
    tree_room(heat_map.row_tree.as_ref()) + bars_room(&heat_map.row_bars)
}

/// Pixels above the cells for the tree of the columns and the bars.
pub(crate) fn room_above(heat_map: &HeatMap) -> f64 {
    tree_room(heat_map.column_tree.as_ref()) + bars_room(&heat_map.column_bars)
}

fn tree_room(tree: Option<&Dendrogram>) -> f64 {
    tree.map_or(0.0, |_| TREE_PX + TREE_GAP)
}

/// Pixels of the bars, with the room that keeps the name of the last off that of the first row.
fn bars_room(bars: &[Coloring]) -> f64 {
    match bars.len() {
        0 => 0.0,
        n_bars => (BAR_PX + BAR_GAP) * n_bars as f64 + BAR_TO_CELLS,
    }
}

/// Pixels that the legends of the bars take, below the title.
pub(crate) fn legends_height(page: &Page, heat_map: &HeatMap) -> f64 {
    let legends = legends(heat_map);
    legends.map(|legend| legend.height(page)).sum()
}

fn legends(heat_map: &HeatMap) -> impl Iterator<Item = Legend<'_>> {
    let bars = heat_map.column_bars.iter().chain(&heat_map.row_bars);
    bars.map(|coloring| Legend::of(coloring, Sign::Box))
}

/// Draws the legends one below the other; `bottom` is the lower edge of what stands above.
pub(crate) fn draw_legends(scene: &mut Scene, page: &Page, heat_map: &HeatMap, bottom: f64) {
    let mut bottom = bottom;
    for legend in legends(heat_map) {
        legend.draw(scene, page, bottom);
        bottom += legend.height(page);
    }
}

/// Trees, bars and cuts around cells that stand already.
pub(crate) fn draw_sides(scene: &mut Scene, page: &Page, layout: &Layout, heat_map: &HeatMap) {
    draw_column_bars(scene, page, layout, heat_map);
    draw_row_bars(scene, page, layout, heat_map);
    draw_cuts(scene, page, layout, heat_map);
    if let Some(tree) = &heat_map.column_tree {
        draw_tree(
            scene,
            page,
            layout,
            tree,
            Side::Above {
                base: layout.data.y - bars_room(&heat_map.column_bars) - TREE_GAP,
            },
        );
    }
    if let Some(tree) = &heat_map.row_tree {
        draw_tree(
            scene,
            page,
            layout,
            tree,
            Side::Left {
                base: layout.data.x - bars_room(&heat_map.row_bars) - TREE_GAP,
            },
        );
    }
}

/// Where a tree stands, and where its leaves end.
#[derive(Debug, Clone, Copy)]
enum Side {
    Left { base: f64 },
    Above { base: f64 },
}

/// Draws the part of a tree that stands beside the cells shown.
fn draw_tree(scene: &mut Scene, page: &Page, layout: &Layout, tree: &Dendrogram, side: Side) {
    let highest = f64::from(tree.highest());
    if highest <= 0.0 {
        return;
    }
    let data = layout.data;
    let deep = |height: f32| f64::from(height) / highest * (TREE_PX - 1.0);
    let point = |at: f32, height: f32| match side {
        Side::Left { base } => [base - deep(height), layout.y_px(at.into())],
        Side::Above { base } => [layout.x_px(at.into()), base - deep(height)],
    };
    let room = match side {
        Side::Left { base } => Rect {
            x: base - TREE_PX,
            width: TREE_PX,
            ..data
        },
        Side::Above { base } => Rect {
            y: base - TREE_PX,
            height: TREE_PX,
            ..data
        },
    };
    let mut line = |from: [f64; 2], to: [f64; 2]| {
        if let Some([from, to]) = clipped([from, to], &room) {
            scene.line(from, to, LINE_PX, page.inks.axis);
        }
    };
    for fork in &tree.forks {
        let [a, b] = fork.at;
        line(point(a, fork.from[0]), point(a, fork.height));
        line(point(b, fork.from[1]), point(b, fork.height));
        line(point(a, fork.height), point(b, fork.height));
    }
}

/// From the cells to the far edge of a bar; the first bar is farthest out.
fn bar_offset(bar: usize, n_bars: usize) -> f64 {
    BAR_TO_CELLS + (BAR_PX + BAR_GAP) * (n_bars - bar) as f64
}

/// One bar per annotation of the columns, its name at the right.
fn draw_column_bars(scene: &mut Scene, page: &Page, layout: &Layout, heat_map: &HeatMap) {
    let data = layout.data;
    let bars = &heat_map.column_bars;
    for (bar, coloring) in bars.iter().enumerate() {
        let y = data.y - bar_offset(bar, bars.len());
        for stripe in stripes(coloring, heat_map.columns.len(), data.width) {
            let rect = Rect {
                x: data.x + stripe.start,
                y,
                width: stripe.length,
                height: BAR_PX,
            };
            scene.push(Mark::Fill {
                rect,
                ink: stripe.ink,
            });
        }
        let x = data.right() + NAME_GAP;
        let name = bar_name(coloring, page.size.width - x);
        let at = [x, y + BAR_PX / 2.0 + HALF_HEIGHT];
        scene.label(Label::new(name, at, Anchor::Start, page.inks.second));
    }
}

/// One bar per annotation of the rows, its name below.
fn draw_row_bars(scene: &mut Scene, page: &Page, layout: &Layout, heat_map: &HeatMap) {
    let data = layout.data;
    let bars = &heat_map.row_bars;
    for (bar, coloring) in bars.iter().enumerate() {
        let x = data.x - bar_offset(bar, bars.len());
        for stripe in stripes(coloring, heat_map.rows.len(), data.height) {
            let rect = Rect {
                x,
                y: data.y + stripe.start,
                width: BAR_PX,
                height: stripe.length,
            };
            scene.push(Mark::Fill {
                rect,
                ink: stripe.ink,
            });
        }
        let y = data.bottom() + NAME_GAP;
        let name = bar_name(coloring, page.size.height - y);
        let at = [x + BAR_PX / 2.0 + HALF_HEIGHT, y];
        scene.label(Label {
            upright: true,
            ..Label::new(name, at, Anchor::End, page.inks.second)
        });
    }
}

fn bar_name(coloring: &Coloring, room: f64) -> String {
    shortened(coloring.label(), TEXT_PX, Weight::Regular, room)
}

/// Neighboring cells of one color in a bar, in pixels from its beginning.
struct Stripe {
    start: f64,
    length: f64,
    ink: Ink,
}

/// The colors of a bar of that many pixels; of cells that share a pixel, the middle one's.
fn stripes(coloring: &Coloring, n_cells: usize, pixels: f64) -> Vec<Stripe> {
    let n_steps = n_cells.min(pixels.max(1.0) as usize);
    let step = pixels / n_steps.max(1) as f64;
    let cells_of_step = n_cells as f64 / n_steps.max(1) as f64;
    let mut stripes: Vec<Stripe> = Vec::new();
    for at in 0..n_steps {
        let cell = ((at as f64 + 0.5) * cells_of_step) as usize;
        let ink = Ink::solid(coloring.rgb(cell));
        match stripes.last_mut() {
            Some(last) if last.ink == ink => last.length = (at + 1) as f64 * step - last.start,
            _ => stripes.push(Stripe {
                start: at as f64 * step,
                length: step,
                ink,
            }),
        }
    }
    stripes
}

/// Gaps in the cells where a new cluster begins.
fn draw_cuts(scene: &mut Scene, page: &Page, layout: &Layout, heat_map: &HeatMap) {
    let data = layout.data;
    let ink = page.inks.ground;
    for &row in &heat_map.row_cuts {
        let y = layout.y_px(row as f64);
        if y > data.y && y < data.bottom() {
            scene.line([data.x, y], [data.right(), y], CUT_PX, ink);
        }
    }
    for &column in &heat_map.column_cuts {
        let x = layout.x_px(column as f64);
        if x > data.x && x < data.right() {
            scene.line([x, data.y], [x, data.bottom()], CUT_PX, ink);
        }
    }
}
