//! The size of the largest eigenvalue of a network.
//!
//! How this works: genes that are on no way round are left out, as they have no part in it. A small
//! network is taken as a matrix of its own; of a larger one Arnoldi's process (Saad 2011, §6.2,
//! <https://doi.org/10.1137/1.9781611970739>) makes a small matrix with nearly the same largest
//! eigenvalues, from a start that is multiplied by the network more often each time, until the
//! result stands still; where it does not, the network is taken whole after all. Of a matrix high
//! powers are taken by squaring: the kth root of the length of the kth power comes down to the
//! radius, however many eigenvalues are of that size and whatever their signs (Gelfand's formula).

use std::iter::zip;

use cuvette_kernels::{
    dense::{Real, View},
    vectors::{add_scaled, dot, scale},
};

use super::ridge::Regulation;
use crate::{context::Context, error::AnalysisError, parallel, random::Random};

/// Networks of up to so many genes are taken whole.
const WHOLE: usize = 128;

/// Vectors of Arnoldi's process, in turns: in a ring of genes every start gives the same, but not
/// every number of vectors, since none is right.
const N_VECTORS: [usize; 2] = [64, 48];

/// The process ends where less than this share of a product is new.
const NOTHING_NEW: f64 = 1e-10;

/// It is settled when it changes by less than this share.
const TOLERANCE: f64 = 1e-10;

/// How often the start is multiplied before the process is repeated; then twice as often each time.
const FIRST_PRODUCTS: usize = 32;

/// How often the process runs at most.
const MAX_ROUNDS: usize = 8;

/// Rows of a square that are made on one thread.
const ROWS: usize = 64;

/// The power whose root is taken is two to the power of this.
const N_SQUARINGS: i32 = 48;

/// The largest size of an eigenvalue; 0 where no way leads round.
pub(super) fn spectral_radius(
    network: &[Regulation],
    context: &Context,
) -> Result<f64, AnalysisError> {
    let network = ways_round(network);
    if network.len() <= WHOLE {
        return radius_of_square(whole(&network), network.len(), context);
    }
    let mut random = Random::new(0);
    let mut start: Vec<f64> = network.iter().map(|_| random.signed()).collect();
    let (mut radius, mut n_products) = (f64::INFINITY, FIRST_PRODUCTS);
    for round in 0..MAX_ROUNDS {
        let (cells, n) = arnoldi(&network, start.clone(), N_VECTORS[round % 2], context)?;
        let found = radius_of_square(cells, n, context)?;
        if (found - radius).abs() <= TOLERANCE * found {
            return Ok(found);
        }
        radius = found;
        for _ in 0..n_products {
            context.check_cancelled()?;
            normalize(&mut start);
            start = multiply(&network, &start);
        }
        n_products *= 2;
    }
    radius_of_square(whole(&network), network.len(), context)
}

/// The change that one step makes of a change of every gene.
pub(super) fn multiply(network: &[Regulation], changes: &[f64]) -> Vec<f64> {
    parallel::map_by(64, network.len(), &|gene| {
        let Regulation {
            regulators,
            weights,
            ..
        } = &network[gene];
        zip(regulators, weights)
            .map(|(&regulator, weight)| weight * changes[regulator])
            .sum()
    })
}

/// The network without genes that no way comes to or leaves, numbered anew.
fn ways_round(network: &[Regulation]) -> Vec<Regulation> {
    let mut is_kept = vec![true; network.len()];
    loop {
        let mut regulates = vec![false; network.len()];
        let mut is_regulated = vec![false; network.len()];
        for (gene, of) in network.iter().enumerate() {
            for (&regulator, &weight) in zip(&of.regulators, &of.weights) {
                if weight != 0.0 && is_kept[gene] && is_kept[regulator] {
                    regulates[regulator] = true;
                    is_regulated[gene] = true;
                }
            }
        }
        let next: Vec<bool> = zip(regulates, is_regulated).map(|(a, b)| a && b).collect();
        if next == is_kept {
            break;
        }
        is_kept = next;
    }
    let genes: Vec<usize> = (0..network.len()).filter(|&gene| is_kept[gene]).collect();
    let of_gene = |&gene: &usize| {
        let Regulation {
            regulators,
            weights,
            penalty,
        } = &network[gene];
        let places = regulators
            .iter()
            .map(|regulator| genes.binary_search(regulator));
        let kept = zip(places, weights).filter_map(|(place, &weight)| Some((place.ok()?, weight)));
        let (regulators, weights) = kept.unzip();
        Regulation {
            regulators,
            weights,
            penalty: *penalty,
        }
    };
    genes.iter().map(of_gene).collect()
}

/// All weights, a row a gene.
fn whole(network: &[Regulation]) -> Vec<f64> {
    let n = network.len();
    let mut cells = vec![0.0; n * n];
    for (row, of) in zip(cells.chunks_exact_mut(n.max(1)), network) {
        for (&regulator, weight) in zip(&of.regulators, &of.weights) {
            row[regulator] = *weight;
        }
    }
    cells
}

/// What the network is in a basis of the start and what becomes of it, with the number of its rows.
fn arnoldi(
    network: &[Regulation],
    start: Vec<f64>,
    n_vectors: usize,
    context: &Context,
) -> Result<(Vec<f64>, usize), AnalysisError> {
    let mut basis: Vec<Vec<f64>> = Vec::with_capacity(n_vectors);
    let mut columns: Vec<Vec<f64>> = Vec::with_capacity(n_vectors);
    let mut next = start;
    normalize(&mut next);
    while basis.len() < n_vectors {
        context.check_cancelled()?;
        let mut product = multiply(network, &next);
        basis.push(next);
        let length = dot(&product, &product).sqrt();
        let mut column = vec![0.0; basis.len()];
        // Twice, since rounding counts where little is left.
        for _ in 0..2 {
            for (known, along) in zip(&basis, &mut column) {
                let share = dot(known, &product);
                add_scaled(&mut product, -share, known);
                *along += share;
            }
        }
        let left = normalize(&mut product);
        column.push(left);
        columns.push(column);
        if left <= NOTHING_NEW * length {
            break;
        }
        next = product;
    }
    let n = basis.len();
    let mut cells = vec![0.0; n * n];
    for (at, column) in columns.iter().enumerate() {
        for (row, cell) in column.iter().take(n).enumerate() {
            cells[row * n + at] = *cell;
        }
    }
    Ok((cells, n))
}

/// The radius of a matrix, row after row.
fn radius_of_square(
    mut cells: Vec<f64>,
    n: usize,
    context: &Context,
) -> Result<f64, AnalysisError> {
    // With P the matrix so far, the power is exp(`logarithm`) P and P is of length 1.
    let mut logarithm = normalize(&mut cells).ln();
    for _ in 0..N_SQUARINGS {
        let mut square = vec![0.0; n * n];
        parallel::try_map_chunks(&mut square, (ROWS * n).max(1), &|part, square| {
            context.check_cancelled()?;
            let rows = &cells[part * ROWS * n..][..square.len()];
            f64::add_product(View::new(rows, n), View::new(&cells, n), square);
            Ok::<(), AnalysisError>(())
        })?;
        logarithm = 2.0 * logarithm + normalize(&mut square).ln();
        cells = square;
    }
    Ok((logarithm * 0.5_f64.powi(N_SQUARINGS)).exp())
}

/// Brings a vector to length 1, if it has any; gives what it had.
fn normalize(vector: &mut [f64]) -> f64 {
    let length = dot(vector, vector).sqrt();
    if length > 0.0 {
        scale(vector, 1.0 / length);
    }
    length
}

#[cfg(test)]
mod tests {
    use super::{radius_of_square, spectral_radius, whole};
    use crate::{context::quietly, random::Random, stats::propagation::ridge::Regulation};

    fn radius(network: &[Regulation]) -> f64 {
        quietly(|context| spectral_radius(network, context)).unwrap()
    }

    fn check(rows: &[&[f64]], expected: f64) {
        let row = |row: &&[f64]| Regulation {
            regulators: (0..row.len()).collect(),
            weights: row.to_vec(),
            penalty: 0.0,
        };
        let network: Vec<Regulation> = rows.iter().map(row).collect();
        let found = radius(&network);
        assert!((found - expected).abs() <= 1e-14, "{found}, {expected}");
    }

    /// So many genes with up to so many regulators each, by a formula.
    fn by_formula(n_genes: usize, n_regulators: usize, shift: f64) -> Vec<Regulation> {
        let regulation = |gene: usize| {
            let drawn = (0..n_regulators).map(|at| (gene * 31 + at * at * 17 + at + 1) % n_genes);
            let mut regulators: Vec<usize> = drawn.filter(|&regulator| regulator != gene).collect();
            regulators.sort_unstable();
            regulators.dedup();
            let weight = |regulator: &usize| ((gene * 7 + regulator * 13) as f64).sin() + shift;
            Regulation {
                weights: regulators.iter().map(weight).collect(),
                regulators,
                penalty: 0.0,
            }
        };
        (0..n_genes).map(regulation).collect()
    }

    #[test]
    fn eigenvalues_of_every_sort_are_found() {
        check(&[], 0.0);
        check(&[&[-0.5]], 0.5);
        check(&[&[0.0, 0.0], &[0.0, 0.0]], 0.0);
        // One step and no further.
        check(&[&[0.0, 7.0], &[0.0, 0.0]], 0.0);
        // A turn, and an exchange: ± i, ± 1.
        check(&[&[0.0, -1.0], &[1.0, 0.0]], 1.0);
        check(&[&[0.0, 1.0], &[1.0, 0.0]], 1.0);
        check(
            &[&[2.0, 0.0, 0.0], &[0.0, -3.0, 0.0], &[0.0, 0.0, 1.0]],
            3.0,
        );
        // A turn that grows, beside a smaller one of its own.
        check(
            &[&[0.9, -0.9, 0.0], &[0.9, 0.9, 0.0], &[0.0, 0.0, 1.0]],
            1.62_f64.sqrt(),
        );
    }

    /// By `numpy.abs(numpy.linalg.eigvals(weights)).max()`, NumPy 2.4.6.
    #[test]
    fn small_and_large_networks_have_the_radius_that_numpy_finds() {
        for (n_genes, n_regulators, shift, expected) in [
            (60, 5, 0.0, 1.548_392_170_183_604_3),
            (200, 10, 0.0, 2.074_079_913_452_597_3),
            (400, 20, 0.05, 3.034_426_794_510_387_5),
            (1_000, 10, 0.0, 2.282_625_324_337_348),
            (2_000, 20, 0.02, 3.376_084_360_757_852_6),
        ] {
            let found = radius(&by_formula(n_genes, n_regulators, shift));
            let error = (found - expected).abs() / expected;
            assert!(error < 1e-12, "{n_genes} genes: {found}, {expected}");
        }
    }

    #[test]
    fn genes_on_no_way_round_have_no_part() {
        let gene = |regulators: &[usize], weights: &[f64]| Regulation {
            regulators: regulators.to_vec(),
            weights: weights.to_vec(),
            penalty: 0.0,
        };
        // Down a chain of many, in which rounding alone would make eigenvalues of some size.
        let mut network = vec![gene(&[], &[])];
        network.extend((1..400).map(|at| gene(&[at - 1], &[3.0])));
        assert_eq!(radius(&network), 0.0);
        network[7] = gene(&[6, 9], &[3.0, 0.5]);
        assert!((radius(&network) - 4.5_f64.cbrt()).abs() < 1e-14);
        // A weight of zero is no way.
        network[7] = gene(&[6, 9], &[3.0, 0.0]);
        assert_eq!(radius(&network), 0.0);
    }

    #[test]
    fn a_ring_has_as_many_eigenvalues_of_one_size_as_genes() {
        let gene = |at: usize| Regulation {
            regulators: vec![(at + 299) % 300],
            weights: vec![if at.is_multiple_of(2) { -4.0 } else { 0.25 }],
            penalty: 0.0,
        };
        let found = radius(&(0..300).map(gene).collect::<Vec<_>>());
        assert!((found - 1.0).abs() < 1e-12, "{found}");
    }

    #[test]
    fn a_basis_of_few_vectors_finds_what_the_whole_network_has() {
        for seed in 0..4 {
            let mut random = Random::new(seed);
            let mut network = by_formula(300, 6, 0.0);
            for of in &mut network {
                of.weights.fill_with(|| random.normal());
            }
            let expected = quietly(|context| radius_of_square(whole(&network), 300, context));
            let (found, expected) = (radius(&network), expected.unwrap());
            let error = (found - expected).abs() / expected;
            assert!(error < 1e-9, "{found}, {expected}");
        }
    }
}
