use std::sync::{Mutex, atomic::AtomicBool};

use super::{Arm, Augment, AugmentOutput, AugmentParameters, How, Verdict};
use crate::{
    AnalysisError, Dataset, Matrix,
    analyses::{
        Analysis, Inputs, Parameters, SYNTHETIC, Shapes, StepOutput, testing::run_with_warnings,
    },
    context::{Context, Loss, Progress},
    dataset::{Column, ColumnValues},
    random::Random,
};

const N_GENES: usize = 40;

/// Labels `a` (30 samples), `b` (30) and `rare`, two samples a patient; genes differ between labels
/// by about as much as within.
fn data(n_rare: usize) -> Dataset {
    let mut random = Random::new(4);
    let labels: Vec<&str> = [vec!["a"; 30], vec!["b"; 30], vec!["rare"; n_rare]].concat();
    let mut values = Vec::new();
    for gene in 0..N_GENES {
        let centers = [0, 1, 2].map(|_| 6.0 + random.normal());
        for label in &labels {
            let center = centers[["a", "b", "rare"]
                .iter()
                .position(|of| of == label)
                .unwrap()];
            values.push((center + random.normal()) as f32);
        }
        // One gene with a gap.
        if gene == 3 {
            values[3 * labels.len() + 5] = f32::NAN;
        }
    }
    let n = labels.len();
    let mut data = Dataset::new(
        Matrix::from_rows(N_GENES, n, values),
        (0..N_GENES).map(|at| format!("g{at}")).collect(),
        (0..n).map(|at| format!("s{at}")).collect(),
    );
    let column = |name: &str, texts: Vec<String>| Column {
        name: name.into(),
        values: ColumnValues::from_text(texts),
    };
    let texts = labels.iter().map(ToString::to_string).collect();
    data.sample_annotations.set(column("kind", texts));
    let patients = (0..n).map(|at| format!("p{}", at / 2)).collect();
    data.sample_annotations.set(column("patient", patients));
    data
}

fn parameters() -> AugmentParameters {
    AugmentParameters {
        label: "kind".into(),
        rare: "rare".into(),
        repeats: 2,
        trees: 20,
        gan_steps: 20,
        ..AugmentParameters::default()
    }
}

fn run(
    data: Dataset,
    parameters: &AugmentParameters,
) -> (Result<AugmentOutput, AnalysisError>, Vec<String>) {
    let (found, warnings) = run_with_warnings::<Augment>(&Inputs::of("set", data), parameters);
    (
        found,
        warnings.into_iter().map(|warning| warning.code).collect(),
    )
}

fn augmented(parameters: &AugmentParameters) -> AugmentOutput {
    run(data(8), parameters).0.unwrap()
}

#[test]
fn all_ways_are_tested_on_every_split() {
    let found = augmented(&parameters());
    assert_eq!(found.splits.len(), 2);
    for split in &found.splits {
        assert_eq!(split.scores.len(), Arm::ALL.len());
        for scores in &split.scores {
            assert!((0.0..=1.0).contains(&scores.rare_f1) && scores.rare_auc > 0.5);
        }
        // Changing a threshold changes no order.
        let [plain, tuned] = [Arm::None, Arm::Threshold].map(|arm| split.scores[arm.place()]);
        assert_eq!(plain.rare_auc, tuned.rare_auc);
        // A third of 8 is held out, and 20 of 30 of the others are learned from.
        assert!(
            matches!(split.n_rare, [5, 15, 3] | [6, 14, 2]),
            "{:?}",
            split.n_rare
        );
    }
}

#[test]
fn every_gan_tells_how_it_learns_as_it_is_kept() {
    let told = Mutex::new(Vec::new());
    let hear = |progress: Progress| told.lock().unwrap().extend(progress.loss);
    let parameters = AugmentParameters {
        gan_steps: 100,
        ..parameters()
    };
    let not_cancelled = AtomicBool::new(false);
    let context = Context::new(&not_cancelled, &hear);
    let found = Augment::run(&Inputs::of("set", data(8)), &parameters, &context).unwrap();
    let told = told.into_inner().unwrap();
    let kept = [
        &found.last_losses,
        &found.splits[0].losses,
        &found.splits[1].losses,
    ];
    for (network, kept) in kept.into_iter().enumerate() {
        let told: Vec<&Loss> = told.iter().filter(|loss| loss.network == network).collect();
        let steps: Vec<usize> = told.iter().map(|loss| loss.step).collect();
        assert_eq!(steps, (1..=20).map(|at| 5 * at).collect::<Vec<_>>());
        for loss in told {
            let point = kept.iter().find(|point| point.step == loss.step).unwrap();
            let expected = (100, point.critic, point.generator);
            assert_eq!((loss.n_steps, loss.critic, loss.generator), expected);
        }
    }
}

#[test]
fn made_samples_alone_are_tested_on_real_ones_beside_what_real_ones_teach() {
    let found = augmented(&parameters());
    let real = found.mean(Arm::None, |scores| scores.rare_auc);
    for quality in &found.qualities {
        assert_eq!(quality.real_alone_auc, real);
        // Made from samples that the label tells apart, they teach it too.
        assert!((0.7..=1.0).contains(&quality.made_alone_auc), "{quality:?}");
    }
    assert!(real > 0.7);
}

#[test]
fn comparisons_are_with_none_and_with_the_best_cheap_way() {
    let found = augmented(&parameters());
    let pairs: Vec<(Arm, Arm)> = found
        .comparisons
        .iter()
        .map(|of| (of.arm, of.baseline))
        .collect();
    assert!(
        pairs[..6]
            .iter()
            .zip(&Arm::ALL[1..])
            .all(|(pair, arm)| *pair == (*arm, Arm::None))
    );
    assert_eq!(pairs.len(), 7);
    assert!(pairs[6].0 == Arm::Gan && pairs[6].1.is_cheap());
    let smote = augmented(&AugmentParameters {
        how: How::Smote,
        ..parameters()
    });
    let last = smote.comparisons.last().unwrap();
    assert!(last.arm == Arm::Smote && last.baseline != Arm::Smote && last.baseline.is_cheap());
}

#[test]
fn a_verdict_says_what_the_interval_says() {
    let found = augmented(&parameters());
    let words = match found.gan().verdict() {
        Verdict::Helped => "better than the best cheap baseline",
        Verdict::Harmed => "worse than the best cheap baseline",
        Verdict::NoBenefit => "no measurable benefit over the best cheap baseline",
    };
    assert!(found.verdict().contains(words), "{}", found.verdict());
}

#[test]
fn made_samples_stand_behind_the_real_ones_and_are_flagged() {
    for (how, way) in [
        (How::Duplicate, "duplicate"),
        (How::Smote, "smote"),
        (How::Residual, "residual"),
        (How::Gan, "gan"),
    ] {
        let real = data(8);
        let found = augmented(&AugmentParameters {
            how,
            synthetic: Some(5),
            ..parameters()
        });
        let data = found.dataset().unwrap();
        assert_eq!((data.n_genes(), data.n_samples()), (N_GENES, 68 + 5));
        assert_eq!(data.samples[68], format!("synthetic rare {way} 1"));
        for gene in 0..N_GENES {
            let old: Vec<u32> = real.matrix.row(gene).iter().map(|x| x.to_bits()).collect();
            let new = data.matrix.row(gene).iter().map(|x| x.to_bits());
            assert_eq!(new.take(68).collect::<Vec<_>>(), old);
            let made = &data.matrix.row(gene)[68..];
            assert!(
                made.iter().all(|x| x.is_nan() == (gene == 3)),
                "{way}: {made:?}"
            );
        }
        let text = |column: &str, at| {
            data.sample_annotations
                .column(column)
                .unwrap()
                .values
                .text(at)
        };
        assert_eq!([text(SYNTHETIC, 67), text(SYNTHETIC, 68)], ["", "yes"]);
        assert_eq!([text("kind", 72), text("patient", 72)], ["rare", ""]);
    }
}

#[test]
fn nothing_is_added_where_nothing_is_asked_for() {
    for how in [How::None, How::Weights] {
        let found = augmented(&AugmentParameters {
            how,
            ..parameters()
        });
        assert_eq!(found.dataset().unwrap().n_samples(), 68);
        assert_eq!(found.summary().n_synthetic, 0);
    }
}

#[test]
fn synthetic_samples_of_before_take_no_part() {
    let first = augmented(&AugmentParameters {
        how: How::Duplicate,
        ..parameters()
    });
    let again = run((**first.dataset().unwrap()).clone(), &parameters())
        .0
        .unwrap();
    let plain = augmented(&parameters());
    assert_eq!(again.summary(), plain.summary());
}

#[test]
fn one_seed_gives_equal_results_and_groups_stay_together() {
    let parameters = AugmentParameters {
        group: "patient".into(),
        how: How::Gan,
        ..parameters()
    };
    let tables = || augmented(&parameters).tables();
    let [first, second] = [tables(), tables()].map(|tables| format!("{tables:?}"));
    assert_eq!(first, second);
}

#[test]
fn the_rare_label_is_the_one_of_the_fewest_samples() {
    let found = augmented(&AugmentParameters {
        rare: String::new(),
        ..parameters()
    });
    assert_eq!(found.summary().rare, "rare");
}

#[test]
fn few_rare_samples_are_warned_of() {
    assert_eq!(
        run(data(8), &parameters()).1,
        ["few_rare", "incomplete_genes"]
    );
    let parameters = AugmentParameters {
        synthetic: Some(2),
        ..parameters()
    };
    assert_eq!(run(data(20), &parameters).1, ["incomplete_genes"]);
    // Half of the samples have no label.
    let mut half = data(8);
    let labels = (0..68).map(|at| ["", "a", "rare"][usize::from(at >= 34) + usize::from(at >= 60)]);
    let values = ColumnValues::Text(labels.map(String::from).collect());
    half.sample_annotations.set(Column {
        name: "kind".into(),
        values,
    });
    assert!(
        run(half, &parameters)
            .1
            .contains(&"few_labelled".to_owned())
    );
}

#[test]
fn what_cannot_be_tested_is_refused_with_the_reason() {
    let check = |data: Dataset, parameters: AugmentParameters, expected: &str| {
        let error = run(data, &parameters).0.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(data(3), parameters(), "rare has 3 samples");
    check(
        data(8),
        AugmentParameters {
            label: String::new(),
            ..parameters()
        },
        "label is empty",
    );
    check(
        data(8),
        AugmentParameters {
            label: "colour".into(),
            ..parameters()
        },
        "colour",
    );
    check(
        data(8),
        AugmentParameters {
            rare: "c".into(),
            ..parameters()
        },
        "a label of kind: a, b, rare",
    );
    check(
        data(8),
        AugmentParameters {
            rare: "a".into(),
            ..parameters()
        },
        "a has 30 samples, as many",
    );
    check(
        data(8),
        AugmentParameters {
            test_share: 0.9,
            ..parameters()
        },
        "no split with a share of 0.9",
    );
    let with = |values: ColumnValues| {
        let mut data = data(8);
        data.sample_annotations.set(Column {
            name: "kind".into(),
            values,
        });
        data
    };
    check(
        with(ColumnValues::Text(vec!["a".into(); 68])),
        parameters(),
        "all 68 labelled samples are a",
    );
    check(
        with(ColumnValues::Number((0..68).map(f64::from).collect())),
        parameters(),
        "numbers, 68 different ones",
    );
    let kinds = |at: usize| f64::from(u8::from(at < 30) + 2 * u8::from(at >= 60));
    let numbers = || with(ColumnValues::Number((0..68).map(kinds).collect()));
    let second = AugmentParameters {
        rare: "2".into(),
        ..parameters()
    };
    check(numbers(), second.clone(), "numbers, 3 different ones");
    let as_labels = AugmentParameters {
        numbers_as_labels: true,
        ..second
    };
    assert_eq!(run(numbers(), &as_labels).0.unwrap().summary().rare, "2");
    let mut one_group = data(8);
    let values = ColumnValues::Text((0..68).map(|at| (at / 60).to_string()).collect());
    one_group.sample_annotations.set(Column {
        name: "patient".into(),
        values,
    });
    let grouped = AugmentParameters {
        group: "patient".into(),
        ..parameters()
    };
    check(one_group, grouped, "are of one group of patient");
}

#[test]
fn parameters_out_of_range_are_told_at_their_field() {
    let check = |parameters: AugmentParameters, field: &str| {
        assert_eq!(
            parameters.check(&Shapes::default()).unwrap_err().field,
            field
        );
    };
    check(
        AugmentParameters {
            repeats: 1,
            ..parameters()
        },
        "repeats",
    );
    check(
        AugmentParameters {
            trees: 0,
            ..parameters()
        },
        "trees",
    );
    check(
        AugmentParameters {
            test_share: 0.95,
            ..parameters()
        },
        "test_share",
    );
    check(
        AugmentParameters {
            synthetic: Some(0),
            ..parameters()
        },
        "synthetic",
    );
    check(
        AugmentParameters {
            gan_steps: 0,
            ..parameters()
        },
        "gan_steps",
    );
    check(
        AugmentParameters {
            components: 1,
            ..parameters()
        },
        "components",
    );
}
