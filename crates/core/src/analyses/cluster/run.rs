//! Running `cluster`.

use std::sync::Arc;

use super::{
    ClusterDistance, ClusterOutput, ClusterParameters, Tree,
    distances::{euclidean, one_minus_r},
};
use crate::{
    analyses::NamedDataset,
    context::Context,
    error::{AnalysisError, Warning},
    matrix::Matrix,
    stats::{
        clustering::{clusters_of, leaves},
        linkage::linkage,
    },
};

pub fn run(
    input: &NamedDataset,
    parameters: &ClusterParameters,
    context: &Context,
) -> Result<ClusterOutput, AnalysisError> {
    let data = &input.data;
    context.check_cancelled()?;
    let [genes, samples] = parameters.clustered();
    let rows = if genes {
        // Genes lie in rows, and correlations are those of columns.
        Some(tree(&data.matrix, "genes", parameters, context)?)
    } else {
        None
    };
    context.check_cancelled()?;
    let columns = if samples {
        Some(tree(
            &data.matrix.transposed(),
            "samples",
            parameters,
            context,
        )?)
    } else {
        None
    };
    Ok(ClusterOutput {
        dataset: Arc::clone(data),
        rows,
        columns,
        parameters: *parameters,
        input_name: input.name.clone(),
    })
}

/// The tree of the rows of a matrix.
fn tree(
    rows: &Matrix,
    what: &str,
    parameters: &ClusterParameters,
    context: &Context,
) -> Result<Tree, AnalysisError> {
    let n = rows.n_rows();
    let distances = match parameters.distance {
        ClusterDistance::Correlation => one_minus_r(&rows.transposed(), context)?,
        ClusterDistance::Euclidean => euclidean(rows, context)?,
    };
    let n_unknown = distances
        .iter()
        .filter(|distance| !distance.is_finite())
        .count();
    if n_unknown > 0 {
        context.warn(Warning::new(
            "unknown_distance",
            format!(
                "{n_unknown} of {} distances between {what} do not exist, since one of the two is constant or has too few values; they count as the largest",
                distances.len()
            ),
        ));
    }
    let merges = linkage(n, distances, parameters.linkage, context)?;
    let order = if n == 0 {
        Vec::new()
    } else {
        leaves(n, &merges)
    };
    let clusters = (parameters.cut > 0).then(|| clusters_of(&order, &merges, parameters.cut));
    Ok(Tree {
        merges,
        order,
        clusters,
    })
}
