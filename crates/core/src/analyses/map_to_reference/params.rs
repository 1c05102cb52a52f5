//! Parameters of `map_to_reference`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{DataReference, Parameters, Shapes},
    error::ParamError,
};

/// Which distribution.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MapToReferenceParameters {
    /// Data set whose distribution all samples get
    ///
    /// Default none: it must be chosen. Genes are matched by name; only common ones are kept.
    pub reference: DataReference,
}

impl Parameters for MapToReferenceParameters {
    const DATA_FIELDS: &'static [&'static str] = &["reference"];

    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        Ok(())
    }
}
