//! What the engines `conditional` and `network` give.

use std::sync::Arc;

use serde_json::json;

use super::{CAVEAT, PerturbEngine, PerturbParameters, PerturbSummary};
use crate::{
    analyses::{
        Scalars, StepOutput,
        figure_parts::{info, unknown_figure},
    },
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    stats::{propagation::Association, sequence_edit::SequenceMode},
    table::{NumberFormat, Table},
};

/// What is expected of one gene.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedGene {
    /// Its place among the genes that take part.
    pub gene: usize,
    /// By how much its level changes, mean over samples.
    pub change: f64,
    /// The spread of that over samples; NaN where it is not known.
    pub sd: f64,
    /// Rank of its mean level before and after, from 0.
    pub ranks: [usize; 2],
    /// How it goes with the perturbed gene; none with a set.
    pub association: Option<Association>,
    /// The direct part of the change (`conditional`), or the change after each step but the last
    /// (`network`).
    pub extra: Vec<f64>,
}

/// One perturbation.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelPerturbation {
    /// Places of the perturbed genes among those that take part.
    pub target: Vec<usize>,
    /// By how much each was changed, mean over samples.
    pub delta: Vec<f64>,
    /// The others, largest change first.
    pub affected: Vec<ChangedGene>,
}

/// All perturbations of levels.
#[derive(Debug)]
pub struct ExpressionPerturbation {
    /// In the order asked for.
    pub perturbed: Vec<LevelPerturbation>,
    pub(super) names: Arc<Vec<String>>,
    /// Samples perturbed, and learned from.
    pub(super) n_samples: [usize; 2],
    pub(super) label: String,
    pub(super) shrinkage: f64,
    pub(super) radius: Option<f64>,
    pub(super) parameters: PerturbParameters,
    pub(super) input_name: String,
}

impl ExpressionPerturbation {
    pub(super) fn name_of(&self, target: &[usize]) -> String {
        let names: Vec<&str> = target
            .iter()
            .map(|&gene| self.names[gene].as_str())
            .collect();
        names.join("+")
    }

    fn is_network(&self) -> bool {
        self.parameters.engine == PerturbEngine::Network
    }

    /// The perturbation asked for by name, else that with the largest change.
    fn shown(&self, request: Option<&String>) -> Option<&LevelPerturbation> {
        let named = request.and_then(|name| {
            self.perturbed
                .iter()
                .find(|one| &self.name_of(&one.target) == name)
        });
        named.or_else(|| {
            let mut largest: Option<(&LevelPerturbation, f64)> = None;
            for one in &self.perturbed {
                let Some(first) = one.affected.first() else {
                    continue;
                };
                if largest.is_none_or(|(_, change)| first.change.abs() > change) {
                    largest = Some((one, first.change.abs()));
                }
            }
            largest.map(|(one, _)| one)
        })
    }

    fn table(&self) -> Table {
        let rows = || {
            let all = self.perturbed.iter();
            all.flat_map(|one| one.affected.iter().map(move |gene| (one, gene)))
        };
        let number =
            |value: &dyn Fn(&ChangedGene) -> f64| rows().map(|(_, gene)| value(gene)).collect();
        let association = |value: fn(&Association) -> f64| {
            rows()
                .map(|(_, gene)| gene.association.as_ref().map_or(f64::NAN, value))
                .collect()
        };
        let n_rows = rows().count();
        let general = NumberFormat::General;
        let title = "Affected genes (exploratory)";
        let n_samples = Some(self.n_samples[0] as i64);
        let mut table = Table::new("genes", title)
            .text(
                "perturbed",
                "Perturbed",
                rows().map(|(one, _)| self.name_of(&one.target)).collect(),
            )
            .text(
                "affected",
                "Affected",
                rows()
                    .map(|(_, gene)| self.names[gene.gene].clone())
                    .collect(),
            )
            .number(
                "one_minus_cosine",
                "1 − cosine",
                general,
                vec![f64::NAN; n_rows],
            )
            .number("sd", "sd over samples", general, number(&|gene| gene.sd))
            .integer("n_cells", "Samples", vec![n_samples; n_rows])
            .number(
                "rank_before",
                "Rank before",
                general,
                number(&|gene| gene.ranks[0] as f64 + 1.0),
            )
            .number(
                "rank_after",
                "Rank after",
                general,
                number(&|gene| gene.ranks[1] as f64 + 1.0),
            )
            .number(
                "z_random_deletion",
                "z beside genes of like rank",
                general,
                vec![f64::NAN; n_rows],
            )
            .number(
                "change",
                "Change of level",
                general,
                number(&|gene| gene.change),
            )
            .number(
                "r",
                "Pearson r",
                NumberFormat::Fixed(3),
                association(|found| found.r),
            )
            .number(
                "p_value",
                "p",
                NumberFormat::PValue,
                association(|found| found.p_value),
            )
            .number(
                "q_value",
                "Adjusted p",
                NumberFormat::PValue,
                association(|found| found.q_value),
            );
        let n_extra = rows().next().map_or(0, |(_, gene)| gene.extra.len());
        for at in 0..n_extra {
            let (name, label) = if self.is_network() {
                (
                    format!("change_step_{}", at + 1),
                    format!("After step {}", at + 1),
                )
            } else {
                ("direct_change".into(), "Direct part".into())
            };
            table = table.number(&name, &label, general, number(&|gene| gene.extra[at]));
        }
        table
    }
}

fn infos() -> Vec<FigureInfo> {
    vec![
        info("changes", "Change against correlation", true, &[]),
        info("most_affected", "Most affected genes", true, &[]),
    ]
}

impl StepOutput for ExpressionPerturbation {
    type Summary = PerturbSummary;

    fn summary(&self) -> PerturbSummary {
        let first = self
            .shown(None)
            .and_then(|one| Some((one, one.affected.first()?)));
        PerturbSummary {
            n_perturbed: self.perturbed.len(),
            n_cells: self.n_samples[0],
            n_cells_of_first: self.n_samples[0],
            first: first
                .map(|(one, gene)| [self.name_of(&one.target), self.names[gene.gene].clone()]),
            largest: first.map(|(_, gene)| gene.change),
            n_shifting: None,
            how: if self.is_network() {
                "network"
            } else {
                "conditional"
            }
            .into(),
            measure: "change of level".into(),
        }
    }

    fn tables(&self) -> Vec<Table> {
        vec![self.table()]
    }

    fn scalars(&self) -> Scalars {
        let mut scalars = Scalars::new();
        scalars.insert("n_perturbed".into(), json!(self.perturbed.len()));
        scalars.insert("n_cells".into(), json!(self.n_samples[0]));
        scalars.insert("n_genes".into(), json!(self.names.len()));
        scalars.insert("shrinkage".into(), json!(self.shrinkage));
        scalars.insert("spectral_radius".into(), json!(self.radius));
        scalars.insert("caveat".into(), json!(CAVEAT));
        scalars
    }

    fn figures(&self) -> Vec<FigureInfo> {
        infos()
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        if !infos().iter().any(|info| info.name == request.name) {
            return Err(unknown_figure(&request.name, &infos()));
        }
        let shown = self
            .shown(request.subject.as_ref())
            .ok_or(AnalysisError::TooFew {
                what: "affected genes".into(),
                need: 1,
                got: 0,
            })?;
        Ok(match request.name.as_str() {
            "most_affected" => self.most_affected(shown),
            _ => self.changes(shown, request),
        })
    }

    fn note(&self) -> String {
        let engine = if self.is_network() {
            format!(
                "ridge regression of each gene on its regulators, followed over {} steps",
                self.parameters.steps
            )
        } else {
            "the conditional mean of a normal distribution".into()
        };
        format!(
            "{} perturbations ({}) of {} were answered by {engine}, from the covariances of {} genes over {} samples, shrunk by {:.3} (Schäfer and Strimmer); changes are means over {} samples, in {}. This is {CAVEAT}.",
            self.perturbed.len(),
            match self.parameters.mode {
                SequenceMode::Overexpress => "overexpression",
                _ => "knock-out",
            },
            self.input_name,
            self.names.len(),
            self.n_samples[1],
            self.shrinkage,
            self.n_samples[0],
            self.label,
        )
    }
}
