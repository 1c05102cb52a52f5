//! What an analysis gives.

use std::sync::Arc;

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    dataset::Dataset,
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    table::Table,
};

/// Named numbers and words of a step, in the order shown: what `ID.json` holds.
pub type Scalars = serde_json::Map<String, serde_json::Value>;

/// What comes out of an analysis, asked for piece by piece.
pub trait StepOutput {
    /// The small part that the page shows beside tables and pictures.
    type Summary: Serialize + DeserializeOwned + Clone + PartialEq + std::fmt::Debug;

    /// The small part for the page.
    fn summary(&self) -> Self::Summary;

    /// The data set that later steps read, where this is a transform.
    fn dataset(&self) -> Option<&Arc<Dataset>> {
        None
    }

    /// All tables, in the order shown. Called once per run.
    fn tables(&self) -> Vec<Table> {
        Vec::new()
    }

    /// Named numbers and words.
    fn scalars(&self) -> Scalars {
        Scalars::new()
    }

    /// The pictures it can draw, the main one first.
    fn figures(&self) -> Vec<FigureInfo> {
        Vec::new()
    }

    /// One picture; an unknown name or subject is an error.
    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError>;

    /// The text of a model to save, where one was learned. Made when asked for: it may be large.
    fn model(&self) -> Option<String> {
        None
    }

    /// What was done, with n: sentences for a methods section.
    fn note(&self) -> String;
}
