//! Real samples to learn from, and real samples to test on.

use std::collections::BTreeMap;

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
    /// Rare samples beyond those to learn from are on neither side.
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
            let mut split = Self {
                labelled,
                training: of_part(1),
                held_out: of_part(0),
            };
            let n_learned = split.n_rare(&split.training);
            if n_learned >= MIN_RARE_TO_LEARN && split.n_rare(&split.held_out) > 0 {
                split.leave_rare_out(random);
                return Some(split);
            }
        }
        None
    }

    /// Takes rare samples that are too many to learn from off the training samples.
    fn leave_rare_out(&mut self, random: &mut Random) {
        let Some(n) = self.labelled.learn_from else {
            return;
        };
        let mut rare = self.rare_of(&self.training);
        if rare.len() > n {
            random.shuffle(&mut rare);
            let left_out = &rare[n..];
            self.training.retain(|at| !left_out.contains(at));
        }
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

    /// Groups of the training samples, counted from 0 as they first appear, and of `n_more` samples
    /// that are a group each.
    pub fn groups_of_training(&self, n_more: usize) -> Option<Vec<u32>> {
        let of_all = self.labelled.groups.as_ref()?;
        let mut known = BTreeMap::new();
        let mut groups = Vec::with_capacity(self.training.len() + n_more);
        for &at in &self.training {
            let n_known = known.len() as u32;
            groups.push(*known.entry(of_all[at]).or_insert(n_known));
        }
        let n_known = known.len() as u32;
        groups.extend(n_known..n_known + n_more as u32);
        Some(groups)
    }

    /// How many rare samples are made: as asked, or as many as balance the training samples.
    pub fn n_to_make(&self, asked: Option<usize>) -> usize {
        asked.unwrap_or_else(|| self.n_to_balance())
    }

    /// As many as the rare label lacks to the median of the other labels that training samples have;
    /// of two labels in the middle the larger one.
    fn n_to_balance(&self) -> usize {
        let rare = self.labelled.rare;
        let support = self.labelled.labels.select(&self.training).support();
        let others = (0..support.len()).filter(|&label| label != rare && support[label] > 0);
        let mut others: Vec<usize> = others.map(|label| support[label]).collect();
        others.sort_unstable();
        let median = others.get(others.len() / 2).copied().unwrap_or(0);
        let n_learned = self.labelled.learn_from.unwrap_or(usize::MAX);
        median.saturating_sub(support[rare].min(n_learned))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Dataset, stats::forest::Labels};

    fn labelled(groups: Option<Vec<u32>>) -> Labelled {
        let names = ["a", "b", "rare"].map(String::from).to_vec();
        let of = [vec![0; 12], vec![1; 6], vec![2; 4]].concat();
        Labelled {
            data: Arc::new(Dataset::default()),
            samples: (0..22).collect(),
            labels: Labels::single(names, of),
            groups,
            rare: 2,
            learn_from: None,
        }
    }

    #[test]
    fn rare_samples_that_are_too_many_to_learn_from_are_on_neither_side() {
        let labelled = Labelled {
            rare: 0,
            ..labelled(None)
        };
        let whole = Split::draw(&labelled, 0.5, &mut Random::new(1)).unwrap();
        assert_eq!(whole.n_rare(&whole.training), 6);
        let labelled = Labelled {
            learn_from: Some(2),
            ..labelled.clone()
        };
        let cut = Split::draw(&labelled, 0.5, &mut Random::new(1)).unwrap();
        assert_eq!(cut.held_out, whole.held_out);
        assert_eq!(cut.n_rare(&cut.training), 2);
        let left_out = whole
            .training
            .iter()
            .filter(|at| !cut.training.contains(at));
        assert!(left_out.clone().all(|&at| labelled.labels.has(at, 0)));
        assert_eq!(left_out.count(), 4);
        // Brought to the others' median, of 2 and 3 the larger one.
        assert_eq!(cut.n_to_make(None), 3 - 2);
    }

    #[test]
    fn a_split_holds_every_sample_once_and_rare_ones_on_both_sides() {
        let groups = (0..22).map(|at| at / 2).collect();
        for labelled in [labelled(None), labelled(Some(groups))] {
            let split = Split::draw(&labelled, 0.4, &mut Random::new(1)).unwrap();
            let mut all = [split.training.clone(), split.held_out.clone()].concat();
            all.sort_unstable();
            assert_eq!(all, labelled.samples);
            assert_eq!(split.n_rare(&split.training), 2);
            assert_eq!(split.n_rare(&split.held_out), 2);
        }
    }

    #[test]
    fn groups_of_training_samples_are_numbered_anew_and_made_samples_have_their_own() {
        let labelled = labelled(Some((0..22).map(|at| 100 - at / 2).collect()));
        let split = Split {
            training: vec![0, 2, 3, 1, 8],
            ..Split::whole(&labelled)
        };
        let found = split.groups_of_training(2);
        assert_eq!(found, Some(vec![0, 1, 1, 0, 2, 3, 4]));
    }

    #[test]
    fn the_rare_label_is_brought_to_the_median_of_the_others() {
        let labelled = labelled(None);
        let whole = Split::whole(&labelled);
        // Of 6 and 12 the larger one in the middle.
        assert_eq!(whole.n_to_make(None), 12 - 4);
        assert_eq!(whole.n_to_make(Some(3)), 3);
    }
}
