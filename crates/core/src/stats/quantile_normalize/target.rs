//! The common distribution: how a sorted column adds to it, and what a rank gets from it.

use super::TieRule;
use crate::stats::quantile::interpolate;

/// Sums of sorted columns, as long as a column with no value missing.
#[derive(Debug, Clone)]
pub(super) struct TargetSum {
    sums: Vec<f64>,
    n_columns: usize,
}

impl TargetSum {
    pub(super) fn new(n_rows: usize) -> Self {
        Self {
            sums: vec![0.0; n_rows],
            n_columns: 0,
        }
    }

    /// Adds a column of `n_present` values, of which `value_at` gives the k-th smallest.
    pub(super) fn add_column(&mut self, n_present: usize, value_at: impl Fn(usize) -> f64) {
        let n_rows = self.sums.len();
        if n_present == 0 {
            return;
        }
        self.n_columns += 1;
        if n_present == n_rows {
            for (position, sum) in self.sums.iter_mut().enumerate() {
                *sum += value_at(position);
            }
        } else {
            // Some are missing, so there are at least two rows.
            let step = (n_present - 1) as f64 / (n_rows - 1) as f64;
            for (position, sum) in self.sums.iter_mut().enumerate() {
                *sum += value_between(&value_at, n_present, position as f64 * step);
            }
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.n_columns += other.n_columns;
        for (sum, other) in self.sums.iter_mut().zip(&other.sums) {
            *sum += other;
        }
    }

    /// The target; `None` where no column had a value.
    pub(super) fn mean(self) -> Option<Target> {
        let n_columns = self.n_columns as f64;
        (self.n_columns > 0).then(|| Target {
            values: self.sums.into_iter().map(|sum| sum / n_columns).collect(),
        })
    }
}

/// The common distribution, ascending.
#[derive(Debug, Clone)]
pub(super) struct Target {
    values: Vec<f64>,
}

impl Target {
    /// What the equal values at positions `start..end` of a column of `n_present` sorted values
    /// become.
    pub(super) fn value_of_run(
        &self,
        start: usize,
        end: usize,
        n_present: usize,
        ties: TieRule,
    ) -> f64 {
        let is_complete = n_present == self.values.len();
        if is_complete && end == start + 1 {
            return self.values[start];
        }
        match ties {
            TieRule::AverageRank => self.at_rank((start + end - 1) as f64 / 2.0, n_present),
            TieRule::BlockMean if is_complete => {
                self.values[start..end].iter().sum::<f64>() / (end - start) as f64
            }
            TieRule::BlockMean => {
                let sum: f64 = (start..end)
                    .map(|position| self.at_rank(position as f64, n_present))
                    .sum();
                sum / (end - start) as f64
            }
        }
    }

    /// The target at a rank, from 0, among `n_present` values.
    fn at_rank(&self, rank: f64, n_present: usize) -> f64 {
        let last = (self.values.len() - 1) as f64;
        let position = if n_present == self.values.len() {
            rank
        } else if n_present == 1 {
            last / 2.0
        } else {
            last * rank / (n_present - 1) as f64
        };
        value_between(|k| self.values[k], self.values.len(), position)
    }
}

/// Of `n` ascending values, the one at a fractional position.
fn value_between(value_at: impl Fn(usize) -> f64, n: usize, position: f64) -> f64 {
    let low = (position as usize).min(n - 1);
    let high = (low + 1).min(n - 1);
    interpolate(value_at(low), value_at(high), position - low as f64)
}
