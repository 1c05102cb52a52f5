//! Points of the plane in nested squares, so that far ones act as one.

use super::Repulsion;
use crate::sort::{Scratch, sort_by_upper_half};

/// Halvings of the plane; points that stay together so long are taken for one.
const N_LEVELS: u32 = 16;

/// Squares within squares (Barnes and Hut 1986, <https://doi.org/10.1038/324446a0>).
///
/// How this works: points are sorted by the interleaved bits of their places on a grid, so that
/// every square is a range of them. Squares stand in the order of a walk that enters each before
/// its parts, and know where the walk goes on without entering.
#[derive(Debug, Clone)]
pub struct Quadtree {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    /// Center of mass.
    x: f32,
    y: f32,
    n_points: f32,
    /// Square of the width; 0 where nothing is inside that could be told apart.
    square: f32,
    /// Where the walk goes on after this square.
    next: u32,
}

/// A point on the grid: the bits of both places interleaved, and the point.
type Placed = (u32, u32);

impl Quadtree {
    /// The squares of these points, all finite.
    ///
    /// # Panics
    ///
    /// When there are not as many `xs` as `ys`.
    pub fn new(xs: &[f32], ys: &[f32]) -> Self {
        assert_eq!(xs.len(), ys.len(), "as many x as y");
        let lowest = |values: &[f32]| values.iter().copied().fold(f32::INFINITY, f32::min);
        let highest = |values: &[f32]| values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let corner = [lowest(xs), lowest(ys)];
        let width = (highest(xs) - corner[0])
            .max(highest(ys) - corner[1])
            .max(f32::MIN_POSITIVE);
        let n_cells = (1_u32 << N_LEVELS) as f32;
        let place = |value: f32, from: f32| {
            let cell = ((value - from) / width * n_cells).min(n_cells - 1.0);
            interleaved(cell as u32)
        };
        let placed = (0_u32..).zip(xs.iter().zip(ys));
        let key = |(at, (&x, &y)): (u32, (&f32, &f32))| {
            let place = place(x, corner[0]) | place(y, corner[1]) << 1;
            u64::from(place) << 32 | u64::from(at)
        };
        let mut keys: Vec<u64> = placed.map(key).collect();
        sort_by_upper_half(&mut keys, &mut Scratch::default());
        let placed = keys.iter().map(|&key| ((key >> 32) as u32, key as u32));
        let placed: Vec<Placed> = placed.collect();
        let mut tree = Self {
            nodes: Vec::with_capacity(2 * xs.len()),
        };
        if !placed.is_empty() {
            tree.add(&placed, N_LEVELS, width * width, [xs, ys]);
        }
        tree
    }

    /// Adds the square that holds these points, with its parts; gives its mass and weighted place.
    fn add(&mut self, placed: &[Placed], level: u32, square: f32, points: [&[f32]; 2]) -> [f64; 3] {
        let at = self.nodes.len();
        let is_leaf = placed.len() == 1 || level == 0;
        self.nodes.push(Node {
            x: 0.0,
            y: 0.0,
            n_points: placed.len() as f32,
            square: if is_leaf { 0.0 } else { square },
            next: 0,
        });
        let mut sums = [placed.len() as f64, 0.0, 0.0];
        if is_leaf {
            for &(_, point) in placed {
                sums[1] += f64::from(points[0][point as usize]);
                sums[2] += f64::from(points[1][point as usize]);
            }
        } else {
            let shift = 2 * (level - 1);
            for part in placed.chunk_by(|a, b| a.0 >> shift == b.0 >> shift) {
                let of_part = self.add(part, level - 1, square / 4.0, points);
                sums[1] += of_part[1];
                sums[2] += of_part[2];
            }
        }
        let next = self.nodes.len() as u32;
        let node = &mut self.nodes[at];
        (node.x, node.y) = ((sums[1] / sums[0]) as f32, (sums[2] / sums[0]) as f32);
        node.next = next;
        sums
    }

    /// What all points do to one of them, which stands at this place. A square acts as one point
    /// where its width is below `theta` times its distance; 0 asks every point.
    pub fn repulsion(&self, x: f32, y: f32, theta: f32) -> Repulsion {
        let nearness = theta * theta;
        let mut sum = Repulsion::default();
        let mut at = 0;
        while let Some(node) = self.nodes.get(at) {
            let (dx, dy) = (x - node.x, y - node.y);
            let square = dx * dx + dy * dy;
            if node.square > nearness * square || node.square > 0.0 && square == 0.0 {
                at += 1;
                continue;
            }
            let weight = 1.0 / (1.0 + square);
            let force = node.n_points * weight * weight;
            sum.weight += f64::from(node.n_points * weight);
            sum.x += f64::from(force * dx);
            sum.y += f64::from(force * dy);
            at = node.next as usize;
        }
        // The point itself is at distance 0.
        sum.weight -= 1.0;
        sum
    }
}

/// The 16 bits of a place with a 0 before each.
fn interleaved(place: u32) -> u32 {
    let mut bits = place & 0xffff;
    for (shift, mask) in [
        (8, 0x00ff_00ff),
        (4, 0x0f0f_0f0f),
        (2, 0x3333_3333),
        (1, 0x5555_5555),
    ] {
        bits = (bits | bits << shift) & mask;
    }
    bits
}
