//! Which profiles and points two sets share, by name.

use std::{
    borrow::Cow,
    collections::{BTreeMap, btree_map::Entry},
};

use super::{CrossStudyParameters, MatchBy};
use crate::{
    analyses::{NamedDataset, selection::first_five},
    dataset::{Dataset, NameIndex, canonical, without_prefixes},
    error::AnalysisError,
    matrix::Matrix,
};

/// What two sets share: names with their position in the first and the second set.
#[derive(Debug)]
pub struct Pairing {
    /// Whether profiles are samples or genes.
    pub match_by: MatchBy,
    /// Profiles in both, sorted by name.
    pub profiles: Vec<Shared>,
    /// Points in both, in the order of the first set.
    pub points: Vec<Shared>,
    /// Profiles in the first, in the second set alone, sorted.
    pub only: [Vec<String>; 2],
}

/// A name that stands in both sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// The name, trimmed.
    pub name: String,
    /// Where it stands in the first and in the second set.
    pub positions: [usize; 2],
}

/// What a set is called in sentences; tells apart one data set given twice.
pub fn labels(a: &NamedDataset, b: &NamedDataset) -> [String; 2] {
    if a.name == b.name {
        [
            format!("{} (first)", a.name),
            format!("{} (second)", a.name),
        ]
    } else {
        [a.name.clone(), b.name.clone()]
    }
}

/// Pairs profiles and points by their trimmed names.
///
/// # Errors
///
/// A name that stands twice in one set, and sets without common profiles or points.
pub fn pair(
    a: &NamedDataset,
    b: &NamedDataset,
    parameters: &CrossStudyParameters,
) -> Result<Pairing, AnalysisError> {
    let match_by = parameters.match_by;
    let (what_profiles, what_points) = match_by.words();
    let in_a = positions(a, what_profiles, match_by.profiles(&a.data))?;
    let in_b = positions(b, what_profiles, match_by.profiles(&b.data))?;
    let profiles = shared(&in_a, &in_b);
    let mut points = shared(
        &positions(a, what_points, match_by.points(&a.data))?,
        &positions(b, what_points, match_by.points(&b.data))?,
    );
    points.sort_by_key(|point| point.positions);
    if profiles.is_empty() {
        let names = [match_by.profiles(&a.data), match_by.profiles(&b.data)];
        return Err(no_match(what_profiles, [a, b], names));
    }
    if points.is_empty() {
        let names = [match_by.points(&a.data), match_by.points(&b.data)];
        return Err(no_match(what_points, [a, b], names));
    }
    let only = |mine: &BTreeMap<&str, usize>, other: &BTreeMap<&str, usize>| {
        let alone = mine.keys().filter(|name| !other.contains_key(*name));
        alone.map(ToString::to_string).collect()
    };
    Ok(Pairing {
        match_by,
        profiles,
        points,
        only: [only(&in_a, &in_b), only(&in_b, &in_a)],
    })
}

impl MatchBy {
    /// What profiles and points are, in the singular.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Sample => ("sample", "gene"),
            Self::Gene => ("gene", "sample"),
        }
    }

    /// Names of the profiles of a set.
    pub(super) fn profiles(self, data: &Dataset) -> &[String] {
        match self {
            Self::Sample => &data.samples,
            Self::Gene => &data.genes,
        }
    }

    /// Names of the points of a set.
    pub(super) fn points(self, data: &Dataset) -> &[String] {
        match self {
            Self::Sample => &data.genes,
            Self::Gene => &data.samples,
        }
    }

    /// Values of one profile over the chosen points.
    pub(super) fn profile(
        self,
        data: &Dataset,
        profile: usize,
        points: impl Iterator<Item = usize>,
    ) -> Vec<f32> {
        match self {
            Self::Sample => points.map(|gene| data.matrix.get(gene, profile)).collect(),
            Self::Gene => {
                let row = data.matrix.row(profile);
                points.map(|sample| row[sample]).collect()
            }
        }
    }

    /// The matrix with points in rows and profiles in columns.
    pub(super) fn points_by_profiles(self, data: &Dataset) -> Cow<'_, Matrix> {
        match self {
            Self::Sample => Cow::Borrowed(&data.matrix),
            Self::Gene => Cow::Owned(data.matrix.transposed()),
        }
    }
}

/// Position of each trimmed name; a name that stands twice is an error.
fn positions<'a>(
    set: &NamedDataset,
    what: &'static str,
    names: &'a [String],
) -> Result<BTreeMap<&'a str, usize>, AnalysisError> {
    let mut positions = BTreeMap::new();
    for (position, name) in names.iter().enumerate() {
        match positions.entry(name.trim()) {
            Entry::Vacant(entry) => {
                entry.insert(position);
            }
            Entry::Occupied(entry) => {
                let name = *entry.key();
                return Err(AnalysisError::Duplicate {
                    what,
                    name: format!("{name} of {}", set.name),
                    count: names.iter().filter(|other| other.trim() == name).count(),
                });
            }
        }
    }
    Ok(positions)
}

fn shared(a: &BTreeMap<&str, usize>, b: &BTreeMap<&str, usize>) -> Vec<Shared> {
    let in_both = a
        .iter()
        .filter_map(|(name, &in_a)| Some((name, in_a, *b.get(name)?)));
    in_both
        .map(|(name, in_a, in_b)| Shared {
            name: (*name).to_owned(),
            positions: [in_a, in_b],
        })
        .collect()
}

/// True where samples of one set are named like genes of the other: one file lies on its side.
fn crossed(a: &NamedDataset, b: &NamedDataset) -> bool {
    let meet = |samples: &[String], genes: &[String]| {
        let index = NameIndex::new(genes);
        samples
            .iter()
            .filter(|name| index.get(name.trim()).is_some())
            .count()
            * 2
            > samples.len()
    };
    let lies_across = |a: &Dataset, b: &Dataset| {
        meet(&a.samples, &b.genes) && (a.n_genes() == 0 || meet(&a.genes, &b.samples))
    };
    lies_across(&a.data, &b.data) || lies_across(&b.data, &a.data)
}

fn no_match(what: &str, [a, b]: [&NamedDataset; 2], names: [&[String]; 2]) -> AnalysisError {
    let labels = labels(a, b);
    let describe = |side: usize| {
        format!(
            "{} has {} {what}s ({})",
            labels[side],
            names[side].len(),
            first_five(names[side])
        )
    };
    let near = near_matches(names[0], names[1]);
    let hint = if crossed(a, b) {
        "Samples of one set are genes of the other: read one of the files with rows and columns exchanged".to_owned()
    } else if near.is_some() {
        let version = match what {
            "gene" => "; a version suffix goes with collapse_genes",
            _ => "",
        };
        format!("Give both sets the same {what} names with rename_{what}s{version}")
    } else {
        format!("Compare sets that share {what} names, or map the names of one with rename_{what}s")
    };
    AnalysisError::NoMatch {
        message: format!(
            "no {what} name is in both sets: {}, {}{}",
            describe(0),
            describe(1),
            near.map_or_else(String::new, |near| format!("; {near}"))
        ),
        hint,
    }
}

/// Names that would match but for case, version or prefix, else the nearest by spelling.
fn near_matches(a: &[String], b: &[String]) -> Option<String> {
    let canonical_of_b: Vec<(String, &String)> =
        b.iter().map(|name| (canonical(name), name)).collect();
    let mut whole: BTreeMap<&str, &String> = BTreeMap::new();
    let mut without_prefix: BTreeMap<&str, &String> = BTreeMap::new();
    for (spelling, name) in &canonical_of_b {
        whole.entry(spelling).or_insert(name);
        for rest in without_prefixes(spelling) {
            without_prefix.entry(rest).or_insert(name);
        }
    }
    let close: Vec<String> = a
        .iter()
        .filter_map(|name| {
            let spelling = canonical(name);
            let other = (whole.get(spelling.as_str()))
                .or_else(|| without_prefixes(&spelling).find_map(|rest| whole.get(rest)))
                .or_else(|| without_prefix.get(spelling.as_str()))?;
            Some(format!("{name} and {other}"))
        })
        .collect();
    if !close.is_empty() {
        return Some(format!(
            "{} would match but for case, version suffix or prefix: {}",
            close.len(),
            first_five(&close)
        ));
    }
    let index = NameIndex::new(b);
    let similar: Vec<String> = a
        .iter()
        .take(5)
        .filter_map(|name| Some(format!("{name} and {}", index.nearest(name, 1).first()?)))
        .collect();
    (!similar.is_empty()).then(|| format!("nearest are {}", similar.join(", ")))
}
