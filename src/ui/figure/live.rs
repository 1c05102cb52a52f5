//! A picture that the page makes itself, of work under way: drawn anew whenever it changes, and
//! gone with the work.

use cuvette_core::{analyses::augment, figure::Figure};
use leptos::{html::Canvas, prelude::*};

use super::paint::{draw_on, watch_width};
use crate::state::app;
use crate::ui::erased::{Show, effect, view};

/// How GANs learn, while the step does it.
#[component]
pub fn Learning(id: StoredValue<String>) -> impl IntoView {
    let app = app();
    let figure = Memo::new(move |_| {
        if !app.is_seen_running(&id.get_value()) {
            return None;
        }
        app.work
            .with(|work| augment::learning(&work.as_ref()?.losses))
    });
    view! {
        <Show when=move || figure.with(Option::is_some)>
            <div class="figures figures-single">
                <LiveFigure figure />
            </div>
        </Show>
    }
}

#[component]
fn LiveFigure(figure: Memo<Option<Figure>>) -> impl IntoView {
    let app = app();
    let (canvas, width) = (NodeRef::<Canvas>::new(), RwSignal::new(0.0));
    let n_drawn = RwSignal::new(0_u32);
    watch_width(canvas, width);
    effect(move || {
        let (canvas, width, is_dark) = (canvas.get(), width.get(), app.is_dark.get());
        figure.with(|figure| {
            let (Some(figure), Some(canvas)) = (figure, canvas) else {
                return;
            };
            // What cannot be drawn is shown by its words alone; the result's own pictures say why.
            if width > 0.0 && draw_on(&canvas, figure, width, is_dark).is_ok() {
                n_drawn.update(|n_drawn| *n_drawn += 1);
            }
        });
    });
    let state = move || {
        if n_drawn.get() > 0 {
            "drawn"
        } else {
            "waiting"
        }
    };
    let words = move || {
        figure.with(|figure| {
            figure
                .as_ref()
                .map(|figure| format!("{}. {}", figure.title, figure.alternative))
        })
    };
    view! {
        <figure class="figure">
            <div class="plot">
                <canvas
                    node_ref=canvas
                    data-figure="learning"
                    data-state=state
                    data-drawn=move || n_drawn.get()
                    role="img"
                    aria-label=words
                ></canvas>
            </div>
        </figure>
    }
}
