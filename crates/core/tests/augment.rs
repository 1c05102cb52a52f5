//! The experiment of the reference on tissues of `GTEx`: 8 samples of each of 26 tissues are held out,
//! one tissue is cut to 4 training samples, the others keep 12; 8 tissues, 4 repeats, forests of
//! 100 trees. It takes minutes, and so runs in a release build alone:
//! `cargo test --release -p cuvette-core --test augment -- --nocapture`.

#![allow(clippy::unwrap_used, reason = "a test fails where it stands")]

mod common;

use std::sync::Arc;

use cuvette_core::{
    Dataset,
    analyses::augment::{Arm, ArmScores, AugmentParameters, OwnSplit},
    context::quietly,
    parallel,
    stats::forest::Labels,
};

const RARE: [&str; 8] = [
    "Stomach",
    "Colon",
    "Vagina",
    "Esophagus",
    "Breast",
    "Adipose Tissue",
    "Uterus",
    "Nerve",
];
const N_REPEATS: usize = 4;
const N_HELD_OUT: usize = 8;
const N_RARE: usize = 4;

/// Of GAN and SMOTE there, by the mean F1 of the rare tissue, and standard error of differences.
const GAN_OF_REFERENCE: f64 = 0.709;
const SMOTE_OF_REFERENCE: f64 = 0.809;
const STANDARD_ERROR: f64 = 0.04;

/// The data with the tissue of every sample.
fn tissues() -> Option<(Arc<Dataset>, Labels)> {
    let data = common::read_matrix("archs4/gtex_scira_467x520_log2.tsv.gz")?;
    let table = common::read_table("archs4/gtex_scira_labels.tsv")?;
    let (samples, tissues) = (table.texts("sample"), table.texts("tissue"));
    let mut names = tissues.clone();
    names.sort();
    names.dedup();
    let place = |sample: &String| {
        let row = samples.iter().position(|name| name == sample).unwrap();
        names.binary_search(&tissues[row]).unwrap() as u32
    };
    let of = data.samples.iter().map(place).collect();
    Some((data.into(), Labels::single(names, of)))
}

/// A seeded order, without pattern: the bits of the golden ratio, mixed.
fn shuffled(mut items: Vec<usize>, seed: u64) -> Vec<usize> {
    let key = |item: usize| {
        let mixed = (item as u64 + 1)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add((seed + 1).wrapping_mul(0xd134_2543_de82_ef95));
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    items.sort_by_key(|&item| key(item));
    items
}

/// Scores of all arms, in their order.
fn scores(data: &Arc<Dataset>, labels: &Labels, rare: usize, repeat: u64) -> Vec<ArmScores> {
    let (mut training, mut held_out) = (Vec::new(), Vec::new());
    for label in 0..labels.n_labels() {
        let of_label = (0..labels.n_samples()).filter(|&at| labels.has(at, label));
        let of_label = shuffled(of_label.collect(), 100 * repeat + rare as u64);
        let (tested, learned) = of_label.split_at(N_HELD_OUT);
        let n = if label == rare { N_RARE } else { learned.len() };
        held_out.extend(tested);
        training.extend(&learned[..n]);
    }
    training.sort_unstable();
    held_out.sort_unstable();
    let split = OwnSplit {
        data: Arc::clone(data),
        labels: labels.clone(),
        rare,
        training,
        held_out,
    };
    let parameters = AugmentParameters {
        seed: repeat,
        ..AugmentParameters::default()
    };
    quietly(|context| split.scores(&parameters, context)).unwrap()
}

#[test]
fn rare_tissues_are_helped_as_in_the_reference_or_better() {
    if cfg!(debug_assertions) {
        println!("skipped: takes minutes but in a release build");
        return;
    }
    let Some((data, labels)) = tissues() else {
        return;
    };
    let runs = parallel::map(RARE.len() * N_REPEATS, &|run| {
        let tissue = RARE[run % RARE.len()];
        let rare = labels.names.iter().position(|name| name == tissue).unwrap();
        scores(&data, &labels, rare, (run / RARE.len()) as u64)
    });
    let mean = |arm: Arm, of: fn(&ArmScores) -> f64| {
        runs.iter()
            .map(|scores| of(&scores[arm.place()]))
            .sum::<f64>()
            / runs.len() as f64
    };
    let f1 = |arm| mean(arm, |scores| scores.rare_f1);
    for arm in Arm::ALL {
        let n_better = |sign: f64| {
            let difference =
                |scores: &&Vec<ArmScores>| scores[arm.place()].rare_f1 - scores[0].rare_f1;
            runs.iter()
                .filter(|scores| sign * difference(scores) > 0.0)
                .count()
        };
        println!(
            "{:9} rare F1 {:.3}, {} won, {} lost, AUC {:.3}, macro F1 {:.3}, others {:.3}",
            arm.name(),
            f1(arm),
            n_better(1.0),
            n_better(-1.0),
            mean(arm, |scores| scores.rare_auc),
            mean(arm, |scores| scores.macro_f1),
            mean(arm, |scores| scores.other_f1),
        );
    }
    assert!(f1(Arm::Gan) > GAN_OF_REFERENCE);
    assert!(f1(Arm::Gan) > SMOTE_OF_REFERENCE - STANDARD_ERROR);
    assert!((f1(Arm::Smote) - SMOTE_OF_REFERENCE).abs() < 2.0 * STANDARD_ERROR);
    assert!(Arm::MAKING.iter().all(|&arm| f1(arm) > f1(Arm::Weights)));
    assert!(f1(Arm::Weights) > f1(Arm::None) - STANDARD_ERROR);
    // What help moves is the threshold: the order was right before.
    assert!(mean(Arm::None, |scores| scores.rare_auc) > 0.97);
}
