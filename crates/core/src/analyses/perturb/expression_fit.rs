//! What the engines that know no ranks learn from the data.

use super::{PerturbEngine, PerturbParameters};
use crate::{
    analyses::{Inputs, names_of::listed_names},
    context::Context,
    dataset::NameIndex,
    error::{AnalysisError, ParamError, Warning},
    matrix::Matrix,
    stats::propagation::{
        Conditional, Network, Precision, Regulators, Shrinkage, ShrunkCovariance,
    },
};

/// Regulators of each gene, where no list says which.
const N_REGULATORS: usize = 20;

/// What was learned of how genes vary together.
pub enum Fitted {
    /// Covariances, and their inverse.
    Conditional(Conditional, Precision),
    /// Covariances, and the coefficients of genes on their regulators.
    Network(Conditional, Network),
}

impl Fitted {
    /// How genes vary together.
    pub fn conditional(&self) -> &Conditional {
        match self {
            Self::Conditional(conditional, _) | Self::Network(conditional, _) => conditional,
        }
    }

    /// By which share covariances were shrunk.
    pub fn shrinkage(&self) -> f64 {
        self.conditional().covariance.shrinkage()
    }

    /// Spectral radius of the network, where it is one.
    pub fn radius(&self) -> Option<f64> {
        match self {
            Self::Conditional(..) => None,
            Self::Network(_, network) => Some(network.radius),
        }
    }
}

/// Learns from the rows of `genes`, whose names these are.
pub fn fit(
    inputs: &Inputs,
    rows: &Matrix,
    genes: &[usize],
    names: &[String],
    parameters: &PerturbParameters,
    context: &Context,
) -> Result<Fitted, AnalysisError> {
    context.progress(0, 2, "steps");
    let shrinkage = Shrinkage::SchaeferStrimmer;
    let covariance = ShrunkCovariance::fit(rows, genes, shrinkage, context)?;
    context.progress(1, 2, "steps");
    if parameters.engine == PerturbEngine::Conditional {
        let conditional = Conditional { covariance };
        let precision = conditional.precision(context)?;
        return Ok(Fitted::Conditional(conditional, precision));
    }
    let listed = regulators(inputs, names, parameters, context)?;
    let regulators = match &listed {
        Some(listed) => Regulators::Listed(listed),
        None => Regulators::TopPartial(N_REGULATORS),
    };
    let network = Network::fit(&covariance, regulators, context)?;
    if network.radius >= 1.0 {
        context.warn(Warning::new(
            "network_scaled",
            format!(
                "Changes would grow from step to step (spectral radius {:.2}); all coefficients are made smaller",
                network.radius
            ),
        ));
    }
    Ok(Fitted::Network(Conditional { covariance }, network))
}

fn regulators(
    inputs: &Inputs,
    names: &[String],
    parameters: &PerturbParameters,
    context: &Context,
) -> Result<Option<Vec<usize>>, AnalysisError> {
    let reference = &parameters.regulators;
    if reference.0.is_empty() {
        return Ok(None);
    }
    let listed = listed_names(inputs.reference(reference)?);
    let index = NameIndex::new(names);
    let mut found: Vec<usize> = listed.iter().filter_map(|name| index.get(name)).collect();
    found.sort_unstable();
    found.dedup();
    if found.is_empty() {
        let allowed = "names of genes that vary in these data";
        return Err(ParamError::new("regulators", &reference.0, allowed).into());
    }
    if found.len() < listed.len() {
        context.warn(Warning::new(
            "unknown_regulators",
            format!(
                "{} of {} regulators are not among the genes that take part",
                listed.len() - found.len(),
                listed.len()
            ),
        ));
    }
    Ok(Some(found))
}
