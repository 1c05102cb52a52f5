//! Names that stand twice.

use std::collections::{BTreeMap, BTreeSet};

use cuvette_core::report::{Finding, Severity};
use serde_json::json;

use crate::{
    error::{FormatError, FormatErrorKind},
    findings::{Build, counted, finding, named, some_of},
    options::DuplicatePolicy,
};

/// Unique names, and which of the given ones to keep.
pub(crate) struct Unique {
    /// One per kept position.
    pub names: Vec<String>,
    /// Positions to keep, where some are left out.
    pub kept: Option<Vec<usize>>,
    /// What was found and done.
    pub finding: Option<Finding>,
}

/// Makes names unique as the policy says. `what` is "gene" or "sample".
///
/// Suffixes follow R's `make.unique`: `A`, `A.1`, `A.2`, passing over names that are taken.
pub(crate) fn make_unique(
    file: &str,
    what: &'static str,
    names: Vec<String>,
    policy: Option<DuplicatePolicy>,
) -> Result<Unique, FormatError> {
    let repeated = repeated_names(&names);
    if repeated.is_empty() {
        return Ok(Unique {
            names,
            kept: None,
            finding: None,
        });
    }
    let count = repeated.len() as u64;
    match policy.unwrap_or(DuplicatePolicy::Suffix) {
        DuplicatePolicy::Error => {
            let first = repeated[0].0.clone();
            let kind = FormatErrorKind::Duplicate { what, count, first };
            Err(FormatError::new(file, kind))
        }
        DuplicatePolicy::Suffix => Ok(Unique {
            finding: Some(describe(what, &repeated, true, policy.is_some())),
            names: with_suffixes(&names),
            kept: None,
        }),
        DuplicatePolicy::First => {
            let mut seen = BTreeSet::new();
            let kept: Vec<usize> = (0..names.len())
                .filter(|&position| seen.insert(names[position].as_str()))
                .collect();
            Ok(Unique {
                finding: Some(describe(what, &repeated, false, true)),
                names: kept
                    .iter()
                    .map(|&position| names[position].clone())
                    .collect(),
                kept: Some(kept),
            })
        }
    }
}

/// Names that stand more than once, with how often, in order of appearance.
pub(crate) fn repeated_names(names: &[String]) -> Vec<(String, usize)> {
    let mut sorted: Vec<&str> = names.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    if sorted.windows(2).all(|pair| pair[0] != pair[1]) {
        return Vec::new();
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in sorted {
        *counts.entry(name).or_default() += 1;
    }
    let mut told = BTreeSet::new();
    names
        .iter()
        .filter(|name| counts[name.as_str()] > 1 && told.insert(name.as_str()))
        .map(|name| (name.clone(), counts[name.as_str()]))
        .collect()
}

fn with_suffixes(names: &[String]) -> Vec<String> {
    let mut taken: BTreeSet<String> = names.iter().cloned().collect();
    let mut next: BTreeMap<&str, usize> = BTreeMap::new();
    names
        .iter()
        .map(|name| {
            let Some(number) = next.get_mut(name.as_str()) else {
                next.insert(name, 1);
                return name.clone();
            };
            loop {
                let candidate = format!("{name}.{number}");
                *number += 1;
                if taken.insert(candidate.clone()) {
                    return candidate;
                }
            }
        })
        .collect()
}

fn describe(what: &str, repeated: &[(String, usize)], all_kept: bool, is_chosen: bool) -> Finding {
    let n = repeated.len() as u64;
    let examples: Vec<String> = repeated
        .iter()
        .map(|(name, count)| format!("{name} {count} times"))
        .collect();
    let title = format!(
        "{} more than once",
        counted(
            n,
            &format!("{what} name stands"),
            &format!("{what} names stand")
        )
    );
    let (severity, done) = match (all_kept, is_chosen) {
        (true, false) => (
            Severity::Check,
            "All are kept: the further ones are named with .1, .2 and so on.",
        ),
        (true, true) => (
            Severity::Changed,
            "All are kept: the further ones are named with .1, .2 and so on.",
        ),
        (false, _) => (
            Severity::Changed,
            "The first of each is kept, the others are left out.",
        ),
    };
    let advice = if what == "gene" && all_kept {
        " To merge them, add the step collapse_genes."
    } else {
        ""
    };
    let option = format!("duplicate_{what}s");
    let places = repeated.iter().map(|(name, _)| named(name)).collect();
    let found = finding(&option, severity, title)
        .detail(format!("{}. {done}{advice}", some_of(&examples)))
        .at(places, n);
    match (all_kept, is_chosen) {
        (true, false) => found.remedy("Keep all", &option, json!("suffix")).remedy(
            "Keep the first alone",
            &option,
            json!("first"),
        ),
        (true, true) => found,
        (false, _) => found.remedy("Keep all under different names", &option, json!("suffix")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_follow_make_unique_of_r() {
        let names = ["a", "b", "a", "a.1", "a"].map(String::from);
        let unique = make_unique("f", "gene", names.to_vec(), None).unwrap();
        // make.unique(c("a", "b", "a", "a.1", "a")) of R 4.2
        assert_eq!(unique.names, ["a", "b", "a.2", "a.1", "a.3"]);
    }

    #[test]
    fn the_first_alone_is_kept_when_asked() {
        let names = ["a", "b", "a"].map(String::from);
        let unique =
            make_unique("f", "gene", names.to_vec(), Some(DuplicatePolicy::First)).unwrap();
        assert_eq!(unique.names, ["a", "b"]);
        assert_eq!(unique.kept, Some(vec![0, 1]));
    }
}
