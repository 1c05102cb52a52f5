//! The answer of whichever engine was asked.

use super::{ExpressionPerturbation, PerturbSummary, SequencePerturbation};
use crate::{
    analyses::{Scalars, StepOutput},
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    table::Table,
};

/// What `perturb` gives.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "one per step, never in bulk")]
pub enum PerturbOutput {
    /// Of genes in sequences.
    Sequences(SequencePerturbation),
    /// Of levels of genes.
    Expression(ExpressionPerturbation),
}

/// Asks whichever it is.
macro_rules! ask {
    ($output:expr, $found:ident => $answer:expr) => {
        match $output {
            PerturbOutput::Sequences($found) => $answer,
            PerturbOutput::Expression($found) => $answer,
        }
    };
}

impl StepOutput for PerturbOutput {
    type Summary = PerturbSummary;

    fn summary(&self) -> PerturbSummary {
        ask!(self, found => found.summary())
    }

    fn tables(&self) -> Vec<Table> {
        ask!(self, found => found.tables())
    }

    fn scalars(&self) -> Scalars {
        ask!(self, found => found.scalars())
    }

    fn figures(&self) -> Vec<FigureInfo> {
        ask!(self, found => found.figures())
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        ask!(self, found => found.figure(request))
    }

    fn note(&self) -> String {
        ask!(self, found => found.note())
    }
}
