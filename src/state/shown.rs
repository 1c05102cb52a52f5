//! What a person chose of the pictures of each step and input: kept with the recipe, found again
//! after a reload, and part of a link.

use cuvette_core::figure::{AnnotationBars, BarChoices, ColorBy, ColorChoices};
use cuvette_engine::{Shown, shown_from_text, shown_text};
use leptos::prelude::*;

use super::App;

impl App {
    fn shown_of(self, node: &str) -> Shown {
        self.shown
            .with(|shown| shown.get(node).cloned().unwrap_or_default())
    }

    fn choose_shown(self, node: &str, choose: impl FnOnce(&mut Shown)) {
        self.shown
            .update(|shown| choose(shown.get_or_default(node)));
    }

    /// What the points of a node are colored by: what was chosen, else what is proposed.
    pub fn color_of(self, node: &str, choices: &ColorChoices) -> Option<ColorBy> {
        self.shown_of(node).color_of(choices)
    }

    /// Colors the points of a node; `None`: all alike.
    pub fn color(self, node: &str, by: Option<ColorBy>) {
        self.choose_shown(node, |shown| shown.color = Some(by));
    }

    /// Which annotations stand beside the heat map of a node: those chosen that are still there, else
    /// those proposed.
    pub fn bars_of(self, node: &str, choices: &BarChoices) -> AnnotationBars {
        self.shown_of(node).bars_of(choices)
    }

    /// Chooses which annotations stand beside the heat map of a node.
    pub fn choose_bars(self, node: &str, bars: AnnotationBars) {
        self.choose_shown(node, |shown| shown.bars = Some(bars));
    }

    /// Which statistic or components the pictures of a node show, where one was chosen.
    pub fn statistic_of(self, node: &str) -> Option<String> {
        self.shown_of(node).statistic
    }

    /// Chooses which statistic or components the pictures of a node show.
    pub fn choose_statistic(self, node: &str, name: String) {
        self.choose_shown(node, |shown| shown.statistic = Some(name));
    }

    /// All that was chosen of what is in the recipe, as text, with what is marked.
    pub fn shown_text(self) -> String {
        let recipe = self.recipe();
        let inputs = recipe.inputs.iter().map(|input| &input.name);
        let nodes = inputs.chain(recipe.steps.iter().map(|step| &step.id));
        let chosen = nodes.map(|node| {
            let subject = self.marked_of(node).subject;
            let shown = self.shown_of(node);
            (node, Shown { subject, ..shown })
        });
        shown_text(chosen)
    }

    /// Chooses what a text says, and nothing else.
    pub fn take_shown(self, text: &str) {
        let chosen = shown_from_text(text);
        self.marked.update(|marked| {
            marked.clear();
            for (node, shown) in &chosen {
                let marked = marked.get_or_default(node);
                marked.subject.clone_from(&shown.subject);
            }
        });
        self.shown.set(chosen.into_iter().collect());
    }
}
