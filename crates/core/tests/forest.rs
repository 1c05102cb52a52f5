//! Forests say of published sets what those of scikit-learn say.

#![allow(clippy::unwrap_used, reason = "a test fails where it stands")]

mod common;

use std::{fs, path::Path};

use cuvette_core::{
    Dataset, Matrix,
    analyses::{
        Analysis, AnnotationTable, Data, DataReference, Inputs, StepOutput,
        forest::{Forest, ForestParameters},
    },
    context::quietly,
    dataset::{Annotations, Column, ColumnValues},
    stats::forest::{
        ClassWeight, Features, ForestOptions, GrownForest, Labels, Part, Votes, grow,
        split_importance,
    },
};
use serde_json::Value;

/// Seeds over which the mean is taken, as in the golden file.
const SEEDS: [u64; 3] = [0, 1, 2];

/// How far the mean accuracy may be from the peer's, and that of a set of few samples.
const MARGIN: f64 = 0.04;
const MARGIN_OF_FEW: f64 = 0.07;
const FEW: usize = 70;

fn golden() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/forest/peers.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn labels_of(texts: &[String]) -> Labels {
    let mut names = texts.to_vec();
    names.sort();
    names.dedup();
    let place = |text: &String| names.binary_search(text).unwrap() as u32;
    let of = texts.iter().map(place).collect();
    Labels::single(names, of)
}

fn grown(matrix: &Matrix, labels: &Labels, n_trees: usize, seed: u64) -> GrownForest {
    let options = ForestOptions {
        n_trees,
        n_tried: (matrix.n_rows() as f64).sqrt() as usize,
        class_weight: ClassWeight::None,
        groups: None,
        seed,
        among: [0, n_trees],
    };
    quietly(|context| {
        let part = Part::whole(matrix);
        let features = Features::quantize(part, context).unwrap();
        grow(part, &features, labels, &options, context).unwrap()
    })
}

fn accuracy(grown: &GrownForest, labels: &Labels) -> f64 {
    let probabilities = Votes::out_of_bag(grown, labels.n_samples()).probabilities();
    let is_right = |&sample: &usize| {
        let row = &probabilities[sample * labels.n_labels()..][..labels.n_labels()];
        let top = (0..row.len())
            .rev()
            .max_by(|&a, &b| row[a].total_cmp(&row[b]));
        labels.has(sample, top.unwrap())
    };
    (0..labels.n_samples()).filter(is_right).count() as f64 / labels.n_samples() as f64
}

/// Gives the genes in the order of their importance.
fn check(name: &str, data: &Dataset, texts: &[String]) -> Vec<String> {
    let golden = golden();
    let peer = &golden["sets"][name];
    let labels = labels_of(texts);
    assert_eq!(peer["n_samples"], data.n_samples());
    assert_eq!(peer["n_genes"], data.n_genes());
    assert_eq!(peer["n_labels"], labels.n_labels());
    let n_trees = golden["n_trees"].as_u64().unwrap() as usize;
    let forests = SEEDS.map(|seed| grown(&data.matrix, &labels, n_trees, seed));
    let ours = forests
        .iter()
        .map(|forest| accuracy(forest, &labels))
        .sum::<f64>()
        / 3.0;
    let theirs = peer["oob_accuracy"].as_array().unwrap();
    let theirs = theirs
        .iter()
        .map(|value| value.as_f64().unwrap())
        .sum::<f64>()
        / 3.0;
    println!("{name}: accuracy out of the bag {ours:.3}, of scikit-learn {theirs:.3}");
    let margin = if data.n_samples() < FEW {
        MARGIN_OF_FEW
    } else {
        MARGIN
    };
    assert!(
        (ours - theirs).abs() <= margin,
        "{name}: {ours} against {theirs}"
    );
    let mut importance = vec![0.0; data.n_genes()];
    for forest in &forests {
        let of_one = split_importance(forest, data.n_genes());
        importance
            .iter_mut()
            .zip(of_one)
            .for_each(|(sum, value)| *sum += value);
    }
    let mut order: Vec<usize> = (0..data.n_genes()).collect();
    order.sort_by(|&a, &b| importance[b].total_cmp(&importance[a]));
    order
        .into_iter()
        .map(|gene| data.genes[gene].clone())
        .collect()
}

/// A matrix and the labels of its samples, in the same order.
fn labelled(matrix: &str, labels: &str, column: &str) -> Option<(Dataset, Vec<String>)> {
    let data = common::read_matrix(matrix)?;
    let table = common::read_table(labels)?;
    let (samples, labels) = (table.texts("sample"), table.texts(column));
    let of = |name: &String| labels[samples.iter().position(|at| at == name).unwrap()].clone();
    let texts = data.samples.iter().map(of).collect();
    Some((data, texts))
}

#[test]
fn khan() {
    let Some((data, texts)) = labelled("labelled/khan.tsv.gz", "labelled/khan.labels.tsv", "label")
    else {
        return;
    };
    check("khan", &data, &texts);
}

#[test]
fn golub_with_the_genes_of_the_literature() {
    let Some(folder) = common::data_folder() else {
        return;
    };
    let text = fs::read_to_string(folder.join("formats/golub_all_aml_train.gct")).unwrap();
    let mut lines = text.lines().skip(2).map(|line| line.trim_end().split('\t'));
    let samples: Vec<String> = lines.next().unwrap().skip(2).map(String::from).collect();
    let (mut genes, mut values) = (Vec::new(), Vec::new());
    for mut line in lines {
        genes.push(line.next().unwrap().to_owned());
        values.extend(line.skip(1).map(|cell| cell.parse::<f32>().unwrap()));
    }
    let texts: Vec<String> = samples.iter().map(|name| name[..3].to_owned()).collect();
    let data = Dataset::new(
        Matrix::from_rows(genes.len(), samples.len(), values),
        genes,
        samples,
    );
    let order = check("golub", &data, &texts);
    for gene in ["X95735_at", "M27891_at"] {
        assert!(
            order[..10].iter().any(|name| name == gene),
            "{gene}: {:?}",
            &order[..10]
        );
    }
}

#[test]
fn gtex() {
    let files = [
        "archs4/gtex_scira_467x520_log2.tsv.gz",
        "archs4/gtex_scira_labels.tsv",
    ];
    let Some((data, texts)) = labelled(files[0], files[1], "tissue") else {
        return;
    };
    check("gtex", &data, &texts);
    let labels = labels_of(&texts);
    let found = accuracy(&grown(&data.matrix, &labels, 500, 0), &labels);
    assert!(found >= 0.96, "{found}");
}

/// The 26 tissues, and two systems that some of them belong to.
fn tissues_and_systems(samples: &[String], tissues: &[String]) -> AnnotationTable {
    let nervous = ["Brain", "Nerve", "Pituitary"];
    let digestive = [
        "Colon",
        "Stomach",
        "Esophagus",
        "Small Intestine",
        "Liver",
        "Pancreas",
        "Salivary Gland",
    ];
    let mut names = tissues.to_vec();
    names.sort();
    names.dedup();
    let mut annotations = Annotations::default();
    let mut add = |name: &str, has: &dyn Fn(&str) -> bool| {
        let flags = tissues
            .iter()
            .map(|tissue| f64::from(u8::from(has(tissue))));
        let values = ColumnValues::Number(flags.collect());
        annotations.set(Column {
            name: name.into(),
            values,
        });
    };
    for name in &names {
        add(name, &|tissue| tissue == name);
    }
    add("nervous", &|tissue| nervous.contains(&tissue));
    add("digestive", &|tissue| digestive.contains(&tissue));
    AnnotationTable {
        id_header: "sample".into(),
        ids: samples.to_vec(),
        annotations,
    }
}

#[test]
fn gtex_with_several_labels_per_sample() {
    let files = [
        "archs4/gtex_scira_467x520_log2.tsv.gz",
        "archs4/gtex_scira_labels.tsv",
    ];
    let Some((data, texts)) = labelled(files[0], files[1], "tissue") else {
        return;
    };
    let table = tissues_and_systems(&data.samples, &texts);
    let mut inputs = Inputs::of("gtex", data);
    let table = Data::SampleTable(table.into());
    inputs.references.insert("labels".into(), table);
    let parameters = ForestParameters {
        labels: DataReference("labels".into()),
        null_runs: 0,
        ..ForestParameters::default()
    };
    let output = quietly(|context| Forest::run(&inputs, &parameters, context)).unwrap();
    let scalars = output.scalars();
    let [n_labels, f1] = ["n_labels", "samples_f1"].map(|name| scalars[name].as_f64().unwrap());
    println!("samples F1 of {n_labels} labels: {f1:.3}");
    assert_eq!(n_labels, 28.0);
    assert!(f1 >= 0.90, "{f1}");
}

#[test]
fn brca() {
    let files = [
        "labelled/breast_mrna_200x220.tsv",
        "labelled/breast_labels.tsv",
    ];
    let Some((data, texts)) = labelled(files[0], files[1], "subtype") else {
        return;
    };
    let Some((_, split)) = labelled(files[0], files[1], "split") else {
        return;
    };
    let kept: Vec<usize> = (0..split.len())
        .filter(|&sample| split[sample] == "train")
        .collect();
    let texts: Vec<String> = kept.iter().map(|&sample| texts[sample].clone()).collect();
    check("brca", &data.select_samples(&kept), &texts);
}

#[test]
fn nci60() {
    let files = [
        "labelled/nci60_islp.tsv.gz",
        "labelled/nci60_islp.labels.tsv",
    ];
    let Some((data, texts)) = labelled(files[0], files[1], "label") else {
        return;
    };
    let n_of = |text: &String| texts.iter().filter(|other| *other == text).count();
    let kept: Vec<usize> = (0..texts.len())
        .filter(|&sample| n_of(&texts[sample]) >= 5)
        .collect();
    let texts: Vec<String> = kept.iter().map(|&sample| texts[sample].clone()).collect();
    check("nci60", &data.select_samples(&kept), &texts);
}

#[test]
fn chowdary() {
    let files = [
        "labelled/chowdary_22283x104.tsv.gz",
        "labelled/chowdary_labels.tsv",
    ];
    let Some((data, texts)) = labelled(files[0], files[1], "label") else {
        return;
    };
    let values = data.matrix.values().iter();
    let logged = values.map(|value| (value.max(0.0) + 1.0).log2()).collect();
    let matrix = Matrix::from_rows(data.n_genes(), data.n_samples(), logged);
    check("chowdary", &data.with_matrix(matrix), &texts);
}

#[test]
fn the_trees_are_the_same_on_any_number_of_threads() {
    let data = common::example_matrix("tissue_counts.tsv.gz");
    let texts: Vec<String> = (0..data.n_samples())
        .map(|at| (at % 3).to_string())
        .collect();
    let labels = labels_of(&texts);
    let on = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(n_threads)
            .build()
            .unwrap();
        pool.install(|| grown(&data.matrix, &labels, 50, 7).forest)
    };
    let one = on(1);
    assert!(one.trees.iter().any(|tree| tree.nodes.len() > 1));
    assert!(one == on(2) && one == on(7));
}
