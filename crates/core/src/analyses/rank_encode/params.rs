//! What can be set in `rank_encode`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{DataReference, Parameters, Shapes},
    error::ParamError,
};

/// Parameters of `rank_encode`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RankEncodeParameters {
    /// Table with the median of each gene, in counts per 10,000
    ///
    /// Its column `median`, or its first column of numbers. Empty: the medians of the data.
    pub medians: DataReference,
    /// Table with the token of each gene
    ///
    /// Its column `token`, or its first column of numbers. Empty: genes are numbered by their names.
    pub tokens: DataReference,
    /// Most tokens of a sequence
    ///
    /// 2,048 in the first version of Geneformer, 4,096 in the second.
    #[schemars(range(min = 1), extend("x-unit" = "tokens"))]
    pub max_length: usize,
    /// Leave out genes that fewer cells have
    ///
    /// Only with the medians of the data: the median of few cells says little. Of fewer than twice as
    /// many cells, half are enough.
    #[schemars(range(min = 1), extend("x-unit" = "cells"))]
    pub min_cells: usize,
}

impl Default for RankEncodeParameters {
    fn default() -> Self {
        Self {
            medians: DataReference::default(),
            tokens: DataReference::default(),
            max_length: 2_048,
            min_cells: 10,
        }
    }
}

impl Parameters for RankEncodeParameters {
    const DATA_FIELDS: &'static [&'static str] = &["medians", "tokens"];

    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        for (field, value) in [
            ("max_length", self.max_length),
            ("min_cells", self.min_cells),
        ] {
            if value == 0 {
                return Err(ParamError::new(field, value, "1 or more"));
            }
        }
        Ok(())
    }
}
