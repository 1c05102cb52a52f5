//! `cuvette run`: files as the catalogue names them, on any number of threads, with the exit status.

#![allow(clippy::unwrap_used, reason = "a test fails where it stands")]

mod common;

use std::path::Path;

use common::{cuvette, example, files, folder, read_json, read_table, told, write_recipe};
use serde_json::json;

/// Runs the recipe on the example pair; the folder of results.
fn run_on_examples(folder: &Path, recipe: &str, more: &[&str]) -> std::process::Output {
    let (a, b) = (
        format!("a={}", example("study_a.tsv.gz")),
        format!("b={}", example("study_b.csv.gz")),
    );
    let mut arguments = vec!["run", recipe, "--input", &a, "--input", &b, "--out", "out"];
    arguments.extend(more);
    cuvette(folder, &arguments)
}

#[test]
fn planted_mistakes_of_the_examples_are_found() {
    let folder = folder("planted");
    let recipe = write_recipe(
        &folder,
        &json!([{ "id": "agreement", "run": "cross_study", "of": ["a", "b"] }]),
    );
    let (status, stdout, stderr) = told(&run_on_examples(&folder, &recipe, &[]));
    assert_eq!((status, stderr.as_str()), (0, ""), "{stdout}");
    let verdicts = std::fs::read_to_string(folder.join("out/agreement.verdicts.tsv")).unwrap();
    let has = |profile: &str, verdict: &str| {
        assert!(
            verdicts.contains(&format!("{profile}\t{verdict}\t")),
            "{profile} {verdict}"
        );
    };
    has("YRL007W", "profile_flipped");
    has("YSL021W", "profile_flipped");
    has("YSR065W", "cancelling");
    has("YRL007W", "own_gene_not_down");
    assert_eq!(verdicts.matches("profile_flipped").count(), 2);
    assert_eq!(verdicts.matches("cancelling").count(), 1);
    let scalars = read_json(&folder.join("out/agreement.json"));
    assert_eq!(scalars["n_profiles"], 38);
}

#[test]
fn a_transform_is_written_so_that_it_reads_back_the_same() {
    let folder = folder("transform");
    let recipe = write_recipe(
        &folder,
        &json!([{ "id": "turned", "run": "flip_sign", "of": ["a"] }]),
    );
    assert_eq!(told(&run_on_examples(&folder, &recipe, &["--quiet"])).0, 0);
    let once = read_table(&folder.join("out/turned.tsv"), '\t');
    assert_eq!(once.len(), 600);
    let back = json!({
        "cuvette": 1,
        "inputs": [{ "name": "a", "file": "out/turned.tsv" }],
        "steps": [{ "id": "turned", "run": "flip_sign", "of": ["a"] }],
    });
    // Without `--input`, the file is looked for beside the recipe.
    std::fs::write(folder.join("back.json"), back.to_string()).unwrap();
    let output = cuvette(&folder, &["run", "back.json", "--out", "twice"]);
    assert_eq!(told(&output).0, 0, "{output:?}");
    let twice = read_table(&folder.join("twice/turned.tsv"), '\t');
    let opposite = |cell: &str| cell.parse::<f32>().map(|value| -value).ok();
    for (gene, row) in &once {
        for (sample, cell) in row.iter().filter(|(name, _)| *name != "gene") {
            assert_eq!(
                opposite(cell),
                twice[gene][sample].parse().ok(),
                "{gene} {sample}"
            );
        }
    }
}

#[test]
fn one_thread_and_seven_write_the_same_bytes() {
    let folder = folder("threads");
    let recipe = write_recipe(
        &folder,
        &json!([
            { "id": "qn", "run": "quantile_normalize", "of": ["a"] },
            { "id": "agreement", "run": "cross_study", "of": ["qn", "b"] },
            { "id": "samples", "run": "sample_correlation", "of": ["a"] },
            { "id": "width", "run": "spread", "of": ["b"] },
        ]),
    );
    let of = |n_threads: &str| {
        let output = run_on_examples(&folder, &recipe, &["--threads", n_threads]);
        assert_eq!(told(&output).0, 0, "{output:?}");
        assert_eq!(
            read_json(&folder.join("out/report.json"))["threads"].to_string(),
            n_threads
        );
        files(&folder.join("out"), ".tsv")
    };
    let (one, seven) = (of("1"), of("7"));
    assert!(one.contains_key("agreement.profiles.tsv") && one.contains_key("qn.tsv"));
    for (name, content) in &one {
        assert!(*content == seven[name], "{name} differs");
    }
    assert_eq!(one.len(), seven.len());
}

#[test]
fn pictures_are_written_where_they_are_asked_for() {
    let folder = folder("pictures");
    let recipe = write_recipe(
        &folder,
        &json!([{ "id": "agreement", "run": "cross_study", "of": ["a", "b"] }]),
    );
    let output = run_on_examples(&folder, &recipe, &["--plots", "svg,png"]);
    let (status, _, stderr) = told(&output);
    if status == 2 && stderr.contains("font") {
        println!("skipped: no font on this computer");
        return;
    }
    assert_eq!(status, 0, "{stderr}");
    let svgs = files(&folder.join("out"), ".svg");
    let pngs = files(&folder.join("out"), ".png");
    assert!(svgs.contains_key("agreement.histogram.svg"));
    assert!(svgs["agreement.histogram.svg"].starts_with(b"<svg"));
    assert!(pngs["agreement.histogram.png"].starts_with(b"\x89PNG"));
    assert_eq!(svgs.len(), pngs.len());
}

#[test]
fn the_report_lists_inputs_steps_files_warnings_and_fingerprints() {
    let folder = folder("report");
    let recipe = write_recipe(
        &folder,
        &json!([
            { "id": "agreement", "run": "cross_study", "of": ["a", "b"] },
            { "id": "unused", "run": "spread", "of": ["a"], "off": true },
        ]),
    );
    assert_eq!(told(&run_on_examples(&folder, &recipe, &[])).0, 0);
    let report = read_json(&folder.join("out/report.json"));
    assert_eq!(
        report["inputs"][0]["fingerprint"]["bytes"]
            .as_str()
            .map(str::len),
        Some(64)
    );
    assert_eq!(report["inputs"][0]["same_as_in_recipe"], "unknown");
    assert!(report["steps"][0]["seconds"].as_f64().is_some());
    assert_eq!(report["steps"][1]["status"], "off");
    let listed = report["steps"][0]["files"].as_array().unwrap();
    assert!(listed.contains(&json!("agreement.profiles.tsv")));
    for name in listed {
        assert!(
            folder.join("out").join(name.as_str().unwrap()).exists(),
            "{name}"
        );
    }
}

#[test]
fn a_failed_step_gives_status_1_and_the_others_are_written() {
    let folder = folder("failed");
    // Log ratios have negative values, which `log` refuses.
    let recipe = write_recipe(
        &folder,
        &json!([
            { "id": "bad", "run": "log", "of": ["a"] },
            { "id": "after", "run": "spread", "of": ["bad"] },
            { "id": "good", "run": "spread", "of": ["a"] },
        ]),
    );
    let (status, _, stderr) = told(&run_on_examples(&folder, &recipe, &["--quiet"]));
    assert_eq!(status, 1);
    assert!(
        stderr.contains("step bad") && stderr.contains("step after waits for bad"),
        "{stderr}"
    );
    assert!(folder.join("out/good.profiles.tsv").exists());
    assert!(!folder.join("out/bad.tsv").exists());
}

#[test]
fn wrong_arguments_give_status_2_and_the_nearest_word() {
    let folder = folder("usage");
    let recipe = write_recipe(&folder, &json!([]));
    let check = |arguments: &[&str], expected: &str| {
        let (status, _, stderr) = told(&cuvette(&folder, arguments));
        assert_eq!(status, 2, "{arguments:?}: {stderr}");
        assert!(stderr.contains(expected), "{arguments:?}: {stderr}");
    };
    check(&["analyses", "cross_studdy"], "did you mean cross_study?");
    check(&["rum", &recipe, "--out", "out"], "run");
    check(&["run", &recipe], "--out");
    check(&["run", &recipe, "--out", "out", "--plots", "gif"], "gif");
    check(&["run", &recipe, "--out", "out", "--threads", "0"], "0");
    check(
        &["run", &recipe, "--out", "out", "--input", "a"],
        "NAME=FILE",
    );
    check(
        &["run", &recipe, "--out", "out", "--input", "c=x.tsv"],
        "no input \"c\"",
    );
    check(&["inspect"], "FILE");
}

#[test]
fn what_cannot_be_read_gives_status_1_and_its_place() {
    let folder = folder("unreadable");
    std::fs::write(
        folder.join("broken.json"),
        "{\"cuvette\": 1,\n \"stepss\": []}",
    )
    .unwrap();
    let unknown = write_recipe(
        &folder,
        &json!([{ "id": "x", "run": "cros_study", "of": ["a", "b"] }]),
    );
    let check = |arguments: &[&str], expected: &str| {
        let (status, _, stderr) = told(&cuvette(&folder, arguments));
        assert_eq!(status, 1, "{arguments:?}: {stderr}");
        assert!(stderr.contains(expected), "{arguments:?}: {stderr}");
    };
    check(&["run", "nosuch.json", "--out", "out"], "nosuch.json");
    check(
        &["run", "broken.json", "--out", "out"],
        "did you mean steps?",
    );
    check(&["run", &unknown, "--out", "out"], "study_a.tsv.gz");
    check(&["run", "#c1.d.AAAA.00000000", "--out", "out"], "link");
    let (status, _, stderr) = told(&run_on_examples(&folder, &unknown, &["--quiet"]));
    assert_eq!(status, 1);
    assert!(stderr.contains("did you mean cross_study?"), "{stderr}");
}

#[test]
fn a_saved_forest_is_read_back_and_calls_the_same_samples_the_same() {
    let folder = folder("forest");
    let (counts, samples) = (
        example("tissue_counts.tsv.gz"),
        example("tissue_samples.tsv"),
    );
    let learn = json!({
        "cuvette": 1,
        "inputs": [
            { "name": "counts", "file": counts },
            { "name": "samples", "file": samples },
        ],
        "steps": [{ "id": "forest", "run": "forest", "of": ["counts", "samples"],
            "with": { "label": "tissue", "trees": 100, "null_runs": 0, "normalize": "quantile" } }],
    });
    std::fs::write(folder.join("learn.json"), learn.to_string()).unwrap();
    let output = cuvette(
        &folder,
        &["run", "learn.json", "--out", "learned", "--quiet"],
    );
    assert_eq!(told(&output).0, 0, "{output:?}");
    let apply = json!({
        "cuvette": 1,
        "inputs": [
            { "name": "counts", "file": counts },
            { "name": "saved", "file": "learned/forest.model.json" },
        ],
        "steps": [{ "id": "called", "run": "forest", "of": ["counts"], "with": { "model": "saved" } }],
    });
    std::fs::write(folder.join("apply.json"), apply.to_string()).unwrap();
    let output = cuvette(
        &folder,
        &["run", "apply.json", "--out", "applied", "--quiet"],
    );
    assert_eq!(told(&output).0, 0, "{output:?}");
    let called = read_table(&folder.join("applied/called.predictions.tsv"), '\t');
    let truth = read_table(Path::new(&samples), '\t');
    assert_eq!(called.len(), 36);
    for (sample, row) in &called {
        assert_eq!(row["predicted"], truth[sample]["tissue"], "{sample}");
    }

    // A model that was cut short is an input that cannot be read.
    let text = std::fs::read_to_string(folder.join("learned/forest.model.json")).unwrap();
    std::fs::write(
        folder.join("learned/forest.model.json"),
        &text[..text.len() / 2],
    )
    .unwrap();
    let output = cuvette(&folder, &["run", "apply.json", "--out", "again", "--quiet"]);
    let (status, _, stderr) = told(&output);
    assert_eq!(status, 1);
    assert!(
        stderr.contains("the saved forest cannot be read"),
        "{stderr}"
    );
    assert!(stderr.contains("Save the model again"), "{stderr}");
}

#[test]
fn synthetic_samples_are_flagged_in_every_file_and_in_what_is_made_of_them() {
    let folder = folder("synthetic");
    let (counts, samples) = (
        example("tissue_counts.tsv.gz"),
        example("tissue_samples.tsv"),
    );
    let recipe = json!({
        "cuvette": 1,
        "inputs": [
            { "name": "counts", "file": counts },
            { "name": "samples", "file": samples },
        ],
        "steps": [
            { "id": "log", "run": "log", "of": ["counts", "samples"] },
            { "id": "more", "run": "augment", "of": ["log"], "with": { "label": "tissue",
                "rare": "liver", "how": "smote", "synthetic": 5, "repeats": 2, "trees": 5,
                "gan_steps": 2 } },
            { "id": "map", "run": "pca", "of": ["more"] },
        ],
    });
    std::fs::write(folder.join("recipe.json"), recipe.to_string()).unwrap();
    let run = [
        "run",
        "recipe.json",
        "--out",
        "out",
        "--plots",
        "svg",
        "--quiet",
    ];
    assert_eq!(told(&cuvette(&folder, &run)).0, 0);
    let file = |name: &str| std::fs::read_to_string(folder.join("out").join(name)).unwrap();

    let header = file("more.tsv").lines().next().unwrap().to_owned();
    let names: Vec<&str> = header.split('\t').collect();
    assert_eq!(names[1 + 36], "synthetic liver smote 1");
    assert_eq!(names.len(), 1 + 36 + 5);
    let flags = read_table(&folder.join("out/more.samples.tsv"), '\t');
    for (sample, row) in &flags {
        let flag = if sample.starts_with("synthetic ") {
            "yes"
        } else {
            ""
        };
        assert_eq!(row["synthetic"], flag, "{sample}");
    }
    assert_eq!(flags.len(), 41);
    assert!(file("more.samples.svg").contains("liver, synthetic"));
    // What reads them says so, in its pictures and in the report.
    assert!(file("map.scores.svg").contains("With synthetic samples; "));
    assert!(!file("more.samples.svg").contains("With synthetic samples; "));
    assert!(file("report.json").contains("5 of 41 samples of more are synthetic"));

    // The file alone, without its annotations, is known for what it is.
    let again = json!({
        "cuvette": 1,
        "inputs": [{ "name": "saved", "file": "out/more.tsv" }],
        "steps": [{ "id": "map", "run": "pca", "of": ["saved"] }],
    });
    std::fs::write(folder.join("again.json"), again.to_string()).unwrap();
    let output = cuvette(&folder, &["run", "again.json", "--out", "again"]);
    let (status, stdout, stderr) = told(&output);
    assert_eq!(status, 0, "{stderr}");
    let told = "5 of 41 samples of saved are synthetic";
    assert!(
        format!("{stdout}{stderr}").contains(told),
        "{stdout}{stderr}"
    );
}
