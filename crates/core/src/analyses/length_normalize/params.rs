//! Parameters of `length_normalize`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{DataReference, Parameters, Shapes},
    error::ParamError,
    stats::gene_length::LengthMethod,
};

/// Which lengths, and what is made of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LengthNormalizeParameters {
    /// What values become
    ///
    /// Default `tpm`. `tpm` and `rpkm` are for counts; `divide` takes any values.
    pub how: LengthMethod,
    /// Table of gene lengths, or a GTF file
    ///
    /// Default none: an annotation of the genes.
    pub lengths: DataReference,
    /// Column of the lengths
    ///
    /// Default empty: the only column of numbers; where there are several, one must be named.
    #[schemars(extend("x-choices" = "columns_of:lengths"))]
    pub column: String,
    /// Column of the table that holds the gene names of the data
    ///
    /// Default empty: its first column. Take the column of symbols where the data have symbols.
    #[serde(rename = "match")]
    #[schemars(extend("x-choices" = "columns_of:lengths"))]
    pub match_by: String,
    /// Match ids without their version
    ///
    /// Default no. `ENSG00000141510.18` and `ENSG00000141510.11` are then one gene.
    pub strip_version: bool,
    /// What a name is that has several lengths
    ///
    /// Default `refuse`.
    pub repeated: RepeatedNames,
    /// Unit of the lengths in the table
    ///
    /// Default `bp`. `divide` divides by the length in this unit, as it stands in the table.
    pub unit: LengthUnit,
    /// Take values that are no counts
    ///
    /// Default no. For estimated counts, which are not whole: from Salmon, kallisto or RSEM.
    pub accept_non_counts: bool,
}

/// What becomes of a gene whose name stands in the table with different lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RepeatedNames {
    /// An error that names it
    #[default]
    Refuse,
    /// It has the longest of them
    Longest,
}

/// Unit of lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LengthUnit {
    /// Base pairs
    #[default]
    #[schemars(title = "bp")]
    Bp,
    /// Thousands of base pairs
    #[schemars(title = "kb")]
    Kb,
}

impl LengthUnit {
    /// Base pairs in one.
    pub fn base_pairs(self) -> f64 {
        match self {
            Self::Bp => 1.0,
            Self::Kb => 1000.0,
        }
    }

    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bp => "bp",
            Self::Kb => "kb",
        }
    }
}

impl Parameters for LengthNormalizeParameters {
    const DATA_FIELDS: &'static [&'static str] = &["lengths"];

    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        if self.lengths.0.is_empty() && !self.match_by.is_empty() {
            return Err(ParamError::new(
                "match",
                &self.match_by,
                "empty, since lengths names no table whose column it could be",
            ));
        }
        Ok(())
    }
}
