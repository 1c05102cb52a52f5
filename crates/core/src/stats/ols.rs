//! The straight line through points, by ordinary least squares.

/// A fitted line `y = intercept + slope x`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Change of y for one unit of x.
    pub slope: f64,
    /// y at x = 0.
    pub intercept: f64,
    /// Share of the variance of y that the line explains: the squared correlation.
    pub r_squared: f64,
    /// Number of points with both coordinates.
    pub n: usize,
}

/// Fits a line to the points `(x[i], y[i])`, minimizing the squared vertical distances.
///
/// ```text
/// slope = Σ (x − x̄)(y − ȳ) / Σ (x − x̄)²,  intercept = ȳ − slope x̄,  r² = Sxy² / (Sxx Syy)
/// ```
///
/// # Missing values
///
/// A point without x or y is passed over.
///
/// # Errors
///
/// None: the numbers that are undefined are NaN, all of them where fewer than two points are left
/// or x does not vary, r² where y does not vary.
///
/// # References
///
/// Agrees with `scipy.stats.linregress` (which gives r = 0 where y does not vary) and R `lm`.
///
/// # Examples
///
/// ```
/// use cuvette_core::stats::ols::fit_line;
///
/// let line = fit_line(&[0.0, 1.0, 2.0], &[1.0, 3.0, 5.0]);
/// assert_eq!((line.slope, line.intercept, line.r_squared), (2.0, 1.0, 1.0));
/// ```
///
/// # Panics
///
/// When the lengths differ.
pub fn fit_line(x: &[f64], y: &[f64]) -> Line {
    assert_eq!(x.len(), y.len(), "as many x as y");
    let points: Vec<(f64, f64)> = x
        .iter()
        .copied()
        .zip(y.iter().copied())
        .filter(|(x, y)| !x.is_nan() && !y.is_nan())
        .collect();
    let n = points.len();
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / n as f64;
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / n as f64;
    let varies = |of: fn(&(f64, f64)) -> f64| points.iter().any(|p| of(p) != of(&points[0]));
    if !varies(|p| p.0) {
        return Line {
            slope: f64::NAN,
            intercept: f64::NAN,
            r_squared: f64::NAN,
            n,
        };
    }
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in &points {
        let (dx, dy) = (x - mean_x, y - mean_y);
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    let slope = xy / xx;
    Line {
        slope,
        intercept: mean_y - slope * mean_x,
        r_squared: if varies(|p| p.1) {
            (xy / xx * xy / yy).min(1.0)
        } else {
            f64::NAN
        },
        n,
    }
}

#[cfg(test)]
mod tests {
    use super::fit_line;

    #[test]
    fn points_without_a_coordinate_are_passed_over() {
        let nan = f64::NAN;
        let line = fit_line(&[0.0, nan, 1.0, 5.0], &[1.0, 9.0, 2.0, nan]);
        assert_eq!((line.slope, line.intercept, line.n), (1.0, 1.0, 2));
    }

    #[test]
    fn a_line_needs_two_points_and_an_x_that_varies() {
        assert!(fit_line(&[], &[]).slope.is_nan());
        assert!(fit_line(&[1.0], &[1.0]).slope.is_nan());
        assert!(fit_line(&[0.1, 0.1, 0.1], &[1.0, 2.0, 3.0]).slope.is_nan());
    }

    #[test]
    fn a_y_that_does_not_vary_has_a_flat_line_and_no_r_squared() {
        let line = fit_line(&[1.0, 2.0, 3.0], &[0.5, 0.5, 0.5]);
        assert_eq!((line.slope, line.intercept), (0.0, 0.5));
        assert!(line.r_squared.is_nan());
    }
}
