use super::{Qc, QcOutput, QcParameters, QcVerdictCode};
use crate::{
    Dataset,
    analyses::{
        Inputs, StepOutput,
        testing::{dataset, names, run},
    },
    dataset::{Column, ColumnValues, ValueKind},
    figure::{ColorBy, FigureKind, FigureRequest},
    table::TableValues,
};

/// A number between 0 and 1 without pattern.
fn noise(gene: usize, sample: usize) -> f32 {
    let mixed =
        (gene as u64 * 7919 + sample as u64 * 104_729 + 17).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 40) as f32 / (1 << 24) as f32
}

/// 200 genes of samples whose logarithms are those of the kind of each, and noise.
fn of_kinds(kinds: &[usize]) -> Dataset {
    let rows: Vec<Vec<f32>> = (0..200)
        .map(|gene| {
            let value = |(sample, &kind): (usize, &usize)| {
                4.0 + 6.0 * noise(gene, 1000 + kind) + 0.5 * noise(gene, sample) - 1.0
            };
            kinds.iter().enumerate().map(value).collect()
        })
        .collect();
    let rows: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
    let mut data = dataset(&rows);
    data.kind = ValueKind::Log;
    data
}

fn annotated(mut data: Dataset, columns: &[(&str, &[&str])]) -> Dataset {
    for (name, values) in columns {
        data.sample_annotations.set(Column {
            name: (*name).into(),
            values: ColumnValues::Text(names(values)),
        });
    }
    data
}

fn qc(data: Dataset, parameters: &QcParameters) -> QcOutput {
    run::<Qc>(&Inputs::of("a", data), parameters).unwrap()
}

fn by_group() -> QcParameters {
    QcParameters {
        group: "group".into(),
        ..Default::default()
    }
}

/// Codes and samples of all verdicts.
fn verdicts(output: &QcOutput) -> Vec<(QcVerdictCode, String)> {
    let verdicts = output.verdicts.iter();
    verdicts
        .map(|verdict| (verdict.code, verdict.samples.join(" ")))
        .collect()
}

fn check(data: Dataset, parameters: &QcParameters, expected: &[(QcVerdictCode, &str)]) {
    let found = verdicts(&qc(data, parameters));
    let expected: Vec<(QcVerdictCode, String)> = expected
        .iter()
        .map(|&(code, samples)| (code, samples.to_owned()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn sizes_gaps_and_quartiles_are_those_of_each_sample() {
    let mut data = dataset(&[&[0.0, 1.0], &[4.0, f32::NAN], &[8.0, 3.0]]);
    data.kind = ValueKind::Counts;
    let tables = qc(data, &QcParameters::default()).tables();
    let columns: Vec<&str> = tables[0].columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(
        columns[..7],
        [
            "sample",
            "library_size",
            "detected_genes",
            "missing",
            "median",
            "q1",
            "q3"
        ]
    );
    let numbers = |at: usize| tables[0].columns[at].values.clone();
    assert_eq!(numbers(1), TableValues::Number(vec![12.0, 4.0]));
    assert_eq!(numbers(2), TableValues::Integer(vec![Some(2), Some(2)]));
    assert_eq!(numbers(3), TableValues::Integer(vec![Some(0), Some(1)]));
    assert_eq!(numbers(4), TableValues::Number(vec![4.0, 2.0]));
    assert_eq!(numbers(5), TableValues::Number(vec![2.0, 1.5]));
    assert_eq!(numbers(6), TableValues::Number(vec![6.0, 2.5]));
    let columns: Vec<&str> = tables[1].columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(columns, ["sample_a", "sample_b", "r", "verdict"]);
}

#[test]
fn swapped_samples_are_a_pair_and_a_lone_misfit_is_mislabeled() {
    use QcVerdictCode::{LikelySwap, Mislabeled};
    let groups: &[(&str, &[&str])] = &[("group", &["x", "x", "x", "y", "y", "y"])];
    let check = |kinds: &[usize], expected: &[(QcVerdictCode, &str)]| {
        check(annotated(of_kinds(kinds), groups), &by_group(), expected);
    };
    check(&[0, 0, 0, 1, 1, 1], &[]);
    check(&[0, 1, 0, 1, 0, 1], &[(LikelySwap, "s1 s4")]);
    check(&[0, 1, 0, 1, 1, 1], &[(Mislabeled, "s1")]);
    // Groups that are not there cannot be mixed up.
    check(&[0, 0, 0, 0, 0, 0], &[]);
}

#[test]
fn groups_are_read_off_numbered_names() {
    let mut data = of_kinds(&[0, 1, 0, 1, 0, 1]);
    data.samples = names(&["wt_1", "wt_2", "wt_3", "ko_1", "ko_2", "ko_3"]).into();
    let output = qc(data, &QcParameters::default());
    assert_eq!(
        verdicts(&output),
        [(QcVerdictCode::LikelySwap, "wt_2 ko_2".to_owned())]
    );
    assert!(
        output.verdicts[0]
            .evidence
            .ends_with("Groups read off the sample names.")
    );
    assert!(
        output
            .note()
            .ends_with("2 groups were read off the sample names.")
    );
}

#[test]
fn the_same_sample_twice_is_told_from_nearly_the_same() {
    let mut data = of_kinds(&[0, 0, 0]);
    for gene in 0..200 {
        let row = data.matrix.row_mut(gene);
        row[1] = row[0];
        row[2] = row[0] + 0.1 * noise(gene, 5);
    }
    check(
        data,
        &QcParameters::default(),
        &[
            (QcVerdictCode::Duplicate, "s0 s1"),
            (QcVerdictCode::NearDuplicate, "s0 s2"),
            (QcVerdictCode::NearDuplicate, "s1 s2"),
        ],
    );
}

#[test]
fn samples_without_a_value_other_than_zero_are_told_once() {
    let mut rows = vec![[3.0, 0.0, 8.0, 0.0], [5.0, 0.0, 2.0, 0.0]];
    rows.extend((0_u8..20).map(|at| [f32::from(at), 0.0, f32::from(at % 7), 0.0]));
    let rows: Vec<&[f32]> = rows.iter().map(<[f32; 4]>::as_slice).collect();
    let found = qc(dataset(&rows), &QcParameters::default());
    let empty = (QcVerdictCode::EmptySample, "s1 s3".to_owned());
    assert_eq!(verdicts(&found)[0], empty);
    assert!(
        found.verdicts[0]
            .evidence
            .starts_with("2 of 4 samples hold no value")
    );

    // Ratios that happen to sum to zero are values.
    let ratios = dataset(&[&[-1.0, 1.0], &[-2.0, 1.0], &[3.0, -2.0]]);
    let found = verdicts(&qc(ratios, &QcParameters::default()));
    assert!(!found.iter().any(|(code, _)| *code == empty.0), "{found:?}");
}

#[test]
fn a_sample_unlike_all_others_is_an_outlier() {
    check(
        of_kinds(&[0, 0, 0, 0, 0, 0, 1]),
        &QcParameters::default(),
        &[(QcVerdictCode::Outlier, "s6")],
    );
}

#[test]
fn a_batch_that_is_a_group_is_told_and_a_crossed_one_is_not() {
    let check = |batches: &[&str], expected: &[(QcVerdictCode, &str)]| {
        let groups: &[(&str, &[&str])] = &[("group", &["x", "x", "y", "y"]), ("day", batches)];
        let parameters = QcParameters {
            batch: "day".into(),
            ..by_group()
        };
        check(
            annotated(of_kinds(&[0, 0, 1, 1]), groups),
            &parameters,
            expected,
        );
    };
    check(
        &["1", "1", "2", "2"],
        &[(QcVerdictCode::BatchEqualsGroup, "")],
    );
    check(
        &["1", "2", "3", "4"],
        &[(QcVerdictCode::BatchEqualsGroup, "")],
    );
    check(&["1", "2", "1", "2"], &[]);
    check(&["1", "1", "1", "1"], &[]);
}

fn counts(depths: &[f32]) -> Dataset {
    let rows: Vec<Vec<f32>> = (0..300)
        .map(|gene| {
            let value = |(sample, depth): (usize, &f32)| {
                (depth * (1.0 + 90.0 * noise(gene, 999)) * (0.8 + 0.4 * noise(gene, sample)))
                    .round()
            };
            depths.iter().enumerate().map(value).collect()
        })
        .collect();
    let rows: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
    let mut data = dataset(&rows);
    data.kind = ValueKind::Counts;
    data
}

#[test]
fn library_size_that_explains_the_first_component_is_told() {
    use QcVerdictCode::LibrarySizeFirst;
    let check = |depths: &[f32], expected: &[(QcVerdictCode, &str)]| {
        check(counts(depths), &QcParameters::default(), expected);
    };
    check(&[1.0, 2.0, 4.0, 8.0, 3.0, 6.0], &[(LibrarySizeFirst, "")]);
    check(&[1.0; 6], &[]);
}

#[test]
fn logarithms_of_counts_are_recognized_once_and_twice() {
    let scaled = |kind: ValueKind, label: &str, f: fn(f32) -> f32| {
        let mut data = counts(&[0.3; 4]);
        data.matrix.values_mut().iter_mut().for_each(|x| *x = f(*x));
        data.kind = kind;
        data.value_label = label.into();
        verdicts(&qc(data, &QcParameters::default()))
            .into_iter()
            .map(|(code, _)| code)
            .collect::<Vec<_>>()
    };
    let log2 = |x: f32| (x + 1.0).log2();
    let (once, twice) = (QcVerdictCode::AlreadyLogged, QcVerdictCode::LoggedTwice);
    assert_eq!(scaled(ValueKind::Unknown, "value", log2), [once]);
    assert_eq!(
        scaled(ValueKind::Unknown, "value", |x| (x + 1.0).ln()),
        [once]
    );
    assert_eq!(scaled(ValueKind::Log, "log2(count + 1)", log2), []);
    let log_log = |x: f32| ((x + 1.0).log2() + 1.0).log2();
    assert_eq!(scaled(ValueKind::Log, "log2(value + 1)", log_log), [twice]);
    assert_eq!(scaled(ValueKind::Log, "log2(log2(x) + 1)", log2), [twice]);
    assert_eq!(scaled(ValueKind::Counts, "count", |x| x), []);
}

/// Six samples, three of each sex by their genes.
fn of_sexes(words: &[&str; 6]) -> Dataset {
    let mut data = of_kinds(&[0; 6]);
    let mut genes = data.genes.to_vec();
    genes[0] = "Xist".into();
    genes[1] = "ENSG00000129824.16".into();
    data.genes = genes.into();
    data.matrix
        .row_mut(0)
        .copy_from_slice(&[11.0, 12.0, 11.5, 2.0, 1.0, 3.0]);
    data.matrix
        .row_mut(1)
        .copy_from_slice(&[1.0, 2.0, 0.5, 9.0, 8.0, 8.5]);
    annotated(data, &[("Sex", words)])
}

#[test]
fn genes_of_another_sex_than_the_annotation_are_told() {
    use QcVerdictCode::SexMismatch;
    let check = |words: &[&str; 6], expected: &[(QcVerdictCode, &str)]| {
        check(of_sexes(words), &QcParameters::default(), expected);
    };
    check(&["f", "F", "female", "M", "male", ""], &[]);
    check(
        &["f", "M", "f", "M", "f", "M"],
        &[(SexMismatch, "s1"), (SexMismatch, "s4")],
    );
    check(&["f", "f", "f", "f", "", ""], &[(SexMismatch, "s3")]);
    check(&["1", "2", "1", "2", "1", "2"], &[]);
}

#[test]
fn the_evidence_of_a_sex_names_the_genes() {
    let output = qc(
        of_sexes(&["f", "M", "f", "M", "M", "M"]),
        &QcParameters::default(),
    );
    let evidence = &output.verdicts[0].evidence;
    assert!(
        evidence.contains("XIST is 12.0, the mean of 1 genes of the Y chromosome 2.0"),
        "{evidence}"
    );
}

#[test]
fn pictures_are_points_lines_and_boxes_colored_by_annotations() {
    let output = qc(
        of_sexes(&["f", "f", "f", "m", "m", "m"]),
        &QcParameters::default(),
    );
    let kind = |name: &str, color: Option<ColorBy>| {
        let request = FigureRequest {
            name: name.into(),
            color,
            ..FigureRequest::default()
        };
        output.figure(&request).unwrap().kind
    };
    let by_sex = Some(ColorBy::Column("Sex".into()));
    let FigureKind::Scatter(scatter) = kind("library_size", by_sex) else {
        panic!("points expected")
    };
    assert_eq!(scatter.points.len(), 6);
    assert!(scatter.coloring.is_some());
    assert!(matches!(kind("density", None), FigureKind::Lines(_)));
    assert!(matches!(kind("samples", None), FigureKind::Boxes(_)));
}
