//! Guesses as chips: key, value, and a menu of what else it could be.

use cuvette_core::report::Guess;
use leptos::{html::Details, prelude::*};
use serde_json::Value;

use crate::ui::erased::view;
use crate::ui::{
    icon::{Glyph, Icon},
    menu::close_by_click_elsewhere,
};

/// All guesses. `choose` sets an import option.
#[component]
pub fn Chips(
    guesses: Vec<Guess>,
    choose: impl Fn(String, Value) + Copy + 'static,
) -> impl IntoView {
    view! {
        <section aria-label="What was guessed">
            <div class="chips">
                {guesses.into_iter().map(|guess| view! { <Chip guess choose /> }).collect_view()}
            </div>
        </section>
    }
}

#[component]
fn Chip(guess: Guess, choose: impl Fn(String, Value) + Copy + 'static) -> impl IntoView {
    let node = NodeRef::<Details>::new();
    close_by_click_elsewhere(node);
    let doubt = (!guess.sure && !guess.chosen).then_some("");
    let group = format!("guess-{}", guess.option);
    let option = guess.option.clone();
    let others = guess.alternatives.into_iter().map(|other| {
        let (option, group) = (option.clone(), group.clone());
        let value = other.value;
        view! {
            <label>
                <input
                    type="radio"
                    name=group
                    on:change=move |_| choose(option.clone(), value.clone())
                />
                <span>{other.label} <small>{other.effect}</small></span>
            </label>
        }
    });
    let back = guess.chosen.then(|| {
        let option = guess.option.clone();
        view! {
            <button class="btn btn-link" on:click=move |_| choose(option.clone(), Value::Null)>
                "Guess again"
            </button>
        }
    });
    view! {
        <details
            class="chip"
            data-guess=guess.option.clone()
            data-doubt=doubt
            node_ref=node
            on:keydown=move |event| {
                if event.key() == "Escape" && let Some(node) = node.get() {
                    node.set_open(false);
                }
            }
        >
            <summary>
                <span class="k">{guess.label}</span>
                <span>{guess.value_label.clone()}</span>
                {doubt.map(|_| view! { <span class="why">"check"</span> })}
                <Glyph icon=Icon::Down />
            </summary>
            <div class="menu">
                <label>
                    <input type="radio" name=group.clone() checked />
                    <span>{guess.value_label} <small>{guess.evidence}</small></span>
                </label>
                {others.collect_view()}
                {back}
            </div>
        </details>
    }
}
