//! Pixels of dense pictures: points, densities and heat maps.
//!
//! They are made beside the data, in the worker, and drawn under vector axes.

use super::{ColorScale, Raster, Rgb, diverging, sequential};
use crate::{matrix::Matrix, parallel};

/// Above this many points a density says more than points on top of one another.
pub const MAX_DOTS: usize = 200_000;

/// Side of a cell of a density, in pixels.
const DENSITY_CELL: usize = 2;

/// Opacity of the emptiest and of the fullest cell of a density.
const DENSITY_OPACITY: [f64; 2] = [0.18, 1.0];

/// What a raster covers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RasterArea {
    /// Left and right end, in data units, ascending.
    pub x: [f64; 2],
    /// Lower and upper end, in data units, ascending.
    pub y: [f64; 2],
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// How points look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dots {
    /// Color of every point.
    pub color: Rgb,
    /// Opacity of one point, 0 to 1; overlapping points grow denser.
    pub opacity: f64,
    /// Radius in pixels of the raster.
    pub radius_px: f64,
}

/// Points up to [`MAX_DOTS`], a density above.
pub fn points_or_density_raster(xs: &[f32], ys: &[f32], area: &RasterArea, dots: &Dots) -> Raster {
    if xs.len() > MAX_DOTS {
        density_raster(xs, ys, area, dots.color)
    } else {
        points_raster(xs, ys, area, dots)
    }
}

/// Smooth discs on a transparent ground, blended source over.
///
/// # Missing values
///
/// A point with a missing or infinite coordinate is not drawn. A point outside the area shows the
/// part of its disc that reaches in.
pub fn points_raster(xs: &[f32], ys: &[f32], area: &RasterArea, dots: &Dots) -> Raster {
    let (width, height) = (area.width as usize, area.height as usize);
    let mut opacity = vec![0.0_f32; width * height];
    for (&x, &y) in xs.iter().zip(ys) {
        let (x, y) = area.pixel(x, y);
        if x.is_finite() && y.is_finite() {
            add_disc(&mut opacity, [width, height], [x, y], dots);
        }
    }
    tinted(area, dots.color, |pixel| f64::from(opacity[pixel]))
}

/// Smooth discs of a color each on a transparent ground, blended source over in the given order.
///
/// # Missing values
///
/// As [`points_raster`]. What is drawn later lies above: give the points that matter least first.
pub fn colored_points_raster(
    points: impl Iterator<Item = (f32, f32, Rgb)>,
    area: &RasterArea,
    opacity: f64,
    radius_px: f64,
) -> Raster {
    let (width, height) = (area.width as usize, area.height as usize);
    let mut pixels = vec![[0.0_f32; 4]; width * height];
    for (x, y, color) in points {
        let (x, y) = area.pixel(x, y);
        if x.is_finite() && y.is_finite() {
            let color = color.map(f32::from);
            for_disc([width, height], [x, y], radius_px, |pixel, cover| {
                let cover = (cover * opacity) as f32;
                // INVARIANT: a disc stays inside of the buffer.
                let [red, green, blue, below] = pixels[pixel];
                let over = |below: f32, color: f32| below + (color - below) * cover;
                let alpha = over(below, 1.0);
                // Premultiplied while blending, so that the edge of a disc takes no black.
                let [r, g, b] = color;
                pixels[pixel] = [over(red, r), over(green, g), over(blue, b), alpha];
            });
        }
    }
    let bytes = pixels.into_iter().flat_map(|[red, green, blue, alpha]| {
        let part = |value: f32| {
            if alpha > 0.0 {
                (value / alpha).round() as u8
            } else {
                0
            }
        };
        [
            part(red),
            part(green),
            part(blue),
            (alpha * 255.0).round() as u8,
        ]
    });
    Raster {
        width: area.width,
        height: area.height,
        pixels: bytes.collect(),
    }
}

/// Blends one disc into the opacities; its edge is one pixel soft.
fn add_disc(opacity: &mut [f32], size: [usize; 2], at: [f64; 2], dots: &Dots) {
    for_disc(size, at, dots.radius_px, |pixel, cover| {
        // INVARIANT: a disc stays inside of the buffer.
        let below = &mut opacity[pixel];
        *below += (1.0 - *below) * (cover * dots.opacity) as f32;
    });
}

/// Calls `paint` with every pixel that a disc covers and with the covered share of it.
fn for_disc(
    [width, height]: [usize; 2],
    [x, y]: [f64; 2],
    radius_px: f64,
    mut paint: impl FnMut(usize, f64),
) {
    let reach = radius_px + 0.5;
    let span = |center: f64, len: usize| {
        let first = (center - reach).floor().max(0.0) as usize;
        let end = (center + reach).ceil().max(0.0) as usize;
        first..end.min(len)
    };
    for row in span(y, height) {
        for column in span(x, width) {
            let distance = (column as f64 + 0.5 - x).hypot(row as f64 + 0.5 - y);
            let cover = (reach - distance).clamp(0.0, 1.0);
            paint(row * width + column, cover);
        }
    }
}

/// How many points fall into each small square, as opacity on a logarithmic scale; a square
/// without points is transparent.
pub fn density_raster(xs: &[f32], ys: &[f32], area: &RasterArea, color: Rgb) -> Raster {
    let (width, height) = (area.width as usize, area.height as usize);
    let n_columns = width.div_ceil(DENSITY_CELL);
    let mut counts = vec![0_u32; n_columns * height.div_ceil(DENSITY_CELL)];
    for (&x, &y) in xs.iter().zip(ys) {
        let (x, y) = area.pixel(x, y);
        let inside = x >= 0.0 && y >= 0.0 && x < width as f64 && y < height as f64;
        if inside {
            counts[y as usize / DENSITY_CELL * n_columns + x as usize / DENSITY_CELL] += 1;
        }
    }
    let fullest = f64::from(counts.iter().copied().max().unwrap_or(0)).ln_1p();
    tinted(area, color, |pixel| {
        let (row, column) = (pixel / width, pixel % width);
        let count = counts[row / DENSITY_CELL * n_columns + column / DENSITY_CELL];
        if count == 0 {
            return 0.0;
        }
        let share = f64::from(count).ln_1p() / fullest;
        DENSITY_OPACITY[0] + share * (DENSITY_OPACITY[1] - DENSITY_OPACITY[0])
    })
}

/// Cells as colors: one pixel per cell, or, in a direction with more cells than `width` or
/// `height`, that many pixels, each the mean of the cells it covers.
///
/// # Missing values
///
/// Left out of the means; a pixel over missing cells alone is transparent.
pub fn heat_map_raster(cells: &Matrix, scale: &ColorScale, width: u32, height: u32) -> Raster {
    let copy = |row: usize, values: &mut [f32]| values.copy_from_slice(cells.row(row));
    heat_map_raster_of(
        [cells.n_rows(), cells.n_columns()],
        copy,
        scale,
        [width, height],
    )
}

/// As [`heat_map_raster`], of `[n_rows, n_columns]` cells that `fill` writes row by row: cells in
/// another order, or scaled, need no copy of all of them.
pub fn heat_map_raster_of(
    [n_rows, n_columns]: [usize; 2],
    fill: impl Fn(usize, &mut [f32]) + Sync,
    scale: &ColorScale,
    [width, height]: [u32; 2],
) -> Raster {
    let n_across = n_columns.min(width as usize);
    let n_down = n_rows.min(height as usize);
    let mut pixels = vec![0_u8; 4 * n_across * n_down];
    let ends: Vec<std::ops::Range<usize>> = (0..n_across)
        .map(|across| share_of(n_columns, n_across, across))
        .collect();
    parallel::for_each_chunk(&mut pixels, 4 * n_across, &|down, line| {
        let mut sums = vec![(0.0_f64, 0_u32); n_across];
        let mut values = vec![0.0_f32; n_columns];
        for row in share_of(n_rows, n_down, down) {
            fill(row, &mut values);
            for (sum, columns) in sums.iter_mut().zip(&ends) {
                // INVARIANT: the ranges come from the number of columns.
                for value in values[columns.clone()]
                    .iter()
                    .filter(|value| !value.is_nan())
                {
                    sum.0 += f64::from(*value);
                    sum.1 += 1;
                }
            }
        }
        for (pixel, &(sum, n)) in line.as_chunks_mut::<4>().0.iter_mut().zip(&sums) {
            if n > 0 {
                let [red, green, blue] = scale.color(sum / f64::from(n));
                *pixel = [red, green, blue, 255];
            }
        }
    });
    Raster {
        width: n_across as u32,
        height: n_down as u32,
        pixels,
    }
}

/// Cells that pixel `index` of `n_pixels` covers; at least one, and each cell once.
fn share_of(n_cells: usize, n_pixels: usize, index: usize) -> std::ops::Range<usize> {
    index * n_cells / n_pixels..(index + 1) * n_cells / n_pixels
}

/// A raster of one color, with the opacity of each pixel in 0 to 1.
fn tinted(area: &RasterArea, [red, green, blue]: Rgb, opacity: impl Fn(usize) -> f64) -> Raster {
    let n_pixels = area.width as usize * area.height as usize;
    let pixels = (0..n_pixels)
        .flat_map(|pixel| [red, green, blue, (opacity(pixel) * 255.0).round() as u8])
        .collect();
    Raster {
        width: area.width,
        height: area.height,
        pixels,
    }
}

impl RasterArea {
    /// Place of a point, in pixels from the top left.
    fn pixel(&self, x: f32, y: f32) -> (f64, f64) {
        let share = |value: f32, [low, high]: [f64; 2]| (f64::from(value) - low) / (high - low);
        (
            share(x, self.x) * f64::from(self.width),
            (1.0 - share(y, self.y)) * f64::from(self.height),
        )
    }
}

impl ColorScale {
    /// Color of a value; beyond the ends it takes the end.
    pub fn color(&self, value: f64) -> Rgb {
        let span = self.high - self.low;
        let share = if span > 0.0 {
            (value - self.low) / span
        } else {
            0.5
        };
        if self.diverging {
            diverging(2.0 * share - 1.0)
        } else {
            sequential(share)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        ColorScale, Dots, Raster, RasterArea, colored_points_raster, density_raster,
        heat_map_raster, points_raster,
    };
    use crate::matrix::Matrix;
    use proptest::prelude::*;

    const AREA: RasterArea = RasterArea {
        x: [0.0, 10.0],
        y: [0.0, 10.0],
        width: 10,
        height: 10,
    };
    const DOTS: Dots = Dots {
        color: [1, 2, 3],
        opacity: 0.5,
        radius_px: 1.0,
    };

    fn opacity(raster: &Raster, column: usize, row: usize) -> u8 {
        raster.pixels[4 * (row * raster.width as usize + column) + 3]
    }

    fn scale(diverging: bool) -> ColorScale {
        ColorScale {
            label: String::new(),
            low: -1.0,
            high: 1.0,
            diverging,
        }
    }

    #[test]
    fn a_point_stands_where_its_values_say_and_up_is_up() {
        let raster = points_raster(&[2.5], &[7.5], &AREA, &DOTS);
        assert_eq!(opacity(&raster, 2, 2), 128);
        assert_eq!(opacity(&raster, 7, 7), 0);
        assert_eq!(raster.pixels[..3], [1, 2, 3]);
    }

    #[test]
    fn two_points_on_one_place_are_denser_than_one() {
        let raster = points_raster(&[2.5, 2.5], &[7.5, 7.5], &AREA, &DOTS);
        assert_eq!(opacity(&raster, 2, 2), 191);
    }

    #[test]
    fn colored_points_keep_their_color_and_the_later_lies_above() {
        let points = [
            (2.5, 7.5, [200, 0, 0]),
            (7.5, 7.5, [0, 200, 0]),
            (2.5, 7.5, [0, 0, 200]),
        ];
        let raster = colored_points_raster(points.into_iter(), &AREA, 0.5, 1.0);
        assert_eq!(raster.pixels[4 * (2 * 10 + 7)..][..4], [0, 200, 0, 128]);
        // A quarter red below a half blue: a third and two thirds of what is opaque.
        assert_eq!(raster.pixels[4 * (2 * 10 + 2)..][..4], [67, 0, 133, 191]);
    }

    #[test]
    fn the_fullest_square_of_a_density_is_opaque_and_an_empty_one_clear() {
        let raster = density_raster(&[1.0, 1.0, 9.0], &[9.5, 9.5, 0.5], &AREA, [9; 3]);
        assert_eq!(opacity(&raster, 1, 0), 255);
        assert!((1..255).contains(&opacity(&raster, 9, 9)));
        assert_eq!(opacity(&raster, 5, 5), 0);
    }

    #[test]
    fn a_small_heat_map_has_one_pixel_per_cell_and_clear_gaps() {
        let cells = Matrix::from_rows(1, 3, vec![-1.0, 0.0, f32::NAN]);
        let raster = heat_map_raster(&cells, &scale(true), 100, 100);
        assert_eq!((raster.width, raster.height), (3, 1));
        assert_eq!(raster.pixels[..4], [0x08, 0x51, 0x9c, 255]);
        assert_eq!(raster.pixels[4..8], [255; 4]);
        assert_eq!(raster.pixels[8..], [0; 4]);
    }

    #[test]
    fn a_pixel_over_many_cells_is_their_mean_without_gaps() {
        let cells = Matrix::from_rows(2, 2, vec![-1.0, 0.5, f32::NAN, 0.5]);
        let raster = heat_map_raster(&cells, &scale(true), 1, 1);
        assert_eq!(raster.pixels, [255; 4]);
    }

    proptest! {
        #[test]
        fn no_values_and_no_shape_panic(
            xs in proptest::collection::vec(proptest::num::f32::ANY, 0..30),
            width in 0_u32..12, height in 0_u32..12,
        ) {
            let area = RasterArea { width, height, ..AREA };
            let ys: Vec<f32> = xs.iter().rev().copied().collect();
            for raster in [
                points_raster(&xs, &ys, &area, &DOTS),
                density_raster(&xs, &ys, &area, [0; 3]),
                heat_map_raster(&Matrix::from_rows(1, xs.len(), xs.clone()), &scale(false), width, height),
            ] {
                prop_assert_eq!(raster.pixels.len(), (4 * raster.width * raster.height) as usize);
            }
        }
    }
}
