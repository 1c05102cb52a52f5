//! Inner loops of low-dimensional maps: distances, repulsion in the plane, and steps of UMAP.
//!
//! As in [`crate::sums`] the order of additions is fixed by the lengths alone, and what is not an
//! IEEE operation comes from `libm`: the same bits natively and in WebAssembly.

mod quadtree;
mod steps;

pub use quadtree::Quadtree;
pub use steps::{Curve, Edge, step_edges};

const N_LANES: usize = 4;

/// What all other points do to one: the sum of 1 / (1 + d²), and the sums of (x − x′) / (1 + d²)²
/// and of the same along y.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Repulsion {
    /// Sum of 1 / (1 + d²) over the others.
    pub weight: f64,
    /// Sum of (x − x′) / (1 + d²)².
    pub x: f64,
    /// Sum of (y − y′) / (1 + d²)².
    pub y: f64,
}

/// The squared Euclidean distance of two points.
///
/// # Panics
///
/// When the lengths differ.
///
/// ```
/// assert_eq!(cuvette_kernels::embedding::squared_distance(&[0.0, 1.0], &[3.0, 5.0]), 25.0);
/// ```
pub fn squared_distance(x: &[f32], y: &[f32]) -> f32 {
    assert_eq!(x.len(), y.len(), "points of one space");
    let mut lanes = [0.0; N_LANES];
    let (x_chunks, x_rest) = x.as_chunks::<N_LANES>();
    let (y_chunks, y_rest) = y.as_chunks::<N_LANES>();
    for (x, y) in x_chunks.iter().zip(y_chunks) {
        for lane in 0..N_LANES {
            let difference = x[lane] - y[lane];
            lanes[lane] += difference * difference;
        }
    }
    for (lane, (x, y)) in lanes.iter_mut().zip(x_rest.iter().zip(y_rest)) {
        *lane += (x - y) * (x - y);
    }
    (lanes[0] + lanes[2]) + (lanes[1] + lanes[3])
}

/// What all points do to the point at `at`, itself left out.
///
/// # Panics
///
/// When there are not as many `xs` as `ys`, or no point `at`.
pub fn repulsion(xs: &[f32], ys: &[f32], at: usize) -> Repulsion {
    assert_eq!(xs.len(), ys.len(), "as many x as y");
    let (x, y) = (xs[at], ys[at]);
    let mut weights = [0.0_f32; N_LANES];
    let (mut along_x, mut along_y) = (weights, weights);
    let mut add = |lane: usize, other_x: f32, other_y: f32| {
        let (dx, dy) = (x - other_x, y - other_y);
        let weight = 1.0 / (1.0 + dx * dx + dy * dy);
        let square = weight * weight;
        weights[lane] += weight;
        along_x[lane] += square * dx;
        along_y[lane] += square * dy;
    };
    let (x_chunks, x_rest) = xs.as_chunks::<N_LANES>();
    let (y_chunks, y_rest) = ys.as_chunks::<N_LANES>();
    for (xs, ys) in x_chunks.iter().zip(y_chunks) {
        for lane in 0..N_LANES {
            add(lane, xs[lane], ys[lane]);
        }
    }
    for (lane, (x, y)) in x_rest.iter().zip(y_rest).enumerate() {
        add(lane, *x, *y);
    }
    let sum = |lanes: [f32; N_LANES]| {
        let [a, b, c, d] = lanes.map(f64::from);
        (a + c) + (b + d)
    };
    Repulsion {
        // The point itself is at distance 0.
        weight: sum(weights) - 1.0,
        x: sum(along_x),
        y: sum(along_y),
    }
}

#[cfg(test)]
mod tests {
    use super::{Quadtree, Repulsion, repulsion, squared_distance};

    fn points(n: usize) -> (Vec<f32>, Vec<f32>) {
        let value = |i: usize, by: usize| ((i * by) % 1009) as f32 / 50.0 - 10.0;
        (
            (0..n).map(|i| value(i, 7919)).collect(),
            (0..n).map(|i| value(i, 6007)).collect(),
        )
    }

    fn plain(xs: &[f32], ys: &[f32], at: usize) -> Repulsion {
        let mut sum = Repulsion::default();
        for other in (0..xs.len()).filter(|&other| other != at) {
            let [dx, dy] = [xs, ys].map(|of| f64::from(of[at]) - f64::from(of[other]));
            let weight = 1.0 / (1.0 + dx * dx + dy * dy);
            sum.weight += weight;
            sum.x += weight * weight * dx;
            sum.y += weight * weight * dy;
        }
        sum
    }

    fn check(found: Repulsion, expected: Repulsion, relative: f64) {
        let allowed = relative * (expected.weight + 1e-3);
        for (found, expected) in [
            (found.weight, expected.weight),
            (found.x, expected.x),
            (found.y, expected.y),
        ] {
            assert!((found - expected).abs() <= allowed, "{found}, {expected}");
        }
    }

    #[test]
    fn distances_of_every_length_are_those_of_the_plain_loop() {
        let (xs, ys) = points(40);
        for n in 0..=3 * super::N_LANES + 1 {
            let plain: f32 = xs[..n]
                .iter()
                .zip(&ys)
                .map(|(x, y)| (x - y) * (x - y))
                .sum();
            let found = squared_distance(&xs[..n], &ys[..n]);
            assert!((found - plain).abs() <= 1e-5 * plain);
        }
    }

    #[test]
    fn every_point_is_repelled_by_all_others() {
        for n in [1, 2, 5, 8, 333] {
            let (xs, ys) = points(n);
            for at in 0..n {
                check(repulsion(&xs, &ys, at), plain(&xs, &ys, at), 1e-5);
            }
        }
    }

    #[test]
    fn a_tree_repels_nearly_as_all_points_do() {
        for n in [1, 2, 9, 700] {
            let (xs, ys) = points(n);
            let tree = Quadtree::new(&xs, &ys);
            for at in 0..n {
                check(
                    tree.repulsion(xs[at], ys[at], 0.5),
                    plain(&xs, &ys, at),
                    0.02,
                );
                check(
                    tree.repulsion(xs[at], ys[at], 0.0),
                    plain(&xs, &ys, at),
                    1e-4,
                );
            }
        }
    }

    #[test]
    fn points_in_one_place_repel_each_other_nowhere() {
        let (xs, ys) = (vec![2.0; 5], vec![-1.0; 5]);
        let expected = Repulsion {
            weight: 4.0,
            x: 0.0,
            y: 0.0,
        };
        assert_eq!(repulsion(&xs, &ys, 3), expected);
        assert_eq!(Quadtree::new(&xs, &ys).repulsion(2.0, -1.0, 0.5), expected);
    }
}
