//! A table that a new step could want is attached to it, where there is no doubt which.

use cuvette_core::analyses::AnalysisId;
use cuvette_engine::{
    protocol::{Answer, RequestBody, TableName, TableView, WindowValues},
    recipe::{Recipe, edit},
};
use cuvette_formats::InputKind;
use leptos::{prelude::*, task::spawn_local};

use super::App;

impl App {
    /// Attaches the one table that names at least half of the samples (or genes) a new step reads,
    /// unless one is attached on the way to it. It is one change with the new step.
    pub fn propose_table(self, id: String) {
        let recipe = self.recipe_now();
        let Some(data) = untabled(&recipe, &id) else {
            return;
        };
        let kinds = self.wanted_kinds(&recipe, &id);
        spawn_local(async move {
            let mut fitting = Vec::new();
            for (name, kind) in self.tables_now() {
                let table = match kind {
                    InputKind::SampleTable => "samples",
                    _ => "genes",
                };
                if kinds.contains(&kind) && self.fits(&data, &name, table).await {
                    fitting.push(name);
                }
            }
            let [name] = fitting.as_slice() else {
                return;
            };
            let step = recipe.steps.iter().find(|step| step.id == id);
            let mut of = step.map(|step| step.of.clone()).unwrap_or_default();
            of.push(name.clone());
            // Whoever was faster keeps what is there.
            if let (Ok(edited), true) =
                (edit::set_of(&recipe, &id, of), self.recipe_now() == recipe)
            {
                self.history.update(|history| history.amend(edited));
                self.done(format!("Step added, with {name} attached"));
            }
        });
    }

    /// What is known of samples colors pictures of every step; what is known of genes is wanted
    /// where a parameter names it.
    fn wanted_kinds(self, recipe: &Recipe, id: &str) -> Vec<InputKind> {
        let step = recipe.steps.iter().find(|step| step.id == id);
        let entry = step.and_then(|step| untrack(|| self.entry(&step.run)));
        let names_genes = entry.is_some_and(|it| it.schema.to_string().contains("gene_columns"));
        let mut kinds = vec![InputKind::SampleTable];
        kinds.extend(names_genes.then_some(InputKind::GeneTable));
        kinds
    }

    fn tables_now(self) -> Vec<(String, InputKind)> {
        self.inputs.with_untracked(|inputs| {
            let all = inputs.iter();
            all.map(|(name, opened)| (name.clone(), opened.state.kind))
                .collect()
        })
    }

    /// True where at least half of the names of the data set have a row in the table.
    async fn fits(self, data: &str, name: &str, table: &str) -> bool {
        let of = |of: &str| TableName {
            of: of.into(),
            table: table.into(),
        };
        let view = TableView {
            n_rows: usize::MAX,
            ..TableView::default()
        };
        let body = RequestBody::Window {
            table: of(data),
            view: view.clone(),
        };
        let answer = self.answer(body).await.map(|delivery| delivery.answer);
        let Ok(Answer::Window(window)) = answer else {
            return false;
        };
        let Some(WindowValues::Text(names)) = window.columns.into_iter().map(|it| it.values).next()
        else {
            return false;
        };
        let n = names.len();
        let body = RequestBody::Find {
            table: of(name),
            view,
            names,
        };
        let answer = self.answer(body).await.map(|delivery| delivery.answer);
        let Ok(Answer::Found { rows, .. }) = answer else {
            return false;
        };
        n > 0 && 2 * rows.iter().flatten().count() >= n
    }
}

/// What a step reads first, where neither it nor a step on the way has a table attached.
fn untabled(recipe: &Recipe, id: &str) -> Option<String> {
    let step_of = |id: &str| recipe.steps.iter().find(|step| step.id == id);
    let data = step_of(id)?.of.first()?.clone();
    let mut next = step_of(id);
    while let Some(step) = next {
        let n_data = AnalysisId::from_name(&step.run)?.n_reads();
        if step.of.len() > n_data {
            return None;
        }
        next = step_of(step.of.first()?);
    }
    Some(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_table_is_proposed_behind_one_that_is_attached() {
        let recipe: Recipe = serde_json::from_value(serde_json::json!({
            "cuvette": 1,
            "steps": [
                {"id": "log", "run": "log", "of": ["counts"]},
                {"id": "noted", "run": "log", "of": ["counts", "labels"]},
                {"id": "pca", "run": "pca", "of": ["log"]},
                {"id": "mds", "run": "mds", "of": ["noted"]},
            ],
        }))
        .expect("a recipe");
        let check = |id: &str, expected: Option<&str>| {
            assert_eq!(untabled(&recipe, id).as_deref(), expected, "{id}");
        };
        check("log", Some("counts"));
        check("pca", Some("log"));
        check("noted", None);
        check("mds", None);
    }
}
