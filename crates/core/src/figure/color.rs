//! What the colors of points mean: groups of an annotation, or a continuous value.

use serde::{Deserialize, Serialize};

use super::{ColorScale, FigureRequest, MISSING, OTHER, Rgb, categorical, sequential};
use crate::{
    dataset::{Annotations, ColumnValues, Dataset, NameIndex, ValueKind},
    error::AnalysisError,
};

/// Groups that get a color of their own; the rest is "other".
pub const MAX_GROUPS: usize = 12;

/// Whole numbers of at most this many different values name groups rather than amounts: a batch.
const MAX_NUMBERED_GROUPS: usize = 6;

/// What points are asked to be colored by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColorBy {
    /// The annotation of that name.
    Column(String),
    /// The values of that gene.
    Gene(String),
}

/// Colors of points with their meaning; what they are by point stands in the order of the points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coloring {
    /// A color per group.
    Groups {
        /// Name of the annotation.
        label: String,
        /// The groups, in the order of the legend.
        groups: Vec<ColorGroup>,
        /// Position in `groups`, one per point; empty where a raster holds the points.
        of: Vec<u8>,
    },
    /// Viridis over the values.
    Scale {
        /// What the colors mean.
        scale: ColorScale,
        /// Value per point, `None` is missing; empty where a raster holds the points.
        of: Vec<Option<f32>>,
    },
}

/// One group of the legend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColorGroup {
    /// Its words: `treated`, `5 others`, `missing`.
    pub name: String,
    /// Points in it.
    pub n: usize,
    /// How it is drawn.
    pub ink: GroupInk,
}

/// How a group is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupInk {
    /// A color of its own: its place in the palette.
    Own(u8),
    /// The groups beyond the palette, together; or what is not looked for.
    Other,
    /// Points that the annotation says nothing of.
    Missing,
}

impl GroupInk {
    /// The color, the same in every theme.
    pub fn rgb(self) -> Rgb {
        match self {
            Self::Own(place) => categorical(place.into()),
            Self::Other => OTHER,
            Self::Missing => MISSING,
        }
    }
}

impl Coloring {
    /// The colors asked for of points that are the samples of `dataset`, in its order; `None` where
    /// none were asked for.
    ///
    /// # Errors
    ///
    /// An annotation or a gene that is not there; the message names some that are.
    pub fn of_samples(
        dataset: &Dataset,
        request: &FigureRequest,
    ) -> Result<Option<Self>, AnalysisError> {
        match &request.color {
            None => Ok(None),
            Some(ColorBy::Column(name)) => {
                by_column(&dataset.sample_annotations, name, "sample").map(Some)
            }
            Some(ColorBy::Gene(name)) => by_gene(dataset, name).map(Some),
        }
    }

    /// The same of points that are the genes of `dataset`.
    ///
    /// # Errors
    ///
    /// As [`Coloring::of_samples`]; genes cannot be colored by a gene.
    pub fn of_genes(
        dataset: &Dataset,
        request: &FigureRequest,
    ) -> Result<Option<Self>, AnalysisError> {
        match &request.color {
            None => Ok(None),
            Some(ColorBy::Column(name)) => {
                by_column(&dataset.gene_annotations, name, "gene").map(Some)
            }
            Some(ColorBy::Gene(name)) => Err(AnalysisError::Input {
                message: format!(
                    "the points of this picture are genes, so they have no color by gene {name:?}; choose an annotation"
                ),
            }),
        }
    }

    /// The same, with the group of that name drawn as what is not looked for.
    pub fn with_rest(mut self, name: &str) -> Self {
        if let Self::Groups { groups, .. } = &mut self {
            for group in groups.iter_mut().filter(|group| group.name == name) {
                group.ink = GroupInk::Other;
            }
        }
        self
    }

    /// A color per group of the points, by their words in the order of appearance; empty is
    /// missing. Of more than [`MAX_GROUPS`] groups the largest have a color.
    pub fn from_words(label: &str, words: &[&str]) -> Self {
        let mut levels: Vec<&str> = Vec::new();
        let codes: Vec<Option<usize>> = words
            .iter()
            .map(|&word| {
                (!word.is_empty()).then(|| {
                    levels
                        .iter()
                        .position(|&level| level == word)
                        .unwrap_or_else(|| {
                            levels.push(word);
                            levels.len() - 1
                        })
                })
            })
            .collect();
        grouped(label, &levels, &codes)
    }

    /// Viridis from the smallest to the largest finite value; others are missing.
    pub fn from_values(label: &str, values: impl Iterator<Item = f32>) -> Self {
        let of: Vec<Option<f32>> = values
            .map(|value| value.is_finite().then_some(value))
            .collect();
        let present = of.iter().flatten().map(|&value| f64::from(value));
        let (low, high) = present.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        let (low, high) = match high - low {
            span if span > 0.0 => (low, high),
            0.0 => (low - 0.5, high + 0.5),
            _ => (0.0, 1.0),
        };
        let scale = ColorScale {
            label: label.into(),
            low,
            high,
            diverging: false,
        };
        Self::Scale { scale, of }
    }

    /// The colors of the chosen points alone, in the given order; the legend stays.
    #[must_use]
    pub fn select(&self, points: &[usize]) -> Self {
        match self {
            Self::Groups { label, groups, of } => Self::Groups {
                label: label.clone(),
                groups: groups.clone(),
                of: points.iter().map(|&point| of[point]).collect(),
            },
            Self::Scale { scale, of } => Self::Scale {
                scale: scale.clone(),
                of: points.iter().map(|&point| of[point]).collect(),
            },
        }
    }

    /// The legend alone, for points that a raster holds.
    #[must_use]
    pub fn legend(&self) -> Self {
        self.select(&[])
    }

    /// Color of a point, the same in every theme.
    pub fn rgb(&self, point: usize) -> Rgb {
        self.ink(point).map_or_else(
            || match self {
                Self::Groups { .. } => MISSING,
                Self::Scale { scale, of } => match of.get(point) {
                    Some(&Some(value)) => {
                        let share = (f64::from(value) - scale.low) / (scale.high - scale.low);
                        sequential(share)
                    }
                    _ => MISSING,
                },
            },
            GroupInk::rgb,
        )
    }

    /// How the group of a point is drawn; `None` for continuous values.
    pub fn ink(&self, point: usize) -> Option<GroupInk> {
        match self {
            Self::Groups { groups, of, .. } => {
                let group = groups.get(usize::from(*of.get(point)?))?;
                Some(group.ink)
            }
            Self::Scale { .. } => None,
        }
    }

    /// True for a point that has no group and no value: it is drawn below the others.
    pub fn is_missing(&self, point: usize) -> bool {
        match self {
            Self::Groups { .. } => self.ink(point) == Some(GroupInk::Missing),
            Self::Scale { of, .. } => matches!(of.get(point), Some(None)),
        }
    }

    /// Name of the annotation or gene.
    pub fn label(&self) -> &str {
        match self {
            Self::Groups { label, .. } => label,
            Self::Scale { scale, .. } => &scale.label,
        }
    }
}

pub(super) fn by_column(
    annotations: &Annotations,
    name: &str,
    of_what: &str,
) -> Result<Coloring, AnalysisError> {
    let column = annotations
        .column(name)
        .ok_or_else(|| not_there(&format!("{of_what} annotation"), name, annotations.names()))?;
    Ok(match &column.values {
        ColumnValues::Category { levels, codes } => {
            let levels: Vec<&str> = levels.iter().map(String::as_str).collect();
            let codes: Vec<Option<usize>> =
                codes.iter().map(|code| code.map(|c| c as usize)).collect();
            grouped(name, &levels, &codes)
        }
        ColumnValues::Text(cells) => {
            let words: Vec<&str> = cells.iter().map(String::as_str).collect();
            Coloring::from_words(name, &words)
        }
        ColumnValues::Number(values) => numbered_groups(name, values)
            .unwrap_or_else(|| Coloring::from_values(name, values.iter().map(|&v| v as f32))),
    })
}

/// Few different whole numbers as groups, in ascending order.
fn numbered_groups(name: &str, values: &[f64]) -> Option<Coloring> {
    let mut different: Vec<f64> = Vec::new();
    for &value in values.iter().filter(|value| !value.is_nan()) {
        if value.fract() != 0.0 {
            return None;
        }
        if !different.contains(&value) {
            different.push(value);
            if different.len() > MAX_NUMBERED_GROUPS {
                return None;
            }
        }
    }
    different.sort_by(f64::total_cmp);
    let words: Vec<String> = different.iter().map(ToString::to_string).collect();
    let levels: Vec<&str> = words.iter().map(String::as_str).collect();
    let codes: Vec<Option<usize>> = values
        .iter()
        .map(|value| different.iter().position(|known| known == value))
        .collect();
    Some(grouped(name, &levels, &codes))
}

fn by_gene(dataset: &Dataset, name: &str) -> Result<Coloring, AnalysisError> {
    let index = NameIndex::new(&dataset.genes);
    let gene = index
        .get(name)
        .ok_or_else(|| not_there("gene", name, index.nearest(name, 3).into_iter()))?;
    let unit = match dataset.kind {
        ValueKind::Unknown if dataset.value_label.is_empty() => "value",
        _ => &dataset.value_label,
    };
    let values = (0..dataset.n_samples()).map(|sample| dataset.matrix.get(gene, sample));
    Ok(Coloring::from_values(&format!("{name}, {unit}"), values))
}

fn not_there<'a>(what: &str, name: &str, others: impl Iterator<Item = &'a str>) -> AnalysisError {
    let others: Vec<&str> = others.take(8).collect();
    let hint = if others.is_empty() {
        String::new()
    } else {
        format!(", expected one like {}", others.join(", "))
    };
    AnalysisError::Input {
        message: format!("there is no {what} {name:?} here{hint}"),
    }
}

/// The largest groups by name, in the order of their levels; ties to the earlier level.
fn grouped(label: &str, levels: &[&str], codes: &[Option<usize>]) -> Coloring {
    let mut sizes = vec![0_usize; levels.len()];
    for &code in codes.iter().flatten() {
        sizes[code] += 1;
    }
    let mut present: Vec<usize> = (0..levels.len())
        .filter(|&level| sizes[level] > 0)
        .collect();
    if present.len() > MAX_GROUPS {
        present.sort_by_key(|&level| std::cmp::Reverse(sizes[level]));
        present.truncate(MAX_GROUPS);
        present.sort_unstable();
    }
    let mut groups: Vec<ColorGroup> = (0_u8..)
        .zip(&present)
        .map(|(place, &level)| ColorGroup {
            name: levels[level].into(),
            n: sizes[level],
            ink: GroupInk::Own(place),
        })
        .collect();
    let n_named: usize = groups.iter().map(|group| group.n).sum();
    let n_present = codes.iter().flatten().count();
    let n_other = sizes.iter().filter(|&&size| size > 0).count() - present.len();
    let mut add = |name: String, n: usize, ink: GroupInk| {
        // INVARIANT: at most `MAX_GROUPS` and two more.
        let place = groups.len() as u8;
        if n > 0 {
            groups.push(ColorGroup { name, n, ink });
        }
        place
    };
    let other = add(
        format!("{n_other} others"),
        n_present - n_named,
        GroupInk::Other,
    );
    let missing = add("missing".into(), codes.len() - n_present, GroupInk::Missing);
    let place = |code: &Option<usize>| match code {
        None => missing,
        Some(code) => present
            .binary_search(code)
            .map_or(other, |place| place as u8),
    };
    Coloring::Groups {
        label: label.into(),
        of: codes.iter().map(place).collect(),
        groups,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dataset::Column, matrix::Matrix};
    use std::sync::Arc;

    fn with(values: ColumnValues) -> Dataset {
        let n = values.len();
        let matrix = Matrix::from_rows(1, n, (0..n).map(|i| i as f32).collect());
        let samples = (0..n).map(|i| format!("s{i}")).collect();
        let mut dataset = Dataset::new(matrix, vec!["TP53".into()], samples);
        dataset.sample_annotations.set(Column {
            name: "group".into(),
            values,
        });
        dataset
    }

    fn asked(color: ColorBy) -> FigureRequest {
        FigureRequest {
            color: Some(color),
            ..FigureRequest::default()
        }
    }

    fn by_group(cells: &[&str]) -> Coloring {
        let cells = cells.iter().map(ToString::to_string).collect();
        let dataset = with(ColumnValues::from_text(cells));
        Coloring::of_samples(&dataset, &asked(ColorBy::Column("group".into())))
            .unwrap()
            .unwrap()
    }

    fn legend(coloring: &Coloring) -> Vec<(String, usize)> {
        let Coloring::Groups { groups, .. } = coloring else {
            panic!("expected groups, found {coloring:?}")
        };
        groups.iter().map(|g| (g.name.clone(), g.n)).collect()
    }

    #[test]
    fn groups_stand_in_order_of_appearance_and_missing_last() {
        let found = by_group(&["b", "a", "", "b", "a", "b"]);
        let expected = [("b", 3), ("a", 2), ("missing", 1)].map(|(name, n)| (name.into(), n));
        assert_eq!(legend(&found), expected);
        assert!(found.is_missing(2) && !found.is_missing(3));
        assert_eq!(found.rgb(2), MISSING);
        assert_eq!(found.rgb(0), categorical(0));
    }

    #[test]
    fn what_is_not_looked_for_is_gray_and_the_others_keep_their_colors() {
        let found = Coloring::from_words("q", &["up", "neither", "down"]).with_rest("neither");
        let colors: Vec<Rgb> = (0..3).map(|point| found.rgb(point)).collect();
        assert_eq!(colors, [categorical(0), OTHER, categorical(2)]);
    }

    #[test]
    fn beyond_the_palette_the_largest_groups_keep_a_color() {
        let cells: Vec<String> = (0..14_usize)
            .flat_map(|group| vec![format!("g{group}"); if group < 2 { 2 } else { 3 }])
            .collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let found = by_group(&cells);
        let legend = legend(&found);
        assert_eq!(legend.len(), MAX_GROUPS + 1);
        assert_eq!(legend[0], ("g2".into(), 3));
        assert_eq!(legend[MAX_GROUPS], ("2 others".into(), 4));
        assert_eq!(found.rgb(0), OTHER);
    }

    #[test]
    fn a_batch_of_few_whole_numbers_is_groups_in_ascending_order() {
        let names: Vec<String> = legend(&by_group(&["2", "1", "2", "10"]))
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["1", "2", "10"]);
    }

    #[test]
    fn an_age_is_a_scale_from_the_youngest_to_the_oldest() {
        let Coloring::Scale { scale, of } = by_group(&["20.5", "40", "NA", "31"]) else {
            panic!("expected a scale")
        };
        assert_eq!((scale.low, scale.high), (20.5, 40.0));
        assert_eq!(of[2], None);
    }

    #[test]
    fn a_gene_colors_by_its_values_and_an_unknown_one_is_told_with_a_neighbor() {
        let dataset = with(ColumnValues::Number(vec![0.5; 3]));
        let found = Coloring::of_samples(&dataset, &asked(ColorBy::Gene("TP53".into())));
        let Ok(Some(Coloring::Scale { scale, of })) = found else {
            panic!("expected a scale, found {found:?}")
        };
        assert_eq!(scale.label, "TP53, value");
        assert_eq!(of, [Some(0.0), Some(1.0), Some(2.0)]);
        let error = Coloring::of_samples(&dataset, &asked(ColorBy::Gene("TP5".into())));
        assert!(error.unwrap_err().to_string().contains("TP53"));
    }

    #[test]
    fn constant_and_absent_values_have_a_scale_that_can_be_drawn() {
        for values in [vec![2.0; 3], vec![f32::NAN; 3], Vec::new()] {
            let Coloring::Scale { scale, .. } = Coloring::from_values("x", values.into_iter())
            else {
                panic!("expected a scale")
            };
            assert!(scale.low < scale.high);
        }
    }

    #[test]
    fn genes_take_their_own_annotations_only() {
        let mut dataset = with(ColumnValues::Number(vec![0.5]));
        dataset.gene_annotations.columns = vec![Arc::new(Column {
            name: "biotype".into(),
            values: ColumnValues::Text(vec!["coding".into()]),
        })];
        let column = asked(ColorBy::Column("biotype".into()));
        assert!(Coloring::of_genes(&dataset, &column).is_ok_and(|found| found.is_some()));
        assert!(Coloring::of_samples(&dataset, &column).is_err());
        assert!(Coloring::of_genes(&dataset, &asked(ColorBy::Gene("TP53".into()))).is_err());
    }
}
