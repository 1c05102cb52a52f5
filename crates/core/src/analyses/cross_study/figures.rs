//! The pictures of `cross_study`.

use super::{CrossStudyOutput, HISTOGRAM_BINS, Statistic, histogram, sentences::signed, summarize};
use crate::{
    analyses::figure_parts::{axis_over, box_of, info, points_or_raster, unknown_figure, zoomed},
    error::AnalysisError,
    figure::{
        Axis, BoxGroup, BoxStatistics, Boxes, BoxesShow, Figure, FigureInfo, FigureKind,
        FigureRequest, Guide, Histogram, Line, MarkedPoint, Scatter,
    },
    stats::ols::fit_line,
};

/// Profiles shown by how far their means lie apart.
const N_TOP_SHIFTS: usize = 20;

pub fn infos() -> Vec<FigureInfo> {
    let names = Statistic::ALL.map(Statistic::name);
    vec![
        info("histogram", "Correlation per profile", false, &names),
        info("scatter", "One profile in both sets", true, &[]),
        info("means", "Mean against mean", false, &[]),
        info("top_shift", "Largest shifts of the mean", false, &[]),
    ]
}

pub fn figure(output: &CrossStudyOutput, request: &FigureRequest) -> Result<Figure, AnalysisError> {
    match request.name.as_str() {
        "histogram" => histogram_figure(output, request),
        "scatter" => scatter_figure(output, request),
        "means" => Ok(means_figure(output, request)),
        "top_shift" => Ok(top_shift_figure(output)),
        other => Err(unknown_figure(other, &infos())),
    }
}

fn statistic_of(request: &FigureRequest) -> Result<Statistic, AnalysisError> {
    let Some(name) = request.statistic.as_deref() else {
        return Ok(Statistic::Pearson);
    };
    let found = Statistic::ALL
        .into_iter()
        .find(|statistic| statistic.name() == name);
    found.ok_or_else(|| AnalysisError::Input {
        message: format!("there is no statistic {name:?}, expected pearson or spearman"),
    })
}

fn histogram_figure(
    output: &CrossStudyOutput,
    request: &FigureRequest,
) -> Result<Figure, AnalysisError> {
    let statistic = statistic_of(request)?;
    let coefficients = output.coefficients(statistic);
    let bins = histogram(&coefficients, &[]);
    let summary = summarize(&coefficients);
    let zero = Guide {
        at: 0.0,
        label: String::new(),
        dashed: true,
    };
    let median = summary.map(|summary| Guide {
        at: summary.median,
        label: format!("median {}", signed(summary.median)),
        dashed: false,
    });
    let selected = request.subject.as_deref().and_then(|subject| {
        let at = output
            .profiles
            .iter()
            .position(|profile| profile.name == subject)?;
        let one = histogram(&coefficients[at..=at], &[]);
        one.iter().position(|bin| bin.n_pearson > 0)
    });
    let [a, b] = [&output.sets[0].label, &output.sets[1].label];
    let mut edges: Vec<f64> = bins.iter().map(|bin| bin.low).collect();
    edges.push(1.0);
    Ok(Figure {
        name: "histogram".into(),
        title: format!("{} per {}", statistic.label(), output.words().0),
        subtitle: format!(
            "{a} against {b}, n = {} {}s",
            output.profiles.len(),
            output.words().0
        ),
        alternative: format!(
            "Histogram of {} in {HISTOGRAM_BINS} bins from −1 to 1; {}",
            statistic.label(),
            summary.map_or("there are no coefficients".into(), |s| format!(
                "the median is {}, {} of {} are negative",
                signed(s.median),
                s.n_negative,
                s.n
            ))
        ),
        kind: FigureKind::Histogram(Histogram {
            x: Axis {
                label: statistic.label().into(),
                low: -1.0,
                high: 1.0,
            },
            y_label: "Profiles".into(),
            edges,
            counts: bins.iter().map(|bin| bin.n_pearson).collect(),
            signed: true,
            marks: std::iter::once(zero).chain(median).collect(),
            selected_bin: selected,
        }),
    })
}

/// Position of the profile asked for; without a subject, the first.
fn subject_of(output: &CrossStudyOutput, request: &FigureRequest) -> Result<usize, AnalysisError> {
    let found = match request.subject.as_deref() {
        None => (!output.profiles.is_empty()).then_some(0),
        Some(name) => output
            .profiles
            .iter()
            .position(|profile| profile.name == name.trim()),
    };
    found.ok_or_else(|| AnalysisError::Input {
        message: format!(
            "there is no compared profile {}",
            request.subject.as_deref().unwrap_or("at all")
        ),
    })
}

/// Values of a compared profile over the common points of one set.
fn values_of(output: &CrossStudyOutput, profile: usize, side: usize) -> Vec<f32> {
    let pairing = &output.pairing;
    let points = pairing.points.iter().map(|point| point.positions[side]);
    let position = pairing.profiles[profile].positions[side];
    pairing
        .match_by
        .profile(&output.inputs[side].data, position, points)
}

/// "kemmeren: log2(mutant / reference)".
fn axis_label(output: &CrossStudyOutput, side: usize) -> String {
    format!(
        "{}: {}",
        output.sets[side].label, output.inputs[side].data.value_label
    )
}

/// True where both sets measure the same thing.
fn same_units(output: &CrossStudyOutput) -> bool {
    let [a, b] = &output.inputs;
    a.data.value_label == b.data.value_label
        && output.sets[0].has_negative == output.sets[1].has_negative
}

/// The fitted line, and y = x where both axes measure the same.
fn lines(xs: &[f32], ys: &[f32], with_diagonal: bool) -> Vec<Line> {
    let wide = |values: &[f32]| -> Vec<f64> { values.iter().map(|&v| f64::from(v)).collect() };
    let fit = fit_line(&wide(xs), &wide(ys));
    let mut lines = Vec::new();
    if with_diagonal {
        lines.push(Line {
            range: None,
            intercept: 0.0,
            slope: 1.0,
            label: "y = x".into(),
            dashed: true,
        });
    }
    if fit.slope.is_finite() && fit.intercept.is_finite() {
        lines.push(Line {
            range: None,
            intercept: fit.intercept,
            slope: fit.slope,
            label: equation(fit.intercept, fit.slope),
            dashed: false,
        });
    }
    lines
}

/// "y = 0.020 − 0.109 x".
fn equation(intercept: f64, slope: f64) -> String {
    let sign = if slope < 0.0 { "−" } else { "+" };
    format!("y = {} {sign} {} x", signed(intercept), signed(slope.abs()))
}

fn scatter_figure(
    output: &CrossStudyOutput,
    request: &FigureRequest,
) -> Result<Figure, AnalysisError> {
    let at = subject_of(output, request)?;
    let profile = &output.profiles[at];
    let [xs, ys] = [0, 1].map(|side| values_of(output, at, side));
    let (profile_word, point_word) = output.words();
    let own = profile
        .own_gene
        .iter()
        .filter(|own| own.values.iter().all(|v| v.is_finite()));
    let marked = own.map(|own| MarkedPoint {
        x: own.values[0],
        y: own.values[1],
        name: own.name.clone(),
    });
    let names = |i: usize| output.pairing.points[i].name.clone();
    let r = format!(
        "Pearson r {}, Spearman ρ {}, n = {} {point_word}s",
        signed(profile.pearson()),
        signed(profile.spearman()),
        profile.correlation.pearson.n
    );
    Ok(Figure {
        name: "scatter".into(),
        title: profile.name.clone(),
        alternative: format!(
            "Scatter of the {profile_word} {} in both sets; {r}",
            profile.name
        ),
        subtitle: r,
        kind: FigureKind::Scatter(scatter(
            output,
            request,
            [&xs, &ys],
            names,
            marked.collect(),
        )),
    })
}

fn means_figure(output: &CrossStudyOutput, request: &FigureRequest) -> Figure {
    let mean = |side: usize| -> Vec<f32> {
        output
            .profiles
            .iter()
            .map(|profile| profile.means[side] as f32)
            .collect()
    };
    let [xs, ys] = [mean(0), mean(1)];
    let names = |i: usize| output.profiles[i].name.clone();
    let (profile_word, point_word) = output.words();
    let subject = request.subject.as_deref();
    let selected = output.profiles.iter().filter(|profile| {
        Some(profile.name.as_str()) == subject && profile.means.iter().all(|mean| mean.is_finite())
    });
    let marked = selected.map(|profile| MarkedPoint {
        x: profile.means[0],
        y: profile.means[1],
        name: profile.name.clone(),
    });
    let n = output.profiles.len();
    Figure {
        name: "means".into(),
        title: format!("Mean over {point_word}s, per {profile_word}"),
        subtitle: format!(
            "n = {n} {profile_word}s, {} common {point_word}s",
            output.pairing.points.len()
        ),
        alternative: format!(
            "Scatter of the means of {n} {profile_word}s, first set against second, with the fitted line"
        ),
        kind: FigureKind::Scatter(scatter(
            output,
            request,
            [&xs, &ys],
            names,
            marked.collect(),
        )),
    }
}

fn scatter(
    output: &CrossStudyOutput,
    request: &FigureRequest,
    [xs, ys]: [&[f32]; 2],
    names: impl Fn(usize) -> String,
    marked: Vec<MarkedPoint>,
) -> Scatter {
    let equal_units = same_units(output);
    let wide = |values: &[f32]| -> Vec<f64> { values.iter().map(|&v| f64::from(v)).collect() };
    let x = axis_over(&axis_label(output, 0), wide(xs).into_iter());
    let y = axis_over(&axis_label(output, 1), wide(ys).into_iter());
    let (x, y) = (zoomed(x, request, [0, 1]), zoomed(y, request, [2, 3]));
    let (points, raster) = points_or_raster(xs, ys, names, [&x, &y], request);
    Scatter {
        arrows: Vec::new(),
        x_marks: Vec::new(),
        lines: lines(xs, ys, equal_units),
        x,
        y,
        equal_units,
        points,
        raster,
        marked,
        coloring: None,
    }
}

/// The profiles by how far their means lie apart, farthest first; ties to the earlier one.
fn by_mean_shift(output: &CrossStudyOutput) -> Vec<usize> {
    let shift = |at: usize| output.profiles[at].mean_shift().abs();
    let known = |&at: &usize| !output.profiles[at].mean_shift().is_nan();
    let mut order: Vec<usize> = (0..output.profiles.len()).filter(known).collect();
    order.sort_by(|&a, &b| shift(b).total_cmp(&shift(a)));
    order
}

fn top_shift_figure(output: &CrossStudyOutput) -> Figure {
    let mut order = by_mean_shift(output);
    order.truncate(N_TOP_SHIFTS);
    let box_in =
        |at: usize, side: usize| box_of(values_of(output, at, side).into_iter().map(f64::from));
    let groups: Vec<BoxGroup> = order
        .into_iter()
        .map(|at| BoxGroup {
            name: output.profiles[at].name.clone(),
            boxes: vec![box_in(at, 0), box_in(at, 1)],
        })
        .collect();
    let boxes = groups.iter().flat_map(|group| group.boxes.iter().flatten());
    let ends = boxes.flat_map(|found: &BoxStatistics| [found.low, found.high]);
    let y = axis_over(&output.inputs[0].data.value_label, ends);
    let (profile_word, point_word) = output.words();
    Figure {
        name: "top_shift".into(),
        title: "Largest shifts of the mean".into(),
        subtitle: format!(
            "{} of {} {profile_word}s by |mean shift|, boxes over {} common {point_word}s, whiskers 5 to 95 %",
            groups.len(),
            output.profiles.len(),
            output.pairing.points.len()
        ),
        alternative: format!(
            "Box plots of both sets for {} {profile_word}s; the largest shift is {}",
            groups.len(),
            groups.first().map_or("none", |group| &group.name)
        ),
        kind: FigureKind::Boxes(Boxes {
            x_label: if profile_word == "gene" {
                "Gene"
            } else {
                "Sample"
            }
            .into(),
            y,
            shows: BoxesShow::Percentiles,
            series: output.sets.iter().map(|set| set.label.clone()).collect(),
            groups,
            marks: vec![Guide {
                at: 0.0,
                label: String::new(),
                dashed: true,
            }],
        }),
    }
}
