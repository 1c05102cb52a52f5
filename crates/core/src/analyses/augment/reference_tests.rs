//! The experiment of the reference on tissues of `GTEx`: 8 samples of each of 26 tissues are held out,
//! one tissue is cut to 4 training samples, the others keep 12; 8 tissues, 4 repeats, forests of
//! 100 trees. It takes minutes, and so runs in a release build alone:
//! `cargo test --release -p cuvette-core --lib rare_tissues -- --nocapture`.

use std::{collections::BTreeMap, fs, io::Read, path::PathBuf, sync::Arc};

use super::{
    Arm, ArmScores, arm::Growing, arms::Arms, labelled::Labelled, making::Maker, split::Split,
};
use crate::{
    Dataset, Matrix,
    context::quietly,
    parallel,
    random::Random,
    stats::{augmentation::WganOptions, forest::Labels},
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

fn read(name: &str) -> Option<String> {
    let above = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("CUVETTE_DATA").map_or(above, PathBuf::from);
    let bytes = fs::read(folder.join("archs4").join(name)).ok()?;
    let mut text = String::new();
    let mut decoder = flate2::read::MultiGzDecoder::new(bytes.as_slice());
    match decoder.read_to_string(&mut text) {
        Ok(_) => Some(text),
        Err(_) => String::from_utf8(bytes).ok(),
    }
}

/// The data with the tissue of every sample, as a place among the sorted names of tissues.
fn tissues() -> Option<(Arc<Dataset>, Labels)> {
    let (text, labels) = (
        read("gtex_scira_467x520_log2.tsv.gz")?,
        read("gtex_scira_labels.tsv")?,
    );
    let mut lines = text.lines();
    let samples: Vec<String> = lines.next()?.split('\t').skip(1).map(Into::into).collect();
    let (mut genes, mut values) = (Vec::new(), Vec::new());
    for line in lines {
        let (gene, cells) = line.split_once('\t')?;
        genes.push(gene.to_owned());
        values.extend(cells.split('\t').map(|cell| cell.parse::<f32>().unwrap()));
    }
    let tissue_of: BTreeMap<&str, &str> = labels
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let mut names: Vec<String> = tissue_of.values().map(ToString::to_string).collect();
    names.sort();
    names.dedup();
    let place = |sample: &String| {
        names
            .iter()
            .position(|name| name == tissue_of[sample.as_str()])
    };
    let of = samples
        .iter()
        .map(|sample| place(sample).unwrap() as u32)
        .collect();
    let matrix = Matrix::from_rows(genes.len(), samples.len(), values);
    Some((
        Dataset::new(matrix, genes, samples).into(),
        Labels::single(names, of),
    ))
}

fn split<'a>(labelled: &'a Labelled, random: &mut Random) -> Split<'a> {
    let mut split = Split {
        labelled,
        training: Vec::new(),
        held_out: Vec::new(),
    };
    for label in 0..labelled.labels.n_labels() {
        let is_of_label = |at: &usize| labelled.labels.has(*at, label);
        let mut of_label: Vec<usize> = labelled
            .samples
            .iter()
            .copied()
            .filter(is_of_label)
            .collect();
        random.shuffle(&mut of_label);
        let (held_out, training) = of_label.split_at(N_HELD_OUT);
        let n = if label == labelled.rare {
            N_RARE
        } else {
            training.len()
        };
        split.held_out.extend(held_out);
        split.training.extend(&training[..n]);
    }
    split.training.sort_unstable();
    split.held_out.sort_unstable();
    split
}

/// Scores of all arms, in their order.
fn scores(labelled: &Labelled, repeat: u64) -> Vec<ArmScores> {
    let mut random = Random::of_piece(repeat, labelled.rare as u64);
    let split = split(labelled, &mut random);
    let training = split.matrix_of(&split.training);
    let options = WganOptions {
        seed: random.bits(),
        ..WganOptions::default()
    };
    quietly(|context| {
        let maker = Maker::fit(&split, &training, &options, 50, context, &mut |_| Ok(())).unwrap();
        let arms = Arms {
            split: &split,
            training: &training,
            maker: &maker,
            n_made: split.n_to_make(None),
            growing: Growing {
                n_trees: 100,
                seed: repeat,
            },
            context,
        };
        arms.scores(&mut random).unwrap()
    })
}

#[test]
fn rare_tissues_are_helped_as_in_the_reference_or_better() {
    if cfg!(debug_assertions) {
        println!("skipped: takes minutes but in a release build");
        return;
    }
    let Some((data, labels)) = tissues() else {
        println!("skipped: real data not present");
        return;
    };
    let runs = parallel::map(RARE.len() * N_REPEATS, &|run| {
        let tissue = RARE[run % RARE.len()];
        let labelled = Labelled {
            data: Arc::clone(&data),
            samples: (0..data.n_samples()).collect(),
            rare: labels.names.iter().position(|name| name == tissue).unwrap(),
            labels: labels.clone(),
            groups: None,
        };
        scores(&labelled, (run / RARE.len()) as u64)
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
