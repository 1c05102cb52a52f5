//! Parameters of `rename_samples`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{
        DataReference, Parameters, Shapes,
        renaming::{Renaming, Unmatched},
    },
    error::ParamError,
};

/// Where the new names come from. With neither `names` nor `to`, nothing is renamed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RenameSamplesParameters {
    /// Table with the old names in its first column
    ///
    /// Default none: new names are then an annotation of the data.
    pub names: DataReference,
    /// Column of the new names
    ///
    /// Default empty: the second column of the table.
    #[schemars(extend("x-choices" = "columns_of:names"))]
    pub to: String,
    /// What happens to samples without a new name
    ///
    /// Default `keep`; either way they are listed.
    pub unmatched: Unmatched,
}

impl RenameSamplesParameters {
    /// The renaming they describe.
    pub(super) fn renaming(&self) -> Renaming<'_> {
        Renaming {
            what: "sample",
            names: &self.names,
            to: &self.to,
            unmatched: self.unmatched,
        }
    }
}

impl Parameters for RenameSamplesParameters {
    const DATA_FIELDS: &'static [&'static str] = &["names"];

    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        Ok(())
    }
}
