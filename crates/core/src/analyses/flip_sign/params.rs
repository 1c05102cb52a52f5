//! Parameters of `flip_sign`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, SampleSet, Shapes},
    error::ParamError,
};

/// What to flip.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FlipSignParameters {
    /// Samples to flip
    ///
    /// `"all"` (default) when the whole set was formed as reference over sample; a list when some
    /// arrays were swapped.
    pub samples: SampleSet,
}

impl Parameters for FlipSignParameters {
    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        Ok(())
    }
}
