//! `cross_study` on real data: values made by NumPy, SciPy and pandas, and published ones.

#![expect(clippy::unwrap_used, reason = "a test stops at the first trouble")]

mod common;

use std::sync::Arc;

use common::{TextTable, assert_close, data_folder, example_matrix, read_matrix, read_table};
use cuvette_core::{
    Dataset,
    analyses::{
        Analysis, AnnotationTable, Data, DataReference, Inputs, StepOutput,
        cross_study::{
            Action, CrossStudy, CrossStudyOutput, CrossStudyParameters, Profile, SetFacts,
            Statistic, VerdictCode, histogram, summarize, verdicts,
        },
        flip_sign::{FlipSign, FlipSignParameters},
        rename_samples::{RenameSamples, RenameSamplesParameters},
    },
    context::quietly,
    dataset::{Annotations, Column, ColumnValues},
    figure::{FigureKind, FigureRequest},
    stats::correlation::{Correlation, PairCorrelation},
};
use serde_json::Value;

const KEMMEREN: &str = "yeast/kemmeren2014_TF_deletions_log2_573x179.tsv";
const ZEV: &str = "yeast/zev15_TF_induction_log2_573x179.tsv";
const SAMEITH: &str = "yeast/sameith2015_single_log2_6112x14.tsv";

fn compare(a: Dataset, b: Dataset) -> CrossStudyOutput {
    let inputs = Inputs::of("kemmeren", a).and("other", b);
    quietly(|context| CrossStudy::run(&inputs, &CrossStudyParameters::default(), context)).unwrap()
}

fn has(output: &CrossStudyOutput, code: VerdictCode) -> bool {
    output.verdicts().iter().any(|verdict| verdict.code == code)
}

fn expected_summary() -> Option<Value> {
    let path = data_folder()?.join("yeast/expected_summary.json");
    let text = std::fs::read_to_string(path)
        .unwrap()
        .replace("NaN", "null");
    Some(serde_json::from_str(&text).unwrap())
}

/// Header, tolerance, and our value.
type CheckedColumn = (&'static str, f64, fn(&Profile) -> f64);

/// Each profile's coefficients against the table made by SciPy.
fn check_profiles(output: &CrossStudyOutput, expected: &TextTable) {
    let names: Vec<&str> = output
        .profiles
        .iter()
        .map(|profile| profile.name.as_str())
        .collect();
    assert_eq!(names, expected.texts("gene"));
    let columns: [CheckedColumn; 5] = [
        ("pearson_r", 1e-6, Profile::pearson),
        ("spearman_r", 1e-6, Profile::spearman),
        ("pearson_p", 1e-6, |p| p.correlation.pearson.p_value),
        ("spearman_p", 1e-6, |p| p.correlation.spearman.p_value),
        ("n_common_genes", 0.0, |p| p.correlation.pearson.n as f64),
    ];
    for (column, tolerance, value) in columns {
        for (profile, expected) in output.profiles.iter().zip(expected.numbers(column)) {
            let what = format!("{column} of {}", profile.name);
            assert_close(value(profile), expected, tolerance, &what);
        }
    }
}

/// Summary and histogram of one coefficient against `expected_summary.json`.
fn check_summary(coefficients: &[f64], expected: &Value, tolerance: f64) {
    let summary = summarize(coefficients).unwrap();
    for (name, found) in [
        ("median", summary.median),
        ("mean", summary.mean),
        ("std_ddof1", summary.sd.unwrap()),
        ("n_gt_0_5", summary.n_above_0_5 as f64),
        ("n_gt_0_7", summary.n_above_0_7 as f64),
        ("n_abs_gt_0_5", summary.n_abs_above_0_5 as f64),
        ("n_abs_gt_0_7", summary.n_abs_above_0_7 as f64),
        ("n_lt_0", summary.n_negative as f64),
    ] {
        assert_close(found, expected[name].as_f64().unwrap(), tolerance, name);
    }
    let counts: Vec<u64> = histogram(coefficients, &[])
        .iter()
        .map(|bin| bin.n_pearson)
        .collect();
    assert_eq!(serde_json::json!(counts), expected["hist30_counts"]);
}

#[test]
fn deletion_against_induction_equals_scipy_and_looks_flipped() {
    let (Some(a), Some(b)) = (read_matrix(KEMMEREN), read_matrix(ZEV)) else {
        return;
    };
    let output = compare(a, b);
    let expected = read_table("yeast/expected_kemmeren_deletion_vs_zev_induction.csv").unwrap();
    check_profiles(&output, &expected);
    let expected = &expected_summary().unwrap()["kemmeren_deletion_vs_zev_induction"];
    for statistic in Statistic::ALL {
        check_summary(
            &output.coefficients(statistic),
            &expected[statistic.name()],
            1e-6,
        );
    }
    let summary = output.summary();
    assert_eq!(format!("{:.4}", summary.pearson.unwrap().median), "-0.0788");
    assert_eq!(
        format!("{:.4}", summary.spearman.unwrap().median),
        "-0.0733"
    );
    assert_eq!(
        (summary.pearson.unwrap().n_negative, summary.n_profiles),
        (136, 179)
    );
    let verdict = &output.verdicts()[0];
    assert_eq!(verdict.code, VerdictCode::SetFlipped);
    assert!(matches!(
        verdict.actions[0],
        Action::FlipSign { set: 1, .. }
    ));

    let request = FigureRequest {
        name: "means".into(),
        ..Default::default()
    };
    let FigureKind::Scatter(means) = output.figure(&request).unwrap().kind else {
        panic!("a scatter")
    };
    let fit = &means.lines[1];
    let expected = &expected["mean_profile_scatter"];
    assert_close(
        fit.slope,
        expected["slope"].as_f64().unwrap(),
        1e-6,
        "slope",
    );
    assert_close(
        fit.intercept,
        expected["intercept"].as_f64().unwrap(),
        1e-6,
        "intercept",
    );
}

#[test]
fn flipping_the_induction_turns_the_median() {
    let (Some(a), Some(b)) = (read_matrix(KEMMEREN), read_matrix(ZEV)) else {
        return;
    };
    let flipped = quietly(|context| {
        FlipSign::run(
            &Inputs::of("zev", b),
            &FlipSignParameters::default(),
            context,
        )
    });
    let output = compare(a, (*flipped.unwrap().dataset).clone());
    let expected = read_table("yeast/expected_kemmeren_deletion_vs_NEGATED_zev.csv").unwrap();
    check_profiles(&output, &expected);
    let median = output.summary().pearson.unwrap().median;
    assert_eq!(format!("{median:.4}"), "0.0788");
    assert!(!has(&output, VerdictCode::SetFlipped));
}

#[test]
fn kemmeren_and_sameith_singles_are_the_same_data() {
    let (Some(a), Some(b)) = (read_matrix(KEMMEREN), read_matrix(SAMEITH)) else {
        return;
    };
    let output = compare(a, b);
    assert_eq!(
        (output.profiles.len(), output.summary().n_common_points),
        (7, 546)
    );
    check_profiles(
        &output,
        &read_table("yeast/expected_kemmeren_vs_sameith_singles.csv").unwrap(),
    );
    assert_eq!(
        format!("{:.4}", output.summary().pearson.unwrap().median),
        "1.0000"
    );
    assert_eq!(output.verdicts()[0].code, VerdictCode::SameData);
    assert_eq!(output.verdicts()[0].evidence.len(), 7);
}

/// The published table as profiles: the coefficients are given, not computed.
fn published(version: &str) -> Option<Vec<Profile>> {
    let table = read_table(&format!(
        "yeast/torchcell_012_gene_expression_correlations_{version}.csv"
    ))?;
    let correlation = |coefficient| Correlation {
        coefficient,
        p_value: f64::NAN,
        n: 6169,
    };
    let rows = table
        .texts("gene")
        .into_iter()
        .zip(table.numbers("pearson_r"));
    let rows = rows.zip(table.numbers("spearman_r"));
    Some(
        rows.map(|((name, r), rho)| Profile {
            name,
            correlation: PairCorrelation {
                pearson: correlation(r),
                spearman: correlation(rho),
            },
            means: [0.0; 2],
            own_gene: None,
        })
        .collect(),
    )
}

#[test]
fn published_coefficients_give_the_published_summary_and_both_histograms() {
    for version in ["v1", "v2"] {
        let Some(profiles) = published(version) else {
            return;
        };
        let expected = &expected_summary().unwrap()[format!("torchcell_published_{version}")];
        let pearson: Vec<f64> = profiles.iter().map(Profile::pearson).collect();
        let spearman: Vec<f64> = profiles.iter().map(Profile::spearman).collect();
        check_summary(&pearson, &expected["pearson"], 1e-12);
        check_summary(&spearman, &expected["spearman"], 1e-12);
    }
}

#[test]
fn the_published_table_holds_the_flipped_profiles_that_were_found_later() {
    let Some(profiles) = published("v1") else {
        return;
    };
    let summary = summarize(&profiles.iter().map(Profile::pearson).collect::<Vec<_>>()).unwrap();
    assert_eq!(format!("{:.4}", summary.median), "0.5987");
    assert_eq!(
        (summary.n, summary.n_above_0_5, summary.n_above_0_7),
        (82, 47, 31)
    );
    let sets = ["kemmeren", "sameith"].map(|label| SetFacts {
        label: label.into(),
        has_negative: true,
    });
    let found = verdicts(&profiles, &sets, true);
    let flipped = found
        .iter()
        .find(|verdict| verdict.code == VerdictCode::ProfileFlipped)
        .unwrap();
    let names: Vec<&str> = flipped
        .evidence
        .iter()
        .map(|found| found.profile.as_str())
        .collect();
    for name in ["YBR182C", "YGL166W"] {
        assert!(names.contains(&name), "{names:?}");
    }
}

#[test]
fn linear_doubles_against_their_logarithms_differ_in_scale_alone() {
    let Some(strains) = read_table("yeast/sameith2015_strains.tsv") else {
        return;
    };
    let linear = read_matrix("yeast/sameith2015_fold_change_6112x86.tsv.gz").unwrap();
    let log = read_matrix("yeast/sameith2015_double_log2_6112x72.tsv.gz").unwrap();
    let mut annotations = Annotations::default();
    annotations.set(Column {
        name: "orf_name".into(),
        values: ColumnValues::from_text(strains.texts("orf_name")),
    });
    let table = AnnotationTable {
        id_header: "column".into(),
        ids: strains.texts("column"),
        annotations,
    };
    let mut inputs = Inputs::of("linear", linear);
    inputs
        .references
        .insert("strains".into(), Data::SampleTable(Arc::new(table)));
    let parameters = RenameSamplesParameters {
        names: DataReference("strains".into()),
        to: "orf_name".into(),
        ..Default::default()
    };
    let renamed = quietly(|context| RenameSamples::run(&inputs, &parameters, context)).unwrap();
    let output = compare((*renamed.dataset).clone(), log);
    let summary = output.summary();
    assert_eq!(summary.n_profiles, 72);
    assert_eq!(format!("{:.3}", summary.spearman.unwrap().median), "1.000");
    assert_eq!(format!("{:.3}", summary.pearson.unwrap().median), "0.955");
    let verdict = &output.verdicts()[0];
    assert_eq!(
        verdict.code,
        VerdictCode::LinearAgainstLog,
        "{:?}",
        output.verdicts()
    );
    assert!(verdict.of_whole_set);
    assert_eq!(verdict.evidence.len(), 72);
}

#[test]
fn the_mistakes_planted_in_the_example_are_found_and_nothing_else() {
    let inputs = Inputs::of("study_a", example_matrix("study_a.tsv.gz"))
        .and("study_b", example_matrix("study_b.csv.gz"));
    let output =
        quietly(|context| CrossStudy::run(&inputs, &CrossStudyParameters::default(), context))
            .unwrap();
    let summary = output.summary();
    assert_eq!(
        (summary.n_profiles, summary.n_only, summary.n_common_points),
        (38, [2, 2], 588)
    );
    let names_of = |code: VerdictCode| -> Vec<&str> {
        let verdict = output
            .verdicts()
            .iter()
            .find(|verdict| verdict.code == code)
            .unwrap();
        let mut names: Vec<&str> = verdict
            .evidence
            .iter()
            .map(|found| found.profile.as_str())
            .collect();
        names.sort_unstable();
        names
    };
    assert_eq!(
        names_of(VerdictCode::ProfileFlipped),
        ["YRL007W", "YSL021W"]
    );
    assert_eq!(names_of(VerdictCode::Cancelling), ["YSR065W"]);
    let not_down = names_of(VerdictCode::OwnGeneNotDown);
    assert!(
        not_down.contains(&"YRL007W") && not_down.contains(&"YSL021W"),
        "{not_down:?}"
    );
    assert!(not_down.len() <= 3, "{not_down:?}");
    for code in [
        VerdictCode::SetFlipped,
        VerdictCode::SameData,
        VerdictCode::LinearAgainstLog,
    ] {
        assert!(!has(&output, code), "{code:?}");
    }
    let flipped = &output.verdicts()[0];
    let [Action::FlipSign { set, label, .. }] = flipped.actions.as_slice() else {
        panic!("one action expected: {:?}", flipped.actions)
    };
    assert_eq!((*set, label.as_str()), (1, "study_b"));
}
