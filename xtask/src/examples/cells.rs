//! Simulated counts in cells of two states, with genes that come and go together.
//!
//! Every cell has a depth and an activity of each module of genes; counts are negative binomial
//! around depth × level of the gene × what its module adds. Genes of the first module are higher in
//! stressed cells. What a gene's knock-out must touch are the other genes of its module.

use std::fmt::Write as _;

use crate::random::Random;

const N_GENES: usize = 320;
const N_CELLS: usize = 120;
/// Genes that come and go together; the first `N_MODULES * MODULE` genes, in their order.
const MODULE: usize = 10;
const N_MODULES: usize = 16;
/// How far the activity of a module moves its genes, in natural logarithms.
const STRENGTH: f64 = 0.6;
/// By how much the first module is more active in stressed cells, in standard deviations.
const STRESS: f64 = 2.0;
/// States of cells, in turn.
const STATES: [&str; 2] = ["healthy", "stressed"];

/// The two files.
pub struct Cells {
    /// Genes × cells, tab-separated.
    pub counts: String,
    /// One row per cell.
    pub states: String,
}

/// Simulates the counts and the table of cells.
pub fn simulate() -> Cells {
    let mut random = Random::new(300);
    let mut states = String::from("cell\tstate\n");
    let mut counts = String::from("gene");
    let mut cells = Vec::with_capacity(N_CELLS);
    for cell in 0..N_CELLS {
        let state = cell % STATES.len();
        let mut activity: Vec<f64> = (0..N_MODULES).map(|_| random.normal()).collect();
        activity[0] += STRESS * state as f64;
        cells.push((random.between(0.6, 1.6), activity));
        let _ = writeln!(states, "C{:03}\t{}", cell + 1, STATES[state]);
        let _ = write!(counts, "\tC{:03}", cell + 1);
    }
    counts.push('\n');
    for gene in 0..N_GENES {
        let _ = write!(counts, "{}", gene_name(gene));
        let level = random.between(1.0, 3.5).exp();
        for (depth, activity) in &cells {
            let module = activity.get(gene / MODULE).copied().unwrap_or(0.0);
            let mean = depth * level * (STRENGTH * module).exp();
            let _ = write!(counts, "\t{}", random.negative_binomial(mean, 0.05));
        }
        counts.push('\n');
    }
    Cells { counts, states }
}

fn gene_name(gene: usize) -> String {
    format!("SIMC{:03}", gene + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Logarithms of 1 + counts relative to the cell, gene by gene.
    fn levels(counts: &str) -> Vec<Vec<f64>> {
        let rows: Vec<Vec<f64>> = counts
            .lines()
            .skip(1)
            .map(|line| {
                let cells = line.split('\t').skip(1);
                cells.map(|cell| cell.parse().expect("count")).collect()
            })
            .collect();
        let totals: Vec<f64> = (0..N_CELLS)
            .map(|cell| rows.iter().map(|row| row[cell]).sum())
            .collect();
        let level = |(count, total): (&f64, &f64)| (count / total * 1e4).ln_1p();
        rows.iter()
            .map(|row| row.iter().zip(&totals).map(level).collect())
            .collect()
    }

    fn pearson(x: &[f64], y: &[f64]) -> f64 {
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let (mx, my) = (mean(x), mean(y));
        let sum = |a: &[f64], ma: f64, b: &[f64], mb: f64| -> f64 {
            a.iter().zip(b).map(|(a, b)| (a - ma) * (b - mb)).sum()
        };
        sum(x, mx, y, my) / (sum(x, mx, x, mx) * sum(y, my, y, my)).sqrt()
    }

    #[test]
    fn genes_of_a_module_and_no_others_vary_together() {
        let levels = levels(&simulate().counts);
        assert_eq!((levels.len(), levels[0].len()), (N_GENES, N_CELLS));
        let (mut own, mut others) = (Vec::new(), Vec::new());
        for a in 0..N_GENES {
            for b in a + 1..N_GENES {
                let r = pearson(&levels[a], &levels[b]);
                if a / MODULE == b / MODULE && b < N_MODULES * MODULE {
                    own.push(r);
                } else {
                    others.push(r.abs());
                }
            }
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        assert!(mean(&own) > 0.5, "{}", mean(&own));
        assert!(mean(&others) < 0.1, "{}", mean(&others));
    }

    #[test]
    fn stressed_cells_have_more_of_the_first_module_alone() {
        let cells = simulate();
        let levels = levels(&cells.counts);
        let is_stressed: Vec<bool> = cells
            .states
            .lines()
            .skip(1)
            .map(|line| line.ends_with("stressed"))
            .collect();
        let rise = |module: usize| {
            let mut sums = [[0.0, 0.0]; 2];
            for of_gene in &levels[module * MODULE..(module + 1) * MODULE] {
                for (level, stressed) in of_gene.iter().zip(&is_stressed) {
                    sums[usize::from(*stressed)][0] += level;
                    sums[usize::from(*stressed)][1] += 1.0;
                }
            }
            sums[1][0] / sums[1][1] - sums[0][0] / sums[0][1]
        };
        assert!(rise(0) > 0.7, "{}", rise(0));
        assert!((1..N_MODULES).all(|module| rise(module).abs() < 0.4));
    }
}
