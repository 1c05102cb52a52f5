//! One gene of what a step or input holds or reads, with the annotations that the step sees.

use std::sync::Arc;

use cuvette_core::{AnalysisError, Dataset, analyses::Data, context::quietly};

use super::{Node, Session, attach};
use crate::EngineError;

impl Node {
    /// The data set it holds.
    pub fn dataset(&self) -> Option<&Arc<Dataset>> {
        match self {
            Self::Input(input) => input.dataset(),
            Self::Step(outcome) => outcome.result.as_ref().ok()?.output.dataset(),
        }
    }
}

impl Session {
    /// A data set of that gene alone: of the data that `of` holds, else of those it reads first.
    pub fn gene(&self, of: &str, name: &str) -> Result<Dataset, EngineError> {
        let reads = match self.node(of)? {
            node if node.dataset().is_some() => vec![of.to_owned()],
            _ => self.lock().reads.get(of).cloned().unwrap_or_default(),
        };
        let nothing = || EngineError::NothingOf { name: of.into() };
        let (data, tables) = reads.split_first().ok_or_else(nothing)?;
        let node = self.node(data)?;
        let dataset = node.dataset().ok_or_else(nothing)?;
        let row = dataset.genes.iter().position(|gene| gene == name);
        let row = row.ok_or_else(|| AnalysisError::Input {
            message: format!("there is no gene {name:?} in {data}"),
        })?;
        let mut gene = dataset.select_genes(&[row]);
        for table in tables {
            // Others than sample tables say nothing of samples.
            if let Ok(Node::Input(input)) = self.node(table)
                && matches!(input.data, Data::SampleTable(_))
            {
                quietly(|context| attach(&mut gene, data, table, &input.data, context))?;
            }
        }
        Ok(gene)
    }
}
