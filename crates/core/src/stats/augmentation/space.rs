//! Principal components of training samples: a small space to learn in, and the way back to genes.

use cuvette_kernels::{sums, vectors};

use crate::{
    context::Context,
    error::AnalysisError,
    matrix::Matrix,
    stats::{
        center::is_constant,
        principal::{PrincipalOptions, principal_components},
    },
};

/// Components of standardized genes, each scaled to variance 1 over the training samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Space {
    /// Where each training sample lies: samples × components.
    pub scores: Matrix,
    means: Vec<f64>,
    /// Of genes; 0 for one that does not vary.
    spreads: Vec<f64>,
    /// Weights of genes, one vector per component.
    loadings: Vec<Vec<f64>>,
    /// Of components, before they were scaled.
    component_spreads: Vec<f64>,
}

impl Space {
    /// The space of the training samples: at most `n_components`, and one less than samples.
    ///
    /// # Shapes
    ///
    /// `training` is genes × samples, without missing values.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Cancelled`], and [`AnalysisError::NotConverged`] with infinite values.
    pub fn fit(
        training: &Matrix,
        n_components: usize,
        context: &Context,
    ) -> Result<Self, AnalysisError> {
        let n = training.n_columns();
        let options = PrincipalOptions {
            n_components: n_components.min(n.saturating_sub(1)),
            center: true,
            scale: true,
            seed: 0,
        };
        let found = principal_components(training, options, context)?;
        let moments: Vec<(f64, f64)> = (0..training.n_rows())
            .map(|gene| mean_and_spread(training.row(gene)))
            .collect();
        let component_spreads: Vec<f64> = found.variances.iter().map(|x| x.sqrt()).collect();
        let n_found = component_spreads.len();
        let mut scores = Vec::with_capacity(n * n_found);
        for sample in 0..n {
            let of_sample = found.scores.iter().zip(&component_spreads);
            scores.extend(of_sample.map(|(scores, spread)| (scores[sample] / spread) as f32));
        }
        Ok(Self {
            scores: Matrix::from_rows(n, n_found, scores),
            means: moments.iter().map(|moment| moment.0).collect(),
            spreads: moments.iter().map(|moment| moment.1).collect(),
            loadings: found.loadings,
            component_spreads,
        })
    }

    /// Where samples lie that need not be training samples: samples × components.
    ///
    /// # Shapes
    ///
    /// `samples` is samples × genes, genes as in the training set.
    pub fn encode(&self, samples: &Matrix) -> Matrix {
        let n_components = self.loadings.len();
        let mut scores = Vec::with_capacity(samples.n_rows() * n_components);
        for sample in 0..samples.n_rows() {
            let standard: Vec<f64> = samples
                .row(sample)
                .iter()
                .zip(self.means.iter().zip(&self.spreads))
                .map(|(&value, (mean, spread))| match spread {
                    0.0 => 0.0,
                    spread => (f64::from(value) - mean) / spread,
                })
                .collect();
            let along = self.loadings.iter().zip(&self.component_spreads);
            scores.extend(
                along.map(|(loadings, spread)| (vectors::dot(loadings, &standard) / spread) as f32),
            );
        }
        Matrix::from_rows(samples.n_rows(), n_components, scores)
    }

    /// Values of the genes at `place`, with all that the components do not hold taken from the
    /// training sample number `of`, whose values are `values`.
    ///
    /// At the place of that sample, its own values come out.
    pub fn decode(&self, place: &[f32], of: usize, values: &[f32]) -> Vec<f32> {
        let mut moved = vec![0.0; self.spreads.len()];
        let places = place.iter().zip(self.scores.row(of));
        let components = self.loadings.iter().zip(&self.component_spreads);
        for ((to, from), (loadings, spread)) in places.zip(components) {
            vectors::add_scaled(
                &mut moved,
                (f64::from(*to) - f64::from(*from)) * spread,
                loadings,
            );
        }
        values
            .iter()
            .zip(moved.iter().zip(&self.spreads))
            .map(|(&value, (moved, spread))| (f64::from(value) + moved * spread) as f32)
            .collect()
    }
}

fn mean_and_spread(row: &[f32]) -> (f64, f64) {
    let n = row.len() as f64;
    match row.first() {
        None => (0.0, 0.0),
        Some(&first) if is_constant(row) => (f64::from(first), 0.0),
        Some(_) => {
            let mean = sums::sum(row) / n;
            let square = sums::sum_of_squares_about(row, mean);
            (mean, (square / (n - 1.0).max(1.0)).sqrt())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{context::quietly, random::Random};

    /// Genes × samples; the last gene is constant.
    fn training(n_genes: usize, n_samples: usize) -> Matrix {
        let mut random = Random::new(3);
        let common: Vec<f64> = (0..n_samples).map(|_| random.normal()).collect();
        let mut values = Vec::new();
        for gene in 1..n_genes {
            let cell = |x: &f64| (5.0 + gene as f64 * (x + random.normal())) as f32;
            values.extend(common.iter().map(cell));
        }
        values.extend(vec![7.0; n_samples]);
        Matrix::from_rows(n_genes, n_samples, values)
    }

    fn fit(training: &Matrix, n: usize) -> Space {
        quietly(|context| Space::fit(training, n, context)).unwrap()
    }

    fn assert_near(found: &[f32], expected: &[f32], allowed: f32) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < allowed, "{found}, {expected}");
        }
    }

    #[test]
    fn components_have_variance_one_and_are_as_many_as_there_can_be() {
        let training = training(30, 12);
        for (asked, expected) in [(5, 5), (50, 11)] {
            let scores = fit(&training, asked).scores;
            assert_eq!((scores.n_rows(), scores.n_columns()), (12, expected));
            for component in 0..expected {
                let (_, spread) = mean_and_spread(&scores.column(component));
                assert!((spread - 1.0).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn training_samples_are_encoded_to_their_scores() {
        let training = training(30, 12);
        let space = fit(&training, 6);
        let found = space.encode(&training.transposed());
        assert_near(found.values(), space.scores.values(), 1e-4);
    }

    #[test]
    fn a_sample_at_its_place_is_decoded_to_itself() {
        let training = training(30, 12);
        let space = fit(&training, 6);
        let values = training.column(4);
        assert_eq!(space.decode(space.scores.row(4), 4, &values), values);
    }

    #[test]
    fn the_place_comes_from_one_sample_and_the_rest_from_another() {
        let training = training(30, 12);
        let space = fit(&training, 6);
        let made = space.decode(space.scores.row(2), 9, &training.column(9));
        assert_eq!(made.last(), Some(&7.0));
        let place = space.encode(&Matrix::from_rows(1, 30, made));
        assert_near(place.values(), space.scores.row(2), 1e-4);
        // With all components, nothing is left to take from the other.
        let whole = fit(&training, 50);
        let made = whole.decode(whole.scores.row(2), 9, &training.column(9));
        assert_near(&made, &training.column(2), 1e-3);
    }
}
