//! "Add a step…": the analyses by group, with a search.

use cuvette_core::analyses::{AnalysisId, Group};
use cuvette_engine::protocol::CatalogueEntry;
use leptos::prelude::*;

use crate::ui::erased::{Show, effect, view};
use crate::{
    state::app,
    ui::{
        icon::{Glyph, Icon},
        menu::Menu,
    },
};

/// The heading of a group.
pub fn group_title(group: Group) -> &'static str {
    match group {
        Group::Arrange => "Arrange samples and genes",
        Group::Transform => "Change the numbers",
        Group::Look => "Look at the data",
        Group::Correlation => "Correlation",
        Group::GeneMetrics => "Gene metrics",
        Group::Classify => "Classify",
        Group::Perturb => "In-silico perturbation",
    }
}

/// Entries whose title, name or help hold every word; those whose title or name begin so come first,
/// and with them their group.
fn matching(entries: &[CatalogueEntry], text: &str) -> Vec<CatalogueEntry> {
    let text = text.trim().to_ascii_lowercase();
    let holds = |entry: &&CatalogueEntry| {
        let all = format!("{} {} {}", entry.title, entry.id, entry.help).to_ascii_lowercase();
        text.split_whitespace().all(|word| all.contains(word))
    };
    let mut found: Vec<CatalogueEntry> = entries.iter().filter(holds).cloned().collect();
    found.sort_by_key(|entry| {
        !(entry.title.to_ascii_lowercase().starts_with(&text) || entry.id.starts_with(&text))
    });
    found
}

/// The button and its list.
#[component]
pub fn AddStep() -> impl IntoView {
    view! {
        <div class="steps-add" id="add-step">
            <Menu
                label="Add a step…"
                class="btn btn-quiet btn-small"
                button=view! {
                    <Glyph icon=Icon::Plus />
                    "Add a step…"
                }
            >
                <Catalogue />
            </Menu>
        </div>
    }
}

#[component]
fn Catalogue() -> impl IntoView {
    let app = app();
    let text = RwSignal::new(String::new());
    let field = NodeRef::<leptos::html::Input>::new();
    effect(move || {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let groups = move || {
        let found = app.catalogue.with(|entries| matching(entries, &text.get()));
        let mut groups: Vec<(Group, Vec<CatalogueEntry>)> = Vec::new();
        for entry in found {
            match groups.iter_mut().find(|(group, _)| *group == entry.group) {
                Some((_, entries)) => entries.push(entry),
                None => groups.push((entry.group, vec![entry])),
            }
        }
        groups
    };
    view! {
        <div class="catalogue">
            <input
                class="input"
                type="search"
                placeholder="Find a step"
                aria-label="Find a step"
                node_ref=field
                on:input=move |event| text.set(event_target_value(&event))
            />
            {move || {
                groups()
                    .into_iter()
                    .map(|(group, entries)| {
                        view! {
                            <h4>{group_title(group)}</h4>
                            {entries.into_iter().map(|entry| view! { <Entry entry /> }).collect_view()}
                        }
                    })
                    .collect_view()
            }}
            <Show when=move || groups().is_empty()>
                <p class="muted">"No step of that name. Try a word such as log, filter or correlation"</p>
            </Show>
        </div>
    }
}

#[component]
fn Entry(entry: CatalogueEntry) -> impl IntoView {
    let app = app();
    let run = entry.id.clone();
    view! {
        <button
            class="menu-item"
            data-closes=""
            data-add=entry.id
            on:click=move |_| {
                if let Some(analysis) = AnalysisId::from_name(&run) {
                    app.add_step(analysis);
                }
            }
        >
            <span>{entry.title}</span>
            <small>{entry.help}</small>
        </button>
    }
}

#[cfg(test)]
mod tests {
    use cuvette_engine::catalogue::catalogue;

    use super::matching;

    #[test]
    fn what_is_called_so_comes_before_what_is_described_so() {
        let first = |text: &str| matching(&catalogue(), text)[0].id.clone();
        assert_eq!(first("spread"), "spread");
        assert_eq!(first(" Center and"), "center_scale");
        assert_eq!(first("cross_st"), "cross_study");
        assert_eq!(first("log"), "log");
        // Without words the list stands as it is.
        let all: Vec<String> = catalogue().into_iter().map(|entry| entry.id).collect();
        let listed: Vec<String> = matching(&catalogue(), "")
            .into_iter()
            .map(|it| it.id)
            .collect();
        assert_eq!(listed, all);
        assert!(matching(&catalogue(), "spread nonsense").is_empty());
    }
}
