use super::{GeneMetrics, GeneMetricsOutput, GeneMetricsParameters};
use crate::{
    analyses::{
        Inputs, StepOutput,
        testing::{dataset, run, run_with_warnings},
    },
    figure::{FigureKind, FigureRequest},
};

const ROWS: [&[f32]; 4] = [
    &[1.0, 2.0, 3.0, 4.0],
    &[0.0, 0.0, 0.0, 0.0],
    &[0.0, 0.0, 0.0, 8.0],
    &[3.0, f32::NAN, 1.0, 1.0],
];

fn metrics(parameters: GeneMetricsParameters) -> GeneMetricsOutput {
    run::<GeneMetrics>(&Inputs::of("a", dataset(&ROWS)), &parameters).unwrap()
}

fn half_window(half_window: usize) -> GeneMetricsParameters {
    GeneMetricsParameters {
        half_window: Some(half_window),
        ..Default::default()
    }
}

#[test]
fn a_gene_is_measured_by_the_values_it_has() {
    let gene = metrics(half_window(1)).genes[3];
    assert!((gene.mean - 5.0 / 3.0).abs() < 1e-15);
    assert_eq!((gene.zero_share, gene.n_nonzero), (0.0, 3));
    // Position 1.9 of 1, 1, 3, and of (1 + x) / (8 / 3).
    assert!((gene.signal - 2.8).abs() < 1e-12);
    assert!((gene.snr - 3.8 / (8.0 / 3.0)).abs() < 1e-12);
}

#[test]
fn the_window_stands_around_the_percentile_and_ties_by_sample() {
    // ⌊0.5 · 5⌋ = 2: positions 1 and 2, which are samples 1 and 2.
    let output = metrics(GeneMetricsParameters {
        percentile: 50.0,
        ..half_window(1)
    });
    // Over the genes present in both: (2, 0, 0) and (3, 0, 0).
    assert_eq!(
        (output.genes[0].n_window, output.genes[0].mean_cosine),
        (2, 1.0)
    );
    assert_eq!(output.genes[2].mean_cosine, 1.0);
}

#[test]
fn genes_of_zeros_have_no_cosine_and_one_value_is_zero_in_the_original() {
    let inputs = Inputs::of("a", dataset(&ROWS));
    let (output, warnings) = run_with_warnings::<GeneMetrics>(&inputs, &half_window(2));
    let genes = output.unwrap().genes;
    assert!(genes[1].mean_cosine.is_nan() && genes[1].co_rank.is_nan());
    assert!(genes[1].reference_compatible.is_nan());
    assert_eq!(genes[2].reference_compatible, 0.0);
    assert!(genes[2].mean_cosine > 0.0);
    assert_eq!(warnings[0].code, "not_ranked");
}

#[test]
fn a_window_of_one_sample_is_told_with_what_to_raise() {
    let rows: [&[f32]; 2] = [&[1.0, 2.0, 3.0, 4.0], &[4.0, 3.0, 2.0, 1.0]];
    let inputs = Inputs::of("a", dataset(&rows));
    let (_, warnings) = run_with_warnings::<GeneMetrics>(&inputs, &half_window(1));
    let codes: Vec<&str> = warnings
        .iter()
        .map(|warning| warning.code.as_str())
        .collect();
    assert_eq!(codes, ["narrow_window"]);
    assert!(warnings[0].message.contains("raise half_window"));
}

#[test]
fn the_best_co_rank_is_first_in_both() {
    let output = metrics(half_window(2));
    let ranks: Vec<f64> = output.genes.iter().map(|gene| gene.co_rank).collect();
    let sum: f64 = ranks.iter().filter(|rank| !rank.is_nan()).sum();
    assert_eq!(sum, 6.0, "three genes are ranked");
    assert_eq!(output.summary().n_ranked, 3);
}

#[test]
fn the_half_window_follows_the_number_of_samples() {
    let check = |n_samples, expected| {
        let found = GeneMetricsParameters::default().half_window_of(n_samples);
        assert_eq!(found, expected);
    };
    check(8, 1);
    check(59, 2);
    check(999, 49);
    check(100_000, 50);
}

#[test]
fn the_column_of_the_original_stands_only_where_asked_for() {
    let names = |reference_compatible| -> Vec<String> {
        let output = metrics(GeneMetricsParameters {
            reference_compatible,
            ..Default::default()
        });
        let table = output.tables().remove(0);
        table
            .columns
            .into_iter()
            .map(|column| column.name)
            .collect()
    };
    assert_eq!(names(false).last().unwrap(), "co_rank");
    assert_eq!(names(true).last().unwrap(), "reference_compatible");
}

#[test]
fn the_picture_names_the_best_genes() {
    let request = FigureRequest {
        name: "metrics".into(),
        statistic: Some("signal".into()),
        ..Default::default()
    };
    let FigureKind::Scatter(scatter) = metrics(half_window(2)).figure(&request).unwrap().kind
    else {
        panic!("a scatter expected")
    };
    assert_eq!((scatter.points.len(), scatter.marked.len()), (3, 3));
}
