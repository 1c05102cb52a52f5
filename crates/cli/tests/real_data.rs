//! Published yeast data through the binary, against values of `SciPy`.

#![allow(clippy::unwrap_used, reason = "a test fails where it stands")]

mod common;

use std::path::Path;

use common::{cuvette, folder, read_json, read_table, real_data, told};
use serde_json::{Value, json};

/// Runs `steps` on the named files; the folder of results.
fn run(name: &str, files: &[(&str, &str)], steps: &Value) -> Option<std::path::PathBuf> {
    let folder = folder(name);
    let mut arguments = vec![
        "run".to_owned(),
        "recipe.json".into(),
        "--out".into(),
        "out".into(),
    ];
    let mut inputs = Vec::new();
    for (input, file) in files {
        arguments.extend(["--input".into(), format!("{input}={}", real_data(file)?)]);
        inputs.push(json!({ "name": input }));
    }
    let recipe = json!({ "cuvette": 1, "inputs": inputs, "steps": steps });
    std::fs::write(folder.join("recipe.json"), recipe.to_string()).unwrap();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = cuvette(&folder, &arguments);
    assert_eq!(told(&output).0, 0, "{output:?}");
    Some(folder.join("out"))
}

/// Holds every coefficient of `profiles.tsv` to the reference, within 1e-6.
fn agrees_with(profiles: &Path, reference: &str) {
    let ours = read_table(profiles, '\t');
    let reference = real_data(reference).expect("found beside the data");
    let theirs = read_table(reference.as_ref(), ',');
    assert_eq!(ours.len(), theirs.len());
    for (gene, row) in &theirs {
        for column in ["pearson_r", "spearman_r", "n_common_genes"] {
            let number = |row: &std::collections::BTreeMap<String, String>| -> f64 {
                row[column].parse().expect("a number")
            };
            let (x, y) = (number(&ours[gene]), number(row));
            assert!((x - y).abs() < 1e-6, "{gene} {column}: {x}, expected {y}");
        }
    }
}

const KEMMEREN: &str = "yeast/kemmeren2014_TF_deletions_log2_573x179.tsv";
const ZEV: &str = "yeast/zev15_TF_induction_log2_573x179.tsv";

#[test]
fn kemmeren_deletions_against_zev_inductions_agree_with_scipy() {
    let steps = json!([
        { "id": "agreement", "run": "cross_study", "of": ["del", "zev"] },
        { "id": "negated", "run": "flip_sign", "of": ["zev"] },
        { "id": "again", "run": "cross_study", "of": ["del", "negated"] },
    ]);
    let Some(out) = run("kemmeren_zev", &[("del", KEMMEREN), ("zev", ZEV)], &steps) else {
        return;
    };
    agrees_with(
        &out.join("agreement.profiles.tsv"),
        "yeast/expected_kemmeren_deletion_vs_zev_induction.csv",
    );
    agrees_with(
        &out.join("again.profiles.tsv"),
        "yeast/expected_kemmeren_deletion_vs_NEGATED_zev.csv",
    );
    let scalars = read_json(&out.join("agreement.json"));
    assert_eq!(scalars["n_profiles"], 179);
    let near = |name: &str, expected: f64| {
        let found = scalars[name].as_f64().unwrap();
        assert!((found - expected).abs() < 5e-5, "{name}: {found}");
    };
    near("median_pearson", -0.0788);
    near("median_spearman", -0.0733);
    near("share_negative_pearson", 136.0 / 179.0);
    let again = read_json(&out.join("again.json"));
    assert_eq!(
        again["median_pearson"].as_f64().unwrap(),
        -scalars["median_pearson"].as_f64().unwrap()
    );
    let verdicts = std::fs::read_to_string(out.join("agreement.verdicts.tsv")).unwrap();
    assert!(verdicts.contains("\tset_flipped\t"), "{verdicts}");
}

#[test]
fn kemmeren_against_the_same_profiles_under_another_name_is_called_the_same_data() {
    let singles = "yeast/sameith2015_single_log2_6112x14.tsv";
    let steps = json!([{ "id": "same", "run": "cross_study", "of": ["a", "b"] }]);
    let Some(out) = run("same_data", &[("a", KEMMEREN), ("b", singles)], &steps) else {
        return;
    };
    agrees_with(
        &out.join("same.profiles.tsv"),
        "yeast/expected_kemmeren_vs_sameith_singles.csv",
    );
    let verdicts = std::fs::read_to_string(out.join("same.verdicts.tsv")).unwrap();
    assert!(verdicts.contains("\tsame_data\t"), "{verdicts}");
}

#[test]
fn fold_changes_on_a_linear_scale_against_their_logs_are_recognized() {
    let files = [
        ("linear", "yeast/sameith2015_fold_change_6112x86.tsv.gz"),
        ("strains", "yeast/sameith2015_strains.tsv"),
        ("logs", "yeast/sameith2015_double_log2_6112x72.tsv.gz"),
    ];
    let steps = json!([
        { "id": "named", "run": "rename_samples", "of": ["linear"], "with": { "names": "strains", "to": "orf_name" } },
        { "id": "units", "run": "cross_study", "of": ["named", "logs"] },
    ]);
    let Some(out) = run("linear_against_log", &files, &steps) else {
        return;
    };
    let scalars = read_json(&out.join("units.json"));
    assert_eq!(scalars["n_profiles"], 72);
    let near = |name: &str, expected: f64| {
        let found = scalars[name].as_f64().unwrap();
        assert!((found - expected).abs() < 5e-4, "{name}: {found}");
    };
    near("median_pearson", 0.955);
    near("median_spearman", 1.0);
    let verdicts = std::fs::read_to_string(out.join("units.verdicts.tsv")).unwrap();
    assert!(verdicts.contains("\tlinear_against_log\t"), "{verdicts}");
}

/// Equal to 1e-5 relative, with a floor: values are stored as `f32`.
fn agrees_as_stored(ours: &Path, golden: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/rnaseq");
    let (ours, golden) = (
        read_table(ours, '\t'),
        read_table(&folder.join(golden), '\t'),
    );
    for (gene, row) in &golden {
        for (sample, expected) in row.iter().filter(|(sample, _)| !sample.is_empty()) {
            let found: f64 = ours[gene][sample].parse().expect("a number");
            let expected: f64 = expected.parse().expect("a number");
            let allowed = 1e-5 * expected.abs().max(1e-3);
            assert!(
                (found - expected).abs() <= allowed,
                "{golden:?}: {gene}, {sample}: {found}, expected {expected}"
            );
        }
    }
}

/// The genes that edgeR keeps, by their number and the sum of their rows.
fn check_kept(name: &str, out: &Path) {
    let first_cells = |path: &Path| -> Vec<String> {
        let text = std::fs::read_to_string(path).unwrap();
        let cell = |line: &str| line.split(['\t', ',']).next().unwrap().to_owned();
        text.lines().skip(1).map(cell).collect()
    };
    let golden = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("../../tests/golden/rnaseq/{name}_kept.tsv"));
    let all = first_cells(&out.join("logged.tsv"));
    for row in read_table(&golden, '\t').values() {
        let kept = first_cells(&out.join(format!("kept_{}.tsv", row["min_count"])));
        let set: std::collections::BTreeSet<&String> = kept.iter().collect();
        let rows = (1..).zip(&all).filter(|(_, gene)| set.contains(gene));
        let sum: u64 = rows.map(|(row, _)| row).sum();
        let found = (kept.len().to_string(), sum.to_string());
        assert_eq!(
            found,
            (row["n_kept"].clone(), row["sum_of_rows"].clone()),
            "{name}"
        );
    }
}

/// Size factors, logarithms of counts per million and quantiles of a published count table.
fn counts_agree_with_r(name: &str, file: &str) {
    let normalized = |id: &str, method: &str| json!({ "id": id, "run": "library_normalize", "of": ["counts"], "with": { "method": method } });
    let quantiles = |id: &str| json!({ "id": id, "run": "quantile_normalize", "of": ["logged"], "with": { "ties": id } });
    let steps = json!([
        normalized("tmm", "tmm"),
        normalized("rle", "rle"),
        normalized("upper_quartile", "upper_quartile"),
        normalized("median_ratio", "median_ratio"),
        normalized("poscounts", "poscounts"),
        { "id": "log_tmm", "run": "library_normalize", "of": ["counts"], "with": { "log": true } },
        { "id": "logged", "run": "log", "of": ["counts"] },
        { "id": "kept_10", "run": "filter_by_expression", "of": ["counts"] },
        { "id": "kept_3", "run": "filter_by_expression", "of": ["counts"], "with": { "min_count": 3 } },
        quantiles("average_rank"),
        quantiles("block_mean"),
    ]);
    let Some(out) = run(name, &[("counts", file)], &steps) else {
        return;
    };
    let golden = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("../../tests/golden/rnaseq/{name}_factors.tsv"));
    let golden = read_table(&golden, '\t');
    assert!(golden.len() > 6);
    for method in ["tmm", "rle", "upper_quartile", "median_ratio", "poscounts"] {
        let ours = read_table(&out.join(format!("{method}.factors.tsv")), '\t');
        let column = match method {
            "median_ratio" | "poscounts" => "size_factor",
            _ => "factor",
        };
        for (sample, row) in &golden {
            for (ours, expected) in [
                (&ours[sample]["library_size"], &row["library_size"]),
                (&ours[sample][column], &row[method]),
            ] {
                let [found, expected] = [ours, expected].map(|text| text.parse::<f64>().unwrap());
                assert!(
                    (found - expected).abs() <= 1e-9 * expected,
                    "{method}, {sample}: {found}, expected {expected}"
                );
            }
        }
    }
    check_kept(name, &out);
    for step in ["log_tmm", "average_rank", "block_mean"] {
        agrees_as_stored(
            &out.join(format!("{step}.tsv")),
            &format!("{name}_{step}.tsv"),
        );
    }
}

#[test]
fn airway_is_normalized_as_edger_deseq2_preprocesscore_and_qnorm_do() {
    counts_agree_with_r("airway", "rnaseq/bioconnector_airway_rawcounts.csv");
}

#[test]
fn pasilla_is_normalized_as_edger_deseq2_preprocesscore_and_qnorm_do() {
    counts_agree_with_r("pasilla", "rnaseq/pasilla_gene_counts.tsv");
}

/// One method of `differential` on airway, against 200 genes and the sums over all.
fn differential_agrees(method: &str, out: &Path) {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/rnaseq");
    let ours = read_table(&out.join(format!("{method}.genes.tsv")), '\t');
    let read = |name: String| read_table(&golden.join(name), '\t');
    let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
    let near = |found: f64, expected: f64, what: &str| {
        let is_equal = (found - expected).abs() <= 1e-6 * expected.abs().max(1e-6);
        assert!(
            is_equal || found.is_nan() && expected.is_nan(),
            "{method}, {what}: {found}, expected {expected}"
        );
    };
    let genes = read(format!("airway_{method}.tsv"));
    assert_eq!(genes.len(), 200);
    for (gene, row) in &genes {
        for (column, expected) in row.iter().filter(|(column, _)| !column.is_empty()) {
            let found = number(&ours[gene][column]);
            near(found, number(expected), &format!("{column} of {gene}"));
        }
    }
    let sums = read(format!("airway_{method}_sums.tsv"));
    let (_, sums) = sums.first_key_value().unwrap();
    let sum = |column: &str, term: fn(f64) -> f64| -> f64 {
        let terms = ours.values().map(|row| term(number(&row[column])));
        terms.sum()
    };
    near(ours.len() as f64, number(&sums["n_genes"]), "genes");
    near(sum("t", f64::abs), number(&sums["t"]), "sum of |t|");
    let evidence = sum("p_value", |p| -p.log10());
    near(evidence, number(&sums["p_value"]), "sum of −log10 p");
    near(sum("q_value", |q| q), number(&sums["q_value"]), "sum of q");
    let scalars = read_json(&out.join(format!("{method}.json")));
    for name in ["prior_df", "prior_variance"] {
        if let Some(expected) = sums.get(name) {
            near(scalars[name].as_f64().unwrap(), number(expected), name);
        }
    }
}

#[test]
fn airway_treated_differs_from_control_as_in_scipy_and_limma() {
    let test = |method: &str| {
        json!({
            "id": method, "run": "differential", "of": ["logged"],
            "with": { "group": "dex", "a": "control", "b": "treated", "method": method },
        })
    };
    let steps = json!([
        { "id": "kept", "run": "filter_by_expression", "of": ["counts", "samples"], "with": { "group": "dex" } },
        { "id": "logged", "run": "library_normalize", "of": ["kept"], "with": { "log": true } },
        test("welch"),
        test("moderated"),
        test("wilcoxon"),
    ]);
    let files = [
        ("counts", "rnaseq/bioconnector_airway_rawcounts.csv"),
        ("samples", "rnaseq/bioconnector_airway_metadata.csv"),
    ];
    let Some(out) = run("airway_differential", &files, &steps) else {
        return;
    };
    for method in ["welch", "moderated", "wilcoxon"] {
        differential_agrees(method, &out);
    }
}

#[test]
fn gene_metrics_of_gtex_brain_are_those_of_numpy() {
    let steps = json!([{
        "id": "metrics", "run": "gene_metrics", "of": ["counts"],
        "with": { "reference_compatible": true },
    }]);
    let files = [("counts", "archs4/gtex_brain_damirseq_counts.tsv.gz")];
    let Some(out) = run("gtex_brain_metrics", &files, &steps) else {
        return;
    };
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/rnaseq");
    let read = |name: &str| read_table(&golden.join(name), '\t');
    let ours = read_table(&out.join("metrics.genes.tsv"), '\t');
    let number = |text: &str| text.parse::<f64>().expect("a number");
    let near = |found: f64, expected: &str, what: &str| {
        let expected = number(expected);
        let is_equal = (found - expected).abs() <= 1e-6 * expected.abs();
        assert!(is_equal, "{what}: {found}, expected {expected}");
    };
    for (gene, row) in read("gtex_brain_metrics.tsv") {
        for (column, expected) in row.iter().filter(|(column, _)| !column.is_empty()) {
            let found = number(&ours[&gene][column]);
            near(found, expected, &format!("{column} of {gene}"));
        }
    }
    let sums = read("gtex_brain_metrics_sums.tsv");
    for (column, expected) in sums.first_key_value().unwrap().1 {
        let found = match column.as_str() {
            "" => continue,
            "n_genes" => ours.len() as f64,
            "n_ranked" => read_json(&out.join("metrics.json"))["n_ranked"]
                .as_f64()
                .unwrap(),
            column => ours.values().map(|row| number(&row[column])).sum(),
        };
        near(found, expected, &format!("sum of {column}"));
    }
}

/// Scores, their sums and shares of variance as scikit-learn's full decomposition has them.
fn components_agree_with_scikit_learn(name: &str, file: &str, steps: &Value) {
    let Some(out) = run(&format!("pca_{name}"), &[("data", file)], steps) else {
        return;
    };
    let golden = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/golden/components")
        .join(format!("{name}.json"));
    let values = &read_json(&golden)["values"];
    let numbers = |value: &Value| -> Vec<f64> { serde_json::from_value(value.clone()).unwrap() };
    let allowed = 1e-4 * values["largest"].as_f64().unwrap();
    let close = |found: f64, expected: f64, allowed: f64, what: &str| {
        let difference = (found - expected).abs();
        assert!(
            difference <= allowed,
            "{name}, {what}: {found}, expected {expected}"
        );
    };
    let ours = read_table(&out.join("pca.scores.tsv"), '\t');
    let score = |row: &std::collections::BTreeMap<String, String>, at: usize| -> f64 {
        row[&format!("PC{}", at + 1)].parse().unwrap()
    };
    for (sample, expected) in values["scores"].as_object().unwrap() {
        for (at, expected) in numbers(expected).into_iter().enumerate() {
            close(score(&ours[sample], at), expected, allowed, sample);
        }
    }
    for (at, expected) in numbers(&values["sums"]).into_iter().enumerate() {
        let sum: f64 = ours.values().map(|row| score(row, at).abs()).sum();
        close(
            sum,
            expected,
            allowed * ours.len() as f64,
            "sum of absolute scores",
        );
    }
    let variance = read_table(&out.join("pca.variance.tsv"), '\t');
    for (at, expected) in numbers(&values["shares"]).into_iter().enumerate() {
        let share = variance[&format!("PC{}", at + 1)]["share"].parse().unwrap();
        close(share, expected, 1e-6, "share");
    }
}

#[test]
fn components_of_airway_are_those_of_scikit_learn() {
    let steps = json!([
        { "id": "logged", "run": "log", "of": ["data"] },
        { "id": "pca", "run": "pca", "of": ["logged"] },
    ]);
    let file = "rnaseq/bioconnector_airway_rawcounts.csv";
    components_agree_with_scikit_learn("airway", file, &steps);
}

#[test]
fn components_of_golub_are_those_of_scikit_learn() {
    let steps = json!([{ "id": "pca", "run": "pca", "of": ["data"] }]);
    components_agree_with_scikit_learn("golub", "labelled/golub.tsv.gz", &steps);
}

#[test]
fn components_of_gtex_are_those_of_scikit_learn() {
    let steps = json!([{ "id": "pca", "run": "pca", "of": ["data"] }]);
    let file = "archs4/gtex_scira_467x520_log2.tsv.gz";
    components_agree_with_scikit_learn("gtex", file, &steps);
}

/// What another tokenizer makes of one sample.
struct Tokenized {
    sample: &'static str,
    n_expressed: &'static str,
    first: &'static str,
    /// FNV-1a of all tokens, with one space between.
    checksum: u64,
}

/// Sequences of 2,048 tokens with the dictionaries of Geneformer's first version; expected are those of
/// a tokenizer in `NumPy` that reads the pickles with Python. No two genes of these samples tie.
fn sequences_agree(name: &str, counts: &str, matched: [u64; 2], expected: &[Tokenized]) {
    let steps = json!([{
        "id": "ranked", "run": "rank_encode", "of": ["counts"],
        "with": { "tokens": "tokens", "medians": "medians" },
    }]);
    let files = [
        ("counts", counts),
        ("tokens", "geneformer/token_dictionary.pkl"),
        ("medians", "geneformer/gene_median_dictionary.pkl"),
    ];
    let Some(out) = run(&format!("geneformer_{name}"), &files, &steps) else {
        return;
    };
    let scalars = read_json(&out.join("ranked.json"));
    assert_eq!(scalars["n_genes"], matched[0]);
    assert_eq!(scalars["n_genes_matched"], matched[1]);
    let sequences = read_table(&out.join("ranked.sequences.tsv"), '\t');
    for Tokenized {
        sample,
        n_expressed,
        first,
        checksum,
    } in expected
    {
        let row = &sequences[*sample];
        assert_eq!(
            (row["length"].as_str(), row["n_expressed"].as_str()),
            ("2048", *n_expressed),
            "{sample}"
        );
        assert!(row["tokens"].starts_with(first), "{sample}");
        assert_eq!(fnv_1a(&row["tokens"]), *checksum, "{sample}");
    }
}

#[test]
fn airway_is_ranked_as_by_a_tokenizer_in_numpy() {
    let expected = [
        Tokenized {
            sample: "SRR1039508",
            n_expressed: "15663",
            first: "4549 4415 11900 1732 1950 1404 5361 5583 10920 16683 4923 10027 ",
            checksum: 0x9297_2c5f_ee78_ff84,
        },
        Tokenized {
            sample: "SRR1039521",
            n_expressed: "15473",
            first: "4549 4415 1950 2852 7492 5583 1732 1404 4216 10939 5361 16683 ",
            checksum: 0xda22_5136_f0bf_9e83,
        },
    ];
    let counts = "rnaseq/bioconnector_airway_rawcounts.csv";
    sequences_agree("airway", counts, [64_102, 24_105], &expected);
}

#[test]
fn gtex_brain_is_ranked_as_by_a_tokenizer_in_numpy() {
    let expected = [
        Tokenized {
            sample: "ACC_1",
            n_expressed: "15597",
            first: "16985 10352 11915 9681 17247 10754 12633 17297 6592 5965 5912 17228 ",
            checksum: 0xb76c_6bab_8b8d_bdf5,
        },
        Tokenized {
            sample: "FC_20",
            n_expressed: "15516",
            first: "17195 16985 17247 17236 17297 17228 17200 7111 17208 11615 3771 12252 ",
            checksum: 0x7787_1013_134b_7fee,
        },
    ];
    let counts = "archs4/gtex_brain_damirseq_counts.tsv.gz";
    sequences_agree("gtex_brain", counts, [21_363, 15_619], &expected);
}

/// Expected are counts and the checksum of `tests/golden/make/tokens.py`; no two genes of a cell tie.
#[test]
fn cells_of_10x_are_ranked_as_by_a_tokenizer_in_python() {
    let steps = json!([{
        "id": "ranked", "run": "rank_encode", "of": ["counts"],
        "with": { "tokens": "tokens", "medians": "medians" },
    }]);
    let folder = "formats/scanpy_10x_data/3.0.0/filtered_feature_bc_matrix";
    let files = [
        ("counts", folder),
        ("tokens", "geneformer/token_dictionary.pkl"),
        ("medians", "geneformer/gene_median_dictionary.pkl"),
    ];
    let Some(out) = run("geneformer_10x", &files, &steps) else {
        return;
    };
    let scalars = read_json(&out.join("ranked.json"));
    assert_eq!(scalars["n_genes"], 507);
    assert_eq!(scalars["n_genes_matched"], 240);
    let sequences = read_table(&out.join("ranked.sequences.tsv"), '\t');
    assert_eq!(sequences.len(), 1_107);
    let tokens = sequences.values().map(|row| row["tokens"].as_str());
    let all = tokens.collect::<Vec<_>>().join("\n");
    assert_eq!(all.split_whitespace().count(), 22_971);
    assert_eq!(fnv_1a(&all), 0x7650_dd48_30d5_f2b1);
}

fn fnv_1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Tissues of `GTEx` cut to 7 samples: 4 are learned from and 3 held out, of the others 12 and 8. All
/// of it takes minutes, so a debug build does a little of it.
#[test]
fn rare_tissues_of_gtex_are_found_more_often_with_help() {
    let rare = [
        "Stomach",
        "Colon",
        "Vagina",
        "Esophagus",
        "Breast",
        "Adipose_Tissue",
        "Uterus",
        "Nerve",
    ];
    let is_whole = !cfg!(debug_assertions);
    let (rare, repeats, gan_steps) = if is_whole {
        (&rare[..], 4, 2_000)
    } else {
        (&rare[..1], 2, 20)
    };
    let step = |tissue: &&str| {
        let (few, label) = (
            format!("few_{}", tissue.to_lowercase()),
            tissue.replace('_', " "),
        );
        let dropped: Vec<String> = (8..=20).map(|at| format!("{tissue}_{at}")).collect();
        let with = json!({
            "label": "tissue", "rare": label, "test_share": 0.4, "repeats": repeats,
            "gan_steps": gan_steps,
        });
        [
            json!({ "id": few, "run": "select_samples", "of": ["gtex", "labels"],
                "with": { "keep": "others", "ids": dropped } }),
            json!({ "id": tissue.to_lowercase(), "run": "augment", "of": [few], "with": with }),
        ]
    };
    let steps: Vec<Value> = rare.iter().flat_map(step).collect();
    let files = [
        ("gtex", "archs4/gtex_scira_467x520_log2.tsv.gz"),
        ("labels", "archs4/gtex_scira_labels.tsv"),
    ];
    let Some(out) = run("rare_tissues", &files, &Value::from(steps)) else {
        return;
    };
    let mean = |arm: &str| {
        let of_tissue = |tissue: &&str| {
            let scalars = read_json(&out.join(format!("{}.json", tissue.to_lowercase())));
            scalars[format!("rare_f1_{arm}")].as_f64().unwrap()
        };
        rare.iter().map(of_tissue).sum::<f64>() / rare.len() as f64
    };
    let [none, duplicate, smote, residual, gan] =
        ["none", "duplicate", "smote", "residual", "gan"].map(mean);
    println!("F1: {none:.3}, {duplicate:.3}, {smote:.3}, {residual:.3}, GAN {gan:.3}");
    if is_whole {
        assert!(
            [duplicate, smote, residual, gan]
                .iter()
                .all(|&helped| helped > none + 0.04)
        );
        // What the reference measured of its GAN.
        assert!(gan > 0.709);
    }
}
