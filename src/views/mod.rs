//! How each analysis shows its result. The match is exhaustive: an analysis without a view does not
//! compile.
//!
//! A view is made once per step and follows its result, so that a picture, a scrolled table or a
//! chosen statistic stays while a newer result comes.

mod augment;
mod cluster;
mod cross_study;
mod differential;
mod embed;
mod forest;
mod gene_metrics;
mod mds;
mod pca;
mod perturb;
mod perturbation_baselines;
mod qc;
mod sample_correlation;
mod spread;
mod transform;

use cuvette_core::analyses::Summary;
use cuvette_engine::protocol::{ExportWhat, StepResult};
use leptos::prelude::*;

use crate::ui::erased::view;
use crate::{
    state::App,
    ui::{
        figure::export::save_export,
        icon::{Glyph, Icon},
        result::{
            notes::Notes,
            parts::{Figures, Head, Stat, Stats, Verdicts},
        },
        table::Tables,
    },
};

/// A step with its result, to be shown.
#[derive(Clone, Copy)]
pub struct Shown {
    app: App,
    /// Name of the step.
    id: StoredValue<String>,
    result: Signal<StepResult>,
}

/// The result of a step.
pub fn view(app: App, id: String, result: Signal<StepResult>) -> AnyView {
    let shown = Shown {
        app,
        id: StoredValue::new(id),
        result,
    };
    // Which analysis a step runs never changes, so one look decides.
    match result.with_untracked(|result| result.summary.clone()) {
        Summary::CrossStudy(_) => cross_study::view(shown),
        Summary::Cluster(summary) => cluster::view(shown, summary.is_scored),
        Summary::SampleCorrelation(_)
        | Summary::Differential(_)
        | Summary::GeneMetrics(_)
        | Summary::Forest(_)
        | Summary::Augment(_)
        | Summary::Spread(_)
        | Summary::Qc(_)
        | Summary::Pca(_)
        | Summary::Mds(_)
        | Summary::Embed(_)
        | Summary::PerturbationBaselines(_)
        | Summary::RankEncode(_)
        | Summary::Perturb(_)
        | Summary::CompareModes(_)
        | Summary::SelectSamples(_)
        | Summary::SelectGenes(_)
        | Summary::RenameSamples(_)
        | Summary::RenameGenes(_)
        | Summary::FilterGenes(_)
        | Summary::FilterByExpression(_)
        | Summary::CollapseGenes(_)
        | Summary::AverageReplicates(_)
        | Summary::LibraryNormalize(_)
        | Summary::LengthNormalize(_)
        | Summary::LogRatio(_)
        | Summary::MapToReference(_)
        | Summary::Impute(_)
        | Summary::Log(_)
        | Summary::QuantileNormalize(_)
        | Summary::CenterScale(_)
        | Summary::FlipSign(_) => plain(shown),
    }
}

/// The key figures of a step with a plain view.
fn stats(summary: &Summary) -> Vec<Stat> {
    match summary {
        // It has a view of its own.
        Summary::CrossStudy(_) => Vec::new(),
        Summary::Cluster(summary) => cluster::stats(summary),
        Summary::SampleCorrelation(summary) => sample_correlation::stats(summary),
        Summary::Spread(summary) => spread::stats(summary),
        Summary::Qc(summary) => qc::stats(summary),
        Summary::Differential(summary) => differential::stats(summary),
        Summary::GeneMetrics(summary) => gene_metrics::stats(summary),
        Summary::Forest(summary) => forest::stats(summary),
        Summary::Augment(summary) => augment::stats(summary),
        Summary::Pca(summary) => pca::stats(summary),
        Summary::Mds(summary) => mds::stats(summary),
        Summary::Embed(summary) => embed::stats(summary),
        Summary::PerturbationBaselines(summary) => perturbation_baselines::stats(summary),
        Summary::RankEncode(summary) => perturb::sequence_stats(summary),
        Summary::Perturb(summary) => perturb::stats(summary),
        Summary::CompareModes(summary) => perturb::mode_stats(summary),
        Summary::SelectSamples(summary)
        | Summary::SelectGenes(summary)
        | Summary::RenameSamples(summary)
        | Summary::RenameGenes(summary)
        | Summary::FilterGenes(summary)
        | Summary::FilterByExpression(summary)
        | Summary::CollapseGenes(summary)
        | Summary::AverageReplicates(summary)
        | Summary::LibraryNormalize(summary)
        | Summary::LengthNormalize(summary)
        | Summary::LogRatio(summary)
        | Summary::MapToReference(summary)
        | Summary::Impute(summary)
        | Summary::Log(summary)
        | Summary::QuantileNormalize(summary)
        | Summary::CenterScale(summary)
        | Summary::FlipSign(summary) => transform::stats(summary),
    }
}

/// The words for a choice that is no name of its own.
fn statistic_word(name: &str) -> Option<&'static str> {
    match name {
        "snr" => Some("Signal to noise"),
        "signal" => Some("Signal"),
        "f1" => Some("F1"),
        "precision" => Some("Precision"),
        "recall" => Some("Recall"),
        "linear" => Some("Linear"),
        "mean" => Some("Mean"),
        "additive" => Some("Additive"),
        _ => None,
    }
}

/// Head, key figures, pictures, tables, notes.
fn plain(shown: Shown) -> AnyView {
    let (title, question) = shown.words();
    let stats = move || shown.result.with(|result| stats(&result.summary));
    let statistic = shown.statistic();
    view! {
        <Head title question=Signal::stored(question)>
            {shown.choice(statistic)} {shown.save_model()}
        </Head>
        {move || view! { <Stats stats=stats() /> }}
        {shown.verdict()}
        {shown.figures(statistic)}
        {shown.tables()}
        {shown.notes()}
    }
}

impl Shown {
    /// The statistic or the components that were chosen for the pictures.
    fn statistic(self) -> Signal<Option<String>> {
        Memo::new(move |_| self.app.statistic_of(&self.id.get_value())).into()
    }

    /// Chooses a statistic for the pictures.
    fn choose_statistic(self) -> Callback<String> {
        Callback::new(move |name| self.app.choose_statistic(&self.id.get_value(), name))
    }

    /// What pictures show where they have a choice, such as two of many components.
    fn choice(self, chosen: Signal<Option<String>>) -> impl IntoView {
        let choices = Memo::new(move |_| {
            self.result.with(|result| {
                let mut choices = result.figures.iter().map(|info| &info.statistics);
                choices.find(|names| names.len() > 1).cloned()
            })
        });
        let choose = self.choose_statistic();
        let option = move |name: String| {
            let value = name.clone();
            let is_chosen = move || chosen.get().is_some_and(|chosen| chosen == value);
            let word = statistic_word(&name).unwrap_or(&name).to_owned();
            view! { <option value=name prop:selected=is_chosen>{word}</option> }
        };
        move || {
            let choices = choices.get()?;
            Some(view! {
                <span class="select-wrap">
                    <select
                        class="select"
                        aria-label="Shown in the pictures"
                        on:change=move |event| choose.run(event_target_value(&event))
                    >
                        {choices.into_iter().map(option).collect_view()}
                    </select>
                    <Glyph icon=Icon::Down />
                </span>
            })
        }
    }

    /// What a step says of itself.
    fn verdict(self) -> impl IntoView {
        move || {
            let found = self.result.with(|result| match &result.summary {
                Summary::Augment(summary) => Some(augment::verdict(summary)),
                Summary::CompareModes(summary) => Some(perturb::verdict(summary)),
                _ => None,
            });
            found.map(|verdict| view! { <Verdicts verdicts=vec![verdict] /> })
        }
    }

    /// A button that saves the model, where the step learned one.
    fn save_model(self) -> impl IntoView {
        let has_model = Memo::new(move |_| {
            self.result.with(
                |result| matches!(&result.summary, Summary::Forest(forest) if forest.tested.is_some()),
            )
        });
        let save = move |_| {
            let of = self.id.get_value();
            save_export(self.app, ExportWhat::Model { of });
        };
        move || {
            has_model.get().then(|| {
                view! {
                    <button class="btn" id="save-model" on:click=save>"Save model"</button>
                }
            })
        }
    }

    /// Title and question, from the catalogue.
    fn words(self) -> (String, String) {
        let id = self.id.get_value();
        let recipe = self.app.recipe_now();
        let step = recipe.steps.into_iter().find(|step| step.id == id);
        let entry = step.and_then(|step| untrack(|| self.app.entry(&step.run)));
        entry.map_or_else(|| (id, String::new()), |entry| (entry.title, entry.help))
    }

    fn version(self) -> Signal<String> {
        let version = move |_: Option<&String>| {
            let hash = self.result.with(|result| result.hash.clone());
            // A new worker is asked again: the last one may have gone without an answer.
            let engine = self.app.steps.with(|steps| {
                let known = steps.get(&self.id.get_value());
                known.map_or(0, |known| known.engine)
            });
            format!("{hash} {engine}")
        };
        Memo::new(version).into()
    }

    fn figures(self, statistic: Signal<Option<String>>) -> impl IntoView {
        // Made anew where a result can be colored by something else than the one before.
        let figures = Memo::new(move |_| self.result.with(|result| result.figures.clone()));
        let version = self.version();
        move || view! { <Figures of=self.id.get_value() figures=figures.get() version statistic /> }
    }

    fn tables(self) -> impl IntoView {
        let tables = Memo::new(move |_| self.result.with(|result| result.tables.clone()));
        view! { <Tables of=self.id.get_value() tables version=self.version() /> }
    }

    fn notes(self) -> impl IntoView {
        let note = Memo::new(move |_| self.result.with(|result| result.note.clone()));
        view! { <Notes note /> }
    }
}
