//! Pictures of a step as files.

use std::path::{Path, PathBuf};

use cuvette_core::figure::{Figure, FigureRequest};
use cuvette_engine::{Engine, protocol::ErrorReport, session::StepValue};
use cuvette_plot::{MM_PER_PX, Size, Style, Theme};

use crate::failure::Failure;

/// Width of a picture on paper: two columns of most journals.
const WIDTH_MM: f64 = 180.0;
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
/// statistics, the first has the picture's own name and the others add theirs.
pub fn figures(
    engine: &Engine,
    id: &str,
    value: &StepValue,
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
            let request = FigureRequest {
                name: info.name.clone(),
                statistic,
                ..FigureRequest::default()
            };
            let figure = engine
                .figure(id, &request)
                .map_err(|error| ErrorReport::from(&error))?;
            all.push((name, figure));
        }
    }
    Ok(all)
}

/// A picture as SVG, 180 mm wide.
pub fn svg(figure: &Figure) -> String {
    let style = Style {
        theme: Theme::Print,
        ..Style::default()
    };
    let width = (WIDTH_MM / MM_PER_PX).round();
    let height = cuvette_plot::preferred_height(figure, width, &style);
    cuvette_plot::svg(figure, Size { width, height }, &style)
}

/// The same as PNG, 300 pixels per inch.
pub fn png(figure: &Figure, fonts: &Fonts) -> Result<Vec<u8>, Failure> {
    cuvette_plot::png(&svg(figure), DOTS_PER_INCH, &fonts.files)
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
