//! Results as drawings: one layout and one way of painting for canvas, SVG and PNG.
//!
//! [`draw`] paints a [`Figure`] onto any plotters backend; [`svg_with_png`] is the same onto an exact SVG.
//! Both first lay the picture out with [`layout()`], from one table of glyph widths, so that what is
//! exported equals what is seen. Nothing here does I/O.
//!
//! How this works: each kind of figure builds a scene, a list of marks in CSS pixels
//! (`histogram.rs`, `scatter.rs`, …, upon `frame.rs`); `paint.rs` brings the marks onto a surface.
//! A new kind is one file and one arm in `build`.

mod bands;
mod box_words;
mod boxes;
mod frame;
mod heat_map;
mod heat_sides;
mod histogram;
mod hit;
mod image;
#[cfg(test)]
mod invariants;
mod layout;
mod legend;
mod lines;
mod paint;
mod place;
mod plane;
mod scatter;
mod scatter_words;
mod scene;
mod style;
mod svg;
mod text;
mod ticks;

pub use hit::Hit;
#[cfg(feature = "png")]
pub use image::{PngError, png, png_of_raster};
pub use image::{png_of_rows, png_rows};
pub use layout::{Layout, Rect, Size};
pub use paint::{DrawError, TOP_TO_BASELINE};
pub use style::{FONT_FAMILY, Style, Theme};
pub use svg::MM_PER_PX;
pub use text::{Weight, width as text_width};

use cuvette_core::figure::{Figure, FigureKind, Raster};
use frame::Page;
use plotters::{coord::Shift, drawing::DrawingArea, drawing::IntoDrawingArea};
use plotters_backend::DrawingBackend;
use scene::{Mark, Scene};
use std::cell::RefCell;
use svg::{STEPS_PER_PX, SvgBackend};

/// A raster to paint and where, in pixels of the surface.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Blit<'a> {
    /// The pixels.
    pub raster: &'a Raster,
    /// Where, in pixels of the surface.
    pub rect: Rect,
    /// True where cells keep sharp edges when they are stretched, as in a heat map.
    pub pixelated: bool,
}

/// Paints the figure over the whole area and says where its data stand.
///
/// The area is `style.scale` pixels per CSS pixel; the layout is in CSS pixels. Backends of
/// plotters cannot paint pixels with opacity, so `blit` does: it is called at most once, after the
/// ground and before the marks, and must stretch the raster over the given rectangle, clipped to
/// the surface.
pub fn draw<B: DrawingBackend>(
    figure: &Figure,
    area: &DrawingArea<B, Shift>,
    style: &Style,
    mut blit: impl FnMut(Blit),
) -> Result<Layout, DrawError> {
    let (width, height) = area.dim_in_pixel();
    let size = Size {
        width: f64::from(width) / style.scale,
        height: f64::from(height) / style.scale,
    };
    let (layout, scene) = build(figure, size, style);
    paint::paint(&scene.below_raster(), area, style)?;
    if let (Some(place), Some(raster)) = (scene.raster, raster_of(figure)) {
        let snapped = |value: f64| (value * style.scale).round();
        let (x, y) = (snapped(place.rect.x), snapped(place.rect.y));
        let rect = Rect {
            x,
            y,
            width: snapped(place.rect.right()) - x,
            height: snapped(place.rect.bottom()) - y,
        };
        blit(Blit {
            raster,
            rect,
            pixelated: place.pixelated,
        });
    }
    paint::paint(&scene.over, area, style)?;
    Ok(layout)
}

/// Where [`draw`] would put things, without drawing.
pub fn layout(figure: &Figure, size: Size, style: &Style) -> Layout {
    build(figure, size, style).0
}

/// The height, in CSS pixels, at which the figure looks best at that width.
pub fn preferred_height(figure: &Figure, width: f64, style: &Style) -> f64 {
    let page = Page::new(figure, Size { width, height: 0.0 }, style);
    match &figure.kind {
        FigureKind::Histogram(_) => histogram::height(&page),
        FigureKind::Scatter(scatter) => scatter::height(&page, scatter),
        FigureKind::Lines(lines) => lines::height(&page, lines),
        FigureKind::Boxes(boxes) => boxes::height(&page, boxes),
        FigureKind::Bands(_) => bands::height(&page),
        FigureKind::HeatMap(heat_map) => heat_map::height(&page, heat_map),
    }
    .round()
}

/// The picture as an SVG file of exactly the same layout, with its size on paper in millimeters
/// ([`MM_PER_PX`] each), its title, its description and its raster inside.
#[cfg(feature = "png")]
pub fn svg(figure: &Figure, size: Size, style: &Style) -> String {
    let png = raster_of(figure).and_then(png_of_raster);
    svg_with_png(figure, size, style, png.as_deref())
}

/// As `svg`, with its [raster](raster_of) as a PNG that was made elsewhere, by [`png_of_rows`].
pub fn svg_with_png(figure: &Figure, size: Size, style: &Style, png: Option<&[u8]>) -> String {
    let (_, scene) = build(figure, size, style);
    let out = RefCell::new(svg::open(
        size,
        &style.font_family,
        &figure.title,
        &figure.alternative,
    ));
    let style = Style {
        scale: STEPS_PER_PX,
        ..style.clone()
    };
    let backend = SvgBackend {
        out: &out,
        size,
        fixes_widths: style.fixes_widths,
    };
    let area = backend.into_drawing_area();
    // Writing to a string does not fail, so neither does painting onto it.
    let _ = paint::paint(&scene.below_raster(), &area, &style);
    if let (Some(place), Some(png)) = (scene.raster, png) {
        out.borrow_mut().push_str(&svg::image(png, &place));
    }
    let _ = paint::paint(&scene.over, &area, &style);
    drop(area);
    let mut file = out.into_inner();
    file.push_str("</svg>\n");
    file
}

fn build(figure: &Figure, size: Size, style: &Style) -> (Layout, Scene) {
    let page = Page::new(figure, size, style);
    match &figure.kind {
        FigureKind::Histogram(histogram) => histogram::build(&page, histogram),
        FigureKind::Scatter(scatter) => scatter::build(&page, scatter),
        FigureKind::Lines(lines) => lines::build(&page, lines),
        FigureKind::Boxes(boxes) => boxes::build(&page, boxes),
        FigureKind::Bands(bands) => bands::build(&page, bands),
        FigureKind::HeatMap(heat_map) => heat_map::build(&page, heat_map),
    }
}

/// The pixels of the figure, where it has any that arrived.
pub fn raster_of(figure: &Figure) -> Option<&Raster> {
    let raster = match &figure.kind {
        FigureKind::Scatter(scatter) => scatter.raster.as_ref(),
        FigureKind::HeatMap(heat_map) => Some(&heat_map.raster),
        _ => None,
    };
    raster.filter(|raster| !raster.pixels.is_empty())
}

impl Scene {
    /// What is painted before the raster: the ground, and what the raster stands on.
    fn below_raster(&self) -> Vec<Mark> {
        let all = Rect {
            x: 0.0,
            y: 0.0,
            width: self.size.width,
            height: self.size.height,
        };
        let ground = Mark::Fill {
            rect: all,
            ink: self.ground,
        };
        std::iter::once(ground)
            .chain(self.under.iter().cloned())
            .collect()
    }
}
