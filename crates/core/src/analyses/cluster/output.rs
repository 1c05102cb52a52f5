//! What `cluster` gives.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{ClusterDistance, ClusterParameters, figures};
use crate::{
    analyses::{Scalars, StepOutput},
    dataset::Dataset,
    error::AnalysisError,
    figure::{Figure, FigureInfo, FigureRequest},
    stats::linkage::{Linkage, Merge},
    table::{NumberFormat, Table},
};

/// Trees of genes and samples.
#[derive(Debug, Clone)]
pub struct ClusterOutput {
    /// The data that were clustered.
    pub dataset: Arc<Dataset>,
    /// The tree of the genes, where they were clustered.
    pub rows: Option<Tree>,
    /// The tree of the samples, where they were clustered.
    pub columns: Option<Tree>,
    pub(super) parameters: ClusterParameters,
    pub(super) input_name: String,
}

/// A tree and what follows from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The merges, lowest first; leaves from 0, then what each merge made.
    pub merges: Vec<Merge>,
    /// The leaves as they stand beside each other.
    pub order: Vec<usize>,
    /// The cluster of each leaf, from 1 in the order of the leaves, where the tree was cut.
    pub clusters: Option<Vec<usize>>,
}

/// What the page shows beside tables and pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClusterSummary {
    /// Genes and samples of the data.
    pub shape: [usize; 2],
    /// Heights of the roots, of genes and of samples; `None` where they were not clustered.
    pub heights: [Option<f64>; 2],
    /// Clusters the trees are cut into; 0 where they are not.
    pub cut: usize,
    /// True where the heat map shows z-scores unless values are asked for.
    pub is_scored: bool,
}

impl Tree {
    /// Height of the root; `None` without a merge.
    pub fn height(&self) -> Option<f64> {
        self.merges.last().map(|merge| merge.height)
    }

    /// Places in the order where a new cluster begins.
    pub fn cuts(&self) -> Vec<usize> {
        let Some(clusters) = &self.clusters else {
            return Vec::new();
        };
        let differs = |pair: &[usize]| match pair {
            &[a, b] => clusters[a] != clusters[b],
            _ => false,
        };
        let pairs = self.order.windows(2).enumerate();
        let found = pairs.filter(|(_, pair)| differs(pair));
        found.map(|(place, _)| place + 1).collect()
    }
}

fn merges_table(name: &str, title: &str, tree: &Tree) -> Table {
    let whole = |of: fn(&Merge) -> usize| {
        let values = tree.merges.iter().map(of);
        values.map(|value| Some(value as i64)).collect()
    };
    let heights = tree.merges.iter().map(|merge| merge.height).collect();
    Table::new(name, title)
        .integer("a", "First", whole(|merge| merge.a))
        .integer("b", "Second", whole(|merge| merge.b))
        .number("height", "Height", NumberFormat::General, heights)
        .integer("size", "Size", whole(|merge| merge.size))
}

fn order_table(name: &str, title: &str, tree: &Tree, names: &[String]) -> Table {
    let positions = (1..=tree.order.len()).map(|position| Some(position as i64));
    let ordered = tree.order.iter().map(|&leaf| names[leaf].clone());
    Table::new(name, title)
        .integer("position", "Position", positions.collect())
        .text("name", "Name", ordered.collect())
}

fn clusters_table(name: &str, title: &str, tree: &Tree, names: &[String]) -> Option<Table> {
    let clusters = tree.clusters.as_ref()?;
    let numbers = clusters.iter().map(|&cluster| Some(cluster as i64));
    Some(
        Table::new(name, title)
            .text("name", "Name", names.to_vec())
            .integer("cluster", "Cluster", numbers.collect()),
    )
}

impl StepOutput for ClusterOutput {
    type Summary = ClusterSummary;

    fn summary(&self) -> ClusterSummary {
        ClusterSummary {
            shape: [self.dataset.n_genes(), self.dataset.n_samples()],
            heights: [&self.rows, &self.columns].map(|tree| tree.as_ref()?.height()),
            cut: self.parameters.cut,
            is_scored: figures::is_scored(&self.dataset),
        }
    }

    fn tables(&self) -> Vec<Table> {
        let data = &self.dataset;
        let mut tables = Vec::new();
        for (tree, names, [merges, order, clusters], what) in [
            (
                &self.rows,
                &data.genes,
                ["rows", "row_order", "row_clusters"],
                "genes",
            ),
            (
                &self.columns,
                &data.samples,
                ["columns", "column_order", "column_clusters"],
                "samples",
            ),
        ] {
            let Some(tree) = tree else { continue };
            tables.extend(clusters_table(
                clusters,
                &format!("Clusters of {what}"),
                tree,
                names,
            ));
            tables.push(order_table(order, &format!("Order of {what}"), tree, names));
            tables.push(merges_table(merges, &format!("Tree of {what}"), tree));
        }
        tables
    }

    fn scalars(&self) -> Scalars {
        let summary = self.summary();
        let mut scalars = Scalars::new();
        scalars.insert("n_genes".into(), json!(summary.shape[0]));
        scalars.insert("n_samples".into(), json!(summary.shape[1]));
        scalars.insert("row_height".into(), json!(summary.heights[0]));
        scalars.insert("column_height".into(), json!(summary.heights[1]));
        scalars
    }

    fn figures(&self) -> Vec<FigureInfo> {
        figures::infos(self)
    }

    fn figure(&self, request: &FigureRequest) -> Result<Figure, AnalysisError> {
        figures::figure(self, request)
    }

    fn note(&self) -> String {
        let data = &self.dataset;
        let linkage = match self.parameters.linkage {
            Linkage::Single => "single linkage",
            Linkage::Complete => "complete linkage",
            Linkage::Average => "average linkage",
            Linkage::Ward => "Ward's linkage",
        };
        let distance = match self.parameters.distance {
            ClusterDistance::Correlation => "1 − Pearson's r",
            ClusterDistance::Euclidean => "Euclidean distance",
        };
        let genes = format!("{} genes", data.n_genes());
        let samples = format!("{} samples", data.n_samples());
        let what = match (&self.rows, &self.columns) {
            (Some(_), None) => genes,
            (None, Some(_)) => samples,
            _ => format!("{genes} and {samples}"),
        };
        let cut = match self.parameters.cut {
            0 => String::new(),
            1 => " Trees were cut into one cluster.".into(),
            cut => format!(" Trees were cut into {cut} clusters."),
        };
        format!(
            "{what} of {} were clustered by {linkage} on {distance}, missing values left out pair by pair.{cut}",
            self.input_name
        )
    }
}
