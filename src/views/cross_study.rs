//! Two studies compared profile by profile: do they agree, and where are signs in doubt?

use cuvette_core::analyses::{
    AnalysisId, Summary,
    cross_study::{Action, CoefficientSummary, CrossStudySummary, Evidence, Level, Verdict},
};
use leptos::prelude::*;

use super::Shown;
use crate::ui::erased::view;
use crate::{
    state::{App, words},
    ui::result::parts::{Head, Segmented, Stat, Stats, Urgency, VerdictParts, Verdicts},
};

/// The result of `cross_study`.
pub fn view(shown: Shown) -> AnyView {
    let chosen = shown.statistic();
    let statistic = Signal::derive(move || chosen.get().unwrap_or_else(|| "pearson".to_string()));
    let (title, _) = shown.words();
    let summary = Memo::new(move |_| {
        shown.result.with(|result| match &result.summary {
            Summary::CrossStudy(summary) => Some(summary.clone()),
            _ => None,
        })
    });
    let question = Signal::derive(move || {
        summary.with(|summary| summary.as_ref().map_or_else(String::new, question))
    });
    let stats = move || {
        let summary = summary.get()?;
        Some(match statistic.get().as_str() {
            "spearman" => stats("ρ", "spearman", summary.spearman.as_ref()),
            _ => stats("r", "pearson", summary.pearson.as_ref()),
        })
    };
    let verdicts = move || {
        let summary = summary.get()?;
        let verdicts = summary.verdicts.iter().zip(&summary.n_evidence);
        let id = shown.id.get_value();
        let verdicts = verdicts
            .map(|(verdict, &n)| parts(shown.app, &id, verdict, n))
            .collect();
        Some(view! { <Verdicts verdicts /> })
    };
    view! {
        <Head title question>
            <Segmented
                label="Statistic shown"
                options=vec![("pearson", "Pearson r"), ("spearman", "Spearman ρ")]
                chosen=statistic
                choose=shown.choose_statistic()
            />
        </Head>
        {move || stats().map(|stats| view! { <Stats stats /> })}
        {shown.figures(Signal::derive(move || Some(statistic.get())))}
        {verdicts}
        {shown.tables()}
        {shown.notes()}
    }
}

fn question(summary: &CrossStudySummary) -> String {
    let [a, b] = &summary.sets;
    let profiles = format!("{}s", summary.profile_word);
    let one = summary.profile_word.as_str();
    let n = words::plural(summary.n_profiles, one, &profiles);
    let points = format!("{}s", summary.point_word);
    let common = words::plural(summary.n_common_points, &summary.point_word, &points);
    let skipped = match summary.n_skipped {
        0 => String::new(),
        n => format!(", {} left out", words::count(n as u64)),
    };
    format!("Do {a} and {b} agree? {n} in both{skipped}, {common} in both.")
}

fn stats(symbol: &str, name: &str, summary: Option<&CoefficientSummary>) -> Vec<Stat> {
    let Some(summary) = summary else {
        return Vec::new();
    };
    let number = |value: f64| words::fixed(value, 3);
    let [q1, q3] = summary.quartiles;
    let count = |n: usize| {
        format!(
            "{} of {}",
            words::count(n as u64),
            words::count(summary.n as u64)
        )
    };
    let share = |n: usize| {
        format!(
            "{} %",
            words::fixed(100.0 * n as f64 / summary.n.max(1) as f64, 1)
        )
    };
    let counted = |key, label: String, n: usize| Stat {
        name: key,
        label,
        value: share(n),
        detail: count(n),
    };
    let key = |pearson: &'static str, spearman: &'static str| {
        if name == "spearman" {
            spearman
        } else {
            pearson
        }
    };
    vec![
        Stat {
            name: key("median_pearson", "median_spearman"),
            label: format!("Median {symbol}"),
            value: number(summary.median),
            detail: format!("IQR {} to {}", number(q1), number(q3)),
        },
        Stat {
            name: key("mean_pearson", "mean_spearman"),
            label: format!("Mean {symbol}"),
            value: number(summary.mean),
            detail: summary
                .sd
                .map_or_else(|| "one profile".into(), |sd| format!("sd {}", number(sd))),
        },
        counted(
            key("share_above_0_5_pearson", "share_above_0_5_spearman"),
            format!("{symbol} above 0.5"),
            summary.n_above_0_5,
        ),
        counted(
            key("share_above_0_7_pearson", "share_above_0_7_spearman"),
            format!("{symbol} above 0.7"),
            summary.n_above_0_7,
        ),
        counted(
            key(
                "share_abs_above_0_7_pearson",
                "share_abs_above_0_7_spearman",
            ),
            format!("|{symbol}| above 0.7"),
            summary.n_abs_above_0_7,
        ),
        counted(
            key("share_negative_pearson", "share_negative_spearman"),
            format!("{symbol} below 0"),
            summary.n_negative,
        ),
    ]
}

fn parts(app: App, id: &str, verdict: &Verdict, n_evidence: usize) -> VerdictParts {
    let code = serde_json::to_value(verdict.code).unwrap_or_default();
    let row = |evidence: &Evidence| {
        [
            evidence.profile.clone(),
            words::fixed(evidence.pearson, 3),
            words::fixed(evidence.spearman, 3),
            beyond_the_coefficients(&evidence.text).into(),
        ]
    };
    VerdictParts {
        code: code.as_str().unwrap_or_default().into(),
        urgency: match verdict.level {
            Level::Warn => Urgency::Warn,
            Level::Check => Urgency::Check,
            Level::Ok => Urgency::Ok,
        },
        title: verdict.title.clone(),
        sentence: verdict.sentence.clone(),
        evidence: verdict.evidence.iter().map(row).collect(),
        n_more: n_evidence.saturating_sub(verdict.evidence.len()),
        actions: verdict
            .actions
            .iter()
            .map(|action| act(app, id, action))
            .collect(),
    }
}

/// The phrase without r and ρ, which stand in columns of their own.
fn beyond_the_coefficients(text: &str) -> &str {
    let after = |text: &'static str, rest: &str| -> Option<usize> {
        rest.strip_prefix(text)?;
        Some(rest.find(", ").map_or(rest.len(), |comma| comma + 2))
    };
    let start = after("r ", text).unwrap_or(0);
    let rest = &text[start..];
    &rest[after("ρ ", rest).unwrap_or(0)..]
}

/// A button that puts `flip_sign` before the comparison.
fn act(app: App, id: &str, action: &Action) -> (String, Callback<()>) {
    let Action::FlipSign {
        set,
        label,
        samples,
    } = action;
    let samples = serde_json::Value::from(samples.clone());
    let words = match &samples {
        serde_json::Value::Array(names) if names.len() == 1 => format!("Flip it in {label}"),
        serde_json::Value::Array(_) => format!("Flip these in {label}"),
        _ => format!("Flip all of {label}"),
    };
    let (id, place) = (id.to_string(), *set);
    let flip = Callback::new(move |()| {
        // All of them is the default, and a recipe leaves defaults out.
        let list = samples.is_array().then(|| ("samples", samples.clone()));
        app.insert_before(&id, place, AnalysisId::FlipSign, list.as_slice());
    });
    (words, flip)
}

#[cfg(test)]
mod tests {
    use super::beyond_the_coefficients;

    #[test]
    fn coefficients_are_not_said_twice() {
        let check = |text: &str, rest: &str| assert_eq!(beyond_the_coefficients(text), rest);
        check("r −0.821, ρ −0.751, own gene up", "own gene up");
        check("r −0.821, ρ −0.751", "");
        check("own gene up", "own gene up");
    }
}
