//! What holds for every picture, whatever its words and its size.

#[path = "../tests/common/mod.rs"]
mod common;

use crate::{
    STEPS_PER_PX, Size, Style, SvgBackend, build, draw, layout, preferred_height, scene::Label, svg,
};
use cuvette_core::figure::{Coloring, Figure, FigureKind, Guide, MarkedPoint};
use plotters::drawing::IntoDrawingArea;
use proptest::prelude::*;
use std::{cell::RefCell, sync::LazyLock};

/// Made once: the rasters take their time.
static FIGURES: LazyLock<Vec<Figure>> = LazyLock::new(common::all);

/// Puts long and strange words everywhere they can stand.
fn with_words(mut figure: Figure, words: &str, extra: f64) -> Figure {
    figure.title = format!("{} {words}", figure.title);
    figure.subtitle = format!("{} {words}", figure.subtitle);
    match &mut figure.kind {
        FigureKind::Histogram(histogram) => {
            histogram.x.label.push_str(words);
            histogram.y_label.push_str(words);
            for mark in &mut histogram.marks {
                mark.label.push_str(words);
                mark.at = extra;
            }
            for count in &mut histogram.counts {
                *count *= (1.0 + extra.abs() * 1e4) as u64;
            }
        }
        FigureKind::Scatter(scatter) => {
            scatter.x.label.push_str(words);
            scatter.y.label.push_str(words);
            scatter.y.high += extra.abs() * 1e3;
            scatter
                .lines
                .iter_mut()
                .for_each(|line| line.label.push_str(words));
            scatter.x_marks.push(Guide {
                at: extra,
                label: words.into(),
                dashed: true,
            });
            if let Some(coloring) = &mut scatter.coloring {
                add_to_groups(coloring, words);
            }
            scatter.marked.push(MarkedPoint {
                x: extra,
                y: extra,
                name: words.into(),
            });
        }
        FigureKind::Lines(lines) => {
            lines
                .x_names
                .iter_mut()
                .for_each(|name| name.push_str(words));
            lines.x.label.push_str(words);
            lines.y.label.push_str(words);
            let marks = lines.x_marks.iter_mut().chain(&mut lines.y_marks);
            marks.for_each(|mark| mark.label.push_str(words));
            let series = lines.series.iter_mut();
            series.for_each(|series| series.name.push_str(words));
            if let Some(coloring) = &mut lines.coloring {
                add_to_groups(coloring, words);
            }
        }
        FigureKind::Boxes(boxes) => {
            boxes
                .groups
                .iter_mut()
                .for_each(|group| group.name.push_str(words));
            boxes
                .series
                .iter_mut()
                .for_each(|series| series.push_str(words));
            boxes
                .marks
                .iter_mut()
                .for_each(|mark| mark.label.push_str(words));
            boxes.x_label.push_str(words);
            boxes.y.label.push_str(words);
        }
        FigureKind::Bands(bands) => {
            bands.x_label.push_str(words);
            bands.y.label.push_str(words);
        }
        FigureKind::HeatMap(heat_map) => {
            heat_map
                .rows
                .iter_mut()
                .for_each(|name| name.push_str(words));
            heat_map
                .columns
                .iter_mut()
                .for_each(|name| name.push_str(words));
            heat_map.scale.label.push_str(words);
            for bar in heat_map
                .column_bars
                .iter_mut()
                .chain(&mut heat_map.row_bars)
            {
                add_to_groups(bar, words);
            }
        }
    }
    figure
}

fn add_to_groups(coloring: &mut Coloring, words: &str) {
    match coloring {
        Coloring::Groups { label, groups, .. } => {
            label.push_str(words);
            let groups = groups.iter_mut();
            groups.for_each(|group| group.name.push_str(words));
        }
        Coloring::Scale { scale, .. } => scale.label.push_str(words),
    }
}

fn check_words(figure: &Figure, size: Size) -> Result<(), TestCaseError> {
    const HAIR: f64 = 1e-6;
    let (_, scene) = build(figure, size, &Style::default());
    let labels: Vec<&Label> = scene.labels().collect();
    prop_assert!(!labels.is_empty());
    for (at, label) in labels.iter().enumerate() {
        let rect = label.rect();
        prop_assert!(
            rect.x >= -HAIR && rect.right() <= size.width + HAIR,
            "cut: {:?}",
            label
        );
        prop_assert!(
            rect.y >= -HAIR && rect.bottom() <= size.height + HAIR,
            "cut: {:?}",
            label
        );
        for other in &labels[at + 1..] {
            let (a, b) = (rect.inset(HAIR), other.rect().inset(HAIR));
            prop_assert!(
                !a.overlaps(&b),
                "{:?} lies on {:?} at {:?}",
                label,
                other,
                size
            );
        }
    }
    Ok(())
}

/// The file without the text of its pixels, in which any three letters may stand.
fn without_rasters(file: &str) -> String {
    let mut parts = file.split("base64,");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.filter_map(|part| part.split_once('"'));
    first + &rest.map(|(_, after)| after).collect::<String>()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn words_stand_inside_of_the_picture_and_never_on_each_other(
        kind in 0_usize..FIGURES.len(),
        words in prop_oneof![Just(String::new()), "[A-Za-z0-9_ ()−µ漢]{0,60}"],
        extra in -1.0_f64..1.0,
        width in 280.0_f64..1300.0,
        more_height in prop_oneof![Just(0.0), 0.0_f64..400.0],
    ) {
        let figure = with_words(FIGURES[kind].clone(), &words, extra);
        let height = preferred_height(&figure, width, &Style::default()) + more_height;
        check_words(&figure, Size { width, height })?;
    }

    #[test]
    fn no_size_panics_and_the_file_is_whole(
        kind in 0_usize..FIGURES.len(), width in 0.0_f64..300.0, height in 0.0_f64..200.0,
    ) {
        let figure = FIGURES[kind].clone();
        let file = svg(&figure, Size { width, height }, &Style::default());
        prop_assert!(file.ends_with("</svg>\n"));
        prop_assert!(!without_rasters(&file).contains("NaN"));
    }

    #[test]
    fn the_pointer_finds_something_or_nothing_but_never_panics(
        kind in 0_usize..FIGURES.len(), x in -50.0_f64..500.0, y in -50.0_f64..700.0,
    ) {
        let figure = FIGURES[kind].clone();
        let size = Size { width: 420.0, height: 600.0 };
        let layout = layout(&figure, size, &Style::default());
        let hit = layout.nearest(&figure, [x, y]);
        prop_assert!(hit.is_none() || layout.data.contains([x, y]));
    }
}

#[test]
fn the_pointer_over_a_bar_names_its_bin() {
    let figure = common::histogram();
    let size = Size {
        width: 420.0,
        height: 280.0,
    };
    let layout = layout(&figure, size, &Style::default());
    let pixel = layout.pixel_from_data([0.82, 1.0]);
    let hit = layout.nearest(&figure, pixel).expect("inside");
    assert_eq!(
        (hit.index, hit.text.as_str()),
        (27, "0.8 to 0.8667, profiles: 12")
    );
}

#[test]
fn the_pointer_near_a_point_names_it() {
    let figure = common::scatter(400);
    let size = Size {
        width: 420.0,
        height: 400.0,
    };
    let layout = layout(&figure, size, &Style::default());
    let [x, y] = layout.pixel_from_data([-1.82, 1.12]);
    let hit = layout.nearest(&figure, [x - 3.0, y]).expect("near");
    assert_eq!(hit.name.as_deref(), Some("SMP1"));
    assert_eq!(hit.text, "SMP1: −1.82, 1.12");
}

#[test]
fn the_pointer_near_a_colored_point_says_its_group() {
    let figure = common::samples(60, common::tissues(60, 3));
    let size = Size {
        width: 420.0,
        height: 400.0,
    };
    let layout = layout(&figure, size, &Style::default());
    let FigureKind::Scatter(scatter) = &figure.kind else {
        panic!("a scatter")
    };
    let point = &scatter.points[1];
    let pixel = layout.pixel_from_data([point.x.into(), point.y.into()]);
    let hit = layout.nearest(&figure, pixel).expect("on it");
    assert!(hit.text.ends_with("; tissue: tissue 1"), "{}", hit.text);
}

#[test]
fn the_pointer_between_two_points_of_a_line_names_the_line() {
    let figure = common::lines(3);
    let size = Size {
        width: 420.0,
        height: 400.0,
    };
    let layout = layout(&figure, size, &Style::default());
    let FigureKind::Lines(lines) = &figure.kind else {
        panic!("lines")
    };
    let [a, b] = [20, 21].map(|at| lines.series[2].points[at].map(f64::from));
    let middle = [0, 1].map(|axis| f64::midpoint(a[axis], b[axis]));
    let hit = layout
        .nearest(&figure, layout.pixel_from_data(middle))
        .expect("on it");
    assert_eq!(hit.name.as_deref(), Some("S2"));
}

#[test]
fn every_name_of_a_crowd_is_drawn_or_counted() {
    for (n_marked, width) in [(5, 420.0), (20, 420.0), (60, 420.0), (60, 864.0)] {
        let figure = common::volcano(2_000, n_marked);
        let height = preferred_height(&figure, width, &Style::default());
        let (_, scene) = build(&figure, Size { width, height }, &Style::default());
        let words: Vec<&str> = scene.labels().map(|label| label.text.as_str()).collect();
        let n_named = words.iter().filter(|text| text.starts_with("SYM")).count();
        let left_out = words.iter().find(|text| text.ends_with("without room"));
        let n_left_out = left_out.map_or(0, |text| {
            let number = text.split(' ').next().unwrap_or_default();
            number.parse().expect("a count")
        });
        assert_eq!(n_named + n_left_out, n_marked, "{words:?}");
        assert!(n_named >= n_marked.min(10), "{n_named} of {n_marked}");
    }
}

#[test]
fn one_unit_is_equally_long_on_both_axes() {
    for width in [300.0, 420.0, 1200.0] {
        let size = Size {
            width,
            height: 400.0,
        };
        let layout = layout(&common::scatter(20_000), size, &Style::default());
        let [x0, y0] = layout.pixel_from_data([0.0, 0.0]);
        let [x1, y1] = layout.pixel_from_data([1.0, 1.0]);
        assert!((x1 - x0 - (y0 - y1)).abs() < 1e-9);
        assert!(layout.data.right() <= width && layout.data.bottom() <= 400.0);
    }
}

#[test]
fn the_raster_is_painted_once_between_ground_and_marks_in_pixels_of_the_surface() {
    let size = Size {
        width: 420.0,
        height: 400.0,
    };
    let out = RefCell::new(String::new());
    let backend = SvgBackend {
        out: &out,
        size,
        fixes_widths: false,
    };
    let area = backend.into_drawing_area();
    let style = Style {
        scale: STEPS_PER_PX,
        ..Style::default()
    };
    let figure = common::heat_map(12, 8);
    let mut painted = Vec::new();
    let layout = draw(&figure, &area, &style, |blit| {
        painted.push(blit.rect);
        out.borrow_mut().push_str("RASTER");
    })
    .expect("a string takes everything");
    let [rect] = painted[..] else {
        panic!("painted {} times", painted.len())
    };
    assert_eq!(rect.width, layout.data.width * STEPS_PER_PX);
    assert_eq!(Some(layout.data), layout.raster);
    let text = out.borrow();
    let (below, above) = text.split_once("RASTER").expect("painted");
    assert!(below.contains("#ffffff") && !below.contains("<text"));
    assert!(above.contains("GENE11"));
}

#[test]
fn a_figure_whose_pixels_have_not_arrived_is_drawn_without_them() {
    let mut figure = common::scatter(20_000);
    figure.raster_mut().expect("has one").pixels.clear();
    let size = Size {
        width: 420.0,
        height: 400.0,
    };
    assert!(!svg(&figure, size, &Style::default()).contains("<image"));
}

#[test]
fn words_of_a_figure_cannot_break_the_file() {
    let mut figure = common::histogram();
    figure.title = "a <b> & \"c\" \u{0}\u{8}".into();
    let size = Size {
        width: 420.0,
        height: 300.0,
    };
    let file = svg(&figure, size, &Style::default());
    assert!(file.contains("<title>a &lt;b&gt; &amp; &quot;c&quot; </title>"));
}

#[test]
fn cells_of_a_heat_map_are_whole_pixels() {
    let figure = common::heat_map(200, 36);
    let layout = layout(
        &figure,
        Size {
            width: 420.0,
            height: 700.0,
        },
        &Style::default(),
    );
    assert_eq!((layout.data.width / 36.0).fract(), 0.0);
    assert_eq!((layout.data.height / 200.0).fract(), 0.0);
}
