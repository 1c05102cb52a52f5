//! The pictures of `forest` that are lines, and the histogram of chance.

use super::{Learned, figures::share_axis, tables::calibration_bins};
use crate::{
    analyses::figure_parts::axis_over,
    figure::{Axis, FigureKind, Guide, Histogram, Line, Lines, MAX_GROUPS, Series},
    stats::{classification::CurvePoint, overview::histogram_counts},
};

/// Bins of the accuracies of forests on shuffled labels.
const N_BINS: usize = 40;

/// What a curve shows of each threshold.
pub struct CurveKind {
    labels: [&'static str; 2],
    point: fn(&CurvePoint, &CurvePoint) -> [f64; 2],
    first: Option<[f32; 2]>,
    area: fn(&Learned, usize) -> f64,
}

/// Recall against false positives.
pub const ROC: CurveKind = CurveKind {
    labels: ["False positive rate", "Recall"],
    point: |point, all| {
        [
            point.n_wrong as f64 / all.n_wrong as f64,
            point.n_right as f64 / all.n_right as f64,
        ]
    },
    first: Some([0.0, 0.0]),
    area: |output, label| output.judgement.auc[label],
};

/// Precision against recall.
pub const PRECISION_RECALL: CurveKind = CurveKind {
    labels: ["Recall", "Precision"],
    point: |point, all| {
        [
            point.n_right as f64 / all.n_right as f64,
            point.n_right as f64 / (point.n_right + point.n_wrong) as f64,
        ]
    },
    first: None,
    area: |output, label| output.judgement.average_precision[label],
};

/// A line per label that is not told apart wholly; of many those with the smallest areas.
pub fn curves(output: &Learned, kind: &CurveKind) -> (FigureKind, String) {
    let names = &output.labelling.labels.names;
    let mut order: Vec<usize> = (0..names.len())
        .filter(|&label| !(kind.area)(output, label).is_nan())
        .collect();
    order.sort_by(|&a, &b| (kind.area)(output, a).total_cmp(&(kind.area)(output, b)));
    let n_all = order.len();
    let n_shown = order
        .iter()
        .filter(|&&label| (kind.area)(output, label) < 1.0)
        .count();
    order.truncate(n_shown.clamp(1, MAX_GROUPS));
    let series = order.iter().filter_map(|&label| {
        let curve = &output.judgement.curves[label];
        let all = curve.last()?;
        let points = curve
            .iter()
            .map(|point| (kind.point)(point, all).map(|at| at as f32));
        Some(Series {
            name: format!("{} ({:.3})", names[label], (kind.area)(output, label)),
            points: kind.first.into_iter().chain(points).collect(),
        })
    });
    let series: Vec<Series> = series.collect();
    let lowest = series.first().map_or(String::new(), |one| one.name.clone());
    let [x, y] = kind.labels.map(share_axis);
    let alternative = format!(
        "Lines of {} against {} for {} of {n_all} labels; the smallest area has {lowest}",
        y.label.to_lowercase(),
        x.label.to_lowercase(),
        series.len()
    );
    let (mut diagonal, mut level) = (Vec::new(), Vec::new());
    if kind.first.is_some() {
        diagonal.push(Line {
            range: None,
            intercept: 0.0,
            slope: 1.0,
            label: "chance".into(),
            dashed: true,
        });
    } else {
        // Whatever is called, its share of the samples is right.
        level.extend(most_frequent(output, &order).map(|(share, name)| Guide {
            at: share,
            label: format!("chance, {name}"),
            dashed: true,
        }));
    }
    let lines = lines([x, y], false, series, diagonal, level);
    (lines, alternative)
}

/// Of some labels the largest share of the samples tested, and whose it is.
fn most_frequent<'a>(output: &'a Learned, labels: &[usize]) -> Option<(f64, &'a str)> {
    let names = &output.labelling.labels.names;
    let share = |&label: &usize| {
        let all = output.judgement.curves[label].last()?;
        let share = all.n_right as f64 / (all.n_right + all.n_wrong) as f64;
        Some((share, names[label].as_str()))
    };
    let shares = labels.iter().filter_map(share);
    shares.max_by(|a, b| a.0.total_cmp(&b.0))
}

fn lines(
    [x, y]: [Axis; 2],
    with_points: bool,
    series: Vec<Series>,
    lines: Vec<Line>,
    y_marks: Vec<Guide>,
) -> FigureKind {
    FigureKind::Lines(Lines {
        equal_units: false,
        with_points,
        x,
        y,
        series,
        x_marks: Vec::new(),
        y_marks,
        x_names: Vec::new(),
        lines,
        coloring: None,
    })
}

/// Whether probabilities are what they say.
pub fn calibration(output: &Learned) -> (FigureKind, String) {
    let bins = calibration_bins(output);
    let points = bins.iter().map(|bin| [bin[1] as f32, bin[2] as f32]);
    let series = vec![Series {
        name: "found".into(),
        points: points.collect(),
    }];
    let ideal = Line {
        range: None,
        intercept: 0.0,
        slope: 1.0,
        label: "as probable as said".into(),
        dashed: true,
    };
    let axes = [
        share_axis("Mean probability of calls"),
        share_axis("Share of calls that is right"),
    ];
    let alternative = format!(
        "Line of the share of right calls against their mean probability in {} bins",
        bins.len()
    );
    (
        lines(axes, true, series, vec![ideal], Vec::new()),
        alternative,
    )
}

/// How right votes out of the bag are after some of the trees.
pub fn trees(output: &Learned) -> (FigureKind, String) {
    let points: Vec<[f32; 2]> = output
        .curve
        .iter()
        .filter(|(_, value)| value.is_finite())
        .map(|&(n, value)| [n as f32, value as f32])
        .collect();
    let last = points.last().map_or(f32::NAN, |point| point[1]);
    let axes = [
        axis_over("Trees", points.iter().map(|point| f64::from(point[0]))),
        share_axis(output.rightness_label()),
    ];
    let majority = output.labelling.labels.is_single.then(|| Guide {
        at: output.judgement.majority.accuracy,
        label: "most frequent label".into(),
        dashed: true,
    });
    let series = vec![Series {
        name: "out of the bag".into(),
        points,
    }];
    let alternative = format!(
        "Line of the {} against the number of trees, ending at {last:.3}",
        output.rightness_label().to_lowercase()
    );
    (
        lines(
            axes,
            true,
            series,
            Vec::new(),
            majority.into_iter().collect(),
        ),
        alternative,
    )
}

/// What forests on shuffled labels reach, and what was found.
pub fn chance(output: &Learned) -> (FigureKind, String) {
    let chance = &output.chance;
    let counts = histogram_counts(chance.shuffled.iter().copied(), 0.0, 1.0, N_BINS);
    let alternative = format!(
        "Histogram of {} forests on shuffled labels; the one on the labels reaches {:.3}, p = {:.3}",
        chance.shuffled.len(),
        chance.found,
        chance.p_value()
    );
    let kind = FigureKind::Histogram(Histogram {
        x: share_axis(&format!(
            "{}, {} trees",
            output.rightness_label(),
            chance.n_trees
        )),
        y_label: "Forests on shuffled labels".into(),
        edges: (0..=N_BINS).map(|bin| bin as f64 / N_BINS as f64).collect(),
        counts,
        signed: false,
        marks: vec![Guide {
            at: chance.found,
            label: format!("found {:.3}", chance.found),
            dashed: false,
        }],
        selected_bin: None,
    });
    (kind, alternative)
}
