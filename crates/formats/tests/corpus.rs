//! What is found in each nasty file of `tests/corpus`: one line each.

mod common;

use common::{codes, dataset, import, options, root};
use cuvette_core::{
    analyses::Data,
    report::{Finding, Severity},
};
use cuvette_formats::{FormatErrorKind, ImportOptions, Imported};

fn bytes_of(file: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/corpus").join(file))
        .unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// What came of a file, in one line: shape, kind of values and findings, or the error and its line.
fn outcome(file: &str, options: &ImportOptions) -> String {
    match import(file, &bytes_of(file), options) {
        Ok(imported) => {
            let what = match &imported.data {
                Data::Dataset(data) => {
                    format!("{} × {} {:?}", data.n_genes(), data.n_samples(), data.kind)
                }
                Data::SampleTable(table) => format!("samples {}", table.ids.len()),
                Data::GeneTable(table) => format!("genes {}", table.ids.len()),
                Data::GeneList(list) => format!("list {}", list.len()),
                Data::GeneSets(sets) => format!("sets {}", sets.len()),
                Data::ForestModel(model) => format!("forest of {} trees", model.n_trees()),
                Data::Checkpoint(weights) => format!("{} tensors", weights.tensors.len()),
                Data::CheckpointConfig(config) => format!("config of {}", config.hidden_size),
                Data::TokenDictionary(tokens) => format!("tokens {}", tokens.len()),
                Data::MedianDictionary(medians) => format!("medians {}", medians.medians.len()),
                Data::Table(_) => "a table of results".into(),
            };
            let codes = codes(&imported.report).join(" ");
            if codes.is_empty() {
                what
            } else {
                format!("{what}: {codes}")
            }
        }
        Err(error) => match error.at.line {
            Some(line) => format!("{} in line {line}", error.code()),
            None => error.code().to_string(),
        },
    }
}

fn check(file: &str, expected: &str) {
    assert_eq!(outcome(file, &ImportOptions::default()), expected, "{file}");
}

fn check_with(file: &str, json: &str, expected: &str) {
    assert_eq!(
        outcome(file, &options(json)),
        expected,
        "{file} with {json}"
    );
}

fn read(file: &str) -> Imported {
    import(file, &bytes_of(file), &ImportOptions::default())
        .unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn found(file: &str, code: &str) -> Finding {
    let imported = read(file);
    let finding = imported
        .report
        .findings
        .iter()
        .find(|finding| finding.code == code);
    finding
        .unwrap_or_else(|| panic!("{file}: no {code}"))
        .clone()
}

fn guessed(file: &str, option: &str) -> (String, bool) {
    let imported = read(file);
    let guess = imported
        .report
        .guesses
        .iter()
        .find(|guess| guess.option == option);
    let guess = guess.unwrap_or_else(|| panic!("{file}: no guess of {option}"));
    assert!(
        !guess.evidence.is_empty(),
        "{file}: {option} without evidence"
    );
    (guess.value_label.clone(), guess.sure)
}

/// The eight genes of four samples that most files hold, with these findings.
const EIGHT: &str = "8 × 4 Log";

#[test]
fn every_delimiter_and_line_end_gives_the_same_numbers() {
    let plain = read("comma.csv").matrix_fingerprint();
    for file in [
        "tab.tsv",
        "semicolon.csv",
        "pipe.txt",
        "blanks.txt",
        "aligned_blanks.txt",
        "crlf.csv",
        "cr.csv",
        "mixed_line_ends.csv",
        "no_final_line_end.csv",
        "trailing_delimiter.csv",
        "trailing_delimiter_in_body.csv",
        "bom.csv",
        "utf_16_le.txt",
        "utf_16_be.txt",
        "utf_16_no_mark.txt",
        "one_member.csv.gz",
        "two_members.csv.gz",
        "not_packed.csv.gz",
        "header_one_short.tsv",
        "header_blank_first.csv",
        "header_quoted_blank.csv",
        "header_hash.tsv",
        "title_above.csv",
        "comment_above.tsv",
        "groups_in_second_line.csv",
        "quoted_numbers.csv",
        "decimal_comma.csv",
        "decimal_comma_tab.tsv",
        "decimal_comma_quoted.csv",
        "row_numbers.csv",
        "blank_lines.csv",
    ] {
        assert_eq!(read(file).matrix_fingerprint(), plain, "{file}");
    }
}

#[test]
fn line_ends_and_delimiters_need_no_word_unless_odd() {
    check("comma.csv", EIGHT);
    check("crlf.csv", EIGHT);
    check("cr.csv", "8 × 4 Log: lone_returns");
    check("mixed_line_ends.csv", "8 × 4 Log: lone_returns");
    check("trailing_delimiter.csv", "8 × 4 Log: empty_columns");
    check("trailing_delimiter_in_body.csv", "8 × 4 Log: empty_columns");
    assert_eq!(guessed("pipe.txt", "delimiter"), ("pipe".into(), true));
    assert_eq!(guessed("blanks.txt", "delimiter"), ("space".into(), true));
}

#[test]
fn encodings_are_guessed_and_letters_kept() {
    assert_eq!(
        guessed("utf_16_le.txt", "encoding").0,
        "UTF-16, little endian"
    );
    assert_eq!(guessed("utf_16_be.txt", "encoding").0, "UTF-16, big endian");
    assert_eq!(guessed("latin_1.csv", "encoding").0, "Latin-1");
    for file in ["latin_1.csv", "utf_8_letters.csv"] {
        let imported = read(file);
        let data = dataset(&imported);
        assert_eq!(
            (data.samples[0].as_str(), data.genes[1].as_str()),
            ("Müller_1", "gène"),
            "{file}"
        );
    }
}

#[test]
fn damaged_compression_tells_the_byte() {
    for file in ["cut.csv.gz", "flipped.csv.gz"] {
        let error = import(file, &bytes_of(file), &ImportOptions::default()).unwrap_err();
        assert_eq!(error.code(), "damaged_compression", "{file}");
        assert!(error.at.byte.is_some(), "{file}");
    }
}

#[test]
fn headers_are_found_or_their_absence_told() {
    check("header_missing.tsv", "8 × 4 Log: no_header");
    check("header_digit_and_hyphen.csv", EIGHT);
    assert_eq!(
        dataset(&read("header_digit_and_hyphen.csv")).samples[0],
        "1-ctrl"
    );
    check("header_of_numbers.csv", EIGHT);
    assert_eq!(dataset(&read("header_of_numbers.csv")).genes[0], "1000");
    check("title_above.csv", "8 × 4 Log: lines_above");
    check("comment_above.tsv", "8 × 4 Log: lines_above");
    let imported = read("groups_in_second_line.csv");
    let groups = &dataset(&imported).sample_annotations.columns[0].values;
    assert_eq!(
        (groups.text(0), groups.text(3)),
        ("control".into(), "tgfb".into())
    );
    check_with("header_missing.tsv", r#"{"header_rows": 1}"#, "7 × 4 Log");
}

#[test]
fn annotations_are_told_from_values_on_either_side() {
    for (file, columns) in [
        ("notes_before.tsv", vec!["symbol2", "description"]),
        ("notes_after.tsv", vec!["description"]),
        ("notes_on_both_sides.csv", vec!["biotype", "note"]),
        ("entrez_beside_symbol.tsv", vec!["EntrezID"]),
        (
            "feature_counts.txt",
            vec!["Chr", "Start", "End", "Strand", "Length"],
        ),
    ] {
        let imported = read(file);
        let data = dataset(&imported);
        assert_eq!((data.n_genes(), data.n_samples()), (8, 4), "{file}");
        assert_eq!(
            data.gene_annotations.names().collect::<Vec<_>>(),
            columns,
            "{file}"
        );
    }
    check("calls_beside_values.tsv", "16 × 3 Linear: call_columns");
    check("row_numbers.csv", EIGHT);
    assert_eq!(
        dataset(&read("quoted_delimiter.csv"))
            .gene_annotations
            .columns[0]
            .values
            .text(1),
        "kinase, type 1"
    );
    assert_eq!(
        dataset(&read("quoted_line_break.csv"))
            .gene_annotations
            .columns[0]
            .values
            .text(7),
        "line one\nline \"7\""
    );
    assert_eq!(
        dataset(&read("inch_sign.tsv")).gene_annotations.columns[0]
            .values
            .text(2),
        "2\" disk"
    );
}

#[test]
fn samples_in_rows_are_turned() {
    check("samples_in_rows.csv", "7 × 4 Log");
    let imported = read("samples_in_rows.csv");
    let data = dataset(&imported);
    assert_eq!(data.samples[0], "ctrl_1");
    assert_eq!(
        data.sample_annotations.names().collect::<Vec<_>>(),
        ["group"]
    );
    assert_eq!(
        guessed("samples_in_rows.csv", "orientation"),
        ("samples in rows".into(), true)
    );
}

#[test]
fn counter_files_of_one_sample_are_read_without_their_tail() {
    check("one_sample.tsv", "8 × 1 Counts");
    check("htseq.txt", "12 × 1 Counts: no_header summary_rows");
    check_with(
        "htseq.txt",
        r#"{"summary_rows": "keep", "header_rows": 0}"#,
        "17 × 1 Counts: zero_rows",
    );
}

#[test]
fn numbers_are_read_as_they_are_written() {
    assert_eq!(
        guessed("decimal_comma.csv", "decimal"),
        ("comma".into(), true)
    );
    assert_eq!(guessed("thousands_point.csv", "thousands").0, "point");
    assert_eq!(
        dataset(&read("thousands_point.csv")).matrix.get(2, 1),
        4812.5
    );
    assert_eq!(
        dataset(&read("thousands_comma.tsv")).matrix.get(2, 1),
        4812.5
    );
    assert_eq!(dataset(&read("exponents.csv")).matrix.get(1, 0), 0.001);
    assert_eq!(dataset(&read("exponents.csv")).matrix.get(2, 1), 250.0);
    assert_eq!(dataset(&read("typeset_minus.csv")).matrix.get(1, 0), -1.5);
    check("infinity.csv", "8 × 4 Linear: infinite");
    check("too_large.csv", "8 × 4 Linear: infinite");
    check("missing_spellings.csv", "8 × 4 Log: missing_cells");
    assert_eq!(found("missing_spellings.csv", "missing_cells").count, 4);
}

#[test]
fn a_doubtful_comma_is_shown_with_both_readings() {
    check("doubtful_comma.csv", "8 × 3 Log: doubtful_decimal");
    assert_eq!(
        guessed("doubtful_comma.csv", "decimal"),
        ("comma".into(), false)
    );
    assert_eq!(
        guessed("doubtful_comma_one_point.csv", "decimal"),
        ("comma".into(), false)
    );
    let doubt = found("doubtful_comma_mostly_clear.csv", "doubtful_decimal");
    assert_eq!((doubt.count, doubt.severity), (1, Severity::Check));
    assert_eq!(doubt.places[0].value.as_deref(), Some("3,207"));
    check_with(
        "doubtful_comma.csv",
        r#"{"decimal": "point", "thousands": "comma"}"#,
        "8 × 3 Counts",
    );
}

#[test]
fn text_among_numbers_is_asked_about_with_its_place() {
    check("text_among_numbers.csv", "unreadable_number in line 5");
    check("below_detection.csv", "unreadable_number in line 3");
    check_with(
        "text_among_numbers.csv",
        r#"{"unreadable": "missing"}"#,
        "8 × 4 Log: unreadable_as_missing missing_cells",
    );
    check_with(
        "below_detection.csv",
        r#"{"missing": ["<LOD"]}"#,
        "8 × 4 Log: missing_cells",
    );
    let file = "text_among_numbers.csv";
    let error = import(file, &bytes_of(file), &ImportOptions::default()).unwrap_err();
    assert_eq!(error.at.field, Some(4));
    let FormatErrorKind::Unreadable { count, places, .. } = &*error.kind else {
        panic!("{error}")
    };
    assert_eq!((*count, places[0].value.as_deref()), (1, Some("n/d")));
    assert_eq!(error.remedies()[0].option, "unreadable");
}

#[test]
fn errors_of_spreadsheets_are_read_as_missing_and_reported() {
    check(
        "excel_error.csv",
        "8 × 4 Log: spreadsheet_errors missing_cells",
    );
    check(
        "excel_errors.csv",
        "8 × 4 Log: spreadsheet_errors missing_cells",
    );
    let found = found("excel_errors.csv", "spreadsheet_errors");
    assert_eq!((found.count, found.severity), (5, Severity::Check));
    let place = &found.places[1];
    assert_eq!((place.line, place.column), (Some(3), Some(3)));
    assert_eq!(place.value.as_deref(), Some("#NUM!"));
}

#[test]
fn one_answer_about_columns_does_not_undo_another() {
    let remedy = |json: &str, code: &str| -> serde_json::Value {
        let file = "same_column_twice.csv";
        let imported = import(file, &bytes_of(file), &options(json)).expect("read");
        let found = imported.report.findings.iter().find(|it| it.code == code);
        found.expect("found").remedies[0].value.clone()
    };
    assert_eq!(remedy("{}", "equal_columns"), serde_json::json!([6]));
    assert_eq!(
        remedy(r#"{"ignored_columns": ["ctrl_1"]}"#, "equal_columns"),
        serde_json::json!(["ctrl_1", 6])
    );
    // Texts that come after the head that is judged, in more than half of the rows.
    let text = [
        &b"gene,a,b,c\n"[..],
        &b"G,1,2,3\n".repeat(140_000),
        &b"G,1,2,x\n".repeat(150_000),
    ]
    .concat();
    let error = import(
        "late.csv",
        &text,
        &options(r#"{"annotation_columns": [2]}"#),
    )
    .unwrap_err();
    let remedies = error.remedies();
    let columns = remedies.iter().find(|it| it.option == "annotation_columns");
    assert_eq!(columns.unwrap().value, serde_json::json!([2, 4]));
}

#[test]
fn a_decimal_comma_that_comes_late_is_offered_as_remedy() {
    let file = "late_decimal_comma.csv";
    let error = import(file, &bytes_of(file), &options(r#"{"decimal": "point"}"#)).unwrap_err();
    assert_eq!(error.remedies()[0].option, "decimal");
}

#[test]
fn a_ragged_row_tells_its_line_and_counts() {
    check("short_row.csv", "ragged_row in line 5");
    check("long_row.csv", "ragged_row in line 5");
    check("unquoted_comma_in_note.csv", "ragged_row in line 3");
    check("cut_mid_row.csv", "ragged_row in line 9");
    check("open_quote.csv", "open_quote in line 4");
    let error = import(
        "short_row.csv",
        &bytes_of("short_row.csv"),
        &ImportOptions::default(),
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "3 cells found, 5 expected; the line begins \"EGFR\", \"1.5\", \"2.5\" (line 5, short_row.csv)"
    );
}

#[test]
fn lines_that_are_no_genes_are_left_out_and_told() {
    check("blank_lines.csv", "8 × 4 Log: blank_lines");
    check("brace_at_end.tsv", "8 × 4 Counts: lines_below");
    check("mean_at_end.tsv", "8 × 4 Counts: summary_rows blank_lines");
    check("total_at_end.tsv", "8 × 4 Counts: summary_rows");
    assert_eq!(
        found("brace_at_end.tsv", "lines_below").places[0]
            .value
            .as_deref(),
        Some("}")
    );
}

#[test]
fn rows_and_columns_that_say_nothing_are_told() {
    check(
        "zero_and_constant_rows.tsv",
        "11 × 4 Counts: empty_rows missing_cells zero_rows constant_rows",
    );
    check("zero_column.tsv", "8 × 5 Counts: zero_columns");
    check("same_column_twice.csv", "8 × 5 Log: equal_columns");
    assert_eq!(
        found("same_column_twice.csv", "equal_columns").title,
        "tgfb_2 and tgfb_3 hold the same numbers"
    );
}

#[test]
fn names_that_stand_twice_are_kept_apart() {
    check("repeated_genes.tsv", "8 × 4 Counts: duplicate_genes");
    let imported = read("repeated_genes.tsv");
    assert_eq!(
        dataset(&imported).genes[..5],
        ["Y_RNA", "TP53", "Y_RNA.1", "snoU13", "Y_RNA.2"]
    );
    check_with(
        "repeated_genes.tsv",
        r#"{"duplicate_genes": "first"}"#,
        "5 × 4 Counts: duplicate_genes",
    );
    check_with(
        "repeated_genes.tsv",
        r#"{"duplicate_genes": "error"}"#,
        "duplicate_name",
    );
    check("repeated_samples.csv", "8 × 4 Log: duplicate_samples");
}

#[test]
fn names_mangled_by_a_spreadsheet_are_found() {
    assert_eq!(found("dates.tsv", "excel_date").count, 3);
    assert_eq!(found("dates.tsv", "excel_date").places[1].line, Some(3));
    let dates = found("dates_of_all_kinds.tsv", "excel_date");
    assert_eq!(dates.count, 6);
    assert_eq!(dates.title, "6 gene names look like dates or numbers");
    assert!(
        dates
            .detail
            .contains("44256 may have been MARCH1 (now MARCHF1)"),
        "{}",
        dates.detail
    );
    // Two genes that became one date are found by what stands in the file, not by `1-Mar.1`.
    assert_eq!(dates.places[4].value.as_deref(), Some("1-Mar"));
    assert_eq!(found("riken.tsv", "excel_date").count, 1);
    check("versions.tsv", "8 × 4 Counts: ensembl_versions");
    assert_eq!(dataset(&read("nameless_row.csv")).genes[2], "row_3");
}

#[test]
fn the_kind_of_values_is_guessed() {
    assert_eq!(guessed("log_ratios.csv", "value_kind").0, "log ratios");
    assert_eq!(guessed("tpm.tsv", "value_kind").0, "TPM");
    assert_eq!(guessed("total_at_end.tsv", "value_kind").0, "counts");
    check_with("comma.csv", r#"{"value_kind": "linear"}"#, "8 × 4 Linear");
}

#[test]
fn files_that_are_no_matrices_are_told_apart() {
    check("sample_table.csv", "samples 4");
    check("gene_table.tsv", "genes 8");
    check("gene_list.txt", "list 8");
    check("gene_list_header.txt", "list 8: list_header");
    check("gene_list_one_line.txt", "list 8");
    check("sets.gmt", "sets 3");
    check("classes.cls", "samples 4: positions_as_names");
    check("genes.gtf", "genes 4: no_exons gene_lengths repeated_names");
}

#[test]
fn gct_is_read_with_its_annotations() {
    check("gct_1_2.gct", "8 × 4 Counts");
    check(
        "gct_wrong_counts.gct",
        "8 × 4 Counts: gct_counts gct_counts",
    );
    check("gct_1_3.gct", "8 × 4 Counts");
    check("gct_cut_header.gct", "format_header in line 3");
    let imported = read("gct_1_3.gct");
    let notes = &dataset(&imported).sample_annotations;
    assert_eq!(notes.names().collect::<Vec<_>>(), ["dose", "batch"]);
    assert_eq!(notes.columns[1].values.text(1), "b");
}

#[test]
fn counts_in_cells_are_read_from_archives() {
    let expected = "2 × 4 Counts: empty_cells other_features";
    for file in ["cells.tar", "cells.zip"] {
        check(file, expected);
        let imported = read(file);
        assert_eq!(dataset(&imported).matrix.column(0), [50.0, 1.0], "{file}");
    }
    check("cells_without_names.tar.gz", "cells_archive");
}

#[test]
fn other_formats_are_named() {
    check("empty.csv", "empty_file");
    check("only_blanks.csv", "empty_file");
    check("header_only.csv", "list 5");
    check("prose.txt", "no_table in line 1");
    for (file, what) in [
        ("workbook.csv", "Excel"),
        ("page.tsv", "web page"),
        ("object.csv", "JSON"),
        ("series_matrix.txt", "series matrix"),
        ("matrix.mtx", "Matrix Market"),
        ("hdf5.h5ad", "HDF5"),
        ("data.rds.gz", "R data"),
        ("noise.csv", "binary"),
    ] {
        let error = import(file, &bytes_of(file), &ImportOptions::default()).unwrap_err();
        assert!(error.to_string().contains(what), "{file}: {error}");
        assert!(
            error.hint().contains("Cuvette reads"),
            "{file}: {}",
            error.hint()
        );
    }
}
