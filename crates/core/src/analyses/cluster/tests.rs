use super::*;
use crate::{
    Dataset, Matrix,
    analyses::{Parameters, Shape, Shapes, StepOutput},
    context::quietly,
    dataset::{Column, ColumnValues},
    figure::{AnnotationBars, ColorBy, Coloring, FigureKind, FigureRequest, HeatMap},
    stats::linkage::Linkage,
};

fn data() -> Dataset {
    // Two kinds of genes, two kinds of samples, in turn.
    let (n_genes, n_samples) = (6, 4);
    let value = |gene: usize, sample: usize| {
        let sign = if (gene + sample).is_multiple_of(2) {
            1.0
        } else {
            -1.0
        };
        sign * (5.0 + 0.1 * gene as f32) + 0.01 * (gene * gene + 3 * sample) as f32
    };
    let values =
        (0..n_genes).flat_map(|gene| (0..n_samples).map(move |sample| value(gene, sample)));
    let matrix = Matrix::from_rows(n_genes, n_samples, values.collect());
    let names = |n: usize, stem: &str| (0..n).map(|at| format!("{stem}{at}")).collect();
    let mut data = Dataset::new(matrix, names(n_genes, "g"), names(n_samples, "s"));
    data.sample_annotations.set(Column {
        name: "kind".into(),
        values: ColumnValues::from_text(["a", "b", "a", "b"].map(Into::into).to_vec()),
    });
    data.gene_annotations.set(Column {
        name: "class".into(),
        values: ColumnValues::from_text(["u", "v"].repeat(3).into_iter().map(Into::into).collect()),
    });
    data
}

fn run(parameters: ClusterParameters) -> ClusterOutput {
    quietly(|context| Cluster::run(&Inputs::of("set", data()), &parameters, context)).unwrap()
}

fn heat_map(output: &ClusterOutput, request: FigureRequest) -> HeatMap {
    let request = FigureRequest {
        name: "heat_map".into(),
        ..request
    };
    match output.figure(&request).unwrap().kind {
        FigureKind::HeatMap(heat_map) => heat_map,
        other => panic!("expected a heat map, found {other:?}"),
    }
}

#[test]
fn those_alike_stand_together_and_a_cut_parts_them() {
    for linkage in [
        Linkage::Average,
        Linkage::Complete,
        Linkage::Ward,
        Linkage::Single,
    ] {
        for distance in [ClusterDistance::Correlation, ClusterDistance::Euclidean] {
            let output = run(ClusterParameters {
                linkage,
                distance,
                cut: 2,
                ..ClusterParameters::default()
            });
            let rows = output.rows.as_ref().unwrap();
            assert_eq!(rows.clusters, Some(vec![1, 2, 1, 2, 1, 2]), "{linkage:?}");
            let shown = heat_map(&output, FigureRequest::default());
            assert_eq!(shown.row_cuts, [3]);
            assert_eq!(shown.column_cuts, [2]);
            assert_eq!(shown.columns, ["s0", "s2", "s1", "s3"]);
        }
    }
}

#[test]
fn an_axis_that_is_not_clustered_keeps_its_order_and_has_no_table() {
    let output = run(ClusterParameters {
        axis: ClusterAxis::Genes,
        ..ClusterParameters::default()
    });
    let names: Vec<String> = output
        .tables()
        .into_iter()
        .map(|table| table.name)
        .collect();
    assert_eq!(names, ["row_order", "rows"]);
    let shown = heat_map(&output, FigureRequest::default());
    assert_eq!(shown.columns, ["s0", "s1", "s2", "s3"]);
    assert!(shown.column_tree.is_none() && shown.row_tree.is_some());
}

#[test]
fn a_window_shows_its_rows_with_their_bars() {
    let output = run(ClusterParameters::default());
    let shown = heat_map(
        &output,
        FigureRequest {
            window: Some([1.0, 3.0, 4.0, 6.0]),
            color: Some(ColorBy::Column("kind".into())),
            ..FigureRequest::default()
        },
    );
    assert_eq!((shown.first, shown.rows.len()), ([4, 1], 2));
    assert_eq!(shown.columns, ["s2", "s1"]);
    assert_eq!((shown.raster.width, shown.raster.height), (2, 2));
    let [Coloring::Groups { of, .. }] = &shown.column_bars[..] else {
        panic!("one bar")
    };
    assert_eq!(of, &[0, 1]);
}

#[test]
fn the_bars_are_those_chosen_and_a_gene_is_one_more() {
    let output = run(ClusterParameters::default());
    let info = &output.figures()[0];
    let choices = info.bars.clone().unwrap();
    assert_eq!(choices.all.samples, ["kind"]);
    assert_eq!(choices.proposed, choices.all, "few groups each");
    assert!(info.colors.genes && info.colors.columns.is_empty());
    let labels = |bars: AnnotationBars, color: Option<ColorBy>| {
        let shown = heat_map(
            &output,
            FigureRequest {
                bars: Some(bars),
                color,
                ..FigureRequest::default()
            },
        );
        [shown.column_bars, shown.row_bars].map(|bars| {
            let labels = bars.iter().map(|bar| bar.label().to_owned());
            labels.collect::<Vec<_>>()
        })
    };
    let gene = || Some(ColorBy::Gene("g0".into()));
    let none = AnnotationBars::default();
    assert_eq!(
        labels(none.clone(), None),
        [vec![], vec![]] as [Vec<String>; 2]
    );
    assert_eq!(labels(none, gene())[0].len(), 1);
    let found = labels(choices.all.clone(), gene());
    assert_eq!((found[0].len(), found[0][0].as_str()), (2, "kind"));
    assert_eq!(found[1], choices.all.genes);

    let error_of = |samples: Vec<String>| {
        let request = FigureRequest {
            name: "heat_map".into(),
            bars: Some(AnnotationBars {
                samples,
                ..AnnotationBars::default()
            }),
            ..FigureRequest::default()
        };
        output.figure(&request).unwrap_err().to_string()
    };
    assert!(error_of(vec!["gone".into()]).contains("gone"));
    assert!(error_of(vec!["kind".into(); 9]).contains("room for 8"));
}

#[test]
fn bars_of_genes_follow_the_order_of_the_tree() {
    let output = run(ClusterParameters::default());
    for window in [None, Some([0.0, 4.0, 2.0, 5.0])] {
        let shown = heat_map(
            &output,
            FigureRequest {
                window,
                ..FigureRequest::default()
            },
        );
        let [Coloring::Groups { groups, of, .. }] = &shown.row_bars[..] else {
            panic!("one bar")
        };
        let classes: Vec<&str> = of
            .iter()
            .map(|&group| groups[usize::from(group)].name.as_str())
            .collect();
        let is_even = |gene: &String| ["g0", "g2", "g4"].contains(&gene.as_str());
        let expected: Vec<&str> = shown
            .rows
            .iter()
            .map(|gene| if is_even(gene) { "u" } else { "v" })
            .collect();
        assert_eq!(classes, expected);
    }
}

#[test]
fn too_many_genes_are_refused_with_the_memory_and_a_remedy() {
    let shapes = Shapes {
        datasets: vec![Shape {
            n_genes: 20_000,
            n_samples: 10,
            ..Shape::default()
        }],
    };
    let error = ClusterParameters::default().check(&shapes).unwrap_err();
    assert_eq!(error.field, "axis");
    assert!(error.allowed.contains("1.6 GB") && error.allowed.contains("filter_genes"));
    let samples = ClusterParameters {
        axis: ClusterAxis::Samples,
        ..ClusterParameters::default()
    };
    assert!(samples.check(&shapes).is_ok());
}
