//! Drawing on a canvas, sharp on every screen.

use cuvette_core::figure::{Figure, Raster};
use cuvette_plot::{Blit, Layout, Style, Theme};
use js_sys::{Object, Reflect};
use leptos::{html::Canvas, prelude::*};
use plotters::drawing::IntoDrawingArea;
use wasm_bindgen::{Clamped, JsCast, JsValue, prelude::Closure};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData, ResizeObserver};

use super::{BUTTONS_PX, surface::Surface};
use crate::bridge::text_of;
use crate::ui::erased::effect;

/// How a picture is drawn on the screen.
pub fn screen_style(is_dark: bool, scale: f64) -> Style {
    Style {
        theme: if is_dark { Theme::Dark } else { Theme::Light },
        scale,
        header_reserve: BUTTONS_PX,
        ..Style::default()
    }
}

/// Draws a picture as wide as its place and as high as it likes.
pub fn draw_on(
    canvas: &HtmlCanvasElement,
    figure: &Figure,
    width: f64,
    is_dark: bool,
) -> Result<Layout, String> {
    let style = screen_style(is_dark, window().device_pixel_ratio());
    draw_at(canvas, figure, width, &style)
}

/// Draws a picture with any style; the canvas takes its size from it.
pub fn draw_at(
    canvas: &HtmlCanvasElement,
    figure: &Figure,
    width: f64,
    style: &Style,
) -> Result<Layout, String> {
    let height = cuvette_plot::preferred_height(figure, width, style);
    canvas.set_width((width * style.scale).round() as u32);
    canvas.set_height((height * style.scale).round() as u32);
    let place: &web_sys::HtmlElement = canvas.as_ref();
    let shown = web_sys::HtmlElement::style(place);
    let _ = shown.set_property("width", &format!("{width}px"));
    let _ = shown.set_property("height", &format!("{height}px"));
    let context = context_of(canvas).map_err(|error| text_of(&error))?;
    let area = Surface { canvas, context }.into_drawing_area();
    let mut refused = None;
    let layout = cuvette_plot::draw(figure, &area, style, |blit| {
        refused = stretch(canvas, &blit).err();
    })
    .map_err(|error| error.to_string())?;
    match refused {
        Some(error) => Err(text_of(&error)),
        None => Ok(layout),
    }
}

/// Stretches a raster over its place.
fn stretch(canvas: &HtmlCanvasElement, blit: &Blit) -> Result<(), JsValue> {
    let source = raster_canvas(blit.raster)?;
    let context = context_of(canvas)?;
    context.set_image_smoothing_enabled(!blit.pixelated);
    context.draw_image_with_html_canvas_element_and_dw_and_dh(
        &source,
        blit.rect.x,
        blit.rect.y,
        blit.rect.width,
        blit.rect.height,
    )
}

/// A copy of a canvas, in the place of an older copy where there is one.
pub(super) fn copied(
    canvas: &HtmlCanvasElement,
    old: Option<HtmlCanvasElement>,
) -> Result<HtmlCanvasElement, JsValue> {
    let copy = match old {
        Some(old) => old,
        None => document().create_element("canvas")?.unchecked_into(),
    };
    // Setting the size clears it.
    copy.set_width(canvas.width());
    copy.set_height(canvas.height());
    context_of(&copy)?.draw_image_with_html_canvas_element(canvas, 0.0, 0.0)?;
    Ok(copy)
}

fn raster_canvas(raster: &Raster) -> Result<HtmlCanvasElement, JsValue> {
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    canvas.set_width(raster.width);
    canvas.set_height(raster.height);
    let image = ImageData::new_with_u8_clamped_array_and_sh(
        Clamped(&raster.pixels),
        raster.width,
        raster.height,
    )?;
    context_of(&canvas)?.put_image_data(&image, 0.0, 0.0)?;
    Ok(canvas)
}

/// The context to draw with, of a canvas whose pixels stay in the main memory: pictures are copied
/// whole when they are moved, which is slow where a browser keeps them with a graphics card, and
/// slowest where it only pretends to have one. Whoever asks first decides.
pub(super) fn context_of(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &"willReadFrequently".into(), &JsValue::TRUE)?;
    let context = canvas.get_context_with_context_options("2d", &options)?;
    let context = context.ok_or("this browser gives no canvas to draw on")?;
    Ok(context.unchecked_into())
}

/// Follows the width of the canvas's place.
pub fn watch_width(canvas: NodeRef<Canvas>, width: RwSignal<f64>) {
    let observer = StoredValue::new_local(None::<(ResizeObserver, Closure<dyn Fn()>)>);
    effect(move || {
        let place = canvas.get().and_then(|canvas| canvas.parent_element());
        let Some(place) = place else {
            return;
        };
        let measured = place.clone();
        let measure = Closure::<dyn Fn()>::new(move || {
            let now = f64::from(measured.client_width());
            if width
                .try_get_untracked()
                .is_some_and(|before| before != now)
            {
                width.set(now);
            }
        });
        if let Ok(watching) = ResizeObserver::new(measure.as_ref().unchecked_ref()) {
            watching.observe(&place);
            observer.set_value(Some((watching, measure)));
        }
    });
    on_cleanup(move || {
        observer.update_value(|observer| {
            if let Some((observer, _)) = observer.take() {
                observer.disconnect();
            }
        });
    });
}
