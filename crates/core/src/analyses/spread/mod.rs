//! How far the values of each sample spread: quiet and disruptive profiles.
//!
//! Percentiles by linear interpolation, as `numpy.percentile`; a share is of the values that are
//! not missing, strictly beyond the threshold on either side. Samples are sorted by their
//! interquartile range, quiet first; ties keep their order.

mod figures;
mod output;
mod run;
#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use output::{ProfileSpread, SpreadOutput, SpreadSummary, THRESHOLDS};

use super::{Analysis, Group, Inputs, Meta, Parameters, Shapes};
use crate::{
    context::Context,
    error::{AnalysisError, ParamError},
};

/// The `spread` step.
pub struct Spread;

/// There is nothing to set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SpreadParameters {}

impl Parameters for SpreadParameters {
    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        Ok(())
    }
}

impl Analysis for Spread {
    type Parameters = SpreadParameters;
    type Output = SpreadOutput;
    const META: Meta = Meta {
        id: "spread",
        title: "Spread per profile",
        help: "Percentiles and shares beyond thresholds of every sample, from quiet to disruptive",
        group: Group::Look,
        reads: &["Data"],
        citations: &[],
    };

    fn run(
        inputs: &Inputs,
        _: &SpreadParameters,
        context: &Context,
    ) -> Result<SpreadOutput, AnalysisError> {
        run::run(inputs.dataset(0)?, context)
    }
}
