//! What follows from a change of a gene, against NumPy, SciPy and scikit-learn.

use cuvette_core::{
    Matrix,
    context::quietly,
    stats::{
        mixture::{MixtureOptions, fit_mixture},
        propagation::{Conditional, Network, Regulators, Shrinkage, ShrunkCovariance},
        rank_sums::RankSumPool,
    },
};
use serde_json::Value;

use crate::files::{Golden, columns, numbers};

/// Regulators of the golden networks.
const LISTED: [usize; 3] = [0, 2, 3];
const N_TOP: usize = 5;

fn matrix(rows: &Value) -> Matrix {
    let rows = columns(rows);
    let n_columns = rows[0].len();
    let values = rows
        .concat()
        .into_iter()
        .map(|value| value as f32)
        .collect();
    Matrix::from_rows(rows.len(), n_columns, values)
}

fn positions(value: &Value) -> Vec<usize> {
    numbers(value).into_iter().map(|at| at as usize).collect()
}

fn fit(rows: &Matrix, method: &str) -> Conditional {
    let shrinkage = match method {
        "none" => Shrinkage::None,
        "schaefer_strimmer" => Shrinkage::SchaeferStrimmer,
        "ledoit_wolf" => Shrinkage::LedoitWolf,
        other => panic!("unknown: {other}"),
    };
    let genes: Vec<usize> = (0..rows.n_rows()).collect();
    quietly(|context| Conditional::fit(rows, &genes, shrinkage, context)).expect("fits")
}

fn check_all(golden: &Golden, found: &[f64], expected: &Value, what: &str) {
    let expected = expected.as_array().expect("a list");
    assert_eq!(found.len(), expected.len(), "{what}");
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        golden.check(*found, expected, &format!("{what}, gene {at}"));
    }
}

fn check_shrunk(golden: &Golden, of: &Conditional, expected: &Value, what: &str) {
    let covariance = &of.covariance;
    golden.check(covariance.shrinkage(), &expected["shrinkage"], what);
    let rows = expected["covariance"].as_array().expect("rows");
    for (at, row) in rows.iter().enumerate() {
        let found: Vec<f64> = (0..covariance.len())
            .map(|b| covariance.get(at, b))
            .collect();
        check_all(golden, &found, row, &format!("{what}, covariance {at}"));
    }
    let precision = quietly(|context| of.precision(context)).expect("an inverse");
    for case in expected["conditional"].as_array().expect("cases") {
        let (knocked, deltas) = (positions(&case["knocked"]), numbers(&case["deltas"]));
        let what = format!("{what}, {knocked:?}");
        let found = quietly(|context| of.respond(&knocked, &deltas, context)).expect("responds");
        check_all(
            golden,
            &found,
            &case["respond"],
            &format!("{what}, response"),
        );
        let found = precision.direct(&knocked, &deltas);
        check_all(golden, &found, &case["direct"], &format!("{what}, direct"));
    }
}

fn check_network(golden: &Golden, covariance: &ShrunkCovariance, kind: &str, expected: &Value) {
    let n_top = N_TOP.min(covariance.len() - 1);
    let regulators = match kind {
        "listed" => Regulators::Listed(&LISTED),
        "top_correlated" => Regulators::TopCorrelated(n_top),
        "top_partial" => Regulators::TopPartial(n_top),
        other => panic!("unknown: {other}"),
    };
    let found = quietly(|context| Network::fit(covariance, regulators, context)).expect("fits");
    golden.check(found.radius, &expected["radius"], kind);
    for (gene, row) in expected["weights"]
        .as_array()
        .expect("rows")
        .iter()
        .enumerate()
    {
        golden.check(found.penalty(gene), &expected["penalties"][gene], kind);
        let mut weights = vec![0.0; found.len()];
        for (regulator, weight) in found.regulators(gene) {
            weights[regulator] = weight;
        }
        check_all(golden, &weights, row, &format!("{kind}, weights of {gene}"));
    }
    let steps = expected["steps"].as_array().expect("steps");
    let propagation = found.propagate(
        &positions(&expected["knocked"]),
        &numbers(&expected["deltas"]),
        steps.len(),
        &numbers(&expected["start"]),
    );
    assert_eq!(Value::from(propagation.was_scaled), expected["was_scaled"]);
    for (step, (found, expected)) in propagation.steps.iter().zip(steps).enumerate() {
        check_all(golden, found, expected, &format!("{kind}, step {step}"));
    }
}

#[test]
fn changes_go_through_covariances_and_networks_as_in_numpy() {
    let golden = Golden::read("propagation.json");
    for (name, case) in golden.named() {
        let rows = matrix(&case["rows"]);
        for (method, expected) in case["shrunk"].as_object().expect("methods") {
            let of = fit(&rows, method);
            check_shrunk(&golden, &of, expected, &format!("{name}, {method}"));
        }
        let of = fit(&rows, "schaefer_strimmer");
        let expected = &case["associations"];
        let found = of.associations(expected["gene"].as_u64().expect("a gene") as usize);
        let column = |value: fn(&(f64, f64, f64)) -> f64| -> Vec<f64> {
            let triples = found
                .iter()
                .map(|test| (test.r, test.p_value, test.q_value));
            triples.map(|triple| value(&triple)).collect()
        };
        check_all(&golden, &column(|t| t.0), &expected["r"], name);
        check_all(&golden, &column(|t| t.1), &expected["p_value"], name);
        check_all(&golden, &column(|t| t.2), &expected["q_value"], name);
        for (kind, expected) in case["networks"].as_object().expect("kinds") {
            check_network(&golden, &of.covariance, kind, expected);
        }
    }
}

#[test]
fn rank_sums_without_corrections_are_those_of_scipy() {
    let golden = Golden::read("rank_sums.json");
    for (at, case) in golden.values.as_array().expect("a list").iter().enumerate() {
        let pool = RankSumPool::new(&numbers(&case["pool"]));
        let found = pool.test(&numbers(&case["values"]));
        golden.check(found.z, &case["z"], &format!("z of case {at}"));
        golden.check(found.p_value, &case["p_value"], &format!("p of case {at}"));
    }
}

#[test]
fn mixtures_and_impacts_are_those_of_scikit_learn() {
    let golden = Golden::read("mixture.json");
    for (name, case) in golden.named() {
        let options = MixtureOptions {
            tolerance: case["tolerance"].as_f64().expect("a number"),
            max_rounds: case["max_rounds"].as_u64().expect("a count") as usize,
        };
        let found = fit_mixture(&numbers(&case["values"]), options).expect("values");
        assert_eq!(Value::from(found.is_settled), case["is_settled"], "{name}");
        for (at, component) in found.components.iter().enumerate() {
            golden.check(component.weight, &case["weights"][at], name);
            golden.check(component.mean, &case["means"][at], name);
            golden.check(component.variance, &case["variances"][at], name);
        }
        let probes = numbers(&case["probes"])
            .into_iter()
            .zip(numbers(&case["impact"]));
        for (probe, expected) in probes {
            assert_eq!(found.is_impact(probe), expected == 1.0, "{name}, {probe}");
        }
    }
}
