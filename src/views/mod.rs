//! How each analysis shows its result. The match is exhaustive: an analysis without a view does not
//! compile.

mod cross_study;
mod sample_correlation;
mod spread;
mod transform;

use cuvette_core::analyses::Summary;
use cuvette_engine::protocol::StepResult;
use leptos::prelude::*;

use crate::{
    state::App,
    ui::{
        result::{
            notes::Notes,
            parts::{Figures, Head},
        },
        table::Tables,
    },
};

/// The result of a step.
pub fn view(app: App, id: String, result: StepResult) -> AnyView {
    match result.summary.clone() {
        Summary::CrossStudy(summary) => cross_study::view(app, id, result, summary),
        Summary::SampleCorrelation(summary) => sample_correlation::view(app, id, result, &summary),
        Summary::Spread(summary) => spread::view(app, id, result, &summary),
        Summary::SelectSamples(summary)
        | Summary::SelectGenes(summary)
        | Summary::RenameSamples(summary)
        | Summary::RenameGenes(summary)
        | Summary::FilterGenes(summary)
        | Summary::CollapseGenes(summary)
        | Summary::AverageReplicates(summary)
        | Summary::Log(summary)
        | Summary::QuantileNormalize(summary)
        | Summary::CenterScale(summary)
        | Summary::FlipSign(summary) => transform::view(app, id, result, &summary),
    }
}

/// Title and question of a step, from the catalogue.
fn head(app: App, id: &str) -> (String, String) {
    untrack(|| {
        let recipe = app.recipe();
        let step = recipe.steps.into_iter().find(|step| step.id == id);
        let entry = step.and_then(|step| app.entry(&step.run));
        entry.map_or_else(
            || (id.to_string(), String::new()),
            |entry| (entry.title, entry.help),
        )
    })
}

/// What stands below the head and the key figures of a step without a view of its own.
fn rest(id: String, result: StepResult) -> impl IntoView {
    let version = result.hash.clone();
    let version = Signal::derive(move || version.clone());
    view! {
        <Figures
            of=id.clone()
            figures=result.figures
            version
            statistic=Signal::derive(|| None::<String>)
        />
        <Tables of=id tables=result.tables version />
        <Notes note=result.note />
    }
}

/// A head with the words of the catalogue.
fn plain_head(app: App, id: &str) -> impl IntoView + use<> {
    let (title, question) = head(app, id);
    view! { <Head title question /> }
}
