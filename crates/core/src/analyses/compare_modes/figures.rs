//! The pictures of `compare_modes`: rank against effect for each mode, and jumps over all ranks.

use super::{
    output::{CompareModesOutput, MODES},
    run::every_mode,
};
use crate::{
    analyses::figure_parts::{axis_over, cloud, info, unknown_figure, zoomed},
    context,
    error::AnalysisError,
    figure::{Axis, Coloring, Figure, FigureInfo, FigureKind, FigureRequest, Guide, Line, Scatter},
    stats::{
        rank_jump::{Sides, jump_at, lines_at},
        sequence_edit::SequenceMode,
    },
};

/// Effects below are drawn as this: their logarithm would be infinite.
const SMALLEST: f64 = 1e-15;

fn name_of(mode: SequenceMode) -> String {
    format!("rank_{}", mode.name())
}

fn title_of(mode: SequenceMode) -> &'static str {
    match mode {
        SequenceMode::Delete => "Deleted: later genes move up",
        SequenceMode::Mask => "Mask token in its place",
        SequenceMode::ShiftOnly => "Later genes move up, nothing deleted",
        _ => "Attention mask: nobody sees it",
    }
}

pub fn infos() -> Vec<FigureInfo> {
    let by_mode = MODES.map(|mode| info(&name_of(mode), title_of(mode), true, &[]));
    let mut infos = by_mode.to_vec();
    infos.push(info("jumps", "Jump by rank", false, &[]));
    infos
}

pub fn figure(
    output: &CompareModesOutput,
    request: &FigureRequest,
) -> Result<Figure, AnalysisError> {
    if request.name == "jumps" {
        return Ok(jumps(output, request));
    }
    let mode = MODES
        .into_iter()
        .find(|&mode| name_of(mode) == request.name);
    let mode = mode.ok_or_else(|| unknown_figure(&request.name, &infos()))?;
    rank_plot(output, mode, request)
}

/// The gene asked for, else the first, in the cell with most genes on the shorter side of it.
fn shown(output: &CompareModesOutput, request: &FigureRequest) -> Option<(usize, usize)> {
    let named = request
        .subject
        .as_ref()
        .and_then(|name| output.names.iter().position(|known| known == name));
    let target = named.unwrap_or(0);
    let jumps = &output.results.get(target * MODES.len())?.jumps;
    let mut best: Option<(usize, usize)> = None;
    for one in jumps {
        let shorter = one.place.min(one.n_genes - one.place);
        if best.is_none_or(|(longest, _)| shorter > longest) {
            best = Some((shorter, one.cell));
        }
    }
    best.map(|(_, cell)| (target, cell))
}

fn rank_plot(
    output: &CompareModesOutput,
    mode: SequenceMode,
    request: &FigureRequest,
) -> Result<Figure, AnalysisError> {
    let nothing = || AnalysisError::TooFew {
        what: "cells with the gene".into(),
        need: 1,
        got: 0,
    };
    let (target, cell) = shown(output, request).ok_or_else(nothing)?;
    let sequence = &output.sequences[cell];
    let (place, responses) = context::quietly(|context| {
        let target = &output.targets[target];
        let found = every_mode(
            &output.model,
            cell,
            sequence,
            target,
            output.max_length,
            context,
        )?;
        found.ok_or_else(nothing)
    })?;
    let shown = MODES.iter().position(|&known| known == mode).unwrap_or(0);
    let response = &responses[shown];
    let log = |effect: f64| effect.max(SMALLEST).log10();
    let kept: Vec<usize> = (0..sequence.genes.len())
        .filter(|&at| !response.effects[at].is_nan())
        .collect();
    let xs: Vec<f32> = kept.iter().map(|&at| at as f32 + 1.0).collect();
    let ys: Vec<f32> = kept
        .iter()
        .map(|&at| log(response.effects[at]) as f32)
        .collect();
    // One axis for all four pictures, so that they can be compared.
    let mut all = Vec::new();
    for response in &responses {
        let effects = response.effects.iter().copied();
        all.extend(effects.filter(|effect| *effect > SMALLEST).map(log));
    }
    let x = zoomed(
        axis_over(
            "Rank in the cell, 1 is the highest",
            xs.iter().map(|&x| f64::from(x)),
        ),
        request,
        [0, 1],
    );
    let y = zoomed(
        axis_over("log10(1 − cosine)", all.into_iter()),
        request,
        [2, 3],
    );
    let gene = |at: usize| output.genes[sequence.genes[kept[at]] as usize].clone();
    let cloud = cloud([&xs, &ys], gene, [&x, &y], request, None);
    let jump = jump_at(&response.effects, place);
    let name = &output.names[target];
    let words = if jump.jump.is_nan() {
        "too few genes on a side for a jump".to_owned()
    } else {
        format!("jump × {:.2}, t = {:.1}", jump.jump.exp(), jump.t)
    };
    let lines = lines_at(&response.effects, place)
        .map_or_else(Vec::new, |sides| drawn_lines(&sides, place));
    Ok(Figure {
        name: request.name.clone(),
        title: format!("{} ({words})", title_of(mode)),
        subtitle: format!(
            "{name} at rank {} of {} in {}",
            place + 1,
            sequence.genes.len(),
            output.cells[cell]
        ),
        alternative: format!(
            "Scatter of log10(1 − cosine) against rank after {} of {name}: {words}",
            mode.name()
        ),
        kind: FigureKind::Scatter(Scatter {
            arrows: Vec::new(),
            x_marks: vec![Guide {
                at: place as f64 + 1.0,
                label: name.clone(),
                dashed: true,
            }],
            x,
            y,
            equal_units: false,
            points: cloud.points,
            raster: cloud.raster,
            lines,
            marked: Vec::new(),
            coloring: None,
        }),
    })
}

/// The two fitted lines, in ranks from 1 and logarithms of base 10.
fn drawn_lines(sides: &Sides, place: usize) -> Vec<Line> {
    let at = place as f64 + 1.0;
    let line = |[value, slope]: [f64; 2], range: [f64; 2]| {
        let slope = slope / std::f64::consts::LN_10;
        Line {
            intercept: value / std::f64::consts::LN_10 - slope * at,
            slope,
            range: Some(range),
            label: String::new(),
            dashed: false,
        }
    };
    let [low, high] = sides.range.map(|end| end as f64 + 1.0);
    vec![line(sides.before, [low, at]), line(sides.after, [at, high])]
}

/// Every knock-out in every mode: where in the cell, and how large the jump.
fn jumps(output: &CompareModesOutput, request: &FigureRequest) -> Figure {
    let rows: Vec<_> = output
        .results
        .iter()
        .flat_map(|result| result.jumps.iter().map(move |one| (result, one)))
        .filter(|(_, one)| one.jump.jump.is_finite())
        .collect();
    let xs: Vec<f32> = rows
        .iter()
        .map(|(_, one)| (one.place as f64 / one.n_genes as f64) as f32)
        .collect();
    let ys: Vec<f32> = rows
        .iter()
        .map(|(_, one)| (one.jump.jump / std::f64::consts::LN_10) as f32)
        .collect();
    let words: Vec<&str> = rows.iter().map(|(result, _)| result.mode.name()).collect();
    let coloring = Coloring::from_words("Mode", &words);
    let x = Axis {
        label: "Rank of the perturbed gene / genes of the cell".into(),
        low: 0.0,
        high: 1.0,
    };
    let y = axis_over(
        "Jump of log10(1 − cosine)",
        ys.iter().map(|&y| f64::from(y)).chain([0.0]),
    );
    let (x, y) = (zoomed(x, request, [0, 1]), zoomed(y, request, [2, 3]));
    let name = |at: usize| {
        let (result, one) = rows[at];
        format!(
            "{} in {}: {}",
            output.names[result.target],
            output.cells[one.cell],
            result.mode.name()
        )
    };
    let cloud = cloud([&xs, &ys], name, [&x, &y], request, Some(&coloring));
    let n = rows.len() / MODES.len();
    Figure {
        name: "jumps".into(),
        title: "Jump at the perturbed rank".into(),
        subtitle: format!(
            "{n} knock-outs with a jump in each of {} modes",
            MODES.len()
        ),
        alternative: format!(
            "Scatter of the jump against the relative rank of {n} knock-outs, colored by mode"
        ),
        kind: FigureKind::Scatter(Scatter {
            arrows: Vec::new(),
            x_marks: Vec::new(),
            x,
            y,
            equal_units: false,
            points: cloud.points,
            raster: cloud.raster,
            lines: vec![Line {
                intercept: 0.0,
                slope: 0.0,
                range: None,
                label: "no jump".into(),
                dashed: true,
            }],
            marked: Vec::new(),
            coloring: cloud.coloring,
        }),
    }
}
