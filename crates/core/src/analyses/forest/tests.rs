use std::collections::BTreeMap;

use super::{
    Evaluate, Forest, ForestModel, ForestOutput, ForestParameters, Learned, TrainingNormalization,
};
use crate::{
    AnalysisError, Dataset, Matrix,
    analyses::{
        AnnotationTable, Data, DataReference, Inputs, StepOutput,
        testing::{run, run_with_warnings},
    },
    dataset::{Annotations, Column, ColumnValues},
    figure::{FigureKind, FigureRequest},
    random::Random,
    table::{Table, TableValues},
};

/// Samples of `kinds`, in genes of which the first six differ between kinds by `distance` standard
/// deviations of the noise.
fn simulated(kinds: &[&str], distance: f64, n_genes: usize, seed: u64) -> Dataset {
    let mut random = Random::new(seed);
    let mut names: Vec<&str> = kinds.to_vec();
    names.sort_unstable();
    names.dedup();
    let mut values = Vec::new();
    for gene in 0..n_genes {
        for kind in kinds {
            let is_own =
                gene < 6 && names.iter().position(|name| name == kind) == Some(gene % names.len());
            // The sum of twelve numbers in [-1, 1) has a standard deviation of 2.
            let noise: f64 = (0..12).map(|_| random.signed()).sum::<f64>() / 2.0;
            values.push((8.0 + noise + if is_own { distance } else { 0.0 }) as f32);
        }
    }
    let mut data = Dataset::new(
        Matrix::from_rows(n_genes, kinds.len(), values),
        (0..n_genes).map(|gene| format!("g{gene}")).collect(),
        (0..kinds.len())
            .map(|sample| format!("s{sample}"))
            .collect(),
    );
    annotate(&mut data, "kind", kinds);
    data
}

fn annotate(data: &mut Dataset, name: &str, texts: &[&str]) {
    data.sample_annotations.set(Column {
        name: name.into(),
        values: ColumnValues::from_text(texts.iter().map(ToString::to_string).collect()),
    });
}

fn quick() -> ForestParameters {
    ForestParameters {
        label: "kind".into(),
        trees: 60,
        null_runs: 0,
        ..ForestParameters::default()
    }
}

fn alternating(n: usize) -> Vec<&'static str> {
    (0..n)
        .map(|at| if at % 2 == 0 { "liver" } else { "lung" })
        .collect()
}

fn codes(
    data: Dataset,
    parameters: &ForestParameters,
) -> (Result<Learned, AnalysisError>, Vec<String>) {
    let (output, warnings) = run_with_warnings::<Forest>(&Inputs::of("a", data), parameters);
    (
        output.map(learned),
        warnings.into_iter().map(|warning| warning.code).collect(),
    )
}

fn learned(output: ForestOutput) -> Learned {
    match output {
        ForestOutput::Learned(learned) => *learned,
        ForestOutput::Applied(_) => panic!("expected a forest that learned"),
    }
}

fn accuracy(output: &Learned) -> f64 {
    output.scalars()["accuracy"].as_f64().unwrap()
}

fn table(output: &impl StepOutput, name: &str) -> Table {
    let tables = output.tables();
    tables.into_iter().find(|table| table.name == name).unwrap()
}

fn texts(table: &Table, column: &str) -> Vec<String> {
    let found = table.columns.iter().find(|one| one.name == column);
    match &found.unwrap().values {
        TableValues::Text(texts) => texts.clone(),
        other => panic!("{column}: {other:?}"),
    }
}

#[test]
fn kinds_that_differ_are_told_apart_by_the_genes_that_differ() {
    for evaluate in [Evaluate::Oob, Evaluate::KFold, Evaluate::HoldOut] {
        let parameters = ForestParameters {
            evaluate,
            ..quick()
        };
        let (output, _) = codes(simulated(&alternating(60), 6.0, 30, 1), &parameters);
        let output = output.unwrap();
        assert!(accuracy(&output) > 0.95, "{evaluate:?}");
        let n_tested = if evaluate == Evaluate::HoldOut {
            20
        } else {
            60
        };
        assert_eq!(output.judged.samples.len(), n_tested);
        let top = output.top_genes(4).map(|gene| gene.gene);
        assert!(top.into_iter().all(|gene| gene < 6), "{evaluate:?}");
    }
}

#[test]
fn shuffled_labels_are_called_as_chance_does() {
    // Labels that mean nothing: the share of right calls of many sets is about a half.
    let of_seed = |seed| {
        let data = simulated(&alternating(40), 0.0, 30, seed);
        let parameters = ForestParameters { seed, ..quick() };
        accuracy(&codes(data, &parameters).0.unwrap())
    };
    let found: Vec<f64> = (0..100).map(of_seed).collect();
    let majority = 0.5;
    let below = found.iter().filter(|&&one| one <= majority).count();
    assert!(
        (10..=90).contains(&below),
        "{below} of 100 at most the majority"
    );
    let mean = found.iter().sum::<f64>() / 100.0;
    assert!((mean - majority).abs() < 0.05, "{mean}");
}

#[test]
fn p_values_of_chance_are_uniform_where_labels_mean_nothing() {
    let n_runs = 19;
    let of_seed = |seed| {
        let parameters = ForestParameters {
            trees: 15,
            null_runs: n_runs,
            seed,
            ..quick()
        };
        let data = simulated(&alternating(24), 0.0, 12, 1_000 + seed);
        codes(data, &parameters).0.unwrap().chance.p_value()
    };
    let mut found: Vec<f64> = (0..100).map(of_seed).collect();
    found.sort_by(f64::total_cmp);
    // Kolmogorov and Smirnov against the steps of k / 20; 1.63 / sqrt(n) is their 1 % quantile for a
    // continuous distribution, which is too strict for steps. Ties make p-values larger, never
    // smaller, so only that side may not be missed.
    let largest = (1..=n_runs + 1).map(|step| {
        let at_most = step as f64 / (n_runs + 1) as f64;
        let share = found.iter().filter(|&&p| p <= at_most + 1e-9).count() as f64 / 100.0;
        (share - at_most).abs()
    });
    let largest = largest.fold(0.0, f64::max);
    assert!(largest < 0.163, "{largest}: {found:?}");
}

#[test]
fn near_duplicates_across_the_split_are_warned_of_and_a_grouped_split_undoes_them() {
    // Twenty patients without any difference between kinds, each measured four times.
    let patients = simulated(&alternating(20), 0.0, 200, 5);
    let order: Vec<usize> = (0..80).map(|at| at / 4).collect();
    let mut data = patients.select_samples(&order);
    let mut random = Random::new(3);
    for value in data.matrix.values_mut() {
        *value += 0.01 * random.signed() as f32;
    }
    data.samples = std::sync::Arc::new((0..80).map(|at| format!("s{at}")).collect());
    let names: Vec<String> = order.iter().map(|patient| format!("p{patient}")).collect();
    annotate(
        &mut data,
        "patient",
        &names.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    for evaluate in [Evaluate::Oob, Evaluate::KFold, Evaluate::HoldOut] {
        let parameters = ForestParameters {
            evaluate,
            ..quick()
        };
        let (leaky, warnings) = codes(data.clone(), &parameters);
        assert!(
            warnings.contains(&"leakage".to_owned()),
            "{evaluate:?}: {warnings:?}"
        );
        assert!(accuracy(&leaky.unwrap()) > 0.9, "{evaluate:?}");
        let grouped = ForestParameters {
            group: "patient".into(),
            ..parameters
        };
        let (honest, warnings) = codes(data.clone(), &grouped);
        assert!(
            !warnings.contains(&"leakage".to_owned()),
            "{evaluate:?}: {warnings:?}"
        );
        assert!(accuracy(&honest.unwrap()) < 0.75, "{evaluate:?}");
    }
}

#[test]
fn samples_without_a_label_are_predicted_with_what_they_resemble() {
    let mut kinds = alternating(42);
    let truth = kinds.clone();
    let mut data = simulated(&kinds, 6.0, 20, 9);
    (kinds[10], kinds[11]) = ("", "");
    annotate(&mut data, "kind", &kinds);
    // A third one like nothing else.
    kinds[12] = "";
    annotate(&mut data, "kind", &kinds);
    let mut random = Random::new(17);
    for gene in 0..data.n_genes() {
        data.matrix.row_mut(gene)[12] += 30.0 * random.signed() as f32;
    }
    let (output, _) = codes(data, &quick());
    let predictions = table(&output.unwrap(), "predictions");
    let new = 39..42;
    assert_eq!(
        texts(&predictions, "sample")[new.clone()],
        ["s10", "s11", "s12"]
    );
    assert_eq!(texts(&predictions, "true")[new.clone()], ["", "", ""]);
    assert_eq!(texts(&predictions, "predicted")[39..41], truth[10..12]);
    assert_eq!(texts(&predictions, "unlike_training")[new], ["", "", "yes"]);
    let nearest = &texts(&predictions, "nearest")[39];
    let place: usize = nearest[1..].parse().unwrap();
    assert_eq!(truth[place], truth[10]);
    assert_eq!(texts(&predictions, "nearest_label")[39], truth[10]);
}

/// A table with a 1 for each label that `has` says a sample has.
fn flags(
    samples: &[String],
    names: &[&str],
    has: impl Fn(usize, usize) -> bool,
) -> AnnotationTable {
    let mut annotations = Annotations::default();
    for (label, name) in names.iter().enumerate() {
        let values = (0..samples.len()).map(|sample| f64::from(u8::from(has(sample, label))));
        annotations.set(Column {
            name: (*name).into(),
            values: ColumnValues::Number(values.collect()),
        });
    }
    AnnotationTable {
        id_header: "sample".into(),
        ids: samples.to_vec(),
        annotations,
    }
}

fn with_table(data: Dataset, table: AnnotationTable) -> (Inputs, ForestParameters) {
    let mut inputs = Inputs::of("a", data);
    let table = Data::SampleTable(std::sync::Arc::new(table));
    inputs.references = BTreeMap::from([("flags".to_owned(), table)]);
    let parameters = ForestParameters {
        label: String::new(),
        labels: DataReference("flags".into()),
        ..quick()
    };
    (inputs, parameters)
}

#[test]
fn samples_of_several_labels_are_called_all_of_them() {
    let kinds: Vec<&str> = (0..60)
        .map(|at| ["colon", "liver", "lung"][at % 3])
        .collect();
    let data = simulated(&kinds, 6.0, 30, 4);
    let names = ["digestive", "colon", "liver", "lung"];
    let table = flags(&data.samples.clone(), &names, |sample, label| match label {
        0 => sample % 3 < 2,
        label => sample % 3 == label - 1,
    });
    let (inputs, parameters) = with_table(data, table);
    let output = run::<Forest>(&inputs, &parameters).unwrap();
    let summary = output.summary();
    assert!(!summary.is_single && summary.tested.unwrap().score[0] > 0.95);
    let predictions = table_of(&output);
    assert_eq!(
        predictions[..3],
        ["digestive; colon", "digestive; liver", "lung"]
    );
    assert!(
        output
            .tables()
            .iter()
            .all(|table| table.name != "confusion")
    );
}

#[test]
fn labels_read_as_a_matrix_are_found_in_its_rows_and_in_its_columns() {
    let kinds = alternating(24);
    let data = simulated(&kinds, 6.0, 20, 4);
    let names = ["even", "odd"].map(String::from).to_vec();
    let flags: Vec<f32> = (0..48)
        .map(|at| f32::from(u8::from(at % 24 % 2 == at / 24)))
        .collect();
    let of_labels = Matrix::from_rows(2, 24, flags);
    let turned = Dataset::new(of_labels.transposed(), data.samples.to_vec(), names.clone());
    let upright = Dataset::new(of_labels, names, data.samples.to_vec());
    let called = [upright, turned].map(|flags| {
        let mut inputs = Inputs::of("a", data.clone());
        let flags = Data::Dataset(std::sync::Arc::new(flags));
        inputs.references = BTreeMap::from([("flags".to_owned(), flags)]);
        let parameters = ForestParameters {
            label: String::new(),
            labels: DataReference("flags".into()),
            ..quick()
        };
        table_of(&run::<Forest>(&inputs, &parameters).unwrap())
    });
    assert_eq!(called[0], called[1]);
    assert_eq!(called[0][..2], ["even", "odd"]);
}

fn table_of(output: &ForestOutput) -> Vec<String> {
    texts(&table(output, "predictions"), "predicted")
}

#[test]
fn a_table_of_labels_is_looked_at_before_it_is_believed() {
    let refused = |ids: &[String], value: f64| {
        let data = simulated(&alternating(12), 6.0, 10, 4);
        let mut table = flags(ids, &["x", "y"], |sample, label| sample % 2 == label);
        let mut column = (*table.annotations.columns[0]).clone();
        if let ColumnValues::Number(values) = &mut column.values {
            values[3] = value;
        }
        table.annotations.set(column);
        let (inputs, parameters) = with_table(data, table);
        let (output, warnings) = run_with_warnings::<Forest>(&inputs, &parameters);
        let codes: Vec<String> = warnings.into_iter().map(|warning| warning.code).collect();
        (output.map(|_| ()).map_err(|error| error.code()), codes)
    };
    let known: Vec<String> = (0..12).map(|at| format!("s{at}")).collect();
    let unknown: Vec<String> = (0..12).map(|at| format!("z{at}")).collect();
    let more: Vec<String> = known.iter().chain(&unknown).cloned().collect();
    assert_eq!(refused(&known, 2.0).0, Err("unsuitable"));
    let mut twice = known.clone();
    twice[7] = "s3".into();
    assert_eq!(refused(&twice, 1.0).0, Err("duplicate"));
    assert_eq!(refused(&unknown, 1.0).0, Err("no_match"));
    let (output, warnings) = refused(&more, 1.0);
    assert_eq!(
        (output, warnings.contains(&"unknown_samples".into())),
        (Ok(()), true)
    );
}

#[test]
fn labels_that_cannot_be_learned_are_refused_with_a_reason() {
    let refused = |kinds: &[&str], parameters: &ForestParameters| {
        let mut data = simulated(&alternating(kinds.len()), 1.0, 10, 2);
        annotate(&mut data, "kind", kinds);
        codes(data, parameters)
            .0
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    let check = |kinds: &[&str], expected: &str| {
        assert_eq!(refused(kinds, &quick()), Err(expected.to_owned()));
    };
    check(
        &["liver"; 8],
        "all 8 labelled samples are liver; expected at least two different labels",
    );
    check(
        &["a", "b", "c", "d", "e", "f", "g", "h"],
        "1 samples with the most frequent label, at least 2 needed",
    );
    check(
        &["", "", ""],
        "label is kind, expected an annotation with a value in some samples",
    );
    check(
        &["1", "2", "1", "2", "1", "2"],
        "kind holds numbers, 2 different ones; expected names of labels",
    );
    let numbers = ForestParameters {
        numbers_as_labels: true,
        ..quick()
    };
    assert_eq!(refused(&["1", "2", "1", "2", "1", "2"], &numbers), Ok(()));
    let empty = ForestParameters {
        label: String::new(),
        ..quick()
    };
    assert!(
        refused(&["a", "b"], &empty)
            .unwrap_err()
            .contains("label is empty")
    );
    let grouped = ForestParameters {
        group: "kind".into(),
        evaluate: Evaluate::KFold,
        ..quick()
    };
    assert_eq!(
        refused(&["a", "b", "a", "b", "a", "b"], &grouped),
        Err("2 groups in kind, at least 5 needed".into())
    );
}

#[test]
fn what_is_doubtful_is_warned_about() {
    let mut kinds = alternating(40);
    for kind in &mut kinds[..24] {
        *kind = "";
    }
    let mut data = simulated(&alternating(40), 3.0, 20, 8);
    annotate(&mut data, "kind", &kinds);
    let batches: Vec<&str> = kinds
        .iter()
        .map(|kind| if *kind == "liver" { "b1" } else { "b2" })
        .collect();
    annotate(&mut data, "batch", &batches);
    let (_, warnings) = codes(data.clone(), &quick());
    assert_eq!(
        warnings,
        ["few_labelled", "label_equals_batch", "small_labels"]
    );
    // Exactly half of them have none; and some that were learned from are synthetic.
    let mut half = simulated(&alternating(40), 3.0, 20, 8);
    let kinds: Vec<&str> = (0..40)
        .map(|at| {
            if at < 20 {
                ""
            } else {
                ["liver", "lung"][at % 2]
            }
        })
        .collect();
    annotate(&mut half, "kind", &kinds);
    half.samples = std::sync::Arc::new(
        (0..40)
            .map(|at| format!("{}s{at}", if at > 36 { "synthetic " } else { "" }))
            .collect(),
    );
    let (_, warnings) = codes(half, &quick());
    assert_eq!(warnings, ["few_labelled", "synthetic_tested"]);
    let by_batch = ForestParameters {
        group: "batch".into(),
        ..quick()
    };
    let (_, warnings) = codes(data, &by_batch);
    assert!(warnings.contains(&"lone_groups".into()), "{warnings:?}");
}

#[test]
fn rare_labels_are_left_out_where_asked() {
    let mut kinds = alternating(40);
    (kinds[0], kinds[1]) = ("spleen", "spleen");
    let dropping = ForestParameters {
        drop_rare: true,
        ..quick()
    };
    let (output, warnings) = codes(simulated(&kinds, 6.0, 20, 8), &dropping);
    assert_eq!(warnings, ["dropped_labels"]);
    assert_eq!(output.unwrap().summary().n_samples, [38, 0]);
}

#[test]
fn normalization_and_genes_are_chosen_by_training_samples_alone() {
    // One sample held out is huge in all genes: were it looked at, it would move both.
    let data = simulated(&alternating(40), 4.0, 60, 21);
    let parameters = ForestParameters {
        evaluate: Evaluate::HoldOut,
        normalize: TrainingNormalization::Quantile,
        variable_genes: Some(10),
        ..quick()
    };
    let output = codes(data.clone(), &parameters).0.unwrap();
    let held_out = output.judged.samples[0];
    let others = &output.judged.probabilities[2..];
    let mut changed = data;
    for gene in 0..changed.n_genes() {
        changed.matrix.row_mut(gene)[held_out] *= 100.0 + gene as f32;
    }
    let changed = codes(changed, &parameters).0.unwrap();
    assert_eq!(changed.judged.samples, output.judged.samples);
    assert_eq!(&changed.judged.probabilities[2..], others);
}

#[test]
fn genes_that_say_the_same_are_permuted_together() {
    let mut data = simulated(&alternating(60), 8.0, 30, 1);
    // Three copies of the best gene share its importance, and alone seem to matter little.
    let first = data.matrix.row(0).to_vec();
    for copy in [7, 8, 9] {
        data.matrix.row_mut(copy).copy_from_slice(&first);
    }
    let output = codes(data, &quick()).0.unwrap();
    let of = |gene: usize| {
        output
            .importance
            .iter()
            .find(|one| one.gene == gene)
            .unwrap()
    };
    let group = of(0).group;
    assert!(group.is_some() && [7, 8, 9].iter().all(|&gene| of(gene).group == group));
    assert!(of(0).group_permutation > 2.0 * of(0).permutation);
}

#[test]
fn pictures_tell_what_the_tables_hold() {
    let mut kinds = alternating(40);
    kinds[5] = "";
    let parameters = ForestParameters {
        null_runs: 3,
        ..quick()
    };
    let mut data = simulated(&alternating(40), 6.0, 20, 8);
    annotate(&mut data, "kind", &kinds);
    let output = codes(data, &parameters).0.unwrap();
    let names: Vec<String> = output.figures().into_iter().map(|info| info.name).collect();
    assert_eq!(names[0], "confusion");
    assert!(names.contains(&"predicted".into()) && names.contains(&"chance".into()));
    let request = FigureRequest {
        name: "confusion".into(),
        ..FigureRequest::default()
    };
    let FigureKind::HeatMap(heat_map) = output.figure(&request).unwrap().kind else {
        panic!("expected a heat map")
    };
    assert_eq!(heat_map.cell_texts, ["20", "", "", "19"]);
}

/// The data, and the same with the labels of the samples at `unknown` taken off.
fn with_unknown(unknown: &[usize]) -> Dataset {
    let mut kinds = alternating(40);
    let mut data = simulated(&kinds, 6.0, 30, 8);
    for &sample in unknown {
        kinds[sample] = "";
    }
    annotate(&mut data, "kind", &kinds);
    data
}

fn applied(text: &str, data: Dataset) -> Result<ForestOutput, AnalysisError> {
    let model = ForestModel::from_json(text.as_bytes()).unwrap();
    let mut inputs = Inputs::of("new", data);
    let model = Data::ForestModel(std::sync::Arc::new(model));
    inputs.references = BTreeMap::from([("saved".to_owned(), model)]);
    let parameters = ForestParameters {
        model: DataReference("saved".into()),
        ..ForestParameters::default()
    };
    run::<Forest>(&inputs, &parameters)
}

#[test]
fn a_saved_model_says_what_the_forest_said() {
    for normalize in [TrainingNormalization::None, TrainingNormalization::Quantile] {
        let parameters = ForestParameters {
            normalize,
            ..quick()
        };
        let data = with_unknown(&[3, 10, 17]);
        let output = codes(data.clone(), &parameters).0.unwrap();
        let text = output.model().unwrap();
        // Other genes, in another order, do no harm where values are taken as they are.
        let order: Vec<usize> = (0..30).rev().collect();
        let new = data.select_samples(&[3, 10, 17]).select_genes(&order);
        let found = applied(&text, new).unwrap();
        let columns = |table: &Table| -> Vec<TableValues> {
            let kinds = table
                .columns
                .iter()
                .filter(|one| ["liver", "lung"].contains(&one.name.as_str()));
            kinds.map(|one| one.values.clone()).collect()
        };
        let expected = columns(&table(&output, "predictions"));
        for (found, expected) in columns(&table(&found, "predictions")).iter().zip(expected) {
            let (TableValues::Number(found), TableValues::Number(expected)) = (found, expected)
            else {
                panic!("expected numbers")
            };
            assert_eq!(found[..], expected[37..], "{normalize:?}");
        }
        let called = texts(&table(&found, "predictions"), "predicted");
        assert_eq!(called, ["lung", "liver", "lung"]);
    }
}

#[test]
fn a_model_without_its_genes_is_refused_with_their_names() {
    let data = with_unknown(&[]);
    let text = codes(data.clone(), &quick()).0.unwrap().model().unwrap();
    let fewer = data.select_genes(&(1..30).collect::<Vec<_>>());
    let error = applied(&text, fewer).unwrap_err();
    assert_eq!(error.code(), "no_match");
    let told = "genes that the model needs are not in new: g0; the data have g1, g2";
    assert!(error.to_string().contains(told), "{error}");
    let mut gap = data;
    gap.matrix.row_mut(0)[2] = f32::NAN;
    assert_eq!(applied(&text, gap).unwrap_err().code(), "unsuitable");
}

#[test]
fn a_damaged_model_is_refused_with_a_reason() {
    let text = codes(with_unknown(&[]), &quick())
        .0
        .unwrap()
        .model()
        .unwrap();
    assert!(ForestModel::from_json(text.as_bytes()).is_ok());
    let check = |from: &str, to: &str, reason: &str| {
        let damaged = text.replacen(from, to, 1);
        assert_ne!(damaged, text, "{from}");
        let error = ForestModel::from_json(damaged.as_bytes()).unwrap_err();
        assert!(error.contains(reason), "{error}");
    };
    check("\"cuvette_forest\":1", "\"cuvette_forest\":2", "version 2");
    check(
        "\"labels\":[\"liver\",",
        "\"labels\":[\"liver\",\"skin\",",
        "threshold for each",
    );
    check("\"next\":[1,", "\"next\":[0,", "tree 1 is damaged");
    check("\"next\":[1,", "\"next\":[999999,", "tree 1 is damaged");
    check(
        "\"threshold\":[",
        "\"threshold\":[1.5,",
        "tree 1 is damaged",
    );
    check("\"genes\":[\"g0\",", "\"genes\":[", "is damaged");
    check("\"is_single\":true", "\"is_single\":7", "invalid type");
    let half = &text[..text.len() / 2];
    assert!(
        ForestModel::from_json(half.as_bytes())
            .unwrap_err()
            .contains("EOF")
    );
}
