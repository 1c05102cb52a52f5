//! Parameters of `cross_study`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, Shapes, names_of::unknown_column},
    error::ParamError,
};

/// Fewest common values that a correlation is computed from.
const FEWEST_COMMON: usize = 3;

/// What is compared, and over what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CrossStudyParameters {
    /// What is paired by its name
    ///
    /// Default `sample`.
    #[serde(rename = "match")]
    pub match_by: MatchBy,
    /// Fewest common values of a pair
    ///
    /// From 3 up; default 10. A pair with fewer is left out and listed: its coefficient would be
    /// mostly chance.
    #[schemars(range(min = 3), extend("x-unit" = "common values"))]
    pub min_common: usize,
    /// Sample annotation that names the perturbed gene
    ///
    /// Default none: the sample's own name, where it is a gene of the data. Several genes are
    /// joined by `+`. Under log2(deletion / reference) a deleted gene must be down; where it is up,
    /// the sign of the profile is in doubt.
    #[schemars(extend("x-choices" = "sample_columns"))]
    pub own_gene: Option<String>,
}

/// What is paired by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchBy {
    /// Samples of one name (the perturbation), each over the common genes
    #[default]
    Sample,
    /// Genes of one name, each over the common samples
    Gene,
}

impl Default for CrossStudyParameters {
    fn default() -> Self {
        Self {
            match_by: MatchBy::Sample,
            min_common: 10,
            own_gene: None,
        }
    }
}

impl CrossStudyParameters {
    /// The column of the own gene, where one is given.
    pub(super) fn own_gene_column(&self) -> Option<&str> {
        self.own_gene.as_deref().filter(|column| !column.is_empty())
    }
}

impl Parameters for CrossStudyParameters {
    fn check(&self, shapes: &Shapes) -> Result<(), ParamError> {
        if self.min_common < FEWEST_COMMON {
            return Err(ParamError::new("min_common", self.min_common, "3 or more"));
        }
        let Some(column) = self.own_gene_column() else {
            return Ok(());
        };
        if self.match_by == MatchBy::Gene {
            return Err(ParamError::new(
                "own_gene",
                column,
                "nothing where genes are matched: only a sample has an own gene",
            ));
        }
        let mut names: Vec<&str> = shapes
            .datasets
            .iter()
            .flat_map(|shape| shape.sample_columns.iter().map(String::as_str))
            .collect();
        names.sort_unstable();
        names.dedup();
        if shapes.datasets.is_empty() || names.contains(&column) {
            Ok(())
        } else {
            Err(unknown_column("own_gene", column, &names))
        }
    }
}
