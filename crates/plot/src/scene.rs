//! A picture as a list of marks in CSS pixels, laid out and not yet painted.

use crate::{
    layout::{Rect, Size},
    style::{Ink, TEXT_PX},
    text::{self, Weight},
};

/// Share of the font size above and below the baseline that signs of a line may fill.
const ASCENT: f64 = 0.78;
const DESCENT: f64 = 0.22;

/// Everything to paint, in order: ground, `under`, the raster, `over`.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub size: Size,
    pub ground: Ink,
    pub under: Vec<Mark>,
    pub raster: Option<RasterPlace>,
    pub over: Vec<Mark>,
}

/// Where the raster of the figure is painted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RasterPlace {
    pub rect: Rect,
    /// The part that shows; a raster may reach beyond the data area.
    pub pixelated: bool,
}

/// One thing to paint.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mark {
    /// A straight line.
    Line {
        from: [f64; 2],
        to: [f64; 2],
        width: f64,
        ink: Ink,
        dashed: bool,
    },
    /// An open line through points.
    Path {
        points: Vec<[f64; 2]>,
        width: f64,
        ink: Ink,
    },
    /// A closed area.
    Area { points: Vec<[f64; 2]>, ink: Ink },
    /// A filled rectangle.
    Fill { rect: Rect, ink: Ink },
    /// A filled disc.
    Disc {
        center: [f64; 2],
        radius: f64,
        ink: Ink,
    },
    /// Words.
    Label(Label),
}

/// Which point of a text stands at its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// One line of words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Label {
    pub text: String,
    /// Place of the anchor on the baseline.
    pub at: [f64; 2],
    pub anchor: Anchor,
    pub size: f64,
    pub weight: Weight,
    pub ink: Ink,
    /// Reads upwards, as the names of heat-map columns do.
    pub upright: bool,
}

impl Label {
    pub fn new(text: impl Into<String>, at: [f64; 2], anchor: Anchor, ink: Ink) -> Self {
        Self {
            text: text.into(),
            at,
            anchor,
            size: TEXT_PX,
            weight: Weight::Regular,
            ink,
            upright: false,
        }
    }

    /// The room the words take.
    pub fn rect(&self) -> Rect {
        let width = text::width(&self.text, self.size, self.weight);
        let before = match self.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => width / 2.0,
            Anchor::End => width,
        };
        let [x, y] = self.at;
        let height = (ASCENT + DESCENT) * self.size;
        if self.upright {
            // Along the text is up, so that what stands before the anchor stands below it.
            Rect {
                x: x - ASCENT * self.size,
                y: y + before - width,
                width: height,
                height: width,
            }
        } else {
            Rect {
                x: x - before,
                y: y - ASCENT * self.size,
                width,
                height,
            }
        }
    }

    /// Moved sideways by as little as brings it between `low` and `high`.
    pub fn kept_between(mut self, low: f64, high: f64) -> Self {
        let rect = self.rect();
        let shift = (low - rect.x).max(0.0) - (rect.right() - high).max(0.0);
        self.at[0] += shift;
        self
    }
}

impl Scene {
    pub fn new(size: Size, ground: Ink) -> Self {
        Self {
            size,
            ground,
            under: Vec::new(),
            raster: None,
            over: Vec::new(),
        }
    }

    pub fn push(&mut self, mark: Mark) {
        self.over.push(mark);
    }

    pub fn label(&mut self, label: Label) {
        if !label.text.is_empty() {
            self.over.push(Mark::Label(label));
        }
    }

    pub fn line(&mut self, from: [f64; 2], to: [f64; 2], width: f64, ink: Ink) {
        self.push(Mark::Line {
            from,
            to,
            width,
            ink,
            dashed: false,
        });
    }

    pub fn dashed(&mut self, from: [f64; 2], to: [f64; 2], width: f64, ink: Ink) {
        self.push(Mark::Line {
            from,
            to,
            width,
            ink,
            dashed: true,
        });
    }

    /// A filled rectangle with an outline inside its edge; pixels stay crisp on every surface.
    pub fn outlined(&mut self, rect: Rect, fill: Ink, width: f64, edge: Ink) {
        self.push(Mark::Fill { rect, ink: edge });
        let inner = rect.inset(width);
        if inner.width > 0.0 && inner.height > 0.0 {
            self.push(Mark::Fill {
                rect: inner,
                ink: fill,
            });
        }
    }

    /// Words on a veil of the ground, to be read over marks.
    pub fn label_over_marks(&mut self, label: Label) {
        let rect = label.rect();
        self.push(Mark::Fill {
            rect: Rect {
                x: rect.x - 2.0,
                y: rect.y,
                width: rect.width + 4.0,
                height: rect.height,
            },
            ink: self.ground.at(0.8),
        });
        self.label(label);
    }

    /// The words of the picture.
    #[cfg(test)]
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.under
            .iter()
            .chain(&self.over)
            .filter_map(|mark| match mark {
                Mark::Label(label) => Some(label),
                _ => None,
            })
    }
}
