//! One field of a form: label, default, the control, one sentence, and what is wrong.

mod controls;
mod levels;
mod names;

use leptos::prelude::*;
use serde_json::Value;

use super::{default_words, error_of, with_of};
use crate::ui::erased::view;
use crate::{
    state::{
        App, app,
        schema::{self, Field, FieldKind},
    },
    ui::icon::{Glyph, Icon},
};
use controls::{ListField, NumberField, Segments, SelectField, TextField, ToggleField};
use levels::levels;
pub use names::columns_of;
use names::{column_names, data_names, named};

/// More choices than this are a list to pull down.
const MOST_SEGMENTS: usize = 4;
/// Longer words do not fit side by side; the room around each word counts as so many letters.
const LONGEST_SEGMENTS: usize = 34;
const LETTERS_AROUND: usize = 3;

/// What the controls of a field need.
#[derive(Clone, Copy)]
pub struct Edited {
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
        let (name, default) = self
            .field
            .with_value(|field| (field.name.clone(), field.default.clone()));
        let value = (value != default).then_some(value);
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
            view! { <NumberField edited beside is_integer /> }
        }
        FieldKind::Toggle => view! { <ToggleField edited /> },
        FieldKind::Choice(choices) => {
            let letters: usize = choices
                .iter()
                .map(|it| LETTERS_AROUND + it.label.len())
                .sum();
            if choices.len() <= MOST_SEGMENTS && letters <= LONGEST_SEGMENTS {
                view! { <Segments edited choices /> }
            } else {
                let options = Signal::derive(move || choices.clone());
                view! { <SelectField edited options /> }
            }
        }
        FieldKind::Column(columns) => {
            let options = Signal::derive(move || named(column_names(edited, &columns)));
            view! { <SelectField edited options /> }
        }
        FieldKind::Level(column) => {
            let options = levels(edited, column);
            view! { <SelectField edited options none="Choose…" /> }.into_any()
        }
        FieldKind::Data => {
            let options = Signal::derive(move || named(data_names(edited)));
            view! { <SelectField edited options /> }
        }
        FieldKind::List { items, may_be_all } => {
            view! { <ListField edited items may_be_all /> }
        }
        FieldKind::Text => view! { <TextField edited /> },
    }
}
