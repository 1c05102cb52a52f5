//! Panning: what was drawn last is shifted at once, the engine's next picture takes its place.

use cuvette_core::figure::{Figure, FigureKind};
use cuvette_plot::Layout;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::HtmlCanvasElement;

use super::{
    Picture,
    paint::{context_of, copied, screen_style},
};
use crate::ui::erased::effect;

impl Picture {
    /// Keeps what stands on the canvas, where it may be shifted before the next picture comes.
    pub(super) fn hold(self, canvas: &HtmlCanvasElement) {
        let is_zoomed = self.zoom.with_untracked(Option::is_some);
        self.held.update_value(|held| {
            *held = is_zoomed
                .then(|| copied(canvas, held.take()).ok())
                .flatten();
        });
    }

    /// Shifts the held picture whenever the window is moved.
    pub(super) fn keep_shifted(self) {
        effect(move || {
            self.zoom.track();
            self.shift_held();
        });
    }

    /// Shows the held picture where the window is now; a window of another size waits for the
    /// engine.
    pub(super) fn shift_held(self) {
        let (Some(zoom), Some(canvas)) = (self.zoom.get_untracked(), self.canvas.get_untracked())
        else {
            return;
        };
        let ground = screen_style(self.app.is_dark.get_untracked(), 1.0);
        self.layout.with_untracked(|layout| {
            self.figure.with_untracked(|figure| {
                let (Some(layout), Some(figure)) = (layout, figure) else {
                    return;
                };
                let Some(pixels) = shift(figure, layout, zoom) else {
                    return;
                };
                self.held.with_value(|held| {
                    if let Some(held) = held {
                        // Where the browser refuses, the next picture comes soon.
                        let _ = show(&canvas, held, layout, pixels, ground.ground());
                    }
                });
            });
        });
    }
}

/// By how many CSS pixels a picture must be moved to show the window; `None` where it shows it
/// already, or where the window has another size.
fn shift(figure: &Figure, layout: &Layout, [x0, x1, y0, y1]: [f64; 4]) -> Option<[f64; 2]> {
    let span = |[a, b]: [f64; 2]| (b - a).abs();
    // Cells are whole, so that the window of a heat map is rounded.
    let slack = match figure.kind {
        FigureKind::HeatMap(_) => 1.5,
        _ => 0.02 * span(layout.x).max(span(layout.y)),
    };
    let is_same_size = (span([x0, x1]) - span(layout.x)).abs() <= slack
        && (span([y0, y1]) - span(layout.y)).abs() <= slack;
    let [left, top] = layout.pixel_from_data([x0.min(x1), y0.min(y1)]);
    let low = |[a, b]: [f64; 2]| a.min(b);
    let [shown_left, shown_top] = layout.pixel_from_data([low(layout.x), low(layout.y)]);
    let pixels = [shown_left - left, shown_top - top];
    let is_moved = pixels.iter().any(|shift| shift.abs() >= 1.0);
    (is_same_size && is_moved).then_some(pixels)
}

/// Draws the data of `held` moved by that many CSS pixels, inside of the data area.
fn show(
    canvas: &HtmlCanvasElement,
    held: &HtmlCanvasElement,
    layout: &Layout,
    [across, down]: [f64; 2],
    ground: &str,
) -> Result<(), JsValue> {
    let scale = f64::from(canvas.width()) / layout.size.width;
    let data = layout.data;
    let [x, y, width, height] = [data.x, data.y, data.width, data.height].map(|at| at * scale);
    let context = context_of(canvas)?;
    context.save();
    context.begin_path();
    context.rect(x, y, width, height);
    context.clip();
    context.set_fill_style_str(ground);
    context.fill_rect(x, y, width, height);
    let drawn = context
        .draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
            held,
            x,
            y,
            width,
            height,
            x + (across * scale).round(),
            y + (down * scale).round(),
            width,
            height,
        );
    context.restore();
    drawn
}
