//! Real samples to learn from, and real samples to test on.

use super::labelled::Labelled;
use crate::{matrix::Matrix, random::Random, stats::splits::deal};

/// How often samples are dealt until both sides hold enough rare ones: groups can be uneven.
const MAX_DEALS: usize = 50;

/// Rare training samples that differ from each other somehow.
const MIN_RARE_TO_LEARN: usize = 2;

/// Samples by their places among those that are labelled.
pub struct Split<'a> {
    pub labelled: &'a Labelled,
    /// To learn from, ascending.
    pub training: Vec<usize>,
    /// To test on, ascending.
    pub held_out: Vec<usize>,
}

impl<'a> Split<'a> {
    /// All samples to learn from, none to test on.
    pub fn whole(labelled: &'a Labelled) -> Self {
        Self {
            labelled,
            training: (0..labelled.samples.len()).collect(),
            held_out: Vec::new(),
        }
    }

    /// A split by label and group with rare samples on both sides; `None` where chance finds none.
    pub fn draw(labelled: &'a Labelled, test_share: f64, random: &mut Random) -> Option<Self> {
        let shares = [test_share, 1.0 - test_share];
        for _ in 0..MAX_DEALS {
            let parts = deal(
                &labelled.labels,
                labelled.groups.as_deref(),
                &shares,
                random,
            );
            let of_part = |part: usize| (0..parts.len()).filter(|&at| parts[at] == part).collect();
            let split = Self {
                labelled,
                training: of_part(1),
                held_out: of_part(0),
            };
            let n_learned = split.n_rare(&split.training);
            if n_learned >= MIN_RARE_TO_LEARN && split.n_rare(&split.held_out) > 0 {
                return Some(split);
            }
        }
        None
    }

    pub fn n_rare(&self, places: &[usize]) -> usize {
        let is_rare = |&&at: &&usize| self.labelled.labels.has(at, self.labelled.rare);
        places.iter().filter(is_rare).count()
    }

    /// The rare samples among some.
    pub fn rare_of(&self, places: &[usize]) -> Vec<usize> {
        let is_rare = |at: &usize| self.labelled.labels.has(*at, self.labelled.rare);
        places.iter().copied().filter(is_rare).collect()
    }

    /// Columns of the data that are held out.
    pub fn held_out_samples(&self) -> Vec<usize> {
        self.columns(&self.held_out)
    }

    fn columns(&self, places: &[usize]) -> Vec<usize> {
        places.iter().map(|&at| self.labelled.samples[at]).collect()
    }

    /// Genes × the chosen samples.
    pub fn matrix_of(&self, places: &[usize]) -> Matrix {
        self.labelled
            .data
            .matrix
            .select_columns(&self.columns(places))
    }

    /// How many rare samples are made: as asked, or as many as balance the training samples.
    pub fn n_to_make(&self, asked: Option<usize>) -> usize {
        asked.unwrap_or_else(|| self.n_to_balance())
    }

    /// As many as the rare label lacks to the median of the other labels that training samples have.
    fn n_to_balance(&self) -> usize {
        let rare = self.labelled.rare;
        let support = self.labelled.labels.select(&self.training).support();
        let others = (0..support.len()).filter(|&label| label != rare && support[label] > 0);
        let mut others: Vec<usize> = others.map(|label| support[label]).collect();
        others.sort_unstable();
        let median = others.get(others.len() / 2).copied().unwrap_or(0);
        median.saturating_sub(support[rare])
    }
}
