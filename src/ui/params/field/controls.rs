//! The controls: one for each kind of field.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::{Edited, named};
use crate::ui::erased::view;
use crate::{
    state::{
        schema::{self, Choice},
        words,
    },
    ui::icon::{Glyph, Icon},
};

#[component]
pub fn NumberField(edited: Edited, beside: String, is_integer: bool) -> impl IntoView {
    let text = move || match edited.value() {
        Value::Number(number) => number
            .as_f64()
            .map_or_else(String::new, |value| value.to_string()),
        _ => String::new(),
    };
    let is_optional = edited.field.with_value(|field| field.is_optional);
    view! {
        <div class="input-unit">
            <input
                class="input input-num"
                id=edited.id()
                inputmode="decimal"
                autocomplete="off"
                aria-describedby=format!("{}-help", edited.id())
                aria-invalid=move || edited.error().is_some().to_string()
                placeholder=if is_optional { "none" } else { "" }
                prop:value=text
                on:change=move |event| {
                    let typed = event_target_value(&event);
                    if is_optional && typed.trim().is_empty() {
                        return edited.set(Value::Null);
                    }
                    match schema::parse_number(&typed, is_integer) {
                        Ok(value) => edited.set(value),
                        Err(error) => edited.typed_error.set(Some(error)),
                    }
                }
            />
            <span class="muted">{beside}</span>
        </div>
    }
}

#[component]
pub fn ToggleField(edited: Edited) -> impl IntoView {
    let (label, help) = edited
        .field
        .with_value(|field| (field.label.clone(), field.help.clone()));
    view! {
        <label class="toggle">
            <input
                type="checkbox"
                role="switch"
                id=edited.id()
                prop:checked=move || edited.value() == Value::Bool(true)
                on:change=move |event| edited.set(Value::Bool(event_target_checked(&event)))
            />
            <span>{label} <span class="help muted">{help}</span></span>
        </label>
    }
}

#[component]
pub fn Segments(edited: Edited, choices: Vec<Choice>) -> impl IntoView {
    let group = edited.id();
    let label = edited.field.with_value(|field| field.label.clone());
    let options = choices.into_iter().enumerate().map(|(place, choice)| {
        let value = StoredValue::new(choice.value);
        // The label of the field names the first.
        let id = if place == 0 {
            group.clone()
        } else {
            format!("{group}-{place}")
        };
        view! {
            <label title=choice.help>
                <input
                    type="radio"
                    id=id
                    name=group.clone()
                    prop:checked=move || edited.value() == value.get_value()
                    on:change=move |_| edited.set(value.get_value())
                />
                <span>{choice.label}</span>
            </label>
        }
    });
    view! {
        <div class="segmented segmented-fill" role="radiogroup" aria-label=label>
            {options.collect_view()}
        </div>
    }
}

#[component]
pub fn SelectField(
    edited: Edited,
    options: Signal<Vec<Choice>>,
    #[prop(default = "None")] none: &'static str,
) -> impl IntoView {
    let none_word = none;
    let empty = move || edited.value().as_str().is_some_and(str::is_empty);
    let none = edited.field.with_value(|field| match &field.default {
        Value::String(text) if text.is_empty() => json!(""),
        _ => Value::Null,
    });
    let has_none = edited.field.with_value(|field| {
        field.is_optional || matches!(&field.default, Value::String(text) if text.is_empty())
    });
    let all = move || {
        let mut all = options.get();
        let now = edited.value();
        let is_known = all.iter().any(|choice| choice.value == now);
        if let (false, Some(text)) = (is_known, now.as_str().filter(|text| !text.is_empty())) {
            all.extend(named(vec![text.to_string()]));
        }
        all
    };
    let choose = move |event: leptos::ev::Event| {
        // The value of an option is JSON, as it stands in the recipe.
        let text = event_target_value(&event);
        let wanted = serde_json::from_str::<Value>(&text).ok();
        let mut known = untrack(all).into_iter();
        let chosen = known.find(|choice| Some(&choice.value) == wanted.as_ref());
        edited.set(chosen.map_or_else(|| none.clone(), |choice| choice.value));
    };
    view! {
        <span class="select-wrap">
            <select
                class="select"
                id=edited.id()
                aria-describedby=format!("{}-help", edited.id())
                on:change=choose
            >
                {has_none
                    .then(|| {
                        view! {
                            <option value="" prop:selected=move || edited.value().is_null() || empty()>
                                {none_word}
                            </option>
                        }
                    })}
                {move || {
                    let now = edited.value();
                    all()
                        .into_iter()
                        .map(|choice| {
                            view! {
                                <option
                                    value=choice.value.to_string()
                                    prop:selected=choice.value == now
                                >
                                    {choice.label}
                                </option>
                            }
                        })
                        .collect_view()
                }}
            </select>
            <Glyph icon=Icon::Down />
        </span>
    }
}

#[component]
pub fn ListField(edited: Edited, items: String, may_be_all: bool) -> impl IntoView {
    let text = move || match edited.value() {
        Value::Array(names) => {
            let names = names.iter().filter_map(Value::as_str);
            names.collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    };
    let hint = if may_be_all {
        format!("All {items}; or paste names, one per line")
    } else {
        format!("Paste {items}, one per line")
    };
    let none = if may_be_all { json!("all") } else { json!([]) };
    let n = move || match edited.value() {
        Value::Array(names) => words::count(names.len() as u64),
        _ => "all".into(),
    };
    view! {
        <textarea
            class="input list-field"
            id=edited.id()
            rows="4"
            spellcheck="false"
            placeholder=hint
            aria-describedby=format!("{}-help", edited.id())
            prop:value=text
            on:change=move |event| {
                let names = words::pasted_names(&event_target_value(&event));
                edited.set(if names.is_empty() { none.clone() } else { json!(names) });
            }
        ></textarea>
        <p class="help num">{n} " " {items}</p>
    }
}

#[component]
pub fn TextField(edited: Edited) -> impl IntoView {
    let text = move || edited.value().as_str().unwrap_or_default().to_string();
    let is_optional = edited.field.with_value(|field| field.is_optional);
    view! {
        <input
            class="input"
            id=edited.id()
            autocomplete="off"
            spellcheck="false"
            aria-describedby=format!("{}-help", edited.id())
            aria-invalid=move || edited.error().is_some().to_string()
            prop:value=text
            on:change=move |event| {
                let typed = event_target_value(&event);
                let is_none = is_optional && typed.trim().is_empty();
                edited.set(if is_none { Value::Null } else { json!(typed) });
            }
        />
    }
}
