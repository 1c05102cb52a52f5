use super::{Differential, DifferentialParameters, TestMethod};
use crate::{
    Dataset,
    analyses::{
        Inputs, StepOutput,
        testing::{dataset, names, run, run_with_warnings},
    },
    dataset::{Column, ColumnValues, ValueKind},
    figure::{FigureKind, FigureRequest},
};

fn grouped(rows: &[&[f32]], groups: &[&str]) -> Inputs {
    let mut data: Dataset = dataset(rows);
    data.kind = ValueKind::Log;
    data.sample_annotations.set(Column {
        name: "dex".into(),
        values: ColumnValues::Text(names(groups)),
    });
    Inputs::of("airway", data)
}

fn with(method: TestMethod) -> DifferentialParameters {
    DifferentialParameters {
        group: "dex".into(),
        method,
        ..Default::default()
    }
}

const GROUPS: [&str; 6] = ["no", "no", "no", "yes", "yes", "yes"];
const CHANGED: &[f32] = &[1.0, 2.0, 3.0, 7.0, 8.0, 9.0];
const CONSTANT: &[f32] = &[0.1; 6];
const JUMP: &[f32] = &[0.1, 0.1, 0.1, 0.3, 0.3, 0.3];

#[test]
fn the_fold_change_is_b_minus_a_and_t_has_its_sign() {
    for method in [TestMethod::Welch, TestMethod::Moderated] {
        let inputs = grouped(&[CHANGED, &[1.0, 3.0, 2.0, 2.0, 1.0, 3.0]], &GROUPS);
        let output = run::<Differential>(&inputs, &with(method)).unwrap();
        assert_eq!(output.genes[0].means, [2.0, 8.0]);
        assert_eq!(output.genes[0].log2_fc(), 6.0);
        assert!(output.genes[0].t > 7.0 && output.genes[0].q_value < 0.05);
        let turned = DifferentialParameters {
            a: "yes".into(),
            ..with(method)
        };
        let turned = run::<Differential>(&inputs, &turned).unwrap();
        assert_eq!(turned.genes[0].t, -output.genes[0].t);
        assert_eq!(turned.summary().n_down, 1);
    }
}

#[test]
fn wilcoxon_puts_u_of_b_in_the_place_of_t() {
    let inputs = grouped(&[CHANGED], &GROUPS);
    let gene = run::<Differential>(&inputs, &with(TestMethod::Wilcoxon))
        .unwrap()
        .genes[0];
    assert_eq!(gene.t, 9.0);
    assert!(gene.df.is_nan());
    assert!((gene.p_value - 0.1).abs() < 1e-15);
}

#[test]
fn genes_that_do_not_vary_are_tested_as_the_documentation_says() {
    let inputs = grouped(&[CONSTANT, JUMP, CHANGED], &GROUPS);
    let (output, warnings) = run_with_warnings::<Differential>(&inputs, &with(TestMethod::Welch));
    let genes = output.unwrap().genes;
    assert!(genes[0].t.is_nan() && genes[0].q_value.is_nan());
    assert_eq!((genes[1].t, genes[1].q_value), (f64::INFINITY, 0.0));
    let codes: Vec<&str> = warnings
        .iter()
        .map(|warning| warning.code.as_str())
        .collect();
    assert_eq!(codes, ["no_variance", "not_tested"]);
    let output = run::<Differential>(&inputs, &with(TestMethod::Moderated)).unwrap();
    assert_eq!(output.genes[0].t, 0.0);
    assert!(output.genes[1].t.is_finite());
}

#[test]
fn missing_and_infinite_values_do_not_count() {
    let gapped: &[f32] = &[1.0, f32::NAN, 3.0, 7.0, f32::INFINITY, 9.0];
    let (output, warnings) =
        run_with_warnings::<Differential>(&grouped(&[gapped], &GROUPS), &with(TestMethod::Welch));
    let gene = output.unwrap().genes[0];
    assert_eq!((gene.n, gene.means), ([2, 2], [2.0, 8.0]));
    assert_eq!(warnings[0].code, "infinite");
}

#[test]
fn one_sample_in_a_group_leaves_welch_without_and_moderated_with_an_answer() {
    let inputs = grouped(
        &[&[1.0, 2.0, 3.0, 7.0], &[1.0, 2.5, 3.0, 1.0]],
        &GROUPS[..4],
    );
    let (welch, warnings) = run_with_warnings::<Differential>(&inputs, &with(TestMethod::Welch));
    assert!(welch.unwrap().genes[0].p_value.is_nan());
    assert_eq!(
        (warnings.len(), warnings[0].code.as_str()),
        (1, "one_sample")
    );
    assert!(warnings[0].message.contains("method moderated"));
    let moderated = run::<Differential>(&inputs, &with(TestMethod::Moderated)).unwrap();
    assert!(moderated.genes[0].p_value < 0.1);
    let inputs = grouped(&[&[1.0, 2.0]], &["no", "yes"]);
    let error = run::<Differential>(&inputs, &with(TestMethod::Moderated)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 samples with values in the larger group, at least 2 needed"
    );
}

#[test]
fn groups_are_chosen_by_name_or_are_the_only_two() {
    let three = ["no", "no", "old", "", "yes", "yes"];
    let check = |groups: &[&str], a: &str, b: &str, expected: &str| {
        let parameters = DifferentialParameters {
            a: a.into(),
            b: b.into(),
            ..with(TestMethod::Welch)
        };
        let found = run::<Differential>(&grouped(&[CHANGED], groups), &parameters);
        let found = match found {
            Ok(output) => output.groups.join(" "),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected);
    };
    check(&GROUPS, "", "", "no yes");
    check(&["yes", "yes", "yes", "no", "no", "no"], "", "", "no yes");
    check(&GROUPS, "yes", "", "yes no");
    check(&GROUPS, "", "no", "yes no");
    check(&GROUPS, "", "yes", "no yes");
    check(&three, "old", "yes", "old yes");
    check(&three, "", "", "a is empty, expected one of no, old, yes");
    check(&three, "no", "", "b is empty, expected one of no, old, yes");
    check(
        &three,
        "no",
        "nope",
        "b is nope, expected one of no, old, yes",
    );
    check(
        &[""; 6],
        "x",
        "y",
        "a is x, expected a value of dex, which is empty in every sample",
    );
}

#[test]
fn data_that_are_not_logged_are_warned_about() {
    let counts: &[f32] = &[0.0, 20.0, 3.0, 700.0, 8.0, 9.0];
    for kind in [ValueKind::Counts, ValueKind::Unknown] {
        let mut inputs = grouped(&[counts], &GROUPS);
        let mut data = (*inputs.datasets[0].data).clone();
        data.kind = kind;
        inputs.datasets[0].data = data.into();
        let (_, warnings) = run_with_warnings::<Differential>(&inputs, &with(TestMethod::Welch));
        assert_eq!(warnings[0].code, "unlogged");
    }
}

#[test]
fn the_volcano_names_called_genes_and_draws_p_zero_above_the_rest() {
    let inputs = grouped(&[CONSTANT, JUMP, CHANGED], &GROUPS);
    let output = run::<Differential>(&inputs, &with(TestMethod::Welch)).unwrap();
    let request = FigureRequest {
        name: "volcano".into(),
        ..Default::default()
    };
    let FigureKind::Scatter(scatter) = output.figure(&request).unwrap().kind else {
        panic!("a scatter expected")
    };
    let named: Vec<&str> = scatter
        .marked
        .iter()
        .map(|point| point.name.as_str())
        .collect();
    assert_eq!(named, ["g1", "g2"]);
    assert!(scatter.marked[0].y > scatter.marked[1].y);
    assert_eq!(scatter.points.len(), 2, "a gene without p has no place");
}
