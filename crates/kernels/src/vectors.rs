//! Steps of linear algebra over vectors of `f64`, in one fixed order of additions.
//!
//! As in [`crate::sums`], element `i` belongs to lane `i % 8` and the lanes are added in a fixed
//! tree: the same bits natively and in WebAssembly, and vector instructions without any `unsafe`.

const N_LANES: usize = 8;

/// The sum of products `x[i] * y[i]`.
///
/// # Panics
///
/// When the lengths differ.
///
/// ```
/// assert_eq!(cuvette_kernels::vectors::dot(&[1.0, 2.0], &[3.0, 0.5]), 4.0);
/// ```
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    assert_eq!(x.len(), y.len(), "as many x as y");
    let mut lanes = [0.0; N_LANES];
    let (x_chunks, x_rest) = x.as_chunks::<N_LANES>();
    let (y_chunks, y_rest) = y.as_chunks::<N_LANES>();
    for (x, y) in x_chunks.iter().zip(y_chunks) {
        for lane in 0..N_LANES {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    for (lane, (x, y)) in lanes.iter_mut().zip(x_rest.iter().zip(y_rest)) {
        *lane += x * y;
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// Adds `factor * x[i]` to every `y[i]`.
///
/// # Panics
///
/// When the lengths differ.
pub fn add_scaled(y: &mut [f64], factor: f64, x: &[f64]) {
    assert_eq!(x.len(), y.len(), "as many x as y");
    for (y, x) in y.iter_mut().zip(x) {
        *y += factor * x;
    }
}

/// Multiplies every value with `factor`.
pub fn scale(values: &mut [f64], factor: f64) {
    for value in values {
        *value *= factor;
    }
}

/// Turns two vectors in the plane that they span: `x` becomes `cosine x − sine y`, `y` becomes
/// `sine x + cosine y`.
///
/// # Panics
///
/// When the lengths differ.
pub fn rotate(x: &mut [f64], y: &mut [f64], cosine: f64, sine: f64) {
    assert_eq!(x.len(), y.len(), "as many x as y");
    for (x, y) in x.iter_mut().zip(y) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
}

#[cfg(test)]
mod tests {
    use super::{N_LANES, add_scaled, dot, rotate};

    fn values(n: usize, seed: usize) -> Vec<f64> {
        let value = |i: usize| ((i * 7919 + seed * 104_729) % 1000) as f64 / 37.0 - 11.0;
        (0..n).map(value).collect()
    }

    #[test]
    fn every_length_and_offset_is_as_the_plain_loop() {
        let (all_x, all_y) = (values(64, 1), values(64, 2));
        for offset in 0..N_LANES {
            for n in 0..=3 * N_LANES + 1 {
                let (x, y) = (&all_x[offset..offset + n], &all_y[offset..offset + n]);
                let plain: f64 = x.iter().zip(y).map(|(x, y)| x * y).sum();
                assert!((dot(x, y) - plain).abs() < 1e-10, "n = {n}");
                let mut sum = y.to_vec();
                add_scaled(&mut sum, 2.0, x);
                assert!((0..n).all(|i| sum[i] == y[i] + 2.0 * x[i]), "n = {n}");
            }
        }
    }

    #[test]
    fn a_quarter_turn_exchanges_two_vectors() {
        let (mut x, mut y) = (values(11, 1), values(11, 2));
        rotate(&mut x, &mut y, 0.0, 1.0);
        assert_eq!(y, values(11, 1));
        assert!(x.iter().zip(values(11, 2)).all(|(x, y)| *x == -y));
    }
}
