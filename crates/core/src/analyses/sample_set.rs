//! All samples, or those of a list, as the value of a parameter.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::{NamedDataset, all_or_names};
use crate::{dataset::NameIndex, error::ParamError};

/// `"all"`, or a list of sample names, in a recipe.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "serde_json::Value", into = "serde_json::Value")]
pub enum SampleSet {
    /// Every sample.
    #[default]
    All,
    /// These samples.
    Listed(Vec<String>),
}

impl SampleSet {
    /// An error at `field` where a list is empty: nothing can be fitted on no sample.
    pub fn refuse_empty(&self, field: &str) -> Result<(), ParamError> {
        match self {
            Self::Listed(names) if names.is_empty() => Err(ParamError::new(
                field,
                "an empty list",
                "\"all\" or at least one sample",
            )),
            _ => Ok(()),
        }
    }

    /// Positions of the samples of a list, ascending; none for all. Errors as [`Self::positions`].
    pub fn listed(
        &self,
        field: &str,
        input: &NamedDataset,
    ) -> Result<Option<Vec<usize>>, ParamError> {
        match self {
            Self::All => Ok(None),
            Self::Listed(_) => self.positions(field, input).map(Some),
        }
    }

    /// Positions of the samples in the data, ascending; a name that is not there is an error at
    /// `field` that names the nearest one.
    pub fn positions(&self, field: &str, input: &NamedDataset) -> Result<Vec<usize>, ParamError> {
        let Self::Listed(names) = self else {
            return Ok((0..input.data.n_samples()).collect());
        };
        let trimmed = input.data.samples.iter().map(|name| name.trim().to_owned());
        let trimmed: Vec<String> = trimmed.collect();
        let index = NameIndex::new(&trimmed);
        let mut positions = Vec::with_capacity(names.len());
        for name in names {
            let position = index.get(name.trim()).ok_or_else(|| {
                let allowed = match index.nearest(name, 1).first() {
                    Some(nearest) => format!("a sample of {}, perhaps {nearest}", input.name),
                    None => format!("a sample of {}", input.name),
                };
                ParamError::new(field, name, allowed)
            })?;
            positions.push(position);
        }
        positions.sort_unstable();
        positions.dedup();
        Ok(positions)
    }
}

impl From<SampleSet> for serde_json::Value {
    fn from(set: SampleSet) -> Self {
        all_or_names::to_value(match set {
            SampleSet::All => None,
            SampleSet::Listed(names) => Some(names),
        })
    }
}

impl TryFrom<serde_json::Value> for SampleSet {
    type Error = String;

    fn try_from(value: serde_json::Value) -> Result<Self, String> {
        let names = all_or_names::from_value(&value, "samples")?;
        Ok(names.map_or(Self::All, Self::Listed))
    }
}

impl JsonSchema for SampleSet {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SampleSet".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        all_or_names::schema("samples")
    }
}
