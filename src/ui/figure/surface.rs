//! A canvas as a surface to draw on, whose words are never wider than they were laid out.
//!
//! Layouts measure words by the widths of Arial. A computer without a font of those widths shows
//! wider letters: the canvas presses such a line together, so that none is cut and none lies upon
//! another.

use std::{error::Error, f64::consts::TAU, fmt};

use cuvette_plot::{TOP_TO_BASELINE, Weight, text_width};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle, FontTransform, text_anchor::HPos,
};
use wasm_bindgen::JsValue;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::bridge::text_of;

/// Room beyond the width of a line, in font sizes: fonts that are drawn on whole pixels need it.
const SLACK: f64 = 0.04;

/// A canvas with its context.
pub struct Surface<'a> {
    pub canvas: &'a HtmlCanvasElement,
    pub context: CanvasRenderingContext2d,
}

/// What the browser said where it did not draw.
#[derive(Debug)]
pub struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for Refused {}

type Drawn = Result<(), DrawingErrorKind<Refused>>;

fn refused(error: &JsValue) -> DrawingErrorKind<Refused> {
    DrawingErrorKind::DrawingError(Refused(text_of(error)))
}

fn css(BackendColor { alpha, rgb }: BackendColor) -> String {
    let (red, green, blue) = rgb;
    format!("rgba({red},{green},{blue},{alpha})")
}

impl Surface<'_> {
    /// Fills or strokes the path that was begun.
    fn finish(&self, style: &impl BackendStyle, fill: bool) {
        if fill {
            self.context.set_fill_style_str(&css(style.color()));
            self.context.fill();
        } else {
            self.context.set_stroke_style_str(&css(style.color()));
            self.context.set_line_width(f64::from(style.stroke_width()));
            self.context.stroke();
        }
    }

    fn outline(&self, points: impl IntoIterator<Item = BackendCoord>) {
        self.context.begin_path();
        // The first point of a path begins it, whichever way it is said.
        for (x, y) in points {
            self.context.line_to(f64::from(x), f64::from(y));
        }
    }
}

impl DrawingBackend for Surface<'_> {
    type ErrorType = Refused;

    fn get_size(&self) -> (u32, u32) {
        (self.canvas.width(), self.canvas.height())
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.draw_rect((x, y), (x + 1, y + 1), &color, true)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (x0, y0): BackendCoord,
        (x1, y1): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let [x, y, width, height] = [x0, y0, x1 - x0, y1 - y0].map(f64::from);
        if fill {
            self.context.set_fill_style_str(&css(style.color()));
            self.context.fill_rect(x, y, width, height);
        } else {
            self.context.begin_path();
            self.context.rect(x, y, width, height);
            self.finish(style, false);
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.outline(path);
        self.finish(style, false);
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.context.begin_path();
        let [x, y] = [x, y].map(f64::from);
        self.context
            .arc(x, y, f64::from(radius), 0.0, TAU)
            .map_err(|error| refused(&error))?;
        self.finish(style, fill);
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.outline(path);
        self.finish(style, true);
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        (x, y): BackendCoord,
    ) -> Drawn {
        let (context, size) = (&self.context, style.size());
        let weight = match style.style() {
            FontStyle::Bold => Weight::Bold,
            _ => Weight::Regular,
        };
        context.set_text_baseline("alphabetic");
        context.set_text_align(match style.anchor().h_pos {
            HPos::Left => "left",
            HPos::Center => "center",
            HPos::Right => "right",
        });
        context.set_fill_style_str(&css(style.color()));
        let (style_word, family) = (style.style().as_str().to_owned(), style.family());
        context.set_font(&format!("{style_word} {size}px {}", family.as_str()));
        let widest = text_width(text, size, weight) + SLACK * size;
        let down = size * TOP_TO_BASELINE;
        let is_upright = matches!(style.transform(), FontTransform::Rotate270);
        let draw = || {
            context.translate(f64::from(x), f64::from(y))?;
            if is_upright {
                context.rotate(-TAU / 4.0)?;
            }
            context.fill_text_with_max_width(text, 0.0, down, widest)
        };
        context.save();
        let drawn = draw();
        context.restore();
        drawn.map_err(|error| refused(&error))
    }
}
