//! `inspect`, `analyses`, `link`, `unlink`, `methods`.

#![allow(clippy::unwrap_used, reason = "a test fails where it stands")]

mod common;

use common::{cuvette, example, folder, read_json, told, write_recipe};
use serde_json::{Value, json};

#[test]
fn inspect_tells_the_same_as_text_and_as_json() {
    let folder = folder("inspect");
    let file = example("study_b.csv.gz");
    let (status, text, _) = told(&cuvette(&folder, &["inspect", &file]));
    assert_eq!(status, 0);
    assert!(text.contains("expression matrix, 600 × 40"), "{text}");
    let samples = example("tissue_samples.tsv");
    let (status, lines, _) = told(&cuvette(&folder, &["inspect", "--json", &file, &samples]));
    assert_eq!(status, 0);
    let reports: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(reports[0]["shape"], json!([600, 40]));
    assert_eq!(reports[0]["kind"], "matrix");
    assert_eq!(reports[1]["kind"], "sample_table");
    assert!(
        reports[0]["report"]["guesses"]
            .as_array()
            .is_some_and(|guesses| !guesses.is_empty())
    );
}

#[test]
fn the_damaged_example_is_refused_with_a_question_and_read_with_its_answer() {
    let folder = folder("damaged");
    let file = example("damaged.csv");
    let (status, text, _) = told(&cuvette(&folder, &["inspect", &file]));
    assert_eq!(status, 1);
    assert!(
        text.contains("hold text where a number was expected"),
        "{text}"
    );
    assert!(
        text.contains(r#""import": {"unreadable": "missing"}"#),
        "{text}"
    );
    // What the first look found is told, too.
    assert!(
        text.contains("Delimiter: semicolon") && text.contains("Decimal sign: comma"),
        "{text}"
    );
    let recipe = json!({
        "cuvette": 1,
        "inputs": [{ "name": "d", "file": file, "import": { "unreadable": "missing" } }],
        "steps": [{ "id": "width", "run": "spread", "of": ["d"] }],
    });
    std::fs::write(folder.join("recipe.json"), recipe.to_string()).unwrap();
    let (status, _, stderr) = told(&cuvette(&folder, &["run", "recipe.json", "--out", "out"]));
    assert_eq!(status, 0, "{stderr}");
    let report = read_json(&folder.join("out/report.json"));
    let findings = report["inputs"][0]["report"]["findings"]
        .as_array()
        .unwrap();
    assert!(findings.len() >= 6, "{findings:#?}");
}

#[test]
fn analyses_lists_all_and_describes_each() {
    let folder = folder("analyses");
    let (status, list, _) = told(&cuvette(&folder, &["analyses"]));
    assert_eq!(status, 0);
    let (_, json, _) = told(&cuvette(&folder, &["analyses", "--json"]));
    let entries: Value = serde_json::from_str(&json).unwrap();
    for entry in entries.as_array().unwrap() {
        let id = entry["id"].as_str().unwrap();
        assert!(list.contains(&format!("  {id} ")), "{id}");
        let (status, text, _) = told(&cuvette(&folder, &["analyses", id]));
        assert_eq!(status, 0);
        for parameter in entry["schema"]["properties"]
            .as_object()
            .into_iter()
            .flatten()
        {
            assert!(
                text.contains(&format!("\n  {}", parameter.0)),
                "{id} {}",
                parameter.0
            );
        }
    }
}

#[test]
fn a_recipe_comes_back_from_its_link_and_runs_from_it() {
    let folder = folder("link");
    let steps = json!([{ "id": "agreement", "run": "cross_study", "of": ["a", "b"], "with": { "min_common": 20 } }]);
    let recipe = write_recipe(&folder, &steps);
    let page = "https://example.org/cuvette/";
    let (status, link, reveals) = told(&cuvette(&folder, &["link", &recipe, "--page", page]));
    assert_eq!(status, 0);
    assert!(link.starts_with(&format!("{page}#c1.")), "{link}");
    assert!(link.len() < 2_000);
    assert!(reveals.contains("study_a.tsv.gz"), "{reveals}");
    let (status, back, _) = told(&cuvette(&folder, &["unlink", link.trim()]));
    assert_eq!(status, 0);
    let back: Value = serde_json::from_str(&back).unwrap();
    let original = read_json(recipe.as_ref());
    assert_eq!(back["steps"][0], original["steps"][0]);
    assert_eq!(back["inputs"], original["inputs"]);

    let (a, b) = (
        format!("a={}", example("study_a.tsv.gz")),
        format!("b={}", example("study_b.csv.gz")),
    );
    let run = [
        "run",
        link.trim(),
        "--input",
        &a,
        "--input",
        &b,
        "--out",
        "out",
    ];
    assert_eq!(told(&cuvette(&folder, &run)).0, 0);
    assert!(folder.join("out/agreement.profiles.tsv").exists());

    let (_, blank, _) = told(&cuvette(
        &folder,
        &["link", &recipe, "--without-file-names"],
    ));
    let (_, back, _) = told(&cuvette(&folder, &["unlink", blank.trim()]));
    assert!(!back.contains("study_a"), "{back}");
}

#[test]
fn a_damaged_link_says_which_part_failed() {
    let folder = folder("damaged_link");
    let recipe = write_recipe(&folder, &json!([]));
    let (_, link, _) = told(&cuvette(&folder, &["link", &recipe]));
    let link = link.trim();
    let cut = &link[..link.len() - 12];
    let (status, _, stderr) = told(&cuvette(&folder, &["unlink", cut]));
    assert_eq!(status, 1);
    assert!(stderr.starts_with("error: "), "{stderr}");
}

#[test]
fn methods_name_the_steps_in_words() {
    let folder = folder("methods");
    let recipe = write_recipe(
        &folder,
        &json!([{ "id": "agreement", "run": "cross_study", "of": ["a", "b"] }]),
    );
    let (status, text, _) = told(&cuvette(&folder, &["methods", &recipe]));
    assert_eq!(status, 0);
    assert!(text.split_whitespace().count() > 10, "{text}");
}

/// A table of 500 samples whose file says that it goes on for a quarter of a terabyte; it takes no room on disk.
#[cfg(target_os = "linux")]
fn quarter_of_a_terabyte(folder: &std::path::Path) -> String {
    use std::{fmt::Write as _, io::Write as _};
    let mut text = String::from("gene");
    for at in 0..500 {
        let _ = write!(text, "\ts{at}");
    }
    text.push('\n');
    for row in 0..2_000 {
        let _ = writeln!(text, "g{row}{}", "\t1".repeat(500));
    }
    let path = folder.join("large.tsv");
    let mut file = std::fs::File::create(&path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.set_len(1 << 38).unwrap();
    path.display().to_string()
}

/// Only Linux tells how much memory is free.
#[cfg(target_os = "linux")]
#[test]
fn a_table_too_large_for_the_memory_is_refused_before_it_is_read() {
    let folder = folder("large");
    let file = quarter_of_a_terabyte(&folder);
    let recipe = json!({"cuvette": 1, "inputs": [{"name": "large", "file": file}],
        "steps": [{"id": "spread", "run": "spread", "of": ["large"]}]});
    std::fs::write(folder.join("recipe.json"), recipe.to_string()).unwrap();
    for arguments in [
        &["inspect", file.as_str()][..],
        &["run", "recipe.json", "--out", "out"],
    ] {
        let (status, stdout, stderr) = told(&cuvette(&folder, arguments));
        let text = stdout + &stderr;
        assert_eq!(status, 1, "{text}");
        assert!(text.contains("memory"), "{text}");
        // What to write into the recipe to read a part of it.
        assert!(text.contains(r#""samples""#), "{text}");
    }
    assert!(!folder.join("out/report.json").exists());
}

#[test]
fn a_workbook_is_read_by_its_largest_sheet_or_by_the_one_that_is_named() {
    let folder = folder("workbook");
    let file = format!(
        "{}/../../tests/golden/sheets/core_facility.xlsx",
        env!("CARGO_MANIFEST_DIR")
    );
    let (status, text, _) = told(&cuvette(&folder, &["inspect", &file]));
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("Sheet: Counts"), "{text}");
    assert!(text.contains("expression matrix, 40 × 6"), "{text}");
    for told in ["MARCH1", "1 row is hidden", "1 sheet is hidden"] {
        assert!(text.contains(told), "{told}: {text}");
    }
    let (status, text, _) = told(&cuvette(&folder, &["inspect", "--sheet", "Samples", &file]));
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("Sheet: Samples"), "{text}");
    let recipe = |sheet: &str| {
        let recipe = json!({
            "cuvette": 1,
            "inputs": [{ "name": "d", "file": file, "import": { "sheet": sheet } }],
            "steps": [{ "id": "width", "run": "spread", "of": ["d"] }],
        });
        std::fs::write(folder.join("recipe.json"), recipe.to_string()).unwrap();
        told(&cuvette(&folder, &["run", "recipe.json", "--out", "out"]))
    };
    assert_eq!(recipe("Old").0, 0);
    let report = read_json(&folder.join("out/report.json"));
    let guess = &report["inputs"][0]["report"]["guesses"][0];
    assert_eq!(
        (&guess["value"], &guess["chosen"]),
        (&json!("Old"), &json!(true))
    );
    let (status, _, stderr) = recipe("Nothing");
    assert_eq!(status, 1);
    assert!(
        stderr.contains("it has Read me, Counts, Samples, Old"),
        "{stderr}"
    );
}

#[test]
fn a_folder_of_cells_is_read_as_the_one_archive_that_others_make_of_it() {
    let golden = common::root().join("tests/golden/cells/folder.json");
    let golden = read_json(&golden);
    let folder = folder("cells");
    let inside = folder.join("filtered_feature_bc_matrix");
    std::fs::create_dir(&inside).unwrap();
    for (name, text) in golden["files"].as_object().unwrap() {
        std::fs::write(inside.join(name), text.as_str().unwrap()).unwrap();
    }
    std::fs::write(inside.join("notes.txt"), "not read").unwrap();
    let name = "filtered_feature_bc_matrix/";
    let (status, line, stderr) = told(&cuvette(&folder, &["inspect", "--json", name]));
    assert_eq!(status, 0, "{stderr}");
    let read: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(read["shape"], json!([3, 4]));
    assert_eq!(read["gene_columns"], json!(["symbol"]));
    assert_eq!(read["fingerprint"]["bytes"], golden["sha256"]);

    let recipe = json!({
        "cuvette": 1,
        "inputs": [{ "name": "cells", "file": "filtered_feature_bc_matrix.tar" }],
        "steps": [
            { "id": "few", "run": "select_samples", "of": ["cells"], "with": { "ids": ["AACA-1", "AAAC-1"] } },
            { "id": "logged", "run": "log", "of": ["few"] },
        ],
    });
    std::fs::write(folder.join("recipe.json"), recipe.to_string()).unwrap();
    let input = format!("cells={name}");
    let run = ["run", "recipe.json", "--input", &input, "--out", "out"];
    let (status, _, stderr) = told(&cuvette(&folder, &run));
    assert_eq!(status, 0, "{stderr}");
    let values = std::fs::read_to_string(folder.join("out/few.values.tsv"))
        .or_else(|_| std::fs::read_to_string(folder.join("out/few.tsv")))
        .unwrap();
    assert_eq!(
        values,
        "gene\tAACA-1\tAAAC-1\nENSG01\t2\t5\nENSG02\t9\t0\nENSG03\t0\t1\n"
    );

    std::fs::remove_file(inside.join("barcodes.tsv")).unwrap();
    let (status, text, _) = told(&cuvette(&folder, &["inspect", name]));
    assert_eq!(status, 1);
    assert!(text.contains("is a folder, and not one with"), "{text}");
}
