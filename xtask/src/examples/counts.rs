//! Simulated read counts of four tissues, with the table of samples.
//!
//! Counts are negative binomial around `library size × share of the gene in the tissue`; the
//! dispersion falls with the mean as in real RNA-seq. Each tissue has its own marker genes, and the
//! two batches differ in some genes.

use std::fmt::Write as _;

use crate::random::Random;

const N_GENES: usize = 1_500;
/// Samples per tissue: uneven, as in life.
const TISSUES: [(&str, usize); 4] = [("liver", 12), ("heart", 10), ("muscle", 8), ("skin", 6)];
/// Genes per tissue that are raised in it alone.
const N_MARKERS: usize = 40;
/// Genes that no sample expresses.
const N_SILENT: usize = 60;
/// Genes that differ between the batches.
const N_BATCH_GENES: usize = 100;

/// The two files.
pub struct Tissues {
    /// Genes × samples, tab-separated.
    pub counts: String,
    /// One row per sample.
    pub samples: String,
}

struct Sample {
    name: String,
    tissue: usize,
    batch: usize,
    depth: f64,
}

/// Simulates the counts and the table of samples.
pub fn simulate() -> Tissues {
    let mut random = Random::new(36);
    let samples = draw_samples(&mut random);
    let mut counts = String::from("gene");
    for sample in &samples {
        let _ = write!(counts, "\t{}", sample.name);
    }
    counts.push('\n');
    for gene in 0..N_GENES {
        let _ = write!(counts, "SIM{:05}", gene + 1);
        let means = draw_means(&mut random, gene);
        let base = means[0].iter().sum::<f64>() / 4.0;
        let dispersion = 0.05 + 1.0 / (base + 1.0);
        for sample in &samples {
            let mean = means[sample.batch][sample.tissue] * sample.depth;
            let count = if mean > 0.0 {
                random.negative_binomial(mean, dispersion)
            } else {
                0
            };
            let _ = write!(counts, "\t{count}");
        }
        counts.push('\n');
    }
    Tissues {
        counts,
        samples: sample_table(&samples),
    }
}

/// Samples in mixed order, numbered in that order, with depths from 0.4 to 2.5.
fn draw_samples(random: &mut Random) -> Vec<Sample> {
    let mut tissues: Vec<usize> = TISSUES
        .iter()
        .enumerate()
        .flat_map(|(tissue, (_, n))| std::iter::repeat_n(tissue, *n))
        .collect();
    random.shuffle(&mut tissues);
    let mut n_seen = [0; TISSUES.len()];
    tissues
        .into_iter()
        .enumerate()
        .map(|(index, tissue)| {
            n_seen[tissue] += 1;
            Sample {
                name: format!("S{:02}", index + 1),
                tissue,
                batch: n_seen[tissue] % 2,
                depth: (random.between(0.4_f64.ln(), 2.5_f64.ln())).exp(),
            }
        })
        .collect()
}

/// Mean counts at depth 1, by batch and tissue. Markers come first, then silent genes, then those
/// that differ between the batches; the rest varies a little among tissues.
fn draw_means(random: &mut Random, gene: usize) -> [[f64; 4]; 2] {
    let n_markers = N_MARKERS * TISSUES.len();
    let base = (3.0 + 1.6 * random.normal()).exp();
    let mut tissues = [0.0; 4];
    for mean in &mut tissues {
        *mean = base * (0.25 * random.normal()).exp();
    }
    if gene < n_markers {
        tissues[gene / N_MARKERS] *= random.between(4.0, 16.0);
    } else if gene < n_markers + N_SILENT {
        tissues = [0.0; 4];
    }
    let batch_genes = n_markers + N_SILENT..n_markers + N_SILENT + N_BATCH_GENES;
    let factor = if batch_genes.contains(&gene) {
        2.0
    } else {
        1.0
    };
    [tissues, tissues.map(|mean| mean * factor)]
}

fn sample_table(samples: &[Sample]) -> String {
    let mut table = String::from("sample\ttissue\tbatch\tdepth\n");
    for Sample {
        name,
        tissue,
        batch,
        depth,
    } in samples
    {
        let (tissue, batch) = (TISSUES[*tissue].0, ["first", "second"][*batch]);
        let _ = writeln!(table, "{name}\t{tissue}\t{batch}\t{depth:.3}");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_raised_in_their_tissue_and_silent_genes_are_silent() {
        let tissues = simulate();
        let labels: Vec<&str> = tissues
            .samples
            .lines()
            .skip(1)
            .map(|line| line.split('\t').nth(1).expect("tissue"))
            .collect();
        let depths: Vec<f64> = tissues
            .samples
            .lines()
            .skip(1)
            .map(|line| {
                line.split('\t')
                    .nth(3)
                    .expect("depth")
                    .parse()
                    .expect("number")
            })
            .collect();
        let mut n_raised = 0;
        for (gene, line) in tissues.counts.lines().skip(1).enumerate() {
            let counts: Vec<f64> = line
                .split('\t')
                .skip(1)
                .map(|cell| cell.parse().expect("count"))
                .collect();
            assert_eq!(counts.len(), 36);
            if (160..220).contains(&gene) {
                assert_eq!(counts.iter().sum::<f64>(), 0.0, "{line}");
            }
            if gene < 160 {
                let tissue = TISSUES[gene / N_MARKERS].0;
                let mean = |inside: bool| {
                    let values: Vec<f64> = (0..36)
                        .filter(|&s| (labels[s] == tissue) == inside)
                        .map(|s| counts[s] / depths[s])
                        .collect();
                    values.iter().sum::<f64>() / values.len() as f64
                };
                n_raised += usize::from(mean(true) > 2.0 * mean(false));
            }
        }
        assert!(n_raised > 150, "{n_raised} of 160 markers raised");
    }
}
