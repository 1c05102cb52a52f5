//! Two simulated studies of the same deletion strains, with three mistakes planted in the second.
//!
//! Each strain has one true response of all genes; each study measures it with its own noise, so
//! that the true correlation of the two measurements is [`Strain::true_r`]. In study B two profiles
//! have the wrong sign, as when the two dyes of an array are mistaken for each other, and one is
//! the mean of two arrays of opposite sign, which leaves only noise.

use std::fmt::Write as _;

use crate::random::Random;

/// Genes of the simulated organism; each study misses some of them.
const N_GENES: usize = 612;
/// Genes that only the other study has.
const N_MISSED: usize = 12;
/// Deletion strains; A has the first 40, B the last 40.
const N_STRAINS: usize = 42;
const N_PROFILES: usize = 40;
/// Groups of genes that respond together.
const N_MODULES: usize = 12;
/// Strains whose profile in study B has the wrong sign.
const FLIPPED: [usize; 2] = [7, 23];
/// Strain whose profile in study B is the mean of two opposite arrays.
const CANCELLING: usize = 31;
/// Strain whose own gene study B did not measure.
const NOT_MEASURED: usize = 12;

/// The two files.
pub struct Studies {
    /// Tab-separated, missing values as `NA`.
    pub a: String,
    /// Comma-separated, genes in another order, missing values as empty cells.
    pub b: String,
}

/// A deletion strain.
struct Strain {
    gene: usize,
    /// Correlation of the two measurements that infinitely many genes would show.
    true_r: f64,
    response: Vec<f64>,
    response_sd: f64,
}

/// Simulates both studies.
pub fn simulate() -> Studies {
    let mut random = Random::new(2015);
    let names = gene_names();
    let strains = draw_strains(&mut random);
    let (genes_a, genes_b) = draw_gene_orders(&mut random, &strains);
    let a: Vec<Vec<f64>> = strains[..N_PROFILES]
        .iter()
        .map(|strain| measure(&mut random, strain))
        .collect();
    let b: Vec<Vec<f64>> = (N_STRAINS - N_PROFILES..N_STRAINS)
        .map(|index| measure_with_mistakes(&mut random, index, &strains[index]))
        .collect();
    let layout_a = Layout {
        separator: '\t',
        missing: "NA",
        corner: "gene",
    };
    let layout_b = Layout {
        separator: ',',
        missing: "",
        corner: "ORF",
    };
    let (in_a, in_b) = (&strains[..N_PROFILES], &strains[N_STRAINS - N_PROFILES..]);
    Studies {
        a: layout_a.write(&mut random, &names, &genes_a, in_a, &a),
        b: layout_b.write(&mut random, &names, &genes_b, in_b, &b),
    }
}

/// Systematic names on chromosomes Q to T, which yeast does not have.
fn gene_names() -> Vec<String> {
    (0..N_GENES)
        .map(|index| {
            let arm_length = N_GENES.div_ceil(8);
            let (arm, position) = (index / arm_length, index % arm_length + 1);
            let chromosome = ["Q", "R", "S", "T"][arm / 2];
            let side = ["L", "R"][arm % 2];
            // The strand looks random and is not: neighbours on either strand alternate unevenly.
            let strand = if index * index % 7 < 3 { "W" } else { "C" };
            format!("Y{chromosome}{side}{position:03}{strand}")
        })
        .collect()
}

/// Responses: modules of genes that move together, a shared signature of slow growth, a few genes
/// of the strain alone, and the deleted gene itself far down.
fn draw_strains(random: &mut Random) -> Vec<Strain> {
    let modules: Vec<usize> = (0..N_GENES).map(|_| random.below(N_MODULES)).collect();
    let loadings: Vec<f64> = (0..N_GENES).map(|_| random.between(0.3, 1.2)).collect();
    let growth: Vec<f64> = (0..N_GENES).map(|_| random.normal()).collect();
    let mut genes: Vec<usize> = (0..N_GENES).collect();
    random.shuffle(&mut genes);
    genes.truncate(N_STRAINS);
    genes.sort_unstable();
    genes
        .into_iter()
        .map(|gene| {
            let activity: Vec<f64> = (0..N_MODULES).map(|_| random.normal()).collect();
            let slow_growth = random.between(0.0, 1.0);
            let mut response: Vec<f64> = (0..N_GENES)
                .map(|g| {
                    let alone = if random.uniform() < 0.05 {
                        3.0 * random.normal()
                    } else {
                        0.0
                    };
                    activity[modules[g]] * loadings[g] + slow_growth * growth[g] + alone
                })
                .collect();
            let sd = (response.iter().map(|x| x * x).sum::<f64>() / N_GENES as f64).sqrt();
            let response_sd = random.between(0.2, 0.6);
            for value in &mut response {
                *value *= response_sd / sd;
            }
            response[gene] = -random.between(2.0, 4.0);
            Strain {
                gene,
                true_r: random.between(0.6, 0.9),
                response,
                response_sd,
            }
        })
        .collect()
}

/// Which genes each study has, in the order of its file. Own genes are kept, but for one in B.
fn draw_gene_orders(random: &mut Random, strains: &[Strain]) -> (Vec<usize>, Vec<usize>) {
    let own: Vec<usize> = strains.iter().map(|strain| strain.gene).collect();
    let mut others: Vec<usize> = (0..N_GENES).filter(|gene| !own.contains(gene)).collect();
    random.shuffle(&mut others);
    let missed_a = &others[..N_MISSED];
    let mut missed_b = others[N_MISSED..2 * N_MISSED - 1].to_vec();
    missed_b.push(own[NOT_MEASURED]);
    let a = (0..N_GENES)
        .filter(|gene| !missed_a.contains(gene))
        .collect();
    let mut b: Vec<usize> = (0..N_GENES)
        .filter(|gene| !missed_b.contains(gene))
        .collect();
    random.shuffle(&mut b);
    (a, b)
}

/// The response with the noise that gives [`Strain::true_r`] between two such measurements.
fn measure(random: &mut Random, strain: &Strain) -> Vec<f64> {
    let noise_sd = strain.response_sd * (1.0 / strain.true_r - 1.0).sqrt();
    strain
        .response
        .iter()
        .map(|value| value + noise_sd * random.normal())
        .collect()
}

fn measure_with_mistakes(random: &mut Random, index: usize, strain: &Strain) -> Vec<f64> {
    let first = measure(random, strain);
    if FLIPPED.contains(&index) {
        return first.into_iter().map(|value| -value).collect();
    }
    if index == CANCELLING {
        let second = measure(random, strain);
        return first
            .iter()
            .zip(second)
            .map(|(x, y)| (x - y) / 2.0)
            .collect();
    }
    first
}

struct Layout {
    separator: char,
    missing: &'static str,
    corner: &'static str,
}

impl Layout {
    /// Genes × profiles with three decimals; one value in 500 is missing, never of an own gene.
    fn write(
        &self,
        random: &mut Random,
        names: &[String],
        genes: &[usize],
        strains: &[Strain],
        profiles: &[Vec<f64>],
    ) -> String {
        let mut text = String::from(self.corner);
        for strain in strains {
            text.push(self.separator);
            text.push_str(&names[strain.gene]);
        }
        text.push('\n');
        for &gene in genes {
            text.push_str(&names[gene]);
            let is_deleted = strains.iter().any(|strain| strain.gene == gene);
            for profile in profiles {
                text.push(self.separator);
                if random.uniform() < 0.002 && !is_deleted {
                    text.push_str(self.missing);
                } else {
                    let _ = write!(text, "{:.3}", profile[gene]);
                }
            }
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Gene → profile → value, missing values left out.
    fn parse(text: &str, separator: char) -> BTreeMap<String, BTreeMap<String, f64>> {
        let mut lines = text.lines();
        let header: Vec<&str> = lines.next().expect("header").split(separator).collect();
        let mut profiles: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
        for line in lines {
            let cells: Vec<&str> = line.split(separator).collect();
            assert_eq!(cells.len(), header.len());
            for (label, cell) in header.iter().zip(&cells).skip(1) {
                if let Ok(value) = cell.parse() {
                    let profile = profiles.entry((*label).into()).or_default();
                    profile.insert(cells[0].into(), value);
                }
            }
        }
        profiles
    }

    fn pearson(pairs: &[(f64, f64)]) -> f64 {
        let n = pairs.len() as f64;
        let (mx, my) = pairs
            .iter()
            .fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
        let sum = |f: &dyn Fn(f64, f64) -> f64| -> f64 {
            pairs.iter().map(|(x, y)| f(x - mx, y - my)).sum()
        };
        sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt()
    }

    #[test]
    fn planted_mistakes_and_nothing_else_break_the_agreement() {
        let studies = simulate();
        let (a, b) = (parse(&studies.a, '\t'), parse(&studies.b, ','));
        let names = gene_names();
        let strains = draw_strains(&mut Random::new(2015));
        let readme = include_str!("../../../www/examples/README.md");
        let mut n_common = 0;
        for (index, strain) in strains.iter().enumerate() {
            let name = &names[strain.gene];
            let (Some(x), Some(y)) = (a.get(name), b.get(name)) else {
                continue;
            };
            n_common += 1;
            let pairs: Vec<(f64, f64)> = x
                .iter()
                .filter_map(|(gene, x)| Some((*x, *y.get(gene)?)))
                .collect();
            assert!(pairs.len() > 570, "{name}: {}", pairs.len());
            let r = pearson(&pairs);
            assert!(x[name] < -1.0, "own gene of {name} in A");
            if FLIPPED.contains(&index) {
                assert!(r < -0.5 && y[name] > 1.0, "flipped {name}: {r}");
                assert!(readme.contains(name), "README names {name}");
            } else if index == CANCELLING {
                assert!(r.abs() < 0.1, "cancelling {name}: {r}");
                assert!(readme.contains(name), "README names {name}");
            } else {
                assert!((0.55..0.95).contains(&r), "{name}: {r}");
                assert!(
                    (r - strain.true_r).abs() < 0.1,
                    "{name}: {r} {}",
                    strain.true_r
                );
                assert_eq!(index == NOT_MEASURED, !y.contains_key(name));
                assert!(
                    y.get(name).is_none_or(|own| *own < -1.0),
                    "own gene of {name} in B"
                );
            }
        }
        assert_eq!((n_common, a.len(), b.len()), (38, 40, 40));
    }
}
