//! Cells as colors, with every k-th name and the meaning of the colors.

use crate::{
    frame::{Page, next_baseline},
    heat_sides::{draw_legends, draw_sides, legends_height, room_above, room_left},
    layout::{Layout, Rect},
    scene::{Anchor, Label, Mark, RasterPlace, Scene},
    style::{Ink, LINE_PX, TEXT_PX},
    text::{self, Weight, shortened},
    ticks::number,
};
use cuvette_core::figure::{ColorScale, Coloring, HeatMap};

/// Least and most pixels of a cell, where the picture may choose its height.
const ROW_PX: [f64; 2] = [2.0, 18.0];
const MOST_COLUMN_PX: f64 = 36.0;
/// Most pixels of all rows, where the picture may choose its height.
const MOST_ROWS_PX: f64 = 560.0;
/// Fewest pixels from one name to the next.
const NAME_LINE: f64 = 15.0;
/// From the cells to a name.
const NAME_GAP: f64 = 6.0;
/// Most pixels of the names below, and most of the width for the names at the right.
const MOST_NAME_PX: f64 = 110.0;
const MOST_NAME_SHARE: f64 = 0.35;
/// Most pixels that the name of an annotation widens the names at the right and below to.
const MOST_BAR_NAME_PX: f64 = 72.0;
/// From the title to the scale, the height of the scale with its numbers, the scale's bar.
const SCALE_TOP: f64 = 10.0;
pub(crate) const SCALE_ROOM: f64 = 46.0;
const BAR: [f64; 2] = [160.0, 10.0];
/// Significant digits of the numbers under the scale.
const SCALE_DIGITS: usize = 3;
/// Rectangles that show the run of colors.
const BAR_STEPS: usize = 80;
/// Room of half a name above the first row and left of the first column.
const EDGE: f64 = 8.0;

pub(crate) fn height(page: &Page, heat_map: &HeatMap) -> f64 {
    let n_rows = heat_map.rows.len().max(1) as f64;
    let row = (MOST_ROWS_PX / n_rows).clamp(ROW_PX[0], ROW_PX[1]).floor();
    cells_top(page, heat_map) + (row * n_rows).min(MOST_ROWS_PX) + names_below(heat_map) + NAME_GAP
}

pub(crate) fn build(page: &Page, heat_map: &HeatMap) -> (Layout, Scene) {
    let (mut scene, header_bottom) = page.scene_with_header();
    let data = cells_rect(page, heat_map);
    let layout = Layout {
        size: page.size,
        data,
        x: shown(heat_map.first[1], heat_map.columns.len()),
        y: {
            let [first, end] = shown(heat_map.first[0], heat_map.rows.len());
            [end, first]
        },
        raster: Some(data),
        values_across: false,
    };
    draw_scale(&mut scene, page, &heat_map.scale, header_bottom, EDGE);
    draw_legends(&mut scene, page, heat_map, header_bottom + SCALE_ROOM);
    scene.under.push(Mark::Fill {
        rect: data,
        ink: page.inks.missing,
    });
    scene.raster = Some(RasterPlace {
        rect: data,
        pixelated: true,
    });
    draw_cell_texts(&mut scene, data, heat_map);
    draw_frame(&mut scene, page, data);
    draw_sides(&mut scene, page, &layout, heat_map);
    draw_row_names(&mut scene, page, &layout, &heat_map.rows);
    draw_column_names(&mut scene, page, &layout, &heat_map.columns);
    (layout, scene)
}

/// Places of the first cell shown and of the one after the last.
fn shown(first: usize, n_cells: usize) -> [f64; 2] {
    [first as f64, (first + n_cells.max(1)) as f64]
}

fn cells_top(page: &Page, heat_map: &HeatMap) -> f64 {
    let legends = legends_height(page, heat_map);
    page.header().1 + SCALE_TOP + SCALE_ROOM + legends + room_above(heat_map)
}

/// The cells: whole pixels each, where there are fewer cells than pixels.
fn cells_rect(page: &Page, heat_map: &HeatMap) -> Rect {
    let top = cells_top(page, heat_map);
    let left = room_left(heat_map);
    let bars = longest_label(&heat_map.column_bars);
    let names = longest(&heat_map.rows).max(bars) + NAME_GAP;
    let right = names.min(MOST_NAME_SHARE * page.size.width).ceil();
    let width = (page.size.width - right - EDGE - left).max(1.0);
    let height = (page.size.height - top - names_below(heat_map) - NAME_GAP).max(1.0);
    let cells_width = whole_cells(width, heat_map.columns.len(), MOST_COLUMN_PX);
    let cell = cells_width / heat_map.columns.len().max(1) as f64;
    Rect {
        // The first name stands in the middle of its column; wide columns need no room for it.
        x: left + (EDGE - cell / 2.0).round().max(1.0),
        y: top,
        width: cells_width,
        height: whole_cells(height, heat_map.rows.len(), f64::INFINITY),
    }
}

fn whole_cells(room: f64, n_cells: usize, most: f64) -> f64 {
    let n_cells = n_cells.max(1) as f64;
    let cell = (room / n_cells).floor().min(most);
    if cell >= 1.0 {
        cell * n_cells
    } else {
        room.floor().max(1.0)
    }
}

fn longest(names: &[String]) -> f64 {
    names
        .iter()
        .map(|name| text::width(name, TEXT_PX, Weight::Regular))
        .fold(0.0, f64::max)
}

/// Room for the longest name of a bar.
fn longest_label(bars: &[Coloring]) -> f64 {
    bars.iter()
        .map(|bar| text::width(bar.label(), TEXT_PX, Weight::Regular))
        .fold(0.0, f64::max)
        .min(MOST_BAR_NAME_PX)
}

fn names_below(heat_map: &HeatMap) -> f64 {
    (longest(&heat_map.columns).max(longest_label(&heat_map.row_bars)) + NAME_GAP)
        .min(MOST_NAME_PX)
        .ceil()
}

/// Words in the middle of their cells, where all of them have room; dark on light colors.
fn draw_cell_texts(scene: &mut Scene, data: Rect, heat_map: &HeatMap) {
    let (n_rows, n_columns) = (heat_map.rows.len(), heat_map.columns.len());
    let [width, height] = [data.width / n_columns as f64, data.height / n_rows as f64];
    let has_room = longest(&heat_map.cell_texts) + 2.0 <= width && height >= TEXT_PX;
    let raster = &heat_map.raster;
    let is_cell_by_cell = [raster.height as usize, raster.width as usize] == [n_rows, n_columns];
    if !has_room || !is_cell_by_cell {
        return;
    }
    let pixels = raster.pixels.chunks_exact(4);
    for (at, (text, pixel)) in heat_map.cell_texts.iter().zip(pixels).enumerate() {
        let place = [
            data.x + ((at % n_columns) as f64 + 0.5) * width,
            data.y + ((at / n_columns) as f64 + 0.5) * height + 4.0,
        ];
        // How light a color looks: the weights of Rec. 709.
        let parts = pixel.iter().zip([0.2126, 0.7152, 0.0722]);
        let lightness: f64 = parts.map(|(&part, weight)| f64::from(part) * weight).sum();
        let rgb = if lightness > 140.0 {
            [0, 0, 0]
        } else {
            [255, 255, 255]
        };
        scene.label(Label::new(
            text.clone(),
            place,
            Anchor::Middle,
            Ink::solid(rgb),
        ));
    }
}

fn draw_frame(scene: &mut Scene, page: &Page, data: Rect) {
    let (left, right) = (data.x - 0.5, data.right() + 0.5);
    let (top, bottom) = (data.y - 0.5, data.bottom() + 0.5);
    let corners = [[left, top], [right, top], [right, bottom], [left, bottom]];
    for (at, from) in corners.into_iter().enumerate() {
        // INVARIANT: the remainder is below the number of corners.
        scene.line(from, corners[(at + 1) % 4], LINE_PX, page.inks.frame);
    }
}

/// Names, every k-th so that they stand apart; how many are left out shows by the gaps.
fn step(cell_px: f64) -> usize {
    (NAME_LINE / cell_px).ceil().max(1.0) as usize
}

fn draw_row_names(scene: &mut Scene, page: &Page, layout: &Layout, names: &[String]) {
    let data = layout.data;
    let cell = data.height / names.len().max(1) as f64;
    let x = data.right() + NAME_GAP;
    for (row, name) in names.iter().enumerate().step_by(step(cell)) {
        let name = shortened(name, TEXT_PX, Weight::Regular, page.size.width - x);
        let y = data.y + (row as f64 + 0.5) * cell + 4.0;
        scene.label(Label::new(name, [x, y], Anchor::Start, page.inks.axis));
    }
}

fn draw_column_names(scene: &mut Scene, page: &Page, layout: &Layout, names: &[String]) {
    let data = layout.data;
    let cell = data.width / names.len().max(1) as f64;
    let y = data.bottom() + NAME_GAP;
    for (column, name) in names.iter().enumerate().step_by(step(cell)) {
        let name = shortened(name, TEXT_PX, Weight::Regular, page.size.height - y);
        let x = data.x + (column as f64 + 0.5) * cell + 4.0;
        let label = Label::new(name, [x, y], Anchor::End, page.inks.axis);
        scene.label(Label {
            upright: true,
            ..label
        });
    }
}

/// Name of the values, the run of colors, and its numbers.
pub(crate) fn draw_scale(
    scene: &mut Scene,
    page: &Page,
    scale: &ColorScale,
    header_bottom: f64,
    left: f64,
) {
    let baseline = next_baseline(header_bottom);
    let name = shortened(&scale.label, TEXT_PX, Weight::Regular, page.size.width);
    scene.label(Label::new(
        name,
        [0.0, baseline],
        Anchor::Start,
        page.inks.ink,
    ));
    let bar = Rect {
        x: left,
        y: baseline + 6.0,
        width: BAR[0].min((page.size.width - 2.0 * EDGE).max(1.0)),
        height: BAR[1],
    };
    let part = bar.width / BAR_STEPS as f64;
    for at in 0..BAR_STEPS {
        let share = at as f64 / (BAR_STEPS - 1) as f64;
        let rgb = scale.color(scale.low + share * (scale.high - scale.low));
        // Up to the end of the bar: what follows covers it, and no seam shows between two colors.
        let done = at as f64 * part;
        let rect = Rect {
            x: bar.x + done,
            width: bar.width - done,
            ..bar
        };
        scene.push(Mark::Fill {
            rect,
            ink: Ink::solid(rgb),
        });
    }
    draw_frame(scene, page, bar);
    let middle = f64::midpoint(scale.low, scale.high);
    for (value, share) in [(scale.low, 0.0), (middle, 0.5), (scale.high, 1.0)] {
        let x = bar.x + share * bar.width;
        let text = number(value, SCALE_DIGITS);
        let at = [x, bar.bottom() + 14.0];
        let label = Label::new(text, at, Anchor::Middle, page.inks.axis);
        let tick = [[x, bar.bottom()], [x, bar.bottom() + 3.0]];
        scene.line(tick[0], tick[1], LINE_PX, page.inks.axis);
        scene.label(label.kept_between(0.0, page.size.width));
    }
}
