//! What is measured of ours, the same natively and in a browser. Included by `benches/native.rs`
//! and by the worker's feature `bench`.

#[path = "cells.rs"]
mod cells;

use std::sync::Arc;

pub use cells::*;
use cuvette_core::{
    AnalysisError, Dataset, Matrix,
    analyses::{
        Analysis, Data, Inputs,
        differential::{Differential, DifferentialOutput, DifferentialParameters},
        gene_metrics::{GeneMetrics, GeneMetricsOutput, GeneMetricsParameters},
    },
    context::quietly,
    dataset::{Column, ColumnValues},
    stats::{
        augmentation::{LossPoint, WganOptions, train},
        correlation::PairCorrelation,
        forest::{
            ClassWeight, Features, Forest, ForestOptions, Labels, Part, Votes, grow, predict,
        },
        library_size::{LibraryFactors, LibraryMethod, library_factors},
        linkage::{Linkage, Merge, linkage},
        pairs::{PairedProfiles, correlate_columns},
        principal::{Principal, PrincipalOptions, principal_components},
        quantile_normalize::{TieRule, quantile_normalize},
    },
};

use cuvette_engine::{EngineError, Opening, protocol::FileName};
use cuvette_formats::{FileInfo, FormatError, ImportOptions, preview};

/// The table, before it is read.
pub fn file_info(size_bytes: u64) -> FileInfo {
    FileInfo {
        name: "table.tsv".into(),
        size_bytes,
    }
}

/// The engine's way to read a file: the importer, and the fingerprint of the bytes.
pub fn open(size_bytes: u64) -> Opening {
    let file = FileName {
        name: "table.tsv".into(),
        size_bytes,
    };
    Opening::begin("table", &file, None, ImportOptions::default())
}

/// The data set, when all blocks are in.
pub fn opened(opening: Opening) -> Result<Arc<Dataset>, EngineError> {
    Ok(dataset(opening.finish()?.data))
}

/// The data set; an empty one where there is none, and the harness sees that the answer differs.
pub fn dataset(data: Data) -> Arc<Dataset> {
    match data {
        Data::Dataset(dataset) => dataset,
        _ => Arc::default(),
    }
}

/// The first look at the table; gives the number of rows and columns it shows.
pub fn look(size_bytes: u64, head: &[u8], tail: &[u8]) -> Result<Vec<f64>, FormatError> {
    let options = ImportOptions::default();
    let preview = preview(&file_info(size_bytes), head, Some(tail), None, &options)?;
    let estimate = preview.estimate;
    Ok(vec![estimate.n_genes as f64, estimate.n_samples as f64])
}

/// A matrix from little-endian `f32`, row after row.
pub fn matrix_from_bytes(bytes: &[u8], n_columns: usize) -> Matrix {
    let values: Vec<f32> = bytes
        .as_chunks()
        .0
        .iter()
        .map(|cell| f32::from_le_bytes(*cell))
        .collect();
    Matrix::from_rows(values.len() / n_columns.max(1), n_columns, values)
}

/// Quantile normalization with the tie rule of qnorm.
pub fn quantile(matrix: &Matrix) -> Result<Matrix, AnalysisError> {
    quietly(|context| quantile_normalize(matrix, TieRule::BlockMean, None, context))
}

/// Quantile normalization with the tie rule of preprocessCore.
pub fn quantile_ranks(matrix: &Matrix) -> Result<Matrix, AnalysisError> {
    quietly(|context| quantile_normalize(matrix, TieRule::AverageRank, None, context))
}

/// Pearson and Spearman, with p, of each profile in both studies.
pub fn cross_study(a: &Matrix, b: &Matrix) -> Result<Vec<PairCorrelation>, AnalysisError> {
    let rows: Vec<(usize, usize)> = (0..a.n_rows()).map(|row| (row, row)).collect();
    let columns: Vec<(usize, usize)> = (0..a.n_columns()).map(|column| (column, column)).collect();
    let profiles = PairedProfiles {
        a,
        b,
        rows: &rows,
        columns: &columns,
    };
    quietly(|context| correlate_columns(profiles, context))
}

/// Fifty principal components.
pub fn pca(matrix: &Matrix) -> Result<Principal, AnalysisError> {
    let options = PrincipalOptions {
        n_components: 50,
        center: true,
        scale: false,
        seed: 0,
    };
    quietly(|context| principal_components(matrix, options, context))
}

/// The variance of every component, then the sum of its absolute scores.
pub fn components(found: &Principal) -> Vec<f64> {
    let sums = found.scores.iter();
    let sums = sums.map(|scores| scores.iter().map(|score| score.abs()).sum());
    found.variances.iter().copied().chain(sums).collect()
}

/// Samples of the counts that are normalized by TMM; gene metrics take all of them.
const TMM_SAMPLES: usize = 1_000;

/// Samples of the table that are compared by Welch's test, every other one in the second group.
const WELCH_SAMPLES: usize = 200;

/// Of this many genes one is in the answer.
const GENES_PER_ANSWER: usize = 50;

fn named(matrix: Matrix) -> Dataset {
    let names = |n: usize| (0..n).map(|at| at.to_string()).collect();
    let (genes, samples) = (names(matrix.n_rows()), names(matrix.n_columns()));
    Dataset::new(matrix, genes, samples)
}

/// Two groups of the first samples of a table.
pub fn two_groups(table: &Matrix) -> Inputs {
    let samples: Vec<usize> = (0..WELCH_SAMPLES).collect();
    let mut data = named(table.select_columns(&samples));
    let groups = samples.iter().map(|sample| ["a", "b"][sample % 2].into());
    data.sample_annotations.set(Column {
        name: "group".into(),
        values: ColumnValues::Text(groups.collect()),
    });
    Inputs::of("table", data)
}

/// Welch's test of every gene, with adjusted p-values.
pub fn welch(inputs: &Inputs) -> Result<DifferentialOutput, AnalysisError> {
    let parameters = DifferentialParameters {
        group: "group".into(),
        ..DifferentialParameters::default()
    };
    quietly(|context| Differential::run(inputs, &parameters, context))
}

/// Number of genes, then t of some, then the logarithm of their p-values.
pub fn tested(output: &DifferentialOutput) -> Vec<f64> {
    let genes = || output.genes.iter().step_by(GENES_PER_ANSWER);
    let mut answer = vec![output.genes.len() as f64];
    answer.extend(genes().map(|gene| gene.t));
    answer.extend(genes().map(|gene| gene.p_value.ln()));
    answer
}

/// All samples of the counts.
pub fn all_counts(counts: Matrix) -> Inputs {
    Inputs::of("counts", named(counts))
}

/// The metrics of every gene, with windows of 100 samples.
pub fn gene_metrics(inputs: &Inputs) -> Result<GeneMetricsOutput, AnalysisError> {
    let parameters = GeneMetricsParameters {
        half_window: Some(50),
        ..GeneMetricsParameters::default()
    };
    quietly(|context| GeneMetrics::run(inputs, &parameters, context))
}

/// Number of genes, then mean cosine of some, then their signal to noise, then their sd.
pub fn measured(output: &GeneMetricsOutput) -> Vec<f64> {
    let genes = || output.genes.iter().step_by(GENES_PER_ANSWER);
    let mut answer = vec![output.genes.len() as f64];
    answer.extend(genes().map(|gene| gene.mean_cosine));
    answer.extend(genes().map(|gene| gene.snr));
    answer.extend(genes().map(|gene| gene.sd));
    answer
}

/// The first samples of the counts.
pub fn some_counts(counts: &Matrix) -> Matrix {
    counts.select_columns(&(0..TMM_SAMPLES).collect::<Vec<_>>())
}

/// TMM factors.
pub fn tmm(counts: &Matrix) -> Result<LibraryFactors, AnalysisError> {
    quietly(|context| library_factors(counts, LibraryMethod::Tmm, context))
}

/// How many rows of the matrix are clustered, by how many of its columns.
const CLUSTERED: [usize; 2] = [4_000, 30];

/// Euclidean distances of every two of the rows that are clustered.
pub fn distances(matrix: &Matrix) -> Vec<f64> {
    let [n_rows, n_columns] = CLUSTERED;
    let n_rows = n_rows.min(matrix.n_rows());
    let row = |at: usize| matrix.row(at).iter().take(n_columns);
    let distance = |a: usize, b: usize| {
        let squares = row(a)
            .zip(row(b))
            .map(|(a, b)| f64::from(*a) - f64::from(*b));
        squares
            .map(|difference| difference * difference)
            .sum::<f64>()
            .sqrt()
    };
    (0..n_rows)
        .flat_map(|a| (a + 1..n_rows).map(move |b| (a, b)))
        .map(|(a, b)| distance(a, b))
        .collect()
}

/// The tree by average linkage.
pub fn average_linkage(distances: &[f64]) -> Result<Vec<Merge>, AnalysisError> {
    let n = f64::midpoint(1.0, (1.0 + 8.0 * distances.len() as f64).sqrt());
    quietly(|context| linkage(n as usize, distances.to_vec(), Linkage::Average, context))
}

/// Number of merges, the sum of their heights, and every 97th height.
pub fn heights(tree: &[Merge]) -> Vec<f64> {
    let sum: f64 = tree.iter().map(|merge| merge.height).sum();
    let mut answer = vec![tree.len() as f64, sum];
    answer.extend(tree.iter().step_by(97).map(|merge| merge.height));
    answer
}

/// Rows, columns, the sum, and every 99,991st value: the answer about a matrix.
pub fn sampled(matrix: &Matrix) -> Vec<f64> {
    let values = matrix.values();
    let sum: f64 = values.iter().map(|value| f64::from(*value)).sum();
    let mut answer = vec![matrix.n_rows() as f64, matrix.n_columns() as f64, sum];
    answer.extend(values.iter().step_by(99_991).map(|value| f64::from(*value)));
    answer
}

/// Number of pairs, then Pearson's r of all, then Spearman's.
pub fn correlations(pairs: &[PairCorrelation]) -> Vec<f64> {
    let mut answer = vec![pairs.len() as f64];
    answer.extend(pairs.iter().map(|pair| pair.pearson.coefficient));
    answer.extend(pairs.iter().map(|pair| pair.spearman.coefficient));
    answer
}

/// Samples whose kinds are known, and how many kinds there are.
pub struct Labelled {
    matrix: Matrix,
    n_kinds: usize,
}

/// Kinds of the samples of the table, in turn.
const TABLE_KINDS: usize = 4;

/// One in so many genes of the table tells one of its kinds apart, by so much.
const GENES_PER_TELLING: usize = 50;
const TELLING_SHIFT: f32 = 1.4;

/// Kinds of the samples of `kinds`, and how many of these samples are learned from.
const MANY_KINDS: usize = 8;
const N_LEARNED: usize = 5_000;

/// The table with kinds planted into some of its genes.
pub fn few_samples(mut table: Matrix) -> Labelled {
    for gene in (0..table.n_rows()).step_by(GENES_PER_TELLING) {
        let own = gene / GENES_PER_TELLING % TABLE_KINDS;
        let row = table.row_mut(gene).iter_mut();
        for value in row.skip(own).step_by(TABLE_KINDS) {
            *value += TELLING_SHIFT;
        }
    }
    Labelled {
        matrix: table,
        n_kinds: TABLE_KINDS,
    }
}

/// The first samples of `kinds`.
pub fn many_samples(kinds: &Matrix) -> Labelled {
    Labelled {
        matrix: kinds.select_columns(&(0..N_LEARNED).collect::<Vec<_>>()),
        n_kinds: MANY_KINDS,
    }
}

/// A forest of 500 trees with its votes out of the bag.
pub fn forest(labelled: &Labelled) -> Result<(Forest, Votes), AnalysisError> {
    let matrix = &labelled.matrix;
    let names = (0..labelled.n_kinds).map(|kind| kind.to_string()).collect();
    let own = (0..matrix.n_columns()).map(|sample| (sample % labelled.n_kinds) as u32);
    let labels = Labels::single(names, own.collect());
    let options = ForestOptions {
        n_trees: 500,
        n_tried: (matrix.n_rows() as f64).sqrt() as usize,
        class_weight: ClassWeight::None,
        groups: None,
        seed: 0,
        among: [0, 500],
    };
    quietly(|context| {
        let part = Part::whole(matrix);
        let features = Features::quantize(part, context)?;
        let grown = grow(part, &features, &labels, &options, context)?;
        let votes = Votes::out_of_bag(&grown, matrix.n_columns());
        Ok((grown.forest, votes))
    })
}

/// Number of trees, and the share of samples that votes out of the bag call right.
pub fn learned((forest, votes): &(Forest, Votes)) -> Vec<f64> {
    let right = share_right(&votes.probabilities(), forest.n_labels);
    vec![forest.trees.len() as f64, right]
}

/// Share of samples, with kinds in turn, whose likeliest kind is theirs.
fn share_right(probabilities: &[f64], n_kinds: usize) -> f64 {
    let rows = probabilities.chunks(n_kinds);
    let n = rows.len();
    let is_right = |(sample, row): &(usize, &[f64])| {
        let own = row[sample % n_kinds];
        row.iter().all(|probability| *probability <= own)
    };
    rows.enumerate().filter(is_right).count() as f64 / n as f64
}

/// The probabilities of all samples of `kinds` by a forest of the first.
pub fn predicted(forest: &Forest, kinds: &Matrix) -> Result<Vec<f64>, AnalysisError> {
    let rows: Vec<usize> = forest.genes.iter().map(|&gene| gene as usize).collect();
    let samples: Vec<usize> = (0..kinds.n_columns()).collect();
    quietly(|context| predict(forest, kinds, &rows, &samples, context))
}

/// Number of samples, and the share called right.
pub fn called(probabilities: &[f64]) -> Vec<f64> {
    let n_samples = probabilities.len() / MANY_KINDS;
    vec![n_samples as f64, share_right(probabilities, MANY_KINDS)]
}

/// Components that a GAN learns in, labels of its examples, and examples of each.
const GAN_COMPONENTS: usize = 50;
const GAN_LABELS: usize = 25;
const GAN_EXAMPLES: usize = 12;

/// Examples of labels in turn, from the first columns of the table, each scaled to mean 0 and
/// variance 1, and their labels.
pub fn examples(table: &Matrix) -> (Matrix, Vec<usize>) {
    let n = GAN_LABELS * GAN_EXAMPLES;
    let mut values = vec![0.0; n * GAN_COMPONENTS];
    for component in 0..GAN_COMPONENTS {
        let row = &table.row(component)[..n];
        let mean = row.iter().sum::<f32>() / n as f32;
        let squares: f32 = row.iter().map(|value| (value - mean).powi(2)).sum();
        let deviation = (squares / n as f32).sqrt();
        for (example, value) in row.iter().enumerate() {
            values[example * GAN_COMPONENTS + component] = (value - mean) / deviation;
        }
    }
    let labels = (0..n).map(|example| example % GAN_LABELS).collect();
    (Matrix::from_rows(n, GAN_COMPONENTS, values), labels)
}

/// 2,000 steps of the generator, on one thread.
pub fn gan((examples, labels): &(Matrix, Vec<usize>)) -> Result<Vec<LossPoint>, AnalysisError> {
    let options = WganOptions::default();
    let trained = train(examples, labels, GAN_LABELS, &options, &mut |_| Ok(()))?;
    Ok(trained.losses)
}

/// Steps done, and whether the losses are numbers.
pub fn taught(losses: &[LossPoint]) -> Vec<f64> {
    let n_steps = losses.last().map_or(0, |point| point.step);
    let is_finite = losses.iter().all(|point| point.critic.is_finite());
    vec![n_steps as f64, f64::from(u8::from(is_finite))]
}
