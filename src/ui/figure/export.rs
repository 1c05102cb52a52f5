//! A picture as SVG, as PNG, or as its data; file names are `ID.PLOT.svg`.

use cuvette_core::figure::Figure;
use cuvette_engine::protocol::{Answer, ExportWhat, RequestBody, TableFormat};
use cuvette_plot::{MM_PER_PX, Size, Style};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{Blob, HtmlCanvasElement};

use super::{Picture, paint::draw_at};
use crate::ui::erased::view;
use crate::{
    bridge::{Failure, text_of},
    browser,
    state::App,
    ui::{
        icon::{Glyph, Icon},
        menu::{Menu, MenuItem},
    },
};

/// Millimeters in an inch.
const INCH_MM: f64 = 25.4;

/// "Export…" of one picture.
#[component]
pub fn ExportMenu(picture: Picture) -> impl IntoView {
    let title = picture.info.with_value(|info| info.title.clone());
    let nothing = Signal::derive(move || picture.figure.with(Option::is_none));
    view! {
        <Menu
            label=format!("Export: {title}…")
            from_right=true
            button=view! { <Glyph icon=Icon::Export /> }
        >
            <MenuItem label="SVG" detail="Vector, to edit and print" disabled=nothing on_choose=move || picture.save_svg() />
            <MenuItem label="PNG, 300 dpi" detail="For text" disabled=nothing on_choose=move || picture.save_png(300.0) />
            <MenuItem label="PNG, 600 dpi" detail="For print" disabled=nothing on_choose=move || picture.save_png(600.0) />
            <MenuItem label="Data as CSV" on_choose=move || picture.save_data(TableFormat::Csv) />
            <MenuItem label="Data as TSV" on_choose=move || picture.save_data(TableFormat::Tsv) />
        </Menu>
    }
}

impl Picture {
    fn file_name(self, ending: &str) -> String {
        let name = self.info.with_value(|info| info.name.clone());
        format!("{}.{name}.{ending}", self.of.get_value())
    }

    fn save_svg(self) {
        let Some(figure) = self.figure.get_untracked() else {
            return;
        };
        let style = Style::default();
        let size = self.size(&figure, &style);
        let name = self.file_name("svg");
        spawn_local(async move {
            let svg = svg(&figure, size, &style).await;
            let saved = svg.and_then(|svg| browser::save(&name, "image/svg+xml", svg.as_bytes()));
            tell(self.app, &name, size, &saved);
        });
    }

    fn save_png(self, dots_per_inch: f64) {
        let Some(figure) = self.figure.get_untracked() else {
            return;
        };
        let style = Style {
            scale: dots_per_inch * MM_PER_PX / INCH_MM,
            ..Style::default()
        };
        let size = self.size(&figure, &style);
        let name = self.file_name("png");
        let app = self.app;
        let canvas = document().create_element("canvas");
        let Ok(canvas) = canvas.map(JsCast::unchecked_into::<HtmlCanvasElement>) else {
            return;
        };
        if let Err(error) = draw_at(&canvas, &figure, size.width, &style) {
            return app.complain(error);
        }
        let save = Closure::once_into_js(move |blob: Option<Blob>| match blob {
            Some(blob) => tell(app, &name, size, &browser::save_blob(&name, &blob)),
            None => {
                app.complain("This picture is too large for this browser. Take 300 dpi, or SVG");
            }
        });
        if let Err(error) = canvas.to_blob(save.unchecked_ref()) {
            app.complain(text_of(&error));
        }
    }

    fn size(self, figure: &Figure, style: &Style) -> Size {
        let width = self.width.get_untracked();
        let height = cuvette_plot::preferred_height(figure, width, style);
        Size { width, height }
    }

    fn save_data(self, format: TableFormat) {
        let what = ExportWhat::FigureData {
            of: self.of.get_value(),
            figure: self.request.get_untracked(),
            format,
        };
        save_export(self.app, what);
    }
}

/// The picture as an SVG, with its raster inside.
async fn svg(figure: &Figure, size: Size, style: &Style) -> Result<String, JsValue> {
    let raster = cuvette_plot::raster_of(figure);
    let png = match raster.and_then(|raster| Some((raster, cuvette_plot::png_rows(raster)?))) {
        Some((raster, rows)) => {
            let packed = browser::packed(&rows).await?;
            Some(cuvette_plot::png_of_rows(raster, &packed))
        }
        None => None,
    };
    Ok(cuvette_plot::svg_with_png(
        figure,
        size,
        style,
        png.as_deref(),
    ))
}

fn tell(app: App, name: &str, size: Size, saved: &Result<(), JsValue>) {
    let millimeters = |pixels: f64| (pixels * MM_PER_PX).round();
    let (width, height) = (millimeters(size.width), millimeters(size.height));
    match saved {
        Ok(()) => app.done(format!("{name} saved, {width} × {height} mm")),
        Err(error) => app.complain(text_of(error)),
    }
}

/// Asks for a file and saves it under the name the engine gives.
pub fn save_export(app: App, what: ExportWhat) {
    spawn_local(async move {
        match app.answer(RequestBody::Export { what }).await {
            Ok(delivery) => {
                if let Answer::File { name, media_type } = delivery.answer {
                    match browser::save(&name, &media_type, &delivery.bytes) {
                        Ok(()) => app.done(format!("{name} saved")),
                        Err(error) => app.complain(text_of(&error)),
                    }
                }
            }
            Err(Failure::Report(report)) => app.complain(report.message),
            Err(Failure::Cancelled | Failure::Lost) => {}
        }
    });
}
