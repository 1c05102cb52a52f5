//! Recipes evaluated: what is computed, known, blocked, off and failed.

use cuvette_engine::{
    protocol::{RequestBody, StepStatus},
    recipe::Recipe,
};
use serde_json::json;

use crate::client::{Client, recipe, stands};

/// Two branches over one logarithm.
fn branches() -> Recipe {
    recipe(json!({"cuvette": 1,
        "inputs": [{"name": "counts"}, {"name": "labels"}],
        "steps": [
            {"id": "logged", "run": "log", "of": ["counts", "labels"]},
            {"id": "few", "run": "select_samples", "of": ["logged"], "with": {"ids": ["wt_1", "ko_1"]}},
            {"id": "flipped", "run": "flip_sign", "of": ["logged"]},
            {"id": "apart", "run": "log", "of": ["counts"], "with": {"base": 10}}]}))
}

#[test]
fn what_has_not_changed_is_not_computed_again() {
    let mut client = Client::with_counts();
    let mut recipe = branches();
    let (steps, n_computed) = client.evaluate(&recipe);
    assert_eq!(
        stands(&steps),
        [
            "logged: computed",
            "few: computed",
            "flipped: computed",
            "apart: computed"
        ]
    );
    assert_eq!(n_computed, 4);
    assert_eq!(client.evaluate(&recipe).1, 0);
    recipe.steps[0]
        .with
        .insert("pseudocount".into(), json!(0.5));
    let (steps, n_computed) = client.evaluate(&recipe);
    assert_eq!(
        stands(&steps),
        [
            "logged: computed",
            "few: computed",
            "flipped: computed",
            "apart: known"
        ]
    );
    assert_eq!(n_computed, 3);
    assert_eq!(
        client.evaluate(&branches()).1,
        0,
        "undo finds what was known"
    );
}

#[test]
fn a_default_that_is_written_out_changes_nothing() {
    let mut client = Client::with_counts();
    let mut recipe = branches();
    client.evaluate(&recipe);
    recipe.steps[0].with.insert("base".into(), json!(2));
    assert_eq!(client.evaluate(&recipe).1, 0);
}

#[test]
fn another_file_under_the_same_name_is_computed() {
    let mut client = Client::with_counts();
    client.evaluate(&branches());
    let other = crate::client::COUNTS.replace("127", "128");
    client.open("counts", "counts.tsv", &other);
    assert_eq!(client.evaluate(&branches()).1, 4);
}

#[test]
fn annotations_travel_with_the_data() {
    let mut client = Client::with_counts();
    let (steps, _) = client.evaluate(&branches());
    for step in &steps[..3] {
        let StepStatus::Ready(result) = &step.status else {
            panic!("{step:?}")
        };
        assert_eq!(result.sample_columns, ["group", "year"], "{}", step.id);
    }
    let StepStatus::Ready(few) = &steps[1].status else {
        panic!("{:?}", steps[1])
    };
    assert_eq!(few.shape, [4, 2]);
}

#[test]
fn a_transform_that_is_off_lets_its_data_through() {
    let mut client = Client::with_counts();
    let mut recipe = branches();
    recipe.steps[0].off = true;
    let (steps, _) = client.evaluate(&recipe);
    assert_eq!(
        stands(&steps),
        [
            "logged: off",
            "few: computed",
            "flipped: computed",
            "apart: computed"
        ]
    );
    // With what the step attaches to them.
    let StepStatus::Ready(few) = &steps[1].status else {
        panic!("{:?}", steps[1])
    };
    assert_eq!(few.sample_columns, ["group", "year"]);
}

#[test]
fn what_is_not_open_blocks_by_name() {
    let mut client = Client::new();
    let (steps, _) = client.evaluate(&branches());
    assert_eq!(
        stands(&steps),
        [
            "logged: blocked by counts, labels",
            "few: blocked by logged",
            "flipped: blocked by logged",
            "apart: blocked by counts",
        ]
    );
}

#[test]
fn one_mistake_leaves_the_other_steps_standing() {
    let mut client = Client::with_counts();
    let mut recipe = branches();
    recipe.steps[0].with.insert("pseudocount".into(), json!(-1));
    let (steps, _) = client.evaluate(&recipe);
    assert_eq!(
        stands(&steps),
        [
            "logged: param",
            "few: blocked by logged",
            "flipped: blocked by logged",
            "apart: computed"
        ]
    );
    let StepStatus::Failed(error) = &steps[0].status else {
        panic!("{:?}", steps[0])
    };
    assert_eq!(error.field.as_deref(), Some("pseudocount"));
}

#[test]
fn a_failure_is_known_too() {
    let mut client = Client::with_counts();
    let mut recipe = branches();
    recipe.steps[0].with.insert("pseudocount".into(), json!(0));
    assert_eq!(stands(&client.evaluate(&recipe).0)[0], "logged: unsuitable");
    let (steps, n_computed) = client.evaluate(&recipe);
    assert_eq!(
        (stands(&steps)[0].as_str(), n_computed),
        ("logged: unsuitable", 0)
    );
}

#[test]
fn unknown_words_are_answered_with_the_nearest() {
    let mut client = Client::with_counts();
    let mut check = |step: serde_json::Value, code: &str, words: &str| {
        let recipe = recipe(
            json!({"cuvette": 1, "inputs": [{"name": "counts"}], "steps": [
            {"id": "logged", "run": "log", "of": ["counts"]}, step]}),
        );
        let (steps, _) = client.evaluate(&recipe);
        let StepStatus::Failed(error) = &steps[1].status else {
            panic!("{:?}", steps[1])
        };
        assert_eq!(error.code, code);
        assert!(error.message.contains(words), "{}", error.message);
    };
    check(
        json!({"id": "s", "run": "flip_sing", "of": ["logged"]}),
        "unknown_analysis",
        "flip_sign",
    );
    check(
        json!({"id": "s", "run": "log", "of": ["loged"]}),
        "unknown_name",
        "did you mean logged",
    );
    check(
        json!({"id": "s", "run": "log", "of": ["logged.value"]}),
        "input",
        "no table",
    );
    check(
        json!({"id": "s", "run": "select_samples", "of": ["logged"], "with": {"list": "lost"}}),
        "unknown_name",
        "\"lost\"",
    );
    check(
        json!({"id": "s", "run": "cross_study", "of": ["logged"]}),
        "input",
        "reads 2 data sets",
    );
}

#[test]
fn a_recipe_whose_names_collide_is_refused_whole() {
    let mut client = Client::with_counts();
    let mut recipe = branches();
    recipe.steps[1].id = "logged".into();
    let told = client.ask(RequestBody::Evaluate { recipe }, None);
    assert_eq!(told.error().code, "duplicate_name");
}

#[test]
fn the_methods_paragraph_has_a_sentence_for_each_step() {
    let mut client = Client::with_counts();
    let mut recipe = branches();
    recipe.steps[2].off = true;
    client.evaluate(&recipe);
    let asked = RequestBody::Methods {
        recipe: recipe.clone(),
    };
    let cuvette_engine::protocol::Answer::Text(text) = client.ask(asked, None).answer() else {
        panic!("expected a text")
    };
    assert!(text.contains("4 genes in 4 samples"), "{text}");
    assert!(text.contains("log10(count + 1)"), "{text}");
    assert!(!text.contains("gave no result"), "{text}");
}
