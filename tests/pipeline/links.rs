//! Recipes as links.

use cuvette_engine::{
    link::{Linked, decode},
    protocol::{Answer, RequestBody},
    recipe::Recipe,
};
use serde_json::json;

use crate::client::{Client, recipe};

fn example() -> Recipe {
    recipe(json!({"cuvette": 1,
        "inputs": [{"name": "counts", "file": "patients.tsv"}],
        "steps": [
            {"id": "logged", "run": "log", "of": ["counts"], "with": {"base": 10}},
            {"id": "few", "run": "select_samples", "of": ["logged"], "with": {"ids": ["P-17", "P-4"], "keep": "others"}}]}))
}

fn link(client: &mut Client, without_file_names: bool) -> (String, Vec<String>) {
    let asked = RequestBody::Link {
        recipe: example(),
        selected: "few".into(),
        shown: r#"{"few":{"color":{"gene":"TP53"}}}"#.into(),
        without_file_names,
    };
    match client.ask(asked, None).answer() {
        Answer::Link { link, reveals } => (link, reveals),
        other => panic!("expected a link, found {other:?}"),
    }
}

#[test]
fn a_link_tells_what_it_reveals_and_gives_the_recipe_back() {
    let mut client = Client::new();
    let (link, reveals) = link(&mut client, false);
    assert_eq!(reveals, ["patients.tsv", "P-17", "P-4", "TP53"]);
    let Answer::Recipe {
        recipe,
        selected,
        shown,
    } = client.ask(RequestBody::Unlink { link }, None).answer()
    else {
        panic!("expected a recipe")
    };
    assert_eq!((recipe, selected.as_str()), (example(), "few"));
    assert_eq!(shown, r#"{"few":{"color":{"gene":"TP53"}}}"#);
}

#[test]
fn file_names_can_stay_at_home() {
    let mut client = Client::new();
    let (link, reveals) = link(&mut client, true);
    assert_eq!(reveals, ["P-17", "P-4", "TP53"]);
    assert_eq!(decode(&link).unwrap().recipe.inputs[0].file, "");
}

#[test]
fn a_link_that_was_cut_is_an_error_with_advice() {
    let mut client = Client::new();
    let (link, _) = link(&mut client, false);
    let link = link[..link.len() - 20].to_string();
    let error = client.ask(RequestBody::Unlink { link }, None).error();
    assert_eq!(error.code, "link_cut_short");
    assert!(
        error.message.contains("characters arrived"),
        "{}",
        error.message
    );
    assert!(error.hint.is_some());
}

/// Links that were sent are read for ever: each file here holds one, beside the recipe it stands for.
#[test]
fn links_of_all_versions_are_read() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/links");
    let mut n_read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let link = std::fs::read_to_string(&path).unwrap();
        let expected = std::fs::read_to_string(path.with_extension("json")).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
        let Linked {
            recipe,
            selected,
            shown,
        } = decode(&link).unwrap();
        assert_eq!(
            serde_json::to_value(&recipe).unwrap(),
            expected["recipe"],
            "{path:?}"
        );
        assert_eq!(selected, expected["selected"], "{path:?}");
        let expected_shown = expected["shown"].as_str().unwrap_or_default();
        assert_eq!(shown, expected_shown, "{path:?}");
        n_read += 1;
    }
    assert!(n_read > 0, "no golden links found");
}
