//! All genes, or those of a list, as the value of a parameter.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::all_or_names;
use crate::{
    dataset::{Dataset, NameIndex},
    error::ParamError,
};

/// `"all"`, or a list of gene names, in a recipe. By default a list that is still empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "serde_json::Value", into = "serde_json::Value")]
pub enum GeneChoice {
    /// Every gene.
    All,
    /// These genes.
    Listed(Vec<String>),
}

impl Default for GeneChoice {
    fn default() -> Self {
        Self::Listed(Vec::new())
    }
}

impl GeneChoice {
    /// The listed genes as rows of the data, in the order of the list; none for all, and for a list
    /// of the word all. A gene is found
    /// by its name, else as an annotation of genes calls it, whatever its case.
    ///
    /// # Errors
    ///
    /// An empty list, and a name that is not there, with the nearest one.
    pub fn rows(&self, field: &str, data: &Dataset) -> Result<Option<Vec<usize>>, ParamError> {
        let names = match self {
            Self::All => return Ok(None),
            Self::Listed(names) => names,
        };
        // As it is typed into a form, where no gene is called that.
        if matches!(names.as_slice(), [only] if only.trim() == "all" && !data.genes.contains(only))
        {
            return Ok(None);
        }
        if names.is_empty() {
            return Err(ParamError::new(
                field,
                "an empty list",
                "at least one gene, or \"all\"",
            ));
        }
        let index = NameIndex::new(&data.genes);
        let row = |name: &String| {
            let name = name.trim();
            let found = index.get(name).or_else(|| annotated(data, name));
            found.ok_or_else(|| {
                let allowed = match index.nearest(name, 1).first() {
                    Some(nearest) => format!("a gene of the data, perhaps {nearest}"),
                    None => "a gene of the data, by its name or an annotation of genes".into(),
                };
                ParamError::new(field, name, allowed)
            })
        };
        names.iter().map(row).collect::<Result<_, _>>().map(Some)
    }
}

fn annotated(data: &Dataset, name: &str) -> Option<usize> {
    let annotations = &data.gene_annotations;
    annotations.names().find_map(|column| {
        let values = &annotations.column(column)?.values;
        let is_it = |&row: &usize| values.text(row).trim().eq_ignore_ascii_case(name);
        (0..values.len()).find(is_it)
    })
}

impl From<GeneChoice> for serde_json::Value {
    fn from(choice: GeneChoice) -> Self {
        all_or_names::to_value(match choice {
            GeneChoice::All => None,
            GeneChoice::Listed(names) => Some(names),
        })
    }
}

impl TryFrom<serde_json::Value> for GeneChoice {
    type Error = String;

    fn try_from(value: serde_json::Value) -> Result<Self, String> {
        let names = all_or_names::from_value(&value, "genes")?;
        Ok(names.map_or(Self::All, Self::Listed))
    }
}

impl JsonSchema for GeneChoice {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "GeneChoice".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        all_or_names::schema("genes")
    }
}
