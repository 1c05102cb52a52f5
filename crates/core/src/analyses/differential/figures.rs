//! The pictures of `differential`: volcano, MA, and the p-values.

use super::{DifferentialOutput, GeneTest, N_SIGNIFICANT_AT};
use crate::{
    analyses::figure_parts::{axis_over, cloud, info, unknown_figure, zoomed},
    error::AnalysisError,
    figure::{
        Axis, Coloring, Figure, FigureInfo, FigureKind, FigureRequest, Histogram, Line,
        MarkedPoint, Scatter,
    },
    stats::overview::histogram_counts,
};

/// Genes named in a scatter.
const N_NAMED: usize = 10;

/// Bins of the p-values.
const N_BINS: usize = 40;

pub fn infos() -> Vec<FigureInfo> {
    vec![
        info("volcano", "Volcano plot", false, &[]),
        info("ma", "Fold change against mean", false, &[]),
        info("p_values", "Distribution of p-values", false, &[]),
    ]
}

pub fn figure(
    output: &DifferentialOutput,
    request: &FigureRequest,
) -> Result<Figure, AnalysisError> {
    match request.name.as_str() {
        "volcano" => Ok(volcano(output, request)),
        "ma" => Ok(ma(output, request)),
        "p_values" => Ok(p_values(output)),
        other => Err(unknown_figure(other, &infos())),
    }
}

/// "treated − control": what a positive fold change means.
fn contrast(output: &DifferentialOutput) -> String {
    let [a, b] = &output.groups;
    format!("{b} − {a}")
}

fn subtitle(output: &DifferentialOutput) -> String {
    let [a, b] = &output.groups;
    let [n_a, n_b] = output.n_samples;
    let tested = match output.n_tested() {
        0 => "no gene could be tested".into(),
        n => format!("{n} genes"),
    };
    format!(
        "{}: {b} (n = {n_b}) against {a} (n = {n_a}), {tested}",
        output.input_name
    )
}

/// −log10 of every p-value. One of 0 has none: it is drawn a little above the others.
fn evidence(genes: &[GeneTest]) -> Vec<f32> {
    let logs: Vec<f64> = genes.iter().map(|gene| -gene.p_value.log10()).collect();
    let highest = logs
        .iter()
        .copied()
        .filter(|log| log.is_finite())
        .fold(1.0, f64::max);
    let shown = |log: f64| {
        if log.is_infinite() {
            1.05 * highest
        } else {
            log
        }
    };
    logs.into_iter().map(|log| shown(log) as f32).collect()
}

fn volcano(output: &DifferentialOutput, request: &FigureRequest) -> Figure {
    let xs: Vec<f32> = output
        .genes
        .iter()
        .map(|gene| gene.log2_fc() as f32)
        .collect();
    let ys = evidence(&output.genes);
    let called = output
        .genes
        .iter()
        .filter(|gene| gene.q_value < N_SIGNIFICANT_AT);
    let largest = called.map(|gene| gene.p_value).fold(f64::NAN, f64::max);
    let threshold = (largest > 0.0).then(|| Line {
        range: None,
        intercept: -largest.log10(),
        slope: 0.0,
        label: format!("q = {N_SIGNIFICANT_AT}"),
        dashed: true,
    });
    let y = axis_over("−log10 p", ys.iter().map(|&y| f64::from(y)));
    let y = Axis {
        low: 0.0,
        high: y.high.max(1.0),
        ..y
    };
    Figure {
        name: "volcano".into(),
        title: "Volcano plot".into(),
        subtitle: subtitle(output),
        alternative: format!(
            "Scatter of −log10 p against log2 fold change of {} genes; {}",
            output.n_tested(),
            named_top(output)
        ),
        kind: scatter(
            output,
            request,
            [xs, ys],
            [&format!("log2 fold change, {}", contrast(output)), ""],
            Some(y),
            threshold.into_iter().collect(),
        ),
    }
}

fn ma(output: &DifferentialOutput, request: &FigureRequest) -> Figure {
    let mean = |gene: &GeneTest| f64::midpoint(gene.means[0], gene.means[1]) as f32;
    let xs = output.genes.iter().map(mean).collect();
    let ys = output
        .genes
        .iter()
        .map(|gene| gene.log2_fc() as f32)
        .collect();
    let zero = Line {
        range: None,
        intercept: 0.0,
        slope: 0.0,
        label: String::new(),
        dashed: true,
    };
    Figure {
        name: "ma".into(),
        title: "Fold change against mean".into(),
        subtitle: subtitle(output),
        alternative: format!(
            "Scatter of log2 fold change against mean of {} genes; {}",
            output.genes.len(),
            named_top(output)
        ),
        kind: scatter(
            output,
            request,
            [xs, ys],
            [
                &format!("Mean of both groups, {}", output.value_label),
                &format!("log2 fold change, {}", contrast(output)),
            ],
            None,
            vec![zero],
        ),
    }
}

/// "the smallest p-values have SPARCL1, STOM, PER1".
fn named_top(output: &DifferentialOutput) -> String {
    let order = output.by_p_value();
    let names: Vec<&str> = order
        .iter()
        .take(3)
        .map(|&gene| output.names[gene].as_str())
        .collect();
    if names.is_empty() {
        "no gene could be tested".into()
    } else {
        format!("the smallest p-values have {}", names.join(", "))
    }
}

fn scatter(
    output: &DifferentialOutput,
    request: &FigureRequest,
    [xs, ys]: [Vec<f32>; 2],
    labels: [&str; 2],
    y: Option<Axis>,
    lines: Vec<Line>,
) -> FigureKind {
    let axis = |label: &str, values: &[f32]| axis_over(label, values.iter().map(|&v| f64::from(v)));
    let x = zoomed(axis(labels[0], &xs), request, [0, 1]);
    let y = zoomed(y.unwrap_or_else(|| axis(labels[1], &ys)), request, [2, 3]);
    let name = |gene: usize| output.names[gene].clone();
    let [a, b] = &output.groups;
    let words = [
        format!("higher in {b}"),
        format!("higher in {a}"),
        "neither".into(),
    ];
    let coloring = Coloring::from_words(
        &format!("q below {N_SIGNIFICANT_AT}"),
        &output
            .genes
            .iter()
            .map(|gene| call(gene, &words))
            .collect::<Vec<_>>(),
    )
    .with_rest(&words[2]);
    let cloud = cloud([&xs, &ys], name, [&x, &y], request, Some(&coloring));
    let called = output
        .by_p_value()
        .into_iter()
        .filter(|&gene| output.genes[gene].q_value < N_SIGNIFICANT_AT);
    let shown = called.filter(|&gene| xs[gene].is_finite() && ys[gene].is_finite());
    let marked = shown.take(N_NAMED).map(|gene| MarkedPoint {
        x: f64::from(xs[gene]),
        y: f64::from(ys[gene]),
        name: name(gene),
    });
    let marked = marked.collect();
    FigureKind::Scatter(Scatter {
        arrows: Vec::new(),
        x_marks: Vec::new(),
        x,
        y,
        equal_units: false,
        points: cloud.points,
        raster: cloud.raster,
        lines,
        marked,
        coloring: cloud.coloring,
    })
}

/// The legend's word for a gene; none where it has no test.
fn call<'a>(gene: &GeneTest, words: &'a [String; 3]) -> &'a str {
    let [up, down, neither] = words;
    match gene.q_value {
        q if q.is_nan() => "",
        q if q >= N_SIGNIFICANT_AT => neither,
        _ if gene.log2_fc() > 0.0 => up,
        _ => down,
    }
}

fn p_values(output: &DifferentialOutput) -> Figure {
    let values = output.genes.iter().map(|gene| gene.p_value);
    let counts = histogram_counts(values, 0.0, 1.0, N_BINS);
    let n_first = counts.first().copied().unwrap_or(0);
    Figure {
        name: "p_values".into(),
        title: "Distribution of p-values".into(),
        subtitle: subtitle(output),
        alternative: format!(
            "Histogram of {} p-values in {N_BINS} bins; the first bin, up to {}, holds {n_first}",
            output.n_tested(),
            1.0 / N_BINS as f64
        ),
        kind: FigureKind::Histogram(Histogram {
            x: Axis {
                label: "p-value".into(),
                low: 0.0,
                high: 1.0,
            },
            y_label: "Genes".into(),
            edges: (0..=N_BINS).map(|bin| bin as f64 / N_BINS as f64).collect(),
            counts,
            signed: false,
            marks: Vec::new(),
            selected_bin: None,
        }),
    }
}
