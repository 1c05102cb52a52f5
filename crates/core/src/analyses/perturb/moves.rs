//! Cells one by one: how much each is affected, and where it moves among those of the states.

use super::{
    output::{Perturbed, SequencePerturbation},
    plane::Plane,
};
use crate::{
    analyses::sample_map::{Coordinates, map},
    figure::{Axis, Coloring, FigureKind, FigureRequest, MarkedPoint},
    table::{NumberFormat, Table},
};

/// Of more perturbations, cells are not listed one by one.
const MOST_LISTED: usize = 50;

/// Cells whose moves are drawn, at most.
const MOST_DRAWN: usize = 500;

/// The median move is drawn about as long, by the width of the picture.
const DRAWN_LENGTH: f64 = 0.08;

/// Every cell of every perturbation, one after the other, under the column names of Geneformer's
/// `aggregate_data`, with our own beside them. None where too many genes are perturbed.
pub fn cells_table(output: &SequencePerturbation) -> Option<Table> {
    if output.perturbed.len() > MOST_LISTED {
        return None;
    }
    let rows: Vec<(&Perturbed, usize)> = output
        .perturbed
        .iter()
        .flat_map(|one| (0..one.cells.len()).map(move |at| (one, at)))
        .collect();
    let number = |of: &dyn Fn(&Perturbed, usize) -> f64| -> Vec<f64> {
        rows.iter().map(|&(one, at)| of(one, at)).collect()
    };
    let text = |of: &dyn Fn(&Perturbed, usize) -> String| -> Vec<String> {
        rows.iter().map(|&(one, at)| of(one, at)).collect()
    };
    let general = NumberFormat::General;
    let cosines = number(&|one, at| 1.0 - one.cells[at]);
    let mut table = Table::new("cells", "Cells, one by one (exploratory)")
        .number("Cosine_sim", "Cosine_sim", general, cosines)
        .text(
            "Gene",
            "Gene",
            text(&|one, _| output.tokens(&one.target.genes)),
        )
        .text(
            "perturbed",
            "Perturbed",
            text(&|one, _| one.target.name.clone()),
        )
        .text(
            "cell",
            "Cell",
            text(&|one, at| output.cell(one, at).to_owned()),
        )
        .number(
            "one_minus_cosine",
            "Mean 1 − cosine of its genes",
            general,
            number(&|one, at| one.cells[at]),
        );
    for (state, name) in output.states.names.iter().enumerate() {
        for (at_end, when) in ["before", "after"].into_iter().enumerate() {
            table = table.number(
                &format!("cosine_{when}_{name}"),
                &format!("Cosine with {name} {when}"),
                general,
                number(&|one, at| one.shift.cells[state][at][at_end]),
            );
        }
    }
    let Some(plane) = &output.plane else {
        return Some(table);
    };
    let place =
        |one: &Perturbed, at: usize, axis: usize| plane.cells[one.cell_numbers[at] as usize][axis];
    for (axis, name) in ["x", "y"].into_iter().enumerate() {
        let label = format!("Component {} of cells", axis + 1);
        table = table.number(
            name,
            &label,
            general,
            number(&|one, at| place(one, at, axis)),
        );
    }
    for (axis, name) in ["move_x", "move_y"].into_iter().enumerate() {
        let label = format!("Move along component {}", axis + 1);
        table = table.number(
            name,
            &label,
            general,
            number(&|one, at| one.shift.moves[at][axis]),
        );
    }
    Some(table)
}

/// What is said of the cells that are drawn, and how they are.
pub struct Moves {
    /// The picture.
    pub kind: FigureKind,
    /// Moves are drawn so many times as long.
    pub factor: f64,
    /// Cells that come nearer to the goal.
    pub n_nearer: usize,
}

/// Cells in the plane in which they lie widest apart, with an arrow for how each moves.
pub fn moves(
    output: &SequencePerturbation,
    plane: &Plane,
    shown: &Perturbed,
    request: &FigureRequest,
) -> Moves {
    let of_cells = shown.cell_numbers.iter().enumerate();
    let moving: Vec<([f64; 2], [f64; 2], String)> = of_cells
        .filter_map(|(at, &number)| {
            let from = plane.cells[number as usize];
            let name = output.cell(shown, at).to_owned();
            from[0]
                .is_finite()
                .then_some((from, shown.shift.moves[at], name))
        })
        .collect();
    let start = output.parameters.start_state.as_str();
    let mut points: Vec<([f64; 2], &str, String)> = moving
        .iter()
        .map(|(from, _, name)| (*from, start, name.clone()))
        .collect();
    for (state, cells) in output.states.names.iter().zip(&plane.states) {
        let cells = cells.iter().filter(|cell| cell[0].is_finite());
        points.extend(cells.map(|&cell| (cell, state.as_str(), state.clone())));
    }
    let values = |axis: usize| -> Vec<f64> { points.iter().map(|point| point.0[axis]).collect() };
    let axes = [values(0), values(1)];
    let factor = factor(
        &axes,
        moving.iter().map(|(_, by, _)| by[0].hypot(by[1])).collect(),
    );
    let words: Vec<&str> = points.iter().map(|point| point.1).collect();
    let coloring = Coloring::from_words(&output.parameters.state_column, &words);
    let names: Vec<String> = points.iter().map(|point| point.2.clone()).collect();
    let [x, y] = [0, 1].map(|axis| Coordinates {
        label: format!(
            "Component {} of cells ({:.0} %)",
            axis + 1,
            100.0 * plane.shares[axis]
        ),
        values: &axes[axis],
    });
    let mut scatter = map(&x, &y, &names, request, Some(&coloring));
    let marked = output.states.names.iter().zip(&plane.centers).take(1);
    scatter.marked = marked
        .map(|(state, center)| MarkedPoint {
            x: center[0],
            y: center[1],
            name: format!("mean of {state}"),
        })
        .collect();
    scatter.arrows = moving
        .iter()
        .take(MOST_DRAWN)
        .map(|(from, by, _)| [*from, [0, 1].map(|axis| from[axis] + factor * by[axis])])
        .collect();
    if request.window.is_none() && scatter.raster.is_none() {
        for [x, y] in scatter.arrows.iter().map(|arrow| arrow[1]) {
            widen(&mut scatter.x, x);
            widen(&mut scatter.y, y);
        }
    }
    Moves {
        kind: FigureKind::Scatter(scatter),
        factor,
        n_nearer: shown.shift.of_state(0).filter(|&shift| shift > 0.0).count(),
    }
}

/// Makes room for the end of an arrow.
fn widen(axis: &mut Axis, end: f64) {
    axis.low = axis.low.min(end);
    axis.high = axis.high.max(end);
}

/// 1, 2 or 5 times a power of ten, by which the median move is drawn longer; at least 1.
fn factor(axes: &[Vec<f64>; 2], mut lengths: Vec<f64>) -> f64 {
    let span = |values: &Vec<f64>| {
        let [low, high] = values
            .iter()
            .fold([f64::INFINITY, f64::NEG_INFINITY], |ends, &value| {
                [ends[0].min(value), ends[1].max(value)]
            });
        high - low
    };
    lengths.sort_by(f64::total_cmp);
    let median = lengths.get(lengths.len() / 2).copied().unwrap_or(0.0);
    let wanted = DRAWN_LENGTH * span(&axes[0]).max(span(&axes[1])) / median;
    if !(wanted.is_finite() && wanted > 1.0) {
        return 1.0;
    }
    let power = 10.0_f64.powi(wanted.log10().floor() as i32);
    let steps = [5.0, 2.0].into_iter().find(|step| step * power <= wanted);
    steps.unwrap_or(1.0) * power
}

#[cfg(test)]
mod tests {
    use super::factor;

    #[test]
    fn moves_are_drawn_a_round_number_of_times_as_long() {
        let axes = [vec![0.0, 2.0], vec![0.0, 1.0]];
        let check = |median: f64, expected: f64| {
            let found = factor(&axes, vec![0.0, median, 9.0]);
            assert!((found / expected - 1.0).abs() < 1e-12, "{median}: {found}");
        };
        // Wanted are 0.08 times the longer axis.
        check(0.16 / 2_300.0, 2_000.0);
        check(0.16 / 71.0, 50.0);
        check(0.16 / 1.9, 1.0);
        check(0.5, 1.0);
        check(0.0, 1.0);
        assert_eq!(factor(&axes, Vec::new()).to_bits(), 1.0_f64.to_bits());
    }
}
