//! The pictures of `forest`.

use super::{
    Learned,
    curve_figures::{PRECISION_RECALL, ROC, calibration, chance, curves, trees},
    judge::listed,
    tables::confusion_counts,
};
use crate::{
    analyses::figure_parts::{axis_over, cloud, info, unknown_figure, zoomed},
    error::AnalysisError,
    figure::{
        Axis, BoxGroup, BoxStatistics, Boxes, BoxesShow, ColorScale, Figure, FigureInfo,
        FigureKind, FigureRequest, Guide, HeatMap, MarkedPoint, Scatter, heat_map_raster,
    },
    matrix::Matrix,
};

/// Genes named in the scatter, and genes whose values by label are shown.
const N_NAMED: usize = 10;
const N_TOP: usize = 20;
/// Samples whose probabilities are shown at once, and of how many at most as numbers too: rows of
/// more are lower than words.
const MAX_PREDICTED: usize = 200;
const MAX_WRITTEN: usize = 50;
/// Standard deviations at which colors end.
const MAX_SCORE: f64 = 2.0;

pub fn infos(output: &Learned) -> Vec<FigureInfo> {
    let mut infos = Vec::new();
    if output.labelling.labels.is_single {
        infos.push(info("confusion", "Labels and calls", false, &[]));
    }
    infos.push(info(
        "labels",
        "Scores of labels",
        false,
        &["f1", "precision", "recall"],
    ));
    infos.push(info("roc", "Receiver operating characteristic", false, &[]));
    infos.push(info("precision_recall", "Precision and recall", false, &[]));
    infos.push(info("importance", "Importance of genes", false, &[]));
    infos.push(info(
        "top_genes",
        "Most important genes by label",
        false,
        &[],
    ));
    if !output.labelling.unlabelled.is_empty() {
        infos.push(predicted_info());
    }
    infos.push(info("calibration", "Calibration", false, &[]));
    infos.push(info("trees", "More trees", false, &[]));
    if !output.chance.shuffled.is_empty() {
        infos.push(info("chance", "What chance gives", false, &[]));
    }
    infos
}

pub fn figure(output: &Learned, request: &FigureRequest) -> Result<Figure, AnalysisError> {
    let infos = infos(output);
    let known = infos.iter().find(|info| info.name == request.name);
    let Some(info) = known else {
        return Err(unknown_figure(&request.name, &infos));
    };
    let (kind, alternative) = match request.name.as_str() {
        "confusion" => confusion(output),
        "labels" => label_scores(output, request)?,
        "roc" => curves(output, &ROC),
        "precision_recall" => curves(output, &PRECISION_RECALL),
        "importance" => importance(output, request),
        "top_genes" => top_genes(output),
        "predicted" => predicted(output),
        "calibration" => calibration(output),
        "trees" => trees(output),
        _ => chance(output),
    };
    Ok(Figure {
        name: info.name.clone(),
        title: info.title.clone(),
        subtitle: subtitle(output, &info.name),
        alternative,
        kind,
    })
}

/// What the picture is of: samples tested, learned from, or predicted.
fn subtitle(output: &Learned, name: &str) -> String {
    let (labels, n_tested) = (&output.labelling.labels, output.judged.samples.len());
    let samples = match name {
        "predicted" => format!("{} samples predicted", output.labelling.unlabelled.len()),
        "top_genes" | "trees" | "chance" | "importance" => {
            format!("{} samples with a label", labels.n_samples())
        }
        _ => format!(
            "{n_tested} samples tested {}",
            output.parameters.evaluate.label()
        ),
    };
    format!(
        "{}: {}, {samples}",
        output.input_name, output.labelling.source
    )
}

/// An axis from 0 to 1.
pub fn share_axis(label: &str) -> Axis {
    Axis {
        label: label.into(),
        low: 0.0,
        high: 1.0,
    }
}

/// Cells by rows and columns in the colors of `scale`, with words.
fn heat_map(
    rows: Vec<String>,
    columns: Vec<String>,
    cells: Vec<f32>,
    scale: ColorScale,
    cell_texts: Vec<String>,
) -> FigureKind {
    let size = [columns.len(), rows.len()].map(|n| n as u32);
    let matrix = Matrix::from_rows(rows.len(), columns.len(), cells);
    FigureKind::HeatMap(HeatMap {
        raster: heat_map_raster(&matrix, &scale, size[0], size[1]),
        rows,
        columns,
        scale,
        cell_texts,
        ..HeatMap::default()
    })
}

fn shares(label: &str) -> ColorScale {
    ColorScale {
        label: label.into(),
        low: 0.0,
        high: 1.0,
        diverging: false,
    }
}

fn confusion(output: &Learned) -> (FigureKind, String) {
    let names = &output.labelling.labels.names;
    let counts = confusion_counts(output);
    let cells = counts.iter().flat_map(|row| {
        let n: usize = row.iter().sum();
        row.iter().map(move |&count| count as f32 / n as f32)
    });
    let texts = counts.iter().flatten().map(|count| match count {
        0 => String::new(),
        n => n.to_string(),
    });
    let wrong = (0..names.len())
        .flat_map(|own| (0..names.len()).map(move |called| (own, called)))
        .filter(|(own, called)| own != called)
        .fold((0, 0, 0), |most, (own, called)| {
            let n = counts[own][called];
            if n > most.0 { (n, own, called) } else { most }
        });
    let alternative = match wrong {
        (0, ..) => "Heat map of labels by calls; every call is right".into(),
        (n, own, called) => format!(
            "Heat map of labels by calls; the most frequent mistake is to call {} {}, {n} times",
            names[own], names[called]
        ),
    };
    let scale = shares("Row: label, column: call; share of the row");
    let kind = heat_map(
        names.clone(),
        names.clone(),
        cells.collect(),
        scale,
        texts.collect(),
    );
    (kind, alternative)
}

fn label_scores(
    output: &Learned,
    request: &FigureRequest,
) -> Result<(FigureKind, String), AnalysisError> {
    let (label, at) = match request.statistic.as_deref() {
        None | Some("f1") => ("F1", 2),
        Some("precision") => ("Precision", 0),
        Some("recall") => ("Recall", 1),
        Some(other) => {
            return Err(AnalysisError::Input {
                message: format!("there is no score {other:?}, expected f1, precision or recall"),
            });
        }
    };
    let judgement = &output.judgement;
    let values = listed(&judgement.scores);
    let group = |(place, name): (usize, &String)| {
        let place_of_score = 5 + 3 * place + at;
        let [low, high] = judgement.intervals[place_of_score];
        let value = values[place_of_score];
        BoxGroup {
            name: name.clone(),
            boxes: vec![Some(BoxStatistics {
                low,
                q1: value,
                median: value,
                q3: value,
                high,
                n: judgement.scores.labels[place].support as usize,
            })],
        }
    };
    let names = &output.labelling.labels.names;
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|&a, &b| values[5 + 3 * a + at].total_cmp(&values[5 + 3 * b + at]));
    let lowest = order
        .first()
        .map_or(String::new(), |&place| names[place].clone());
    // What the most frequent label for every sample would reach.
    let baseline = listed(&judgement.majority);
    let of_labels = (0..names.len()).map(|place| baseline[5 + 3 * place + at]);
    let majority = of_labels.sum::<f64>() / names.len() as f64;
    let kind = FigureKind::Boxes(Boxes {
        x_label: "Label".into(),
        y: share_axis(&format!(
            "{label}; lines: 95 %; dashed: most frequent label"
        )),
        shows: BoxesShow::Intervals,
        series: vec![label.into()],
        groups: names.iter().enumerate().map(group).collect(),
        marks: vec![Guide {
            at: majority,
            // Words would lie on the first bar: the axis says it.
            label: String::new(),
            dashed: true,
        }],
    });
    Ok((
        kind,
        format!(
            "Bars of {label} by label with intervals; lowest is {lowest}, and the mean of calling everything the most frequent label is {majority:.3}"
        ),
    ))
}

fn importance(output: &Learned, request: &FigureRequest) -> (FigureKind, String) {
    let genes = &output.importance;
    let xs: Vec<f32> = genes.iter().map(|gene| gene.impurity as f32).collect();
    let ys: Vec<f32> = genes.iter().map(|gene| gene.permutation as f32).collect();
    let axis = |label: &str, values: &[f32]| axis_over(label, values.iter().map(|&v| f64::from(v)));
    let x = zoomed(axis("Share of the fall of impurity", &xs), request, [0, 1]);
    let y = zoomed(axis("Fall of accuracy when permuted", &ys), request, [2, 3]);
    let name = |at: usize| output.data.genes[genes[at].gene].clone();
    let cloud = cloud([&xs, &ys], name, [&x, &y], request, None);
    let marked: Vec<MarkedPoint> = output
        .top_genes(N_NAMED)
        .enumerate()
        .map(|(at, _)| MarkedPoint {
            x: f64::from(xs[at]),
            y: f64::from(ys[at]),
            name: name(at),
        })
        .collect();
    let named: Vec<&str> = marked
        .iter()
        .take(3)
        .map(|point| point.name.as_str())
        .collect();
    let alternative = format!(
        "Scatter of the importance of {} genes by permutation against that by impurity; first by impurity are {}",
        genes.len(),
        named.join(", ")
    );
    let kind = FigureKind::Scatter(Scatter {
        arrows: Vec::new(),
        x_marks: Vec::new(),
        x,
        y,
        equal_units: false,
        points: cloud.points,
        raster: cloud.raster,
        lines: Vec::new(),
        marked,
        coloring: None,
    });
    (kind, alternative)
}

/// Mean z-score of the most important genes in the samples of each label.
fn top_genes(output: &Learned) -> (FigureKind, String) {
    let labels = &output.labelling.labels;
    let top: Vec<usize> = output.top_genes(N_TOP).map(|gene| gene.gene).collect();
    let mut cells = Vec::with_capacity(top.len() * labels.n_labels());
    for &gene in &top {
        let row = output.data.matrix.row(gene);
        let values: Vec<f64> = output
            .labelling
            .labelled
            .iter()
            .map(|&sample| f64::from(row[sample]))
            .collect();
        cells.extend(mean_scores(
            &values,
            |sample, label| labels.has(sample, label),
            labels.n_labels(),
        ));
    }
    let names: Vec<String> = top
        .iter()
        .map(|&gene| output.data.genes[gene].clone())
        .collect();
    let alternative = format!(
        "Heat map of {} genes by {} labels; the first is {}",
        names.len(),
        labels.n_labels(),
        names.first().map_or("", String::as_str)
    );
    let scale = ColorScale {
        label: "Mean z-score of the label".into(),
        low: -MAX_SCORE,
        high: MAX_SCORE,
        diverging: true,
    };
    let kind = heat_map(names, labels.names.clone(), cells, scale, Vec::new());
    (kind, alternative)
}

/// By label, how many standard deviations its samples' mean is from that of all.
fn mean_scores(values: &[f64], has: impl Fn(usize, usize) -> bool, n_labels: usize) -> Vec<f32> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let deviation = (squares / (n - 1.0)).sqrt();
    let of_label = |label: usize| {
        let own: Vec<f64> = (0..values.len())
            .filter(|&sample| has(sample, label))
            .map(|sample| values[sample])
            .collect();
        let middle = own.iter().sum::<f64>() / own.len() as f64;
        ((middle - mean) / deviation) as f32
    };
    (0..n_labels).map(of_label).collect()
}

fn predicted(output: &Learned) -> (FigureKind, String) {
    let samples = output.labelling.unlabelled.iter();
    let names: Vec<String> = samples
        .map(|&sample| output.data.samples[sample].clone())
        .collect();
    predicted_map(
        &names,
        &output.labelling.labels.names,
        &output.predicted.probabilities,
    )
}

/// The picture of [`predicted_map`].
pub fn predicted_info() -> FigureInfo {
    info("predicted", "Samples without a label", false, &[])
}

/// Probabilities of the labels for the first samples.
pub fn predicted_map(
    samples: &[String],
    labels: &[String],
    probabilities: &[f64],
) -> (FigureKind, String) {
    let rows: Vec<String> = samples.iter().take(MAX_PREDICTED).cloned().collect();
    let shown = &probabilities[..rows.len() * labels.len()];
    let percents = shown.iter().map(|value| match (value * 100.0).round() {
        0.0 => String::new(),
        percent => percent.to_string(),
    });
    let (texts, label) = if rows.len() > MAX_WRITTEN {
        (Vec::new(), "Probability")
    } else {
        (percents.collect(), "Probability; numbers in per cent")
    };
    let cells = shown.iter().map(|&value| value as f32).collect();
    let alternative = format!(
        "Heat map of the probabilities of {} labels for {} of {} samples without a label",
        labels.len(),
        rows.len(),
        samples.len()
    );
    let kind = heat_map(rows, labels.to_vec(), cells, shares(label), texts);
    (kind, alternative)
}
