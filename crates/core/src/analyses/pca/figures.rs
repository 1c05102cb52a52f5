//! The pictures of `pca`: samples, shares, genes.

use super::PcaOutput;
use crate::{
    analyses::{
        figure_parts::{info, unknown_figure},
        sample_map::{Coordinates, Pair, map, pairs, sample_info},
    },
    error::AnalysisError,
    figure::{
        Axis, Coloring, Figure, FigureInfo, FigureKind, FigureRequest, Lines, MarkedPoint, Series,
    },
};

/// Genes named in the picture of loadings.
const N_NAMED: usize = 10;

pub fn infos(output: &PcaOutput) -> Vec<FigureInfo> {
    let pairs = pairs(output.found.variances.len());
    let names: Vec<String> = pairs.iter().map(|pair| pair.words("PC")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    vec![
        sample_info("scores", "Samples", &names, &output.data),
        info("scree", "Share of variance", false, &[]),
        info("loadings", "Loadings of genes", false, &names),
    ]
}

pub fn figure(output: &PcaOutput, request: &FigureRequest) -> Result<Figure, AnalysisError> {
    match request.name.as_str() {
        "scores" => scores(output, request),
        "scree" => Ok(scree(output)),
        "loadings" => Ok(loadings(output, request)),
        other => Err(unknown_figure(other, &infos(output))),
    }
}

fn per_cent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// The axis of a component: "PC1 (34.5 %)".
fn coordinates<'a>(output: &PcaOutput, vectors: &'a [Vec<f64>], at: usize) -> Coordinates<'a> {
    Coordinates {
        label: format!("PC{} ({})", at + 1, per_cent(output.shares()[at])),
        values: &vectors[at],
    }
}

fn scores(output: &PcaOutput, request: &FigureRequest) -> Result<Figure, AnalysisError> {
    let pair = Pair::asked(request, output.found.variances.len(), "PC");
    let of = |at| coordinates(output, &output.found.scores, at);
    let (x, y) = (of(pair.0), of(pair.1));
    let coloring = Coloring::of_samples(&output.data, request)?;
    let scatter = map(&x, &y, &output.data.samples, request, coloring.as_ref());
    let n = output.data.n_samples();
    Ok(Figure {
        name: "scores".into(),
        title: "Principal components of samples".into(),
        subtitle: format!(
            "{}, n = {n} samples, {} genes",
            output.input_name,
            output.genes.len()
        ),
        alternative: format!("Scatter of {n} samples, {} against {}", x.label, y.label),
        kind: FigureKind::Scatter(scatter),
    })
}

fn scree(output: &PcaOutput) -> Figure {
    let shares = output.shares();
    let points = shares.iter().enumerate();
    let points = points.map(|(at, share)| [(at + 1) as f32, (100.0 * share) as f32]);
    let sum: f64 = shares.iter().sum();
    Figure {
        name: "scree".into(),
        title: "Share of variance".into(),
        subtitle: format!(
            "{}, {} components hold {}",
            output.input_name,
            shares.len(),
            per_cent(sum)
        ),
        alternative: format!(
            "Share of variance of {} components, falling from {} to {}",
            shares.len(),
            per_cent(shares[0]),
            per_cent(shares[shares.len() - 1])
        ),
        kind: FigureKind::Lines(Lines {
            x: Axis {
                label: "Component".into(),
                low: 0.0,
                high: shares.len() as f64 + 1.0,
            },
            y: Axis {
                label: "Share of variance, %".into(),
                low: 0.0,
                high: 105.0 * shares[0],
            },
            equal_units: false,
            series: vec![Series {
                name: output.input_name.clone(),
                points: points.collect(),
            }],
            with_points: true,
            x_marks: Vec::new(),
            y_marks: Vec::new(),
            x_names: Vec::new(),
            lines: Vec::new(),
            coloring: None,
        }),
    }
}

fn loadings(output: &PcaOutput, request: &FigureRequest) -> Figure {
    let pair = Pair::asked(request, output.found.variances.len(), "PC");
    let of = |at| coordinates(output, &output.found.loadings, at);
    let (x, y) = (of(pair.0), of(pair.1));
    let square = |gene: usize| x.values[gene].powi(2) + y.values[gene].powi(2);
    let top = output.top_genes(N_NAMED, square);
    let names: Vec<&str> = top
        .iter()
        .map(|&gene| output.genes[gene].as_str())
        .collect();
    let mut scatter = map(&x, &y, &output.genes, request, None);
    let mark = |&gene: &usize| MarkedPoint {
        x: x.values[gene],
        y: y.values[gene],
        name: output.genes[gene].clone(),
    };
    scatter.marked = top.iter().map(mark).collect();
    // Loadings have no unit to compare: a component of few genes would be drawn as a stripe.
    scatter.equal_units = false;
    let n = output.genes.len();
    Figure {
        name: "loadings".into(),
        title: "Loadings of genes".into(),
        subtitle: format!("{}, n = {n} genes", output.input_name),
        alternative: format!(
            "Scatter of the loadings of {n} genes, {} against {}; farthest out: {}",
            x.label,
            y.label,
            names.join(", ")
        ),
        kind: FigureKind::Scatter(scatter),
    }
}
