//! Choosing rows or columns by name, by list or by a rule on an annotation: what `select_samples`
//! and `select_genes` share.

use cuvette_kernels::number::parse_number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Inputs,
    inputs::DataReference,
    names_of::{listed_names, unknown_column},
};
use crate::{
    context::Context,
    dataset::{Annotations, ColumnValues, NameIndex},
    error::{AnalysisError, ParamError, Warning},
    table::Table,
};

/// What is done with the chosen ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// They stay, the others go
    #[default]
    Chosen,
    /// They go, the others stay
    Others,
}

/// A rule on one annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The annotation is one of the values
    #[default]
    OneOf,
    /// The annotation is present and none of the values
    NoneOf,
    /// A number, at least the value
    AtLeast,
    /// A number, at most the value
    AtMost,
    /// The annotation contains one of the values, in any case
    Contains,
}

/// A choice among names; empty parts do not choose.
#[derive(Debug, Clone, Copy)]
pub struct Selection<'a> {
    /// "sample", "gene".
    pub what: &'static str,
    /// Chosen names.
    pub ids: &'a [String],
    /// A list of chosen names.
    pub list: &'a DataReference,
    /// The annotation that the rule asks.
    pub column: &'a str,
    /// How it asks.
    pub rule: Rule,
    /// What it asks for.
    pub values: &'a [String],
    /// What is done with the chosen ones.
    pub keep: Keep,
}

/// The positions that stay, and the names asked for that are not there.
#[derive(Debug)]
pub struct Selected {
    /// Positions in the data. Chosen names in the order asked, all else in the order of the data.
    pub positions: Vec<usize>,
    /// Names asked for and not found, each with its nearest neighbor (empty where there is none).
    pub unmatched: Vec<[String; 2]>,
}

impl Selection<'_> {
    /// Says which parameter does not fit, before the data are read.
    pub fn check(&self) -> Result<(), ParamError> {
        if self.column.is_empty() {
            return match self.values {
                [] => Ok(()),
                [..] => Err(ParamError::new(
                    "column",
                    "empty",
                    "the annotation that `values` are looked up in",
                )),
            };
        }
        if self.values.is_empty() {
            return Err(ParamError::new("values", "empty", "at least one value"));
        }
        if matches!(self.rule, Rule::AtLeast | Rule::AtMost) {
            self.threshold()?;
        }
        Ok(())
    }

    /// Chooses among `names`.
    pub fn choose(
        &self,
        inputs: &Inputs,
        names: &[String],
        annotations: &Annotations,
    ) -> Result<Selected, AnalysisError> {
        let mut wanted = self.ids.to_vec();
        if !self.list.0.is_empty() {
            wanted.extend(listed_names(inputs.reference(self.list)?));
        }
        let by_name = !wanted.is_empty() || !self.list.0.is_empty();
        let (mut positions, unmatched) = if by_name {
            self.positions_of(&wanted, names)?
        } else {
            ((0..names.len()).collect(), Vec::new())
        };
        let by_rule = !self.column.is_empty();
        if by_rule {
            let obeys = self.rows_that_obey(annotations)?;
            positions.retain(|&position| obeys[position]);
        }
        if self.keep == Keep::Others && (by_name || by_rule) {
            let mut is_chosen = vec![false; names.len()];
            for &position in &positions {
                is_chosen[position] = true;
            }
            positions = (0..names.len()).filter(|&i| !is_chosen[i]).collect();
        }
        Ok(Selected {
            positions,
            unmatched,
        })
    }

    fn positions_of(
        &self,
        wanted: &[String],
        names: &[String],
    ) -> Result<(Vec<usize>, Vec<[String; 2]>), AnalysisError> {
        let index = NameIndex::new(names);
        let mut positions = Vec::with_capacity(wanted.len());
        let mut is_taken = vec![false; names.len()];
        let mut unmatched = Vec::new();
        for name in wanted.iter().map(|name| name.trim()) {
            match index.get(name) {
                Some(position) if is_taken[position] => {}
                Some(position) => {
                    is_taken[position] = true;
                    positions.push(position);
                }
                None => unmatched.push([name.to_owned(), nearest(&index, name, unmatched.len())]),
            }
        }
        if positions.is_empty() && !wanted.is_empty() {
            return Err(self.nothing_found(wanted, names));
        }
        Ok((positions, unmatched))
    }

    fn nothing_found(&self, wanted: &[String], names: &[String]) -> AnalysisError {
        let what = self.what;
        AnalysisError::NoMatch {
            message: format!(
                "none of the {} {what} names asked for is among the {} {what}s: asked for {}, there are {}",
                wanted.len(),
                names.len(),
                first_five(wanted),
                first_five(names)
            ),
            hint: format!("Check the spelling and the kind of {what} name, or rename them first"),
        }
    }

    fn threshold(&self) -> Result<f64, ParamError> {
        match self.values {
            [value] => parse_number(value.trim().as_bytes(), b'.')
                .ok_or_else(|| ParamError::new("values", value, "one number for this rule")),
            values => Err(ParamError::new(
                "values",
                values.join(", "),
                "one number for this rule",
            )),
        }
    }

    fn rows_that_obey(&self, annotations: &Annotations) -> Result<Vec<bool>, ParamError> {
        let names: Vec<&str> = annotations.names().collect();
        let column = annotations
            .column(self.column)
            .ok_or_else(|| unknown_column("column", self.column, &names))?;
        let rows = 0..column.values.len();
        if matches!(self.rule, Rule::AtLeast | Rule::AtMost) {
            let ColumnValues::Number(numbers) = &column.values else {
                return Err(ParamError::new(
                    "column",
                    self.column,
                    "a column of numbers for this rule",
                ));
            };
            let threshold = self.threshold()?;
            let at_least = self.rule == Rule::AtLeast;
            return Ok(numbers
                .iter()
                .map(|&x| {
                    if at_least {
                        x >= threshold
                    } else {
                        x <= threshold
                    }
                })
                .collect());
        }
        Ok(rows
            .map(|row| self.obeys(&column.values.text(row)))
            .collect())
    }

    fn obeys(&self, text: &str) -> bool {
        let text = text.trim();
        let is_value = || self.values.iter().any(|value| value.trim() == text);
        match self.rule {
            Rule::OneOf => is_value(),
            Rule::NoneOf => !text.is_empty() && !is_value(),
            Rule::Contains => {
                let text = text.to_lowercase();
                self.values
                    .iter()
                    .any(|value| text.contains(&value.trim().to_lowercase()))
            }
            Rule::AtLeast | Rule::AtMost => false,
        }
    }
}

impl Selected {
    /// The names that were not found, as a table; warns where there are any.
    pub fn unmatched_table(&self, what: &'static str, context: &Context) -> Option<Table> {
        let first = self.unmatched.first()?;
        let guess = if first[1].is_empty() {
            String::new()
        } else {
            format!(" (nearest: {})", first[1])
        };
        context.warn(Warning::new(
            "unmatched",
            format!(
                "{} {what} names asked for are not in the data, the first is {}{guess}",
                self.unmatched.len(),
                first[0]
            ),
        ));
        let column = |part: usize| {
            self.unmatched
                .iter()
                .map(|pair| pair[part].clone())
                .collect()
        };
        Some(
            Table::new("unmatched", "Names not found")
                .text("name", "Name asked for", column(0))
                .text("nearest", "Nearest name", column(1)),
        )
    }
}

/// The first five names, and an ellipsis where there are more.
pub fn first_five(names: &[String]) -> String {
    let shown = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 5 {
        format!("{shown}, …")
    } else {
        shown
    }
}

/// Looking for neighbors costs a pass over all names: only the first few are worth it.
fn nearest(index: &NameIndex, name: &str, n_before: usize) -> String {
    const MAX_LOOKED_UP: usize = 50;
    if n_before >= MAX_LOOKED_UP {
        return String::new();
    }
    index
        .nearest(name, 1)
        .first()
        .map_or("", |name| name)
        .to_owned()
}
