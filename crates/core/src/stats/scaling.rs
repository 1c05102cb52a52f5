//! Classical multidimensional scaling: points in few dimensions with nearly the given distances.

use super::{
    eigen::{Symmetric, largest_eigenpairs},
    principal::sign_of_largest,
};
use crate::{context::Context, error::AnalysisError, parallel};
use cuvette_kernels::vectors::scale;

/// A dimension below this share of the first is what rounding left.
const MIN_SHARE: f64 = 1e-7;

/// Coordinates of points.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaling {
    /// One vector per dimension: the coordinate of each point; the largest one is positive.
    pub coordinates: Vec<Vec<f64>>,
    /// The eigenvalue of each dimension: the sum of its squared coordinates.
    pub eigenvalues: Vec<f64>,
    /// The sum of all eigenvalues, negative ones included.
    pub total: f64,
}

/// Scales `distances`, symmetric with zeros on the diagonal, to at most `n_dimensions`; to fewer
/// where there are not as many positive eigenvalues.
///
/// # Errors
///
/// [`AnalysisError::NotConverged`] with distances that are not finite, and
/// [`AnalysisError::Cancelled`].
///
/// # References
///
/// Agrees with R `cmdscale` (Torgerson 1952, <https://doi.org/10.1007/BF02288916>; Gower 1966,
/// <https://doi.org/10.1093/biomet/53.3-4.325>), signs aside: the largest coordinate of each
/// dimension is positive, of equal ones the first.
pub fn classical_scaling(
    n_points: usize,
    distance: impl Fn(usize, usize) -> f64 + Sync,
    n_dimensions: usize,
    context: &Context,
) -> Result<Scaling, AnalysisError> {
    let n = n_points;
    let mut cells = vec![0.0; n * n];
    parallel::for_each_chunk(&mut cells, n, &|i, row| {
        for (j, cell) in row.iter_mut().enumerate() {
            *cell = distance(i, j).powi(2);
        }
    });
    let means = cells
        .chunks_exact(n.max(1))
        .map(|row| row.iter().sum::<f64>() / n as f64);
    let means: Vec<f64> = means.collect();
    let mean = means.iter().sum::<f64>() / n as f64;
    context.check_cancelled()?;
    parallel::for_each_chunk(&mut cells, n, &|i, row| {
        for (cell, of_column) in row.iter_mut().zip(&means) {
            *cell = -0.5 * (*cell - means[i] - of_column + mean);
        }
    });
    let products = Symmetric::from_rows(n, cells);
    let total = products.trace();
    let mut found = largest_eigenpairs(&products, n_dimensions, context)?;
    let first = found.values.first().copied().unwrap_or(0.0);
    let is_real = |&&value: &&f64| value > MIN_SHARE * first;
    let eigenvalues: Vec<f64> = found.values.iter().take_while(is_real).copied().collect();
    found.vectors.truncate(eigenvalues.len());
    for (vector, value) in found.vectors.iter_mut().zip(&eigenvalues) {
        let length = value.sqrt() * sign_of_largest(vector);
        scale(vector, length);
    }
    Ok(Scaling {
        coordinates: found.vectors,
        eigenvalues,
        total,
    })
}

#[cfg(test)]
mod tests {
    use super::classical_scaling;
    use crate::context::quietly;

    #[test]
    fn points_of_a_plane_are_found_again_up_to_turns() {
        let points = [[0.0, 0.0], [3.0, 0.0], [0.0, 4.0], [3.0, 4.0], [1.0, 9.0]];
        let between = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
        let distance = |i: usize, j: usize| between(points[i], points[j]);
        let found = quietly(|context| classical_scaling(5, distance, 4, context)).unwrap();
        assert_eq!(found.eigenvalues.len(), 2);
        let [x, y] = [&found.coordinates[0], &found.coordinates[1]];
        for i in 0..5 {
            for j in 0..5 {
                let again = between([x[i], y[i]], [x[j], y[j]]);
                assert!((again - distance(i, j)).abs() < 1e-12);
            }
        }
        assert!((found.eigenvalues.iter().sum::<f64>() - found.total).abs() < 1e-9);
    }

    #[test]
    fn equal_points_have_no_dimension() {
        for n in [0, 1, 3] {
            let found = quietly(|context| classical_scaling(n, |_, _| 0.0, 2, context)).unwrap();
            assert!(found.eigenvalues.is_empty());
        }
    }
}
