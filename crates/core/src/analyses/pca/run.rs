//! Running `pca`.

use std::sync::Arc;

use super::{PcaOutput, PcaParameters};
use crate::{
    analyses::{NamedDataset, complete::complete_genes},
    context::Context,
    dataset::Dataset,
    error::{AnalysisError, Warning},
    stats::{
        center::is_constant,
        principal::{PrincipalOptions, principal_components},
    },
};

pub fn run(
    input: &NamedDataset,
    parameters: PcaParameters,
    context: &Context,
) -> Result<PcaOutput, AnalysisError> {
    let mut data = complete_genes(input, 2, context)?;
    if parameters.scale {
        data = varying_genes(data, &input.name, context);
    }
    let options = PrincipalOptions {
        n_components: parameters.components,
        center: parameters.center,
        scale: parameters.scale,
        seed: parameters.seed,
    };
    let found = principal_components(&data.matrix, options, context)?;
    let n_found = found.variances.len();
    if n_found == 0 {
        return Err(AnalysisError::Unsuitable {
            found: format!("no gene of {} varies between samples", input.name),
            expected: "expected genes that differ".into(),
            hint: "Look whether a step before this one made all samples equal".into(),
        });
    }
    if n_found < parameters.components {
        context.warn(Warning::new(
            "fewer_components",
            format!(
                "{} components asked for, {n_found} found: {} samples and {} genes of {} hold no more",
                parameters.components,
                data.n_samples(),
                data.n_genes(),
                input.name
            ),
        ));
    }
    Ok(PcaOutput {
        found,
        parameters,
        n_left_out: input.data.n_genes() - data.n_genes(),
        genes: Arc::clone(&data.genes),
        data: Arc::clone(&input.data),
        input_name: input.name.clone(),
    })
}

/// Without the genes that have no standard deviation to divide by.
fn varying_genes(data: Arc<Dataset>, name: &str, context: &Context) -> Arc<Dataset> {
    let varies = |&gene: &usize| !is_constant(data.matrix.row(gene));
    let kept: Vec<usize> = (0..data.n_genes()).filter(varies).collect();
    let n_constant = data.n_genes() - kept.len();
    if n_constant == 0 {
        return data;
    }
    context.warn(Warning::new(
        "constant_genes",
        format!(
            "{n_constant} genes of {name} are constant and left out, since they cannot be scaled"
        ),
    ));
    Arc::new(data.select_genes(&kept))
}
