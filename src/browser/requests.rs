//! Counts what this page asked of any other origin, and what its policy stopped: both must stay 0.

use js_sys::Array;
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{
    PerformanceEntry, PerformanceObserver, PerformanceObserverEntryList, PerformanceObserverInit,
};

/// Calls `found` for every request that left this origin, or that the policy refused.
///
/// The page's own files, its examples and the engine come from this origin or from this computer's
/// copy and hold nothing of the person's; anything else counts.
pub fn watch(found: impl Fn() + Clone + 'static) {
    let origin = window().location().origin().unwrap_or_default();
    let counted = found.clone();
    let on_entries = Closure::<dyn Fn(PerformanceObserverEntryList, JsValue)>::new(
        move |list: PerformanceObserverEntryList, _: JsValue| {
            for entry in list.get_entries().iter() {
                let entry: PerformanceEntry = entry.unchecked_into();
                if !is_own(&origin, &entry.name()) {
                    counted();
                }
            }
        },
    );
    if let Ok(observer) = PerformanceObserver::new(on_entries.as_ref().unchecked_ref()) {
        let kinds = Array::of1(&"resource".into());
        let options = PerformanceObserverInit::new(&kinds);
        let () = observer.observe(&options);
    }
    on_entries.forget();
    let on_refused = Closure::<dyn Fn()>::new(found);
    let _ = document().add_event_listener_with_callback(
        "securitypolicyviolation",
        on_refused.as_ref().unchecked_ref(),
    );
    on_refused.forget();
}

fn is_own(origin: &str, address: &str) -> bool {
    address.starts_with(origin) || address.starts_with("blob:") || address.starts_with("data:")
}
