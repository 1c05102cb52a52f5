//! A button with a list below it: opens by click or key, closes by Escape, by choosing, by a click
//! elsewhere.

use leptos::{ev, html::Details, prelude::*};

use crate::ui::erased::{Show, view};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, Node};

/// A menu; its children are shown while it is open.
#[component]
pub fn Menu(
    /// What the button is called.
    #[prop(into)]
    label: String,
    /// Classes of the button.
    #[prop(default = "btn btn-quiet btn-icon")]
    class: &'static str,
    /// True where the list hangs from the right edge.
    #[prop(optional)]
    from_right: bool,
    /// What stands on the button.
    button: AnyView,
    /// The list.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<Details>::new();
    let is_open = RwSignal::new(false);
    close_by_click_elsewhere(node);
    let children = StoredValue::new(children);
    view! {
        <details
            class="drop"
            node_ref=node
            on:toggle=move |_| is_open.set(node.get().is_some_and(|node| node.open()))
            on:keydown=move |event: KeyboardEvent| {
                if event.key() == "Escape" {
                    event.stop_propagation();
                    close(node, true);
                }
            }
        >
            <summary class=class aria-label=label.clone() title=label>
                {button}
            </summary>
            <Show when=move || is_open.get()>
                <div
                    class="menu"
                    class:menu-right=from_right
                    on:click=move |event| {
                        let target: web_sys::Element = event_target(&event);
                        if target.closest("[data-closes]").ok().flatten().is_some() {
                            close(node, true);
                        }
                    }
                >
                    {children.with_value(|children| children())}
                </div>
            </Show>
        </details>
    }
}

/// One act of a menu.
#[component]
pub fn MenuItem(
    /// Words.
    #[prop(into)]
    label: String,
    /// A second, smaller line.
    #[prop(into, optional)]
    detail: String,
    /// What it does.
    on_choose: impl Fn() + 'static,
    /// True where it cannot be chosen now.
    #[prop(into, optional)]
    disabled: Signal<bool>,
) -> impl IntoView {
    menu_item(label, detail, Box::new(on_choose), disabled)
}

fn menu_item(
    label: String,
    detail: String,
    on_choose: Box<dyn Fn()>,
    disabled: Signal<bool>,
) -> AnyView {
    let detail = (!detail.is_empty()).then(|| view! { <small>{detail}</small> });
    view! {
        <button
            class="menu-item"
            data-closes=""
            disabled=move || disabled.get()
            on:click=move |_| on_choose()
        >
            <span>{label}</span>
            {detail}
        </button>
    }
}

fn close(node: NodeRef<Details>, gives_focus: bool) {
    let Some(details) = node.get_untracked() else {
        return;
    };
    details.set_open(false);
    if gives_focus
        && let Some(summary) = details.first_element_child()
        && let Ok(summary) = summary.dyn_into::<HtmlElement>()
    {
        let _ = summary.focus();
    }
}

/// Closes an open `<details>` when something outside it is pressed.
pub fn close_by_click_elsewhere(node: NodeRef<Details>) {
    let listener = window_event_listener(ev::pointerdown, move |event| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Node>().ok());
        let is_inside = node
            .get_untracked()
            .is_some_and(|details| details.contains(target.as_ref()));
        if !is_inside {
            close(node, false);
        }
    });
    on_cleanup(move || listener.remove());
}
