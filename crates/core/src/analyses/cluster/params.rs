//! Parameters of `cluster`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, Shapes},
    error::ParamError,
    stats::linkage::Linkage,
};

/// Most genes or samples of a tree: the distances of every two take 8 bytes each.
pub const MAX_CLUSTERED: usize = 10_000;

/// How far apart two genes or samples are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClusterDistance {
    /// 1 − r: opposite profiles are farthest, at 2.
    #[default]
    Correlation,
    /// The root of the sum of squared differences.
    Euclidean,
}

/// What is clustered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClusterAxis {
    /// Genes and samples.
    #[default]
    Both,
    /// Genes alone; samples keep their order.
    Genes,
    /// Samples alone; genes keep their order.
    Samples,
}

/// How trees are built, and into how many clusters they are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClusterParameters {
    /// How far apart two clusters are
    ///
    /// Default `average`, the mean over all pairs; `complete` makes compact clusters, `ward` even
    /// ones, `single` chains.
    pub linkage: Linkage,
    /// How far apart two genes or samples are
    ///
    /// Default `correlation`, 1 − r, which compares the shape of profiles; `euclidean` compares
    /// their values.
    pub distance: ClusterDistance,
    /// What is put into a tree
    ///
    /// Default `both`; what is not keeps its order.
    pub axis: ClusterAxis,
    /// Into how many clusters the trees are cut
    ///
    /// 0 to 50; default 0, not cut.
    #[schemars(range(min = 0, max = 50))]
    pub cut: usize,
}

impl Default for ClusterParameters {
    fn default() -> Self {
        Self {
            linkage: Linkage::Average,
            distance: ClusterDistance::Correlation,
            axis: ClusterAxis::Both,
            cut: 0,
        }
    }
}

impl ClusterParameters {
    /// True where the genes, and where the samples, are put into a tree.
    pub fn clustered(&self) -> [bool; 2] {
        [
            self.axis != ClusterAxis::Samples,
            self.axis != ClusterAxis::Genes,
        ]
    }
}

impl Parameters for ClusterParameters {
    fn check(&self, shapes: &Shapes) -> Result<(), ParamError> {
        if self.cut > 50 {
            return Err(ParamError::new("cut", self.cut, "0 to 50"));
        }
        let Some(shape) = shapes.datasets.first() else {
            return Ok(());
        };
        let [genes, samples] = self.clustered();
        let axis = match self.axis {
            ClusterAxis::Both => "both",
            ClusterAxis::Genes => "genes",
            ClusterAxis::Samples => "samples",
        };
        for (is_clustered, n, what, other) in [
            (genes, shape.n_genes, "genes", "samples"),
            (samples, shape.n_samples, "samples", "genes"),
        ] {
            if is_clustered && n > MAX_CLUSTERED {
                let gigabytes = (n as f64).powi(2) / 2.0 * 8.0 / 1e9;
                let remedy = format!(
                    "{other}, or at most {MAX_CLUSTERED} {what}: the distances of {n} {what} would take {gigabytes:.1} GB. \
                     A step before this one can keep those that vary most (filter_genes)"
                );
                return Err(ParamError::new("axis", axis, remedy));
            }
        }
        Ok(())
    }
}
