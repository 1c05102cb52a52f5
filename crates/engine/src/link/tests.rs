use cuvette_formats::{ImportOptions, InputKind};
use proptest::prelude::*;
use serde_json::json;

use super::{LinkError, Linked, decode, encode, reveals};
use crate::recipe::{Fingerprint, Input, Recipe, Step};

fn example() -> Linked {
    let recipe = json!({
        "cuvette": 1,
        "title": "Mutants of two laboratories",
        "inputs": [
            {"name": "counts", "file": "counts.tsv.gz", "as": "matrix",
             "fingerprint": {"bytes": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                             "shape": [6125, 48]}},
            {"name": "labels", "file": "labels.tsv"}],
        "steps": [
            {"id": "logged", "run": "log", "of": ["counts", "labels"], "with": {"base": 10, "pseudocount": 0.1}},
            {"id": "again", "run": "log", "of": ["logged"], "off": true}]});
    Linked {
        recipe: serde_json::from_value(recipe).unwrap(),
        selected: "logged".into(),
        shown: String::new(),
    }
}

#[test]
fn a_link_gives_the_recipe_back_and_stays_short() {
    let link = encode(&example());
    assert_eq!(decode(&link), Ok(example()));
    assert_eq!(
        decode(&format!("https://example.org/app/{link}")),
        Ok(example())
    );
    assert_eq!(decode(link.trim_start_matches('#')), Ok(example()));
    assert!(link.len() < 500, "{} characters", link.len());
}

#[test]
fn a_link_that_was_cut_says_how_much_arrived() {
    let link = encode(&example());
    let body = &link[1..];
    for length in 9..body.len() {
        let expected = LinkError::CutShort {
            arrived: length,
            expected: body.len(),
        };
        assert_eq!(decode(&body[..length]), Err(expected));
    }
    for length in 2..9 {
        assert_eq!(
            decode(&body[..length]).unwrap_err().code(),
            "link_cut_short",
            "{length}"
        );
    }
    assert_eq!(decode("#"), Err(LinkError::NotALink));
    assert_eq!(decode(""), Err(LinkError::NotALink));
}

#[test]
fn links_of_later_versions_are_told_apart_from_damaged_ones() {
    let link = encode(&example());
    for later in [
        link.replace("#c1.", "#c2."),
        link.replace("#c1.d.", "#c1.z."),
    ] {
        assert_eq!(decode(&later).unwrap_err().code(), "link_version");
    }
    assert_eq!(
        decode("https://example.org/#about"),
        Err(LinkError::NotALink)
    );
}

#[test]
fn a_bomb_is_not_unpacked() {
    let mut bomb = example();
    bomb.recipe.title = " ".repeat(300 << 10);
    let link = encode(&bomb);
    assert!(link.len() < 2_000);
    assert_eq!(decode(&link), Err(LinkError::TooLarge));
}

#[test]
fn the_texts_of_a_link_are_listed() {
    assert_eq!(
        reveals(&example()),
        ["Mutants of two laboratories", "counts.tsv.gz", "labels.tsv"]
    );
    assert_eq!(
        reveals(&colored())[3..],
        ["treatment"],
        "what is shown is not told"
    );
}

fn colored() -> Linked {
    Linked {
        shown: r#"{"again":{"color":{"column":"treatment"}}}"#.into(),
        ..example()
    }
}

#[test]
fn what_is_shown_stands_behind_all_that_older_versions_read() {
    let [plain, colored] = [example(), colored()].map(|linked| super::v1::to_bytes(&linked));
    assert!(colored.starts_with(&plain) && colored.len() > plain.len());
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{0,8}", "\\PC{0,12}"]
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        (-1e300..1e300).prop_map(|number: f64| json!(number)),
        text().prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map(text(), inner, 0..4)
                .prop_map(|fields| fields.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

prop_compose! {
    fn step()(id in text(), run in text(), of in prop::collection::vec(text(), 0..3),
              with in prop::collection::btree_map(text(), value(), 0..4), off in any::<bool>()) -> Step {
        Step { id, run, of, with: with.into_iter().collect(), off }
    }
}

prop_compose! {
    fn input()(name in text(), file in text(), known in any::<bool>(), print in any::<[u8; 32]>(),
               shape in any::<Option<[u32; 2]>>()) -> Input {
        let fingerprint = known.then(|| Fingerprint {
            bytes: crate::hash::hex(&print),
            matrix: String::new(),
            shape: shape.map(|shape| shape.map(|n| n as usize)),
        });
        Input { name, file, kind: known.then_some(InputKind::SampleTable),
                import: ImportOptions::default(), fingerprint }
    }
}

prop_compose! {
    fn linked()(title in text(), inputs in prop::collection::vec(input(), 0..3),
                steps in prop::collection::vec(step(), 0..4), selected in text(), shown in text()) -> Linked {
        Linked { recipe: Recipe { title, inputs, steps, ..Recipe::default() }, selected, shown }
    }
}

proptest! {
    #[test]
    fn every_recipe_survives_its_link(linked in linked()) {
        prop_assert_eq!(decode(&encode(&linked)), Ok(linked));
    }

    #[test]
    fn one_changed_character_never_passes(at in 0usize..10_000, with in any::<char>()) {
        let link: Vec<char> = encode(&example()).chars().collect();
        let at = 1 + at % (link.len() - 1);
        let mut damaged = link.clone();
        damaged[at] = with;
        // A `#` begins the fragment anew, and blanks at the end do not count.
        prop_assume!(damaged != link);
        let damaged: String = damaged.into_iter().collect();
        prop_assert!(decode(&damaged).is_err());
    }

    #[test]
    fn any_text_gives_a_link_error_and_no_panic(text in "\\PC{0,80}", inner in "[A-Za-z0-9_-]{0,60}") {
        prop_assert!(decode(&text).is_err());
        let body = format!("c1.d.{inner}");
        let checked = format!("{body}.{}", super::check_of(&body));
        let _ = decode(&checked);
    }
}
