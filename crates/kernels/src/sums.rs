//! Sums and sums of products of `f32`, accumulated in `f64` in one fixed order.
//!
//! How this works: element `i` is added to lane `i % 8`, and the eight lanes are added in a fixed
//! tree. The order depends on the length alone, so results are the same bits natively and in
//! WebAssembly, and the compiler turns the lanes into vector additions on both without any
//! `unsafe`: it may not reorder additions, and here it need not.

/// Accumulators: four vectors of two `f64`, enough to hide the latency of an addition.
const N_LANES: usize = 8;

type Lanes = [f64; N_LANES];

/// Sums of squares and of products of two variables about their means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// Sum of (x − mean x)².
    pub xx: f64,
    /// Sum of (y − mean y)².
    pub yy: f64,
    /// Sum of (x − mean x)(y − mean y).
    pub xy: f64,
}

/// The sum of `values`.
///
/// ```
/// assert_eq!(cuvette_kernels::sums::sum(&[1.0, 2.5, -0.5]), 3.0);
/// ```
pub fn sum(values: &[f32]) -> f64 {
    let mut lanes = [0.0; N_LANES];
    let (chunks, rest) = values.as_chunks::<N_LANES>();
    for chunk in chunks {
        for lane in 0..N_LANES {
            lanes[lane] += f64::from(chunk[lane]);
        }
    }
    for (lane, &value) in lanes.iter_mut().zip(rest) {
        *lane += f64::from(value);
    }
    add_lanes(lanes)
}

/// The sum of (value − `center`)².
pub fn sum_of_squares_about(values: &[f32], center: f64) -> f64 {
    let mut lanes = [0.0; N_LANES];
    let (chunks, rest) = values.as_chunks::<N_LANES>();
    for chunk in chunks {
        for lane in 0..N_LANES {
            let deviation = f64::from(chunk[lane]) - center;
            lanes[lane] += deviation * deviation;
        }
    }
    for (lane, &value) in lanes.iter_mut().zip(rest) {
        let deviation = f64::from(value) - center;
        *lane += deviation * deviation;
    }
    add_lanes(lanes)
}

/// The sum of products `x[i] * y[i]`.
///
/// # Panics
///
/// When the lengths differ.
pub fn dot(x: &[f32], y: &[f32]) -> f64 {
    assert_eq!(x.len(), y.len(), "as many x as y");
    let mut lanes = [0.0; N_LANES];
    let (x_chunks, x_rest) = x.as_chunks::<N_LANES>();
    let (y_chunks, y_rest) = y.as_chunks::<N_LANES>();
    for (x, y) in x_chunks.iter().zip(y_chunks) {
        for lane in 0..N_LANES {
            lanes[lane] += f64::from(x[lane]) * f64::from(y[lane]);
        }
    }
    for (lane, (&x, &y)) in lanes.iter_mut().zip(x_rest.iter().zip(y_rest)) {
        *lane += f64::from(x) * f64::from(y);
    }
    add_lanes(lanes)
}

/// Copies the values of `row` at `positions` that are finite to `values`, in their order.
///
/// # Panics
///
/// When a position is out of range.
///
/// ```
/// let mut values = Vec::new();
/// cuvette_kernels::sums::gather_finite(&[1.0, f32::NAN, 3.0, 4.0], &[3, 1, 0], &mut values);
/// assert_eq!(values, [4.0, 1.0]);
/// ```
pub fn gather_finite(row: &[f32], positions: &[usize], values: &mut Vec<f32>) {
    values.clear();
    values.extend(positions.iter().map(|&position| row[position]));
    if !all_finite(values) {
        values.retain(|value| value.is_finite());
    }
}

/// Whether no value is missing or infinite.
///
/// ```
/// use cuvette_kernels::sums::all_finite;
///
/// assert!(all_finite(&[1.0, -2.0]) && !all_finite(&[1.0, f32::NAN, 2.0]));
/// ```
pub fn all_finite(values: &[f32]) -> bool {
    // Mostly all are: no branch, and no step from one value to the next.
    let both = |all: bool, value: &f32| all & value.is_finite();
    values.iter().fold(true, both)
}

/// Adds each of `values` to its place in `totals`, in `f32`.
///
/// # Panics
///
/// When the lengths differ.
///
/// ```
/// let mut totals = [1.0, 2.0];
/// cuvette_kernels::sums::add_to(&mut totals, &[0.5, -2.0]);
/// assert_eq!(totals, [1.5, 0.0]);
/// ```
pub fn add_to(totals: &mut [f32], values: &[f32]) {
    assert_eq!(totals.len(), values.len(), "as many values as totals");
    for (total, value) in totals.iter_mut().zip(values) {
        *total += value;
    }
}

/// Sums of squares and products about the given means, in one pass.
///
/// # Panics
///
/// When the lengths differ.
pub fn moments_about(x: &[f32], y: &[f32], mean_x: f64, mean_y: f64) -> Moments {
    assert_eq!(x.len(), y.len(), "as many x as y");
    let (mut xx, mut yy, mut xy) = ([0.0; N_LANES], [0.0; N_LANES], [0.0; N_LANES]);
    let (x_chunks, x_rest) = x.as_chunks::<N_LANES>();
    let (y_chunks, y_rest) = y.as_chunks::<N_LANES>();
    for (x, y) in x_chunks.iter().zip(y_chunks) {
        for lane in 0..N_LANES {
            let dx = f64::from(x[lane]) - mean_x;
            let dy = f64::from(y[lane]) - mean_y;
            xx[lane] += dx * dx;
            yy[lane] += dy * dy;
            xy[lane] += dx * dy;
        }
    }
    for (lane, (&x, &y)) in x_rest.iter().zip(y_rest).enumerate() {
        let dx = f64::from(x) - mean_x;
        let dy = f64::from(y) - mean_y;
        xx[lane] += dx * dx;
        yy[lane] += dy * dy;
        xy[lane] += dx * dy;
    }
    Moments {
        xx: add_lanes(xx),
        yy: add_lanes(yy),
        xy: add_lanes(xy),
    }
}

/// The eight lanes added pairwise.
fn add_lanes(l: Lanes) -> f64 {
    ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]))
}

#[cfg(test)]
mod tests {
    use super::{N_LANES, dot, moments_about, sum, sum_of_squares_about};
    use crate::reference;

    /// Relative to the sum of absolute terms: rounding of so few additions.
    const MAX_RELATIVE_ERROR: f64 = 1e-14;

    fn values(n: usize, seed: u32) -> Vec<f32> {
        (0..n as u32)
            .map(|i| ((i * 7919 + seed * 104_729) % 1000) as f32 / 37.0 - 11.0)
            .collect()
    }

    fn check(found: f64, expected: f64, scale: f64, n: usize) {
        let difference = (found - expected).abs();
        assert!(
            difference <= MAX_RELATIVE_ERROR * scale,
            "{found} but {expected}, n = {n}"
        );
    }

    #[test]
    fn every_length_and_offset_sums_like_the_reference() {
        let (all_x, all_y) = (values(64, 1), values(64, 2));
        for offset in 0..N_LANES {
            for n in 0..=3 * N_LANES + 1 {
                let (x, y) = (&all_x[offset..offset + n], &all_y[offset..offset + n]);
                let ones = vec![1.0; n];
                let scale = 1.0 + reference::dot(x, x) + reference::dot(y, y);
                check(sum(x), reference::dot(x, &ones), scale, n);
                check(dot(x, y), reference::dot(x, y), scale, n);
                check(sum_of_squares_about(x, 0.0), reference::dot(x, x), scale, n);
                let moments = moments_about(x, y, 0.0, 0.0);
                check(moments.xx, reference::dot(x, x), scale, n);
                check(moments.yy, reference::dot(y, y), scale, n);
                check(moments.xy, reference::dot(x, y), scale, n);
            }
        }
    }

    #[test]
    fn deviations_are_taken_from_the_center() {
        assert_eq!(sum_of_squares_about(&[1.0, 2.0, 3.0], 2.0), 2.0);
        let moments = moments_about(&[1.0, 3.0], &[5.0, 1.0], 2.0, 3.0);
        assert_eq!((moments.xx, moments.yy, moments.xy), (2.0, 8.0, -4.0));
    }

    #[test]
    fn a_missing_value_makes_the_sum_missing() {
        let mut x = values(20, 3);
        x[19] = f32::NAN;
        assert!(sum(&x).is_nan());
        assert!(dot(&x, &values(20, 4)).is_nan());
    }

    #[test]
    fn large_terms_do_not_lose_small_ones_in_f64() {
        let x = [16_777_216.0, 1.0, 1.0, -16_777_216.0];
        assert_eq!(sum(&x), 2.0);
    }
}
