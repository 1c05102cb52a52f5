//! Maps of published sets keep as many neighbors as those of scikit-learn and umap-learn.

#![allow(clippy::unwrap_used, reason = "a test fails where it stands")]

mod common;

use std::{fs, path::Path};

use cuvette_core::{
    Dataset,
    analyses::{
        Analysis, Inputs,
        embed::{Embed, EmbedMethod, EmbedParameters},
    },
    context::quietly,
};
use serde_json::Value;

/// Neighbors that are looked at, as in the golden files.
const K: usize = 15;

/// Seeds over which the mean is taken, as in the golden files.
const SEEDS: [u64; 3] = [0, 1, 2];

/// How much of the peers' mean may be missed.
const MARGIN: f64 = 0.02;

/// For every point, the others by their distance, of equally far ones the first.
fn orders(n: usize, square: impl Fn(usize, usize) -> f64) -> Vec<Vec<usize>> {
    let of_point = |point: usize| {
        let mut others: Vec<usize> = (0..n).filter(|&other| other != point).collect();
        let squares: Vec<f64> = (0..n).map(|other| square(point, other)).collect();
        others.sort_by(|&a, &b| squares[a].total_cmp(&squares[b]));
        others
    };
    (0..n).map(of_point).collect()
}

/// `sklearn.manifold.trustworthiness`: 1 where no neighbor on the map is a stranger in the data.
fn trustworthiness(data: &[Vec<usize>], map: &[Vec<usize>]) -> f64 {
    let n = data.len();
    let mut penalty = 0;
    for (data, map) in data.iter().zip(map) {
        let mut ranks = vec![0; n];
        for (at, &other) in data.iter().enumerate() {
            ranks[other] = at + 1;
        }
        penalty += map[..K]
            .iter()
            .map(|&other| ranks[other].saturating_sub(K))
            .sum::<usize>();
    }
    1.0 - penalty as f64 * 2.0 / (n * K * (2 * n - 3 * K - 1)) as f64
}

fn data_orders(data: &Dataset) -> Vec<Vec<usize>> {
    let samples = data.matrix.transposed();
    let square = |a: usize, b: usize| {
        let pairs = samples.row(a).iter().zip(samples.row(b));
        pairs
            .map(|(x, y)| (f64::from(*x) - f64::from(*y)).powi(2))
            .sum()
    };
    orders(data.n_samples(), square)
}

fn check(name: &str, file: &str) {
    let Some(data) = common::read_matrix(file) else {
        return;
    };
    let golden = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/golden/embedding")
        .join(format!("{name}.json"));
    let golden: Value = serde_json::from_str(&fs::read_to_string(golden).unwrap()).unwrap();
    let in_data = data_orders(&data);
    let n = data.n_samples();
    let inputs = Inputs::of(name, data);
    for (method, words) in [(EmbedMethod::Tsne, "tsne"), (EmbedMethod::Umap, "umap")] {
        let of_seed = |seed| {
            let parameters = EmbedParameters {
                method,
                seed,
                ..EmbedParameters::default()
            };
            let output = quietly(|context| Embed::run(&inputs, &parameters, context)).unwrap();
            let [xs, ys] = output.coordinates;
            let square = |a: usize, b: usize| (xs[a] - xs[b]).powi(2) + (ys[a] - ys[b]).powi(2);
            trustworthiness(&in_data, &orders(n, square))
        };
        let found = SEEDS.map(of_seed).iter().sum::<f64>() / SEEDS.len() as f64;
        let expected = golden["values"][words].as_f64().unwrap();
        println!("{name}, {words}: {found:.4}, expected {expected:.4}");
        assert!(
            found >= expected - MARGIN,
            "{name}, {words}: {found}, expected {expected}"
        );
    }
}

#[test]
fn maps_of_gtex_keep_as_many_neighbors_as_those_of_the_peers() {
    check("gtex", "archs4/gtex_scira_467x520_log2.tsv.gz");
}

#[test]
fn maps_of_golub_keep_as_many_neighbors_as_those_of_the_peers() {
    check("golub", "labelled/golub.tsv.gz");
}
