//! Distances of every two rows of a matrix, of pairs `i < j`, row by row.

use crate::{
    context::Context,
    error::AnalysisError,
    matrix::Matrix,
    parallel,
    stats::{correlation::CorrelationMethod, correlation_matrix::correlation_matrix},
};

/// Sums that run beside each other, so that they need not wait for one another.
const LANES: usize = 8;

/// 1 − r of every two columns; NaN where r does not exist.
///
/// # Complexity
///
/// As [`correlation_matrix`].
pub fn one_minus_r(columns: &Matrix, context: &Context) -> Result<Vec<f64>, AnalysisError> {
    let r = correlation_matrix(columns, CorrelationMethod::Pearson, context)?;
    let n = columns.n_columns();
    let of_pair = |i: usize| (i + 1..n).map(move |j| (i, j));
    Ok((0..n)
        .flat_map(of_pair)
        .map(|(i, j)| (1.0 - f64::from(r.get(i, j))).max(0.0))
        .collect())
}

/// The Euclidean distance of every two rows, in `f64`.
///
/// # Missing values
///
/// Left out pair by pair, and the sum of squares taken up by the share that is left, as R `dist`
/// does; NaN where no column has both.
pub fn euclidean(rows: &Matrix, context: &Context) -> Result<Vec<f64>, AnalysisError> {
    let n = rows.n_rows();
    let lines = parallel::try_map(n, &|i| {
        context.check_cancelled()?;
        let line = (i + 1..n).map(|j| distance(rows.row(i), rows.row(j)));
        Ok::<Vec<f64>, AnalysisError>(line.collect())
    })?;
    Ok(lines.concat())
}

fn distance(a: &[f32], b: &[f32]) -> f64 {
    let mut sums = [0.0_f64; LANES];
    let ((a_blocks, a_rest), (b_blocks, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for lane in 0..LANES {
            let difference = f64::from(a[lane]) - f64::from(b[lane]);
            sums[lane] += difference * difference;
        }
    }
    let rest = a_rest.iter().zip(b_rest);
    let rest: f64 = rest
        .map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2))
        .sum();
    let sum = sums.iter().sum::<f64>() + rest;
    if sum.is_nan() {
        distance_of_present(a, b)
    } else {
        sum.sqrt()
    }
}

fn distance_of_present(a: &[f32], b: &[f32]) -> f64 {
    let both = a.iter().zip(b).filter(|(a, b)| !a.is_nan() && !b.is_nan());
    let (n, sum) = both.fold((0_usize, 0.0), |(n, sum), (a, b)| {
        (n + 1, sum + (f64::from(*a) - f64::from(*b)).powi(2))
    });
    if n == 0 {
        f64::NAN
    } else {
        (sum * a.len() as f64 / n as f64).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::quietly;

    fn check(rows: &[&[f32]], expected: &[f64]) {
        let n_columns = rows.first().map_or(0, |row| row.len());
        let matrix = Matrix::from_rows(rows.len(), n_columns, rows.concat());
        let found = quietly(|context| euclidean(&matrix, context)).unwrap();
        for (found, expected) in found.iter().zip(expected) {
            let is_equal = (found - expected).abs() < 1e-12;
            assert!(is_equal || found.is_nan() && expected.is_nan(), "{found}");
        }
        assert_eq!(found.len(), expected.len());
    }

    #[test]
    fn distances_are_those_of_r_with_gaps_too() {
        // R: dist(rbind(c(0, 0, 0), c(3, 4, 0), c(NA, 4, 1), NA))
        let nan = f32::NAN;
        check(
            &[&[0.0; 3], &[3.0, 4.0, 0.0], &[nan, 4.0, 1.0], &[nan; 3]],
            &[
                5.0,
                25.5_f64.sqrt(),
                f64::NAN,
                1.5_f64.sqrt(),
                f64::NAN,
                f64::NAN,
            ],
        );
        check(&[], &[]);
        check(&[&[1.0]], &[]);
    }

    #[test]
    fn long_rows_are_summed_whole() {
        check(&[&[1.0; 19], &[0.0; 19]], &[19.0_f64.sqrt()]);
    }
}
