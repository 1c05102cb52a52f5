//! Labels of samples: one each, or any number.

use cuvette_kernels::splits::LabelLists;

/// The labels of samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// Their names; a label is a place among them.
    pub names: Vec<String>,
    /// True where every sample has exactly one label.
    pub is_single: bool,
    starts: Vec<u32>,
    of: Vec<u32>,
}

impl Labels {
    /// One label for every sample.
    pub fn single(names: Vec<String>, of: Vec<u32>) -> Self {
        Self {
            names,
            is_single: true,
            starts: (0..=of.len() as u32).collect(),
            of,
        }
    }

    /// Any number of labels for every sample, each once and ascending.
    pub fn multiple(names: Vec<String>, lists: &[Vec<u32>]) -> Self {
        let mut starts = vec![0];
        let mut n_before = 0;
        for list in lists {
            n_before += list.len() as u32;
            starts.push(n_before);
        }
        Self {
            names,
            is_single: false,
            starts,
            of: lists.concat(),
        }
    }

    /// Number of samples.
    pub fn n_samples(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of labels.
    pub fn n_labels(&self) -> usize {
        self.names.len()
    }

    /// The labels of a sample, ascending.
    pub fn of(&self, sample: usize) -> &[u32] {
        self.lists().labels(sample as u32)
    }

    /// Whether a sample has that label.
    pub fn has(&self, sample: usize, label: usize) -> bool {
        self.of(sample).contains(&(label as u32))
    }

    /// As the kernels read it.
    pub fn lists(&self) -> LabelLists<'_> {
        LabelLists {
            starts: &self.starts,
            of: &self.of,
        }
    }

    /// Samples of each label.
    pub fn support(&self) -> Vec<usize> {
        let mut support = vec![0; self.n_labels()];
        for &label in &self.of {
            support[label as usize] += 1;
        }
        support
    }

    /// The chosen samples, in the given order; all labels stay, also those that no sample has.
    pub fn select(&self, samples: &[usize]) -> Self {
        if self.is_single {
            let of = samples.iter().map(|&sample| self.of[sample]).collect();
            return Self::single(self.names.clone(), of);
        }
        let lists: Vec<Vec<u32>> = samples
            .iter()
            .map(|&sample| self.of(sample).to_vec())
            .collect();
        Self::multiple(self.names.clone(), &lists)
    }
}
