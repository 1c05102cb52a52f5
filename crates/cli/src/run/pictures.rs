//! Pictures of a step as files.

use std::path::{Path, PathBuf};

use cuvette_core::figure::{Figure, FigureKind, FigureRequest};
use cuvette_engine::{Engine, Shown, protocol::ErrorReport, session::StepValue};
use cuvette_plot::{MM_PER_PX, Size, Style, Theme};

use crate::failure::Failure;

/// Width of a picture on paper: two columns of most journals.
const WIDTH_MM: f64 = 180.0;
/// Pixels of a raster inside a picture per pixel of the picture's layout.
const RASTER_PIXELS: f64 = 2.0;
/// Pixels per inch of a PNG, as journals ask for.
const DOTS_PER_INCH: f64 = 300.0;
/// Fonts of the widths that pictures are laid out with, in order of wish, then one that at least
/// has every letter.
const FONT_FILES: [&str; 6] = [
    "LiberationSans-Regular.ttf",
    "LiberationSans-Bold.ttf",
    "Arial.ttf",
    "Arial_Bold.ttf",
    "DejaVuSans.ttf",
    "DejaVuSans-Bold.ttf",
];
/// Where systems keep fonts.
const FONT_FOLDERS: [&str; 5] = [
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts/Supplemental",
    "C:\\Windows\\Fonts",
];

/// Every picture a step can draw under the name of its file. Where a picture has several
/// statistics, the first has the picture's own name and the others add theirs. Colors, bars and the
/// one thing a picture is about are those that were `shown`, else those that the page begins with.
pub fn figures(
    engine: &Engine,
    id: &str,
    value: &StepValue,
    shown: &Shown,
) -> Result<Vec<(String, Figure)>, Failure> {
    let mut all = Vec::new();
    for info in value.output.figures() {
        let mut statistics: Vec<Option<String>> =
            info.statistics.iter().cloned().map(Some).collect();
        if statistics.is_empty() {
            statistics.push(None);
        }
        for (index, statistic) in statistics.into_iter().enumerate() {
            let name = match (&statistic, index) {
                (Some(statistic), 1..) => format!("{}-{statistic}", info.name),
                _ => info.name.clone(),
            };
            let asked = |shown: &Shown, raster_size: [u32; 2]| {
                let color = shown.color_of(&info.colors);
                let request = FigureRequest {
                    name: info.name.clone(),
                    statistic: statistic.clone(),
                    raster_size,
                    color: color.filter(|by| info.colors.admits(by)),
                    bars: info.bars.as_ref().map(|choices| shown.bars_of(choices)),
                    subject: shown.subject.clone().filter(|_| info.takes_subject),
                    ..FigureRequest::default()
                };
                engine.figure(id, &request)
            };
            // Other data may lack the gene that was chosen.
            let drawn = |raster_size| {
                asked(shown, raster_size).or_else(|_| asked(&Shown::default(), raster_size))
            };
            let mut figure = drawn([0, 0]);
            if let Some(raster_size) = figure.as_ref().ok().and_then(sharp_raster) {
                figure = drawn(raster_size);
            }
            let figure = figure.map_err(|error| ErrorReport::from(&error))?;
            all.push((name, figure));
        }
    }
    Ok(all)
}

/// How many pixels the points of a picture want, where they are too many to be drawn one by one: as
/// many as make discs round and edges sharp on paper.
fn sharp_raster(figure: &Figure) -> Option<[u32; 2]> {
    let style = on_paper();
    let rect = match &figure.kind {
        FigureKind::Scatter(_) => {
            cuvette_plot::layout(figure, size(figure, &style), &style).raster?
        }
        _ => return None,
    };
    Some([rect.width, rect.height].map(|px| (px * RASTER_PIXELS).round().max(1.0) as u32))
}

fn on_paper() -> Style {
    Style {
        theme: Theme::Print,
        ..Style::default()
    }
}

fn size(figure: &Figure, style: &Style) -> Size {
    let width = (WIDTH_MM / MM_PER_PX).round();
    let height = cuvette_plot::preferred_height(figure, width, style);
    Size { width, height }
}

/// A picture as SVG, 180 mm wide.
pub fn svg(figure: &Figure) -> String {
    let style = on_paper();
    cuvette_plot::svg(figure, size(figure, &style), &style)
}

/// The same as PNG, 300 pixels per inch.
pub fn png(figure: &Figure, fonts: &Fonts) -> Result<Vec<u8>, Failure> {
    // The fonts of this computer may be wider than those that pictures are laid out with.
    let style = Style {
        fixes_widths: true,
        ..on_paper()
    };
    let svg = cuvette_plot::svg(figure, size(figure, &style), &style);
    cuvette_plot::png(&svg, DOTS_PER_INCH, &fonts.files)
        .map_err(|error| Failure::usage(error.to_string(), None))
}

/// Font files as bytes: drawing itself reads no files.
pub struct Fonts {
    files: Vec<Vec<u8>>,
}

impl Fonts {
    /// No fonts, where none are needed.
    pub fn none() -> Self {
        Self { files: Vec::new() }
    }

    /// The fonts of this computer that pictures are made for.
    pub fn of_this_computer() -> Result<Self, Failure> {
        let mut paths = Vec::new();
        for folder in FONT_FOLDERS {
            collect_files(Path::new(folder), &mut paths);
        }
        paths.sort();
        let mut files = Vec::new();
        for name in FONT_FILES {
            let found = paths
                .iter()
                .find(|path| super::file_name(path).eq_ignore_ascii_case(name));
            files.extend(found.and_then(|path| std::fs::read(path).ok()));
        }
        if files.is_empty() {
            return Err(Failure::usage(
                format!(
                    "pictures as PNG want a font, and none of {} was found in {}",
                    FONT_FILES.join(", "),
                    FONT_FOLDERS.join(", ")
                ),
                Some("install fonts-liberation (Debian), or ask for --plots svg".into()),
            ));
        }
        Ok(Self { files })
    }
}

/// Files below a folder; a folder that cannot be read has none.
fn collect_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        // Links are not followed: fonts link to themselves on some systems.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => collect_files(&path, found),
            Ok(_) => found.push(path),
            Err(_) => {}
        }
    }
}
