//! What a saved forest says of samples; and what `forest` gives, whether it learned or not.

use std::sync::Arc;

use serde_json::json;

use super::{
    ForestModel, ForestSummary, Learned,
    figures::{predicted_info, predicted_map},
    tables::predictions_of,
};
use crate::{
    analyses::{Scalars, StepOutput, figure_parts::unknown_figure},
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    table::Table,
};

/// What `forest` gives.
#[derive(Debug)]
pub enum ForestOutput {
    /// It learned, tested itself, and predicted what has no label.
    Learned(Box<Learned>),
    /// A saved model predicted all samples.
    Applied(Applied),
}

/// Samples called by a saved model.
#[derive(Debug)]
pub struct Applied {
    pub(super) model: Arc<ForestModel>,
    /// Probability of each label, sample after sample.
    pub(super) probabilities: Vec<f64>,
    pub(super) samples: Arc<Vec<String>>,
    pub(super) input_name: String,
}

impl StepOutput for Applied {
    type Summary = ForestSummary;

    fn summary(&self) -> ForestSummary {
        ForestSummary {
            n_samples: [self.model.n_samples, self.samples.len()],
            n_labels: self.model.labels.len(),
            is_single: self.model.is_single,
            tested: None,
        }
    }

    fn tables(&self) -> Vec<Table> {
        let rows: Vec<&[f64]> = self.probabilities.chunks(self.model.labels.len()).collect();
        let called: Vec<Vec<u32>> = rows.iter().map(|row| self.model.call(row)).collect();
        let own = vec![String::new(); rows.len()];
        let folds = vec![None; rows.len()];
        let samples = self.samples.to_vec();
        vec![predictions_of(
            samples,
            own,
            folds,
            &self.model.labels,
            &rows,
            &called,
        )]
    }

    fn scalars(&self) -> Scalars {
        let mut scalars = Scalars::new();
        scalars.insert("n_trees".into(), json!(self.model.n_trees()));
        scalars.insert("n_samples".into(), json!(self.model.n_samples));
        scalars.insert("n_labels".into(), json!(self.model.labels.len()));
        scalars.insert("n_predicted".into(), json!(self.samples.len()));
        scalars
    }

    fn figures(&self) -> Vec<FigureInfo> {
        vec![predicted_info()]
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        let info = predicted_info();
        if request.name != info.name {
            return Err(unknown_figure(&request.name, &[info]));
        }
        let (kind, alternative) =
            predicted_map(&self.samples, &self.model.labels, &self.probabilities);
        Ok(Figure {
            name: info.name,
            title: info.title,
            subtitle: format!(
                "{}: {}, by a saved model",
                self.input_name, self.model.source
            ),
            alternative,
            kind,
        })
    }

    fn note(&self) -> String {
        format!(
            "The {} samples of {} were called by a saved forest of {} trees, which had learned {} labels ({}) from {} samples.",
            self.samples.len(),
            self.input_name,
            self.model.n_trees(),
            self.model.labels.len(),
            self.model.source,
            self.model.n_samples
        )
    }
}

/// Does the same with either.
macro_rules! either {
    ($output:expr, $method:ident $(, $argument:expr)?) => {
        match $output {
            ForestOutput::Learned(learned) => learned.$method($($argument)?),
            ForestOutput::Applied(applied) => applied.$method($($argument)?),
        }
    };
}

impl StepOutput for ForestOutput {
    type Summary = ForestSummary;

    fn summary(&self) -> ForestSummary {
        either!(self, summary)
    }

    fn tables(&self) -> Vec<Table> {
        either!(self, tables)
    }

    fn scalars(&self) -> Scalars {
        either!(self, scalars)
    }

    fn figures(&self) -> Vec<FigureInfo> {
        either!(self, figures)
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        either!(self, figure, request)
    }

    fn model(&self) -> Option<String> {
        either!(self, model)
    }

    fn note(&self) -> String {
        either!(self, note)
    }
}
