//! Links, the recipe that was kept, and the examples: the ways a recipe comes to the page.

use cuvette_engine::{
    protocol::{Answer, RequestBody, decode, decode_value},
    recipe::{Input, Recipe, RecipeHistory},
};
use cuvette_formats::ImportOptions;
use leptos::{prelude::*, task::spawn_local};
use web_sys::File;

use super::App;
use crate::ui::erased::effect;
use crate::{
    bridge::{Failure, text_of},
    browser::{files, store},
};

/// The examples of the first screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Example {
    /// Two studies of the same deletions.
    Studies,
    /// Counts of four tissues with a sample table.
    Tissues,
    /// Counts in cells of two states, with genes that come and go together.
    Cells,
    /// A table with all that can go wrong.
    Damaged,
}

impl Example {
    /// Its files.
    pub fn files(self) -> &'static [&'static str] {
        match self {
            Self::Studies => &["study_a.tsv.gz", "study_b.csv.gz"],
            Self::Tissues => &["tissue_counts.tsv.gz", "tissue_samples.tsv"],
            Self::Cells => &["cells.tsv.gz", "cell_states.tsv"],
            Self::Damaged => &["damaged.csv"],
        }
    }

    /// The steps that open with it, as a recipe.
    fn recipe(self) -> Option<Recipe> {
        let steps = match self {
            Self::Studies => serde_json::json!([
                {"id": "cross_study", "run": "cross_study", "of": ["study_a", "study_b"]},
            ]),
            Self::Tissues => serde_json::json!([
                {"id": "filter_genes", "run": "filter_genes",
                 "of": ["tissue_counts", "tissue_samples"]},
                {"id": "log", "run": "log", "of": ["filter_genes"]},
                {"id": "sample_correlation", "run": "sample_correlation", "of": ["log"]},
            ]),
            Self::Cells => serde_json::json!([
                {"id": "rank_encode", "run": "rank_encode", "of": ["cells"]},
                {"id": "perturb", "run": "perturb", "of": ["cells", "cell_states"],
                 "with": {"genes": ["SIMC001", "SIMC021", "SIMC200"], "state_column": "state",
                          "start_state": "stressed", "goal_state": "healthy"}},
                {"id": "compare_modes", "run": "compare_modes", "of": ["cells"],
                 "with": {"genes": ["SIMC001", "SIMC200"]}},
            ]),
            Self::Damaged => return None,
        };
        let title = match self {
            Self::Studies => "Two simulated studies of the same deletions",
            Self::Cells => "Genes knocked out of simulated cells",
            Self::Tissues | Self::Damaged => "Four simulated tissues",
        };
        Some(Recipe {
            title: title.into(),
            inputs: self.files().iter().map(|file| input(file)).collect(),
            steps: decode_value(steps).ok()?,
            ..Recipe::default()
        })
    }
}

fn input(file: &str) -> Input {
    Input {
        name: file.split('.').next().unwrap_or_default().into(),
        file: file.into(),
        kind: None,
        import: ImportOptions::default(),
        fingerprint: None,
    }
}

impl App {
    /// Begins with a link in the address, else with the recipe that was kept.
    pub fn begin(self) {
        let is_link = self.open_link();
        window_event_listener(leptos::ev::hashchange, move |_| {
            self.open_link();
        });
        spawn_local(async move {
            self.keeps_files.set(store::consent().await);
            if !is_link {
                self.restore().await;
            }
            effect(move || {
                let recipe = self.recipe();
                self.keeps_files.track();
                spawn_local(async move {
                    if let Ok(json) = serde_json::to_string(&recipe) {
                        store::keep(store::RECIPE, &json).await;
                    }
                });
            });
            effect(move || {
                let shown = self.shown_text();
                self.keeps_files.track();
                spawn_local(async move { store::keep(store::SHOWN, &shown).await });
            });
            effect(move || {
                let selected = self.selected.get().unwrap_or_default();
                self.keeps_files.track();
                spawn_local(async move { store::keep(store::SELECTED, &selected).await });
            });
        });
    }

    async fn restore(self) {
        let Some(json) = store::kept(store::RECIPE).await else {
            return;
        };
        let shown = store::kept(store::SHOWN).await.unwrap_or_default();
        let selected = store::kept(store::SELECTED).await;
        let Ok(recipe) = decode::<Recipe>(&json) else {
            return;
        };
        let names: Vec<String> = recipe
            .inputs
            .iter()
            .map(|input| input.name.clone())
            .collect();
        store::keep_only_files_of(&names).await;
        if recipe.inputs.is_empty() && recipe.steps.is_empty() {
            return;
        }
        // Whoever was faster than the storage keeps what is there.
        if self.recipe_now() != Recipe::default() || !self.drafts.with_untracked(Vec::is_empty) {
            return;
        }
        self.history.set(RecipeHistory::new(recipe));
        self.take_shown(&shown);
        self.selected.set(selected);
        self.keep_selection_valid();
        for name in &names {
            if let Some(file) = store::file(name).await {
                self.place_file(name, file);
            }
        }
    }

    /// Opens the link in the address, where there is one.
    fn open_link(self) -> bool {
        let fragment = window().location().hash().unwrap_or_default();
        let is_link = fragment.starts_with("#c") && fragment.contains('.');
        if is_link {
            spawn_local(self.unlink(fragment));
        }
        is_link
    }

    async fn unlink(self, link: String) {
        self.link_error.set(None);
        match self.answer(RequestBody::Unlink { link }).await {
            Ok(delivery) => {
                if let Answer::Recipe {
                    recipe,
                    selected,
                    shown,
                } = delivery.answer
                {
                    self.replace(recipe, &shown);
                    self.select(&selected);
                    self.keep_selection_valid();
                    self.say("The link is open");
                }
            }
            Err(Failure::Report(report)) => self.link_error.set(Some(report)),
            Err(Failure::Cancelled | Failure::Lost) => {}
        }
    }

    /// Opens an example.
    pub fn open_example(self, example: Example) {
        spawn_local(async move {
            let mut fetched: Vec<File> = Vec::new();
            for name in example.files() {
                match files::example(name).await {
                    Ok(file) => fetched.push(file),
                    Err(error) => return self.complain(text_of(&error)),
                }
            }
            if let Some(recipe) = example.recipe() {
                let last = recipe.steps.last().map(|step| step.id.clone());
                let names: Vec<String> = recipe
                    .inputs
                    .iter()
                    .map(|input| input.name.clone())
                    .collect();
                self.replace(recipe, "");
                self.selected.set(last);
                for (name, file) in names.into_iter().zip(fetched) {
                    self.give_file(&name, file);
                }
            } else {
                self.take_files(fetched);
            }
        });
    }
}
