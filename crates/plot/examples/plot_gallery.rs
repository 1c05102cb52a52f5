//! Writes every kind of figure as PNG and SVG: `plot_gallery FOLDER FONT…`.

#[path = "../tests/common/mod.rs"]
mod common;

use cuvette_plot::{Size, Style, Theme, png, preferred_height, svg};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: plot_gallery FOLDER FONT…")?;
    let fonts = arguments
        .map(std::fs::read)
        .collect::<Result<Vec<_>, _>>()?;
    for (theme, name) in [
        (Theme::Light, "light"),
        (Theme::Dark, "dark"),
        (Theme::Print, "print"),
    ] {
        for (index, figure) in common::all().iter().enumerate() {
            for width in [320.0, 420.0, 864.0] {
                let style = Style {
                    theme,
                    ..Style::default()
                };
                let height = preferred_height(figure, width, &style);
                let drawing = svg(figure, Size { width, height }, &style);
                let path = format!("{folder}/{index}-{}-{name}-{width}", figure.name);
                std::fs::write(format!("{path}.png"), png(&drawing, 180.0, &fonts)?)?;
                std::fs::write(format!("{path}.svg"), drawing)?;
            }
        }
    }
    Ok(())
}
