//! Tables larger than the memory: refused before they are parsed, and read in part.

mod common;

use std::fmt::Write as _;

use common::{codes, dataset, import, options, root};
use cuvette_core::{Matrix, report::Severity};
use cuvette_formats::{
    FileInfo, FormatError, FormatErrorKind, ImportOptions, Imported, Importer, InputKind, preview,
};
use proptest::prelude::*;

/// A table of numbers that tell where they stand; gene 3 of sample 5 is 3.05.
fn table(n_rows: usize, n_columns: usize, row: &str, column: &str, corner: &str) -> String {
    let mut text = corner.to_string();
    for at in 0..n_columns {
        let _ = write!(text, ",{column}{at}");
    }
    text.push('\n');
    for line in 0..n_rows {
        let _ = write!(text, "{row}{line}");
        for at in 0..n_columns {
            let _ = write!(text, ",{line}.{at:02}");
        }
        text.push('\n');
    }
    text
}

fn genes_in_rows() -> String {
    table(30, 20, "ENSG000001415", "GSM123", "gene_id")
}

fn samples_in_rows() -> String {
    table(20, 30, "GSM123", "ENSG000001415", "sample")
}

fn read_within(text: &str, limit: u64, json: &str) -> Result<Imported, FormatError> {
    let file = FileInfo {
        name: "large.csv".into(),
        size_bytes: text.len() as u64,
    };
    let mut importer = Importer::new(file, None, options(json)).within(Some(limit));
    importer.push(text.as_bytes())?;
    importer.finish()
}

fn import_matrix(text: &str, json: &str, block: usize) -> Imported {
    let mut importer = Importer::new(info(text), Some(InputKind::Matrix), options(json));
    for part in text.as_bytes().chunks(block) {
        importer.push(part).expect("a table");
    }
    importer.finish().expect("a table")
}

fn info(text: &str) -> FileInfo {
    FileInfo {
        name: "large.csv".into(),
        size_bytes: text.len() as u64,
    }
}

fn every(matrix: &Matrix, step: usize) -> Matrix {
    let kept: Vec<usize> = (0..matrix.n_columns()).step_by(step).collect();
    matrix.select_columns(&kept)
}

#[test]
fn a_table_beyond_the_memory_is_refused_with_the_estimate_and_a_part_that_fits() {
    let text = genes_in_rows();
    let look = preview(&info(&text), text.as_bytes(), None, None, &options("{}")).expect("a table");
    let needed = look.estimate.memory_bytes;
    assert!(read_within(&text, needed, "{}").is_ok());
    let limit = needed - 20 * 30;
    let error = read_within(&text, limit, "{}").expect_err("too large");
    assert_eq!(error.code(), "too_large");
    assert!(
        error.to_string().contains("about 30 genes × 20 samples"),
        "{error}"
    );
    let remedies = error.remedies();
    assert_eq!(remedies[0].option, "samples");
    let answer = format!("{{\"samples\": {}}}", remedies[0].value);
    let part = read_within(&text, limit, &answer).expect("the part offered is read");
    assert!(codes(&part.report).contains(&"samples_left_out"));
}

#[test]
fn a_preview_beyond_the_memory_says_so_and_no_longer_where_the_part_is_chosen() {
    let text = genes_in_rows();
    let look = |json: &str, limit: u64| {
        let options = options(json);
        let mut look =
            preview(&info(&text), text.as_bytes(), None, None, &options).expect("a table");
        look.hold_within(&info(&text), limit, &options);
        look
    };
    let all = look("{}", u64::MAX);
    assert!(all.report.findings.is_empty());
    let limit = all.estimate.memory_bytes - 1;
    let first = look("{}", limit).report.findings.swap_remove(0);
    assert_eq!(
        (first.code.as_str(), first.severity),
        ("too_large", Severity::Error)
    );
    assert_eq!(first.remedies[0].label, "Read 1 of every 2 samples");
    let half = look(r#"{"samples": {"every": 2}}"#, limit);
    assert_eq!(half.estimate.n_samples, 10);
    assert!(half.estimate.memory_bytes < limit);
    assert_eq!(half.report.findings[0].code, "samples_left_out");
}

#[test]
fn values_that_outgrow_the_memory_unforeseen_stop_the_reading() {
    let text = table(12_000, 100, "ENSG000001415", "GSM123", "gene_id");
    let file = FileInfo {
        // As of a packed file, whose size says little.
        size_bytes: 1000,
        ..info(&text)
    };
    let mut importer = Importer::new(file, None, options("{}")).within(Some(4_000_000));
    let blocks: Vec<&[u8]> = text.as_bytes().chunks(1 << 20).collect();
    let mut outcome = Ok(());
    for block in blocks {
        outcome = outcome.and_then(|()| importer.push(block));
    }
    let error = outcome
        .and_then(|()| importer.finish().map(drop))
        .expect_err("too large");
    assert!(matches!(
        *error.kind,
        FormatErrorKind::TooLarge { shape: None, .. }
    ));
    assert!(error.to_string().contains("more than"), "{error}");
}

#[test]
fn the_part_read_is_the_first_of_every_few_samples_and_is_told() {
    let check = |text: &str, step: usize, title: &str| {
        let json = format!("{{\"samples\": {{\"every\": {step}}}}}");
        let whole = import("large.csv", text.as_bytes(), &ImportOptions::default()).expect("read");
        let part = import("large.csv", text.as_bytes(), &options(&json)).expect("read");
        assert_eq!(
            dataset(&part).matrix,
            every(&dataset(&whole).matrix, step),
            "1 of {step}"
        );
        let found = &part.report.findings[0];
        assert_eq!(found.title, title);
        assert_eq!(found.remedies[0].value, serde_json::Value::Null);
    };
    for text in [genes_in_rows(), samples_in_rows()] {
        check(&text, 4, "Only 1 of every 4 samples was read: 5 of 20");
        check(&text, 3, "Only 1 of every 3 samples was read: 7 of 20");
        check(&text, 50, "Only 1 of every 50 samples was read: 1 of 20");
    }
}

#[test]
fn one_of_every_one_is_all() {
    let text = genes_in_rows();
    let all = import("large.csv", text.as_bytes(), &ImportOptions::default()).expect("read");
    let same = import(
        "large.csv",
        text.as_bytes(),
        &options(r#"{"samples": {"every": 1}}"#),
    )
    .expect("read");
    assert_eq!(all.report, same.report);
    assert_eq!(all.matrix_fingerprint(), same.matrix_fingerprint());
}

#[test]
fn no_sample_of_every_none_is_refused() {
    let error = serde_json::from_str::<ImportOptions>(r#"{"samples": {"every": 0}}"#).unwrap_err();
    assert!(error.to_string().contains("nonzero"), "{error}");
}

#[test]
fn a_text_in_a_sample_that_is_not_read_is_not_asked_about() {
    for text in [genes_in_rows(), samples_in_rows()] {
        // Sample 1 of gene 1, in either orientation.
        let text = text.replacen("1.01", "oops", 1);
        assert!(import("large.csv", text.as_bytes(), &options("{}")).is_err());
        let part = import(
            "large.csv",
            text.as_bytes(),
            &options(r#"{"samples": {"every": 2}}"#),
        );
        assert!(part.is_ok());
    }
}

#[test]
fn a_part_of_a_gct_keeps_the_notes_of_its_samples() {
    let bytes = std::fs::read(root().join("tests/corpus/gct_1_3.gct")).expect("a corpus file");
    let part = import(
        "gct_1_3.gct",
        &bytes,
        &options(r#"{"samples": {"every": 3}}"#),
    )
    .expect("read");
    let whole = import("gct_1_3.gct", &bytes, &options("{}")).expect("read");
    let (part, whole) = (dataset(&part), dataset(&whole));
    assert_eq!(part.samples.len(), 2);
    assert_eq!(part.samples[1], whole.samples[3]);
    let note =
        |data: &cuvette_core::Dataset, at| data.sample_annotations.columns[0].values.text(at);
    assert_eq!(note(part, 1), note(whole, 3));
}

#[test]
fn cells_that_short_rows_lack_are_read_as_missing_where_asked() {
    let full = |name: &str| format!("{name},4.5,5.5,6.5\n");
    let text = format!(
        "gene,a,b,c\n{}EGFR,1.5\nMYC\n{}{}{}}}\n",
        full("TP53"),
        full("FOS"),
        full("JUN"),
        full("ACTB")
    );
    let error = import("short.csv", text.as_bytes(), &options("{}")).expect_err("a short row");
    let remedy = &error.remedies()[0];
    assert_eq!(remedy.option, "short_rows");
    let answer = format!("{{\"short_rows\": {}}}", remedy.value);
    let read = import("short.csv", text.as_bytes(), &options(&answer)).expect("read");
    let data = dataset(&read);
    assert_eq!(
        data.genes[..],
        ["TP53", "EGFR", "MYC", "FOS", "JUN", "ACTB"]
    );
    let present = |gene: usize| data.matrix.row(gene).iter().filter(|v| !v.is_nan()).count();
    assert_eq!(
        [present(0), present(1), present(2), present(3)],
        [3, 1, 0, 3]
    );
    let found = |code: &str| read.report.findings.iter().find(|it| it.code == code);
    let short = found("short_rows").expect("told");
    assert_eq!((short.count, short.places[0].line), (2, Some(3)));
    assert_eq!(short.places[0].value.as_deref(), Some("EGFR"));
    // What stands alone below the table is a remark, as without the option.
    let below = found("lines_below").expect("told");
    assert_eq!(below.places[0].line, Some(8));
}

#[test]
fn names_alone_are_no_matrix() {
    let text = "gene,a,b\nTP53\nMYC\n";
    let json = r#"{"short_rows": "missing", "delimiter": "comma"}"#;
    let mut importer = Importer::new(info(text), Some(InputKind::Matrix), options(json));
    importer.push(text.as_bytes()).expect("a head");
    assert_eq!(importer.finish().expect_err("no value").code(), "no_table");
}

#[test]
fn a_long_row_stays_an_error_but_for_empty_cells() {
    let long = "gene,a,b\nTP53,1.5,2.5,9\nMYC,1.5,2.5\nFOS,1,2.5\nJUN,1.5,2\n";
    let error = import(
        "long.csv",
        long.as_bytes(),
        &options(r#"{"short_rows": "missing"}"#),
    )
    .expect_err("a long row");
    assert_eq!(error.code(), "ragged_row");
    assert!(error.remedies().is_empty());
    let empty = long.replace(",9", ",,");
    assert!(import("long.csv", empty.as_bytes(), &options("{}")).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_part_does_not_depend_on_how_the_bytes_come(
        n_rows in 3_usize..60,
        n_columns in 2_usize..12,
        step in 1_usize..9,
        block in 1_usize..4000,
        turned in any::<bool>(),
    ) {
        let text = if turned {
            table(n_rows, n_columns, "GSM123", "ENSG000001415", "sample")
        } else {
            table(n_rows, n_columns, "ENSG000001415", "GSM123", "gene_id")
        };
        let json = format!("{{\"samples\": {{\"every\": {step}}}}}");
        let whole = import_matrix(&text, "{}", text.len());
        let part = import_matrix(&text, &json, block);
        prop_assert_eq!(&dataset(&part).matrix, &every(&dataset(&whole).matrix, step));
    }

    #[test]
    fn rows_cut_anywhere_keep_what_they_hold(cuts in prop::collection::vec(1_usize..6, 4..20)) {
        let mut text = String::from("gene,a,b,c,d,e\nFIRST,1.5,2.5,3.5,4.5,5.5\n");
        for (row, &n_values) in cuts.iter().enumerate() {
            let _ = write!(text, "GENE{row}");
            for at in 0..n_values {
                let _ = write!(text, ",{row}.{at}");
            }
            text.push('\n');
        }
        let read = import_matrix(
            &text,
            r#"{"short_rows": "missing", "delimiter": "comma"}"#,
            text.len(),
        );
        let matrix = &dataset(&read).matrix;
        for (row, &n_values) in cuts.iter().enumerate() {
            for at in 0..5 {
                let value = matrix.get(row + 1, at);
                prop_assert_eq!(value.is_nan(), at >= n_values);
            }
        }
    }
}
