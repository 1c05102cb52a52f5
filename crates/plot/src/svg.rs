//! Exact vector files: a plotters backend that writes SVG with decimals.
//!
//! Backends are handed whole pixels. This one is handed hundredths of a CSS pixel and writes them
//! as decimals, so that nothing is rounded to a pixel. `plotters-svg` writes what it is handed,
//! divides font sizes by 1.24, hangs text by the height of an x, and has no rasters in a browser.

use crate::{
    image as image_file,
    layout::Size,
    paint::TOP_TO_BASELINE,
    scene::RasterPlace,
    text::{self, Weight},
};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle, FontTransform, text_anchor::HPos,
};
use std::{cell::RefCell, fmt::Write as _};

/// Steps of this backend per CSS pixel.
pub(crate) const STEPS_PER_PX: f64 = 100.0;
/// Millimeters of print per CSS pixel: 420 px are one column of a journal.
pub const MM_PER_PX: f64 = 0.212;

/// Writes marks to the end of a text that others may write to in between.
pub(crate) struct SvgBackend<'a> {
    pub out: &'a RefCell<String>,
    pub size: Size,
    /// True to write how wide each text is.
    pub fixes_widths: bool,
}

type Drawn = Result<(), DrawingErrorKind<std::fmt::Error>>;

/// The opening of a file: size on paper, and what a reader who cannot see it should know.
pub(crate) fn open(size: Size, font_family: &str, title: &str, description: &str) -> String {
    let (width, height) = (decimal(size.width), decimal(size.height));
    let [width_mm, height_mm] = [size.width, size.height].map(|px| decimal(px * MM_PER_PX));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width_mm}mm\" height=\"{height_mm}mm\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{}\">\n\
         <title>{}</title>\n<desc>{}</desc>\n",
        escaped(font_family),
        escaped(title),
        escaped(description)
    )
}

/// The pixels, as a PNG, as an image inside of the file.
pub(crate) fn image(png: &[u8], place: &RasterPlace) -> String {
    let data = image_file::data_url(png);
    let rendering = if place.pixelated {
        " image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\""
    } else {
        ""
    };
    let rect = place.rect;
    let [x, y, width, height] = [rect.x, rect.y, rect.width, rect.height].map(decimal);
    format!(
        "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
         preserveAspectRatio=\"none\"{rendering} href=\"{data}\"/>\n"
    )
}

impl SvgBackend<'_> {
    fn write(&self, line: std::fmt::Arguments) -> Drawn {
        let mut out = self.out.borrow_mut();
        out.write_fmt(line).map_err(DrawingErrorKind::DrawingError)
    }
}

impl DrawingBackend for SvgBackend<'_> {
    type ErrorType = std::fmt::Error;

    fn get_size(&self) -> (u32, u32) {
        let steps = |px: f64| (px * STEPS_PER_PX).round() as u32;
        (steps(self.size.width), steps(self.size.height))
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

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (x0, y0): BackendCoord,
        (x1, y1): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let paint = if fill {
            fill_of(style)
        } else {
            stroke_of(style)
        };
        self.write(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{paint}/>\n",
            px(x0),
            px(y0),
            px(x1 - x0),
            px(y1 - y0),
        ))
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.write(format_args!(
            "<path d=\"{}\"{}/>\n",
            outline(path),
            stroke_of(style)
        ))
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let paint = if fill {
            fill_of(style)
        } else {
            stroke_of(style)
        };
        self.write(format_args!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{paint}/>\n",
            px(x),
            px(y),
            px(radius as i32),
        ))
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        style: &S,
    ) -> Drawn {
        self.write(format_args!(
            "<path d=\"{}Z\"{}/>\n",
            outline(vert),
            fill_of(style)
        ))
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        (x, y): BackendCoord,
    ) -> Drawn {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        };
        let (weight, bold) = match style.style() {
            FontStyle::Bold => (Weight::Bold, " font-weight=\"bold\""),
            _ => (Weight::Regular, ""),
        };
        let width = if self.fixes_widths && !text.is_empty() {
            let width = decimal(text::width(text, style.size(), weight) / STEPS_PER_PX);
            format!(" textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\"")
        } else {
            String::new()
        };
        let down = (style.size() * TOP_TO_BASELINE).round() as i32;
        let (x, y, turn) = match style.transform() {
            FontTransform::Rotate270 => (
                x + down,
                y,
                format!(" transform=\"rotate(-90 {} {})\"", px(x + down), px(y)),
            ),
            _ => (x, y + down, String::new()),
        };
        self.write(format_args!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{bold}{anchor}{width}{}{turn}>{}</text>\n",
            px(x),
            px(y),
            decimal(style.size() / STEPS_PER_PX),
            fill_of(&style.color()),
            escaped(text),
        ))
    }
}

fn outline(points: impl IntoIterator<Item = BackendCoord>) -> String {
    let mut path = String::new();
    for (at, (x, y)) in points.into_iter().enumerate() {
        let command = if at == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{command}{} {}", px(x), px(y));
    }
    path
}

fn fill_of<S: BackendStyle>(style: &S) -> String {
    let color = style.color();
    format!(" fill=\"{}\"{}", hex(color), opacity("fill-opacity", color))
}

fn stroke_of<S: BackendStyle>(style: &S) -> String {
    let color = style.color();
    format!(
        " fill=\"none\" stroke=\"{}\"{} stroke-width=\"{}\"",
        hex(color),
        opacity("stroke-opacity", color),
        px(style.stroke_width() as i32)
    )
}

fn hex(
    BackendColor {
        rgb: (red, green, blue),
        ..
    }: BackendColor,
) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn opacity(attribute: &str, color: BackendColor) -> String {
    if color.alpha < 1.0 {
        format!(" {attribute}=\"{}\"", decimal(color.alpha))
    } else {
        String::new()
    }
}

/// Hundredths of a pixel as pixels.
fn px(steps: i32) -> String {
    decimal(f64::from(steps) / STEPS_PER_PX)
}

/// At most two decimals, and no more than needed.
fn decimal(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".into()
    } else {
        text.into()
    }
}

/// Words as they may stand in an SVG; signs that XML forbids are left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\t' => safe.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            sign if sign.is_control() => {}
            sign => safe.push(sign),
        }
    }
    safe
}
