//! Leptos' ways to write views, of few types.
//!
//! Leptos makes a type of every view and of every closure in it, and code for every type. A page is
//! drawn by hand's speed and waited for when it loads, so here everything becomes an [`AnyView`] and
//! every closure a boxed one as early as it can: that code is then there once.

use std::sync::Arc;

use leptos::prelude::*;

/// Leptos' `view!` as an [`AnyView`], whatever is in it.
macro_rules! view {
    ($($part:tt)*) => {
        leptos::prelude::IntoAny::into_any(leptos::prelude::view! { $($part)* })
    };
}
pub(crate) use view;

/// Leptos' `Show`: its children where `when` is true, else `fallback`.
#[component]
pub fn Show(
    /// Whether the children are shown.
    when: impl Fn() -> bool + Send + Sync + 'static,
    /// What is shown.
    children: ChildrenFn,
    /// What is shown instead.
    #[prop(optional, into)]
    fallback: ViewFn,
) -> impl IntoView {
    shown(Box::new(when), children, fallback)
}

fn shown(
    when: Box<dyn Fn() -> bool + Send + Sync>,
    children: ChildrenFn,
    fallback: ViewFn,
) -> AnyView {
    let is_shown = Memo::new(move |_| when());
    let view = move || {
        if is_shown.get() {
            children()
        } else {
            fallback.run()
        }
    };
    view.into_any()
}

/// Leptos' `Effect`: `act` now, and whenever what it read has changed.
pub fn effect(act: impl Fn() + 'static) {
    fn kept(act: Box<dyn Fn()>) {
        Effect::new(move |_| act());
    }
    kept(Box::new(act));
}

/// What tells a row of a list from the others, and all it is made from.
pub type RowKey = (u64, String, String);

/// Leptos' `For`: one row for each key, which stays as long as its key does.
pub fn rows(
    keys: impl Fn() -> Vec<RowKey> + Send + Sync + 'static,
    row: impl Fn(RowKey) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    kept_rows(Box::new(keys), Arc::new(row))
}

fn kept_rows(
    keys: Box<dyn Fn() -> Vec<RowKey> + Send + Sync>,
    row: Arc<dyn Fn(RowKey) -> AnyView + Send + Sync>,
) -> AnyView {
    let row = move |key| row(key);
    view! { <For each=keys key=Clone::clone children=row /> }
}
