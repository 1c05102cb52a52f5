use cuvette_core::analyses::AnalysisId;
use serde_json::json;

use super::{
    add_input, add_step, move_step, remove, rename, replace_input, set_of, set_off, set_parameter,
};
use crate::recipe::{Input, Recipe, check::check};

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
