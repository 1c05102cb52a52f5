use super::{
    Action, CrossStudy, CrossStudyOutput, CrossStudyParameters, Level, MatchBy, Profile, SetFacts,
    Statistic, VerdictCode, verdicts,
};
use crate::{
    Dataset, Matrix,
    analyses::{
        Inputs, Parameters, SampleSet, StepOutput,
        testing::{names, run, run_with_warnings},
    },
    error::AnalysisError,
    figure::{FigureKind, FigureRequest},
    stats::correlation::{Correlation, PairCorrelation},
    table::{Table, TableValues},
};

const N_GENES: usize = 40;

/// A reproducible wobble, different for each seed.
fn wobble(seed: usize, gene: usize) -> f32 {
    let mixed = (seed * 7919 + gene * 104_729 + 12_345) % 1009;
    mixed as f32 / 504.5 - 1.0
}

/// A set of samples over genes `g0 …`, sample by sample.
fn set(samples: &[(&str, Vec<f32>)]) -> Dataset {
    let rows: Vec<f32> = (0..samples[0].1.len())
        .flat_map(|gene| samples.iter().map(move |(_, values)| values[gene]))
        .collect();
    let n_genes = samples[0].1.len();
    Dataset::new(
        Matrix::from_rows(n_genes, samples.len(), rows),
        (0..n_genes).map(|gene| format!("g{gene}")).collect(),
        samples.iter().map(|(name, _)| (*name).to_owned()).collect(),
    )
}

fn profile(seed: usize) -> Vec<f32> {
    (0..N_GENES).map(|gene| wobble(seed, gene)).collect()
}

/// The profile measured again: the same direction with a tenth of noise.
fn again(seed: usize, factor: f32) -> Vec<f32> {
    (0..N_GENES)
        .map(|gene| factor * wobble(seed, gene) + 0.1 * wobble(seed + 100, gene))
        .collect()
}

fn compare(a: Dataset, b: Dataset) -> CrossStudyOutput {
    let inputs = Inputs::of("first", a).and("second", b);
    run::<CrossStudy>(&inputs, &CrossStudyParameters::default()).unwrap()
}

fn codes(output: &CrossStudyOutput) -> Vec<VerdictCode> {
    output
        .verdicts()
        .iter()
        .map(|verdict| verdict.code)
        .collect()
}

/// Eight strains named after genes that both studies measured, with some turned in the second.
fn two_studies(turned: &[usize]) -> CrossStudyOutput {
    let name = |i: usize| format!("g{i}");
    let down = |i: usize, mut values: Vec<f32>| {
        values[i] = -3.0;
        values
    };
    let labels: Vec<String> = (0..8).map(name).collect();
    let a: Vec<(&str, Vec<f32>)> = (0..8)
        .map(|i| (labels[i].as_str(), down(i, profile(i))))
        .collect();
    let b: Vec<(&str, Vec<f32>)> = (0..8)
        .map(|i| {
            let sign = if turned.contains(&i) { -1.0 } else { 1.0 };
            let values = down(i, again(i, 1.0))
                .into_iter()
                .map(|value| sign * value)
                .collect();
            (labels[i].as_str(), values)
        })
        .collect();
    compare(set(&a), set(&b))
}

fn column<'a>(table: &'a Table, name: &str) -> &'a TableValues {
    &table
        .columns
        .iter()
        .find(|column| column.name == name)
        .unwrap()
        .values
}

#[test]
fn agreeing_studies_are_all_clear() {
    let output = two_studies(&[]);
    assert_eq!(codes(&output), [VerdictCode::AllClear]);
    assert_eq!(output.verdicts()[0].level, Level::Ok);
    assert!(
        output
            .profiles
            .iter()
            .all(|profile| profile.pearson() > 0.9)
    );
}

#[test]
fn turned_profiles_are_named_and_flipped_in_the_set_where_the_own_gene_is_up() {
    let output = two_studies(&[2, 5]);
    let verdict = &output.verdicts()[0];
    assert_eq!(verdict.code, VerdictCode::ProfileFlipped);
    assert_eq!(verdict.title, "2 profiles look sign-flipped");
    assert_eq!(
        verdict.actions,
        [Action::FlipSign {
            set: 1,
            label: "second".into(),
            samples: SampleSet::Listed(
                verdict
                    .evidence
                    .iter()
                    .map(|found| found.profile.clone())
                    .collect()
            ),
        }]
    );
    let mut found: Vec<&str> = verdict
        .evidence
        .iter()
        .map(|e| e.profile.as_str())
        .collect();
    found.sort_unstable();
    assert_eq!(found, ["g2", "g5"]);
    assert!(
        verdict.evidence[0].text.contains("own gene"),
        "{:?}",
        verdict.evidence
    );
    assert_eq!(output.verdicts()[1].code, VerdictCode::OwnGeneNotDown);
    let tables = output.tables();
    let TableValues::Text(of_profiles) = column(&tables[0], "verdict") else {
        panic!("words expected")
    };
    assert_eq!(of_profiles[2], "profile_flipped, own_gene_not_down");
}

fn many(n: usize, sign_of: impl Fn(usize) -> f32) -> CrossStudyOutput {
    let labels: Vec<String> = (0..n).map(|i| format!("strain{i:02}")).collect();
    let a: Vec<(&str, Vec<f32>)> = (0..n).map(|i| (labels[i].as_str(), profile(i))).collect();
    let b: Vec<(&str, Vec<f32>)> = (0..n)
        .map(|i| (labels[i].as_str(), again(i, sign_of(i))))
        .collect();
    compare(set(&a), set(&b))
}

#[test]
fn a_set_is_flipped_when_over_two_thirds_are_negative_and_chance_is_excluded() {
    let output = many(30, |i| if i % 10 == 0 { 1.0 } else { -1.0 });
    let verdict = &output.verdicts()[0];
    assert_eq!(verdict.code, VerdictCode::SetFlipped);
    assert!(verdict.of_whole_set);
    assert!(
        verdict.sentence.contains("27 of 30 profiles are negative"),
        "{}",
        verdict.sentence
    );
    assert!(
        verdict
            .sentence
            .contains("or it is an opposite perturbation")
    );
    assert!(verdict.sentence.contains("do not tell which"));
    assert_eq!(
        verdict.actions,
        [Action::FlipSign {
            set: 1,
            label: "second".into(),
            samples: SampleSet::All
        }]
    );
}

#[test]
fn five_negative_of_five_are_not_enough_for_the_sign_test() {
    assert!(!codes(&many(5, |_| -1.0)).contains(&VerdictCode::SetFlipped));
}

#[test]
fn exactly_two_thirds_negative_is_not_over_two_thirds() {
    let output = many(60, |i| if i % 3 == 0 { 1.0 } else { -1.0 });
    assert_eq!(
        output
            .coefficients(Statistic::Pearson)
            .iter()
            .filter(|&&r| r < 0.0)
            .count(),
        40
    );
    assert!(!codes(&output).contains(&VerdictCode::SetFlipped));
}

/// Profiles with made-up coefficients, between sets that both hold negative values.
fn verdicts_of(coefficients: &[(f64, f64)]) -> Vec<VerdictCode> {
    let correlation = |coefficient| Correlation {
        coefficient,
        p_value: f64::NAN,
        n: 100,
    };
    let profiles: Vec<Profile> = coefficients
        .iter()
        .enumerate()
        .map(|(i, &(r, rho))| Profile {
            name: format!("p{i}"),
            correlation: PairCorrelation {
                pearson: correlation(r),
                spearman: correlation(rho),
            },
            means: [0.0, 0.0],
            own_gene: None,
        })
        .collect();
    let sets = ["a", "b"].map(|label| SetFacts {
        label: label.into(),
        has_negative: true,
    });
    let found = verdicts(&profiles, &sets, true);
    found
        .into_iter()
        .map(|verdict| verdict.code)
        .filter(|&code| code != VerdictCode::AllClear)
        .collect()
}

#[test]
fn thresholds_are_those_of_the_catalogue_and_strict() {
    use VerdictCode::{Cancelling, ProfileFlipped, SameData};
    let check = |r: f64, expected: &[VerdictCode]| {
        assert_eq!(
            verdicts_of(&[(0.8, 0.8), (0.6, 0.6), (r, r)]),
            expected,
            "r = {r}"
        );
    };
    check(0.1, &[]);
    check(0.0999, &[Cancelling]);
    check(-0.0999, &[Cancelling]);
    check(-0.1, &[]);
    check(-0.5, &[]);
    check(-0.5001, &[ProfileFlipped]);
    check(0.9999, &[]);
    check(0.99991, &[SameData]);
    assert_eq!(verdicts_of(&[(0.5, 0.5), (0.5, 0.5), (0.0, 0.0)]), []);
    assert_eq!(verdicts_of(&[]), []);
    assert_eq!(verdicts_of(&[(f64::NAN, f64::NAN)]), []);
}

#[test]
fn one_input_given_twice_is_the_same_data_and_its_sets_are_told_apart() {
    let data = set(&[("s", profile(1)), ("t", profile(2))]);
    let inputs = Inputs::of("only", data.clone()).and("only", data);
    let output = run::<CrossStudy>(&inputs, &CrossStudyParameters::default()).unwrap();
    assert_eq!(codes(&output)[0], VerdictCode::SameData);
    assert_eq!(output.verdicts()[0].evidence.len(), 2);
    assert_eq!(output.summary().sets, ["only (first)", "only (second)"]);
}

#[test]
fn powers_against_their_logarithms_are_another_scale() {
    let power = |seed| profile(seed).iter().map(|x| (4.0 * x).exp2()).collect();
    let output = compare(
        set(&[("s", power(1)), ("t", power(2))]),
        set(&[("s", profile(1)), ("t", profile(2))]),
    );
    let verdict = &output.verdicts()[0];
    assert_eq!(verdict.code, VerdictCode::LinearAgainstLog);
    assert!(verdict.of_whole_set);
    assert!(
        verdict
            .sentence
            .starts_with("first has no value below zero")
    );
}

#[test]
fn pairs_with_few_common_values_are_skipped_and_listed() {
    let mut gappy = profile(1);
    gappy[9..].fill(f32::NAN);
    let inputs = Inputs::of("a", set(&[("s", profile(1)), ("t", gappy)]))
        .and("b", set(&[("t", profile(1)), ("s", again(1, 1.0))]));
    let (output, warnings) =
        run_with_warnings::<CrossStudy>(&inputs, &CrossStudyParameters::default());
    let output = output.unwrap();
    assert_eq!(output.profiles.len(), 1);
    assert_eq!(
        (output.skipped[0].name.as_str(), output.skipped[0].n_common),
        ("t", 9)
    );
    assert_eq!(warnings[0].code, "too_few_common");
    assert_eq!(output.scalars()["n_skipped"], 1);
    let skipped = &output.tables()[3];
    assert_eq!((skipped.name.as_str(), skipped.n_rows()), ("skipped", 1));
    let columns = skipped.columns.iter().map(|column| column.name.as_str());
    assert_eq!(
        columns.collect::<Vec<_>>(),
        ["profile", "n_common", "reason"]
    );
}

#[test]
fn genes_are_compared_over_common_samples_when_asked() {
    let samples: Vec<String> = (0..20).map(|i| format!("s{i}")).collect();
    let columns: Vec<(&str, Vec<f32>)> =
        (0..20).map(|i| (samples[i].as_str(), profile(i))).collect();
    let mut reversed = columns.clone();
    reversed.reverse();
    let inputs = Inputs::of("a", set(&columns)).and("b", set(&reversed));
    let parameters = CrossStudyParameters {
        match_by: MatchBy::Gene,
        ..Default::default()
    };
    let output = run::<CrossStudy>(&inputs, &parameters).unwrap();
    assert_eq!(output.profiles.len(), N_GENES);
    assert!(
        output
            .profiles
            .iter()
            .all(|p| p.pearson() > 0.9999 && p.correlation.pearson.n == 20)
    );
    assert!(output.profiles.iter().all(|p| p.own_gene.is_none()));
}

#[test]
fn an_annotation_names_the_own_gene() {
    let mut a = set(&[("s", profile(1)), ("t", profile(2))]);
    a.sample_annotations.set(crate::dataset::Column {
        name: "deleted".into(),
        values: crate::dataset::ColumnValues::Text(names(&["g3", "g1 + g2"])),
    });
    let inputs = Inputs::of("a", a).and("b", set(&[("s", profile(5)), ("t", profile(6))]));
    let parameters = CrossStudyParameters {
        own_gene: Some("deleted".into()),
        ..Default::default()
    };
    let output = run::<CrossStudy>(&inputs, &parameters).unwrap();
    let own = output.profiles[0].own_gene.as_ref().unwrap();
    assert_eq!(
        (own.name.as_str(), own.values[1]),
        ("g3", f64::from(wobble(5, 3)))
    );
    let two = output.profiles[1].own_gene.as_ref().unwrap();
    let mean = f64::midpoint(f64::from(wobble(2, 1)), f64::from(wobble(2, 2)));
    assert!((two.values[0] - mean).abs() < 1e-12);
    let unknown = CrossStudyParameters {
        own_gene: Some("knocked".into()),
        ..Default::default()
    };
    let error = unknown.check(&inputs.shapes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "own_gene is knocked, expected one of deleted"
    );
}

#[test]
fn names_are_trimmed_and_a_name_twice_is_an_error() {
    let inputs =
        Inputs::of("a", set(&[(" s ", profile(1))])).and("b", set(&[("s", again(1, 1.0))]));
    let output = run::<CrossStudy>(&inputs, &CrossStudyParameters::default()).unwrap();
    assert_eq!(output.profiles[0].name, "s");
    let inputs = Inputs::of("a", set(&[("s", profile(1)), ("s ", profile(2))]))
        .and("b", set(&[("s", profile(1))]));
    let error = run::<CrossStudy>(&inputs, &CrossStudyParameters::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "sample s of a stands 2 times, expected once"
    );
}

fn no_match(a: &[&str], b: &[&str]) -> (String, String) {
    let of = |names: &[&str]| {
        set(&names
            .iter()
            .map(|&name| (name, profile(1)))
            .collect::<Vec<_>>())
    };
    let inputs = Inputs::of("a", of(a)).and("b", of(b));
    match run::<CrossStudy>(&inputs, &CrossStudyParameters::default()).unwrap_err() {
        AnalysisError::NoMatch { message, hint } => (message, hint),
        other => panic!("{other}"),
    }
}

#[test]
fn sets_without_common_names_show_both_sides_and_near_matches() {
    let (message, hint) = no_match(&["YAL1", "x", "y", "z", "u", "v"], &["yal1", "w"]);
    assert_eq!(
        message,
        "no sample name is in both sets: a has 6 samples (YAL1, x, y, z, u, …), b has 2 samples (yal1, w); 1 would match but for case, version suffix or prefix: YAL1 and yal1"
    );
    assert_eq!(
        hint,
        "Give both sets the same sample names with rename_samples"
    );
    // Case, version suffix, R's X, a prefix on either side.
    for (one, other) in [
        ("ENSG00000000003.12", "ENSG00000000003"),
        ("X12h_wt", "12h_WT"),
        ("del_YAL001C", "YAL001C"),
        ("YAL001C", "GSM12345:yal001c"),
    ] {
        let (message, hint) = no_match(&[one, "u"], &["w", other]);
        assert!(
            message.ends_with(&format!(
                "1 would match but for case, version suffix or prefix: {one} and {other}"
            )),
            "{message}"
        );
        assert!(hint.contains("rename_samples"), "{hint}");
    }
    // What follows two different prefixes is no sign of the same sample.
    let (message, _) = no_match(&["patient1_tumor"], &["patient2_tumor"]);
    assert!(message.contains("nearest are"), "{message}");
    let (message, _) = no_match(&["control_1"], &["kontrol_1"]);
    assert!(
        message.ends_with("nearest are control_1 and kontrol_1"),
        "{message}"
    );
    let (_, hint) = no_match(&["g1", "g2"], &["q"]);
    assert!(hint.contains("Compare sets"), "{hint}");
}

#[test]
fn scalars_and_tables_have_the_names_of_the_catalogue() {
    let output = two_studies(&[]);
    let scalars = output.scalars();
    let keys: Vec<&str> = scalars.keys().map(String::as_str).take(4).collect();
    assert_eq!(
        keys,
        ["n_profiles", "n_skipped", "median_pearson", "mean_pearson"]
    );
    assert_eq!(scalars.len(), 2 + 2 * 8);
    let tables = output.tables();
    let header = |at: usize, n: usize| -> Vec<&str> {
        tables[at]
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .take(n)
            .collect()
    };
    assert_eq!(
        header(0, 6),
        [
            "gene",
            "pearson_r",
            "pearson_p",
            "spearman_r",
            "spearman_p",
            "n_common_genes"
        ]
    );
    assert_eq!(
        header(1, 9),
        ["low", "high", "pearson_count", "spearman_count"]
    );
    assert_eq!(header(2, 9), ["scope", "profile", "verdict", "evidence"]);
}

#[test]
fn pictures_hold_what_they_say() {
    let output = two_studies(&[2]);
    let draw = |name: &str, subject: Option<&str>, statistic: Option<&str>| {
        let request = FigureRequest {
            name: name.into(),
            subject: subject.map(Into::into),
            statistic: statistic.map(Into::into),
            ..Default::default()
        };
        output.figure(&request)
    };
    let FigureKind::Histogram(histogram) = draw("histogram", Some("g2"), Some("spearman"))
        .unwrap()
        .kind
    else {
        panic!("a histogram")
    };
    assert_eq!(
        (histogram.edges.len(), histogram.counts.iter().sum::<u64>()),
        (31, 8)
    );
    assert!(histogram.selected_bin.unwrap() < 5);
    let FigureKind::Scatter(scatter) = draw("scatter", Some("g2"), None).unwrap().kind else {
        panic!("a scatter")
    };
    assert_eq!(scatter.points.len(), N_GENES);
    assert_eq!((scatter.marked[0].x, scatter.marked[0].y), (-3.0, 3.0));
    assert_eq!(scatter.lines.len(), 2);
    let FigureKind::Boxes(boxes) = draw("top_shift", None, None).unwrap().kind else {
        panic!("boxes")
    };
    assert_eq!((boxes.groups.len(), boxes.series.len()), (8, 2));
    assert!(draw("means", None, None).is_ok());
    assert!(draw("scatter", Some("g99"), None).is_err());
    assert!(draw("histogram", None, Some("kendall")).is_err());
    assert!(draw("volcano", None, None).is_err());
}

#[test]
fn over_five_thousand_points_are_pixels() {
    let long = |seed| (0..6000).map(|gene| wobble(seed, gene)).collect();
    let output = compare(set(&[("s", long(1))]), set(&[("s", long(2))]));
    let request = FigureRequest {
        name: "scatter".into(),
        raster_size: [200, 100],
        ..Default::default()
    };
    let FigureKind::Scatter(scatter) = output.figure(&request).unwrap().kind else {
        panic!("a scatter")
    };
    assert!(scatter.points.is_empty());
    let raster = scatter.raster.unwrap();
    assert_eq!(
        (raster.width, raster.height, raster.pixels.len()),
        (200, 100, 80_000)
    );
}

#[test]
fn a_summary_survives_json() {
    let summary = two_studies(&[2]).summary();
    let text = serde_json::to_string(&summary).unwrap();
    assert_eq!(
        serde_json::from_str::<super::CrossStudySummary>(&text).unwrap(),
        summary
    );
}
