//! Samples that belong with another group, and batches that are groups.

use std::collections::{BTreeMap, BTreeSet};

use super::verdict::{JudgedPair, QcVerdict, QcVerdictCode};
use crate::{matrix::Matrix, stats::quantile::quantiles};

/// Nine tenths of the one group lie above nine tenths of the other.
const TAIL: f64 = 0.1;

/// The group of every sample; samples without one are in none.
#[derive(Debug, Clone)]
pub struct SampleGroups {
    /// Names of the groups.
    pub names: Vec<String>,
    /// Position in `names`, by sample.
    pub of: Vec<Option<usize>>,
    /// Where they are from: "of strain", "read off the sample names".
    pub source: String,
}

impl SampleGroups {
    /// Groups by the texts of an annotation; empty ones are missing.
    pub fn by_texts(texts: &[String], source: String) -> Self {
        let distinct: BTreeSet<&String> = texts.iter().filter(|text| !text.is_empty()).collect();
        let names: Vec<String> = distinct.into_iter().cloned().collect();
        let of = texts.iter().map(|text| names.binary_search(text).ok());
        Self {
            of: of.collect(),
            names,
            source,
        }
    }

    /// Groups by the sample names without their last number; none where that makes no two groups
    /// of two samples each.
    pub fn by_names(samples: &[String]) -> Option<Self> {
        let stems: Vec<String> = samples.iter().map(|name| stem(name).to_owned()).collect();
        let groups = Self::by_texts(&stems, "read off the sample names".into());
        let sizes = (0..groups.names.len()).map(|group| groups.members(group).count());
        let are_groups = groups.names.len() > 1 && sizes.into_iter().all(|size| size > 1);
        let are_numbered = samples.iter().zip(&stems).all(|(name, stem)| name != stem);
        (are_groups && are_numbered && groups.of.iter().all(Option::is_some)).then_some(groups)
    }

    fn members(&self, group: usize) -> impl Iterator<Item = usize> {
        let samples = self.of.iter().enumerate();
        samples
            .filter(move |&(_, &of)| of == Some(group))
            .map(|(sample, _)| sample)
    }
}

/// The name without the number at its end, and without what joins them.
fn stem(name: &str) -> &str {
    let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    stem.trim_end_matches(['_', '-', '.', ' '])
}

/// A sample that belongs with another group.
struct Misfit {
    sample: usize,
    own: usize,
    other: usize,
}

/// The verdicts on samples that belong with another group, and the pairs of likely swaps.
pub fn judge_groups(
    correlations: &Matrix,
    groups: &SampleGroups,
    names: &[String],
) -> (Vec<QcVerdict>, Vec<JudgedPair>) {
    let mut misfits = misfits(correlations, groups);
    let (mut verdicts, mut pairs) = (Vec::new(), Vec::new());
    while !misfits.is_empty() {
        let misfit = misfits.remove(0);
        let is_partner = |other: &Misfit| other.own == misfit.other && other.other == misfit.own;
        let evidence = |misfit: &Misfit| {
            let to = |group| mean_r(correlations, groups, misfit.sample, group);
            format!(
                "{} (group {}) has mean r {:.4} with group {} and {:.4} with its own",
                names[misfit.sample],
                groups.names[misfit.own],
                to(misfit.other),
                groups.names[misfit.other],
                to(misfit.own)
            )
        };
        if let Some(at) = misfits.iter().position(is_partner) {
            let partner = misfits.remove(at);
            let samples = [misfit.sample, partner.sample];
            verdicts.push(QcVerdict::new(
                QcVerdictCode::LikelySwap,
                &samples.map(|sample| names[sample].as_str()),
                format!(
                    "{} and {} look swapped: {}; {}. Groups {}.",
                    names[misfit.sample],
                    names[partner.sample],
                    evidence(&misfit),
                    evidence(&partner),
                    groups.source
                ),
            ));
            pairs.push(JudgedPair {
                samples,
                r: f64::from(correlations.get(samples[0], samples[1])),
                code: QcVerdictCode::LikelySwap,
            });
        } else {
            verdicts.push(QcVerdict::new(
                QcVerdictCode::Mislabeled,
                &[&names[misfit.sample]],
                format!("{}. Groups {}.", evidence(&misfit), groups.source),
            ));
        }
    }
    (verdicts, pairs)
}

fn misfits(correlations: &Matrix, groups: &SampleGroups) -> Vec<Misfit> {
    let nearest = |sample| nearest_group(correlations, groups, sample);
    let doubtful: Vec<Misfit> = (0..groups.of.len()).filter_map(nearest).collect();
    let mut corrected = groups.clone();
    for misfit in &doubtful {
        corrected.of[misfit.sample] = Some(misfit.other);
    }
    let is_clear = |misfit: &Misfit| {
        let with = |group| coefficients(correlations, &corrected, misfit.sample, group);
        let (new, old) = (with(misfit.other), with(misfit.own));
        // One sample is no group to belong with.
        new.len() > 1
            && old.len() > 1
            && quantiles(&new, &[TAIL])[0] > quantiles(&old, &[1.0 - TAIL])[0]
    };
    doubtful.into_iter().filter(is_clear).collect()
}

/// Where both the mean correlation and the most similar sample point to another group.
fn nearest_group(correlations: &Matrix, groups: &SampleGroups, sample: usize) -> Option<Misfit> {
    let own = groups.of[sample]?;
    let own_r = mean_r(correlations, groups, sample, own);
    let mut best = (own, own_r);
    for group in 0..groups.names.len() {
        let r = mean_r(correlations, groups, sample, group);
        if r > best.1 {
            best = (group, r);
        }
    }
    let mut nearest = (own, f32::NEG_INFINITY);
    for (other, group) in groups.of.iter().enumerate() {
        let r = correlations.get(sample, other);
        match group {
            Some(group) if other != sample && r > nearest.1 => nearest = (*group, r),
            _ => {}
        }
    }
    (best.0 != own && nearest.0 != own).then_some(Misfit {
        sample,
        own,
        other: best.0,
    })
}

/// Correlations of a sample with the others of a group.
fn coefficients(
    correlations: &Matrix,
    groups: &SampleGroups,
    sample: usize,
    group: usize,
) -> Vec<f64> {
    let others = groups.members(group).filter(|&other| other != sample);
    let r = others.map(|other| f64::from(correlations.get(sample, other)));
    r.filter(|r| !r.is_nan()).collect()
}

fn mean_r(correlations: &Matrix, groups: &SampleGroups, sample: usize, group: usize) -> f64 {
    let r = coefficients(correlations, groups, sample, group);
    r.iter().sum::<f64>() / r.len() as f64
}

/// A verdict where every batch holds samples of one group only.
pub fn judge_batches(
    groups: &[String],
    batches: &[String],
    columns: [&str; 2],
) -> Option<QcVerdict> {
    let mut groups_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let known = groups.iter().zip(batches);
    for (group, batch) in known.filter(|(group, batch)| !group.is_empty() && !batch.is_empty()) {
        groups_of.entry(batch).or_default().insert(group);
    }
    let all: BTreeSet<&str> = groups_of.values().flatten().copied().collect();
    if all.len() < 2 || groups_of.values().any(|groups| groups.len() > 1) {
        return None;
    }
    let listed: Vec<String> = groups_of
        .iter()
        .take(4)
        .flat_map(|(batch, groups)| groups.iter().map(move |group| format!("{batch}: {group}")))
        .collect();
    let [group, batch] = columns;
    Some(QcVerdict::new(
        QcVerdictCode::BatchEqualsGroup,
        &[],
        format!(
            "Each of the {} batches ({batch}) holds samples of one group ({group}) only, {}: what differs between groups may be the batch, and no method can tell.",
            groups_of.len(),
            listed.join(", ")
        ),
    ))
}
