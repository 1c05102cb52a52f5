//! Running `mds`.

use std::sync::Arc;

use cuvette_kernels::vectors::scale;

use super::{MdsOutput, MdsParameters, SampleDistance};
use crate::{
    analyses::{NamedDataset, complete::complete_genes},
    context::Context,
    dataset::Dataset,
    error::{AnalysisError, Warning},
    stats::{
        correlation::CorrelationMethod,
        correlation_matrix::correlation_matrix,
        principal::{PrincipalOptions, principal_components, sign_of_largest},
        scaling::{Scaling, classical_scaling},
    },
};

/// More samples need more memory for their distances than a page has.
const MAX_SAMPLES: usize = 5_000;

/// What rounding makes of 1 − r where r is 1.
const MIN_DISTANCE: f64 = 1e-6;

pub fn run(
    input: &NamedDataset,
    parameters: MdsParameters,
    context: &Context,
) -> Result<MdsOutput, AnalysisError> {
    let data = complete_genes(input, 2, context)?;
    let found = match parameters.distance {
        SampleDistance::Correlation => by_correlation(&data, input, parameters, context)?,
        SampleDistance::Euclidean => by_differences(&data, parameters, context)?,
    };
    let n_found = found.eigenvalues.len();
    if n_found == 0 {
        return Err(AnalysisError::Unsuitable {
            found: format!("all samples of {} are equal", input.name),
            expected: "expected samples that differ".into(),
            hint: "Look whether a step before this one made all samples equal".into(),
        });
    }
    if n_found < parameters.components {
        context.warn(Warning::new(
            "fewer_components",
            format!(
                "{} dimensions asked for, {n_found} found: the distances of {} samples of {} need no more",
                parameters.components,
                data.n_samples(),
                input.name
            ),
        ));
    }
    Ok(MdsOutput {
        found,
        distance: parameters.distance,
        is_scaled: parameters.scale,
        n_genes: data.n_genes(),
        data: Arc::clone(&input.data),
        input_name: input.name.clone(),
    })
}

fn by_correlation(
    data: &Dataset,
    input: &NamedDataset,
    parameters: MdsParameters,
    context: &Context,
) -> Result<Scaling, AnalysisError> {
    let n = data.n_samples();
    if n > MAX_SAMPLES {
        return Err(AnalysisError::Unsuitable {
            found: format!("{} has {n} samples", input.name),
            expected: format!("expected at most {MAX_SAMPLES} for all distances"),
            hint: "Use pca, or mds with the distance euclidean, or choose some with select_samples"
                .into(),
        });
    }
    let r = correlation_matrix(&data.matrix, CorrelationMethod::Pearson, context)?;
    if let Some(sample) = (0..n).find(|&sample| r.get(sample, sample).is_nan()) {
        return Err(AnalysisError::Unsuitable {
            found: format!(
                "sample {} of {} is constant",
                data.samples[sample], input.name
            ),
            expected: "expected values that vary, which have a correlation".into(),
            hint: "Leave it out with select_samples, or choose the distance euclidean".into(),
        });
    }
    let distance = |i, j| match 1.0 - f64::from(r.get(i, j)) {
        distance if distance > MIN_DISTANCE => distance,
        _ => 0.0,
    };
    classical_scaling(n, distance, parameters.components, context)
}

/// Scaling of Euclidean distances is that of principal components, without the distances.
fn by_differences(
    data: &Dataset,
    parameters: MdsParameters,
    context: &Context,
) -> Result<Scaling, AnalysisError> {
    let options = PrincipalOptions {
        n_components: parameters.components,
        center: true,
        scale: parameters.scale,
        seed: 0,
    };
    let mut found = principal_components(&data.matrix, options, context)?;
    for scores in &mut found.scores {
        let sign = sign_of_largest(scores);
        scale(scores, sign);
    }
    let n_free = data.n_samples() as f64 - 1.0;
    Ok(Scaling {
        coordinates: found.scores,
        eigenvalues: found
            .variances
            .iter()
            .map(|variance| variance * n_free)
            .collect(),
        total: found.total_variance * n_free,
    })
}
