//! What was done, as a paragraph for a methods section.

use std::collections::BTreeSet;

use cuvette_core::analyses::{AnalysisId, Data};

use crate::{
    recipe::{Input, Recipe, Step},
    session::{Node, Session},
};

/// The paragraph, then what to cite: sentences from the inputs and the notes of the steps.
///
/// Numbers are those of the last evaluation. A step without a result says so; one that is off is
/// left out.
pub fn methods(session: &Session, recipe: &Recipe) -> String {
    let mut sentences: Vec<String> = Vec::new();
    let mut citations: Vec<&str> = Vec::new();
    for input in &recipe.inputs {
        sentences.push(input_sentence(session, input));
    }
    for step in recipe.steps.iter().filter(|step| !step.off) {
        sentences.push(step_sentence(session, step));
        if let Some(analysis) = AnalysisId::from_name(&step.run) {
            citations.extend(analysis.meta().citations);
        }
    }
    sentences.push(format!(
        "All steps were computed with Cuvette {}.",
        env!("CARGO_PKG_VERSION")
    ));
    let mut text = sentences.join(" ");
    let mut seen = BTreeSet::new();
    citations.retain(|citation| seen.insert(*citation));
    if !citations.is_empty() {
        text.push_str("\n\nReferences\n");
        for citation in citations {
            text.push_str("\n- ");
            text.push_str(citation);
        }
    }
    text
}

fn input_sentence(session: &Session, input: &Input) -> String {
    let file = if input.file.is_empty() {
        format!("the file for {}", input.name)
    } else {
        input.file.clone()
    };
    let Ok(open) = session.input(&input.name) else {
        return format!("{} ({}) was not open.", capitalized(&file), input.name);
    };
    let content = match &open.data {
        Data::Dataset(dataset) => format!(
            "{} of {} genes in {} samples",
            dataset.kind.label(),
            dataset.n_genes(),
            dataset.n_samples()
        ),
        Data::SampleTable(table) => format!("annotations of {} samples", table.ids.len()),
        Data::GeneTable(table) => format!("annotations of {} genes", table.ids.len()),
        Data::GeneList(genes) => format!("the names of {} genes", genes.len()),
        Data::GeneSets(sets) => format!("{} gene sets", sets.len()),
        Data::ForestModel(model) => format!("a saved forest of {} trees", model.n_trees()),
        Data::Checkpoint(weights) => {
            format!(
                "the weights of a model of {} parameters",
                weights.n_values()
            )
        }
        Data::CheckpointConfig(config) => {
            format!("the sizes of a model of {} layers", config.n_layers)
        }
        Data::TokenDictionary(tokens) => format!("the tokens of {} genes", tokens.genes.len()),
        Data::MedianDictionary(dictionary) => {
            format!("the medians of {} genes", dictionary.medians.len())
        }
        Data::Table(table) => format!("a table of {} rows", table.n_rows()),
    };
    format!("{} were read from {file}.", capitalized(&content))
}

fn step_sentence(session: &Session, step: &Step) -> String {
    if let Ok(Node::Step(outcome)) = session.node(&step.id)
        && let Ok(value) = &outcome.result
    {
        return value.output.note();
    }
    format!("The step {} ({}) gave no result.", step.id, step.run)
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        std::iter::once(first.to_ascii_uppercase())
            .chain(letters)
            .collect()
    })
}
