use std::sync::Arc;

use super::{Perturb, PerturbEngine, PerturbOutput, PerturbParameters, SequencePerturbation};
use crate::{
    Dataset, Matrix,
    analyses::{
        GeneChoice, Inputs, Parameters, SampleSet, Shapes, StepOutput,
        testing::{names, run},
    },
    dataset::{Column, ColumnValues, ValueKind},
    error::AnalysisError,
    figure::{FigureKind, FigureRequest},
    random::Random,
    stats::sequence_edit::SequenceMode,
    table::{Table, TableValues},
};

const N_GENES: usize = 60;
const N_CELLS: usize = 80;
const MODULE: usize = 6;

/// Ten modules of six genes that come and go together; cells of two states, of which `b` has more of
/// the first module.
fn cells() -> Dataset {
    let mut random = Random::new(7);
    let mut counts = vec![0.0; N_GENES * N_CELLS];
    for cell in 0..N_CELLS {
        for module in 0..N_GENES / MODULE {
            let state = if module == 0 && cell >= N_CELLS / 2 {
                1.5
            } else {
                0.0
            };
            let activity = 0.9 * random.normal() + state;
            for gene in module * MODULE..(module + 1) * MODULE {
                let level = (2.0 + activity + 0.3 * random.normal()).exp();
                counts[gene * N_CELLS + cell] = level.round() as f32;
            }
        }
    }
    let mut data = Dataset::new(
        Matrix::from_rows(N_GENES, N_CELLS, counts),
        (0..N_GENES).map(|gene| format!("g{gene:02}")).collect(),
        (0..N_CELLS).map(|cell| format!("c{cell}")).collect(),
    );
    data.kind = ValueKind::Counts;
    let text = |values: Vec<String>| ColumnValues::Text(values);
    data.sample_annotations.set(Column {
        name: "state".into(),
        values: text(
            (0..N_CELLS)
                .map(|cell| if cell < N_CELLS / 2 { "a" } else { "b" }.into())
                .collect(),
        ),
    });
    data.gene_annotations.set(Column {
        name: "symbol".into(),
        values: text((0..N_GENES).map(|gene| format!("Sym{gene}")).collect()),
    });
    data
}

fn parameters(genes: &[&str]) -> PerturbParameters {
    PerturbParameters {
        genes: GeneChoice::Listed(names(genes)),
        dimensions: 12,
        ..PerturbParameters::default()
    }
}

fn perturb(parameters: &PerturbParameters) -> SequencePerturbation {
    perturb_of(cells(), parameters)
}

fn perturb_of(data: Dataset, parameters: &PerturbParameters) -> SequencePerturbation {
    match run::<Perturb>(&Inputs::of("cells", data), parameters).unwrap() {
        PerturbOutput::Sequences(found) => found,
        PerturbOutput::Expression(found) => panic!("{found:?}"),
    }
}

fn text(table: &Table, column: &str) -> Vec<String> {
    match &table
        .columns
        .iter()
        .find(|known| known.name == column)
        .unwrap()
        .values
    {
        TableValues::Text(values) => values.clone(),
        other => panic!("{column}: {other:?}"),
    }
}

fn number(table: &Table, column: &str) -> Vec<f64> {
    match &table
        .columns
        .iter()
        .find(|known| known.name == column)
        .unwrap()
        .values
    {
        TableValues::Number(values) => values.clone(),
        other => panic!("{column}: {other:?}"),
    }
}

fn table(output: &SequencePerturbation, name: &str) -> Table {
    output
        .tables()
        .into_iter()
        .find(|table| table.name == name)
        .unwrap()
}

#[test]
fn the_genes_of_its_module_depend_on_a_gene() {
    for mode in [
        SequenceMode::AttentionMask,
        SequenceMode::Mask,
        SequenceMode::Delete,
    ] {
        let found = perturb(&PerturbParameters {
            mode,
            ..parameters(&["g13"])
        });
        let genes = table(&found, "genes");
        let affected = text(&genes, "affected");
        let mut first: Vec<&str> = affected[..MODULE - 1].iter().map(String::as_str).collect();
        first.sort_unstable();
        assert_eq!(first, ["g12", "g14", "g15", "g16", "g17"], "{mode:?}");
        let z = number(&genes, "z_random_deletion");
        assert!(
            z[..MODULE - 1].iter().all(|&z| z > 3.0),
            "{mode:?}: {:?}",
            &z[..MODULE]
        );
        let before = number(&genes, "rank_before");
        let after = number(&genes, "rank_after");
        let moved = before
            .iter()
            .zip(&after)
            .filter(|(before, after)| before != after)
            .count();
        assert_eq!(moved > 0, mode == SequenceMode::Delete, "{mode:?}");
    }
}

#[test]
fn a_gene_is_found_by_its_symbol_and_a_set_is_one_perturbation() {
    let one = perturb(&parameters(&["sym13"]));
    assert_eq!(one.perturbed[0].target.name, "g13");
    let set = perturb(&PerturbParameters {
        together: true,
        ..parameters(&["g13", "g14"])
    });
    assert_eq!(
        (set.perturbed.len(), set.perturbed[0].target.name.as_str()),
        (1, "g13+g14")
    );
    let affected = text(&table(&set, "genes"), "affected");
    assert!(!affected.contains(&"g13".into()) && !affected.contains(&"g14".into()));
    assert_eq!(affected.len(), N_GENES - 2);
}

#[test]
fn all_genes_give_what_each_gives_alone() {
    let all = perturb(&PerturbParameters {
        genes: GeneChoice::All,
        // More than sixty genes would go another way; both ways are compared below.
        top_affected: Some(5),
        ..parameters(&[])
    });
    assert_eq!(all.perturbed.len(), N_GENES);
    let one = perturb(&PerturbParameters {
        top_affected: Some(5),
        ..parameters(&["g13"])
    });
    assert_eq!(all.perturbed[13].affected, one.perturbed[0].affected);
}

#[test]
fn many_genes_at_once_are_worked_on_gene_by_gene_with_the_same_result() {
    let mut data = cells();
    // Each gene twice makes 120.
    let rows: Vec<usize> = (0..N_GENES).chain(0..N_GENES).collect();
    data = data.select_genes(&rows);
    data.genes = Arc::new((0..2 * N_GENES).map(|gene| format!("g{gene:03}")).collect());
    let all = PerturbParameters {
        genes: GeneChoice::All,
        top_affected: Some(7),
        ..parameters(&[])
    };
    let with_goal = |parameters| PerturbParameters {
        state_column: "state".into(),
        start_state: "b".into(),
        goal_state: "a".into(),
        ..parameters
    };
    let all = perturb_of(data.clone(), &with_goal(all));
    let some = with_goal(PerturbParameters {
        top_affected: Some(7),
        ..parameters(&["g005", "g077", "g119"])
    });
    let some = perturb_of(data, &some);
    assert_eq!(all.plane, some.plane);
    for (at, gene) in [5, 77, 119].into_iter().enumerate() {
        let [one, other] = [&all.perturbed[gene], &some.perturbed[at]];
        assert_eq!(
            (&one.cell_numbers, one.rank),
            (&other.cell_numbers, other.rank)
        );
        let moves = one.shift.moves.iter().zip(&other.shift.moves);
        assert_eq!(moves.len(), N_CELLS / 2);
        for (one, other) in moves.flat_map(|(one, other)| one.iter().zip(other)) {
            assert!((one - other).abs() < 1e-9, "{one} {other}");
        }
        let pairs = all.perturbed[gene]
            .affected
            .iter()
            .zip(&some.perturbed[at].affected);
        for (one, other) in pairs {
            assert_eq!(
                (one.gene, one.n_cells, one.ranks),
                (other.gene, other.n_cells, other.ranks)
            );
            assert!((one.mean - other.mean).abs() <= 1e-12 * one.mean);
            assert!((one.z - other.z).abs() < 1e-6 * one.z.abs());
        }
    }
}

#[test]
fn a_shift_goes_to_the_state_that_lacks_what_was_taken() {
    let states = |genes: &[&str]| PerturbParameters {
        state_column: "state".into(),
        start_state: "b".into(),
        goal_state: "a".into(),
        alternative_states: vec!["b".into()],
        ..parameters(genes)
    };
    let found = perturb(&states(&["g00", "g01", "g20", "g30"]));
    let shifts = table(&found, "shifts");
    let header: Vec<&str> = shifts
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(
        header,
        [
            "Gene",
            "Gene_name",
            "Ensembl_ID",
            "Shift_to_goal_end",
            "Shift_to_alt_end_b",
            "Goal_end_vs_random_pval",
            "Alt_end_vs_random_pval_b",
            "Goal_end_FDR",
            "Alt_end_FDR_b",
            "N_Detections",
            "Sig",
        ]
    );
    assert!(
        number(&shifts, "Goal_end_FDR")
            .iter()
            .all(|p| (0.0..=1.0).contains(p))
    );
    assert_eq!(found.perturbed[0].cells.len(), N_CELLS / 2);
    assert!(found.summary().n_shifting.is_some());
}

#[test]
fn later_genes_move_up_and_a_random_deletion_is_of_another_gene() {
    let by_force = |mode| {
        let parameters = PerturbParameters {
            mode,
            position_weight: 0.5,
            null_draws: Some(4),
            ..parameters(&["g13"])
        };
        perturb(&parameters)
    };
    let shifted = by_force(SequenceMode::ShiftOnly);
    assert!(
        shifted.perturbed[0]
            .affected
            .iter()
            .all(|gene| gene.mean > 0.0)
    );
    let random = by_force(SequenceMode::RandomDelete);
    let n_cells: Vec<usize> = random.perturbed[0]
        .affected
        .iter()
        .map(|gene| gene.n_cells)
        .collect();
    assert!(
        n_cells.iter().any(|&n| n < N_CELLS),
        "a deleted neighbor is not compared: {n_cells:?}"
    );
    let up = by_force(SequenceMode::Overexpress);
    assert_eq!(up.perturbed[0].cells.len(), N_CELLS);
}

#[test]
fn what_cannot_be_done_is_refused_before_the_work() {
    let check = |change: &dyn Fn(&mut PerturbParameters, &mut Dataset), expected: &str| {
        let (mut parameters, mut data) = (parameters(&["g13"]), cells());
        change(&mut parameters, &mut data);
        let error = run::<Perturb>(&Inputs::of("cells", data), &parameters).unwrap_err();
        let words = format!("{error}; {}", error.hint().unwrap_or_default());
        assert!(words.contains(expected), "{words}");
    };
    check(&|p, _| p.genes = GeneChoice::default(), "at least one gene");
    check(
        &|p, _| p.genes = GeneChoice::Listed(names(&["g1x"])),
        "perhaps g1",
    );
    check(&|_, d| d.kind = ValueKind::Log, "before log");
    check(
        &|p, _| {
            p.engine = PerturbEngine::Network;
            p.mode = SequenceMode::ShiftOnly;
        },
        "knows no ranks",
    );
    check(
        &|p, _| {
            p.engine = PerturbEngine::Conditional;
            p.goal_state = "a".into();
        },
        "not where cells go",
    );
    check(
        &|_, d| d.matrix.row_mut(2)[3] = f32::INFINITY,
        "infinite at g02, c3",
    );
    check(
        &|p, _| p.goal_state = "a".into(),
        "whose cells are to come nearer",
    );
    check(
        &|p, _| p.alternative_states = names(&["a"]),
        "goal_state is empty",
    );
    check(
        &|p, _| {
            p.state_column = "state".into();
            p.start_state = "c".into();
        },
        "a (40 cells), b (40 cells)",
    );
    check(
        &|_, d| d.matrix.row_mut(13).fill(0.0),
        "cannot stand in a sequence: in 0 cells",
    );
    check(
        &|p, d| {
            d.matrix.row_mut(13)[..40].fill(0.0);
            p.cells = SampleSet::Listed(names(&["c1", "c2"]));
        },
        "none of the 2 cells",
    );
}

#[test]
fn parameters_out_of_range_are_refused() {
    let check = |change: &dyn Fn(&mut PerturbParameters), expected: &str| {
        let mut parameters = parameters(&["g13"]);
        change(&mut parameters);
        let error = parameters.check(&Shapes::default()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    };
    check(
        &|p| p.cells = SampleSet::Listed(Vec::new()),
        "at least one sample",
    );
    check(&|p| p.dimensions = 1, "2 to 512");
    check(&|p| p.position_weight = f64::NAN, "0 to 10");
    check(&|p| p.temperature = 0.0, "0.01 to 10");
    check(&|p| p.max_cells = 0, "1 or more");
    check(&|p| p.max_length = 1, "2 or more");
    check(&|p| p.null_draws = Some(21), "0 to 20");
    check(&|p| p.top_affected = Some(0), "1 or more");
}

#[test]
fn every_picture_is_drawn() {
    let parameters = PerturbParameters {
        state_column: "state".into(),
        start_state: "b".into(),
        goal_state: "a".into(),
        ..parameters(&["g00", "g13"])
    };
    let found = perturb(&parameters);
    let names: Vec<String> = found.figures().into_iter().map(|info| info.name).collect();
    assert_eq!(
        names,
        [
            "effects",
            "most_affected",
            "neighborhood",
            "cosines",
            "moves",
            "states",
            "shifts"
        ]
    );
    for name in names {
        let request = FigureRequest {
            name: name.clone(),
            subject: Some("g13".into()),
            ..FigureRequest::default()
        };
        let figure = found.figure(&request).unwrap();
        let n_marks = match figure.kind {
            FigureKind::Scatter(scatter) => scatter.points.len(),
            FigureKind::Boxes(boxes) => boxes.groups.len(),
            FigureKind::HeatMap(heat_map) => heat_map.rows.len(),
            _ => 0,
        };
        assert!(n_marks > 1, "{name}");
    }
    let unknown = FigureRequest {
        name: "x".into(),
        ..FigureRequest::default()
    };
    assert!(matches!(
        found.figure(&unknown),
        Err(AnalysisError::Input { .. })
    ));
}

#[test]
fn a_cell_is_drawn_where_it_stands_with_an_arrow_for_its_move() {
    let found = perturb(&PerturbParameters {
        state_column: "state".into(),
        start_state: "b".into(),
        goal_state: "a".into(),
        ..parameters(&["g00"])
    });
    let request = FigureRequest {
        name: "moves".into(),
        ..FigureRequest::default()
    };
    let figure = found.figure(&request).unwrap();
    let FigureKind::Scatter(scatter) = figure.kind else {
        panic!("{:?}", figure.kind)
    };
    let n = found.perturbed[0].cells.len();
    assert_eq!(
        (scatter.points.len(), scatter.arrows.len()),
        (n + N_CELLS / 2, n)
    );
    let cells = table(&found, "cells");
    let [x, y, move_x, move_y] = ["x", "y", "move_x", "move_y"].map(|name| number(&cells, name));
    let words = figure.subtitle.split("drawn ").nth(1).unwrap();
    let factor: f64 = words.split(' ').next().unwrap().parse().unwrap();
    for (at, [from, to]) in scatter.arrows.iter().enumerate() {
        assert_eq!(*from, [x[at], y[at]]);
        for (axis, by) in [move_x[at], move_y[at]].into_iter().enumerate() {
            assert!((to[axis] - from[axis] - factor * by).abs() < 1e-12);
        }
        assert!(to[0] >= scatter.x.low && to[1] <= scatter.y.high);
    }
    // The goal lies to the right.
    let start = x.iter().sum::<f64>() / n as f64;
    assert!(scatter.marked[0].x > start && scatter.marked[0].name == "mean of a");
    let [after, before] = ["cosine_after_a", "cosine_before_a"].map(|name| number(&cells, name));
    let nearer = after
        .iter()
        .zip(&before)
        .filter(|(after, before)| after > before);
    let said = format!("{} of {n} cells come nearer to a", nearer.count());
    assert!(figure.subtitle.contains(&said), "{}", figure.subtitle);
}

#[test]
fn pictures_of_moves_begin_with_the_first_shift_and_others_with_the_largest_effect() {
    let mut found = perturb(&PerturbParameters {
        state_column: "state".into(),
        start_state: "b".into(),
        goal_state: "a".into(),
        ..parameters(&["g00", "g13", "g20"])
    });
    let strongest = found.strongest().unwrap().target.clone();
    // So that another one comes first.
    let at = found
        .perturbed
        .iter()
        .position(|one| one.target == strongest);
    found.shift_rows.retain(|row| Some(row.perturbed) != at);
    let first = found.perturbed[found.shift_rows[0].perturbed]
        .target
        .clone();
    let [strongest, first] = [strongest, first].map(|target| found.target_label(&target));
    let title = |name: &str| {
        let request = FigureRequest {
            name: name.into(),
            ..FigureRequest::default()
        };
        found.figure(&request).unwrap().title
    };
    assert_ne!(first, strongest);
    for name in ["moves", "states"] {
        assert!(title(name).contains(&format!("{first} is")), "{first}");
    }
    assert!(title("effects").ends_with(&strongest), "{strongest}");
}

#[test]
fn the_rank_of_the_perturbed_gene_is_marked() {
    let mut data = cells();
    // So that every cell has every gene.
    let counts = data.matrix.values().iter().map(|count| count + 1.0);
    data.matrix = Matrix::from_rows(N_GENES, N_CELLS, counts.collect());
    let found = perturb_of(data, &parameters(&["g13"]));
    let request = FigureRequest {
        name: "effects".into(),
        ..FigureRequest::default()
    };
    let FigureKind::Scatter(scatter) = found.figure(&request).unwrap().kind else {
        panic!("expected a scatter")
    };
    // All ranks of a cell together are those from 1 to 60.
    let others = number(&table(&found, "genes"), "rank_before")
        .iter()
        .sum::<f64>();
    let expected = (1..=N_GENES).sum::<usize>() as f64 - others;
    assert_eq!(scatter.x_marks.len(), 1);
    assert!(
        (scatter.x_marks[0].at - expected).abs() < 1e-6,
        "{expected}"
    );
    assert_eq!(scatter.x_marks[0].label, "Sym13");
}

#[test]
fn an_impact_is_told_of_ten_perturbations_and_more() {
    let has_impact =
        |found: &SequencePerturbation| found.tables().iter().any(|table| table.name == "impact");
    let genes: Vec<String> = (0..10).map(|gene| format!("g{gene:02}")).collect();
    let genes: Vec<&str> = genes.iter().map(String::as_str).collect();
    assert!(has_impact(&perturb(&parameters(&genes))));
    assert!(!has_impact(&perturb(&parameters(&genes[1..]))));
}

#[test]
fn geneformers_table_has_the_cell_first_and_then_the_lowest_cosine() {
    let found = perturb(&parameters(&["g13"]));
    let shifts = table(&found, "gene_shifts");
    let affected = text(&shifts, "Affected");
    assert_eq!(affected[0], "cell_emb");
    let cosines = number(&shifts, "Cosine_sim_mean");
    assert!(cosines[1..].is_sorted());
    assert_eq!(text(&shifts, "Affected_gene_name")[1..].len(), N_GENES - 1);
}

#[test]
fn engines_without_ranks_find_the_module_too() {
    for engine in [PerturbEngine::Conditional, PerturbEngine::Network] {
        let parameters = PerturbParameters {
            engine,
            ..parameters(&["g13"])
        };
        let found = run::<Perturb>(&Inputs::of("cells", cells()), &parameters).unwrap();
        let tables = found.tables();
        let first = text(&tables[0], "affected")[..MODULE - 1].to_vec();
        let is_own = |gene: &&String| ["g12", "g14", "g15", "g16", "g17"].contains(&gene.as_str());
        let n_own = first.iter().filter(is_own).count();
        // A change that goes on for three steps picks up chance links of eighty cells on its way.
        let n_expected = if engine == PerturbEngine::Network {
            4
        } else {
            5
        };
        assert!(n_own >= n_expected, "{engine:?}: {first:?}");
        let change = number(&tables[0], "change");
        let n_down = change[..MODULE - 1]
            .iter()
            .filter(|change| **change < 0.0)
            .count();
        assert!(n_down >= n_expected, "{engine:?}: {change:?}");
        assert!(
            number(&tables[0], "one_minus_cosine")
                .iter()
                .all(|value| value.is_nan())
        );
        for name in ["changes", "most_affected"] {
            let request = FigureRequest {
                name: name.into(),
                ..FigureRequest::default()
            };
            assert!(found.figure(&request).unwrap().title.contains("g13"));
        }
    }
}

#[test]
fn two_genes_give_the_slope_of_one_on_the_other() {
    let mut data = cells().select_genes(&[12, 13]);
    data.kind = ValueKind::Log;
    let parameters = PerturbParameters {
        engine: PerturbEngine::Conditional,
        ..parameters(&["g13"])
    };
    let found = run::<Perturb>(&Inputs::of("cells", data.clone()), &parameters).unwrap();
    let PerturbOutput::Expression(found) = found else {
        panic!("levels")
    };
    let [y, x] = [0, 1].map(|gene| {
        data.matrix
            .row(gene)
            .iter()
            .map(|&v| f64::from(v))
            .collect::<Vec<_>>()
    });
    let slope = crate::stats::ols::fit_line(&x, &y).slope;
    let knocked_out = -x.iter().sum::<f64>() / x.len() as f64;
    let expected = (1.0 - found.shrinkage) * slope * knocked_out;
    let change = found.perturbed[0].affected[0].change;
    assert!(
        (change - expected).abs() < 1e-9 * expected.abs(),
        "{change}, expected {expected}"
    );
}
