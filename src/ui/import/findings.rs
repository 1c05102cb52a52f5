//! The import report: each finding with its place, what was done, and how to change it.

use cuvette_core::report::{Finding, ImportReport, Place, Severity};
use leptos::prelude::*;
use serde_json::Value;

use crate::ui::erased::view;
use crate::{
    browser,
    state::{app, words},
    ui::icon::{Glyph, Icon},
};

/// Findings that ask for something.
pub fn n_to_check(report: &ImportReport) -> usize {
    let asks = |finding: &&Finding| matches!(finding.severity, Severity::Error | Severity::Check);
    report.findings.iter().filter(asks).count()
}

fn look(severity: Severity) -> (&'static str, &'static str, Icon) {
    match severity {
        Severity::Error => ("error", "Error", Icon::Fail),
        Severity::Check => ("check", "Check", Icon::Warn),
        Severity::Changed => ("changed", "Changed", Icon::Edit),
        Severity::Note => ("note", "Note", Icon::Note),
    }
}

/// All findings, most severe first. `choose` sets an import option.
#[component]
pub fn Findings(
    findings: Vec<Finding>,
    choose: impl Fn(String, Value) + Copy + 'static,
) -> impl IntoView {
    let app = app();
    let mut findings = findings;
    findings.sort_by_key(|finding| finding.severity);
    let text = StoredValue::new(report_text(&findings));
    let counts = counts(&findings);
    let is_empty = findings.is_empty();
    let copy = move |_| {
        leptos::task::spawn_local(async move {
            if browser::copy(&text.get_value()).await {
                app.done("Report copied");
            } else {
                app.complain("This browser did not copy. Select the text and copy it by hand");
            }
        });
    };
    view! {
        <section aria-labelledby="report-title" id="report">
            <div class="sect-head">
                <h2 id="report-title">"Import report"</h2>
                <div class="counts num">
                    {counts.into_iter().map(|count| view! { <span>{count}</span> }).collect_view()}
                    <button class="btn btn-link" disabled=is_empty on:click=copy>
                        "Copy report"
                    </button>
                </div>
            </div>
            <ul class="report">
                {findings
                    .into_iter()
                    .map(|finding| view! { <FindingRow finding choose /> })
                    .collect_view()}
                {is_empty
                    .then(|| {
                        view! { <li class="finding-none muted">"Nothing was changed and nothing is in doubt"</li> }
                    })}
            </ul>
        </section>
    }
}

#[component]
fn FindingRow(finding: Finding, choose: impl Fn(String, Value) + Copy + 'static) -> impl IntoView {
    let (sev, word, icon) = look(finding.severity);
    let place = places(&finding);
    let remedies = finding.remedies.into_iter().map(|remedy| {
        let (option, value) = (remedy.option, remedy.value);
        view! {
            <button
                class="btn btn-small"
                data-option=option.clone()
                on:click=move |_| choose(option.clone(), value.clone())
            >
                {remedy.label}
            </button>
        }
    });
    view! {
        <li class="finding" data-sev=sev data-finding=finding.code>
            <Glyph icon />
            <span class="sev">{word}</span>
            <div>
                <h3>{finding.title}</h3>
                <p>{finding.detail}</p>
                {(!place.is_empty()).then(|| view! { <p class="where num">{place}</p> })}
            </div>
            <div class="actions">{remedies.collect_view()}</div>
        </li>
    }
}

/// "First: row 5, column 4 (`ctrl_1`), “3,207”; 1,210 more".
fn places(finding: &Finding) -> String {
    let shown: Vec<String> = finding.places.iter().take(3).map(place).collect();
    let rest = finding.count.saturating_sub(shown.len() as u64);
    match (shown.as_slice(), rest) {
        ([], _) => String::new(),
        (shown, 0) => shown.join("; "),
        (shown, rest) => format!("First: {}; {} more", shown.join("; "), words::count(rest)),
    }
}

fn place(place: &Place) -> String {
    let mut parts = Vec::new();
    if let Some(line) = place.line {
        parts.push(format!("row {}", words::count(line)));
    }
    match (place.column, &place.name) {
        (Some(column), Some(name)) => {
            parts.push(format!("column {} ({name})", words::count(column)));
        }
        (Some(column), None) => parts.push(format!("column {}", words::count(column))),
        (None, Some(name)) => parts.push(name.clone()),
        (None, None) => {}
    }
    if let Some(value) = &place.value {
        parts.push(format!("“{value}”"));
    }
    parts.join(", ")
}

fn counts(findings: &[Finding]) -> Vec<String> {
    let count = |severity| findings.iter().filter(|it| it.severity == severity).count();
    let words = [
        (Severity::Error, "error", "errors"),
        (Severity::Check, "to check", "to check"),
        (Severity::Changed, "changed", "changed"),
        (Severity::Note, "note", "notes"),
    ];
    words
        .into_iter()
        .map(|(severity, one, many)| (count(severity), one, many))
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many)| words::plural(n, one, many))
        .collect()
}

fn report_text(findings: &[Finding]) -> String {
    let line = |finding: &Finding| {
        let (_, word, _) = look(finding.severity);
        format!(
            "{word}\t{}\t{}\t{}",
            finding.title,
            finding.detail,
            places(finding)
        )
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}
