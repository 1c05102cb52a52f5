use super::{CompareModes, CompareModesOutput, CompareModesParameters, output::MODES};
use crate::{
    Dataset, Matrix,
    analyses::{
        GeneChoice, Inputs, StepOutput,
        testing::{names, run, run_with_warnings},
    },
    dataset::ValueKind,
    figure::{FigureKind, FigureRequest},
    random::Random,
    stats::sequence_edit::SequenceMode,
    table::TableValues,
};

/// 400 genes in 40 modules, 60 cells; every cell has nearly all of them.
fn cells(n_genes: usize) -> Dataset {
    let mut random = Random::new(3);
    let n_cells = 60;
    let mut counts = vec![0.0; n_genes * n_cells];
    for cell in 0..n_cells {
        let activity: Vec<f64> = (0..n_genes.div_ceil(10)).map(|_| random.normal()).collect();
        for gene in 0..n_genes {
            let level = (1.5 + 0.8 * activity[gene / 10] + 0.5 * random.normal()).exp();
            counts[gene * n_cells + cell] = level.round() as f32;
        }
    }
    let mut data = Dataset::new(
        Matrix::from_rows(n_genes, n_cells, counts),
        (0..n_genes).map(|gene| format!("g{gene:03}")).collect(),
        (0..n_cells).map(|cell| format!("c{cell}")).collect(),
    );
    data.kind = ValueKind::Counts;
    data
}

fn parameters(genes: &[&str]) -> CompareModesParameters {
    CompareModesParameters {
        genes: GeneChoice::Listed(names(genes)),
        max_cells: 6,
        dimensions: 24,
        ..CompareModesParameters::default()
    }
}

fn compare(parameters: &CompareModesParameters) -> CompareModesOutput {
    run::<CompareModes>(&Inputs::of("cells", cells(400)), parameters).unwrap()
}

fn factor(output: &CompareModesOutput, mode: SequenceMode) -> f64 {
    let place = MODES.iter().position(|&known| known == mode).unwrap();
    output.summary().jump_factors[place].unwrap()
}

#[test]
fn a_deletion_steps_at_its_rank_and_a_mask_does_not() {
    let found = compare(&parameters(&["g105", "g222"]));
    assert!(factor(&found, SequenceMode::Delete) > 5.0);
    assert!(factor(&found, SequenceMode::ShiftOnly) > 5.0);
    for mode in [SequenceMode::Mask, SequenceMode::AttentionMask] {
        assert!((0.5..2.0).contains(&factor(&found, mode)), "{mode:?}");
    }
    let summary = found.summary();
    assert_eq!((summary.n_genes, summary.n_knock_outs), (2, 12));
    assert!(summary.positional_share.unwrap() > 0.5);
    assert!(
        summary.verdict.starts_with("Deleting shows a step"),
        "{}",
        summary.verdict
    );
}

#[test]
fn without_positions_nothing_steps_and_it_is_said() {
    let parameters = CompareModesParameters {
        position_weight: 0.0,
        ..parameters(&["g105"])
    };
    let (found, warnings) =
        run_with_warnings::<CompareModes>(&Inputs::of("cells", cells(400)), &parameters);
    let found = found.unwrap();
    assert!(
        warnings
            .iter()
            .any(|warning| warning.code == "no_positions")
    );
    assert!((0.5..2.0).contains(&factor(&found, SequenceMode::Delete)));
    assert_eq!(found.summary().positional_share, Some(0.0));
}

#[test]
fn few_genes_have_no_jump_and_it_is_said() {
    let inputs = Inputs::of("cells", cells(40));
    let (found, warnings) = run_with_warnings::<CompareModes>(&inputs, &parameters(&["g005"]));
    let summary = found.unwrap().summary();
    assert_eq!(summary.jump_factors, [None; 4]);
    assert!(summary.verdict.starts_with("No cell has 30 genes"));
    assert!(warnings.iter().any(|warning| warning.code == "short_side"));
}

#[test]
fn tables_hold_every_gene_mode_and_cell() {
    let found = compare(&parameters(&["g105", "g222"]));
    let tables = found.tables();
    let n_rows: Vec<usize> = tables.iter().map(crate::table::Table::n_rows).collect();
    assert_eq!((n_rows[0], n_rows[2]), (2 * 4, 2 * 4 * 6));
    let TableValues::Text(only) = &tables[1].columns[9].values else {
        panic!("words");
    };
    assert_eq!(only.len(), n_rows[1]);
    assert!(only.iter().any(|word| word == "yes") && only.iter().any(String::is_empty));
}

#[test]
fn every_picture_is_drawn_with_its_jump() {
    let found = compare(&parameters(&["g105", "g222"]));
    let mut heights = Vec::new();
    for info in found.figures() {
        let request = FigureRequest {
            name: info.name.clone(),
            subject: Some("g222".into()),
            ..FigureRequest::default()
        };
        let figure = found.figure(&request).unwrap();
        let FigureKind::Scatter(scatter) = figure.kind else {
            panic!("{}", info.name);
        };
        if info.name == "jumps" {
            let jumps = found.results.iter().flat_map(|result| &result.jumps);
            let n_jumps = jumps.filter(|one| one.jump.jump.is_finite()).count();
            assert_eq!(scatter.points.len(), n_jumps);
            assert!(n_jumps > 20);
        } else {
            assert!(figure.title.contains("jump ×"), "{}", figure.title);
            assert!(figure.subtitle.starts_with("g222 at rank"));
            assert_eq!((scatter.lines.len(), scatter.x_marks.len()), (2, 1));
            heights.push((scatter.y.low, scatter.y.high));
        }
    }
    assert!(
        heights.iter().all(|height| *height == heights[0]),
        "one axis for all four"
    );
}
