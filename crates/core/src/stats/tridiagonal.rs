//! Eigenvalues and eigenvectors of a symmetric tridiagonal matrix.

use cuvette_kernels::vectors::rotate;

use crate::{context::Context, error::AnalysisError};

/// Steps per eigenvalue; two are usual, and thirty the bound of EISPACK.
const MAX_STEPS: usize = 60;

/// Turns a tridiagonal matrix into its eigenvalues by QL steps with implicit shifts (`imtql2` of
/// EISPACK; Dubrulle 1970, <https://doi.org/10.1007/BF02219774>).
///
/// `diagonal` becomes the eigenvalues, in no order; `beside[i]` stands between `i` and `i + 1`, the
/// last one is 0, and all are used up. Every turn is done to the rows of `vectors` too: starting from the identity, row
/// `i` becomes the eigenvector of value `i`; starting from its last column, the last entry of it.
///
/// # Errors
///
/// [`AnalysisError::NotConverged`], only seen with values that are not finite, and
/// [`AnalysisError::Cancelled`].
pub(super) fn diagonalize(
    diagonal: &mut [f64],
    beside: &mut [f64],
    vectors: &mut [Vec<f64>],
    context: &Context,
) -> Result<(), AnalysisError> {
    let n = diagonal.len();
    for first in 0..n {
        context.check_cancelled()?;
        for step in 0.. {
            let last = end_of_block(diagonal, beside, first);
            if last == first {
                break;
            }
            if step == MAX_STEPS {
                return Err(AnalysisError::NotConverged {
                    iterations: MAX_STEPS,
                    residual: beside[first].abs(),
                });
            }
            ql_step(diagonal, beside, vectors, first, last);
        }
    }
    Ok(())
}

/// The first place from `first` on whose neighbor below counts for nothing.
fn end_of_block(diagonal: &[f64], beside: &[f64], first: usize) -> usize {
    let is_end = |&at: &usize| {
        let size = diagonal[at].abs() + diagonal[at + 1].abs();
        beside[at].abs() <= f64::EPSILON * size
    };
    let last = diagonal.len() - 1;
    (first..last).find(is_end).unwrap_or(last)
}

/// One step over the block from `first` to `last`, shifted towards an eigenvalue at `first`.
fn ql_step(
    diagonal: &mut [f64],
    beside: &mut [f64],
    vectors: &mut [Vec<f64>],
    first: usize,
    last: usize,
) {
    let mut g = (diagonal[first + 1] - diagonal[first]) / (2.0 * beside[first]);
    let r = length(g, 1.0);
    g = diagonal[last] - diagonal[first] + beside[first] / (g + r.copysign(g));
    let (mut sine, mut cosine, mut p) = (1.0, 1.0, 0.0);
    for i in (first..last).rev() {
        let (f, b) = (sine * beside[i], cosine * beside[i]);
        let r = length(f, g);
        beside[i + 1] = r;
        if r == 0.0 {
            // The block falls apart here.
            diagonal[i + 1] -= p;
            beside[last] = 0.0;
            return;
        }
        (sine, cosine) = (f / r, g / r);
        g = diagonal[i + 1] - p;
        let r = (diagonal[i] - g) * sine + 2.0 * cosine * b;
        p = sine * r;
        diagonal[i + 1] = g + p;
        g = cosine * r - b;
        let (above, below) = vectors.split_at_mut(i + 1);
        if let (Some(above), Some(below)) = (above.last_mut(), below.first_mut()) {
            rotate(above, below, cosine, sine);
        }
    }
    diagonal[first] -= p;
    beside[first] = g;
    beside[last] = 0.0;
}

fn length(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}
