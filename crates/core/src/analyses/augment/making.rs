//! Samples of the rare label, made from training samples alone.

use super::{Arm, split::Split};
use crate::{
    context::Context,
    error::AnalysisError,
    matrix::Matrix,
    random::Random,
    stats::augmentation::{
        Generator, LossPoint, Space, WganOptions, duplicate, residual, smote, train,
    },
};

/// What samples are made from, and the GAN that learned from it.
pub struct Maker {
    /// Training samples × genes.
    samples: Matrix,
    labels: Vec<usize>,
    rare: usize,
    /// Rows of rare samples.
    of_rare: Vec<usize>,
    /// True where no training sample has a value below zero: then no made one has.
    is_positive: bool,
    pub space: Space,
    generator: Generator,
    /// How the GAN learned.
    pub losses: Vec<LossPoint>,
}

impl Maker {
    /// Learns from the training samples of a split, `training` as genes × samples.
    pub fn fit(
        split: &Split,
        training: &Matrix,
        options: &WganOptions,
        n_components: usize,
        context: &Context,
        after: &mut dyn FnMut(LossPoint) -> Result<(), AnalysisError>,
    ) -> Result<Self, AnalysisError> {
        let labels = split.labelled.labels.select(&split.training);
        let of: Vec<usize> = (0..labels.n_samples())
            .map(|at| labels.of(at)[0] as usize)
            .collect();
        let rare = split.labelled.rare;
        let space = Space::fit(training, n_components, context)?;
        let trained = train(&space.scores, &of, labels.n_labels(), options, after)?;
        Ok(Self {
            of_rare: (0..of.len()).filter(|&at| of[at] == rare).collect(),
            is_positive: training.values().iter().all(|&value| value >= 0.0),
            samples: training.transposed(),
            labels: of,
            rare,
            space,
            generator: trained.generator,
            losses: trained.losses,
        })
    }

    /// `n` samples × genes in one of the ways of [`Arm::MAKING`]; none in others.
    pub fn make(&self, arm: Arm, n: usize, random: &mut Random) -> Matrix {
        let mut made = match arm {
            Arm::None | Arm::Weights | Arm::Threshold => {
                Matrix::from_rows(0, self.samples.n_columns(), Vec::new())
            }
            Arm::Duplicate => duplicate(&self.samples, &self.of_rare, n, random),
            Arm::Smote => smote(&self.samples, &self.of_rare, n, random),
            Arm::Residual => residual(&self.samples, &self.labels, self.rare, n, random),
            Arm::Gan => self.generate(n, random),
        };
        if self.is_positive {
            for value in made.values_mut() {
                *value = value.max(0.0);
            }
        }
        made
    }

    /// Places from the GAN; what the components do not hold, from rare samples.
    fn generate(&self, n: usize, random: &mut Random) -> Matrix {
        let places = self.generator.generate(self.rare, n, random);
        let mut made = Vec::with_capacity(n * self.samples.n_columns());
        for at in 0..n {
            let of = self.of_rare[random.below(self.of_rare.len())];
            made.extend(self.space.decode(places.row(at), of, self.samples.row(of)));
        }
        Matrix::from_rows(n, self.samples.n_columns(), made)
    }
}

/// Genes × samples with further samples behind them, which stand in rows.
pub fn with_made(matrix: &Matrix, made: &Matrix) -> Matrix {
    let (n, n_made) = (matrix.n_columns(), made.n_rows());
    let mut values = Vec::with_capacity(matrix.n_rows() * (n + n_made));
    for gene in 0..matrix.n_rows() {
        values.extend_from_slice(matrix.row(gene));
        values.extend((0..n_made).map(|at| made.get(at, gene)));
    }
    Matrix::from_rows(matrix.n_rows(), n + n_made, values)
}
