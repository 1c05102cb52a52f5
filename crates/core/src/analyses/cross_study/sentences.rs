//! The words of verdicts.

use super::{Level, Profile, SetFacts, Verdict, VerdictCode, rules::Case, summarize};

/// A signed number with three decimals and a true minus sign.
pub(super) fn signed(value: f64) -> String {
    if value.is_nan() {
        return "not known".into();
    }
    format!("{value:.3}").replace('-', "−")
}

/// "1 profile looks sign-flipped", "2 profiles look sign-flipped".
pub(super) fn counted(n: usize, one: &str, many: &str, rest: &str) -> String {
    format!("{n} {} {rest}", if n == 1 { one } else { many })
}

fn p_value(p: f64) -> String {
    if p < 1e-300 {
        "p < 1e-300".into()
    } else {
        format!("p = {p:.1e}")
    }
}

pub(super) fn set_flipped(
    case: &Case,
    n_negative: usize,
    p: f64,
    side: usize,
    own_genes_tell: bool,
) -> String {
    let label = &case.sets[side].label;
    let which = if own_genes_tell {
        format!(
            "In {label} the own gene is up in {} of {} profiles, in the other set it is down: {label} is the one to flip.",
            case.n_own_genes_up(side),
            case.n_own_genes(side)
        )
    } else {
        format!("The data do not tell which of the two sets is turned; {label} is proposed.")
    };
    format!(
        "{n_negative} of {} profiles are negative (sign test {}), and the median r is {}: one set was formed the wrong way round, or it is an opposite perturbation. {which} Flipped, the median r is {}.",
        case.coefficients.len(),
        p_value(p),
        signed(case.median),
        signed(-case.median)
    )
}

pub(super) fn profile_flipped(
    case: &Case,
    worst: &Profile,
    flipped: &[&Profile],
    is_set_flipped: bool,
) -> String {
    let start = format!(
        "The same perturbation measured twice does not turn round; a swapped dye or a swapped ratio does. The lowest is {} with r {}.",
        worst.name,
        signed(worst.pearson())
    );
    if is_set_flipped {
        return format!("{start} The whole set looks flipped: look at these after flipping it.");
    }
    let is_flipped = |profile: &Profile| flipped.iter().any(|other| std::ptr::eq(*other, profile));
    let turned: Vec<f64> = case
        .profiles
        .iter()
        .map(|profile| profile.pearson() * if is_flipped(profile) { -1.0 } else { 1.0 })
        .collect();
    let n_negative = case.coefficients.iter().filter(|&&r| r < 0.0).count();
    summarize(&turned).map_or(start.clone(), |summary| {
        format!(
            "{start} Flipped, the median r goes from {} to {} and the negative profiles from {n_negative} to {}.",
            signed(case.median),
            signed(summary.median),
            summary.n_negative
        )
    })
}

pub(super) fn cancelling(case: &Case, n: usize) -> String {
    format!(
        "The median r is {}, but in {n} of {} profiles it lies within 0.1 of zero: replicates of opposite sign may have been averaged.",
        signed(case.median),
        case.coefficients.len()
    )
}

pub(super) fn own_gene_not_down(label: &str, of_whole_set: bool) -> String {
    if of_whole_set {
        format!(
            "In most profiles of {label} the perturbed gene itself is not down. Under log2(deletion / reference) it must be: the ratios are turned, or the genes were induced."
        )
    } else {
        format!(
            "A deleted gene must be down under log2(deletion / reference). Where it is not in {label}, the sign, the name of the strain or the deletion is in doubt."
        )
    }
}

pub(super) fn same_data(case: &Case, n: usize) -> String {
    format!(
        "{n} of {} profiles of {} and {} agree with r above 0.9999. Two measurements never do: these are the same data, not a replication.",
        case.profiles.len(),
        case.sets[0].label,
        case.sets[1].label
    )
}

pub(super) fn linear_against_log(case: &Case, side: usize, n: usize) -> String {
    format!(
        "{} has no value below zero, and in {n} of {} profiles the order of the genes agrees (ρ of 0.999 and more) but not their distances (r below 0.999): one set holds linear values, the other their logarithms. Take the logarithm of {}, with pseudocount 0 where it holds ratios.",
        case.sets[side].label,
        case.profiles.len(),
        case.sets[side].label
    )
}

pub(super) fn evidence(profile: &Profile, sets: &[SetFacts; 2]) -> String {
    let mut phrases = vec![
        format!("r {}", signed(profile.pearson())),
        format!("ρ {}", signed(profile.spearman())),
    ];
    if let Some(own) = &profile.own_gene {
        let measured = own
            .values
            .iter()
            .zip(sets)
            .filter(|(value, _)| !value.is_nan());
        phrases.extend(measured.map(|(&value, set)| {
            format!("own gene {} {} in {}", own.name, signed(value), set.label)
        }));
    }
    phrases.join(", ")
}

/// What was looked for and not found, as one verdict; none where all were found.
pub(super) fn all_clear(case: &Case, found: &[Verdict]) -> Option<Verdict> {
    let is_clear = |code: VerdictCode| found.iter().all(|verdict| verdict.code != code);
    let n_own_genes = case.n_own_genes(0) + case.n_own_genes(1);
    let mut phrases = Vec::new();
    for (code, phrase) in [
        (VerdictCode::SetFlipped, "whole set not flipped"),
        (VerdictCode::ProfileFlipped, "no profile below r −0.5"),
        (VerdictCode::Cancelling, "no profile cancels out"),
        (VerdictCode::SameData, "not the same data twice"),
        (VerdictCode::LinearAgainstLog, "both on one scale"),
    ] {
        if is_clear(code) {
            phrases.push(phrase);
        }
    }
    if n_own_genes > 0 && is_clear(VerdictCode::OwnGeneNotDown) {
        phrases.push("own genes are down");
    }
    let first = *phrases.first()?;
    let title = if found.is_empty() {
        "Nothing suspicious in signs, scale or origin".to_owned()
    } else {
        first[..1].to_ascii_uppercase() + &first[1..]
    };
    let own_genes = if n_own_genes == 0 {
        " The own genes of the profiles are not among the genes, so they cannot tell the sign."
    } else {
        ""
    };
    Some(Verdict {
        code: VerdictCode::AllClear,
        level: Level::Ok,
        title,
        sentence: format!(
            "Looked for and in order: {}.{own_genes}",
            phrases.join(", ")
        ),
        of_whole_set: true,
        evidence: Vec::new(),
        actions: Vec::new(),
    })
}
