//! Which annotations stand as bars beside the cells of a heat map.

use serde::{Deserialize, Serialize};

/// Names of annotations, each a bar.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnotationBars {
    /// Annotations of samples, above the cells, from the top.
    pub samples: Vec<String>,
    /// Annotations of genes, left of the cells, from the left.
    pub genes: Vec<String>,
}

/// The bars a heat map may have, and those it has where none were chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BarChoices {
    /// All annotations.
    pub all: AnnotationBars,
    /// Those with which the picture begins.
    pub proposed: AnnotationBars,
}

impl AnnotationBars {
    /// Most bars at one side, so that cells keep their room.
    pub const MOST: usize = 8;

    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty() && self.genes.is_empty()
    }

    /// Those of these names that are among `all`, in the order of `all`.
    #[must_use]
    pub fn among(&self, all: &Self) -> Self {
        let kept = |all: &[String], chosen: &[String]| -> Vec<String> {
            let names = all.iter().filter(|name| chosen.contains(name));
            names.cloned().collect()
        };
        Self {
            samples: kept(&all.samples, &self.samples),
            genes: kept(&all.genes, &self.genes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AnnotationBars;

    #[test]
    fn names_that_are_gone_are_left_out_and_the_order_is_that_of_the_data() {
        let bars = |samples: &[&str], genes: &[&str]| {
            let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
            AnnotationBars {
                samples: names(samples),
                genes: names(genes),
            }
        };
        let all = bars(&["tissue", "batch", "depth"], &["pathway"]);
        let chosen = bars(&["depth", "gone", "tissue"], &["gone"]);
        assert_eq!(chosen.among(&all), bars(&["tissue", "depth"], &[]));
        assert!(bars(&[], &[]).is_empty() && !all.is_empty());
    }
}
