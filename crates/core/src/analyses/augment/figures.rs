//! The pictures of `augment`: ways over splits, differences, made samples, losses.

use super::{Arm, ArmScores, AugmentOutput, figure_of_losses, figure_of_samples, output::signed};
use crate::{
    analyses::figure_parts::{axis_over, info, unknown_figure},
    error::AnalysisError,
    figure::{Axis, Coloring, Figure, FigureInfo, FigureKind, FigureRequest, Guide, Lines, Series},
};

pub fn infos(output: &AugmentOutput) -> Vec<FigureInfo> {
    let ways = figure_of_samples::ways(output).map(Arm::label);
    vec![
        info("arms", "F1 of the rare label", false, &[]),
        info("differences", "Differences to no help", false, &[]),
        info("samples", "Real and synthetic samples", false, &ways),
        info("arms_auc", "AUC of the rare label", false, &[]),
        info("arms_macro_f1", "F1 of all labels", false, &[]),
        info("losses", "How the GAN learned", false, &[]),
    ]
}

pub fn figure(output: &AugmentOutput, request: &FigureRequest) -> Result<Figure, AnalysisError> {
    let words = |title, y| Words {
        name: &request.name,
        title,
        y,
    };
    match request.name.as_str() {
        "arms" => {
            let words = words("F1 of the rare label", "F1");
            Ok(arms(output, &words, |scores| scores.rare_f1))
        }
        "arms_auc" => {
            let words = words("AUC of the rare label", "AUC");
            Ok(arms(output, &words, |scores| scores.rare_auc))
        }
        "arms_macro_f1" => {
            let words = words("F1 of all labels", "Mean F1");
            Ok(arms(output, &words, |scores| scores.macro_f1))
        }
        "differences" => Ok(differences(output)),
        "samples" => Ok(figure_of_samples::samples(output, request)),
        "losses" => Ok(figure_of_losses::losses(output)),
        other => Err(unknown_figure(other, &infos(output))),
    }
}

struct Words<'a> {
    name: &'a str,
    title: &'a str,
    y: &'a str,
}

/// Lines with nothing besides.
pub fn lines(x: Axis, y: Axis, series: Vec<Series>) -> Lines {
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

/// An upright line with a name for each way, left of its place.
fn arm_marks(arms: &[Arm]) -> Vec<Guide> {
    let mark = |(at, arm): (usize, &Arm)| Guide {
        at: at as f64 + 0.6,
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

/// An axis over the points of all lines, with room for the names of ways above them.
fn below_names(label: &str, series: &[Series]) -> Axis {
    let points = series.iter().flat_map(|series| &series.points);
    let axis = axis_over(label, points.map(|point| f64::from(point[1])));
    Axis {
        high: axis.high + 0.06 * (axis.high - axis.low),
        ..axis
    }
}

/// The same over shares, which are never below 0 or above 1.
fn shares_below_names(label: &str, series: &[Series]) -> Axis {
    let axis = below_names(label, series);
    Axis {
        low: axis.low.max(0.0),
        high: axis.high.min(1.0 + 0.1 * (1.0 - axis.low.max(0.0))),
        ..axis
    }
}

/// A line for each split, over the ways, and one for their mean.
fn arms(output: &AugmentOutput, words: &Words, of: fn(&ArmScores) -> f64) -> Figure {
    let line = |name: &str, values: &mut dyn Iterator<Item = f64>| Series {
        name: name.into(),
        points: values
            .enumerate()
            .filter(|(_, y)| y.is_finite())
            .map(|(at, y)| [at as f32 + 1.0, y as f32])
            .collect(),
    };
    let splits = output.splits.iter().enumerate();
    let mut series: Vec<Series> = splits
        .map(|(at, split)| {
            let name = format!("split {}", at + 1);
            line(&name, &mut split.scores.iter().map(of))
        })
        .collect();
    let means = Arm::ALL.map(|arm| output.mean(arm, of));
    series.push(line("mean", &mut means.into_iter()));
    let n = output.splits.len();
    // Which split it is says nothing, that it is the same one does.
    let mut colors = vec!["split"; n];
    colors.push("mean");
    let means = Arm::ALL.iter().zip(means);
    let means: Vec<String> = means
        .map(|(arm, mean)| format!("{} {mean:.3}", arm.label()))
        .collect();
    Figure {
        name: words.name.into(),
        title: words.title.into(),
        subtitle: format!(
            "{} of {}, a line for each of {n} splits; real samples held out",
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
            coloring: Some(Coloring::from_words("", &colors)),
            ..lines(
                arm_axis(Arm::ALL.len()),
                shares_below_names(words.y, &series),
                series,
            )
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
    let words: Vec<String> = of_arms
        .iter()
        .map(|of| format!("{} {}", of.arm.label(), signed(of.rare_f1.difference)))
        .collect();
    Figure {
        name: "differences".into(),
        title: "Differences to no help".into(),
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
            ..lines(
                arm_axis(arms.len()),
                below_names("Difference of F1 to no help", &series),
                series,
            )
        }),
    }
}
