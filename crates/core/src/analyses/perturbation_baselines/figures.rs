//! The pictures of `perturbation_baselines`: how close each rule comes, and one prediction gene by
//! gene.

use super::{Judged, Method, PerturbationBaselinesOutput};
use crate::{
    analyses::figure_parts::{axis_over, box_of, info, points_or_raster, unknown_figure, zoomed},
    error::AnalysisError,
    figure::{
        BoxGroup, Boxes, BoxesShow, Figure, FigureInfo, FigureKind, FigureRequest, Guide, Line,
        MarkedPoint, Scatter,
    },
};

/// Genes named in the scatter.
const N_NAMED: usize = 8;

pub fn infos() -> Vec<FigureInfo> {
    // The rules that say something of a gene.
    let methods = [Method::Linear, Method::Mean, Method::Additive].map(Method::name);
    vec![
        info("l2", "Distance from what was seen", false, &[]),
        info("pearson_delta", "Correlation of changes", false, &[]),
        info(
            "prediction",
            "Predicted and observed change",
            true,
            &methods,
        ),
    ]
}

pub fn figure(
    output: &PerturbationBaselinesOutput,
    request: &FigureRequest,
) -> Result<Figure, AnalysisError> {
    match request.name.as_str() {
        "l2" => Ok(boxes(
            output,
            "l2",
            &format!("L2, {}", output.value_label),
            |judged| judged.l2,
        )),
        "pearson_delta" => Ok(boxes(output, "pearson_delta", "Pearson delta", |judged| {
            judged.pearson_delta
        })),
        "prediction" => prediction(output, request),
        other => Err(unknown_figure(other, &infos())),
    }
}

fn boxes(
    output: &PerturbationBaselinesOutput,
    name: &str,
    label: &str,
    value: impl Fn(&Judged) -> f64,
) -> Figure {
    let group = |method: Method| BoxGroup {
        name: method.label().into(),
        boxes: vec![box_of(output.of(method).map(&value))],
    };
    let groups: Vec<BoxGroup> = Method::ALL.into_iter().map(group).collect();
    let medians: Vec<String> = groups
        .iter()
        .filter_map(|group| {
            let found = group.boxes.first().copied().flatten()?;
            Some(format!("{} {:.3}", group.name, found.median))
        })
        .collect();
    let infos = infos();
    let info = infos.iter().find(|info| info.name == name);
    let mean = box_of(output.of(Method::Mean).map(&value));
    Figure {
        name: name.into(),
        title: info.map_or_else(String::new, |info| info.title.clone()),
        subtitle: format!(
            "{}: {} perturbations, each predicted from others, {} genes",
            output.input_name,
            output.observed.len(),
            output.genes.len()
        ),
        alternative: format!("Boxes of {label} by rule; medians: {}", medians.join(", ")),
        kind: FigureKind::Boxes(Boxes {
            x_label: "Rule".into(),
            y: axis_over(label, output.judged.iter().map(&value)),
            shows: BoxesShow::Percentiles,
            series: vec![label.into()],
            groups,
            marks: mean
                .map(|mean| Guide {
                    at: mean.median,
                    label: "median of the mean".into(),
                    dashed: true,
                })
                .into_iter()
                .collect(),
        }),
    }
}

/// Which prediction is drawn: of the marked perturbation, or of the first; by the chosen rule, or
/// the first that could. A marked gene or rule, as clicked in the pictures, is no perturbation.
fn chosen<'a>(
    output: &'a PerturbationBaselinesOutput,
    request: &FigureRequest,
) -> Result<&'a Judged, AnalysisError> {
    let n = output.observed.len();
    let is_rule = |name: &str| {
        let is_this = |method: &Method| [method.name(), method.label()].contains(&name);
        Method::ALL.iter().any(is_this)
    };
    let is_gene = |name: &str| output.genes.iter().any(|gene| gene == name);
    let perturbation = match request.subject.as_deref() {
        None => Some(0),
        Some(name) => {
            let own = (0..n).find(|&at| output.name(at) == name);
            own.or_else(|| (is_rule(name) || is_gene(name)).then_some(0))
        }
    };
    let of_it = |judged: &&Judged| Some(judged.perturbation) == perturbation;
    let rank = |judged: &&Judged| {
        let is_asked = request.statistic.as_deref() == Some(judged.method.name());
        (
            is_asked,
            judged.method == Method::Linear,
            judged.method == Method::Mean,
        )
    };
    output
        .judged
        .iter()
        .filter(of_it)
        .max_by_key(rank)
        .ok_or_else(|| AnalysisError::Input {
            message: format!(
                "there is no perturbation {:?}, expected one of {}",
                request.subject.as_deref().unwrap_or_default(),
                (0..n.min(5))
                    .map(|at| output.name(at))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        })
}

fn prediction(
    output: &PerturbationBaselinesOutput,
    request: &FigureRequest,
) -> Result<Figure, AnalysisError> {
    let judged = chosen(output, request)?;
    let name = output.name(judged.perturbation);
    let (xs, ys) = (&judged.predicted, &output.observed[judged.perturbation]);
    let axis = |label: String, values: &[f32], ends| {
        zoomed(
            axis_over(&label, values.iter().map(|&v| f64::from(v))),
            request,
            ends,
        )
    };
    let x = axis(
        format!("Predicted change, {}", output.value_label),
        xs,
        [0, 1],
    );
    let y = axis(
        format!("Observed change, {}", output.value_label),
        ys,
        [2, 3],
    );
    let gene = |at: usize| output.genes[at].clone();
    let (points, raster) = points_or_raster(xs, ys, gene, [&x, &y], request);
    let mut order: Vec<usize> = (0..ys.len()).collect();
    order.sort_by(|&a, &b| ys[b].abs().total_cmp(&ys[a].abs()));
    let marked = order.iter().take(N_NAMED).map(|&at| MarkedPoint {
        x: f64::from(xs[at]),
        y: f64::from(ys[at]),
        name: gene(at),
    });
    let rule = judged.method.label();
    Ok(Figure {
        name: "prediction".into(),
        title: format!("{name}: predicted and observed change"),
        subtitle: format!(
            "{rule}, learned from other perturbations: L2 {:.3}, Pearson delta {:.3}, {} genes",
            judged.l2,
            judged.pearson_delta,
            xs.len()
        ),
        alternative: format!(
            "Scatter of the observed against the predicted change of {} genes under {name}, rule {rule}; the largest change has {}",
            xs.len(),
            order.first().map_or_else(String::new, |&at| gene(at))
        ),
        kind: FigureKind::Scatter(Scatter {
            arrows: Vec::new(),
            x_marks: Vec::new(),
            x,
            y,
            equal_units: false,
            points,
            raster,
            lines: vec![Line {
                range: None,
                intercept: 0.0,
                slope: 1.0,
                label: "y = x".into(),
                dashed: true,
            }],
            marked: marked.collect(),
            coloring: None,
        }),
    })
}
