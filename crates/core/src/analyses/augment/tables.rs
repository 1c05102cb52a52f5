//! The tables of `augment`.

use super::{Arm, ArmScores, AugmentOutput, Comparison, Quality};
use crate::{
    stats::augmentation::LossPoint,
    table::{NumberFormat, Table},
};

/// Comparisons, scores of every split, quality of made samples, losses.
pub fn all(output: &AugmentOutput) -> Vec<Table> {
    vec![
        comparison_table(output),
        arms_table(output),
        quality_table(output),
        losses_table(output),
    ]
}

fn arms_table(output: &AugmentOutput) -> Table {
    let of_splits = output.splits.iter().enumerate();
    let rows: Vec<(Arm, usize, &ArmScores)> = of_splits
        .flat_map(|(at, split)| {
            Arm::ALL
                .into_iter()
                .zip(&split.scores)
                .map(move |(arm, scores)| (arm, at + 1, scores))
        })
        .collect();
    let number = |of: fn(&ArmScores) -> f64| rows.iter().map(|row| of(row.2)).collect();
    let repeats = rows.iter().map(|row| Some(row.1 as i64)).collect();
    let format = NumberFormat::Fixed(3);
    Table::new("arms", "Ways")
        .text(
            "arm",
            "Way",
            rows.iter().map(|row| row.0.name().into()).collect(),
        )
        .integer("repeat", "Repeat", repeats)
        .number("rare_f1", "F1, rare label", format, number(|of| of.rare_f1))
        .number(
            "rare_auc",
            "AUC, rare label",
            format,
            number(|of| of.rare_auc),
        )
        .number("macro_f1", "Macro F1", format, number(|of| of.macro_f1))
        .number(
            "rare_precision",
            "Precision, rare label",
            format,
            number(|of| of.rare_precision),
        )
        .number(
            "rare_recall",
            "Recall, rare label",
            format,
            number(|of| of.rare_recall),
        )
        .number(
            "rare_average_precision",
            "Average precision, rare label",
            format,
            number(|of| of.rare_average_precision),
        )
        .number(
            "other_f1",
            "F1, other labels",
            format,
            number(|of| of.other_f1),
        )
}

fn comparison_table(output: &AugmentOutput) -> Table {
    let rows = &output.comparisons;
    let number = |of: fn(&Comparison) -> f64| rows.iter().map(of).collect();
    let count =
        |of: fn(&Comparison) -> usize| rows.iter().map(|row| Some(of(row) as i64)).collect();
    let format = NumberFormat::Fixed(3);
    Table::new("comparison", "Comparison")
        .text(
            "arm",
            "Way",
            rows.iter().map(|row| row.arm.name().into()).collect(),
        )
        .text(
            "baseline",
            "Against",
            rows.iter().map(|row| row.baseline.name().into()).collect(),
        )
        .number(
            "difference",
            "Difference of F1",
            format,
            number(|row| row.rare_f1.difference),
        )
        .number("low", "Low", format, number(|row| row.rare_f1.low))
        .number("high", "High", format, number(|row| row.rare_f1.high))
        .integer("wins", "Wins", count(|row| row.wins))
        .integer("losses", "Losses", count(|row| row.losses))
        .number(
            "auc_difference",
            "Difference of AUC",
            format,
            number(|row| row.rare_auc.difference),
        )
        .number(
            "auc_low",
            "Low of AUC",
            format,
            number(|row| row.rare_auc.low),
        )
        .number(
            "auc_high",
            "High of AUC",
            format,
            number(|row| row.rare_auc.high),
        )
        .number(
            "other_f1_difference",
            "Difference of F1, other labels",
            format,
            number(|row| row.other_f1.difference),
        )
        .number(
            "other_f1_low",
            "Low, other labels",
            format,
            number(|row| row.other_f1.low),
        )
        .number(
            "other_f1_high",
            "High, other labels",
            format,
            number(|row| row.other_f1.high),
        )
}

fn quality_table(output: &AugmentOutput) -> Table {
    let names = Arm::MAKING.map(|arm| arm.name().to_owned()).to_vec();
    let mut table = Table::new("quality", "Quality").text("arm", "Way", names);
    let figures: Vec<_> = output.qualities.iter().map(Quality::figures).collect();
    for (at, (name, label)) in Quality::NAMES.into_iter().enumerate() {
        let values = figures.iter().map(|of| of[at]).collect();
        table = table.number(name, label, NumberFormat::Fixed(3), values);
    }
    table
}

/// Of every repeat, and of the GAN that learned from all samples, whose repeat is empty.
fn losses_table(output: &AugmentOutput) -> Table {
    let of_splits = output.splits.iter().enumerate();
    let of_splits = of_splits.map(|(at, split)| (Some(at as i64 + 1), &split.losses));
    let rows: Vec<(Option<i64>, &LossPoint)> = of_splits
        .chain([(None, &output.last_losses)])
        .flat_map(|(repeat, losses)| losses.iter().map(move |point| (repeat, point)))
        .collect();
    let number = |of: fn(&LossPoint) -> f64| rows.iter().map(|row| of(row.1)).collect();
    let steps = rows.iter().map(|row| Some(row.1.step as i64)).collect();
    Table::new("losses", "Losses")
        .integer("repeat", "Repeat", rows.iter().map(|row| row.0).collect())
        .integer("step", "Step", steps)
        .number(
            "critic",
            "Critic",
            NumberFormat::General,
            number(|point| point.critic),
        )
        .number(
            "generator",
            "Generator",
            NumberFormat::General,
            number(|point| point.generator),
        )
        .number(
            "wasserstein",
            "Distance",
            NumberFormat::General,
            number(|point| point.wasserstein),
        )
}
