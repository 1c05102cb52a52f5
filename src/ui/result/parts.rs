//! Parts that results are made of: head, key figures, pictures, verdicts.

use cuvette_core::figure::FigureInfo;
use leptos::prelude::*;

use crate::ui::erased::view;
use crate::ui::{
    figure::{
        FigureView,
        bars::BarChoice,
        color::{ColorChoice, choices_of},
    },
    icon::{Glyph, Icon},
};

/// Title and question.
#[component]
pub fn Head(
    /// Title.
    #[prop(into)]
    title: String,
    /// What it answers, with n.
    #[prop(into)]
    question: Signal<String>,
    /// What stands at the right: the choice of a statistic.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="page-head">
            <div>
                <h1>{title}</h1>
                <p>{move || question.get()}</p>
            </div>
            {children.map(|children| children())}
        </div>
    }
}

/// One key figure.
pub struct Stat {
    /// Stable name for tests: `median_pearson`.
    pub name: &'static str,
    /// What it is.
    pub label: String,
    /// The value.
    pub value: String,
    /// Count or spread below it.
    pub detail: String,
}

/// Up to six key figures in a row.
#[component]
pub fn Stats(stats: Vec<Stat>) -> impl IntoView {
    let stat = |stat: Stat| {
        view! {
            <div data-stat=stat.name>
                <dt>{stat.label}</dt>
                <dd>
                    <div class="v">{stat.value}</div>
                    <div class="s">{stat.detail}</div>
                </dd>
            </div>
        }
    };
    view! { <dl class="stats">{stats.into_iter().map(stat).collect_view()}</dl> }
}

/// The choice among a step's statistics.
#[component]
pub fn Segmented(
    /// What is chosen, for a screen reader.
    label: &'static str,
    /// Names and words.
    options: Vec<(&'static str, &'static str)>,
    /// The name that is chosen.
    chosen: Signal<String>,
    /// Chooses another.
    choose: Callback<String>,
) -> impl IntoView {
    let option = |(name, word): (&'static str, &'static str)| {
        view! {
            <label>
                <input
                    type="radio"
                    name="statistic"
                    value=name
                    prop:checked=move || chosen.get() == name
                    on:change=move |_| choose.run(name.into())
                />
                <span>{word}</span>
            </label>
        }
    };
    view! {
        <div class="segmented" role="radiogroup" aria-label=label>
            {options.into_iter().map(option).collect_view()}
        </div>
    }
}

/// The pictures of a step or input; none, no place.
#[component]
pub fn Figures(
    /// Name of the step or input.
    of: String,
    /// Its pictures.
    figures: Vec<FigureInfo>,
    /// Changes when the result does.
    #[prop(into)]
    version: Signal<String>,
    /// Which statistic they show.
    #[prop(into)]
    statistic: Signal<Option<String>>,
) -> impl IntoView {
    let is_single = figures.len() == 1;
    let choices = choices_of(&figures);
    let bars = figures.iter().find_map(|info| info.bars.clone());
    (!figures.is_empty()).then(|| {
        let figure = |info: FigureInfo| {
            view! { <FigureView of=of.clone() info version statistic /> }
        };
        view! {
            {bars.map(|choices| view! { <BarChoice of=of.clone() choices /> })}
            <ColorChoice of=of.clone() choices />
            <div class="figures" class:figures-single=is_single>
                {figures.into_iter().map(figure).collect_view()}
            </div>
        }
    })
}

/// How much a verdict asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Something is wrong with high probability.
    Warn,
    /// Worth a look.
    Check,
    /// In order.
    Ok,
}

/// A claim about the data with its evidence and what can be done.
pub struct VerdictParts {
    /// Stable word: `profile_flipped`.
    pub code: String,
    /// How much it asks.
    pub urgency: Urgency,
    /// The claim.
    pub title: String,
    /// Why.
    pub sentence: String,
    /// Rows of the evidence: a name, then numbers as words.
    pub evidence: Vec<[String; 4]>,
    /// Rows that are not shown here.
    pub n_more: usize,
    /// Buttons: words, and what they do.
    pub actions: Vec<(String, Callback<()>)>,
}

/// All verdicts, most urgent first.
#[component]
pub fn Verdicts(verdicts: Vec<VerdictParts>) -> impl IntoView {
    (!verdicts.is_empty()).then(|| {
        view! {
            <section aria-labelledby="verdicts-title">
                <h2 class="vh" id="verdicts-title">
                    "Verdicts"
                </h2>
                <ul class="verdicts">
                    {verdicts
                        .into_iter()
                        .map(|verdict| view! { <Verdict verdict /> })
                        .collect_view()}
                </ul>
            </section>
        }
    })
}

#[component]
fn Verdict(verdict: VerdictParts) -> impl IntoView {
    let (level, icon) = match verdict.urgency {
        Urgency::Warn => ("warn", Icon::Warn),
        Urgency::Check => ("check", Icon::Ask),
        Urgency::Ok => ("ok", Icon::Check),
    };
    let is_warn = verdict.urgency == Urgency::Warn;
    let actions = verdict
        .actions
        .into_iter()
        .enumerate()
        .map(|(place, (words, act))| {
            view! {
                <button
                    class="btn btn-small"
                    class:btn-primary=is_warn && place == 0
                    on:click=move |_| act.run(())
                >
                    {words}
                </button>
            }
        });
    view! {
        <li class="verdict" data-level=level data-verdict=verdict.code>
            <Glyph icon />
            <div>
                <h3>{verdict.title}</h3>
                <p>{verdict.sentence}</p>
                <Evidence rows=verdict.evidence n_more=verdict.n_more />
            </div>
            <div class="actions">{actions.collect_view()}</div>
        </li>
    }
}

#[component]
fn Evidence(rows: Vec<[String; 4]>, n_more: usize) -> impl IntoView {
    let row = |[name, pearson, spearman, text]: [String; 4]| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="r">
                    <span class="k">"r "</span>
                    {pearson}
                </td>
                <td class="r">
                    <span class="k">"ρ "</span>
                    {spearman}
                </td>
                <td>{text}</td>
            </tr>
        }
    };
    (!rows.is_empty()).then(|| {
        view! {
            <table class="evidence">
                <caption class="vh">"Evidence"</caption>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
            {(n_more > 0).then(|| view! { <p class="muted num">"and " {n_more} " more, in the table"</p> })}
        }
    })
}
