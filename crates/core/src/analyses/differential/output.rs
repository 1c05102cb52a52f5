//! What `differential` gives.

use std::{cmp::Ordering, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{TestMethod, figures};
use crate::{
    analyses::{Scalars, StepOutput},
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    stats::{
        moderated_t::VariancePrior,
        welch::{GroupMoments, TTest},
    },
    table::{NumberFormat, Table},
};

/// Genes with a q-value below this are counted.
pub const N_SIGNIFICANT_AT: f64 = 0.05;

/// The test of every gene.
#[derive(Debug)]
pub struct DifferentialOutput {
    /// One per gene, in the order of the data.
    pub genes: Vec<GeneTest>,
    /// What the variances were moderated by, where they were.
    pub prior: Option<VariancePrior>,
    pub(super) names: Arc<Vec<String>>,
    pub(super) n_samples: [usize; 2],
    pub(super) groups: [String; 2],
    pub(super) group_column: String,
    pub(super) method: TestMethod,
    pub(super) value_label: String,
    pub(super) input_name: String,
}

/// One gene, tested.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GeneTest {
    /// Mean in the first and in the second group; NaN without values.
    pub means: [f64; 2],
    /// Values in the first and in the second group.
    pub n: [usize; 2],
    /// The statistic: t, or U of the second group.
    pub t: f64,
    /// Degrees of freedom of t.
    pub df: f64,
    /// Two-sided.
    pub p_value: f64,
    /// Adjusted for the number of genes.
    pub q_value: f64,
}

/// What the page shows beside table and pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DifferentialSummary {
    /// Names of the two groups.
    pub groups: [String; 2],
    /// Samples in them.
    pub n_samples: [usize; 2],
    /// Genes with a p-value.
    pub n_tested: usize,
    /// Genes below [`N_SIGNIFICANT_AT`] that are higher in the second group.
    pub n_up: usize,
    /// The same, lower.
    pub n_down: usize,
    /// Gene with the smallest p-value.
    pub top: Option<String>,
}

impl GeneTest {
    pub(super) fn new(a: GroupMoments, b: GroupMoments, test: TTest) -> Self {
        Self {
            means: [a.mean, b.mean],
            n: [a.n, b.n],
            t: test.t,
            df: test.df,
            p_value: test.p_value,
            q_value: f64::NAN,
        }
    }

    /// Mean of the second group minus mean of the first.
    pub fn log2_fc(&self) -> f64 {
        self.means[1] - self.means[0]
    }
}

impl DifferentialOutput {
    /// Genes with a p-value, smallest first; ties by the larger fold change, then by their order.
    pub(super) fn by_p_value(&self) -> Vec<usize> {
        let mut order: Vec<usize> = self.tested().collect();
        order.sort_by(|&a, &b| self.compare(a, b));
        order
    }

    fn tested(&self) -> impl Iterator<Item = usize> {
        let genes = 0..self.genes.len();
        genes.filter(|&gene| !self.genes[gene].p_value.is_nan())
    }

    fn compare(&self, a: usize, b: usize) -> Ordering {
        let key = |gene: usize| (self.genes[gene].p_value, -self.genes[gene].log2_fc().abs());
        let ((p_a, fc_a), (p_b, fc_b)) = (key(a), key(b));
        p_a.total_cmp(&p_b).then(fc_a.total_cmp(&fc_b))
    }

    /// Genes called, higher and lower in the second group.
    fn n_called(&self) -> [usize; 2] {
        let called = self
            .genes
            .iter()
            .filter(|gene| gene.q_value < N_SIGNIFICANT_AT);
        let (up, down): (Vec<f64>, Vec<f64>) = called
            .map(GeneTest::log2_fc)
            .partition(|&fold_change| fold_change > 0.0);
        [up.len(), down.len()]
    }

    pub(super) fn n_tested(&self) -> usize {
        self.tested().count()
    }
}

/// JSON has no infinity: a word that reads back as one.
fn number(value: f64) -> Value {
    if value.is_infinite() {
        json!("inf")
    } else {
        json!(value)
    }
}

impl StepOutput for DifferentialOutput {
    type Summary = DifferentialSummary;

    fn summary(&self) -> DifferentialSummary {
        let [n_up, n_down] = self.n_called();
        let top = self.tested().min_by(|&a, &b| self.compare(a, b));
        DifferentialSummary {
            groups: self.groups.clone(),
            n_samples: self.n_samples,
            n_tested: self.n_tested(),
            n_up,
            n_down,
            top: top.map(|gene| self.names[gene].clone()),
        }
    }

    fn tables(&self) -> Vec<Table> {
        let column = |value: &dyn Fn(&GeneTest) -> f64| self.genes.iter().map(value).collect();
        let count = |group: usize| {
            let counts = self.genes.iter().map(|gene| Some(gene.n[group] as i64));
            counts.collect()
        };
        let [a, b] = &self.groups;
        let (statistic, format) = match self.method {
            TestMethod::Wilcoxon => (format!("U of {b}"), NumberFormat::Fixed(1)),
            _ => ("t".into(), NumberFormat::Fixed(3)),
        };
        let general = NumberFormat::General;
        let table = Table::new("genes", "Genes")
            .text("gene", "Gene", self.names.to_vec())
            .number(
                "mean_a",
                &format!("Mean of {a}"),
                general,
                column(&|g| g.means[0]),
            )
            .number(
                "mean_b",
                &format!("Mean of {b}"),
                general,
                column(&|g| g.means[1]),
            )
            .number(
                "log2_fc",
                "log2 fold change",
                NumberFormat::Fixed(3),
                column(&GeneTest::log2_fc),
            )
            .number("t", &statistic, format, column(&|g| g.t))
            .number("df", "df", general, column(&|g| g.df))
            .number("p_value", "p", NumberFormat::PValue, column(&|g| g.p_value))
            .number("q_value", "q", NumberFormat::PValue, column(&|g| g.q_value))
            .integer("n_a", &format!("n of {a}"), count(0))
            .integer("n_b", &format!("n of {b}"), count(1));
        vec![table]
    }

    fn scalars(&self) -> Scalars {
        let [n_up, n_down] = self.n_called();
        let mut scalars = Scalars::new();
        let mut put = |name: &str, value: Value| scalars.insert(name.into(), value);
        put("a", json!(self.groups[0]));
        put("b", json!(self.groups[1]));
        put("n_a", json!(self.n_samples[0]));
        put("n_b", json!(self.n_samples[1]));
        put("n_tested", json!(self.n_tested()));
        put("n_up", json!(n_up));
        put("n_down", json!(n_down));
        if let Some(prior) = self.prior {
            put("prior_df", number(prior.df));
            put("prior_variance", number(prior.variance));
        }
        scalars
    }

    fn figures(&self) -> Vec<FigureInfo> {
        figures::infos()
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        figures::figure(self, request)
    }

    fn note(&self) -> String {
        let [a, b] = &self.groups;
        let [n_a, n_b] = self.n_samples;
        let [n_up, n_down] = self.n_called();
        let prior = self.prior.map_or_else(String::new, |prior| {
            format!(
                " The prior variance is {:.4} with {:.2} degrees of freedom.",
                prior.variance, prior.df
            )
        });
        format!(
            "{} genes of {} were compared between {b} (n = {n_b}) and {a} (n = {n_a}) of {} by {}; p-values were adjusted after Benjamini and Hochberg.{prior} Of {} genes tested, {n_up} are higher and {n_down} lower in {b} at a false discovery rate of 5 %.",
            self.genes.len(),
            self.input_name,
            self.group_column,
            self.method.label(),
            self.n_tested()
        )
    }
}
