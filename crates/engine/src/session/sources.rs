//! From a name in a step to the data behind it.

use std::{collections::BTreeMap, sync::Arc};

use cuvette_core::{AnalysisError, Dataset, analyses::Data};

use super::{OpenInput, StepOutcome};
use crate::{
    hash::{Hash, HashBuilder},
    recipe::check::{Source, nearest},
};

/// What a name stands for while a recipe is evaluated.
#[derive(Debug, Clone)]
pub enum Known {
    /// An open file.
    Input(Arc<OpenInput>),
    /// A step that gave a result.
    Step(Arc<StepOutcome>),
    /// A transform that is off: what it reads first, unchanged.
    Passed(Arc<Dataset>, Hash),
    /// Nothing yet, because of the input or step named here.
    Missing(String),
}

/// Names of a recipe and what they stand for, as far as the evaluation has come.
pub type Names = BTreeMap<String, Known>;

/// Data under the name it was read by.
#[derive(Debug, Clone)]
pub struct Read {
    /// As written in the recipe.
    pub name: String,
    /// Of all that made the data.
    pub hash: Hash,
    /// The data.
    pub data: Data,
}

/// Names that have nothing behind them yet.
pub fn missing(names: &Names, sources: &[&Source]) -> Vec<String> {
    let mut missing = Vec::new();
    for source in sources {
        if let Some(Known::Missing(name)) = names.get(&source.node)
            && !missing.contains(name)
        {
            missing.push(name.clone());
        }
    }
    missing
}

/// The data behind a name that is not missing.
pub fn read(names: &Names, source: &Source) -> Result<Read, AnalysisError> {
    let known = names.get(&source.node);
    let (data, hash) = match (known, &source.table) {
        (Some(Known::Input(input)), None) => (input.data.clone(), input.hash),
        (Some(Known::Passed(dataset, hash)), None) => (Data::Dataset(Arc::clone(dataset)), *hash),
        (Some(Known::Step(outcome)), table) => {
            (step_data(outcome, source, table.as_deref())?, outcome.hash)
        }
        (Some(Known::Input(_) | Known::Passed(..)), Some(table)) => {
            return Err(input_error(format!(
                "{} has no table {table:?}: only steps that are switched on have tables",
                source.node
            )));
        }
        (Some(Known::Missing(_)) | None, _) => {
            return Err(input_error(format!("{} is not there", source.node)));
        }
    };
    let hash = HashBuilder::default().text(&source.written).hash(hash);
    Ok(Read {
        name: source.written.clone(),
        hash: hash.finish(),
        data,
    })
}

fn step_data(
    outcome: &StepOutcome,
    source: &Source,
    table: Option<&str>,
) -> Result<Data, AnalysisError> {
    let value = outcome.result.as_ref().map_err(Clone::clone)?;
    let tables = || value.tables.iter().map(|table| table.name.as_str());
    let Some(wanted) = table else {
        let dataset = value.output.dataset().ok_or_else(|| {
            let names: Vec<String> = tables()
                .map(|table| format!("{}.{table}", source.node))
                .collect();
            let choice = if names.is_empty() {
                "it has no tables".into()
            } else {
                format!("name one of its tables: {}", names.join(", "))
            };
            input_error(format!("{} gives no data set; {choice}", source.node))
        })?;
        return Ok(Data::Dataset(Arc::clone(dataset)));
    };
    let found = value.table(wanted).ok_or_else(|| {
        let hint = nearest(wanted, tables());
        let hint = hint.map_or_else(
            || format!("it has {}", tables().collect::<Vec<_>>().join(", ")),
            |word| format!("did you mean {}.{word}?", source.node),
        );
        input_error(format!("{} has no table {wanted:?}; {hint}", source.node))
    })?;
    Ok(Data::Table(Arc::clone(found)))
}

fn input_error(message: String) -> AnalysisError {
    AnalysisError::Input { message }
}
