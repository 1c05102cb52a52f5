//! Colors and sizes of a picture's ink.

use cuvette_core::figure::{Rgb, categorical};

/// Fonts in order of wish; all have the widths that layouts are measured with, where they exist.
pub const FONT_FAMILY: &str = "Arial, Liberation Sans, Helvetica, sans-serif";

/// Size of labels, px.
pub(crate) const TEXT_PX: f64 = 12.0;
/// Size of titles, px.
pub(crate) const TITLE_PX: f64 = 14.0;
/// Width of axes and guides, px.
pub(crate) const LINE_PX: f64 = 1.0;
/// Width of fits and medians, px.
pub(crate) const RESULT_PX: f64 = 1.25;
/// Width of the outline of bars and boxes, px.
pub(crate) const OUTLINE_PX: f64 = 0.75;

/// The ground a picture stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark ink on white.
    #[default]
    Light,
    /// Pale ink on near black.
    Dark,
    /// Black on white, for paper.
    Print,
}

/// How a picture is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Style {
    /// Colors of ground and ink; data palettes do not change.
    pub theme: Theme,
    /// Pixels of the surface per CSS pixel: 2 on a high-density screen.
    pub scale: f64,
    /// CSS pixels at the right of the title's line left free, for the page's own buttons.
    pub header_reserve: f64,
    /// Font family list, in CSS notation.
    pub font_family: String,
    /// True for an SVG that says how wide each text is, for whoever renders it with another font:
    /// letters are pressed together or drawn apart to that width.
    pub fixes_widths: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            theme: Theme::Light,
            scale: 1.0,
            header_reserve: 0.0,
            font_family: FONT_FAMILY.into(),
            fixes_widths: false,
        }
    }
}

impl Style {
    /// Color of the ground, in CSS notation.
    pub fn ground(&self) -> &'static str {
        match self.theme {
            Theme::Light | Theme::Print => "#ffffff",
            Theme::Dark => "#131517",
        }
    }
}

/// A color and its opacity, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ink {
    pub rgb: Rgb,
    pub opacity: f64,
}

impl Ink {
    pub const fn solid(rgb: Rgb) -> Self {
        Self { rgb, opacity: 1.0 }
    }

    pub const fn at(self, opacity: f64) -> Self {
        Self {
            rgb: self.rgb,
            opacity,
        }
    }

    /// This ink laid over an opaque ground, as one opaque color.
    pub fn over(self, ground: Self) -> Self {
        Self::solid(std::array::from_fn(|channel| {
            let (above, below) = (f64::from(self.rgb[channel]), f64::from(ground.rgb[channel]));
            (below + self.opacity * (above - below)).round() as u8
        }))
    }
}

/// Every ink of one theme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Inks {
    /// What the picture stands on.
    pub ground: Ink,
    /// Titles, names of axes and points, fits.
    pub ink: Ink,
    /// Second line of the title.
    pub second: Ink,
    /// Axis lines, ticks and their numbers.
    pub axis: Ink,
    /// Grid of counts.
    pub grid: Ink,
    /// Zero, y = x.
    pub guide: Ink,
    /// Outline of pale bars, laid over their color.
    pub edge: Ink,
    /// Frame of a heat map.
    pub frame: Ink,
    /// Missing cells.
    pub missing: Ink,
    /// What is chosen.
    pub accent: Ink,
}

/// A point pointed out.
pub(crate) const MARKED: Ink = Ink::solid([0xcc, 0x6a, 0x1a]);

/// Color of the series at that place.
pub(crate) fn category(place: usize) -> Ink {
    Ink::solid(categorical(place))
}

pub(crate) const fn inks(theme: Theme) -> Inks {
    match theme {
        Theme::Light => Inks {
            ground: Ink::solid([0xff, 0xff, 0xff]),
            ink: Ink::solid([0x1a, 0x1d, 0x20]),
            second: Ink::solid([0x4a, 0x51, 0x58]),
            axis: Ink::solid([0x4a, 0x51, 0x58]),
            grid: Ink::solid([0xe9, 0xeb, 0xec]),
            guide: Ink::solid([0x6b, 0x73, 0x7b]),
            edge: Ink::solid([0x1a, 0x1d, 0x20]).at(0.55),
            frame: Ink::solid([0xc6, 0xcb, 0xce]),
            missing: Ink::solid([0xd4, 0xd7, 0xd9]),
            accent: Ink::solid([0x0b, 0x6b, 0x64]),
        },
        Theme::Dark => Inks {
            ground: Ink::solid([0x13, 0x15, 0x17]),
            ink: Ink::solid([0xe7, 0xe9, 0xeb]),
            second: Ink::solid([0xb3, 0xb9, 0xc0]),
            axis: Ink::solid([0xaa, 0xb1, 0xb8]),
            grid: Ink::solid([0x24, 0x28, 0x2b]),
            guide: Ink::solid([0x8c, 0x94, 0x9c]),
            edge: Ink::solid([0xe7, 0xe9, 0xeb]).at(0.45),
            frame: Ink::solid([0x41, 0x47, 0x4d]),
            missing: Ink::solid([0x4a, 0x4f, 0x55]),
            accent: Ink::solid([0x55, 0xc4, 0xb5]),
        },
        Theme::Print => Inks {
            ground: Ink::solid([0xff, 0xff, 0xff]),
            ink: Ink::solid([0, 0, 0]),
            second: Ink::solid([0x1f, 0x1f, 0x1f]),
            axis: Ink::solid([0, 0, 0]),
            grid: Ink::solid([0xff, 0xff, 0xff]),
            guide: Ink::solid([0x40, 0x40, 0x40]),
            edge: Ink::solid([0x1a, 0x1d, 0x20]).at(0.55),
            frame: Ink::solid([0x70, 0x70, 0x70]),
            missing: Ink::solid([0xd4, 0xd7, 0xd9]),
            accent: Ink::solid([0, 0, 0]),
        },
    }
}
