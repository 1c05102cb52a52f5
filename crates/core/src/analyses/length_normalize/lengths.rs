//! The length of each gene, looked up by its name.

use std::collections::{BTreeMap, btree_map::Entry};

use super::{LengthNormalizeParameters, RepeatedNames};
use crate::{
    analyses::{
        AnnotationTable, Inputs, NamedDataset,
        names_of::{annotation_table, unknown_column, without_version},
        selection::first_five,
    },
    context::Context,
    dataset::{Annotations, ColumnValues},
    error::{AnalysisError, ParamError, Warning},
};

/// Below this share of genes with a length, the table is probably that of other names.
const FEW: f64 = 0.5;

/// Lengths of the genes of a data set.
pub struct GeneLengths {
    /// As in the table; `None` where the gene is not there, NaN where its length is missing.
    pub lengths: Vec<Option<f64>>,
    /// The column they are from.
    pub column: String,
}

/// Looks up the length of every gene, and warns where names nearly match or few do.
pub fn gene_lengths(
    inputs: &Inputs,
    parameters: &LengthNormalizeParameters,
    context: &Context,
) -> Result<GeneLengths, AnalysisError> {
    let input = inputs.dataset(0)?;
    let data = &input.data;
    if parameters.lengths.0.is_empty() {
        let (column, values) = numbers(&data.gene_annotations, &parameters.column)?;
        refuse_impossible(&data.genes, values)?;
        return Ok(GeneLengths {
            lengths: values.iter().copied().map(Some).collect(),
            column,
        });
    }
    let table = annotation_table("lengths", inputs.reference(&parameters.lengths)?)?;
    let (column, values) = numbers(&table.annotations, &parameters.column)?;
    let names = names_in(&table, &parameters.match_by)?;
    refuse_impossible(&names, values)?;
    let key = |name: &str| {
        let name = name.trim();
        let name = if parameters.strip_version {
            without_version(name)
        } else {
            name
        };
        name.to_owned()
    };
    let known = Known::new(&names, values, &key);
    let lengths: Vec<Option<f64>> = data
        .genes
        .iter()
        .map(|gene| known.length(&key(gene), parameters.repeated))
        .collect::<Result<_, _>>()?;
    report_matches(input, parameters, &names, &lengths, context)?;
    Ok(GeneLengths { lengths, column })
}

/// The column of lengths: that of this name, or the only one of numbers.
fn numbers<'a>(
    annotations: &'a Annotations,
    column: &str,
) -> Result<(String, &'a [f64]), ParamError> {
    let columns = annotations.columns.iter();
    let numeric: Vec<(&str, &[f64])> = columns
        .filter_map(|column| match &column.values {
            ColumnValues::Number(values) => Some((column.name.as_str(), values.as_slice())),
            ColumnValues::Category { .. } | ColumnValues::Text(_) => None,
        })
        .collect();
    let names: Vec<&str> = numeric.iter().map(|(name, _)| *name).collect();
    let found = match numeric.as_slice() {
        [only] if column.is_empty() => Some(only),
        [_, _, ..] if column.is_empty() => {
            let allowed = format!("one of the columns of numbers: {}", names.join(", "));
            return Err(ParamError::new("column", "empty", allowed));
        }
        numeric => numeric.iter().find(|(name, _)| *name == column),
    };
    match found {
        Some(&(name, values)) => Ok((name.to_owned(), values)),
        None if names.is_empty() => Err(ParamError::new(
            "column",
            if column.is_empty() { "empty" } else { column },
            "a column of numbers, but there is none: name a table of gene lengths in lengths",
        )),
        None => Err(unknown_column("column", column, &names)),
    }
}

/// The names that the data are matched by.
fn names_in(table: &AnnotationTable, column: &str) -> Result<Vec<String>, ParamError> {
    if column.is_empty() || column == table.id_header {
        return Ok(table.ids.clone());
    }
    let Some(found) = table.annotations.column(column) else {
        let first = std::iter::once(table.id_header.as_str());
        let names: Vec<&str> = first.chain(table.annotations.names()).collect();
        return Err(unknown_column("match", column, &names));
    };
    let rows = 0..found.values.len();
    Ok(rows.map(|row| found.values.text(row)).collect())
}

fn refuse_impossible(names: &[String], lengths: &[f64]) -> Result<(), AnalysisError> {
    let is_wrong = |&length: &f64| length <= 0.0 || length.is_infinite();
    let Some(row) = lengths.iter().position(is_wrong) else {
        return Ok(());
    };
    let n = lengths.iter().filter(|length| is_wrong(length)).count();
    Err(AnalysisError::Unsuitable {
        found: format!(
            "{n} lengths are not above zero, the first in row {} ({}): {}",
            row + 1,
            names[row],
            lengths[row]
        ),
        expected: "expected lengths above zero".into(),
        hint: "Choose the column of lengths, or correct the table".into(),
    })
}

/// Lengths by name, with the rows they are from.
struct Known {
    by_name: BTreeMap<String, Length>,
}

struct Length {
    first: (usize, f64),
    /// A second row of another length.
    other: Option<(usize, f64)>,
    longest: f64,
}

impl Known {
    fn new(names: &[String], lengths: &[f64], key: &impl Fn(&str) -> String) -> Self {
        let mut by_name: BTreeMap<String, Length> = BTreeMap::new();
        for (row, (name, &length)) in names.iter().zip(lengths).enumerate() {
            if name.trim().is_empty() {
                continue;
            }
            match by_name.entry(key(name)) {
                Entry::Vacant(entry) => {
                    entry.insert(Length {
                        first: (row, length),
                        other: None,
                        longest: length,
                    });
                }
                Entry::Occupied(mut entry) => {
                    let known = entry.get_mut();
                    let is_equal = length == known.first.1 || length.is_nan();
                    if !is_equal && known.first.1.is_nan() {
                        known.first = (row, length);
                    } else if !is_equal && known.other.is_none() {
                        known.other = Some((row, length));
                    }
                    known.longest = known.longest.max(length);
                }
            }
        }
        Self { by_name }
    }

    fn length(&self, name: &str, repeated: RepeatedNames) -> Result<Option<f64>, AnalysisError> {
        let Some(known) = self.by_name.get(name) else {
            return Ok(None);
        };
        match (known.other, repeated) {
            (None, _) | (_, RepeatedNames::Longest) => Ok(Some(known.longest)),
            (Some((other_row, other)), RepeatedNames::Refuse) => {
                let (row, length) = known.first;
                Err(AnalysisError::Unsuitable {
                    found: format!(
                        "{name} has two lengths, {length} in row {} and {other} in row {}",
                        row + 1,
                        other_row + 1
                    ),
                    expected: "expected one length per gene".into(),
                    hint: "Set repeated to longest, match by another column, or correct the table"
                        .into(),
                })
            }
        }
    }
}

/// An error where no name matched; warnings where few did, or where the version is in the way.
fn report_matches(
    input: &NamedDataset,
    parameters: &LengthNormalizeParameters,
    names: &[String],
    lengths: &[Option<f64>],
    context: &Context,
) -> Result<(), AnalysisError> {
    let genes = &input.data.genes;
    let n_matched = lengths.iter().flatten().count();
    let near = if parameters.strip_version {
        None
    } else {
        near_names(genes, names, lengths)
    };
    let sides = format!(
        "{n_matched} of {} genes of {} are in {}: the data have {}, the table has {}",
        genes.len(),
        input.name,
        parameters.lengths.0,
        first_five(genes),
        first_five(names)
    );
    if n_matched == 0 && !genes.is_empty() {
        return Err(AnalysisError::NoMatch {
            message: near.map_or(sides.clone(), |near| format!("{sides}; {near}")),
            hint: "Set match to the column of the table with the names of the data, or strip_version where only versions differ".into(),
        });
    }
    if let Some(near) = near {
        context.warn(Warning::new("near_names", near));
    }
    if (n_matched as f64) < FEW * genes.len() as f64 {
        context.warn(Warning::new("few_lengths", format!("only {sides}")));
    }
    Ok(())
}

/// How many genes would have a length without their version, with an example.
fn near_names(genes: &[String], names: &[String], lengths: &[Option<f64>]) -> Option<String> {
    let stems: BTreeMap<&str, &str> = names
        .iter()
        .rev()
        .map(|name| (without_version(name.trim()), name.as_str()))
        .collect();
    let unmatched = genes
        .iter()
        .zip(lengths)
        .filter(|(_, length)| length.is_none());
    let near: Vec<(&String, &str)> = unmatched
        .filter_map(|(gene, _)| Some((gene, *stems.get(without_version(gene.trim()))?)))
        .collect();
    let (gene, name) = near.first()?;
    Some(format!(
        "{} genes without a length differ from a name of the table by their version alone, such as {gene} and {name}: set strip_version to take them",
        near.len()
    ))
}
