//! The SVG of every kind stays as it was. `UPDATE_SNAPSHOTS=1 cargo test` writes it anew; look at
//! the pictures (`examples/plot_gallery.rs`) before you keep them.

mod common;

use cuvette_core::figure::Figure;
use cuvette_plot::{Size, Style, Weight, preferred_height, svg, text_width};

/// The file without the pixels of its raster, which depend on the compressor.
fn without_pixels(file: &str) -> String {
    const START: &str = "base64,";
    match file.split_once(START) {
        Some((before, rest)) => {
            let after = rest.find('"').map_or("", |end| &rest[end..]);
            format!("{before}{START}…{after}")
        }
        None => file.to_owned(),
    }
}

fn check(name: &str, figure: &Figure) {
    let style = Style::default();
    let size = Size {
        width: 420.0,
        height: preferred_height(figure, 420.0, &style),
    };
    let found = without_pixels(&svg(figure, size, &style));
    let path = format!("{}/tests/snapshots/{name}.svg", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &found).expect("the folder of snapshots can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let first = found
        .lines()
        .zip(expected.lines())
        .find(|(found, expected)| found != expected);
    assert!(
        found == expected,
        "{name}.svg changed, first at (found, expected) {first:?}; \
         look at it, then set UPDATE_SNAPSHOTS=1"
    );
}

#[test]
fn an_svg_for_other_fonts_says_how_wide_its_words_are_and_is_the_same_otherwise() {
    const SAYS: &str = " textLength=\"";
    const ENDS: &str = " lengthAdjust=\"spacingAndGlyphs\"";
    let figure = common::histogram();
    let size = Size {
        width: 420.0,
        height: 300.0,
    };
    let plain = svg(&figure, size, &Style::default());
    let style = Style {
        fixes_widths: true,
        ..Style::default()
    };
    let told = svg(&figure, size, &style);
    let n_texts = plain.matches("<text ").count();
    assert_eq!(
        (told.matches(SAYS).count(), plain.matches(SAYS).count()),
        (n_texts, 0)
    );
    let first = told
        .split(SAYS)
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let width: f64 = first
        .and_then(|width| width.parse().ok())
        .expect("a number");
    // The title comes first, and is short enough for one line.
    let expected = text_width(&figure.title, 14.0, Weight::Bold);
    assert!((width - expected).abs() < 0.01, "{width}, {expected}");
    let without: String = told
        .split(SAYS)
        .enumerate()
        .map(|(place, part)| match part.split_once(ENDS) {
            Some((_, rest)) if place > 0 => rest,
            _ => part,
        })
        .collect();
    assert_eq!(without, plain);
}

#[test]
fn the_histogram_is_drawn_as_before() {
    check("histogram", &common::histogram());
}

#[test]
fn the_scatter_is_drawn_as_before() {
    check("scatter", &common::scatter(60));
    check("scatter_raster", &common::scatter(6_000));
}

#[test]
fn names_of_close_points_are_led_away_as_before() {
    check("scatter_names", &common::volcano(600, 20));
}

#[test]
fn points_in_colors_are_drawn_as_before() {
    check(
        "scatter_groups",
        &common::samples(40, common::tissues(40, 14)),
    );
    check(
        "scatter_scale",
        &common::samples(20, common::expression(20)),
    );
}

#[test]
fn arrows_are_drawn_as_before() {
    check("scatter_arrows", &common::moving(40));
}

#[test]
fn the_lines_are_drawn_as_before() {
    check("lines", &common::lines(8));
    check("lines_groups", &common::grouped_lines(30, 3));
    check("lines_roc", &common::roc());
}

#[test]
fn the_boxes_are_drawn_as_before() {
    check("boxes_upright", &common::boxes(3));
    check("boxes_lying", &common::boxes(8));
}

#[test]
fn the_bands_are_drawn_as_before() {
    check("bands", &common::bands());
}

#[test]
fn the_heat_map_is_drawn_as_before() {
    check("heat_map", &common::heat_map(200, 36));
    check("heat_map_clustered", &common::clustered(48, 16));
}
