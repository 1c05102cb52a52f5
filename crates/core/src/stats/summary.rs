//! Number, mean, spread and quartiles of a set of values.

use super::quantile::{quantile_of_sorted, sorted_present};

/// What a column of a report says of a set of values; each number is NaN where too few values
/// are present.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Number of values that are not missing.
    pub n: usize,
    /// Arithmetic mean.
    pub mean: f64,
    /// Sample standard deviation, with n − 1; NaN below two values.
    pub sd: f64,
    /// Smallest value.
    pub min: f64,
    /// First quartile, type 7.
    pub q1: f64,
    /// Median.
    pub median: f64,
    /// Third quartile, type 7.
    pub q3: f64,
    /// Largest value.
    pub max: f64,
}

/// Summarizes the values that are not missing.
///
/// Agrees with `pandas.Series.describe()`, that is `mean()`, `std()` (n − 1) and `quantile()`
/// (linear).
///
/// ```
/// use cuvette_core::stats::summary::summarize;
///
/// let summary = summarize(&[2.0, f64::NAN, 4.0, 9.0]);
/// assert_eq!((summary.n, summary.mean, summary.median), (3, 5.0, 4.0));
/// ```
pub fn summarize(values: &[f64]) -> Summary {
    summary_of_sorted(&sorted_present(values.iter().copied()))
}

/// As [`summarize`], of stored values.
pub fn summarize_f32(values: &[f32]) -> Summary {
    summary_of_sorted(&sorted_present(values.iter().map(|&v| f64::from(v))))
}

fn summary_of_sorted(sorted: &[f64]) -> Summary {
    let n = sorted.len();
    let mean = sorted.iter().sum::<f64>() / n as f64;
    let quantile = |probability| quantile_of_sorted(sorted, probability);
    let (min, max) = (quantile(0.0), quantile(1.0));
    let sd = match n {
        0 | 1 => f64::NAN,
        _ if min == max => 0.0,
        _ => {
            let squares: f64 = sorted.iter().map(|value| (value - mean).powi(2)).sum();
            (squares / (n - 1) as f64).sqrt()
        }
    };
    Summary {
        n,
        mean: if n == 0 { f64::NAN } else { mean },
        sd,
        min,
        q1: quantile(0.25),
        median: quantile(0.5),
        q3: quantile(0.75),
        max,
    }
}

#[cfg(test)]
mod tests {
    use super::summarize;

    #[test]
    fn few_values_are_summarized_as_far_as_they_go() {
        let none = summarize(&[f64::NAN]);
        assert_eq!(none.n, 0);
        assert!(none.mean.is_nan() && none.median.is_nan() && none.max.is_nan());
        let one = summarize(&[3.0]);
        assert_eq!((one.mean, one.q1, one.max), (3.0, 3.0, 3.0));
        assert!(one.sd.is_nan());
    }
}
