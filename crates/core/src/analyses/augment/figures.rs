//! The pictures of `augment`: ways over splits, differences, made samples, losses.

use super::{
    Arm, ArmScores, AugmentOutput, Comparison, compare::Interval, figure_of_losses,
    figure_of_samples, output::signed,
};
use crate::{
    analyses::figure_parts::{axis_over, info, unknown_figure},
    error::AnalysisError,
    figure::{
        Axis, BoxGroup, BoxStatistics, Boxes, BoxesShow, Coloring, Figure, FigureInfo, FigureKind,
        FigureRequest, Guide, Lines, Series,
    },
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
        x_names: Vec::new(),
        lines: Vec::new(),
        coloring: None,
    }
}

/// Ways stand at 1, 2, … in the order of tables.
fn arm_axis() -> Axis {
    Axis {
        label: "Way to help".into(),
        low: 0.5,
        high: Arm::ALL.len() as f64 + 0.5,
    }
}

/// An axis over the points of all lines: shares, which are never below 0 or above 1.
fn shares(label: &str, series: &[Series]) -> Axis {
    let points = series.iter().flat_map(|series| &series.points);
    let axis = axis_over(label, points.map(|point| f64::from(point[1])));
    Axis {
        low: axis.low.max(0.0),
        high: axis.high.min(1.0),
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
            x_names: Arm::ALL.iter().map(|arm| arm.label().into()).collect(),
            coloring: Some(Coloring::from_words("", &colors)),
            ..lines(arm_axis(), shares(words.y, &series), series)
        }),
    }
}

/// A bar with its interval for each way against none.
fn differences(output: &AugmentOutput) -> Figure {
    let of_arms = &output.comparisons[..Arm::ALL.len() - 1];
    let n_splits = output.splits.len();
    let group = |of: &Comparison| {
        let Interval {
            difference,
            low,
            high,
        } = of.rare_f1;
        let shown = BoxStatistics {
            low,
            q1: difference,
            median: difference,
            q3: difference,
            high,
            n: n_splits,
        };
        BoxGroup {
            name: of.arm.label().into(),
            boxes: vec![(low.is_finite() && high.is_finite()).then_some(shown)],
        }
    };
    let ends = of_arms
        .iter()
        .flat_map(|of| [of.rare_f1.low, of.rare_f1.high]);
    let y = axis_over("Difference of F1 to no help", ends.chain([0.0]));
    let words: Vec<String> = of_arms
        .iter()
        .map(|of| format!("{} {}", of.arm.label(), signed(of.rare_f1.difference)))
        .collect();
    Figure {
        name: "differences".into(),
        title: "Differences to no help".into(),
        subtitle: format!(
            "F1 of {}, mean of {n_splits} splits with intervals of 95 %",
            output.labelled.rare_name(),
        ),
        alternative: format!("Mean differences with intervals: {}", words.join(", ")),
        kind: FigureKind::Boxes(Boxes {
            x_label: "Way to help".into(),
            y,
            shows: BoxesShow::Intervals,
            series: vec!["difference".into()],
            groups: of_arms.iter().map(group).collect(),
            marks: vec![Guide {
                at: 0.0,
                label: String::new(),
                dashed: true,
            }],
        }),
    }
}
