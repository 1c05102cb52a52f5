//! Steps of UMAP's descent: neighbors pull, points at random push.

/// The membership of two points at distance d in the plane: 1 / (1 + a d²ᵇ).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve {
    /// Factor.
    pub a: f64,
    /// Exponent of the square.
    pub b: f64,
}

/// Two neighbors, of which the first is moved to the second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// The point.
    pub from: u32,
    /// Its neighbor.
    pub to: u32,
    /// Rounds from one step along this edge to the next, at least 1.
    pub every: f32,
    /// The round of the next step.
    pub next: f32,
}

/// Points at random that push for each neighbor that pulls.
const N_PUSHES: usize = 5;

/// No step goes farther than this along either axis, times the rate.
const MAX_STEP: f64 = 4.0;

/// Keeps what two points in nearly one place do to each other finite.
const SPLIT_FACTOR: f64 = 0.001;

/// One round of steps along the edges whose turn it is, in their order; `random` gives 64 bits.
///
/// # Panics
///
/// When an edge names a point that is not there.
pub fn step_edges(
    points: &mut [[f64; 2]],
    edges: &mut [Edge],
    curve: Curve,
    rate: f64,
    round: f32,
    mut random: impl FnMut() -> u64,
) {
    for edge in edges.iter_mut().filter(|edge| edge.next <= round) {
        edge.next += edge.every;
        let (from, to) = (edge.from as usize, edge.to as usize);
        let pull = pulled(points[from], points[to], curve);
        for axis in 0..2 {
            points[from][axis] += rate * pull[axis];
            points[to][axis] -= rate * pull[axis];
        }
        for _ in 0..N_PUSHES {
            let other = (((random() >> 32) * points.len() as u64) >> 32) as usize;
            if other != from {
                let push = pushed(points[from], points[other], curve);
                for axis in 0..2 {
                    points[from][axis] += rate * push[axis];
                }
            }
        }
    }
}

fn pulled(point: [f64; 2], neighbor: [f64; 2], curve: Curve) -> [f64; 2] {
    let (difference, square) = apart(point, neighbor);
    if square <= 0.0 {
        return [0.0; 2];
    }
    let power = libm::pow(square, curve.b);
    let factor = -2.0 * curve.a * curve.b * power / square / (1.0 + curve.a * power);
    difference.map(|along| (factor * along).clamp(-MAX_STEP, MAX_STEP))
}

fn pushed(point: [f64; 2], other: [f64; 2], curve: Curve) -> [f64; 2] {
    let (difference, square) = apart(point, other);
    if square <= 0.0 {
        return [0.0; 2];
    }
    let power = libm::pow(square, curve.b);
    let factor = 2.0 * curve.b / ((SPLIT_FACTOR + square) * (1.0 + curve.a * power));
    difference.map(|along| (factor * along).clamp(-MAX_STEP, MAX_STEP))
}

fn apart(a: [f64; 2], b: [f64; 2]) -> ([f64; 2], f64) {
    let difference = [a[0] - b[0], a[1] - b[1]];
    (
        difference,
        difference[0] * difference[0] + difference[1] * difference[1],
    )
}

#[cfg(test)]
mod tests {
    use super::{Curve, Edge, pulled, pushed, step_edges};

    const CURVE: Curve = Curve { a: 1.5, b: 0.9 };

    #[test]
    fn neighbors_pull_and_others_push_along_the_line_between() {
        let [x, y] = pulled([1.0, 0.0], [0.0, 0.0], CURVE);
        assert!(x < 0.0 && y == 0.0);
        // −2ab / (1 + a) and 2b / (1.001 (1 + a)) at distance 1.
        assert!((x + 2.0 * 1.5 * 0.9 / 2.5).abs() < 1e-12);
        let [x, _] = pushed([1.0, 0.0], [0.0, 0.0], CURVE);
        assert!((x - 1.8 / (1.001 * 2.5)).abs() < 1e-12);
        assert_eq!(pulled([3.0, 4.0], [3.0, 4.0], CURVE), [0.0, 0.0]);
    }

    #[test]
    fn an_edge_steps_when_its_turn_comes() {
        let mut points = [[0.0, 0.0], [10.0, 0.0]];
        let mut edges = [Edge {
            from: 0,
            to: 1,
            every: 2.0,
            next: 2.0,
        }];
        step_edges(&mut points, &mut edges, CURVE, 0.1, 1.0, || 0);
        assert_eq!(points[1], [10.0, 0.0]);
        step_edges(&mut points, &mut edges, CURVE, 0.1, 2.0, || 0);
        assert!(points[1][0] < 10.0);
        assert_eq!(edges[0].next, 4.0);
    }
}
