//! Smooth densities of one-dimensional values.

use super::quantile::{quantile_of_sorted, sorted_present};

/// Density points are computed on a grid this many times finer than what is given, so that putting
/// values onto the grid costs no visible accuracy.
const FINER: usize = 4;
/// Bandwidths past the smallest and the largest value that the density covers.
const CUT: f64 = 3.0;
/// Bandwidths beyond which the kernel is taken as zero; it is 1e-14 of its peak there.
const REACH: f64 = 8.0;

/// A density at points with equal steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Density {
    /// First place.
    pub start: f64,
    /// From one place to the next.
    pub step: f64,
    /// Density at each place; its integral is 1.
    pub values: Vec<f64>,
    /// Standard deviation of the kernel.
    pub bandwidth: f64,
}

impl Density {
    /// Places and densities, from left to right.
    pub fn points(&self) -> impl Iterator<Item = [f64; 2]> {
        let place = |at: usize| self.start + at as f64 * self.step;
        let values = self.values.iter().enumerate();
        values.map(move |(at, &value)| [place(at), value])
    }
}

/// Silverman's rule of thumb for the bandwidth of a Gaussian kernel, of values in ascending order.
///
/// ```text
/// h = 0.9 min(s, IQR / 1.34) n^(−1/5)
/// ```
///
/// Where the quartiles agree, `s` alone; where all values agree, |x₁|, or 1 at zero, in place of
/// `s`. NaN of fewer than two values.
///
/// # References
///
/// Silverman 1986, eq. 3.31. Agrees with R `bw.nrd0`.
pub fn bandwidth(sorted: &[f64]) -> f64 {
    let n = sorted.len() as f64;
    if n < 2.0 {
        return f64::NAN;
    }
    let mean = sorted.iter().sum::<f64>() / n;
    let squares: f64 = sorted.iter().map(|value| (value - mean).powi(2)).sum();
    let deviation = (squares / (n - 1.0)).sqrt();
    let range = quantile_of_sorted(sorted, 0.75) - quantile_of_sorted(sorted, 0.25);
    let first = sorted.first().map_or(0.0, |value| value.abs());
    let spread = [deviation.min(range / 1.34), deviation, first, 1.0];
    let spread = spread.into_iter().find(|&spread| spread > 0.0);
    0.9 * spread.unwrap_or(1.0) * n.powf(-0.2)
}

/// The Gaussian kernel density of the finite values at `n_points` places, from three bandwidths
/// below the smallest to three above the largest. `None` of fewer than two values or points.
///
/// ```text
/// f(x) = 1 / (n h) Σ φ((x − xᵢ) / h)
/// ```
///
/// # Complexity
///
/// O(n log n) in the values: they are shared out to the two nearest places of a grid four times as
/// fine, which widens the kernel by less than one part in a thousand where there are 512 points.
///
/// # References
///
/// Places and bandwidth are those of R `density(x, bw = "nrd0", n = n_points)`; densities agree
/// with the sum above, which R's own grid approximates less closely.
///
/// # Examples
///
/// ```
/// use cuvette_core::stats::density::density;
///
/// let found = density(&[1.0, 2.0, 2.0, 3.0], 512).expect("four values");
/// let area: f64 = found.values.iter().map(|value| value * found.step).sum();
/// assert!((area - 1.0).abs() < 0.01);
/// ```
pub fn density(values: &[f64], n_points: usize) -> Option<Density> {
    let sorted = sorted_present(values.iter().copied().filter(|value| value.is_finite()));
    let bandwidth = bandwidth(&sorted);
    let (&low, &high) = (sorted.first()?, sorted.last()?);
    if n_points < 2 || !bandwidth.is_finite() {
        return None;
    }
    let start = low - CUT * bandwidth;
    let step = (high + CUT * bandwidth - start) / (n_points - 1) as f64;
    let fine_step = step / FINER as f64;
    let shares = shared_out(&sorted, start, fine_step, FINER * (n_points - 1) + 1);
    let reach = ((REACH * bandwidth / fine_step) as usize).min(shares.len());
    let kernel: Vec<f64> = (0..=reach)
        .map(|lag| {
            let away = lag as f64 * fine_step / bandwidth;
            (-away * away / 2.0).exp()
        })
        .collect();
    let scale = 1.0 / (sorted.len() as f64 * bandwidth * (2.0 * std::f64::consts::PI).sqrt());
    let at = |place: usize| {
        let (first, end) = (
            place.saturating_sub(reach),
            (place + reach + 1).min(shares.len()),
        );
        // INVARIANT: `first..end` lies within the grid and within `reach` of `place`.
        let near = shares[first..end].iter().enumerate();
        let sum: f64 = near
            .map(|(offset, share)| share * kernel[(first + offset).abs_diff(place)])
            .sum();
        scale * sum
    };
    Some(Density {
        start,
        step,
        values: (0..n_points).map(|point| at(FINER * point)).collect(),
        bandwidth,
    })
}

/// How many values fall to each place of a grid, each shared by its two neighbors by nearness.
fn shared_out(values: &[f64], start: f64, step: f64, n_places: usize) -> Vec<f64> {
    let mut shares = vec![0.0; n_places];
    for value in values {
        let place = ((value - start) / step).max(0.0);
        let below = (place as usize).min(n_places.saturating_sub(2));
        let part = place - below as f64;
        // INVARIANT: a density has at least two points, so that both neighbors exist.
        shares[below] += 1.0 - part;
        shares[below + 1] += part;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn too_few_values_have_no_density() {
        assert_eq!(density(&[], 512), None);
        assert_eq!(density(&[1.0, f64::NAN, f64::INFINITY], 512), None);
        assert_eq!(density(&[1.0, 2.0], 1), None);
    }

    #[test]
    fn equal_values_have_a_narrow_density_around_them() {
        for value in [0.0, 5.0] {
            let found = density(&[value; 10], 64).unwrap();
            let (highest, _) =
                found.points().fold(
                    (f64::NAN, 0.0),
                    |(at, most), [x, y]| {
                        if y > most { (x, y) } else { (at, most) }
                    },
                );
            assert!((highest - value).abs() <= found.step);
        }
    }

    proptest! {
        #[test]
        fn a_density_is_never_negative_and_its_area_is_one(
            values in proptest::collection::vec(-50.0_f64..50.0, 2..200),
        ) {
            let found = density(&values, 512).unwrap();
            prop_assert!(found.values.iter().all(|&value| value >= 0.0));
            let area: f64 = found.values.iter().map(|value| value * found.step).sum();
            prop_assert!((area - 1.0).abs() < 0.02, "{area}");
        }

        #[test]
        fn a_shift_moves_the_density_and_nothing_else(
            values in proptest::collection::vec(-5.0_f64..5.0, 3..50), shift in -3.0_f64..3.0,
        ) {
            prop_assume!(values.iter().any(|value| (value - values[0]).abs() > 0.1));
            let shifted: Vec<f64> = values.iter().map(|value| value + shift).collect();
            let (a, b) = (density(&values, 64).unwrap(), density(&shifted, 64).unwrap());
            let most = a.values.iter().copied().fold(0.0, f64::max);
            for (a, b) in a.values.iter().zip(&b.values) {
                prop_assert!((a - b).abs() < 1e-9 * most);
            }
        }
    }
}
