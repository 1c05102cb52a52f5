//! The pictures of `augment`: ways over splits, differences, made samples, losses.

use super::{Arm, ArmScores, AugmentOutput};
use crate::{
    analyses::{
        figure_parts::{axis_over, info, unknown_figure},
        sample_map::{Coordinates, map},
    },
    error::AnalysisError,
    figure::{Axis, Coloring, Figure, FigureInfo, FigureKind, FigureRequest, Guide, Lines, Series},
    matrix::Matrix,
    stats::augmentation::LossPoint,
};

pub fn infos() -> Vec<FigureInfo> {
    let ways = Arm::MAKING.map(Arm::label);
    vec![
        info("arms", "F1 of the rare label", false, &[]),
        info("differences", "Differences to doing nothing", false, &[]),
        info("samples", "Real and synthetic samples", false, &ways),
        info("arms_auc", "AUC of the rare label", false, &[]),
        info("arms_macro_f1", "F1 of all labels", false, &[]),
        info("losses", "How the GAN learned", false, &[]),
    ]
}

pub fn figure(output: &AugmentOutput, request: &FigureRequest) -> Result<Figure, AnalysisError> {
    let arms = |title, y, of: fn(&ArmScores) -> f64| Ok(arms(output, request, title, y, of));
    match request.name.as_str() {
        "arms" => arms("F1 of the rare label", "F1", |scores| scores.rare_f1),
        "arms_auc" => arms("AUC of the rare label", "AUC", |scores| scores.rare_auc),
        "arms_macro_f1" => arms("F1 of all labels", "Mean F1", |scores| scores.macro_f1),
        "differences" => Ok(differences(output)),
        "samples" => Ok(samples(output, request)),
        "losses" => Ok(losses(output)),
        other => Err(unknown_figure(other, &infos())),
    }
}

fn lines(x: Axis, y: Axis, series: Vec<Series>) -> Lines {
    Lines {
        x,
        y,
        equal_units: false,
        series,
        with_points: false,
        x_marks: Vec::new(),
        y_marks: Vec::new(),
        lines: Vec::new(),
        coloring: None,
    }
}

/// An upright line with a name for each way.
fn arm_marks(arms: &[Arm]) -> Vec<Guide> {
    let mark = |(at, arm): (usize, &Arm)| Guide {
        at: at as f64 + 1.0,
        label: arm.label().into(),
        dashed: true,
    };
    arms.iter().enumerate().map(mark).collect()
}

fn arm_axis(n_arms: usize) -> Axis {
    Axis {
        label: "Way to help".into(),
        low: 0.5,
        high: n_arms as f64 + 0.5,
    }
}

/// A line for each split, over the ways.
fn arms(
    output: &AugmentOutput,
    request: &FigureRequest,
    title: &str,
    y: &str,
    of: fn(&ArmScores) -> f64,
) -> Figure {
    let points = |scores: &[ArmScores]| -> Vec<[f32; 2]> {
        let placed = scores
            .iter()
            .map(of)
            .enumerate()
            .filter(|(_, y)| y.is_finite());
        placed.map(|(at, y)| [at as f32 + 1.0, y as f32]).collect()
    };
    let splits = output.splits.iter().enumerate();
    let series = splits.map(|(at, split)| Series {
        name: format!("split {}", at + 1),
        points: points(&split.scores),
    });
    let series: Vec<Series> = series.collect();
    let values = series.iter().flat_map(|series| &series.points);
    let y = axis_over(y, values.map(|point| f64::from(point[1])));
    let means = Arm::ALL.map(|arm| {
        let all = output
            .splits
            .iter()
            .map(|split| of(&split.scores[arm.place()]));
        let all: Vec<f64> = all.filter(|value| value.is_finite()).collect();
        format!(
            "{} {:.3}",
            arm.label(),
            all.iter().sum::<f64>() / all.len() as f64
        )
    });
    let n = output.splits.len();
    // In one color: which split it is says nothing, that it is the same one does.
    let names = vec!["split"; n];
    Figure {
        name: request.name.clone(),
        title: title.into(),
        subtitle: format!(
            "{} of {}, {n} splits, a line each; real samples held out",
            output.labelled.rare_name(),
            output.input_name
        ),
        alternative: format!(
            "Lines of {n} splits over ways to help; means: {}",
            means.join(", ")
        ),
        kind: FigureKind::Lines(Lines {
            with_points: true,
            x_marks: arm_marks(&Arm::ALL),
            coloring: Some(Coloring::from_words("", &names)),
            ..lines(arm_axis(Arm::ALL.len()), y, series)
        }),
    }
}

/// An upright line from one end of the interval to the other, for each way against none.
fn differences(output: &AugmentOutput) -> Figure {
    let arms = &Arm::ALL[1..];
    let of_arms = &output.comparisons[..arms.len()];
    let series = of_arms.iter().enumerate().map(|(at, of)| {
        let ends = [of.rare_f1.low, of.rare_f1.difference, of.rare_f1.high];
        let ends = ends.into_iter().filter(|y| y.is_finite());
        Series {
            name: of.arm.label().into(),
            points: ends.map(|y| [at as f32 + 1.0, y as f32]).collect(),
        }
    });
    let series: Vec<Series> = series.collect();
    let values = series.iter().flat_map(|series| &series.points);
    let values = values.map(|point| f64::from(point[1])).chain([0.0]);
    let y = axis_over("Difference of F1 to doing nothing", values);
    let words: Vec<String> = of_arms
        .iter()
        .map(|of| format!("{} {:+.3}", of.arm.label(), of.rare_f1.difference))
        .collect();
    Figure {
        name: "differences".into(),
        title: "Differences to doing nothing".into(),
        subtitle: format!(
            "F1 of {}, mean of {} splits with intervals of 95 %",
            output.labelled.rare_name(),
            output.splits.len()
        ),
        alternative: format!("Mean differences with intervals: {}", words.join(", ")),
        kind: FigureKind::Lines(Lines {
            with_points: true,
            x_marks: arm_marks(arms),
            y_marks: vec![Guide {
                at: 0.0,
                label: String::new(),
                dashed: true,
            }],
            ..lines(arm_axis(arms.len()), y, series)
        }),
    }
}

/// Real samples and those made, along the first two components of the real ones.
fn samples(output: &AugmentOutput, request: &FigureRequest) -> Figure {
    let chosen = output.parameters.how.arm();
    let asked = |arm: &Arm| request.statistic.as_deref() == Some(arm.label());
    let of_way = |arm: Arm| Arm::MAKING.iter().position(|&making| making == arm);
    let asked = Arm::MAKING.into_iter().find(asked).unwrap_or(chosen);
    let at = of_way(asked).unwrap_or(Arm::MAKING.len() - 1);
    let (real, made) = (&output.shown.real, &output.shown.made[at]);
    let (rare, way) = (output.labelled.rare_name(), Arm::MAKING[at].label());
    let labels = &output.labelled.labels;
    let is_rare = |sample: usize| labels.has(sample, output.labelled.rare);
    let of_rare = format!("{rare}, real");
    let of_made = format!("{rare}, {way}");
    let words: Vec<&str> = (0..real.n_rows())
        .map(|sample| {
            if is_rare(sample) {
                of_rare.as_str()
            } else {
                "other labels"
            }
        })
        .chain(vec![of_made.as_str(); made.n_rows()])
        .collect();
    let coordinates: Vec<Vec<f64>> = (0..2).map(|axis| along(real, made, axis)).collect();
    let of = |axis: usize| Coordinates {
        label: format!("PC{}, standard deviations", axis + 1),
        values: &coordinates[axis],
    };
    let data = &output.labelled.data.samples;
    let names = output
        .labelled
        .samples
        .iter()
        .map(|&sample| data[sample].clone());
    let names: Vec<String> = names
        .chain((1..=made.n_rows()).map(|at| format!("{rare} {way} {at}")))
        .collect();
    let coloring = Coloring::from_words("Samples", &words);
    Figure {
        name: "samples".into(),
        title: "Real and synthetic samples".into(),
        subtitle: format!(
            "{}, {} real samples and {} by {way}, components of the real ones",
            output.input_name,
            real.n_rows(),
            made.n_rows()
        ),
        alternative: format!(
            "Scatter of {} real samples and {} made by {way}",
            real.n_rows(),
            made.n_rows()
        ),
        kind: FigureKind::Scatter(map(&of(0), &of(1), &names, request, Some(&coloring))),
    }
}

fn along(real: &Matrix, made: &Matrix, axis: usize) -> Vec<f64> {
    let axis = axis.min(real.n_columns().saturating_sub(1));
    let column = |of: &Matrix| of.column(axis).into_iter().map(f64::from);
    column(real).chain(column(made)).collect()
}

/// The mean over splits, and each split's estimate of the distance.
fn losses(output: &AugmentOutput) -> Figure {
    let mean = |name: &str, of: fn(&LossPoint) -> f64| {
        let n_points = output
            .splits
            .iter()
            .map(|split| split.losses.len())
            .min()
            .unwrap_or(0);
        let n = output.splits.len() as f64;
        let point = |at: usize| {
            let of_splits = output.splits.iter().map(|split| of(&split.losses[at]));
            let step = output.splits[0].losses[at].step;
            [step as f32, (of_splits.sum::<f64>() / n) as f32]
        };
        let points = (0..n_points)
            .map(point)
            .filter(|point| point[1].is_finite());
        Series {
            name: name.into(),
            points: points.collect(),
        }
    };
    let series = vec![
        mean("critic", |point| point.critic),
        mean("generator", |point| point.generator),
        mean("distance", |point| point.wasserstein),
    ];
    let values = series.iter().flat_map(|series| &series.points);
    let y = axis_over("Loss", values.map(|point| f64::from(point[1])));
    let x = Axis {
        label: "Steps of the generator".into(),
        low: 0.0,
        high: output.parameters.gan_steps as f64,
    };
    let n = output.splits.len();
    Figure {
        name: "losses".into(),
        title: "How the GAN learned".into(),
        subtitle: format!(
            "Mean of {n} splits; distance: the critic's estimate of how far made samples are from real ones"
        ),
        alternative: format!(
            "Losses of critic and generator over {} steps",
            output.parameters.gan_steps
        ),
        kind: FigureKind::Lines(lines(x, y, series)),
    }
}
