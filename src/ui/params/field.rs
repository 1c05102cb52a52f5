//! One field of a form: label, default, the control, one sentence, and what is wrong.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::{default_words, error_of, with_of};
use crate::{
    state::{
        App, app,
        schema::{self, Choice, Columns, Field, FieldKind},
        words,
    },
    ui::icon::{Glyph, Icon},
};

/// More choices than this are a list to pull down.
const MOST_SEGMENTS: usize = 4;
/// Longer words do not fit side by side.
const LONGEST_SEGMENTS: usize = 26;

/// What the controls of a field need.
#[derive(Clone, Copy)]
struct Edited {
    app: App,
    step: StoredValue<String>,
    field: StoredValue<Field>,
    /// What was typed and is no value.
    typed_error: RwSignal<Option<String>>,
}

impl Edited {
    fn value(self) -> Value {
        let with = with_of(self.app, &self.step.get_value());
        self.field
            .with_value(|field| schema::value_of(field, &with))
    }

    fn set(self, value: Value) {
        self.typed_error.set(None);
        let name = self.field.with_value(|field| field.name.clone());
        self.app.set_parameter(&self.step.get_value(), &name, value);
    }

    fn is_changed(self) -> bool {
        let name = self.field.with_value(|field| field.name.clone());
        with_of(self.app, &self.step.get_value()).contains_key(&name)
    }

    fn error(self) -> Option<String> {
        let name = self.field.with_value(|field| field.name.clone());
        let of_engine = || error_of(self.app, &self.step.get_value(), &name);
        self.typed_error.get().or_else(of_engine)
    }

    /// Id of the control in the page.
    fn id(self) -> String {
        self.field
            .with_value(|field| format!("field-{}", field.name))
    }
}

/// A field of a step.
#[component]
pub fn FieldView(id: StoredValue<String>, field: Field) -> impl IntoView {
    let edited = Edited {
        app: app(),
        step: id,
        field: StoredValue::new(field.clone()),
        typed_error: RwSignal::new(None),
    };
    let control = control(edited, &field.kind);
    let is_toggle = field.kind == FieldKind::Toggle;
    let label = (!is_toggle).then(|| {
        let default = default_words(&field);
        view! {
            <div class="field-label">
                <label for=edited.id()>{field.label.clone()}</label>
                <span class="range">{default}</span>
            </div>
        }
    });
    let help = (!is_toggle).then(
        || view! { <p class="help" id=format!("{}-help", edited.id())>{field.help.clone()}</p> },
    );
    let more = (!field.more.is_empty()).then(|| {
        view! {
            <details class="more-help">
                <summary>"More"</summary>
                <p>{field.more.clone()}</p>
            </details>
        }
    });
    view! {
        <div
            class="field"
            data-field=field.name
            data-changed=move || edited.is_changed().then_some("")
        >
            {label}
            {control}
            {help}
            {move || {
                edited
                    .error()
                    .map(|error| {
                        view! {
                            <p class="field-error" role="alert">
                                <Glyph icon=Icon::Fail />
                                <span>{error}</span>
                            </p>
                        }
                    })
            }}
            {more}
        </div>
    }
}

fn control(edited: Edited, kind: &FieldKind) -> AnyView {
    match kind.clone() {
        FieldKind::Number {
            minimum,
            maximum,
            unit,
            is_integer,
        } => {
            let range = schema::range_in_words(minimum, maximum);
            let beside = [unit, range].into_iter().filter(|part| !part.is_empty());
            let beside = beside.collect::<Vec<_>>().join(", ");
            view! { <NumberField edited beside is_integer /> }.into_any()
        }
        FieldKind::Toggle => view! { <ToggleField edited /> }.into_any(),
        FieldKind::Choice(choices) => {
            let letters: usize = choices.iter().map(|choice| choice.label.len()).sum();
            if choices.len() <= MOST_SEGMENTS && letters <= LONGEST_SEGMENTS {
                view! { <Segments edited choices /> }.into_any()
            } else {
                let options = Signal::derive(move || choices.clone());
                view! { <SelectField edited options /> }.into_any()
            }
        }
        FieldKind::Column(columns) => {
            let options = Signal::derive(move || named(column_names(edited, &columns)));
            view! { <SelectField edited options /> }.into_any()
        }
        FieldKind::Data => {
            let options = Signal::derive(move || named(data_names(edited)));
            view! { <SelectField edited options /> }.into_any()
        }
        FieldKind::List { items, may_be_all } => {
            view! { <ListField edited items may_be_all /> }.into_any()
        }
        FieldKind::Text => view! { <TextField edited /> }.into_any(),
    }
}

#[component]
fn NumberField(edited: Edited, beside: String, is_integer: bool) -> impl IntoView {
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
fn ToggleField(edited: Edited) -> impl IntoView {
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
fn Segments(edited: Edited, choices: Vec<Choice>) -> impl IntoView {
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
fn SelectField(edited: Edited, options: Signal<Vec<Choice>>) -> impl IntoView {
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
        let text = event_target_value(&event);
        let chosen = untrack(all).into_iter().find(|choice| choice.value == text);
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
                                "None"
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
fn ListField(edited: Edited, items: String, may_be_all: bool) -> impl IntoView {
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
fn TextField(edited: Edited) -> impl IntoView {
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

fn named(names: Vec<String>) -> Vec<Choice> {
    names
        .into_iter()
        .map(|name| Choice {
            value: json!(name),
            label: name,
            help: String::new(),
        })
        .collect()
}

/// Everything a parameter can name: inputs and steps before this one, and their tables.
fn data_names(edited: Edited) -> Vec<String> {
    let recipe = edited.app.recipe();
    let id = edited.step.get_value();
    let earlier = recipe.steps.iter().take_while(|step| step.id != id);
    let inputs = recipe.inputs.iter().map(|input| input.name.clone());
    inputs.chain(earlier.map(|step| step.id.clone())).collect()
}

fn column_names(edited: Edited, columns: &Columns) -> Vec<String> {
    let recipe = edited.app.recipe();
    let id = edited.step.get_value();
    let Some(step) = recipe.steps.iter().find(|step| step.id == id) else {
        return Vec::new();
    };
    let source = match columns {
        Columns::Of(field) => step
            .with
            .get(field)
            .and_then(Value::as_str)
            .map(str::to_string),
        Columns::Samples | Columns::Genes => step.of.first().cloned(),
    };
    let Some(source) = source else {
        return Vec::new();
    };
    // A table that this step attaches brings its columns along.
    let attached = step
        .of
        .iter()
        .skip(1)
        .filter(|_| !matches!(columns, Columns::Of(_)));
    let mut names = Vec::new();
    for source in std::iter::once(&source).chain(attached) {
        for name in columns_of(edited.app, source, columns) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

fn columns_of(app: App, source: &str, columns: &Columns) -> Vec<String> {
    let pick = |samples: &[String], genes: &[String]| match columns {
        Columns::Samples => samples.to_vec(),
        Columns::Genes => genes.to_vec(),
        Columns::Of(_) => [samples, genes].concat(),
    };
    let of_input = app.inputs.with(|inputs| {
        let state = &inputs.get(source)?.state;
        Some(pick(&state.sample_columns, &state.gene_columns))
    });
    let of_step = || {
        app.steps.with(|steps| {
            let result = crate::state::result_of(steps.get(source)?)?;
            Some(pick(&result.sample_columns, &result.gene_columns))
        })
    };
    of_input.or_else(of_step).unwrap_or_default()
}
