//! Dialogs: the link with everything it reveals.

use cuvette_engine::{
    protocol::{Answer, RequestBody},
    recipe::Input,
};
use leptos::{html, prelude::*, task::spawn_local};

use super::icon::{Glyph, Icon};
use crate::ui::erased::{Show, effect, view};
use crate::{
    bridge::Failure,
    browser,
    state::{App, app, files::Identity, words},
};

/// Links longer than this are cut by some programs.
const LONGEST_SAFE: usize = 2_000;

/// A dialog that is opened and closed by a signal; Escape closes it.
#[component]
pub fn Dialog(
    /// Id in the page.
    id: &'static str,
    /// Title.
    #[prop(into)]
    title: Signal<String>,
    /// True while it is open.
    is_open: RwSignal<bool>,
    /// What stands in it.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    effect(move || {
        let Some(dialog) = node.get() else {
            return;
        };
        if is_open.get() && !dialog.open() {
            // Shown as soon as its content is there, which then takes the focus; unless it was closed
            // before that.
            request_animation_frame(move || {
                if is_open.try_get_untracked() == Some(true) && !dialog.open() {
                    let _ = dialog.show_modal();
                }
            });
        } else if !is_open.get() && dialog.open() {
            dialog.close();
        }
    });
    let children = StoredValue::new(children);
    let heading = StoredValue::new(format!("{id}-title"));
    view! {
        <dialog
            class="dialog"
            id=id
            aria-labelledby=heading.get_value()
            node_ref=node
            on:close=move |_| is_open.set(false)
        >
            <Show when=move || is_open.get()>
                <div class="dialog-head">
                    <h2 id=heading.get_value()>{title}</h2>
                    <button
                        class="btn btn-quiet btn-icon"
                        aria-label="Close"
                        on:click=move |_| is_open.set(false)
                    >
                        <Glyph icon=Icon::Close />
                    </button>
                </div>
                <div class="dialog-body">{children.with_value(|children| children())}</div>
            </Show>
        </dialog>
    }
}

/// What the engine says of the link.
#[derive(Clone, Default)]
struct Link {
    address: String,
    reveals: Vec<String>,
    error: Option<String>,
}

/// Share link.
#[component]
pub fn ShareDialog() -> impl IntoView {
    let app = app();
    view! {
        <Dialog id="share" title="Share link" is_open=app.shares>
            <ShareBody />
        </Dialog>
    }
}

#[component]
fn ShareBody() -> impl IntoView {
    let app = app();
    let hides_names = RwSignal::new(false);
    let link = RwSignal::new(Link::default());
    let waits_for = Memo::new(move |_| unknown_prints(app));
    effect(move || {
        let without_file_names = hides_names.get();
        // Fingerprints become known after the recipe.
        app.recipe();
        spawn_local(async move {
            let made = make(app, without_file_names).await;
            if link.try_get_untracked().is_some() {
                link.set(made);
            }
        });
    });
    view! {
        <p class="dialog-lede">
            "The link is the recipe. Whoever opens it drops the same files and gets the same result; no server is between you."
        </p>
        <LinkField link waits_for />
        <div class="field">
            <label class="toggle">
                <input
                    type="checkbox"
                    role="switch"
                    id="hide-names"
                    prop:checked=move || hides_names.get()
                    on:change=move |event| hides_names.set(event_target_checked(&event))
                />
                <span>
                    "Leave file names out"
                    <span class="help muted">"Files are then recognized by their fingerprints"</span>
                </span>
            </label>
        </div>
        <Reveals link />
        <Prints />
    }
}

/// Inputs whose fingerprints belong into the link and are still being computed.
fn unknown_prints(app: App) -> Vec<String> {
    let inputs = app.recipe().inputs.into_iter();
    let names = inputs.filter(|input| input.fingerprint.is_none());
    let names = names.map(|input| input.name);
    names
        .filter(|name| app.identity(name) == Identity::Pending)
        .collect()
}

async fn make(app: App, without_file_names: bool) -> Link {
    let body = RequestBody::Link {
        recipe: app.recipe_now(),
        selected: app.selected.get_untracked().unwrap_or_default(),
        shown: untrack(|| app.shown_text()),
        without_file_names,
    };
    match app.answer(body).await.map(|delivery| delivery.answer) {
        Ok(Answer::Link { link, reveals }) => {
            let address = window().location().href().unwrap_or_default();
            let page = address.split('#').next().unwrap_or_default();
            let page = page.split('?').next().unwrap_or_default();
            Link {
                address: format!("{page}{link}"),
                reveals,
                error: None,
            }
        }
        Err(Failure::Report(report)) => Link {
            error: Some(report.message),
            ..Link::default()
        },
        Ok(_) | Err(Failure::Cancelled | Failure::Lost) => Link {
            error: Some("The engine did not answer. Close this and try again".into()),
            ..Link::default()
        },
    }
}

#[component]
fn LinkField(link: RwSignal<Link>, waits_for: Memo<Vec<String>>) -> impl IntoView {
    let app = app();
    let length = move || link.with(|link| link.address.chars().count());
    let fits = move || {
        if length() <= LONGEST_SAFE {
            "fits chat and mail"
        } else {
            "too long for some programs: send the recipe as a file instead"
        }
    };
    let waits = move || !waits_for.with(Vec::is_empty);
    let state = move || {
        if waits() {
            let names = waits_for.get().join(", ");
            return format!("Waits for the fingerprint of {names}, which is being computed");
        }
        match link.with(|link| link.error.clone()) {
            Some(error) => error,
            None => format!("{} characters: {}", words::count(length() as u64), fits()),
        }
    };
    let copy = move |_| {
        spawn_local(async move {
            if browser::copy(&link.with_untracked(|link| link.address.clone())).await {
                app.done("Link copied");
            } else {
                app.complain("This browser did not copy. Select the link and copy it by hand");
            }
        });
    };
    view! {
        <div>
            <label class="vh" for="link">
                "Link"
            </label>
            <div class="copy">
                <input
                    class="input"
                    id="link"
                    readonly
                    prop:value=move || {
                        if waits() { String::new() } else { link.with(|link| link.address.clone()) }
                    }
                />
                <button
                    class="btn btn-primary"
                    id="copy-link"
                    autofocus
                    disabled=waits
                    on:click=copy
                >
                    <Glyph icon=Icon::Copy />
                    "Copy link"
                </button>
            </div>
            <p class="muted num" id="link-state" role="status">
                {state}
            </p>
        </div>
    }
}

/// Every name the link holds.
#[component]
fn Reveals(link: RwSignal<Link>) -> impl IntoView {
    let names = move || link.with(|link| link.reveals.clone());
    let n = move || names().len();
    let line = |name: String| view! { <li>{name}</li> };
    view! {
        <div class="twocol">
            <div>
                <h3>"In the link"</h3>
                <ul class="ticks ticks-yes">
                    <li>
                        <Glyph icon=Icon::Check />
                        <span>"Steps with their parameters, import choices, fingerprints, and how results are shown"</span>
                    </li>
                    <li>
                        <Glyph icon=Icon::Check />
                        <span>
                            {move || match n() {
                                0 => "No name of a file, sample, gene or annotation".to_string(),
                                n => {
                                    format!(
                                        "{} of files, samples, genes or annotations:",
                                        words::plural(n, "name", "names"),
                                    )
                                }
                            }}
                        </span>
                    </li>
                </ul>
                <ul class="reveals mono" id="reveals" tabindex="0" aria-label="Names in the link">
                    {move || names().into_iter().map(line).collect_view()}
                </ul>
            </div>
            <div>
                <h3>"Not in the link"</h3>
                <ul class="ticks ticks-no">
                    <li>
                        <Glyph icon=Icon::Close />
                        <span>"No expression value"</span>
                    </li>
                    <li>
                        <Glyph icon=Icon::Close />
                        <span>"No folder name"</span>
                    </li>
                    <li>
                        <Glyph icon=Icon::Close />
                        <span>"Nothing about you or this computer"</span>
                    </li>
                </ul>
            </div>
        </div>
    }
}

/// Fingerprints of the inputs.
#[component]
fn Prints() -> impl IntoView {
    let app = app();
    let short = |print: &str, why: &str| {
        let end = print.get(print.len().saturating_sub(4)..);
        match (print.get(..8), end) {
            (Some(start), Some(end)) => format!("{start} … {end}"),
            _ => why.into(),
        }
    };
    let line = move |input: Input| {
        let why = match (&input.fingerprint, app.identity(&input.name)) {
            (Some(_), _) => "none".into(),
            (None, Identity::Pending) => "is being computed".into(),
            (None, Identity::Failed(why)) => why,
            (None, _) => "not known: the file is not open".into(),
        };
        let print = input.fingerprint.unwrap_or_default();
        view! {
            <tr>
                <th scope="row">{input.name}</th>
                <td class="mono" data-label="File">
                    {short(&print.bytes, &why)}
                </td>
                <td class="mono" data-label="Numbers">
                    {short(&print.matrix, &why)}
                </td>
                <td class="r">{print.shape.map(words::shape)}</td>
            </tr>
        }
    };
    view! {
        <div>
            <h3>"How the files are recognized"</h3>
            <table class="prints">
                <caption class="vh">"Fingerprints of the inputs"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Input"</th>
                        <th scope="col">"File, SHA-256"</th>
                        <th scope="col">"Numbers, SHA-256"</th>
                        <th scope="col" class="r">
                            "Shape"
                        </th>
                    </tr>
                </thead>
                <tbody>{move || app.recipe().inputs.into_iter().map(line).collect_view()}</tbody>
            </table>
            <p class="muted">
                "Cuvette tells the other person which holds: the identical file, the same numbers in another file, or different data. A fingerprint cannot be turned back into values."
            </p>
        </div>
    }
}
