//! Many inner products of long vectors at once: the work in an all-pairs correlation.
//!
//! How this works: eight products (four vectors with two) share their loads. Each is accumulated
//! in four lanes of `f32`, element `k` in lane `k % 4`, and the lanes are added in `f64`. So call
//! it on pieces of some hundred elements and sum the pieces in `f64`: the rounding of `f32` then
//! does not grow with the length of the vectors. The order of additions is fixed, and so are the
//! bits of the result, natively and in WebAssembly.

/// Vectors on the left of a tile of products.
pub const TILE_ROWS: usize = 4;

/// Vectors on the right of a tile of products.
pub const TILE_COLUMNS: usize = 2;

const N_LANES: usize = 4;

/// Inner products of each left with each right vector.
pub type Tile = [[f64; TILE_COLUMNS]; TILE_ROWS];

/// The inner products of each vector of `left` with each of `right`.
///
/// # Panics
///
/// When the lengths differ.
///
/// ```
/// use cuvette_kernels::products::dot_tile;
///
/// let tile = dot_tile([&[1.0, 2.0], &[0.0, 1.0], &[3.0, 0.0], &[0.0, 0.0]], [&[1.0, 1.0], &[2.0, 0.5]]);
/// assert_eq!(tile, [[3.0, 3.0], [1.0, 0.5], [3.0, 6.0], [0.0, 0.0]]);
/// ```
pub fn dot_tile(left: [&[f32]; TILE_ROWS], right: [&[f32]; TILE_COLUMNS]) -> Tile {
    let n = left[0].len();
    assert!(
        left.iter().chain(&right).all(|vector| vector.len() == n),
        "vectors of one length"
    );
    let n_whole = n - n % N_LANES;
    let mut lanes = [[[0.0; N_LANES]; TILE_COLUMNS]; TILE_ROWS];
    add_products(
        left.map(|vector| &vector[..n_whole]),
        right.map(|vector| &vector[..n_whole]),
        &mut lanes,
    );
    for (x, lanes) in left.iter().zip(&mut lanes) {
        for (y, lanes) in right.iter().zip(lanes) {
            let rest = x[n_whole..].iter().zip(&y[n_whole..]);
            for (lane, (x, y)) in lanes.iter_mut().zip(rest) {
                *lane += x * y;
            }
        }
    }
    lanes.map(|row| row.map(add_lanes))
}

/// Adds the products of whole vectors of lanes.
///
/// Kept apart from the sum over the lanes: seeing both, the compiler gathers lanes of different
/// products into one vector, and the loop takes three times as long.
#[inline(never)]
fn add_products(
    left: [&[f32]; TILE_ROWS],
    right: [&[f32]; TILE_COLUMNS],
    sums: &mut [[[f32; N_LANES]; TILE_COLUMNS]; TILE_ROWS],
) {
    let left = left.map(|vector| vector.as_chunks::<N_LANES>().0);
    let right = right.map(|vector| vector.as_chunks::<N_LANES>().0);
    let n_chunks = left[0].len();
    let (left, right) = (left.map(|x| &x[..n_chunks]), right.map(|y| &y[..n_chunks]));
    let mut lanes = *sums;
    for chunk in 0..n_chunks {
        let y = right.map(|chunks| chunks[chunk]);
        for (row, lanes) in lanes.iter_mut().enumerate() {
            let x = left[row][chunk];
            for (y, lanes) in y.iter().zip(lanes) {
                for lane in 0..N_LANES {
                    lanes[lane] += x[lane] * y[lane];
                }
            }
        }
    }
    *sums = lanes;
}

fn add_lanes(lanes: [f32; N_LANES]) -> f64 {
    let [a, b, c, d] = lanes.map(f64::from);
    (a + c) + (b + d)
}

#[cfg(test)]
mod tests {
    use super::{N_LANES, dot_tile};
    use crate::reference;

    /// Relative to the product of the norms: rounding of `f32` in some ten additions.
    const MAX_RELATIVE_ERROR: f64 = 1e-6;

    #[test]
    fn every_length_and_offset_multiplies_like_the_reference() {
        let all: Vec<f32> = (0..400_u32)
            .map(|i| (i * 7919 % 101) as f32 / 7.0 - 6.0)
            .collect();
        for offset in 0..N_LANES {
            for n in 0..=3 * N_LANES + 1 {
                let vector = |k: usize| &all[offset + 50 * k..][..n];
                let (left, right) = ([0, 1, 2, 3].map(vector), [4, 5].map(vector));
                let tile = dot_tile(left, right);
                for (x, row) in left.iter().zip(tile) {
                    for (y, found) in right.iter().zip(row) {
                        let scale = (reference::dot(x, x) * reference::dot(y, y)).sqrt();
                        let difference = (found - reference::dot(x, y)).abs();
                        assert!(difference <= MAX_RELATIVE_ERROR * scale, "n = {n}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_missing_value_makes_its_own_products_missing() {
        let (ones, mut gap) = ([1.0; 9], [1.0; 9]);
        gap[8] = f32::NAN;
        let tile = dot_tile([&ones, &gap, &ones, &ones], [&ones, &ones]);
        assert_eq!(tile[0], [9.0, 9.0]);
        assert!(tile[1].iter().all(|product| product.is_nan()));
    }
}
