//! Giving rows or columns other names: what `rename_samples` and `rename_genes` share.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Inputs,
    inputs::DataReference,
    names_of::{annotation_texts, name_map},
    selection::first_five,
};
use crate::{
    context::Context,
    dataset::{Annotations, NameIndex},
    error::{AnalysisError, Warning},
    table::Table,
};

/// What happens to a name without a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unmatched {
    /// It keeps its old name
    #[default]
    Keep,
    /// It is left out
    Drop,
}

/// Where new names come from.
#[derive(Debug, Clone, Copy)]
pub struct Renaming<'a> {
    /// "sample", "gene".
    pub what: &'static str,
    /// Table of old and new names; empty to take an annotation of the data.
    pub names: &'a DataReference,
    /// Column of the new names.
    pub to: &'a str,
    /// What happens to the others.
    pub unmatched: Unmatched,
}

/// New names for the positions that stay.
#[derive(Debug)]
pub struct Renamed {
    /// Positions that stay, ascending.
    pub positions: Vec<usize>,
    /// Their new names, all different.
    pub names: Vec<String>,
    /// Old names without a new one.
    pub unmatched: Vec<String>,
}

impl Renaming<'_> {
    /// New names for `names`, which have those `annotations`.
    pub fn rename(
        &self,
        inputs: &Inputs,
        names: &[String],
        annotations: &Annotations,
    ) -> Result<Renamed, AnalysisError> {
        if self.names.0.is_empty() && self.to.is_empty() {
            return self.distinct((0..names.len()).collect(), names.to_vec(), Vec::new());
        }
        let new_names = self.new_names(inputs, names, annotations)?;
        let mut kept = Vec::new();
        let mut renamed = Vec::new();
        let mut unmatched = Vec::new();
        for (position, new) in new_names.into_iter().enumerate() {
            let new = new.trim();
            let is_unmatched = new.is_empty();
            if is_unmatched {
                unmatched.push(names[position].clone());
            }
            if !is_unmatched || self.unmatched == Unmatched::Keep {
                kept.push(position);
                renamed.push(if is_unmatched { &names[position] } else { new }.to_owned());
            }
        }
        self.distinct(kept, renamed, unmatched)
    }

    /// The new name of each, empty where there is none.
    fn new_names(
        &self,
        inputs: &Inputs,
        names: &[String],
        annotations: &Annotations,
    ) -> Result<Vec<String>, AnalysisError> {
        if self.names.0.is_empty() {
            return Ok(annotation_texts(annotations, "to", self.to)?);
        }
        let map = name_map(inputs.reference(self.names)?, "names", self.to)?;
        let found: Vec<String> = names
            .iter()
            .map(|name| map.get(name.trim()).cloned().unwrap_or_default())
            .collect();
        if !names.is_empty() && found.iter().all(String::is_empty) {
            let old: Vec<String> = map.into_keys().collect();
            return Err(self.nothing_found(names, &old));
        }
        Ok(found)
    }

    fn nothing_found(&self, names: &[String], old: &[String]) -> AnalysisError {
        let what = self.what;
        let index = NameIndex::new(old);
        let near = names.iter().take(20).find_map(|name| {
            let nearest = index.nearest(name, 1);
            Some(format!("; nearest are {name} and {}", nearest.first()?))
        });
        AnalysisError::NoMatch {
            message: format!(
                "none of the {} {what}s has a new name in {}: the {what}s are {}, the table has {}{}",
                names.len(),
                self.names.0,
                first_five(names),
                first_five(old),
                near.unwrap_or_default()
            ),
            hint: format!("The first column of the table must hold the {what} names of the data"),
        }
    }

    fn distinct(
        &self,
        positions: Vec<usize>,
        names: Vec<String>,
        unmatched: Vec<String>,
    ) -> Result<Renamed, AnalysisError> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for name in &names {
            *counts.entry(name).or_default() += 1;
        }
        if let Some((&name, &count)) = counts.iter().find(|&(_, &count)| count > 1) {
            return Err(AnalysisError::Duplicate {
                what: self.what,
                name: name.to_owned(),
                count,
            });
        }
        Ok(Renamed {
            positions,
            names,
            unmatched,
        })
    }
}

impl Renamed {
    /// Names without a new one, as a table; warns where there are any.
    pub fn unmatched_table(&self, what: &'static str, context: &Context) -> Option<Table> {
        let first = self.unmatched.first()?;
        context.warn(Warning::new(
            "unmatched",
            format!(
                "{} {what}s have no new name, the first is {first}",
                self.unmatched.len()
            ),
        ));
        let label = if what == "gene" { "Gene" } else { "Sample" };
        Some(Table::new("unmatched", "Names without a new one").text(
            what,
            label,
            self.unmatched.clone(),
        ))
    }
}
