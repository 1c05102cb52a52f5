//! What `perturbation_baselines` gives.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{conditions::Conditions, figures};
use crate::{
    analyses::{Scalars, StepOutput},
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    stats::{quantile::quantiles, sign_test::sign_test},
    table::{NumberFormat, Table},
};

/// What no table of predictions should be read without.
const CAUTION: &str = "exploratory: association in this data, not causation";

/// A rule that predicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The control.
    NoChange,
    /// The mean of the perturbations learned from.
    Mean,
    /// The sum of the changes of the single ones.
    Additive,
    /// The linear model.
    Linear,
}

/// One prediction, held against what was seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Which perturbation.
    pub perturbation: usize,
    /// By which rule.
    pub method: Method,
    /// Distance between predicted and observed mean over the compared genes.
    pub l2: f64,
    /// Pearson's correlation of predicted and observed change; NaN where nothing changes.
    pub pearson_delta: f64,
    /// Predicted change of each compared gene.
    pub predicted: Vec<f32>,
}

/// All predictions.
#[derive(Debug)]
pub struct PerturbationBaselinesOutput {
    /// By perturbation, then method; without those that a method cannot predict.
    pub judged: Vec<Judged>,
    /// Observed change of each perturbation, of each compared gene.
    pub(super) observed: Vec<Vec<f32>>,
    /// The compared genes.
    pub(super) genes: Vec<String>,
    pub(super) n_genes: usize,
    pub(super) conditions: Conditions,
    pub(super) folds: Vec<usize>,
    pub(super) n_folds: usize,
    pub(super) control_was_guessed: bool,
    pub(super) column: String,
    pub(super) value_label: String,
    pub(super) input_name: String,
}

/// How good a rule is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MethodScore {
    /// Which.
    pub method: Method,
    /// Perturbations that it could predict.
    pub n: usize,
    /// Mean of their distances; absent where there are none.
    pub mean_l2: Option<f64>,
    /// Their standard deviation, with n − 1.
    pub sd_l2: Option<f64>,
    /// Median of the correlations of changes.
    pub median_pearson_delta: Option<f64>,
    /// Of its perturbations, in how many it is closer than `mean`, and in how many less close.
    pub against_mean: [usize; 2],
    /// Of the sign test of these two counts; absent for `mean` itself.
    pub p_value: Option<f64>,
}

/// What the page shows beside tables and pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PerturbationBaselinesSummary {
    /// Perturbations, of which so many are combinations.
    pub n_perturbations: [usize; 2],
    /// Name of the control, and its samples.
    pub control: (String, usize),
    /// Genes compared.
    pub n_genes: usize,
    /// The rules in their order.
    pub methods: Vec<MethodScore>,
}

impl Method {
    /// In the order of the tables.
    pub const ALL: [Self; 4] = [Self::NoChange, Self::Mean, Self::Additive, Self::Linear];

    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoChange => "no_change",
            Self::Mean => "mean",
            Self::Additive => "additive",
            Self::Linear => "linear",
        }
    }

    /// Name in pictures and sentences.
    pub fn label(self) -> &'static str {
        match self {
            Self::NoChange => "No change",
            Self::Mean => "Mean",
            Self::Additive => "Additive",
            Self::Linear => "Linear",
        }
    }
}

impl PerturbationBaselinesOutput {
    /// What a rule predicted.
    pub(super) fn of(&self, method: Method) -> impl Iterator<Item = &Judged> {
        self.judged
            .iter()
            .filter(move |judged| judged.method == method)
    }

    pub(super) fn name(&self, perturbation: usize) -> &str {
        &self.conditions.perturbations[perturbation].name
    }

    fn score(&self, method: Method) -> MethodScore {
        let distances: Vec<f64> = self.of(method).map(|judged| judged.l2).collect();
        let correlations: Vec<f64> = self.of(method).map(|judged| judged.pearson_delta).collect();
        let n = distances.len() as f64;
        let mean = distances.iter().sum::<f64>() / n;
        let squares: f64 = distances
            .iter()
            .map(|distance| (distance - mean).powi(2))
            .sum();
        let median = quantiles(&correlations, &[0.5]).first().copied();
        let mut by_mean = vec![f64::NAN; self.folds.len()];
        for judged in self.of(Method::Mean) {
            by_mean[judged.perturbation] = judged.l2;
        }
        let pairs = || {
            self.of(method)
                .map(|own| (own.l2, by_mean[own.perturbation]))
        };
        let n_closer = pairs().filter(|(own, mean)| own < mean).count();
        let n_farther = pairs().filter(|(own, mean)| own > mean).count();
        let known = |value: f64| value.is_finite().then_some(value);
        MethodScore {
            method,
            n: distances.len(),
            mean_l2: known(mean),
            sd_l2: known((squares / (n - 1.0)).sqrt()),
            median_pearson_delta: median.and_then(known),
            against_mean: [n_closer, n_farther],
            p_value: (method != Method::Mean && n > 0.0).then(|| sign_test(n_farther, n_closer)),
        }
    }

    fn scores(&self) -> Vec<MethodScore> {
        Method::ALL
            .into_iter()
            .map(|method| self.score(method))
            .collect()
    }

    fn methods_table(&self) -> Table {
        let scores = self.scores();
        let number = |value: &dyn Fn(&MethodScore) -> Option<f64>| {
            let values = scores.iter().map(|score| value(score).unwrap_or(f64::NAN));
            values.collect::<Vec<f64>>()
        };
        let count = |value: &dyn Fn(&MethodScore) -> usize| {
            scores
                .iter()
                .map(|score| Some(value(score) as i64))
                .collect::<Vec<_>>()
        };
        let names = scores
            .iter()
            .map(|score| score.method.name().into())
            .collect();
        let general = NumberFormat::General;
        Table::new("methods", "Methods")
            .text("method", "Method", names)
            .integer("n", "n", count(&|score| score.n))
            .number(
                "mean_l2",
                "Mean L2",
                general,
                number(&|score| score.mean_l2),
            )
            .number("sd_l2", "sd of L2", general, number(&|score| score.sd_l2))
            .number(
                "median_pearson_delta",
                "Median Pearson delta",
                NumberFormat::Fixed(3),
                number(&|score| score.median_pearson_delta),
            )
            .integer(
                "n_closer",
                "Closer than the mean",
                count(&|score| score.against_mean[0]),
            )
            .integer(
                "n_farther",
                "Farther than the mean",
                count(&|score| score.against_mean[1]),
            )
            .number(
                "p_value",
                "p",
                NumberFormat::PValue,
                number(&|score| score.p_value),
            )
    }

    fn perturbations_table(&self) -> Table {
        let column = |value: &dyn Fn(&Judged) -> String| self.judged.iter().map(value).collect();
        let count = |value: &dyn Fn(usize) -> usize| {
            let counts = self
                .judged
                .iter()
                .map(|judged| Some(value(judged.perturbation) as i64));
            counts.collect::<Vec<_>>()
        };
        let number = |value: &dyn Fn(&Judged) -> f64| self.judged.iter().map(value).collect();
        let n_samples = |at: usize| self.conditions.perturbations[at].samples.len();
        Table::new("perturbations", "Perturbations")
            .text(
                "perturbation",
                "Perturbation",
                column(&|judged| self.name(judged.perturbation).into()),
            )
            .integer("n_samples", "Samples", count(&n_samples))
            .text(
                "method",
                "Method",
                column(&|judged| judged.method.name().into()),
            )
            .number(
                "l2",
                "L2",
                NumberFormat::General,
                number(&|judged| judged.l2),
            )
            .number(
                "pearson_delta",
                "Pearson delta",
                NumberFormat::Fixed(3),
                number(&|judged| judged.pearson_delta),
            )
            .integer("fold", "Part", count(&|at| self.folds[at] + 1))
    }

    /// "Linear comes closer than the mean in 12 of 40 perturbations (p = 0.02)".
    fn comparison(score: &MethodScore) -> Option<String> {
        let [n_closer, n_farther] = score.against_mean;
        let p_value = score.p_value?;
        Some(format!(
            "{} comes closer than the mean in {n_closer} of {} perturbations and less close in {n_farther} (sign test, p = {p_value:.2e})",
            score.method.label(),
            score.n
        ))
    }
}

impl StepOutput for PerturbationBaselinesOutput {
    type Summary = PerturbationBaselinesSummary;

    fn summary(&self) -> PerturbationBaselinesSummary {
        let all = &self.conditions.perturbations;
        let control = &self.conditions.control;
        PerturbationBaselinesSummary {
            n_perturbations: [
                all.len(),
                all.iter().filter(|each| each.is_combination()).count(),
            ],
            control: (control.name.clone(), control.positions.len()),
            n_genes: self.genes.len(),
            methods: self.scores(),
        }
    }

    fn tables(&self) -> Vec<Table> {
        vec![self.methods_table(), self.perturbations_table()]
    }

    fn scalars(&self) -> Scalars {
        let summary = self.summary();
        let mut scalars = Scalars::new();
        let mut put = |name: &str, value| scalars.insert(name.into(), value);
        put("n_perturbations", json!(summary.n_perturbations[0]));
        put("n_combinations", json!(summary.n_perturbations[1]));
        put("control", json!(summary.control.0));
        put("control_was_guessed", json!(self.control_was_guessed));
        put("n_control", json!(summary.control.1));
        put("n_genes", json!(summary.n_genes));
        put("n_folds", json!(self.n_folds));
        put("caution", json!(CAUTION));
        scalars
    }

    fn figures(&self) -> Vec<FigureInfo> {
        figures::infos()
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        figures::figure(self, request)
    }

    fn note(&self) -> String {
        let PerturbationBaselinesSummary {
            n_perturbations: [n, n_combinations],
            control: (control, n_control),
            ..
        } = self.summary();
        let guessed = if self.control_was_guessed {
            ", taken as such by its name"
        } else {
            ""
        };
        let comparisons: Vec<String> = self.scores().iter().filter_map(Self::comparison).collect();
        format!(
            "Samples of {} were averaged by {}: {n} perturbations, {n_combinations} of them combinations, and the control {control} (n = {n_control}{guessed}), over {} genes. Perturbations were dealt into {} parts, the single genes of each part predicted from perturbations without any of them, and its combinations from all single genes and the other combinations; distances are over the {} genes most expressed in the control. {}. This is {CAUTION}.",
            self.input_name,
            self.column,
            self.n_genes,
            self.n_folds,
            self.genes.len(),
            comparisons.join("; ")
        )
    }
}
