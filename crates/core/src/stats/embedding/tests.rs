use super::{
    Map, TsneOptions, UmapOptions, affinities::gaussian_weights, nearest_neighbors, tsne, umap,
};
use crate::{context::quietly, error::AnalysisError, matrix::Matrix, random::Random};

const TSNE: TsneOptions = TsneOptions {
    perplexity: 10.0,
    seed: 0,
};

const UMAP: UmapOptions = UmapOptions {
    n_neighbors: 10,
    seed: 0,
};

/// Three clouds of points far from each other, in turn.
fn clouds(n: usize) -> Matrix {
    let mut random = Random::new(5);
    let cell = |at: usize| {
        let (point, axis) = (at / 4, at % 4);
        let center = if axis == point % 3 { 20.0 } else { 0.0 };
        (center + random.signed()) as f32
    };
    Matrix::from_rows(n, 4, (0..4 * n).map(cell).collect())
}

fn lay_out(n: usize, umap_not_tsne: bool) -> Result<Map, AnalysisError> {
    let points = clouds(n);
    quietly(|context| {
        if umap_not_tsne {
            umap(&points, UMAP, context)
        } else {
            tsne(&points, TSNE, context)
        }
    })
}

fn square(map: &Map, a: usize, b: usize) -> f64 {
    (map[a][0] - map[b][0]).powi(2) + (map[a][1] - map[b][1]).powi(2)
}

#[test]
fn clouds_of_points_stay_apart() {
    for is_umap in [false, true] {
        let map = lay_out(150, is_umap).unwrap();
        for point in 0..map.len() {
            let others = (0..map.len()).filter(|&other| other != point);
            let nearest =
                others.min_by(|&a, &b| square(&map, point, a).total_cmp(&square(&map, point, b)));
            assert_eq!(nearest.map(|other| other % 3), Some(point % 3), "{point}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_number_of_threads() {
    for is_umap in [false, true] {
        let with_threads = |n: usize| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(n)
                .build()
                .unwrap();
            pool.install(|| lay_out(120, is_umap)).unwrap()
        };
        let one = with_threads(1);
        assert_eq!(one, with_threads(2));
        assert_eq!(one, with_threads(7));
    }
}

#[test]
fn few_and_equal_points_have_a_finite_place() {
    for n in [1, 2, 4, 9] {
        let points = Matrix::from_rows(n, 2, vec![3.0; 2 * n]);
        let options = TsneOptions {
            perplexity: 1.0,
            seed: 1,
        };
        let maps = quietly(|context| {
            [
                tsne(&points, options, context),
                umap(&points, UMAP, context),
            ]
        });
        for map in maps {
            assert!(map.unwrap().iter().flatten().all(|x| x.is_finite()), "{n}");
        }
    }
}

#[test]
fn neighbors_are_the_nearest_with_ties_to_the_first() {
    let points = Matrix::from_rows(5, 1, vec![0.0, 1.0, -1.0, 5.0, 0.0]);
    let found = quietly(|context| nearest_neighbors(&points, 3, context)).unwrap();
    let of = |point| found.of(point).collect::<Vec<_>>();
    assert_eq!(of(0), [(4, 0.0), (1, 1.0), (2, 1.0)]);
    assert_eq!(of(3), [(1, 16.0), (0, 25.0), (4, 25.0)]);
    let all = quietly(|context| nearest_neighbors(&points, 9, context)).unwrap();
    assert_eq!(all.k, 4);
}

#[test]
fn weights_have_the_perplexity_asked_for() {
    let squares: Vec<f64> = (1..60).map(|i| f64::from(i) * 7.5).collect();
    for perplexity in [2.0, 10.0, 30.0] {
        let weights = gaussian_weights(&squares, perplexity);
        let entropy: f64 = weights
            .iter()
            .map(|w| if *w > 0.0 { -w * w.ln() } else { 0.0 })
            .sum();
        assert!((entropy.exp() / perplexity - 1.0).abs() < 1e-4);
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
