use serde_json::json;

use super::{check, is_name};
use crate::recipe::Recipe;

fn recipe(value: serde_json::Value) -> Recipe {
    serde_json::from_value(value).unwrap()
}

#[expect(clippy::needless_pass_by_value, reason = "called with a literal")]
fn one_step(step: serde_json::Value) -> Recipe {
    recipe(json!({"cuvette": 1, "inputs": [{"name": "counts"}], "steps": [step]}))
}

#[track_caller]
fn check_error(recipe: &Recipe, code: &str, field: Option<&str>, words: &str) {
    let errors = check(recipe);
    let [error] = &errors[..] else {
        panic!("expected one error, found {errors:?}")
    };
    assert_eq!((error.code(), error.field()), (code, field));
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn a_right_recipe_has_no_errors() {
    let right = json!({"id": "logged", "run": "log", "of": ["counts"], "with": {"base": 10}});
    assert_eq!(check(&one_step(right)), []);
}

#[test]
fn names_begin_with_a_small_letter_and_hold_no_dot() {
    for name in ["a", "a1", "my_set-2", &"a".repeat(40)] {
        assert!(is_name(name), "{name}");
    }
    for name in ["", "1a", "A", "a.b", "é", "a b", &"a".repeat(41)] {
        assert!(!is_name(name), "{name}");
    }
}

#[test]
fn errors_name_the_place_and_the_nearest_word() {
    let step = json!({"id": "s", "run": "lag", "of": ["counts"]});
    check_error(
        &one_step(step),
        "unknown_analysis",
        Some("run"),
        "did you mean log?",
    );
    let step = json!({"id": "s", "run": "log", "of": ["count"]});
    check_error(
        &one_step(step),
        "unknown_name",
        Some("of"),
        "did you mean counts?",
    );
    let step = json!({"id": "s", "run": "log", "of": ["counts"], "with": {"bass": 2}});
    check_error(
        &one_step(step),
        "unknown_parameter",
        Some("bass"),
        "did you mean base?",
    );
    let step =
        json!({"id": "s", "run": "log", "of": ["counts"], "with": {"pseudocount": 1, "base": 3}});
    check_error(&one_step(step), "param", Some("base"), "expected 2");
}

#[test]
fn a_step_reads_neither_itself_nor_a_later_one() {
    let own = json!({"id": "s", "run": "log", "of": ["s"]});
    check_error(
        &one_step(own),
        "reads_later_step",
        Some("of"),
        "is the step itself",
    );
    let later = recipe(
        json!({"cuvette": 1, "inputs": [{"name": "counts"}], "steps": [
        {"id": "a", "run": "log", "of": ["b"]}, {"id": "b", "run": "log", "of": ["counts"]}]}),
    );
    check_error(
        &later,
        "reads_later_step",
        Some("of"),
        "b, which comes later",
    );
}

#[test]
fn a_name_stands_once_over_inputs_and_steps() {
    let step = json!({"id": "counts", "run": "log", "of": ["counts"]});
    check_error(
        &one_step(step),
        "duplicate_name",
        None,
        "counts stands 2 times",
    );
}

#[test]
fn a_recipe_of_a_later_version_is_refused() {
    check_error(
        &recipe(json!({"cuvette": 2})),
        "recipe_version",
        None,
        "version 2",
    );
}
