//! What a forest says of samples.

use cuvette_kernels::trees::{BLOCK, ReadyTree, gather};

use super::Forest;
use crate::{context::Context, error::AnalysisError, matrix::Matrix, parallel};

/// The probability of each label, sample after sample: the mean of the shares in the leaves that it
/// falls into. `rows` are the rows of `matrix` that hold [`Forest::genes`], in their order.
///
/// # Missing values
///
/// A missing value goes to the side of low values; callers fill or refuse them.
///
/// # Errors
///
/// [`AnalysisError::Cancelled`].
///
/// # Panics
///
/// When `rows` or `samples` name what the matrix has not.
pub fn predict(
    forest: &Forest,
    matrix: &Matrix,
    rows: &[usize],
    samples: &[usize],
    context: &Context,
) -> Result<Vec<f64>, AnalysisError> {
    let n_labels = forest.n_labels;
    let trees = parallel::map(forest.trees.len(), &|at| {
        let tree = &forest.trees[at];
        ReadyTree::new(&tree.nodes, &tree.leaves, n_labels)
    });
    parallel::try_map_ranges(samples.len().div_ceil(BLOCK), &|blocks| {
        let mut values = vec![0.0; rows.len() * BLOCK];
        let mut probabilities = Vec::with_capacity(blocks.len() * BLOCK * n_labels);
        for block in blocks {
            context.check_cancelled()?;
            let end = samples.len().min((block + 1) * BLOCK);
            let samples = &samples[block * BLOCK..end];
            for (&row, values) in rows.iter().zip(values.chunks_exact_mut(BLOCK)) {
                gather(matrix.row(row), samples, values);
            }
            let first = probabilities.len();
            probabilities.resize(first + samples.len() * n_labels, 0.0);
            let sums = &mut probabilities[first..];
            for tree in &trees {
                tree.vote(&values, sums);
            }
            for sum in sums {
                *sum /= trees.len() as f64;
            }
        }
        Ok(probabilities)
    })
}

#[cfg(test)]
mod tests {
    use super::predict;
    use crate::{
        context::quietly,
        matrix::Matrix,
        random::Random,
        stats::forest::{ClassWeight, Features, Forest, ForestOptions, Labels, Part, grow},
    };

    /// Mean votes for one sample, tree by tree.
    fn votes(forest: &Forest, value: impl Fn(u32) -> f32) -> Vec<f64> {
        let mut sums = vec![0.0; forest.n_labels];
        for tree in &forest.trees {
            let shares = tree.shares(tree.leaf(&value), forest.n_labels);
            for (sum, &share) in sums.iter_mut().zip(shares) {
                *sum += f64::from(share);
            }
        }
        let n_trees = forest.trees.len() as f64;
        sums.into_iter().map(|sum| sum / n_trees).collect()
    }

    #[test]
    fn samples_in_blocks_have_the_votes_that_each_has_alone() {
        let mut random = Random::new(5);
        let [n_genes, n_samples] = [30, 200];
        let values = (0..n_genes * n_samples).map(|_| random.normal() as f32);
        let matrix = Matrix::from_rows(n_genes, n_samples, values.collect());
        // Labels that values tell in part, so that leaves differ and some trees are deep.
        let own = (0..n_samples).map(|at| u32::from(matrix.get(0, at) > 0.5) + at as u32 % 2);
        let names = ["a", "b", "c"].map(String::from).to_vec();
        let labels = Labels::single(names, own.collect());
        let options = ForestOptions {
            n_trees: 20,
            n_tried: 5,
            class_weight: ClassWeight::None,
            groups: None,
            seed: 1,
            among: [0, 20],
        };
        let forest = quietly(|context| {
            let features = Features::quantize(Part::whole(&matrix), context).unwrap();
            grow(Part::whole(&matrix), &features, &labels, &options, context).unwrap()
        });
        let forest = forest.forest;
        let rows: Vec<usize> = forest.genes.iter().map(|&gene| gene as usize).collect();
        // More than two blocks, the last in part, in an order of their own.
        let samples: Vec<usize> = (0..150).map(|at| at * 7 % n_samples).collect();
        let found = quietly(|context| predict(&forest, &matrix, &rows, &samples, context));
        let expected: Vec<f64> = samples
            .iter()
            .flat_map(|&sample| votes(&forest, |gene| matrix.get(rows[gene as usize], sample)))
            .collect();
        assert_eq!(found.unwrap(), expected);
    }
}
