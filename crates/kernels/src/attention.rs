//! Inner loops of an encoder: exponentials for the softmax of attention, and normalized rows.
//!
//! As in [`crate::sums`], element `i` belongs to lane `i % 8` and the lanes are added in a fixed
//! tree: the same bits natively and in WebAssembly, and vector instructions without any `unsafe`.

const N_LANES: usize = 8;

/// Replaces each value by the exponential of its difference from the largest, and gives their sum.
///
/// Divided by it they are the softmax. Of each exponential the relative error is below 2⁻²²; below
/// e⁻⁸⁷ it is that number. Of no values the sum is 0.
///
/// ```
/// let mut row = [0.5, 0.5 + std::f32::consts::LN_2];
/// let sum = cuvette_kernels::attention::exponentials(&mut row);
/// assert!((row[0] / sum - 1.0 / 3.0).abs() < 1e-6);
/// ```
pub fn exponentials(row: &mut [f32]) -> f32 {
    let largest = largest(row);
    let (chunks, rest) = row.as_chunks_mut::<N_LANES>();
    let mut lanes = [0.0; N_LANES];
    for chunk in chunks {
        for lane in 0..N_LANES {
            chunk[lane] = exponential(chunk[lane] - largest);
            lanes[lane] += chunk[lane];
        }
    }
    for (lane, value) in lanes.iter_mut().zip(rest) {
        *value = exponential(*value - largest);
        *lane += *value;
    }
    add_lanes(lanes)
}

fn largest(row: &[f32]) -> f32 {
    let larger = |a: f32, b: f32| if a > b { a } else { b };
    let (chunks, rest) = row.as_chunks::<N_LANES>();
    let mut lanes = [f32::NEG_INFINITY; N_LANES];
    for chunk in chunks {
        for lane in 0..N_LANES {
            lanes[lane] = larger(chunk[lane], lanes[lane]);
        }
    }
    let all = lanes.iter().chain(rest);
    all.fold(f32::NEG_INFINITY, |a, &b| larger(a, b))
}

/// e to the power of `x`, from −87 to 0: x = k ln 2 + r, and a polynomial of r (Cephes, `expf`).
#[inline]
fn exponential(x: f32) -> f32 {
    /// Adding it leaves the nearest whole number in the last bits.
    const ROUNDING: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = if x > -87.0 { x } else { -87.0 };
    let shifted = x * std::f32::consts::LOG2_E + ROUNDING;
    let k = shifted - ROUNDING;
    let r = x - k * LN_2_HIGH - k * LN_2_LOW;
    let mut sum = 1.987_569_1e-4;
    for factor in [
        1.398_199_9e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        0.5,
    ] {
        sum = sum * r + factor;
    }
    let power = sum * r * r + r + 1.0;
    let exponent = shifted.to_bits().wrapping_sub(ROUNDING.to_bits());
    power * f32::from_bits(exponent.wrapping_add(127) << 23)
}

/// Shifts and scales a row to mean 0 and variance 1, then by the weights and biases of its cells:
/// (x − mean) / √(variance + ε) · weight + bias, the variance by the number of cells.
///
/// # Panics
///
/// When the lengths differ.
pub fn normalize(row: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    assert!(
        weight.len() == row.len() && bias.len() == row.len(),
        "a weight and a bias a cell"
    );
    let n = row.len().max(1) as f32;
    let mean = sum_of(row, |x| x) / n;
    let variance = sum_of(row, |x| (x - mean) * (x - mean)) / n;
    let factor = 1.0 / (variance + epsilon).sqrt();
    for ((x, weight), bias) in row.iter_mut().zip(weight).zip(bias) {
        *x = (*x - mean) * factor * weight + bias;
    }
}

#[inline]
fn sum_of(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (chunks, rest) = row.as_chunks::<N_LANES>();
    let mut lanes = [0.0; N_LANES];
    for chunk in chunks {
        for lane in 0..N_LANES {
            lanes[lane] += of(chunk[lane]);
        }
    }
    for (lane, x) in lanes.iter_mut().zip(rest) {
        *lane += of(*x);
    }
    add_lanes(lanes)
}

fn add_lanes([a, b, c, d, e, f, g, h]: [f32; N_LANES]) -> f32 {
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// Adds each value of `y` to that of `x` in its place.
///
/// # Panics
///
/// When the lengths differ.
pub fn add(x: &mut [f32], y: &[f32]) {
    assert_eq!(x.len(), y.len(), "as many x as y");
    for (x, y) in x.iter_mut().zip(y) {
        *x += y;
    }
}

/// Multiplies every value with `factor`.
pub fn scale(values: &mut [f32], factor: f32) {
    for value in values {
        *value *= factor;
    }
}

/// Replaces each x by x Φ(x), Φ being the distribution of the standard normal.
pub fn bend_by_error_function(values: &mut [f32]) {
    for value in values {
        let share = 0.5 * (1.0 + libm::erff(*value * std::f32::consts::FRAC_1_SQRT_2));
        *value *= share;
    }
}

#[cfg(test)]
mod tests {
    use super::{N_LANES, add, bend_by_error_function, exponential, exponentials, normalize};

    fn values(n: usize, seed: usize) -> Vec<f32> {
        let value = |i: usize| ((i * 7919 + seed * 104_729) % 1000) as f32 / 37.0 - 11.0;
        (0..n).map(value).collect()
    }

    #[test]
    fn exponentials_are_those_of_double_precision_to_the_last_bits() {
        for step in 0..=870_000 {
            let x = -(step as f32) / 10_000.0;
            let (found, expected) = (f64::from(exponential(x)), f64::from(x).exp());
            let error = (found / expected - 1.0).abs();
            assert!(error < 2.0_f64.powi(-22), "x = {x}: {found}, {expected}");
        }
        assert_eq!(exponential(0.0), 1.0);
        for x in [-88.0, -1e30, f32::NEG_INFINITY] {
            assert_eq!(exponential(x), exponential(-87.0));
        }
    }

    #[test]
    fn rows_of_every_length_are_as_by_the_plain_loop() {
        for n in 1..=3 * N_LANES + 1 {
            let row = values(n, 1);
            let (weight, bias) = (values(n, 2), values(n, 3));
            let largest = row.iter().copied().fold(f32::MIN, f32::max);
            let shares: Vec<f64> = row.iter().map(|x| f64::from(x - largest).exp()).collect();
            let mut found = row.clone();
            let sum = f64::from(exponentials(&mut found));
            assert!(
                (sum / shares.iter().sum::<f64>() - 1.0).abs() < 1e-6,
                "n = {n}"
            );

            let mean = row.iter().map(|&x| f64::from(x)).sum::<f64>() / n as f64;
            let squares = row.iter().map(|&x| (f64::from(x) - mean).powi(2));
            let variance = squares.sum::<f64>() / n as f64;
            let mut found = row.clone();
            normalize(&mut found, &weight, &bias, 1e-5);
            for i in 0..n {
                let scaled = (f64::from(row[i]) - mean) / (variance + 1e-5).sqrt();
                let expected = scaled * f64::from(weight[i]) + f64::from(bias[i]);
                assert!((f64::from(found[i]) - expected).abs() < 1e-4, "n = {n}");
            }
        }
        assert_eq!(exponentials(&mut []), 0.0);
    }

    #[test]
    fn sums_and_bends_are_those_of_their_cells() {
        let mut x = [1.0, 2.0];
        add(&mut x, &[0.5, -2.0]);
        assert_eq!(x, [1.5, 0.0]);
        // Φ(1) = 0.8413447460685429.
        let mut bent = [1.0, 0.0, -20.0];
        bend_by_error_function(&mut bent);
        assert!((bent[0] - 0.841_344_7).abs() < 1e-6 && bent[1] == 0.0);
        assert!(bent[2].abs() < 1e-6);
    }
}
