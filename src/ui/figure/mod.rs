//! One picture: asked of the engine, drawn on a canvas, with hover, zoom, selection and export.
//!
//! The last good picture stays while another is under way or cannot be drawn.

pub mod bars;
mod cell;
pub mod color;
pub mod export;
mod found;
pub mod live;
mod paint;
mod pan;
mod pointer;
mod surface;

use std::{sync::Arc, time::Duration};

use cuvette_core::figure::{ColorBy, ColorChoices, Figure, FigureInfo, FigureKind, FigureRequest};
use cuvette_engine::protocol::{Answer, RequestBody};
use cuvette_plot::{Hit, Layout};
use leptos::{html::Canvas, prelude::*, task::spawn_local};
use web_sys::HtmlCanvasElement;

use crate::ui::erased::{Show, effect, view};
use crate::{
    bridge::{Delivery, Failure},
    state::{App, app},
};
use cell::Row;
use export::ExportMenu;
use found::Found;
use paint::{draw_on, watch_width};
use pointer::{Drag, Pointer, Tooltip};

/// A picture that is dragged is drawn anew at least so often, however slow that is.
const LONGEST_PAUSE_MS: f64 = 400.0;

/// CSS pixels at the right of a title for the buttons above the picture.
const BUTTONS_PX: f64 = 68.0;

/// What a picture holds between drawings.
#[derive(Clone, Copy)]
pub struct Picture {
    app: App,
    /// Name of the step or input.
    of: StoredValue<String>,
    info: StoredValue<FigureInfo>,
    /// The one thing it is about, whatever is marked.
    about: StoredValue<Option<String>>,
    /// What was asked last.
    request: RwSignal<FigureRequest>,
    /// Which question is the newest, and whether one is out: there is never more than one, so that
    /// a picture that is dragged is drawn as often as the engine can and no oftener.
    asked: StoredValue<Asked>,
    /// Milliseconds that the last drawing took.
    drawing_ms: StoredValue<f64>,
    /// The picture as it was drawn last, to be shifted while the next one comes.
    held: StoredValue<Option<HtmlCanvasElement>, LocalStorage>,
    figure: RwSignal<Option<Arc<Figure>>>,
    layout: RwSignal<Option<Layout>>,
    /// How often the engine's picture was drawn.
    n_drawn: RwSignal<u32>,
    error: RwSignal<Option<String>>,
    zoom: RwSignal<Option<[f64; 4]>>,
    hit: RwSignal<Option<Hit>>,
    /// Values of the row of a heat map that the pointer was on last.
    values: RwSignal<Row>,
    drag: RwSignal<Option<Drag>>,
    width: RwSignal<f64>,
    canvas: NodeRef<Canvas>,
}

/// Questions to the engine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Asked {
    /// How many there were.
    n: u64,
    /// True while an answer is awaited.
    is_out: bool,
}

/// A picture of a step or input. It is asked for again when `version` changes.
#[component]
pub fn FigureView(
    /// Name of the step or input.
    of: String,
    /// Which picture.
    info: FigureInfo,
    /// Changes when the result does.
    #[prop(into)]
    version: Signal<String>,
    /// Which of the step's statistics.
    #[prop(into)]
    statistic: Signal<Option<String>>,
    /// The one thing it is about; else what is marked, and a click marks.
    #[prop(optional, into)]
    about: Option<String>,
) -> impl IntoView {
    let app = app();
    let picture = Picture {
        app,
        of: StoredValue::new(of),
        info: StoredValue::new(info),
        about: StoredValue::new(about),
        request: RwSignal::default(),
        asked: StoredValue::default(),
        drawing_ms: StoredValue::new(0.0),
        held: StoredValue::new_local(None),
        figure: RwSignal::default(),
        layout: RwSignal::default(),
        n_drawn: RwSignal::default(),
        error: RwSignal::default(),
        zoom: RwSignal::default(),
        hit: RwSignal::default(),
        values: RwSignal::default(),
        drag: RwSignal::default(),
        width: RwSignal::default(),
        canvas: NodeRef::new(),
    };
    picture.keep_asked(version, statistic);
    picture.keep_drawn();
    picture.keep_valued(version);
    picture.keep_shifted();
    watch_width(picture.canvas, picture.width);
    let name = picture.info.with_value(|info| info.name.clone());
    view! {
        <figure class="figure">
            <div class="fig-bar">
                <Show when=move || picture.zoom.get().is_some()>
                    <button
                        class="btn btn-small btn-quiet"
                        on:click=move |_| picture.zoom.set(None)
                    >
                        "Show all"
                    </button>
                </Show>
                <ExportMenu picture />
            </div>
            <div class="plot">
                <canvas
                    node_ref=picture.canvas
                    data-figure=name
                    data-state=move || picture.state_word()
                    role="img"
                    tabindex="0"
                    aria-label=move || picture.label()
                    on:pointerdown=move |event| picture.pressed(&event)
                    on:pointermove=move |event| picture.moved(&event)
                    on:pointerup=move |event| picture.released(&event)
                    on:pointerleave=move |_| {
                        picture.hit.set(None);
                        picture.drag.set(None);
                    }
                    data-drawn=move || picture.n_drawn.get()
                    on:dblclick=move |_| picture.zoom.set(None)
                    on:keydown=move |event| picture.key(&event)
                ></canvas>
                <Found picture />
                <Pointer picture />
                <Tooltip picture />
            </div>
            <figcaption class="vh">{move || picture.alternative()}</figcaption>
            {move || {
                picture.error.get().map(|error| view! { <p class="fig-error">{error}</p> })
            }}
        </figure>
    }
}

/// Milliseconds since the page was opened.
fn now_ms() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

impl Picture {
    fn subject(self) -> Option<String> {
        let marked = || self.app.marked_of(&self.of.get_value()).subject;
        self.about.get_value().or_else(marked)
    }

    /// The color chosen for the step, where this picture has it.
    fn color(self, choices: &ColorChoices) -> Option<ColorBy> {
        let chosen = self.app.color_of(&self.of.get_value(), choices);
        chosen.filter(|by| choices.admits(by))
    }

    /// Asks whenever the result or something about the question changes.
    fn keep_asked(self, version: Signal<String>, statistic: Signal<Option<String>>) {
        let question = Memo::new(move |_| {
            let width = self.width.get();
            (width > 0.0).then(|| (version.get(), self.question(width, statistic.get())))
        });
        effect(move || {
            if let Some((_, request)) = question.get() {
                self.request.set(request);
                self.asked.update_value(|asked| asked.n += 1);
                self.ask();
            }
        });
    }

    fn question(self, width: f64, statistic: Option<String>) -> FigureRequest {
        let pixels = window().device_pixel_ratio() * (width - BUTTONS_PX).max(64.0);
        // Rounded, so that a scroll bar that comes or goes does not ask again.
        let side = ((pixels / 64.0).ceil() * 64.0) as u32;
        let info = self.info.get_value();
        FigureRequest {
            color: self.color(&info.colors),
            name: info.name,
            subject: self.subject(),
            statistic: statistic.filter(|name| info.statistics.contains(name)),
            raster_size: [side, side * 2 / 3],
            window: self.zoom.get(),
            all_points: false,
            bars: info
                .bars
                .map(|choices| self.app.bars_of(&self.of.get_value(), &choices)),
        }
    }

    /// Asks the newest question, unless the answer to an older one is still awaited.
    fn ask(self) {
        let asked = self.asked.get_value();
        if asked.is_out {
            return;
        }
        self.asked.update_value(|asked| asked.is_out = true);
        let began = now_ms();
        let request = self.request.get_untracked();
        let body = RequestBody::Draw {
            of: self.of.get_value(),
            figure: request.clone(),
        };
        spawn_local(async move {
            let outcome = self.app.answer(body).await;
            // A picture that is gone takes no answer.
            let (Some(newest), Some(now)) =
                (self.request.try_get_untracked(), self.asked.try_get_value())
            else {
                return;
            };
            // The answer to an older question is shown only where it is the way to the newest.
            let is_on_the_way = FigureRequest {
                window: newest.window,
                ..request.clone()
            } == newest;
            if is_on_the_way {
                self.take(outcome);
            }
            let pause_ms = self.pause_ms(now_ms() - began);
            if now.n == asked.n || pause_ms == 0.0 {
                self.ask_on(now.n != asked.n);
            } else {
                let pause = Duration::from_secs_f64(pause_ms / 1000.0);
                set_timeout(move || self.ask_on(true), pause);
            }
        });
    }

    /// Ends the wait for an answer; where there is a newer question, asks it.
    fn ask_on(self, has_newer: bool) {
        let ended = self
            .asked
            .try_update_value(|asked| asked.is_out = false)
            .is_some();
        if ended && has_newer {
            self.ask();
        }
    }

    /// How long to leave engine and page to the hand that drags the picture, after a question that
    /// took so many milliseconds: twice as long as question and drawing, so that what is shifted
    /// meanwhile moves smoothly wherever both are slow.
    fn pause_ms(self, question_ms: f64) -> f64 {
        let moves = self
            .drag
            .with_untracked(|drag| drag.is_some_and(|drag| drag.moves()));
        if moves {
            (2.0 * (question_ms + self.drawing_ms.get_value())).min(LONGEST_PAUSE_MS)
        } else {
            0.0
        }
    }

    fn take(self, outcome: Result<Delivery, Failure>) {
        match outcome {
            Ok(delivery) => {
                if let Answer::Figure(mut figure) = delivery.answer {
                    if let Some(raster) = figure.raster_mut() {
                        raster.pixels = delivery.bytes;
                    }
                    self.error.set(None);
                    self.figure.set(Some(Arc::from(figure)));
                }
            }
            Err(Failure::Report(report)) => self.error.set(Some(report.message)),
            Err(Failure::Cancelled | Failure::Lost) => {}
        }
    }

    /// Draws whenever the picture, its width or the theme changes.
    fn keep_drawn(self) {
        effect(move || {
            let (figure, canvas) = (self.figure.get(), self.canvas.get());
            let (width, is_dark) = (self.width.get(), self.app.is_dark.get());
            let (Some(figure), Some(canvas)) = (figure, canvas) else {
                return;
            };
            if width > 0.0 {
                let began = now_ms();
                match draw_on(&canvas, &figure, width, is_dark) {
                    Ok(layout) => {
                        self.hold(&canvas);
                        self.n_drawn.update(|n_drawn| *n_drawn += 1);
                        self.layout.set(Some(layout));
                        self.shift_held();
                        self.drawing_ms.set_value(now_ms() - began);
                    }
                    Err(error) => self.error.set(Some(error)),
                }
            }
        });
    }

    fn state_word(self) -> &'static str {
        match (
            self.layout.with(Option::is_some),
            self.error.with(Option::is_some),
        ) {
            (_, true) => "failed",
            (true, false) => "drawn",
            (false, false) => "waiting",
        }
    }

    fn label(self) -> String {
        self.figure.with(|figure| {
            figure.as_ref().map_or_else(
                || self.info.with_value(|info| info.title.clone()),
                |figure| format!("{}. {}", figure.title, figure.alternative),
            )
        })
    }

    fn alternative(self) -> String {
        self.figure.with(|figure| {
            figure.as_ref().map_or_else(String::new, |figure| {
                format!(
                    "{} {} {}",
                    figure.title, figure.subtitle, figure.alternative
                )
            })
        })
    }

    /// Only a picture whose points or cells the engine can draw anew can be zoomed.
    fn can_zoom(self) -> bool {
        self.figure.with_untracked(|figure| {
            figure.as_ref().is_some_and(|figure| {
                matches!(figure.kind, FigureKind::Scatter(_) | FigureKind::HeatMap(_))
            })
        })
    }
}
