//! 60 simulated genes × 8 samples through R's and Python's quantile normalization and correlation.

use std::sync::Arc;

use cuvette_core::{
    Dataset, Matrix,
    analyses::{
        Analysis, AnalysisId, AnnotationTable, Data, Inputs,
        filter_by_expression::{FilterByExpression, FilterByExpressionParameters},
        gene_metrics::{GeneMetrics, GeneMetricsParameters},
    },
    context::quietly,
    dataset::{Column, ColumnValues},
    stats::{
        correlation::CorrelationMethod,
        correlation_matrix::correlation_matrix,
        cosine::cosine,
        gene_length::{LengthMethod, LengthScale},
        gene_metrics::{signal_to_noise, window_around, window_cosines},
        library_size::{LibraryFactors, LibraryMethod, LibraryScale, library_factors},
        quantile::sorted_present,
        quantile_normalize::{TieRule, quantile_normalize, quantile_normalize_columns},
    },
};

use serde_json::{Value, json};

use crate::files::{Tolerance, text, tsv_columns};

/// The files have 15 digits.
const F64: Tolerance = Tolerance {
    rel: 1e-9,
    abs: 1e-12,
};

/// Values are stored as `f32`.
const F32: Tolerance = Tolerance {
    rel: 1e-6,
    abs: 1e-6,
};

fn log2p1() -> Vec<Vec<f64>> {
    let mut columns = tsv_columns("counts.tsv");
    for value in columns.iter_mut().flatten() {
        *value = (1.0 + *value).log2();
    }
    columns
}

fn matrix_of(columns: &[Vec<f64>]) -> Matrix {
    let values = columns
        .iter()
        .flatten()
        .map(|&value| value as f32)
        .collect();
    Matrix::from_rows(columns.len(), columns[0].len(), values).transposed()
}

fn check_all(
    found: impl ExactSizeIterator<Item = f64>,
    expected: &[Vec<f64>],
    by: Tolerance,
    what: &str,
) {
    assert_eq!(found.len(), expected.len() * expected[0].len(), "{what}");
    for (found, &expected) in found.zip(expected.iter().flatten()) {
        by.check(found, expected, what);
    }
}

fn check_quantiles(columns: &[Vec<f64>], ties: TieRule, expected: &[Vec<f64>], what: &str) {
    let found = quantile_normalize_columns(columns, ties, None);
    check_all(found.concat().into_iter(), expected, F64, what);
    let matrix = matrix_of(columns);
    let found = quietly(|context| quantile_normalize(&matrix, ties, None, context))
        .expect("there are values")
        .transposed();
    let values = found.values().iter().map(|&value| f64::from(value));
    check_all(values, expected, F32, what);
}

#[test]
fn quantiles_are_those_of_qnorm_preprocess_core_and_limma() {
    let check = |ties, name: &str| check_quantiles(&log2p1(), ties, &tsv_columns(name), name);
    check(TieRule::BlockMean, "quantile_qnorm_log2p1.tsv");
    check(TieRule::AverageRank, "quantile_preprocessCore_log2p1.tsv");
    check(TieRule::AverageRank, "quantile_limma_ties_log2p1.tsv");
}

#[test]
fn missing_values_are_interpolated_as_in_preprocess_core_and_limma() {
    let gapped = tsv_columns("log2p1_withNA.tsv");
    for name in [
        "quantile_preprocessCore_withNA.tsv",
        "quantile_limma_withNA.tsv",
    ] {
        check_quantiles(&gapped, TieRule::AverageRank, &tsv_columns(name), name);
    }
}

/// Worked by hand; the tools named give the same.
const WORKED: Tolerance = Tolerance {
    rel: 1e-6,
    abs: 0.0,
};

fn worked_example() -> Vec<Vec<f64>> {
    vec![
        vec![0.0, 0.0, 0.0, 1.0, 4.0, 9.0],
        vec![0.0, 0.0, 3.0, 3.0, 10.0, 11.0],
        vec![0.0, 2.0, 2.0, 2.0, 7.0, 30.0],
        vec![1.0, 5.0, 7.0, 9.0, 20.0, 21.0],
    ]
}

#[test]
fn the_tie_rules_differ_where_three_values_are_equal() {
    let check = |ties, column: usize, expected: [f64; 6]| {
        let found = quantile_normalize_columns(&worked_example(), ties, None);
        for (found, expected) in found[column].iter().zip(expected) {
            WORKED.check(*found, expected, "worked example");
        }
    };
    let third = 5.0 / 3.0;
    check(
        TieRule::BlockMean,
        0,
        [third, third, third, 3.75, 10.25, 17.75],
    );
    check(
        TieRule::AverageRank,
        0,
        [1.75, 1.75, 1.75, 3.75, 10.25, 17.75],
    );
    check(
        TieRule::BlockMean,
        1,
        [1.0, 1.0, 3.375, 3.375, 10.25, 17.75],
    );
    check(
        TieRule::AverageRank,
        1,
        [1.0, 1.0, 3.375, 3.375, 10.25, 17.75],
    );
    check(
        TieRule::BlockMean,
        2,
        [0.25, 17.0 / 6.0, 17.0 / 6.0, 17.0 / 6.0, 10.25, 17.75],
    );
    check(TieRule::AverageRank, 2, [0.25, 3.0, 3.0, 3.0, 10.25, 17.75]);
}

#[test]
fn the_worked_example_with_gaps_is_that_of_preprocess_core() {
    let mut columns = worked_example();
    columns[2][1] = f64::NAN;
    columns[0][5] = f64::NAN;
    let expected = [
        vec![1.9875, 1.9875, 1.9875, 9.125, 16.5, f64::NAN],
        vec![0.95, 0.95, 3.55, 3.55, 10.8, 16.5],
        vec![0.25, f64::NAN, 2.83125, 2.83125, 9.125, 16.5],
        vec![0.25, 1.65, 3.0, 4.1, 10.8, 16.5],
    ];
    check_quantiles(&columns, TieRule::AverageRank, &expected, "worked example");
}

#[test]
fn sample_correlations_are_those_of_r() {
    let check = |method, name: &str| {
        let found = quietly(|context| correlation_matrix(&matrix_of(&log2p1()), method, context))
            .expect("not cancelled");
        let values = found.values().iter().map(|&value| f64::from(value));
        check_all(values, &tsv_columns(name), F32, name);
    };
    check(CorrelationMethod::Pearson, "pearson_samples.tsv");
    check(CorrelationMethod::Spearman, "spearman_samples.tsv");
}

const LIBRARY_METHODS: [(LibraryMethod, usize); 5] = [
    (LibraryMethod::Tmm, 1),
    (LibraryMethod::Rle, 3),
    (LibraryMethod::UpperQuartile, 4),
    (LibraryMethod::MedianRatio, 5),
    (LibraryMethod::Poscounts, 6),
];

fn library_factors_of(counts: &Matrix, method: LibraryMethod) -> LibraryFactors {
    quietly(|context| library_factors(counts, method, context)).expect("counts")
}

/// Columns of `size_factors.tsv`: library size, TMM, `TMMwsp`, RLE, upper quartile, ratio, poscounts.
#[test]
fn library_factors_are_those_of_edger_and_deseq2() {
    let counts = matrix_of(&tsv_columns("counts.tsv"));
    let expected = tsv_columns("size_factors.tsv");
    for (method, column) in LIBRARY_METHODS {
        let found = library_factors_of(&counts, method);
        let factor = if method.is_size_factor() {
            &found.size_factor
        } else {
            &found.factor
        };
        for sample in 0..factor.len() {
            let what = format!("{method:?}, sample {sample}");
            F64.check(found.library_size[sample], expected[0][sample], &what);
            F64.check(factor[sample], expected[column][sample], &what);
        }
    }
}

#[test]
fn normalized_counts_are_those_of_edger_and_deseq2() {
    let columns = tsv_columns("counts.tsv");
    let counts = matrix_of(&columns);
    for (file, method, log_prior) in [
        ("cpm.tsv", LibraryMethod::Cpm, None),
        ("logcpm_prior2.tsv", LibraryMethod::Cpm, Some(2.0)),
        ("cpm_tmm.tsv", LibraryMethod::Tmm, None),
        ("logcpm_tmm_prior2.tsv", LibraryMethod::Tmm, Some(2.0)),
        ("deseq_normalized.tsv", LibraryMethod::MedianRatio, None),
        ("deseq_log2p1.tsv", LibraryMethod::MedianRatio, Some(1.0)),
    ] {
        let factors = library_factors_of(&counts, method);
        let scale = LibraryScale::new(&factors, method, log_prior);
        let found = columns.iter().enumerate().flat_map(|(sample, column)| {
            let scale = &scale;
            column.iter().map(move |&count| scale.value(count, sample))
        });
        let found: Vec<f64> = found.collect();
        check_all(found.into_iter(), &tsv_columns(file), F64, file);
    }
}

fn gene_lengths() -> Vec<f64> {
    tsv_columns("lengths.tsv").concat()
}

#[test]
fn values_per_length_are_those_of_edger_and_archs4() {
    let columns = tsv_columns("counts.tsv");
    let sizes: Vec<f64> = columns.iter().map(|column| column.iter().sum()).collect();
    let check = |file: &str, method, columns: &[Vec<f64>]| {
        let scale = LengthScale::new(method, gene_lengths(), &sizes, |gene, sample| {
            columns[sample][gene]
        });
        let found = columns.iter().enumerate().flat_map(|(sample, column)| {
            let values = column.iter().enumerate();
            values.map(move |(gene, &value)| (value, gene, sample))
        });
        let found: Vec<f64> = found
            .map(|(value, gene, sample)| scale.value(value, gene, sample))
            .collect();
        check_all(found.into_iter(), &tsv_columns(file), F64, file);
    };
    check("tpm.tsv", LengthMethod::Tpm, &columns);
    check("rpkm.tsv", LengthMethod::Rpkm, &columns);
    let quantiles = quantile_normalize_columns(&log2p1(), TieRule::BlockMean, None);
    check("aj95b_normalized.tsv", LengthMethod::Divide, &quantiles);
}

/// Through the pipeline values are stored as `f32` after every step.
const STORED: Tolerance = Tolerance {
    rel: 1e-5,
    abs: 1e-8,
};

/// Runs the steps one after the other on the counts, with the lengths as the table `lengths`.
fn run_pipeline(steps: &[(&str, Value)]) -> Dataset {
    let columns = tsv_columns("counts.tsv");
    let table = text("archs4/lengths.tsv");
    let ids = table.lines().skip(1).map(|line| line.split('\t').next());
    let ids: Vec<String> = ids.flatten().map(String::from).collect();
    let names = (1..=columns.len()).map(|at| format!("s{at}")).collect();
    let mut data = Dataset::new(matrix_of(&columns), ids.clone(), names);
    let mut lengths = AnnotationTable {
        id_header: "gene".into(),
        ids,
        ..AnnotationTable::default()
    };
    lengths.annotations.set(Column {
        name: "length".into(),
        values: ColumnValues::Number(gene_lengths()),
    });
    let lengths = Data::GeneTable(Arc::new(lengths));
    for (id, with) in steps {
        let mut inputs = Inputs::of("data", data);
        inputs.references.insert("lengths".into(), lengths.clone());
        let request = AnalysisId::from_name(id).expect("an analysis");
        let request = request.request(with.as_object().expect("an object"));
        let output = quietly(|context| request.expect("parameters").run(&inputs, context));
        let output = output.expect("a result");
        data = Dataset::clone(output.dataset().expect("a transform"));
    }
    data
}

fn check_pipeline(steps: &[(&str, Value)], file: &str) {
    let found = run_pipeline(steps).matrix.transposed();
    let found = found.values().iter().map(|&value| f64::from(value));
    check_all(found, &tsv_columns(file), STORED, file);
}

#[test]
fn steps_give_what_r_and_the_reference_pipeline_give() {
    let log = || ("log", json!({}));
    check_pipeline(
        &[("length_normalize", json!({ "lengths": "lengths" }))],
        "tpm.tsv",
    );
    check_pipeline(
        &[(
            "length_normalize",
            json!({ "lengths": "lengths", "how": "rpkm" }),
        )],
        "rpkm.tsv",
    );
    check_pipeline(
        &[
            log(),
            ("quantile_normalize", json!({})),
            (
                "length_normalize",
                json!({ "lengths": "lengths", "how": "divide" }),
            ),
        ],
        "aj95b_normalized.tsv",
    );
}

/// Differences of nearly equal logarithms: an error of their storage remains.
#[test]
fn centered_and_scaled_genes_are_those_of_r() {
    let check = |with: Value, file: &str| {
        let columns = tsv_columns("counts.tsv");
        let names = |n: usize| (0..n).map(|at| format!("n{at}")).collect();
        let data = Dataset::new(
            matrix_of(&log2p1()),
            names(columns[0].len()),
            names(columns.len()),
        );
        let request = AnalysisId::CenterScale.request(with.as_object().expect("an object"));
        let inputs = Inputs::of("data", data);
        let output = quietly(|context| request.expect("parameters").run(&inputs, context));
        let output = output.expect("a result");
        let found = output.dataset().expect("a transform").matrix.transposed();
        let found = found.values().iter().map(|&value| f64::from(value));
        let expected = tsv_columns(file);
        // R divides a constant gene by 0; here it is not divided.
        let found: Vec<f64> = found
            .zip(expected.iter().flatten())
            .map(|(found, expected)| if expected.is_nan() { f64::NAN } else { found })
            .collect();
        let floored = Tolerance {
            rel: 1e-5,
            abs: 1e-5,
        };
        check_all(found.into_iter(), &expected, floored, file);
    };
    check(json!({}), "zscore_genes_sd_n1.tsv");
    check(
        json!({ "center": "median", "scale": "none" }),
        "median_centered_genes.tsv",
    );
}

#[test]
fn the_genes_kept_by_expression_are_those_of_edger() {
    let columns = tsv_columns("counts.tsv");
    let names = |what: &str, n: usize| (0..n).map(|at| format!("{what}{at}")).collect();
    let data = Dataset::new(
        matrix_of(&columns),
        names("gene", columns[0].len()),
        names("s", columns.len()),
    );
    let inputs = Inputs::of("counts", data);
    let parameters = FilterByExpressionParameters::default();
    let output = quietly(|context| FilterByExpression::run(&inputs, &parameters, context));
    let kept = output.expect("counts").dataset.genes.to_vec();
    let expected = text("archs4/filterByExpr.tsv");
    let expected = expected.lines().enumerate();
    let expected = expected.filter(|(_, line)| line.ends_with("TRUE"));
    let expected: Vec<String> = expected.map(|(gene, _)| format!("gene{gene}")).collect();
    assert_eq!(kept, expected);
}

/// The reference metrics with three samples on each side: the original's signal after and before
/// the division by length, its mean cosine, and the mean over pairs.
fn reference_metrics() -> [Vec<f64>; 4] {
    let columns = tsv_columns("aj95b_metrics_h3.tsv");
    columns.try_into().expect("four columns")
}

#[test]
fn signals_and_cosines_are_those_of_archs4_in_f64() {
    let [signal, signal_before, reference, mean_cosine] = reference_metrics();
    let check_signals = |samples: &[Vec<f64>], expected: &[f64]| {
        for (gene, &expected) in expected.iter().enumerate() {
            let values = samples.iter().map(|sample| sample[gene]);
            let sorted = sorted_present(values);
            let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
            F64.check(signal_to_noise(&sorted, mean, 0.95), expected, "signal");
        }
    };
    check_signals(&tsv_columns("quantile_qnorm_log2p1.tsv"), &signal_before);
    let samples = tsv_columns("aj95b_normalized.tsv");
    check_signals(&samples, &signal);
    for gene in 0..samples[0].len() {
        let mut order: Vec<usize> = (0..samples.len()).collect();
        order.sort_by(|&a, &b| samples[a][gene].total_cmp(&samples[b][gene]));
        let window = &order[window_around(order.len(), 0.95, 3)];
        let found = window_cosines(window, |a, b| cosine(&samples[a], &samples[b]));
        F64.check(found.mean, mean_cosine[gene], "mean cosine");
        F64.check(found.reference, reference[gene], "as the original");
    }
}

#[test]
fn gene_metrics_through_the_pipeline_are_those_of_archs4() {
    let [signal, signal_before, reference, mean_cosine] = reference_metrics();
    let parameters = GeneMetricsParameters {
        half_window: Some(3),
        ..Default::default()
    };
    let metrics = |steps: &[(&str, Value)]| {
        let inputs = Inputs::of("data", run_pipeline(steps));
        let output = quietly(|context| GeneMetrics::run(&inputs, &parameters, context));
        output.expect("a result").genes
    };
    let quantiles = [("log", json!({})), ("quantile_normalize", json!({}))];
    let divide = json!({ "lengths": "lengths", "how": "divide" });
    let after = [quantiles.to_vec(), vec![("length_normalize", divide)]].concat();
    let (before, after) = (metrics(&quantiles), metrics(&after));
    for gene in 0..signal.len() {
        STORED.check(before[gene].snr, signal_before[gene], "signal before");
        STORED.check(after[gene].snr, signal[gene], "signal");
        STORED.check(after[gene].mean_cosine, mean_cosine[gene], "mean cosine");
        let found = after[gene].reference_compatible;
        STORED.check(found, reference[gene], "as the original");
    }
}
