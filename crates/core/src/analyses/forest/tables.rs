//! The tables of `forest`.

use super::{
    Learned,
    labelling::{joined, names_of},
};
use crate::table::{NumberFormat, Table};

/// Bins of probabilities of the calibration.
pub const N_CALIBRATION_BINS: usize = 10;

pub fn tables(output: &Learned) -> Vec<Table> {
    let mut tables = vec![scores(output), labels(output)];
    if output.labelling.labels.is_single {
        tables.push(confusion(output));
    }
    tables.extend([
        importance(output),
        predictions(output),
        thresholds(output),
        calibration(output),
        curve(output),
    ]);
    if !output.chance.shuffled.is_empty() {
        tables.push(shuffled(output));
    }
    tables
}

/// Cells of a column of counts.
fn counts(values: impl Iterator<Item = usize>) -> Vec<Option<i64>> {
    values.map(|value| Some(value as i64)).collect()
}

fn scores(output: &Learned) -> Table {
    let judgement = &output.judgement;
    let names = [
        "accuracy",
        "balanced_accuracy",
        "macro_f1",
        "micro_f1",
        "samples_f1",
    ];
    let end = |at: usize| {
        judgement.intervals[..names.len()]
            .iter()
            .map(|one| one[at])
            .collect()
    };
    let first = |scores| super::judge::listed(scores)[..names.len()].to_vec();
    let fixed = NumberFormat::Fixed(3);
    Table::new("scores", "Scores")
        .text("score", "Score", names.map(String::from).to_vec())
        .number("value", "Value", fixed, first(&judgement.scores))
        .number("low", "95 % from", fixed, end(0))
        .number("high", "95 % to", fixed, end(1))
        .number(
            "majority",
            "Most frequent label",
            fixed,
            first(&judgement.majority),
        )
}

fn labels(output: &Learned) -> Table {
    let (judgement, labels) = (&output.judgement, &output.labelling.labels);
    let of_labels = &judgement.scores.labels;
    let f1_end = |end: usize| {
        let at = |label: usize| judgement.intervals[5 + 3 * label + 2][end];
        (0..of_labels.len()).map(at).collect()
    };
    let majority = judgement.majority.labels.iter();
    let support = of_labels.iter().map(|label| label.support as usize);
    let all = labels.support();
    let small = all.iter().map(|&n| {
        if n < output.parameters.min_label {
            "yes"
        } else {
            ""
        }
    });
    let fixed = NumberFormat::Fixed(3);
    Table::new("labels", "Labels")
        .text("label", "Label", labels.names.clone())
        .integer("support", "Samples", counts(support))
        .number(
            "precision",
            "Precision",
            fixed,
            of_labels.iter().map(|one| one.precision).collect(),
        )
        .number(
            "recall",
            "Recall",
            fixed,
            of_labels.iter().map(|one| one.recall).collect(),
        )
        .number(
            "f1",
            "F1",
            fixed,
            of_labels.iter().map(|one| one.f1).collect(),
        )
        .number("auc", "Area under curve", fixed, judgement.auc.clone())
        .number(
            "threshold",
            "Best threshold",
            fixed,
            output.judged.thresholds.clone(),
        )
        .number(
            "f1_majority",
            "F1, most frequent label",
            fixed,
            majority.map(|one| one.f1).collect(),
        )
        .number("f1_low", "F1, 95 % from", fixed, f1_end(0))
        .number("f1_high", "F1, 95 % to", fixed, f1_end(1))
        .number(
            "average_precision",
            "Average precision",
            fixed,
            judgement.average_precision.clone(),
        )
        .text("small", "Small", small.map(String::from).collect())
}

/// Samples by their label (rows) and what they are called (columns).
pub fn confusion_counts(output: &Learned) -> Vec<Vec<usize>> {
    let n_labels = output.labelling.labels.n_labels();
    let mut confusion = vec![vec![0; n_labels]; n_labels];
    for (at, called) in output.judged.called.iter().enumerate() {
        for &own in output.judgement.labels.of(at) {
            for &called in called {
                confusion[own as usize][called as usize] += 1;
            }
        }
    }
    confusion
}

fn confusion(output: &Learned) -> Table {
    let names = &output.labelling.labels.names;
    let rows = confusion_counts(output);
    let start = Table::new("confusion", "Confusion").text(
        "true\\predicted",
        "Label \\ called",
        names.clone(),
    );
    names.iter().enumerate().fold(start, |table, (at, name)| {
        table.integer(name, name, counts(rows.iter().map(|row| row[at])))
    })
}

fn importance(output: &Learned) -> Table {
    let genes = &output.importance;
    let column = |of: &dyn Fn(&super::importance::GeneImportance) -> f64| {
        genes.iter().map(of).collect::<Vec<f64>>()
    };
    let names = genes.iter().map(|one| output.data.genes[one.gene].clone());
    let groups = genes.iter().map(|one| one.group.map(|group| group as i64));
    let general = NumberFormat::General;
    Table::new("importance", "Importance")
        .text("gene", "Gene", names.collect())
        .number(
            "impurity",
            "By impurity",
            general,
            column(&|one| one.impurity),
        )
        .number(
            "permutation",
            "By permutation",
            general,
            column(&|one| one.permutation),
        )
        .integer("group", "Correlated group", groups.collect())
        .number(
            "group_permutation",
            "By permutation of the group",
            general,
            column(&|one| one.group_permutation),
        )
}

/// Samples tested, then samples predicted.
fn predictions(output: &Learned) -> Table {
    let (judged, labels) = (&output.judged, &output.labelling.labels);
    let n_labels = labels.n_labels();
    let unlabelled = &output.labelling.unlabelled;
    let tested = judged
        .samples
        .iter()
        .map(|&at| output.labelling.labelled[at]);
    let names = tested.chain(unlabelled.iter().copied());
    let names = names.map(|sample| output.data.samples[sample].clone());
    let own = (0..judged.samples.len()).map(|at| names_of(labels, output.judgement.labels.of(at)));
    let thresholds = &judged.thresholds;
    let rows: Vec<&[f64]> = judged
        .probabilities
        .chunks(n_labels)
        .chain(output.predicted.probabilities.chunks(n_labels))
        .collect();
    let new = rows[judged.samples.len()..].iter();
    let new = new.map(|row| super::judge::call(row, labels.is_single, thresholds));
    let called: Vec<Vec<u32>> = judged.called.iter().cloned().chain(new).collect();
    let n_new = unlabelled.len();
    let folds = (0..judged.samples.len()).map(|at| judged.folds.get(at).map(|&fold| fold as i64));
    let table = predictions_of(
        names.collect(),
        own.chain(vec![String::new(); n_new]).collect(),
        folds.chain(vec![None; n_new]).collect(),
        &labels.names,
        &rows,
        &called,
    );
    with_nearest(output, table)
}

/// Samples with the labels they have, what they are called, where they were tested, and the
/// probability of each label.
pub fn predictions_of(
    samples: Vec<String>,
    own: Vec<String>,
    folds: Vec<Option<i64>>,
    labels: &[String],
    rows: &[&[f64]],
    called: &[Vec<u32>],
) -> Table {
    let top = |row: &&[f64]| row.iter().copied().fold(f64::NAN, f64::max);
    let fixed = NumberFormat::Fixed(3);
    let start = Table::new("predictions", "Predictions")
        .text("sample", "Sample", samples)
        .text("true", "Label", own)
        .text(
            "predicted",
            "Called",
            called.iter().map(|of| joined(labels, of)).collect(),
        )
        .number(
            "probability",
            "Highest probability",
            fixed,
            rows.iter().map(top).collect(),
        )
        .integer("fold", "Part", folds);
    labels
        .iter()
        .enumerate()
        .fold(start, |table, (label, name)| {
            let of = rows.iter().map(|row| row[label]).collect();
            table.number(name, name, fixed, of)
        })
}

/// Adds what samples without a label resemble, where there are any.
fn with_nearest(output: &Learned, table: Table) -> Table {
    let nearest = &output.predicted.nearest;
    if nearest.is_empty() {
        return table;
    }
    let n_tested = output.judged.samples.len();
    let words = |of: &dyn Fn(&super::alike::Nearest) -> String| {
        let empty = vec![String::new(); n_tested].into_iter();
        empty.chain(nearest.iter().map(of)).collect::<Vec<String>>()
    };
    let r = vec![f64::NAN; n_tested]
        .into_iter()
        .chain(nearest.iter().map(|one| one.r));
    let name = |one: &super::alike::Nearest| output.data.samples[one.sample].clone();
    let unlike = |one: &super::alike::Nearest| {
        let word = if one.is_unlike { "yes" } else { "" };
        word.to_owned()
    };
    let (labels, labelled) = (&output.labelling.labels, &output.labelling.labelled);
    let label = |one: &super::alike::Nearest| {
        let place = labelled.binary_search(&one.sample);
        place.map_or_else(|_| String::new(), |at| names_of(labels, labels.of(at)))
    };
    table
        .text("nearest", "Most alike labelled sample", words(&name))
        .text("nearest_label", "Its label", words(&label))
        .number(
            "similarity",
            "Its correlation",
            NumberFormat::Fixed(3),
            r.collect(),
        )
        .text(
            "unlike_training",
            "Unlike all labelled samples",
            words(&unlike),
        )
}

/// What each threshold would call, by label: the points of the curves.
fn thresholds(output: &Learned) -> Table {
    let labels = &output.labelling.labels;
    let (mut names, mut columns) = (Vec::new(), [const { Vec::new() }; 4]);
    for (label, curve) in output.judgement.curves.iter().enumerate() {
        let Some(&all) = curve.last() else { continue };
        for point in curve {
            names.push(labels.names[label].clone());
            let called = (point.n_right + point.n_wrong) as f64;
            let values = [
                point.threshold,
                point.n_right as f64 / all.n_right as f64,
                point.n_wrong as f64 / all.n_wrong as f64,
                point.n_right as f64 / called,
            ];
            for (column, value) in columns.iter_mut().zip(values) {
                column.push(value);
            }
        }
    }
    let fixed = NumberFormat::Fixed(3);
    let [threshold, right, wrong, precision] = columns;
    Table::new("thresholds", "Thresholds")
        .text("label", "Label", names)
        .number("threshold", "Probability from", fixed, threshold)
        .number("recall", "Recall", fixed, right)
        .number("false_positive_rate", "False positive rate", fixed, wrong)
        .number("precision", "Precision", fixed, precision)
}

/// In each bin of probabilities, their mean, and the share that is right: of the label called, or
/// where samples have several, of all labels. Empty bins are left out.
pub fn calibration_bins(output: &Learned) -> Vec<[f64; 3]> {
    let labels = &output.judgement.labels;
    let n_labels = labels.n_labels();
    let mut bins = vec![[0.0; 3]; N_CALIBRATION_BINS];
    for (at, row) in output.judged.probabilities.chunks(n_labels).enumerate() {
        let called = &output.judged.called[at];
        for (label, &probability) in row.iter().enumerate() {
            if labels.is_single && !called.contains(&(label as u32)) {
                continue;
            }
            let bin = (probability * N_CALIBRATION_BINS as f64) as usize;
            let bin = &mut bins[bin.min(N_CALIBRATION_BINS - 1)];
            bin[0] += 1.0;
            bin[1] += probability;
            bin[2] += f64::from(u8::from(labels.has(at, label)));
        }
    }
    let held = bins.into_iter().filter(|bin| bin[0] > 0.0);
    held.map(|[n, sum, right]| [n, sum / n, right / n])
        .collect()
}

fn calibration(output: &Learned) -> Table {
    let bins = calibration_bins(output);
    let column = |at: usize| bins.iter().map(|bin| bin[at]).collect::<Vec<f64>>();
    let names = bins
        .iter()
        .map(|bin| format!("{:.1}", (bin[1] * 10.0).floor() / 10.0));
    Table::new("calibration", "Calibration")
        .text("from", "Probability from", names.collect())
        .integer("n", "Calls", counts(bins.iter().map(|bin| bin[0] as usize)))
        .number(
            "mean_probability",
            "Mean probability",
            NumberFormat::Fixed(3),
            column(1),
        )
        .number(
            "share_right",
            "Share right",
            NumberFormat::Fixed(3),
            column(2),
        )
}

fn curve(output: &Learned) -> Table {
    let trees = output.curve.iter().map(|&(n, _)| n.to_string()).collect();
    let values = output.curve.iter().map(|&(_, value)| value).collect();
    Table::new("curve", "Trees")
        .text("trees", "Trees", trees)
        .number(
            "rightness",
            output.rightness_label(),
            NumberFormat::Fixed(3),
            values,
        )
}

fn shuffled(output: &Learned) -> Table {
    let runs = (1..=output.chance.shuffled.len()).map(|run| run.to_string());
    Table::new("shuffled", "Shuffled labels")
        .text("run", "Run", runs.collect())
        .number(
            "rightness",
            output.rightness_label(),
            NumberFormat::Fixed(3),
            output.chance.shuffled.clone(),
        )
}
