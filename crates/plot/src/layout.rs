//! Where things stand: rectangles, and the way between pixels and data.

/// Width and height in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// CSS pixels across.
    pub width: f64,
    /// CSS pixels down.
    pub height: f64,
}

/// A rectangle in CSS pixels from the top left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Pixels across.
    pub width: f64,
    /// Pixels down.
    pub height: f64,
}

/// The data area of a drawn picture and its axes: maps a pointer to data and back.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The whole picture.
    pub size: Size,
    /// The area inside the axes.
    pub data: Rect,
    /// Values at the left and the right edge of `data`. Of a heat map, columns from 0.
    pub x: [f64; 2],
    /// Values at the lower and the upper edge of `data`. Of a heat map, rows from 0 at the top.
    pub y: [f64; 2],
    /// Where the raster of the figure stands; `None` without one.
    pub raster: Option<Rect>,
    /// True where boxes lie: values run across and groups down.
    pub values_across: bool,
}

impl Rect {
    /// Right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Lower edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// True where the point lies inside or on the edge.
    pub fn contains(&self, [x, y]: [f64; 2]) -> bool {
        (self.x..=self.right()).contains(&x) && (self.y..=self.bottom()).contains(&y)
    }

    /// True where the two share more than an edge.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// Pixels from the rectangle to a point; 0 inside.
    pub(crate) fn distance(&self, [x, y]: [f64; 2]) -> f64 {
        let across = (self.x - x).max(x - self.right()).max(0.0);
        let down = (self.y - y).max(y - self.bottom()).max(0.0);
        across.hypot(down)
    }

    pub(crate) fn inset(&self, by: f64) -> Self {
        Self {
            x: self.x + by,
            y: self.y + by,
            width: self.width - 2.0 * by,
            height: self.height - 2.0 * by,
        }
    }

    /// The smallest rectangle with both points as corners.
    pub(crate) fn between(a: [f64; 2], b: [f64; 2]) -> Self {
        Self {
            x: a[0].min(b[0]),
            y: a[1].min(b[1]),
            width: (a[0] - b[0]).abs(),
            height: (a[1] - b[1]).abs(),
        }
    }
}

impl Layout {
    /// Data under a place in the picture, in CSS pixels; `None` outside of the data area.
    pub fn data_from_pixel(&self, pixel: [f64; 2]) -> Option<[f64; 2]> {
        let has_area = self.data.width > 0.0 && self.data.height > 0.0;
        (has_area && self.data.contains(pixel)).then(|| {
            let across = (pixel[0] - self.data.x) / self.data.width;
            let up = (self.data.bottom() - pixel[1]) / self.data.height;
            [
                self.x[0] + across * (self.x[1] - self.x[0]),
                self.y[0] + up * (self.y[1] - self.y[0]),
            ]
        })
    }

    /// Place of a point in the picture, in CSS pixels; outside of the data area where its values
    /// are outside of the axes.
    pub fn pixel_from_data(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [self.x_px(x), self.y_px(y)]
    }

    pub(crate) fn x_px(&self, value: f64) -> f64 {
        self.data.x + (value - self.x[0]) / (self.x[1] - self.x[0]) * self.data.width
    }

    pub(crate) fn y_px(&self, value: f64) -> f64 {
        self.data.bottom() - (value - self.y[0]) / (self.y[1] - self.y[0]) * self.data.height
    }
}

#[cfg(test)]
mod tests {
    use super::{Layout, Rect, Size};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pixels_and_data_are_two_ways_of_saying_one_place(x in 30.0..390.0, y in 50.0..250.0) {
            let layout = Layout {
                size: Size { width: 420.0, height: 300.0 },
                data: Rect { x: 30.0, y: 50.0, width: 360.0, height: 200.0 },
                x: [-2.0, 3.0],
                y: [10.0, 0.0],
                raster: None,
                values_across: false,
            };
            let [back_x, back_y] = layout.data_from_pixel([x, y])
                .map(|data| layout.pixel_from_data(data)).expect("inside");
            prop_assert!((back_x - x).abs() < 1e-9 && (back_y - y).abs() < 1e-9);
            prop_assert_eq!(layout.data_from_pixel([x, 20.0]), None);
        }
    }
}
