//! Parameters of `collapse_genes`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{DataReference, Parameters, Shapes},
    error::ParamError,
};

/// How to join rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CollapseGenesParameters {
    /// How rows of one gene become one
    ///
    /// Default `sum`, which is right for counts. For logarithms take `max_mean`, `mean` or `median`.
    pub how: How,
    /// Take the version off the ids
    ///
    /// Default no. `ENSG00000141510.18` becomes `ENSG00000141510`.
    pub strip_version: bool,
    /// Table of gene names: the old id in its first column
    ///
    /// Default none. Ids are looked up as they stand, then without their version.
    pub map: DataReference,
    /// Column of the new names
    ///
    /// Default empty: the second column of the map; without a map, the id itself.
    #[schemars(extend("x-choices" = "columns_of:map"))]
    pub to: String,
}

/// How rows become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Sum of the rows
    #[default]
    Sum,
    /// Mean of the rows
    Mean,
    /// Median of the rows
    Median,
    /// The row of highest mean; of equal ones the first
    MaxMean,
    /// The first row
    First,
}

impl Parameters for CollapseGenesParameters {
    const DATA_FIELDS: &'static [&'static str] = &["map"];

    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        Ok(())
    }
}
