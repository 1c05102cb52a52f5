//! Parameters of `select_genes`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{
        DataReference, Parameters, Shapes,
        selection::{Keep, Rule, Selection},
    },
    error::ParamError,
};

/// Which genes to choose. Parts left empty do not choose; given together, all must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SelectGenesParameters {
    /// Names of genes, kept in this order
    ///
    /// Default empty: not chosen by name.
    #[schemars(extend("x-items" = "genes"))]
    pub ids: Vec<String>,
    /// An input or table whose first column lists the genes
    ///
    /// Default none. Joined with `ids` where both are given.
    pub list: DataReference,
    /// Annotation that the rule asks
    ///
    /// Default none: no rule.
    #[schemars(extend("x-choices" = "gene_columns"))]
    pub column: String,
    /// What must hold for the annotation
    ///
    /// Default `one_of`. `at_least` and `at_most` need a column of numbers and one value.
    pub rule: Rule,
    /// Values that the rule compares with
    ///
    /// Default empty; needed as soon as a column is chosen.
    pub values: Vec<String>,
    /// Keep the chosen genes, or all others
    ///
    /// Default `chosen`.
    pub keep: Keep,
}

impl SelectGenesParameters {
    /// The choice they describe.
    pub(super) fn selection(&self) -> Selection<'_> {
        Selection {
            what: "gene",
            ids: &self.ids,
            list: &self.list,
            column: &self.column,
            rule: self.rule,
            values: &self.values,
            keep: self.keep,
        }
    }
}

impl Parameters for SelectGenesParameters {
    const DATA_FIELDS: &'static [&'static str] = &["list"];

    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        self.selection().check()
    }
}
