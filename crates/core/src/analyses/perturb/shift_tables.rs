//! The table of shifts towards states, under Geneformer's column names.

use super::{
    output::{Perturbed, SequencePerturbation},
    shifts::States,
};
use crate::{
    random::Random,
    stats::{multiple_testing::benjamini_hochberg, rank_sums::RankSumPool},
    table::{NumberFormat, Table},
};

/// Values of the pool at most, as in Geneformer.
const MOST_IN_POOL: usize = 100_000;

/// From so many perturbations on, they are the pool that each is tested against.
const MANY: usize = 50;

/// An adjusted p-value below is called significant.
const SIGNIFICANT: f64 = 0.05;

/// A part of a column name, how its numbers are shown, and the number.
type Column = (&'static str, NumberFormat, fn(&StateShift) -> f64);

/// One perturbation.
#[derive(Debug, Clone, PartialEq)]
pub struct ShiftRow {
    /// Its number.
    pub perturbed: usize,
    /// One per state, the goal first.
    pub states: Vec<StateShift>,
}

/// Towards one state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StateShift {
    /// Mean over cells of the cosine with the state, after minus before; NaN without a cell.
    pub mean: f64,
    /// Rank sum test against the pool.
    pub p_value: f64,
    /// Adjusted over perturbations (Benjamini and Hochberg).
    pub q_value: f64,
}

/// One row per perturbation: significant ones first, then the largest shift to the goal.
pub fn shift_rows(perturbed: &[Perturbed], states: &States, seed: u64) -> Vec<ShiftRow> {
    let mut rows: Vec<ShiftRow> = (0..perturbed.len())
        .map(|perturbed| ShiftRow {
            perturbed,
            states: Vec::new(),
        })
        .collect();
    for state in 0..states.names.len() {
        let pool = RankSumPool::new(&pool(perturbed, state, seed));
        let shifts: Vec<Vec<f64>> = perturbed
            .iter()
            .map(|perturbed| perturbed.shift.of_state(state).collect())
            .collect();
        let p_values: Vec<f64> = shifts
            .iter()
            .map(|shifts| pool.test(shifts).p_value)
            .collect();
        let q_values = benjamini_hochberg(&p_values);
        for (at, row) in rows.iter_mut().enumerate() {
            row.states.push(StateShift {
                mean: shifts[at].iter().sum::<f64>() / shifts[at].len() as f64,
                p_value: p_values[at],
                q_value: q_values[at],
            });
        }
    }
    if !states.is_empty() {
        rows.sort_by(|a, b| {
            let [x, y] = [a, b].map(|row| row.states[0]);
            let is_significant = |shift: StateShift| shift.q_value < SIGNIFICANT;
            is_significant(y)
                .cmp(&is_significant(x))
                .then(y.mean.total_cmp(&x.mean))
                .then(x.q_value.total_cmp(&y.q_value))
        });
    }
    rows
}

/// The shifts by all genes where many are perturbed, else by genes of nearly the same rank.
fn pool(perturbed: &[Perturbed], state: usize, seed: u64) -> Vec<f64> {
    let mut pool: Vec<f64> = if perturbed.len() >= MANY {
        perturbed
            .iter()
            .flat_map(|one| one.shift.of_state(state))
            .collect()
    } else {
        perturbed
            .iter()
            .flat_map(|one| one.shift.null[state].iter().copied())
            .collect()
    };
    if pool.len() > MOST_IN_POOL {
        Random::new(seed).shuffle(&mut pool);
        pool.truncate(MOST_IN_POOL);
    }
    pool
}

pub fn shifts_table(output: &SequencePerturbation) -> Table {
    let rows = &output.shift_rows;
    let target = |row: &ShiftRow| &output.perturbed[row.perturbed].target;
    let text = |value: &dyn Fn(&ShiftRow) -> String| rows.iter().map(value).collect();
    let tokens = |row: &ShiftRow| output.tokens(&target(row).genes);
    let title = "Shifts towards states (exploratory)";
    let mut table = Table::new("shifts", title)
        .text("Gene", "Gene", text(&tokens))
        .text(
            "Gene_name",
            "Gene_name",
            text(&|row| output.target_label(target(row))),
        )
        .text(
            "Ensembl_ID",
            "Ensembl_ID",
            text(&|row| target(row).name.clone()),
        );
    let columns: [Column; 3] = [
        ("Shift_to_", NumberFormat::General, |shift| shift.mean),
        ("_vs_random_pval", NumberFormat::PValue, |shift| {
            shift.p_value
        }),
        ("_FDR", NumberFormat::PValue, |shift| shift.q_value),
    ];
    for (part, format, value) in columns {
        for (state, state_name) in output.states.names.iter().enumerate() {
            let name = column_name(part, state, state_name);
            let values = rows.iter().map(|row| value(&row.states[state])).collect();
            table = table.number(&name, &name, format, values);
        }
    }
    let n_cells = |row: &ShiftRow| Some(output.perturbed[row.perturbed].cells.len() as i64);
    let is_significant = |row: &ShiftRow| Some(i64::from(row.states[0].q_value < SIGNIFICANT));
    table
        .integer(
            "N_Detections",
            "N_Detections",
            rows.iter().map(n_cells).collect(),
        )
        .integer("Sig", "Sig", rows.iter().map(is_significant).collect())
}

fn column_name(part: &str, state: usize, name: &str) -> String {
    match (part.starts_with('S'), state) {
        (true, 0) => format!("{part}goal_end"),
        (true, _) => format!("{part}alt_end_{name}"),
        (false, 0) => format!("Goal_end{part}"),
        (false, _) => format!("Alt_end{part}_{name}"),
    }
}
