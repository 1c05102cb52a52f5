use cuvette_core::analyses::AnalysisId;
use serde_json::json;

use super::{
    add_input, add_step, move_step, remove, rename, replace_input, set_of, set_off, set_parameter,
};
use crate::recipe::{Input, Recipe, RecipeError, check::check};

fn chain() -> Recipe {
    serde_json::from_value(json!({"cuvette": 1,
        "inputs": [{"name": "counts", "file": "counts.tsv"}],
        "steps": [
            {"id": "a", "run": "log", "of": ["counts"]},
            {"id": "b", "run": "log", "of": ["a"]},
            {"id": "c", "run": "log", "of": ["b"]}]}))
    .unwrap()
}

fn ids(recipe: &Recipe) -> Vec<&str> {
    recipe.steps.iter().map(|step| step.id.as_str()).collect()
}

fn file(name: &str) -> Input {
    serde_json::from_value(json!({"name": "", "file": name})).unwrap()
}

#[test]
fn an_input_is_named_after_its_file() {
    let (recipe, name) = add_input(&Recipe::default(), file("GSE42527 (Yeast A).tsv.gz"));
    assert_eq!(name, "gse42527-yeast-a");
    let (recipe, second) = add_input(&recipe, file("GSE42527 (Yeast A).csv"));
    assert_eq!(second, "gse42527-yeast-a_2");
    let (recipe, third) = add_input(&recipe, file("2024.csv"));
    assert_eq!(third, "data");
    assert_eq!(check(&recipe), []);
}

#[test]
fn a_replaced_input_keeps_its_name() {
    let recipe = replace_input(&chain(), "counts", file("other.csv")).unwrap();
    assert_eq!(
        (
            recipe.inputs[0].name.as_str(),
            recipe.inputs[0].file.as_str()
        ),
        ("counts", "other.csv")
    );
    assert!(replace_input(&chain(), "nothing", file("other.csv")).is_err());
}

#[test]
fn a_step_is_added_below_what_it_reads() {
    let (recipe, id) = add_step(&chain(), AnalysisId::Log, vec!["a".into()]).unwrap();
    assert_eq!(id, "log");
    assert_eq!(ids(&recipe), ["a", "log", "b", "c"]);
    let (recipe, id) = add_step(&recipe, AnalysisId::Log, vec!["counts".into()]).unwrap();
    assert_eq!((id.as_str(), ids(&recipe)[0]), ("log_2", "log_2"));
}

#[test]
fn readers_of_a_removed_transform_read_what_it_read() {
    let recipe = remove(&chain(), "b").unwrap();
    assert_eq!(ids(&recipe), ["a", "c"]);
    assert_eq!(recipe.steps[1].of, ["a"]);
}

#[test]
fn readers_of_a_removed_transform_take_over_its_tables() {
    let recipe: Recipe = serde_json::from_value(json!({"cuvette": 1,
        "inputs": [{"name": "a"}, {"name": "b"}, {"name": "groups"}, {"name": "years"}],
        "steps": [
            {"id": "gone", "run": "log", "of": ["a", "groups", "years"]},
            {"id": "plain", "run": "log", "of": ["gone"]},
            {"id": "own", "run": "log", "of": ["gone", "years"]},
            {"id": "first", "run": "cross_study", "of": ["gone", "b"]},
            {"id": "second", "run": "cross_study", "of": ["b", "gone"]},
            {"id": "other", "run": "log", "of": ["b"]}]}))
    .unwrap();
    let edited = remove(&recipe, "gone").unwrap();
    let reads: Vec<String> = edited.steps.iter().map(|step| step.of.join(" ")).collect();
    assert_eq!(
        reads,
        [
            "a groups years",
            "a groups years",
            "a b groups years",
            // Tables belong to the first data set of a step.
            "b a",
            "b"
        ]
    );
    assert_eq!(check(&edited), []);
}

#[test]
fn every_edit_that_cannot_be_is_refused_by_its_kind() {
    let check = |edited: Result<Recipe, RecipeError>, code: &str, words: &str| {
        let error = edited.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    };
    check(remove(&chain(), "counts"), "edit", "read by a");
    check(remove(&chain(), "d"), "edit", "no input or step d");
    check(set_off(&chain(), "d", true), "edit", "no step d");
    check(move_step(&chain(), "c", 0), "reads_later_step", "b");
    check(
        set_of(&chain(), "a", vec!["a".into()]),
        "reads_later_step",
        "a",
    );
    check(rename(&chain(), "a", "b"), "duplicate_name", "b");
    check(rename(&chain(), "a", "a b"), "invalid_name", "a b");
    check(
        set_parameter(&chain(), "d", "base", None),
        "edit",
        "no step d",
    );
}

#[test]
fn an_input_that_is_read_is_not_removed() {
    let error = remove(&chain(), "counts").unwrap_err();
    assert!(error.to_string().contains("read by a"), "{error}");
    assert!(remove(&chain(), "nothing").is_err());
}

#[test]
fn a_step_is_not_moved_above_what_it_reads() {
    assert_eq!(
        move_step(&chain(), "c", 0).unwrap_err().code(),
        "reads_later_step"
    );
    let recipe = set_of(&chain(), "c", vec!["counts".into()]).unwrap();
    assert_eq!(ids(&move_step(&recipe, "c", 0).unwrap()), ["c", "a", "b"]);
    assert!(set_of(&chain(), "a", vec!["c".into()]).is_err());
}

#[test]
fn a_parameter_without_a_value_leaves_the_recipe() {
    let recipe = set_parameter(&chain(), "a", "base", Some(json!(10))).unwrap();
    assert_eq!(json!(recipe.steps[0].with), json!({"base": 10}));
    let recipe = set_parameter(&recipe, "a", "base", None).unwrap();
    assert!(recipe.steps[0].with.is_empty());
    let recipe = set_parameter(&recipe, "a", "bass", Some(json!(2))).unwrap();
    assert_eq!(check(&recipe)[0].code(), "unknown_parameter");
}

#[test]
fn a_new_name_is_taken_wherever_it_is_read() {
    let recipe = rename(&chain(), "counts", "raw").unwrap();
    assert_eq!(recipe.steps[0].of, ["raw"]);
    let recipe = rename(&recipe, "b", "twice").unwrap();
    assert_eq!(recipe.steps[2].of, ["twice"]);
    assert_eq!(
        rename(&recipe, "raw", "twice").unwrap_err().code(),
        "duplicate_name"
    );
    assert_eq!(
        rename(&recipe, "raw", "Raw").unwrap_err().code(),
        "invalid_name"
    );
}

#[test]
fn a_step_is_switched_off_and_on() {
    let recipe = set_off(&chain(), "a", true).unwrap();
    assert!(recipe.steps[0].off);
    assert_eq!(set_off(&recipe, "a", false).unwrap(), chain());
}
