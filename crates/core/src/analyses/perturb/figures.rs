//! The pictures of `perturb`.

use super::{
    moves::moves,
    neighborhood,
    output::{Perturbed, SequencePerturbation},
    plane::Plane,
};
use crate::{
    analyses::figure_parts::{axis_over, info, points_or_raster, unknown_figure, zoomed},
    error::AnalysisError,
    figure::{
        BoxGroup, BoxStatistics, Boxes, BoxesShow, Figure, FigureInfo, FigureKind, FigureRequest,
        Guide, Line, MarkedPoint, Point, Scatter,
    },
    stats::rank_context::RankContext,
};

/// Genes named in the picture of effects.
const N_NAMED: usize = 10;
/// Genes shown one by one.
pub const N_SHOWN: usize = 20;
/// Effects below are drawn as this: their logarithm would be infinite.
const SMALLEST: f64 = 1e-15;

pub fn infos(output: &SequencePerturbation) -> Vec<FigureInfo> {
    let mut infos = vec![
        info("effects", "Effect by rank", true, &[]),
        info("most_affected", "Most affected genes", true, &[]),
    ];
    if output.model.rank_context().is_some() {
        infos.push(info("neighborhood", "Neighborhood of the gene", true, &[]));
        infos.push(info("cosines", "How alike these genes are", true, &[]));
    }
    if output.plane.is_some() {
        infos.push(info("moves", "Cells moved towards the goal", true, &[]));
    }
    if !output.states.is_empty() {
        infos.push(info("states", "Cells and the goal state", true, &[]));
        if output.perturbed.len() > 1 {
            infos.push(info("shifts", "Shift towards the goal", false, &[]));
        }
    }
    infos
}

pub fn figure(
    output: &SequencePerturbation,
    request: &FigureRequest,
) -> Result<Figure, AnalysisError> {
    let name = request.name.as_str();
    if !infos(output).iter().any(|info| info.name == name) {
        return Err(unknown_figure(name, &infos(output)));
    }
    if name == "shifts" {
        return Ok(shifts(output, request));
    }
    let shown = subject(output, request)?;
    if let ("moves", Some(plane)) = (name, &output.plane) {
        return Ok(moves_figure(output, plane, shown, request));
    }
    let kind = match name {
        "effects" => effects(output, shown, request),
        "most_affected" => most_affected(output, shown),
        "neighborhood" => neighborhood::plane(output, encoder(output)?, shown, request)?,
        "cosines" => neighborhood::table_of_cosines(output, encoder(output)?, shown, request),
        _ => cells_and_goal(output, shown),
    };
    let label = output.target_label(&shown.target);
    let title = match name {
        "effects" => format!("Effect of perturbing {label}"),
        "most_affected" => format!("Most affected by perturbing {label}"),
        "neighborhood" => format!("{label} among the genes it affects most"),
        "cosines" => format!("{label} and the genes it affects most"),
        _ => format!("How cells move when {label} is perturbed"),
    };
    let first = shown
        .affected
        .first()
        .map_or("no gene", |gene| output.label(gene.gene));
    Ok(Figure {
        name: name.into(),
        subtitle: subtitle(output, shown, name),
        alternative: format!(
            "{title}: the most affected of {} genes is {first}",
            shown.affected.len()
        ),
        title,
        kind,
    })
}

/// Where cells stand, and where they go.
fn moves_figure(
    output: &SequencePerturbation,
    plane: &Plane,
    shown: &Perturbed,
    request: &FigureRequest,
) -> Figure {
    let label = output.target_label(&shown.target);
    let goal = output.states.names.first().map_or("", String::as_str);
    let found = moves(output, plane, shown, request);
    let n = shown.cells.len();
    let nearer = format!("{} of {n} cells come nearer to {goal}", found.n_nearer);
    let times = if found.factor > 1.0 {
        format!(", drawn {} times as long", found.factor)
    } else {
        String::new()
    };
    Figure {
        name: request.name.clone(),
        title: format!("Where cells move when {label} is perturbed"),
        subtitle: format!(
            "{}: {nearer}; an arrow shows the move of each{times}",
            output.parameters.mode.name()
        ),
        alternative: format!("Cells in the plane of their two leading components: {nearer}"),
        kind: found.kind,
    }
}

/// A trained model has no vectors without context to show.
fn encoder(output: &SequencePerturbation) -> Result<&RankContext, AnalysisError> {
    let encoder = output.model.rank_context();
    encoder.ok_or_else(|| unknown_figure("neighborhood", &infos(output)))
}

/// Of the shifts the one that comes first in their table, else the strongest.
fn foremost<'a>(output: &'a SequencePerturbation, figure: &str) -> Option<&'a Perturbed> {
    let shifted = output.shift_rows.iter().find(|row| {
        let of_goal = row.states.first();
        of_goal.is_some_and(|goal| goal.mean.is_finite())
    });
    match (figure, shifted) {
        ("moves" | "states", Some(row)) => output.perturbed.get(row.perturbed),
        _ => output.strongest(),
    }
}

/// The perturbation asked for by name, else the foremost.
fn subject<'a>(
    output: &'a SequencePerturbation,
    request: &FigureRequest,
) -> Result<&'a Perturbed, AnalysisError> {
    let named = |name: &String| {
        let is_it = |one: &&Perturbed| {
            &one.target.name == name || output.target_label(&one.target) == *name
        };
        output.perturbed.iter().find(is_it)
    };
    let found = request
        .subject
        .as_ref()
        .and_then(named)
        .or_else(|| foremost(output, &request.name));
    found.ok_or_else(|| AnalysisError::TooFew {
        what: "affected genes".into(),
        need: 1,
        got: 0,
    })
}

fn subtitle(output: &SequencePerturbation, shown: &Perturbed, name: &str) -> String {
    let mode = output.parameters.mode.name();
    let n = shown.cells.len();
    let genes = shown.affected.len();
    match name {
        "effects" => format!(
            "{mode}, mean over n = {n} cells, {genes} genes; the {N_NAMED} most affected are named"
        ),
        "most_affected" => format!(
            "{mode}, n = {n} cells; lines: 95 %, ± 1.96 standard errors of the mean"
        ),
        "neighborhood" => "Near each other: genes with like vectors without context; lines link each with the two most like it".into(),
        "cosines" => "Cosine of the genes' vectors without context".into(),
        _ => format!(
            "{mode}, n = {n} cells; above the line they come nearer to {}",
            output.states.names.first().map_or("", String::as_str)
        ),
    }
}

fn log_of(effect: f64) -> f64 {
    effect.max(SMALLEST).log10()
}

/// Rank against the logarithm of the effect.
fn effects(
    output: &SequencePerturbation,
    shown: &Perturbed,
    request: &FigureRequest,
) -> FigureKind {
    let xs: Vec<f32> = shown
        .affected
        .iter()
        .map(|gene| gene.ranks[0] as f32 + 1.0)
        .collect();
    let ys: Vec<f32> = shown
        .affected
        .iter()
        .map(|gene| log_of(gene.mean) as f32)
        .collect();
    let axis = |label: &str, values: &[f32]| axis_over(label, values.iter().map(|&v| f64::from(v)));
    let x = zoomed(
        axis("Mean rank in the cell, 1 is the highest", &xs),
        request,
        [0, 1],
    );
    let y = zoomed(axis("log10(1 − cosine)", &ys), request, [2, 3]);
    let name = |at: usize| output.label(shown.affected[at].gene).to_owned();
    let (points, raster) = points_or_raster(&xs, &ys, name, [&x, &y], request);
    let marked = (0..shown.affected.len().min(N_NAMED)).map(|at| MarkedPoint {
        x: f64::from(xs[at]),
        y: f64::from(ys[at]),
        name: name(at),
    });
    let own = shown.rank.map(|rank| Guide {
        at: rank + 1.0,
        label: output.target_label(&shown.target),
        dashed: true,
    });
    FigureKind::Scatter(Scatter {
        arrows: Vec::new(),
        x_marks: own.into_iter().collect(),
        marked: marked.collect(),
        x,
        y,
        equal_units: false,
        points,
        raster,
        lines: Vec::new(),
        coloring: None,
    })
}

/// Means with their standard errors.
fn most_affected(output: &SequencePerturbation, shown: &Perturbed) -> FigureKind {
    let affected = shown.affected.iter().take(N_SHOWN);
    let rows = affected.map(|gene| MeanOverCells {
        name: output.label(gene.gene).to_owned(),
        mean: gene.mean,
        sd: gene.sd,
        n: gene.n_cells,
    });
    FigureKind::Boxes(boxes_of_means(rows, ["1 − cosine", "cells"]))
}

/// A mean over cells.
pub struct MeanOverCells {
    pub name: String,
    pub mean: f64,
    /// Standard deviation over cells, with n; NaN where it is not known.
    pub sd: f64,
    pub n: usize,
}

/// A bar to each mean of something over some, with ± 1.96 standard errors.
pub fn boxes_of_means(rows: impl Iterator<Item = MeanOverCells>, [what, over]: [&str; 2]) -> Boxes {
    let group = |row: MeanOverCells| {
        // The standard deviation over cells with n − 1, from that with n.
        let error = row.sd / (row.n as f64 - 1.0).max(1.0).sqrt();
        let error = if error.is_nan() { 0.0 } else { error };
        BoxGroup {
            name: row.name,
            boxes: vec![Some(BoxStatistics {
                low: row.mean - 1.96 * error,
                q1: row.mean,
                median: row.mean,
                q3: row.mean,
                high: row.mean + 1.96 * error,
                n: row.n,
            })],
        }
    };
    let groups: Vec<BoxGroup> = rows.map(group).collect();
    let ends = groups.iter().flat_map(|group| group.boxes.iter().flatten());
    let ends = ends.flat_map(|shown| [shown.low, shown.high]);
    let y = axis_over(&format!("{what}, mean over {over}"), ends.chain([0.0]));
    Boxes {
        x_label: "Affected gene".into(),
        y,
        shows: BoxesShow::Intervals,
        series: vec![what.into()],
        groups,
        marks: Vec::new(),
    }
}

/// Cosine with the goal before, and by how much it changes; one point per cell. The changes are far
/// smaller than the cosines differ, so that before against after would be a line.
fn cells_and_goal(output: &SequencePerturbation, shown: &Perturbed) -> FigureKind {
    let goal = output.states.names.first().map_or("", String::as_str);
    let cells = shown.shift.cells.first().map_or(&[][..], Vec::as_slice);
    let shifts = || cells.iter().map(|[before, after]| after - before);
    let befores = cells.iter().map(|[before, _]| *before);
    let points = befores.clone().zip(shifts()).enumerate();
    let points = points.map(|(at, (before, shift))| Point {
        x: before as f32,
        y: shift as f32,
        name: format!("{}: shift {shift:.2e}", output.cell(shown, at)),
    });
    FigureKind::Scatter(Scatter {
        arrows: Vec::new(),
        x_marks: Vec::new(),
        x: axis_over(&format!("Cosine of the cell with {goal} before"), befores),
        y: axis_over(&format!("Shift towards {goal}"), shifts().chain([0.0])),
        equal_units: false,
        points: points.collect(),
        raster: None,
        lines: vec![Line {
            range: None,
            intercept: 0.0,
            slope: 0.0,
            label: "no shift".into(),
            dashed: true,
        }],
        marked: Vec::new(),
        coloring: None,
    })
}

/// Every perturbation: its shift against how sure it is.
fn shifts(output: &SequencePerturbation, request: &FigureRequest) -> Figure {
    let goal = output.states.names.first().map_or("", String::as_str);
    let of_goal: Vec<(usize, f64, f64)> = output
        .shift_rows
        .iter()
        .map(|row| {
            (
                row.perturbed,
                row.states[0].mean,
                -row.states[0].q_value.max(1e-300).log10(),
            )
        })
        .filter(|(_, mean, sure)| mean.is_finite() && sure.is_finite())
        .collect();
    let xs: Vec<f32> = of_goal.iter().map(|row| row.1 as f32).collect();
    let ys: Vec<f32> = of_goal.iter().map(|row| row.2 as f32).collect();
    let axis = |label: &str, values: &[f32]| {
        axis_over(label, values.iter().map(|&v| f64::from(v)).chain([0.0]))
    };
    let x = zoomed(
        axis(&format!("Shift of the cosine with {goal}"), &xs),
        request,
        [0, 1],
    );
    let y = zoomed(axis("−log10(adjusted p)", &ys), request, [2, 3]);
    let name = |at: usize| output.target_label(&output.perturbed[of_goal[at].0].target);
    let (points, raster) = points_or_raster(&xs, &ys, name, [&x, &y], request);
    let mut by_size: Vec<usize> = (0..of_goal.len()).collect();
    by_size.sort_by(|&a, &b| xs[b].abs().total_cmp(&xs[a].abs()).then(a.cmp(&b)));
    let marked = by_size.into_iter().take(N_NAMED).map(|at| MarkedPoint {
        x: f64::from(xs[at]),
        y: f64::from(ys[at]),
        name: name(at),
    });
    Figure {
        name: "shifts".into(),
        title: format!("Shift towards {goal}"),
        subtitle: format!(
            "{} perturbations; the {N_NAMED} largest shifts are named",
            of_goal.len()
        ),
        alternative: format!(
            "Scatter of significance against shift of {} perturbations",
            of_goal.len()
        ),
        kind: FigureKind::Scatter(Scatter {
            arrows: Vec::new(),
            x_marks: Vec::new(),
            marked: marked.collect(),
            x,
            y,
            equal_units: false,
            points,
            raster,
            lines: Vec::new(),
            coloring: None,
        }),
    }
}
