//! A scene onto any plotters backend.
//!
//! Backends take whole pixels of their surface. Rectangles and upright or level lines are painted
//! as fills between rounded edges: they are crisp on a canvas, where a stroke would straddle
//! two pixels.

use crate::{
    scene::{Anchor, Label, Mark},
    style::{Ink, Style},
    text::Weight,
};
use plotters::{
    coord::Shift,
    drawing::DrawingArea,
    element::{Circle, PathElement, Polygon, Rectangle, Text},
    style::{FontDesc, FontFamily, FontStyle, FontTransform, RGBAColor, ShapeStyle, TextStyle},
};
use plotters_backend::{
    DrawingBackend,
    text_anchor::{HPos, Pos, VPos},
};

/// Why a picture could not be painted.
#[derive(Debug, thiserror::Error)]
#[error("the drawing surface refused: {0}")]
pub struct DrawError(String);

/// Where the baseline is under the top of a text, in font sizes. Canvases put the top of the em
/// square there; this is its place in Arial and Liberation Sans (typographic ascent 1491 and
/// descent 431, scaled to 1 em).
pub const TOP_TO_BASELINE: f64 = 1491.0 / 1922.0;
/// Length of a dash and of the gap after it, px.
const DASH: [f64; 2] = [4.0, 3.0];

/// Paints marks in CSS pixels onto a surface of `style.scale` pixels each.
pub(crate) fn paint<B: DrawingBackend>(
    marks: &[Mark],
    area: &DrawingArea<B, Shift>,
    style: &Style,
) -> Result<(), DrawError> {
    let brush = Brush { area, style };
    marks.iter().try_for_each(|mark| brush.mark(mark))
}

struct Brush<'a, B: DrawingBackend> {
    area: &'a DrawingArea<B, Shift>,
    style: &'a Style,
}

type Pixel = (i32, i32);

impl<B: DrawingBackend> Brush<'_, B> {
    fn mark(&self, mark: &Mark) -> Result<(), DrawError> {
        match mark {
            Mark::Line {
                from,
                to,
                width,
                ink,
                dashed: false,
            } => self.segment(*from, *to, *width, *ink),
            Mark::Line {
                from,
                to,
                width,
                ink,
                dashed: true,
            } => dashes(*from, *to).try_for_each(|[from, to]| self.segment(from, to, *width, *ink)),
            Mark::Path { points, width, ink } => {
                let pixels: Vec<Pixel> = points.iter().map(|&point| self.pixel(point)).collect();
                self.draw(&PathElement::new(pixels, self.stroke(*width, *ink)))
            }
            Mark::Area { points, ink } => {
                let pixels: Vec<Pixel> = points.iter().map(|&point| self.pixel(point)).collect();
                self.draw(&Polygon::new(pixels, color(*ink).filled_style()))
            }
            Mark::Fill { rect, ink } => {
                self.fill([rect.x, rect.y], [rect.right(), rect.bottom()], *ink)
            }
            Mark::Disc {
                center,
                radius,
                ink,
            } => {
                let radius = (radius * self.style.scale).round().max(1.0) as i32;
                self.draw(&Circle::new(
                    self.pixel(*center),
                    radius,
                    color(*ink).filled_style(),
                ))
            }
            Mark::Label(label) => self.words(label),
        }
    }

    fn segment(&self, from: [f64; 2], to: [f64; 2], width: f64, ink: Ink) -> Result<(), DrawError> {
        let half = self.device_width(width) / self.style.scale / 2.0;
        if from[0] == to[0] {
            let (top, bottom) = (from[1].min(to[1]), from[1].max(to[1]));
            self.fill_line(
                [from[0] - half, top],
                [from[0] + half, bottom],
                0,
                width,
                ink,
            )
        } else if from[1] == to[1] {
            let (left, right) = (from[0].min(to[0]), from[0].max(to[0]));
            self.fill_line(
                [left, from[1] - half],
                [right, from[1] + half],
                1,
                width,
                ink,
            )
        } else {
            let pixels = vec![self.pixel(from), self.pixel(to)];
            self.draw(&PathElement::new(pixels, self.stroke(width, ink)))
        }
    }

    /// Fills a level or upright line, exactly as wide across (`axis` 0: x, 1: y) as asked.
    fn fill_line(
        &self,
        low: [f64; 2],
        high: [f64; 2],
        axis: usize,
        width: f64,
        ink: Ink,
    ) -> Result<(), DrawError> {
        let (low, high) = (self.pixel(low), self.pixel(high));
        let width = self.device_width(width) as i32;
        let high = if axis == 0 {
            (low.0 + width, high.1)
        } else {
            (high.0, low.1 + width)
        };
        self.draw(&Rectangle::new([low, high], color(ink).filled_style()))
    }

    fn fill(&self, low: [f64; 2], high: [f64; 2], ink: Ink) -> Result<(), DrawError> {
        let corners = [self.pixel(low), self.pixel(high)];
        self.draw(&Rectangle::new(corners, color(ink).filled_style()))
    }

    fn words(&self, label: &Label) -> Result<(), DrawError> {
        let h_pos = match label.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let font_style = match label.weight {
            Weight::Regular => FontStyle::Normal,
            Weight::Bold => FontStyle::Bold,
        };
        let family = FontFamily::Name(&self.style.font_family);
        let size = label.size * self.style.scale;
        let top = TOP_TO_BASELINE * label.size;
        let (at, transform) = if label.upright {
            ([label.at[0] - top, label.at[1]], FontTransform::Rotate270)
        } else {
            ([label.at[0], label.at[1] - top], FontTransform::None)
        };
        let font = FontDesc::new(family, size, font_style).transform(transform);
        let ink = color(label.ink).0;
        let style = TextStyle::from(font)
            .color(&ink)
            .pos(Pos::new(h_pos, VPos::Top));
        self.draw(&Text::new(label.text.as_str(), self.pixel(at), style))
    }

    fn draw<'e, E>(&self, element: &'e E) -> Result<(), DrawError>
    where
        E: plotters::element::Drawable<B>,
        &'e E: plotters::element::PointCollection<'e, Pixel>,
    {
        self.area
            .draw(element)
            .map_err(|error| DrawError(error.to_string()))
    }

    fn pixel(&self, [x, y]: [f64; 2]) -> Pixel {
        let snapped = |value: f64| (value * self.style.scale).round() as i32;
        (snapped(x), snapped(y))
    }

    /// Whole pixels of the surface, at least one.
    fn device_width(&self, width: f64) -> f64 {
        (width * self.style.scale).round().max(1.0)
    }

    fn stroke(&self, width: f64, ink: Ink) -> ShapeStyle {
        ShapeStyle {
            color: color(ink).0,
            filled: false,
            stroke_width: self.device_width(width) as u32,
        }
    }
}

struct Color(RGBAColor);

impl Color {
    fn filled_style(&self) -> ShapeStyle {
        ShapeStyle {
            color: self.0,
            filled: true,
            stroke_width: 0,
        }
    }
}

fn color(
    Ink {
        rgb: [red, green, blue],
        opacity,
    }: Ink,
) -> Color {
    Color(RGBAColor(red, green, blue, opacity))
}

/// The dashes of a line.
fn dashes(from: [f64; 2], to: [f64; 2]) -> impl Iterator<Item = [[f64; 2]; 2]> {
    let length = (to[0] - from[0]).hypot(to[1] - from[1]);
    let along = move |at: f64| {
        let share = (at / length).min(1.0);
        // Exact where the ends agree, so that a level line stays level.
        [
            from[0] + share * (to[0] - from[0]),
            from[1] + share * (to[1] - from[1]),
        ]
    };
    let period = DASH[0] + DASH[1];
    let n = (length / period).ceil() as usize;
    (0..n).map(move |dash| {
        let start = dash as f64 * period;
        [along(start), along(start + DASH[0])]
    })
}
