use super::{Embed, EmbedMethod, EmbedParameters};
use crate::{
    Dataset,
    analyses::{
        Inputs, StepOutput,
        testing::{dataset, run, run_with_warnings},
    },
    random::Random,
};

const UMAP: EmbedParameters = EmbedParameters {
    method: EmbedMethod::Umap,
    perplexity: 30.0,
    neighbors: 15,
    components: 30,
    seed: 0,
};

/// Genes of samples in two groups, in turn.
fn groups(n_samples: usize) -> Dataset {
    let mut random = Random::new(2);
    let mut gene = |shift: f64| -> Vec<f32> {
        let value = |sample: usize| (sample % 2) as f64 * shift + random.signed();
        (0..n_samples)
            .map(value)
            .map(|value| value as f32)
            .collect()
    };
    let rows: Vec<Vec<f32>> = (0..12).map(|at| gene(f64::from(at))).collect();
    let rows: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
    dataset(&rows)
}

#[test]
fn groups_of_samples_are_groups_on_the_map() {
    let inputs = Inputs::of("a", groups(60));
    for parameters in [EmbedParameters::default(), UMAP] {
        let output = run::<Embed>(&inputs, &parameters).unwrap();
        let [xs, ys] = &output.coordinates;
        let apart = |a: usize, b: usize| (xs[a] - xs[b]).hypot(ys[a] - ys[b]);
        for sample in 0..60 {
            let others = (0..60).filter(|&other| other != sample);
            let nearest = others.min_by(|&a, &b| apart(sample, a).total_cmp(&apart(sample, b)));
            assert_eq!(nearest.map(|other| other % 2), Some(sample % 2));
        }
    }
}

#[test]
fn too_large_a_neighborhood_is_lowered_and_told() {
    let inputs = Inputs::of("a", groups(10));
    for (parameters, used) in [(EmbedParameters::default(), 4.5), (UMAP, 10.0)] {
        let (output, warnings) = run_with_warnings::<Embed>(&inputs, &parameters);
        assert_eq!(output.unwrap().summary().neighborhood, used);
        assert_eq!(warnings[0].code, "too_few_samples");
    }
}

#[test]
fn three_samples_are_too_few_and_equal_ones_have_no_map() {
    let code = |data| {
        run::<Embed>(&Inputs::of("a", data), &UMAP)
            .unwrap_err()
            .code()
    };
    assert_eq!(code(groups(3)), "too_few");
    assert_eq!(code(dataset(&[&[1.0; 8]])), "unsuitable");
}

#[test]
fn another_seed_gives_another_map() {
    let inputs = Inputs::of("a", groups(40));
    let map = |seed| {
        run::<Embed>(&inputs, &EmbedParameters { seed, ..UMAP })
            .unwrap()
            .coordinates
    };
    assert_eq!(map(1), map(1));
    assert_ne!(map(1), map(2));
}
