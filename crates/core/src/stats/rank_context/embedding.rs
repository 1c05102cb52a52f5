//! A vector for every gene, from how it varies over cells.

use cuvette_kernels::vectors::{dot, scale};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    context::Context,
    error::AnalysisError,
    matrix::Matrix,
    parallel,
    stats::{
        eigen::{Eigenpairs, Symmetric, largest_eigenpairs},
        gram::gram,
        principal::{PrincipalOptions, principal_components, sign_of_largest},
        rank_encoding::Sequence,
    },
};

/// Of more genes, the table of how often every two stand together takes too much memory.
pub const MAX_PPMI_GENES: usize = 6_000;

/// How the vector of a gene is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmbeddingKind {
    /// The leading directions in which genes vary together.
    #[default]
    #[schemars(title = "Components (SVD)")]
    Svd,
    /// Which genes stand high in the same cells more often than by chance.
    #[schemars(title = "Co-occurrence (PPMI)")]
    Ppmi,
}

/// One vector per gene of a vocabulary, genes × `n_dims`, each of length 1, or of length 0 for a
/// gene that does not vary.
///
/// `expression` is genes of the vocabulary × cells, log(1 + counts per 10,000). Fewer dimensions
/// than asked for come out where the data have no more.
///
/// - [`EmbeddingKind::Svd`]: genes to z scores, truncated singular values `Z = U S Vᵀ`, rows of
///   `U S`.
/// - [`EmbeddingKind::Ppmi`]: weights 1 − (rank + ½) / length of the genes of each cell, the products
///   of every two genes, their positive pointwise mutual information (Church and Hanks 1990), and
///   of its eigenvalues the largest by size, `U |Λ|^½`.
///
/// The largest weight of each dimension is positive: positions are added to vectors, so signs matter.
///
/// # Errors
///
/// [`AnalysisError::Cancelled`], and [`AnalysisError::TooFew`] without a dimension.
pub fn gene_embedding(
    kind: EmbeddingKind,
    expression: &Matrix,
    sequences: &[Sequence],
    n_dims: usize,
    seed: u64,
    context: &Context,
) -> Result<(Vec<f64>, usize), AnalysisError> {
    let columns = match kind {
        EmbeddingKind::Svd => leading_components(expression, n_dims, seed, context)?,
        EmbeddingKind::Ppmi => co_occurrence(expression.n_rows(), sequences, n_dims, context)?,
    };
    let n_dims = columns.len();
    if n_dims == 0 {
        return Err(AnalysisError::TooFew {
            what: "directions in which genes vary".into(),
            need: 1,
            got: 0,
        });
    }
    let mut genes = vec![0.0; expression.n_rows() * n_dims];
    parallel::for_each_chunk(&mut genes, n_dims, &|gene, vector| {
        for (value, column) in vector.iter_mut().zip(&columns) {
            *value = column[gene];
        }
        let length = dot(vector, vector).sqrt();
        if length > 0.0 {
            scale(vector, 1.0 / length);
        }
    });
    Ok((genes, n_dims))
}

/// One column per dimension.
fn leading_components(
    expression: &Matrix,
    n_dims: usize,
    seed: u64,
    context: &Context,
) -> Result<Vec<Vec<f64>>, AnalysisError> {
    let options = PrincipalOptions {
        n_components: n_dims,
        center: true,
        scale: true,
        seed,
    };
    let found = principal_components(expression, options, context)?;
    let columns = found.loadings.into_iter().zip(found.variances);
    Ok(columns
        .map(|(mut column, variance)| {
            scale(&mut column, variance.sqrt());
            column
        })
        .collect())
}

fn co_occurrence(
    n_genes: usize,
    sequences: &[Sequence],
    n_dims: usize,
    context: &Context,
) -> Result<Vec<Vec<f64>>, AnalysisError> {
    let mut weights = vec![0.0_f32; n_genes * sequences.len()];
    for (cell, sequence) in sequences.iter().enumerate() {
        let n = sequence.genes.len() as f64;
        for (rank, &gene) in sequence.genes.iter().enumerate() {
            let weight = 1.0 - (rank as f64 + 0.5) / n;
            weights[gene as usize * sequences.len() + cell] = weight as f32;
        }
    }
    let together = gram(
        &Matrix::from_rows(n_genes, sequences.len(), weights),
        context,
    )?;
    let information = positive_information(&together);
    let turned = Symmetric::from_rows(n_genes, information.iter().map(|cell| -cell).collect());
    let information = Symmetric::from_rows(n_genes, information);
    let up = largest_eigenpairs(&information, n_dims, context)?;
    let down = largest_eigenpairs(&turned, n_dims, context)?;
    let all = |pairs: Eigenpairs| pairs.values.into_iter().zip(pairs.vectors);
    let mut pairs: Vec<_> = all(up)
        .chain(all(down))
        .filter(|pair| pair.0 > 0.0)
        .collect();
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let columns = pairs.into_iter().take(n_dims);
    Ok(columns
        .map(|(value, mut column)| {
            let sign = sign_of_largest(&column);
            scale(&mut column, sign * value.sqrt());
            column
        })
        .collect())
}

/// `max(0, log(c_ij Σc / (c_i c_j)))`, 0 on the diagonal.
fn positive_information(together: &Symmetric) -> Vec<f64> {
    let n = together.len();
    let sums = parallel::map_by(64, n, &|gene| {
        together.row(gene).iter().sum::<f64>() - together.row(gene)[gene]
    });
    let total: f64 = sums.iter().sum();
    let mut information = vec![0.0; n * n];
    parallel::for_each_chunk(&mut information, n, &|gene, row| {
        let counts = together.row(gene);
        for (other, cell) in row.iter_mut().enumerate() {
            if other != gene && counts[other] > 0.0 {
                let ratio = counts[other] * total / (sums[gene] * sums[other]);
                *cell = libm::log(ratio).max(0.0);
            }
        }
    });
    information
}
