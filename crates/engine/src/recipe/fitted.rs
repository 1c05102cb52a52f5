//! Steps before a test that have learned from the samples tested.

use std::collections::BTreeSet;

use cuvette_core::Warning;
use serde_json::Value;

use super::{Recipe, Step, edit::is_transform};

/// Analyses that test what they learn on samples held back, with the words for what would help.
const TESTING: [(&str, &str); 2] = [
    (
        "forest",
        "; set normalize to quantile in forest instead, which learns the distribution from training samples alone",
    ),
    ("augment", ""),
];

/// Warns of each step on the way to a test that was fitted on all samples, those tested included.
///
/// A step fitted on a list of samples says itself where that holds some that an annotation keeps for
/// a test.
pub fn warnings_of(recipe: &Recipe, step: &Step) -> Vec<Warning> {
    let Some((run, remedy)) = TESTING.iter().find(|(run, _)| *run == step.run) else {
        return Vec::new();
    };
    // A saved model learns nothing.
    if step.with.get("model").is_some_and(|model| model != "") {
        return Vec::new();
    }
    let before = steps_before(recipe, step);
    let fitted = before.into_iter().filter_map(|step| {
        let (what, field) = fitted_on_all(step)?;
        let remedy = if step.run == "quantile_normalize" { remedy } else { "" };
        Some(Warning::new(
            "fitted_on_test",
            format!(
                "{} {what} of all samples, also of those that {run} tests: its scores may be better than those of new samples. List samples in {field} of {} to fit it on them alone{remedy}",
                step.id, step.id
            ),
        ))
    });
    fitted.collect()
}

/// What a step took from all samples, and its field that says from which; `None` where it is on, and
/// learns nothing or from a list.
fn fitted_on_all(step: &Step) -> Option<(&'static str, &'static str)> {
    let is = |field: &str, word: &str| step.with.get(field).is_some_and(|value| value == word);
    let (what, field) = match step.run.as_str() {
        "quantile_normalize" => ("gives every sample the mean distribution", "target"),
        "center_scale" if !is("axis", "samples") => ("takes center and scale of genes", "fit"),
        "impute" if !is("how", "none") => ("fills gaps in by values", "fit"),
        _ => return None,
    };
    let is_listed = matches!(step.with.get(field), Some(Value::Array(_)));
    (!is_listed && !step.off).then_some((what, field))
}

/// The transforms that a step's data come through, in the order of the recipe.
fn steps_before<'a>(recipe: &'a Recipe, step: &Step) -> Vec<&'a Step> {
    let mut wanted: BTreeSet<&str> = BTreeSet::new();
    let own = recipe.steps.iter().position(|other| other.id == step.id);
    let earlier = &recipe.steps[..own.unwrap_or(0)];
    wanted.extend(step.of.iter().map(String::as_str));
    let mut found = Vec::new();
    for step in earlier.iter().rev() {
        if wanted.contains(step.id.as_str()) && is_transform(&step.run) {
            wanted.extend(step.of.iter().map(String::as_str));
            found.push(step);
        }
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::warnings_of;
    use crate::recipe::Recipe;

    fn recipe(steps: &Value) -> Recipe {
        let recipe = json!({ "cuvette": 1, "inputs": [{ "name": "a" }], "steps": steps });
        serde_json::from_value(recipe).unwrap()
    }

    /// Steps that the last step of a recipe warns of.
    fn check(steps: &Value, expected: &[&str]) {
        let recipe = recipe(steps);
        let warnings = warnings_of(&recipe, recipe.steps.last().unwrap());
        let named: Vec<&str> = warnings
            .iter()
            .map(|warning| warning.message.split(' ').next().unwrap())
            .collect();
        assert_eq!(named, expected, "{steps}");
        assert!(warnings.iter().all(|w| w.code == "fitted_on_test"));
    }

    #[test]
    fn what_was_fitted_on_all_samples_is_told_before_a_test() {
        let forest = json!({ "id": "f", "run": "forest", "of": ["scaled"] });
        let scaled = json!({ "id": "scaled", "run": "center_scale", "of": ["qn"] });
        let normalized = json!({ "id": "qn", "run": "quantile_normalize", "of": ["a"] });
        check(&json!([normalized, scaled, forest]), &["qn", "scaled"]);
        let augment = json!({ "id": "g", "run": "augment", "of": ["qn"] });
        check(&json!([normalized, scaled, augment]), &["qn"]);
        let pca = json!({ "id": "p", "run": "pca", "of": ["qn"] });
        check(&json!([normalized, pca]), &[]);
        // On another way, or passed over.
        let aside = json!({ "id": "f", "run": "forest", "of": ["a"] });
        check(&json!([normalized, aside]), &[]);
        let off = json!({ "id": "qn", "run": "quantile_normalize", "of": ["a"], "off": true });
        check(&json!([off, scaled, forest]), &["scaled"]);
    }

    #[test]
    fn what_learns_nothing_or_from_a_list_is_not_told() {
        let check_with = |run: &str, with: Value, expected: &[&str]| {
            let before = json!({ "id": "x", "run": run, "of": ["a"], "with": with });
            let forest = json!({ "id": "f", "run": "forest", "of": ["x"] });
            check(&json!([before, forest]), expected);
        };
        check_with("quantile_normalize", json!({ "target": "all" }), &["x"]);
        check_with("quantile_normalize", json!({ "target": ["s1"] }), &[]);
        check_with("center_scale", json!({ "axis": "samples" }), &[]);
        check_with("center_scale", json!({ "fit": ["s1"] }), &[]);
        check_with("impute", json!({}), &["x"]);
        check_with("impute", json!({ "how": "none" }), &[]);
        check_with("log", json!({}), &[]);
        let saved = json!({ "id": "f", "run": "forest", "of": ["qn"], "with": { "model": "m" } });
        let before = json!({ "id": "qn", "run": "quantile_normalize", "of": ["a"] });
        check(&json!([before, saved]), &[]);
    }
}
