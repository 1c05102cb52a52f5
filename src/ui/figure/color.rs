//! "Color by": which annotation, or which gene, gives the points of a step's pictures their colors.

use cuvette_core::figure::{ColorBy, ColorChoices, FigureInfo};
use cuvette_engine::protocol::{Answer, RequestBody, TableName, TableView};
use leptos::{prelude::*, task::spawn_local};

use crate::ui::erased::{Show, view};
use crate::{
    state::{App, app},
    ui::{
        icon::{Glyph, Icon},
        table::lead_names,
    },
};

/// Genes suggested for what is typed.
const MOST_SUGGESTED: usize = 12;

/// Values of the choices: `column:NAME`, and the two others.
const NONE: &str = "none";
const GENE: &str = "gene";
const COLUMN: &str = "column:";

/// What any of the pictures may be colored by.
pub fn choices_of(figures: &[FigureInfo]) -> ColorChoices {
    let mut all = ColorChoices::default();
    for info in figures {
        for name in &info.colors.columns {
            if !all.columns.contains(name) {
                all.columns.push(name.clone());
            }
        }
        all.genes |= info.colors.genes;
        all.proposed = all.proposed.or(info.colors.proposed.clone());
    }
    all
}

/// The choice of an annotation or a gene for the pictures of a step; nothing to choose, no place.
#[component]
pub fn ColorChoice(
    /// Name of the step or input.
    of: String,
    /// What there is to choose from.
    choices: ColorChoices,
    /// Id of the choice in the page.
    #[prop(default = "color-by")]
    id: &'static str,
) -> impl IntoView {
    let is_empty = choices.columns.is_empty() && !choices.genes;
    (!is_empty).then(|| view! { <Choice of choices id /> })
}

#[component]
fn Choice(of: String, choices: ColorChoices, id: &'static str) -> impl IntoView {
    let app = app();
    let of = StoredValue::new(of);
    let has_genes = choices.genes;
    let columns = choices.columns.clone();
    // Where annotations are chosen elsewhere, as bars, a gene alone is chosen here.
    let (label, nothing) = if columns.is_empty() {
        ("Bar of", "No gene")
    } else {
        ("Color by", "Nothing")
    };
    let chosen = Memo::new(move |_| app.color_of(&of.get_value(), &choices));
    let is_gene = RwSignal::new(matches!(chosen.get_untracked(), Some(ColorBy::Gene(_))));
    let choose = move |event: leptos::ev::Event| {
        let value = event_target_value(&event);
        is_gene.set(value == GENE);
        let column = value.strip_prefix(COLUMN);
        app.color(
            &of.get_value(),
            column.map(|name| ColorBy::Column(name.into())),
        );
    };
    let column = |name: String| {
        let is_chosen = {
            let name = name.clone();
            move || chosen.get() == Some(ColorBy::Column(name.clone()))
        };
        let value = format!("{COLUMN}{name}");
        view! {
            <option value=value prop:selected=is_chosen>
                {name}
            </option>
        }
    };
    view! {
        <div class="color-by">
            <label for=id>{label}</label>
            <span class="select-wrap">
                <select class="select" id=id on:change=choose>
                    <option value=NONE>{nothing}</option>
                    {columns.into_iter().map(column).collect_view()}
                    {has_genes
                        .then(|| {
                            view! {
                                <option value=GENE prop:selected=move || is_gene.get()>
                                    "A gene…"
                                </option>
                            }
                        })}
                </select>
                <Glyph icon=Icon::Down />
            </span>
            <Show when=move || is_gene.get()>
                <GeneName of />
            </Show>
        </div>
    }
}

/// The name of the gene; taken at Enter or on leaving the field.
#[component]
fn GeneName(of: StoredValue<String>) -> impl IntoView {
    let app = app();
    let name = move || match app.color_of(&of.get_value(), &ColorChoices::default()) {
        Some(ColorBy::Gene(name)) => name,
        _ => String::new(),
    };
    let take = move |event: leptos::ev::Event| {
        let name = event_target_value(&event);
        let name = name.trim();
        let by = (!name.is_empty()).then(|| ColorBy::Gene(name.into()));
        app.color(&of.get_value(), by);
    };
    let names = RwSignal::new(Vec::new());
    let suggest = move |event: leptos::ev::Event| {
        let text = event_target_value(&event).trim().to_owned();
        spawn_local(async move {
            let found = genes_like(app, &of.get_value(), text).await;
            let _ = names.try_set(found);
        });
    };
    let option = |name: String| view! { <option value=name></option> };
    view! {
        <input
            class="input"
            id="color-gene"
            list="color-genes"
            type="search"
            placeholder="Name of a gene"
            aria-label="Gene to color by"
            autocomplete="off"
            spellcheck="false"
            prop:value=name
            on:input=suggest
            on:change=take
        />
        <datalist id="color-genes">
            {move || names.get().into_iter().map(option).collect_view()}
        </datalist>
    }
}

/// The first genes of the data of a node that hold the text; of no text, none.
async fn genes_like(app: App, of: &str, text: String) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    let body = RequestBody::Window {
        table: TableName {
            of: app.data_of(of),
            table: "genes".into(),
        },
        view: TableView {
            n_rows: MOST_SUGGESTED,
            filter: text,
            ..TableView::default()
        },
    };
    match app.answer(body).await.map(|delivery| delivery.answer) {
        Ok(Answer::Window(window)) => lead_names(&window),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_any_picture_takes_can_be_chosen_once() {
        let info = |columns: &[&str], genes| FigureInfo {
            colors: ColorChoices {
                columns: columns.iter().map(ToString::to_string).collect(),
                genes,
                proposed: columns.first().map(ToString::to_string),
            },
            ..FigureInfo::default()
        };
        let all = choices_of(&[info(&["a", "b"], false), info(&["b", "c"], true)]);
        assert_eq!(all.columns, ["a", "b", "c"]);
        assert!(all.genes);
        assert_eq!(all.proposed.as_deref(), Some("a"));
    }
}
