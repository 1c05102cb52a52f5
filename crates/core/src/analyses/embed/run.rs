//! Running `embed`.

use std::sync::Arc;

use super::{EmbedMethod, EmbedOutput, EmbedParameters};
use crate::{
    analyses::{NamedDataset, complete::complete_genes},
    context::Context,
    error::{AnalysisError, Warning},
    matrix::Matrix,
    stats::{
        embedding::{TsneOptions, UmapOptions, tsne, umap},
        principal::{PrincipalOptions, principal_components},
    },
};

/// Fewer samples have no neighborhoods.
const MIN_SAMPLES: usize = 4;

/// With more, comparing every two takes minutes.
const MAX_SAMPLES: usize = 20_000;

pub fn run(
    input: &NamedDataset,
    parameters: EmbedParameters,
    context: &Context,
) -> Result<EmbedOutput, AnalysisError> {
    let data = complete_genes(input, MIN_SAMPLES, context)?;
    let n = data.n_samples();
    if n > MAX_SAMPLES {
        return Err(AnalysisError::Unsuitable {
            found: format!("{} has {n} samples", input.name),
            expected: format!("expected at most {MAX_SAMPLES}"),
            hint: "Use pca, or choose some samples with select_samples".into(),
        });
    }
    let options = PrincipalOptions {
        n_components: parameters.components,
        center: true,
        scale: false,
        seed: parameters.seed,
    };
    let scores = principal_components(&data.matrix, options, context)?.scores;
    if scores.is_empty() {
        return Err(AnalysisError::Unsuitable {
            found: format!("no gene of {} varies between samples", input.name),
            expected: "expected genes that differ".into(),
            hint: "Look whether a step before this one made all samples equal".into(),
        });
    }
    let cells = (0..n).flat_map(|sample| scores.iter().map(move |scores| scores[sample] as f32));
    let points = Matrix::from_rows(n, scores.len(), cells.collect());
    let used = lowered(parameters, n, &input.name, context);
    let map = match used.method {
        EmbedMethod::Tsne => {
            let options = TsneOptions {
                perplexity: used.perplexity,
                seed: used.seed,
            };
            tsne(&points, options, context)?
        }
        EmbedMethod::Umap => {
            let options = UmapOptions {
                n_neighbors: used.neighbors,
                seed: used.seed,
            };
            umap(&points, options, context)?
        }
    };
    let [xs, ys] = [0, 1].map(|axis| map.iter().map(|point| point[axis]).collect());
    Ok(EmbedOutput {
        coordinates: [xs, ys],
        parameters: used,
        n_components: scores.len(),
        n_genes: data.n_genes(),
        data: Arc::clone(&input.data),
        input_name: input.name.clone(),
    })
}

/// The parameters with no more neighbors than there are samples for, and a word about it.
fn lowered(
    mut parameters: EmbedParameters,
    n: usize,
    name: &str,
    context: &Context,
) -> EmbedParameters {
    let warn = |what: &str, asked: f64, used: f64| {
        context.warn(Warning::new(
            "too_few_samples",
            format!("{what} {asked} is too many for {n} samples of {name}; {used} is used"),
        ));
    };
    let most = (n as f64 - 1.0) / 2.0;
    if parameters.method == EmbedMethod::Tsne && parameters.perplexity > most {
        warn("perplexity", parameters.perplexity, most);
        parameters.perplexity = most;
    }
    if parameters.method == EmbedMethod::Umap && parameters.neighbors > n {
        warn("neighbors", parameters.neighbors as f64, n as f64);
        parameters.neighbors = n;
    }
    parameters
}
