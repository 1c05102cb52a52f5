//! What the points of a picture may be colored by, and with what they begin.

use serde::{Deserialize, Serialize};

use super::{ColorBy, Coloring, GroupInk, color::by_column};
use crate::dataset::Dataset;

/// What a picture's points may be colored by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColorChoices {
    /// Names of the annotations.
    pub columns: Vec<String>,
    /// True where points are samples, which any gene has a value for.
    pub genes: bool,
    /// The annotation to begin with, where one says of what kind the points are.
    pub proposed: Option<String>,
}

impl ColorChoices {
    /// True where points may be colored by that.
    pub fn admits(&self, by: &ColorBy) -> bool {
        match by {
            ColorBy::Column(name) => self.columns.contains(name),
            ColorBy::Gene(_) => self.genes,
        }
    }

    /// For pictures whose points are the samples of `dataset`.
    pub fn of_samples(dataset: &Dataset) -> Self {
        Self {
            columns: dataset.sample_annotations.names().map(Into::into).collect(),
            genes: true,
            proposed: None,
        }
    }

    /// The same, beginning with the first annotation of at least two groups that all have a color,
    /// and that are not nearly as many as there are samples.
    pub fn of_kinds_of_samples(dataset: &Dataset) -> Self {
        let annotations = &dataset.sample_annotations;
        let of_kinds = |name: &&str| {
            let coloring = by_column(annotations, name, "sample");
            let Ok(Coloring::Groups { groups, .. }) = coloring else {
                return false;
            };
            let n = |of: fn(GroupInk) -> bool| groups.iter().filter(|g| of(g.ink)).count();
            let n_own = n(|ink| matches!(ink, GroupInk::Own(_)));
            n_own >= 2 && 2 * n_own <= dataset.n_samples() && n(|ink| ink == GroupInk::Other) == 0
        };
        Self {
            proposed: annotations.names().find(of_kinds).map(Into::into),
            ..Self::of_samples(dataset)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dataset::{Column, ColumnValues},
        matrix::Matrix,
    };

    #[test]
    fn what_tells_kinds_of_samples_apart_is_proposed() {
        let proposed = |cells: &[&str]| {
            let n = cells.len();
            let samples = (0..n).map(|at| format!("s{at}")).collect();
            let mut data = Dataset::new(
                Matrix::from_rows(1, n, vec![0.0; n]),
                vec!["TP53".into()],
                samples,
            );
            data.sample_annotations.set(Column {
                name: "group".into(),
                values: ColumnValues::from_text(cells.iter().map(ToString::to_string).collect()),
            });
            ColorChoices::of_kinds_of_samples(&data).proposed
        };
        assert_eq!(proposed(&["a", "b", "a", "b"]), Some("group".into()));
        assert_eq!(proposed(&["a", "b", "", "b"]), Some("group".into()));
        // Names, and one kind alone.
        assert_eq!(proposed(&["a", "b", "c", "d"]), None);
        assert_eq!(proposed(&["a", "a", "a", "a"]), None);
    }
}
