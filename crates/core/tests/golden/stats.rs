//! Small vectors: ties, gaps, infinities, constants, one to three values, tiny p-values.

use cuvette_core::Matrix;
use cuvette_core::context::quietly;
use cuvette_core::stats::{
    augmentation::{adversarial_accuracy, correlation_score, memorization, neighbor_shares},
    center::{mean, median, median_absolute_deviation, standard_deviation},
    classification::{average_precision, roc_auc, scores, threshold_curve},
    correlation::{Correlation, correlation_p_value, pearson, spearman},
    density::density,
    forest::Labels,
    linkage::{Linkage, linkage},
    mann_whitney::{MannWhitneyScratch, mann_whitney},
    moderated_t::{ResidualVariance, fit_variance_prior},
    multiple_testing::benjamini_hochberg,
    ols::fit_line,
    polygamma::{tetragamma, trigamma, trigamma_inverse},
    quantile::quantiles_f32,
    quantile_normalize::{TieRule, quantile_normalize_columns},
    ranks::average_ranks,
    sign_test::sign_test,
    student_t::two_sided_p_value,
    summary::summarize_f32,
};
use serde_json::Value;

use crate::files::{Golden, columns, number, numbers, vectors};

fn count(value: &Value) -> usize {
    number(value) as usize
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| f64::from(value)).collect()
}

#[test]
fn correlations_are_those_of_scipy() {
    let (golden, vectors) = (Golden::read("correlation.json"), vectors());
    let check = |found: Correlation, expected: &Value, name: &str| {
        golden.check(found.coefficient, &expected["coefficient"], name);
        golden.check(found.p_value, &expected["p_value"], name);
        assert_eq!(found.n, count(&expected["n"]), "{name}");
    };
    for (name, expected) in golden.named() {
        let [x, y] = &vectors[name];
        check(pearson(x, y), &expected["pearson"], name);
        check(spearman(x, y), &expected["spearman"], name);
    }
}

#[test]
fn ranks_are_those_of_scipy() {
    let (golden, vectors) = (Golden::read("ranks.json"), vectors());
    for (name, expected) in golden.named() {
        let found = average_ranks(&vectors[name][0]);
        for (found, expected) in found.iter().zip(expected.as_array().expect("a list")) {
            golden.check(f64::from(*found), expected, name);
        }
    }
}

#[test]
fn p_values_keep_their_digits_down_to_the_smallest() {
    let golden = Golden::read("correlation_p_value.json");
    for case in golden.values.as_array().expect("a list") {
        let (r, n) = (number(&case["coefficient"]), count(&case["n"]));
        let what = format!("r = {r}, n = {n}");
        golden.check(correlation_p_value(r, n), &case["p_value"], &what);
    }
}

#[test]
fn centers_spreads_and_quantiles_are_those_of_numpy() {
    let (golden, vectors) = (Golden::read("location.json"), vectors());
    let probabilities = numbers(&golden.values["probabilities"]);
    for (name, expected) in golden.values["of"].as_object().expect("an object") {
        let x = &vectors[name][0];
        golden.check(mean(x), &expected["mean"], name);
        golden.check(median(x), &expected["median"], name);
        golden.check(standard_deviation(x), &expected["sd"], name);
        golden.check(median_absolute_deviation(x), &expected["mad"], name);
        let found = quantiles_f32(x, &probabilities);
        for (found, expected) in found
            .iter()
            .zip(expected["quantiles"].as_array().expect("a list"))
        {
            golden.check(*found, expected, name);
        }
        let summary = summarize_f32(x);
        assert_eq!(summary.n, count(&expected["n"]));
        golden.check(summary.mean, &expected["mean"], name);
        golden.check(summary.sd, &expected["sd"], name);
        golden.check(summary.q1, &expected["quantiles"][2], name);
        golden.check(summary.median, &expected["median"], name);
        golden.check(summary.q3, &expected["quantiles"][4], name);
    }
}

#[test]
fn lines_are_those_of_scipy() {
    let (golden, vectors) = (Golden::read("line.json"), vectors());
    for (name, expected) in golden.named() {
        let [x, y] = &vectors[name];
        let found = fit_line(&wide(x), &wide(y));
        golden.check(found.slope, &expected["slope"], name);
        golden.check(found.intercept, &expected["intercept"], name);
        golden.check(found.r_squared, &expected["r_squared"], name);
    }
}

#[test]
fn sign_tests_are_those_of_scipy() {
    let golden = Golden::read("sign_test.json");
    for case in golden.values.as_array().expect("a list") {
        let (k, m) = (count(&case["n_negative"]), count(&case["n_positive"]));
        golden.check(
            sign_test(k, m),
            &case["p_value"],
            &format!("{k} against {m}"),
        );
    }
}

#[test]
fn quantile_normalization_is_that_of_qnorm() {
    let golden = Golden::read("quantile_normalize.json");
    let check = |input: &str, output: &str, target: Option<&[usize]>| {
        let input = columns(&golden.values[input]);
        let found = quantile_normalize_columns(&input, TieRule::BlockMean, target);
        let expected = columns(&golden.values[output]);
        assert_eq!(found.concat().len(), expected.concat().len());
        for (found, expected) in found.concat().iter().zip(expected.concat()) {
            golden.check(*found, &expected.into(), output);
        }
    };
    check("columns", "all", None);
    check("gapped_columns", "gapped", None);
    let target: Vec<usize> = numbers(&golden.values["target_columns"])
        .into_iter()
        .map(|column| column as usize)
        .collect();
    check("columns", "to_target", Some(&target));
}

#[test]
fn t_distributions_are_those_of_r() {
    let golden = Golden::read("student_t.json");
    for case in golden.values.as_array().expect("a list") {
        let (t, df) = (number(&case["t"]), number(&case["df"]));
        let what = format!("t = {t}, df = {df}");
        golden.check(two_sided_p_value(-t, df), &case["p_value"], &what);
    }
}

#[test]
fn polygammas_and_their_inverse_are_those_of_r_and_limma() {
    let golden = Golden::read("polygamma.json");
    let check = |from: &str, to: &str, function: fn(f64) -> f64| {
        let expected = golden.values[to].as_array().expect("a list");
        for (x, expected) in numbers(&golden.values[from]).into_iter().zip(expected) {
            golden.check(function(x), expected, &format!("{to} of {x}"));
        }
    };
    check("x", "trigamma", trigamma);
    check("x", "tetragamma", tetragamma);
    check("y", "inverse", trigamma_inverse);
}

#[test]
fn adjusted_p_values_are_those_of_r() {
    let golden = Golden::read("benjamini_hochberg.json");
    for (name, case) in golden.named() {
        let found = benjamini_hochberg(&numbers(&case["p"]));
        for (found, expected) in found.iter().zip(case["q"].as_array().expect("a list")) {
            golden.check(*found, expected, name);
        }
    }
}

#[test]
fn priors_of_variances_are_those_of_limma() {
    let golden = Golden::read("variance_prior.json");
    for (name, case) in golden.named() {
        let genes = numbers(&case["variance"])
            .into_iter()
            .zip(numbers(&case["df"]));
        let genes: Vec<ResidualVariance> = genes
            .map(|(variance, df)| ResidualVariance {
                variance,
                df: df as usize,
            })
            .collect();
        let found = fit_variance_prior(&genes).expect("degrees of freedom");
        golden.check(found.df, &case["prior_df"], name);
        golden.check(found.variance, &case["prior_variance"], name);
    }
}

#[test]
fn rank_sum_tests_are_those_of_scipy() {
    let golden = Golden::read("mann_whitney.json");
    let mut scratch = MannWhitneyScratch::default();
    let narrow = |values: &Value| -> Vec<f32> {
        let values = numbers(values).into_iter();
        values.map(|value| value as f32).collect()
    };
    for (at, case) in golden.values.as_array().expect("a list").iter().enumerate() {
        let found = mann_whitney(&narrow(&case["a"]), &narrow(&case["b"]), &mut scratch);
        golden.check(found.u, &case["u"], &format!("U of case {at}"));
        golden.check(found.p_value, &case["p_value"], &format!("p of case {at}"));
    }
}
/// Largest distance from the sum of kernels, and from R's own grid, as a share of the peak.
const MAX_DENSITY_ERROR: f64 = 5e-4;
const MAX_DISTANCE_FROM_R: f64 = 1e-2;

#[test]
fn densities_are_those_of_r() {
    let (golden, vectors) = (Golden::read("density.json"), vectors());
    for (name, expected) in golden.named() {
        let found = density(&wide(&vectors[name][0]), 512).expect("two values");
        golden.check(found.bandwidth, &expected["bandwidth"], name);
        golden.check(found.start, &expected["start"], name);
        golden.check(found.start + 511.0 * found.step, &expected["end"], name);
        let peak = found.values.iter().copied().fold(0.0, f64::max);
        for (column, most) in [
            ("densities", MAX_DENSITY_ERROR),
            ("densities_of_r", MAX_DISTANCE_FROM_R),
        ] {
            let there = found.values.iter().step_by(16);
            for (place, (found, expected)) in there.zip(numbers(&expected[column])).enumerate() {
                let error = (found - expected).abs() / peak;
                assert!(error <= most, "{name}, {column} {place}: {error:e}");
            }
        }
    }
}

#[test]
fn merge_heights_are_those_of_scipy_among_many_ties() {
    let golden = Golden::read("linkage.json");
    for (name, case) in golden.named() {
        let n = count(&case["n"]);
        for (word, method) in [
            ("average", Linkage::Average),
            ("complete", Linkage::Complete),
            ("ward", Linkage::Ward),
            ("single", Linkage::Single),
        ] {
            let distances = numbers(&case["distances"]);
            let tree = quietly(|context| linkage(n, distances, method, context));
            let tree = tree.expect("not cancelled");
            let expected = case["heights"][word].as_array().expect("a list");
            assert_eq!(tree.len(), expected.len(), "{name}, {word}");
            for (merge, expected) in tree.iter().zip(expected) {
                golden.check(merge.height, expected, &format!("{name}, {word}"));
            }
        }
    }
}

/// Lists of labels of samples.
fn label_lists(value: &Value) -> Vec<Vec<u32>> {
    let of = |list: &Value| {
        numbers(list)
            .into_iter()
            .map(|label| label as u32)
            .collect()
    };
    value.as_array().expect("a list").iter().map(of).collect()
}

fn label_names(n: usize) -> Vec<String> {
    (0..n).map(|label| label.to_string()).collect()
}

#[test]
fn scores_of_predictions_are_those_of_scikit_learn() {
    let golden = Golden::read("classification.json");
    let expected = &golden.values["multiple"];
    let labels = Labels::multiple(label_names(5), &label_lists(&expected["truth"]));
    let found = scores(&labels, &label_lists(&expected["called"]), None);
    golden.check(found.accuracy, &expected["accuracy"], "accuracy");
    golden.check(found.micro_f1, &expected["micro_f1"], "micro F1");
    golden.check(found.samples_f1, &expected["samples_f1"], "samples F1");
    for (label, of) in found.labels.iter().enumerate() {
        golden.check(of.precision, &expected["precision"][label], "precision");
        golden.check(of.recall, &expected["recall"][label], "recall");
        golden.check(of.f1, &expected["f1"][label], "F1");
        golden.check(of.support, &expected["support"][label], "support");
    }
    let expected = &golden.values["single"];
    let truth = numbers(&expected["truth"])
        .into_iter()
        .map(|label| label as u32);
    let labels = Labels::single(label_names(4), truth.collect());
    let called = numbers(&expected["called"])
        .into_iter()
        .map(|label| vec![label as u32]);
    let found = scores(&labels, &called.collect::<Vec<_>>(), None);
    golden.check(found.accuracy, &expected["accuracy"], "accuracy");
    golden.check(
        found.balanced_accuracy,
        &expected["balanced_accuracy"],
        "balanced",
    );
    golden.check(found.macro_f1, &expected["macro_f1"], "macro F1");
    golden.check(found.micro_f1, &expected["micro_f1"], "micro F1");
}

#[test]
fn areas_under_curves_are_those_of_scikit_learn() {
    let golden = Golden::read("classification.json");
    for expected in golden.values["curves"].as_array().expect("a list") {
        let positive = expected["positive"].as_array().expect("a list").iter();
        let positive: Vec<bool> = positive.map(|value| value == true).collect();
        let curve = threshold_curve(&numbers(&expected["scores"]), &positive);
        golden.check(roc_auc(&curve), &expected["roc_auc"], "area");
        golden.check(
            average_precision(&curve),
            &expected["average_precision"],
            "precision",
        );
    }
}

#[test]
fn likeness_of_made_samples_is_that_of_scipy() {
    let matrix = |value: &Value| {
        let rows = columns(value);
        let values = rows.concat().iter().map(|&x| x as f32).collect();
        Matrix::from_rows(rows.len(), rows[0].len(), values)
    };
    let golden = Golden::read("augmentation_quality.json");
    for (name, expected) in golden.named() {
        let (real, made) = (matrix(&expected["real"]), matrix(&expected["made"]));
        let check = |found: f64, expected: &Value| golden.check(found, expected, name);
        check(
            correlation_score(&real, &made),
            &expected["correlation_score"],
        );
        check(
            adversarial_accuracy(&real, &made),
            &expected["adversarial_accuracy"],
        );
        let shares = neighbor_shares(&real, &made, 3);
        check(shares.precision, &expected["neighbor_shares"]["precision"]);
        check(shares.recall, &expected["neighbor_shares"]["recall"]);
        let (found, expected) = (memorization(&real, &made), &expected["memorization"]);
        check(found.share_nearer, &expected["share_nearer"]);
        for at in 0..3 {
            check(found.made[at], &expected["made"][at]);
            check(found.training[at], &expected["training"][at]);
        }
    }
}
