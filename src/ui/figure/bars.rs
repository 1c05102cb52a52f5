//! "Annotation bars": which annotations stand beside the cells of a heat map, several at once.

use cuvette_core::figure::{AnnotationBars, BarChoices};
use leptos::prelude::*;

use crate::ui::erased::view;
use crate::{
    state::app,
    ui::{
        icon::{Glyph, Icon},
        menu::Menu,
    },
};

/// The two sides of the cells, with the words above their choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Samples,
    Genes,
}

impl Side {
    fn names(self, bars: &AnnotationBars) -> &Vec<String> {
        match self {
            Self::Samples => &bars.samples,
            Self::Genes => &bars.genes,
        }
    }

    fn names_mut(self, bars: &mut AnnotationBars) -> &mut Vec<String> {
        match self {
            Self::Samples => &mut bars.samples,
            Self::Genes => &mut bars.genes,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Samples => "Of samples, above",
            Self::Genes => "Of genes, at the left",
        }
    }
}

/// The choice of the annotations beside a heat map, as a menu of boxes to tick.
#[component]
pub fn BarChoice(
    /// Name of the step.
    of: String,
    /// What there is to choose from.
    choices: BarChoices,
) -> impl IntoView {
    let app = app();
    let of = StoredValue::new(of);
    let choices = StoredValue::new(choices);
    let shown =
        Memo::new(move |_| choices.with_value(|choices| app.bars_of(&of.get_value(), choices)));
    let turn = move |side: Side, name: &str| {
        let bars = choices
            .with_value(|choices| turned(shown.get_untracked(), side, name).among(&choices.all));
        app.choose_bars(&of.get_value(), bars);
    };
    let number = move || {
        shown.with(|bars| match bars.samples.len() + bars.genes.len() {
            0 => "Annotation bars: none".to_owned(),
            n => format!("Annotation bars: {n}"),
        })
    };
    let button = view! {
        {number}
        <Glyph icon=Icon::Down />
    };
    let tick = move |side: Side, name: String| {
        let is_shown = {
            let name = name.clone();
            move || shown.with(|bars| side.names(bars).contains(&name))
        };
        let is_full = {
            let is_shown = is_shown.clone();
            move || !is_shown() && shown.with(|bars| side.names(bars).len() >= AnnotationBars::MOST)
        };
        let words = name.clone();
        view! {
            <label>
                <input
                    type="checkbox"
                    data-bar=name.clone()
                    prop:checked=is_shown
                    disabled=is_full
                    on:change=move |_| turn(side, &name)
                />
                <span>{words}</span>
            </label>
        }
    };
    let part = move |side: Side| {
        let names = choices.with_value(|choices| side.names(&choices.all).clone());
        (!names.is_empty()).then(|| {
            view! {
                <fieldset class="bars-of">
                    <legend>{side.words()}</legend>
                    {names.into_iter().map(|name| tick(side, name)).collect_view()}
                </fieldset>
            }
        })
    };
    view! {
        <div class="color-by">
            <Menu label="Annotation bars" class="btn" button>
                {part(Side::Samples)}
                {part(Side::Genes)}
            </Menu>
        </div>
    }
}

/// The bars with that one taken out, or put in.
fn turned(mut bars: AnnotationBars, side: Side, name: &str) -> AnnotationBars {
    let names = side.names_mut(&mut bars);
    let n_before = names.len();
    names.retain(|shown| shown != name);
    if names.len() == n_before {
        names.push(name.into());
    }
    bars
}

#[cfg(test)]
mod tests {
    use super::{AnnotationBars, Side, turned};

    #[test]
    fn a_bar_is_put_in_and_taken_out_at_its_side() {
        let bars = turned(AnnotationBars::default(), Side::Genes, "pathway");
        assert_eq!((bars.samples.len(), bars.genes.len()), (0, 1));
        let bars = turned(bars, Side::Samples, "pathway");
        assert_eq!((bars.samples.len(), bars.genes.len()), (1, 1));
        let bars = turned(bars, Side::Genes, "pathway");
        assert_eq!(bars.samples, ["pathway"]);
        assert!(bars.genes.is_empty());
    }
}
