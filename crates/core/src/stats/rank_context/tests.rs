use super::{
    CellContext, EmbeddingKind, MASK_TOKEN, RankContext, gene_embedding, one_minus_cosine,
};
use crate::{
    context::quietly,
    matrix::Matrix,
    random::Random,
    stats::{
        rank_encoding::{Sequence, Vocabulary, encode, usual_counts},
        sequence_edit::{Edit, EditedSequence, SequenceMode},
    },
};

const N_DIMS: usize = 12;

/// An encoder of random genes, and a sequence of some of them.
fn random_cell(n_genes: usize, position_weight: f64, seed: u64) -> (RankContext, Vec<u32>) {
    let mut random = Random::new(seed);
    let n_all = n_genes + 5;
    let mut genes: Vec<f64> = (0..n_all * N_DIMS).map(|_| random.normal()).collect();
    for gene in genes.chunks_mut(N_DIMS) {
        let length = gene.iter().map(|x| x * x).sum::<f64>().sqrt();
        for value in gene {
            *value /= length;
        }
    }
    let mut sequence: Vec<u32> = (0..n_all as u32).collect();
    random.shuffle(&mut sequence);
    sequence.truncate(n_genes);
    (
        RankContext::new(genes, N_DIMS, position_weight, 0.1),
        sequence,
    )
}

fn edited(sequence: &[u32], perturbed: &[u32], mode: SequenceMode) -> EditedSequence {
    let edit = Edit {
        mode,
        perturbed,
        mask: MASK_TOKEN,
        n_special: [0, 0],
        max_length: sequence.len() + perturbed.len(),
    };
    edit.apply(sequence)
}

/// 1 − cosine per gene of the sequence, everything computed as it is written.
fn by_force(encoder: &RankContext, sequence: &[u32], after: &EditedSequence) -> Vec<f64> {
    let d = encoder.n_dims();
    let positions: Vec<u32> = (0..sequence.len() as u32).collect();
    let before = encoder.hidden(sequence, &positions, &vec![true; sequence.len()]);
    let hidden = encoder.hidden(&after.tokens, &after.positions, &after.is_seen);
    let mut effects = vec![f64::NAN; sequence.len()];
    for &[was, is] in &after.compared {
        let x = &before[was as usize * d..][..d];
        let y = &hidden[is as usize * d..][..d];
        effects[was as usize] = one_minus_cosine(x, y);
    }
    effects
}

fn check_same(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        let is_same = found.is_nan() && expected.is_nan()
            || (found - expected).abs() <= 1e-6 * expected.abs() + 1e-15;
        assert!(
            is_same,
            "{what}, gene {at}: {found:e}, expected {expected:e}"
        );
    }
}

#[test]
fn the_closed_form_is_what_comes_out_by_force() {
    for (n, weight) in [(2, 0.0), (2, 0.5), (3, 0.5), (40, 0.0), (150, 0.5)] {
        let (encoder, sequence) = random_cell(n, weight, n as u64);
        let cell = CellContext::new(&encoder, &sequence);
        for place in [0, n / 2, n - 1] {
            let gene = &sequence[place..=place];
            let masked = edited(&sequence, gene, SequenceMode::AttentionMask);
            let expected = by_force(&encoder, &sequence, &masked);
            let what = format!("{n} genes, weight {weight}, place {place}");
            check_same(&cell.hide_with_mean(&[place]).0, &expected, &what);
            check_same(&cell.hide_each(&[place], false).effects, &expected, &what);
            let kept = edited(&sequence, gene, SequenceMode::DeleteKeepPositions);
            check_same(&by_force(&encoder, &sequence, &kept), &expected, &what);
            let mask = edited(&sequence, gene, SequenceMode::Mask);
            let expected = by_force(&encoder, &sequence, &mask);
            check_same(&cell.mask_with_mean(&encoder, &[place]).0, &expected, &what);
        }
    }
}

#[test]
fn a_set_is_hidden_as_one() {
    let (encoder, sequence) = random_cell(60, 0.5, 9);
    let cell = CellContext::new(&encoder, &sequence);
    let places = [3, 4, 31];
    let genes = places.map(|place| sequence[place]);
    let after = edited(&sequence, &genes, SequenceMode::AttentionMask);
    let (found, mean) = cell.hide_with_mean(&places);
    check_same(&found, &by_force(&encoder, &sequence, &after), "set");

    let expected = mean_by_force(&encoder, &after);
    assert!(one_minus_cosine(&mean, &expected) < 1e-14);
    let mask = edited(&sequence, &genes, SequenceMode::Mask);
    let found = cell.mask_with_mean(&encoder, &places).0;
    check_same(&found, &by_force(&encoder, &sequence, &mask), "masked set");
}

#[test]
fn without_positions_a_deletion_is_an_attention_mask_and_a_shift_is_nothing() {
    let (encoder, sequence) = random_cell(50, 0.0, 4);
    let cell = CellContext::new(&encoder, &sequence);
    let gene = &sequence[17..=17];
    let deleted = edited(&sequence, gene, SequenceMode::Delete);
    check_same(
        &cell.hide_each(&[17], false).effects,
        &by_force(&encoder, &sequence, &deleted),
        "delete",
    );
    let shifted = edited(&sequence, gene, SequenceMode::ShiftOnly);
    let found = by_force(&encoder, &sequence, &shifted);
    assert!(
        found
            .iter()
            .all(|&effect| effect.is_nan() || effect < 1e-15)
    );
}

#[test]
fn a_gene_that_is_not_there_and_a_cell_of_one_gene_change_nothing() {
    let (encoder, sequence) = random_cell(30, 0.5, 5);
    let absent = (0..35).find(|gene| !sequence.contains(gene)).unwrap();
    for mode in [
        SequenceMode::Delete,
        SequenceMode::Mask,
        SequenceMode::AttentionMask,
    ] {
        let found = by_force(&encoder, &sequence, &edited(&sequence, &[absent], mode));
        assert!(found.iter().all(|&effect| effect < 1e-15), "{mode:?}");
    }
    let cell = CellContext::new(&encoder, &sequence[..1]);
    assert!(cell.hide_with_mean(&[0]).0[0].is_nan());
    assert!(cell.hide_each(&[0], false).effects[0].is_nan());
}

/// The mean vector of the genes that are compared, everything computed as it is written.
fn mean_by_force(encoder: &RankContext, after: &EditedSequence) -> Vec<f64> {
    let d = encoder.n_dims();
    let hidden = encoder.hidden(&after.tokens, &after.positions, &after.is_seen);
    let mut mean = vec![0.0; d];
    for &[_, is] in &after.compared {
        for (sum, value) in mean.iter_mut().zip(&hidden[is as usize * d..]) {
            *sum += value / after.compared.len() as f64;
        }
    }
    mean
}

#[test]
fn genes_hidden_side_by_side_are_each_hidden_alone() {
    for (n, weight) in [(2, 0.0), (23, 0.5), (70, 0.0)] {
        let (encoder, sequence) = random_cell(n, weight, n as u64);
        let cell = CellContext::new(&encoder, &sequence);
        let places: Vec<usize> = (0..n).step_by(3).collect();
        let looked_at: Vec<usize> = (0..n).step_by(2).rev().collect();
        let found = cell.hide_each(&places, true);
        let of_some = cell.hide_each_from(&places, &looked_at);
        for (row, &place) in places.iter().enumerate() {
            let after = edited(&sequence, &[sequence[place]], SequenceMode::AttentionMask);
            let expected = by_force(&encoder, &sequence, &after);
            let effects = &found.effects[row * n..][..n];
            check_same(effects, &expected, &format!("{n} genes, place {place}"));
            for (column, &at) in looked_at.iter().enumerate() {
                let one = of_some[row * looked_at.len() + column];
                assert!(one == effects[at] || one.is_nan() && effects[at].is_nan());
            }
            let alone = cell.hide_each(&[place], true);
            assert_eq!(alone.means[0], found.means[row]);
            let [before, after_mean] = &found.means[row];
            assert!(one_minus_cosine(before, &cell.mean_without(&[place])) < 1e-14);
            let expected = mean_by_force(&encoder, &after);
            let is_same = |(x, y): (&f64, &f64)| (x - y).abs() < 1e-12;
            assert!(after_mean.iter().zip(&expected).all(is_same), "mean");
        }
    }
}

/// Two genes with nearly the same vector see nothing but each other at so low a temperature.
#[test]
fn where_one_gene_has_all_the_weight_what_is_left_is_added_up_anew() {
    let mut random = Random::new(8);
    let mut genes: Vec<f64> = (0..40 * N_DIMS).map(|_| random.normal()).collect();
    for at in 0..3 * N_DIMS {
        genes[at + 3 * N_DIMS] = genes[at] + 1e-3 * random.normal();
    }
    for gene in genes.chunks_mut(N_DIMS) {
        let length = gene.iter().map(|x| x * x).sum::<f64>().sqrt();
        for value in gene {
            *value /= length;
        }
    }
    let encoder = RankContext::new(genes, N_DIMS, 0.0, 0.01);
    let sequence: Vec<u32> = (0..40).collect();
    let cell = CellContext::new(&encoder, &sequence);
    let places: Vec<usize> = (0..8).collect();
    let found = cell.hide_each(&places, true);
    for place in places {
        let after = edited(&sequence, &[sequence[place]], SequenceMode::AttentionMask);
        let expected = by_force(&encoder, &sequence, &after);
        let effects = &found.effects[place * 40..][..40];
        check_same(effects, &expected, "alone");
        check_same(&cell.hide_with_mean(&[place]).0, &expected, "as a set");
        let mean = mean_by_force(&encoder, &after);
        assert!(one_minus_cosine(&found.means[place][1], &mean) < 1e-14);
        assert!(one_minus_cosine(&cell.hide_with_mean(&[place]).1, &mean) < 1e-14);
    }
    let largest = found.effects.iter().copied().fold(0.0, f64::max);
    assert!(largest > 0.1, "the twin matters: {largest}");
}

/// 600 cells of 800 genes, 25 modules of 16 genes that come and go together.
struct Planted {
    expression: Matrix,
    sequences: Vec<Sequence>,
}

const N_GENES: usize = 800;
const N_CELLS: usize = 600;
const N_MODULES: usize = 25;
const MODULE: usize = 16;

fn planted() -> Planted {
    let mut random = Random::new(20);
    let base: Vec<f64> = (0..N_GENES).map(|_| 1.2 + 0.8 * random.normal()).collect();
    let mut counts = vec![0.0; N_GENES * N_CELLS];
    for cell in 0..N_CELLS {
        let depth = 0.3 * random.normal();
        let activity: Vec<f64> = (0..N_MODULES).map(|_| random.normal()).collect();
        for gene in 0..N_GENES {
            let module = activity.get(gene / MODULE).copied().unwrap_or(0.0);
            let level = (base[gene] + depth + 0.4 * module + 0.6 * random.normal()).exp();
            // A normal approximation of a Poisson count is enough here.
            counts[gene * N_CELLS + cell] =
                (level + level.sqrt() * random.normal()).round().max(0.0) as f32;
        }
    }
    let counts = Matrix::from_rows(N_GENES, N_CELLS, counts);
    let own: Vec<Option<u32>> = (0..N_GENES as u32).map(Some).collect();
    let usual = quietly(|context| usual_counts(&counts, &own, N_GENES, context)).unwrap();
    let vocabulary = Vocabulary {
        genes: (0..N_GENES).map(|gene| gene.to_string()).collect(),
        tokens: (0..N_GENES as u32).collect(),
        medians: usual.iter().map(|usual| usual.median).collect(),
        of_row: own,
    };
    let cells: Vec<usize> = (0..N_CELLS).collect();
    let sequences = quietly(|context| encode(&counts, &vocabulary, &cells, 2_048, context));
    let mut expression = counts.transposed();
    for cell in 0..N_CELLS {
        let total: f32 = expression.row(cell).iter().sum();
        for value in expression.row_mut(cell) {
            *value = (*value / total * 1e4).ln_1p();
        }
    }
    Planted {
        expression: expression.transposed(),
        sequences: sequences.unwrap(),
    }
}

/// Chance that a member of `first` has a larger effect than one of `second`.
fn auc(first: &[f64], second: &[f64]) -> f64 {
    let pairs = first
        .iter()
        .flat_map(|x| second.iter().map(move |y| (x, y)));
    let (mut won, mut n) = (0.0, 0.0);
    for (x, y) in pairs {
        won += if x > y {
            1.0
        } else if x == y {
            0.5
        } else {
            0.0
        };
        n += 1.0;
    }
    won / n
}

/// Mean chances, over genes knocked out and cells, that the gene's own module is hit harder than
/// other genes, and that later genes are hit harder than earlier ones.
fn chances(planted: &Planted, encoder: &RankContext, mode: SequenceMode) -> [f64; 2] {
    let (mut modules, mut steps) = (Vec::new(), Vec::new());
    for gene in [3_u32, 40, 100, 222, 390] {
        let mut sums = vec![(0.0, 0); N_GENES];
        let with_gene = planted
            .sequences
            .iter()
            .filter(|cell| cell.genes.contains(&gene));
        for cell in with_gene.take(8) {
            let after = edited(&cell.genes, &[gene], mode);
            let effects = by_force(encoder, &cell.genes, &after);
            let place = cell.genes.iter().position(|&other| other == gene).unwrap();
            steps.push(auc(&effects[place + 1..], &effects[..place]));
            for (&other, effect) in cell.genes.iter().zip(effects) {
                if other != gene {
                    sums[other as usize].0 += effect;
                    sums[other as usize].1 += 1;
                }
            }
        }
        let mean = |other: usize| sums[other].0 / f64::from(sums[other].1);
        let is_module = |&other: &usize| other / MODULE == gene as usize / MODULE;
        let present = (0..N_GENES).filter(|&other| sums[other].1 > 0);
        let (own, others): (Vec<usize>, Vec<usize>) = present.partition(is_module);
        let of = |genes: &[usize]| genes.iter().map(|&gene| mean(gene)).collect::<Vec<_>>();
        modules.push(auc(&of(&own), &of(&others)));
    }
    [modules, steps].map(|values| values.iter().sum::<f64>() / values.len() as f64)
}

#[test]
fn planted_modules_are_found_by_the_mask_and_blurred_by_the_deletion() {
    let planted = planted();
    for (kind, least) in [(EmbeddingKind::Svd, 0.94), (EmbeddingKind::Ppmi, 0.92)] {
        let (genes, n_dims) = quietly(|context| {
            gene_embedding(
                kind,
                &planted.expression,
                &planted.sequences,
                64,
                0,
                context,
            )
        })
        .unwrap();
        let encoder = RankContext::new(genes, n_dims, 0.5, 0.1);
        let [masked, masked_step] = chances(&planted, &encoder, SequenceMode::AttentionMask);
        let [deleted, deleted_step] = chances(&planted, &encoder, SequenceMode::Delete);
        println!(
            "{kind:?}: mask {masked:.3} (step {masked_step:.3}), delete {deleted:.3} (step {deleted_step:.3})"
        );
        assert!(masked >= least && masked >= deleted + 0.05);
        assert!(deleted_step >= 0.98 && masked_step <= 0.55);
    }
}
