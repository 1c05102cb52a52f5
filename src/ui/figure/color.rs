//! "Color by": which annotation, or which gene, gives the points of a step's pictures their colors.

use cuvette_core::figure::{ColorBy, ColorChoices, FigureInfo};
use leptos::prelude::*;

use crate::ui::erased::{Show, view};
use crate::{
    state::app,
    ui::icon::{Glyph, Icon},
};

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
) -> impl IntoView {
    let is_empty = choices.columns.is_empty() && !choices.genes;
    (!is_empty).then(|| view! { <Choice of choices /> })
}

#[component]
fn Choice(of: String, choices: ColorChoices) -> impl IntoView {
    let app = app();
    let of = StoredValue::new(of);
    let chosen = Memo::new(move |_| app.color_of(&of.get_value()));
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
    let has_genes = choices.genes;
    view! {
        <div class="color-by">
            <label for="color-by">"Color by"</label>
            <span class="select-wrap">
                <select class="select" id="color-by" on:change=choose>
                    <option value=NONE>"Nothing"</option>
                    {choices.columns.into_iter().map(column).collect_view()}
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
    let name = move || match app.color_of(&of.get_value()) {
        Some(ColorBy::Gene(name)) => name,
        _ => String::new(),
    };
    let take = move |event: leptos::ev::Event| {
        let name = event_target_value(&event);
        let name = name.trim();
        let by = (!name.is_empty()).then(|| ColorBy::Gene(name.into()));
        app.color(&of.get_value(), by);
    };
    view! {
        <input
            class="input"
            id="color-gene"
            type="search"
            placeholder="Name of a gene"
            aria-label="Gene to color by"
            autocomplete="off"
            spellcheck="false"
            prop:value=name
            on:change=take
        />
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
            },
            ..FigureInfo::default()
        };
        let all = choices_of(&[info(&["a", "b"], false), info(&["b", "c"], true)]);
        assert_eq!(all.columns, ["a", "b", "c"]);
        assert!(all.genes);
    }
}
