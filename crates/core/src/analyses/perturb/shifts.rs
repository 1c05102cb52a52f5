//! Whether cells come nearer to a state.

use super::plane::{Plane, unit};
use crate::stats::rank_context::one_minus_cosine;

/// The goal state and the alternatives, each as the mean of its cells.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct States {
    /// Names, the goal first; empty where no state is asked for.
    pub names: Vec<String>,
    vectors: Vec<Vec<f64>>,
    /// Of each state, its cells as mean vectors of length 1.
    pub cells: Vec<Vec<Vec<f64>>>,
    /// Whether moves are kept, for the plane.
    pub keeps_moves: bool,
}

/// How far one perturbation moves cells.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shift {
    /// For each state, one per cell: cosine with the state, before and after.
    pub cells: Vec<Vec<[f64; 2]>>,
    /// For each state: the shift by the same done to genes of nearly the same rank.
    pub null: Vec<Vec<f64>>,
    /// How far each cell moves in the plane; empty where there is none.
    pub moves: Vec<[f64; 2]>,
    /// The same before the plane is known: differences of vectors of length 1.
    raw_moves: Vec<f32>,
}

impl States {
    /// True where no state is asked for.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Adds a state, from the mean vectors of its cells.
    pub fn push(&mut self, name: String, cells: &[Vec<f64>], n_dims: usize) {
        let mut mean = vec![0.0; n_dims];
        for cell in cells {
            for (sum, value) in mean.iter_mut().zip(cell) {
                *sum += value / cells.len() as f64;
            }
        }
        self.names.push(name);
        self.vectors.push(mean);
        self.cells
            .push(cells.iter().map(|cell| unit(cell)).collect());
    }

    /// The mean of each.
    pub fn vectors(&self) -> impl Iterator<Item = &Vec<f64>> {
        self.vectors.iter()
    }
}

impl Shift {
    /// No cell yet.
    pub fn new(states: &States) -> Self {
        Self {
            cells: vec![Vec::new(); states.names.len()],
            null: vec![Vec::new(); states.names.len()],
            ..Self::default()
        }
    }

    /// Adds a cell, by the mean of its genes before and after.
    pub fn add(&mut self, means: &[Vec<f64>; 2], states: &States) {
        for (cells, state) in self.cells.iter_mut().zip(&states.vectors) {
            cells.push([&means[0], &means[1]].map(|mean| 1.0 - one_minus_cosine(mean, state)));
        }
        if states.keeps_moves {
            let [before, after] = means.each_ref().map(|mean| unit(mean));
            let moves = before.iter().zip(&after).map(|(was, is)| (is - was) as f32);
            self.raw_moves.extend(moves);
        }
    }

    /// Puts the moves into the plane.
    pub fn settle(&mut self, plane: &Plane) {
        self.moves = plane.moves(&std::mem::take(&mut self.raw_moves));
    }

    /// Adds what another gene of nearly the same rank does in a cell.
    pub fn add_null(&mut self, means: &[Vec<f64>; 2], states: &States) {
        for (null, state) in self.null.iter_mut().zip(&states.vectors) {
            // As in `of_state`, so that the same knock-out is a tie with itself.
            let [before, after] =
                [&means[0], &means[1]].map(|mean| 1.0 - one_minus_cosine(mean, state));
            null.push(after - before);
        }
    }

    /// The shifts towards a state, one per cell.
    pub fn of_state(&self, state: usize) -> impl Iterator<Item = f64> {
        self.cells[state]
            .iter()
            .map(|[before, after]| after - before)
    }
}

#[cfg(test)]
mod tests {
    use super::{Shift, States};
    use crate::random::Random;

    #[test]
    fn the_same_knock_out_is_a_tie_with_itself() {
        let mut random = Random::new(4);
        let mut vector = || (0..7).map(|_| random.normal()).collect::<Vec<f64>>();
        let mut states = States::default();
        states.push("goal".into(), &[vector(), vector()], 7);
        let mut shift = Shift::new(&states);
        for _ in 0..50 {
            let means = [vector(), vector()];
            shift.add(&means, &states);
            shift.add_null(&means, &states);
        }
        assert_eq!(shift.null[0], shift.of_state(0).collect::<Vec<f64>>());
    }
}
