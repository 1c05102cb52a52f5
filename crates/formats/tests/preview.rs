//! What the first look at a file shows.

mod common;

use std::fmt::Write as _;

use common::{options, root};
use cuvette_core::report::Severity;
use cuvette_formats::{FileInfo, ImportOptions, InputKind, Preview, Role, RowRole, preview};

fn look(file: &str, json: &str) -> Preview {
    let bytes = std::fs::read(root().join("tests/corpus").join(file)).expect("a corpus file");
    let info = FileInfo {
        name: file.into(),
        size_bytes: bytes.len() as u64,
    };
    preview(&info, &bytes, None, None, &options(json))
        .unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// A table of 40,000 genes, of which the ends alone are looked at.
fn look_at_ends() -> Preview {
    let mut text = String::from("gene;ctrl;tgfb\n");
    for gene in 0..40_000 {
        writeln!(text, "ENSG{gene:011};{},5;{},25", gene % 77, gene % 13)
            .expect("a string takes all");
    }
    text.push_str("LAST_GENE;1,5;2,5\n");
    let bytes = text.into_bytes();
    let head = &bytes[..400_000];
    let tail = &bytes[bytes.len() - 10_000..];
    let info = FileInfo {
        name: "ends.csv".into(),
        size_bytes: bytes.len() as u64,
    };
    preview(&info, head, Some(tail), None, &ImportOptions::default()).expect("a table")
}

#[test]
fn a_small_file_is_shown_whole_with_the_role_of_every_column() {
    let look = look("notes_on_both_sides.csv", "{}");
    assert_eq!(look.kind, InputKind::Matrix);
    let roles: Vec<Role> = look.grid.columns.iter().map(|column| column.role).collect();
    let value = Role::Value;
    assert_eq!(
        roles,
        [
            Role::Id,
            Role::Annotation,
            value,
            value,
            value,
            value,
            Role::Annotation
        ]
    );
    assert_eq!(look.grid.columns[2].header, "ctrl_1");
    assert_eq!(look.grid.columns[6].letter, "G");
    assert_eq!(look.grid.rows.len(), 9);
    assert_eq!(look.grid.rows[0].role, RowRole::Names);
    assert_eq!(
        (look.grid.rows[8].line, look.grid.rows[8].cells[0].as_str()),
        (Some(9), "FN1")
    );
    assert_eq!(look.grid.gap_at, None);
    assert_eq!(
        (
            look.estimate.n_genes,
            look.estimate.n_samples,
            look.estimate.exact
        ),
        (8, 4, true)
    );
}

#[test]
fn both_ends_of_a_large_file_are_shown_with_an_estimate_between() {
    let look = look_at_ends();
    let rows = &look.grid.rows;
    assert_eq!(
        rows.last().map(|row| row.cells[0].as_str()),
        Some("LAST_GENE")
    );
    assert_eq!(look.grid.gap_at, Some(7));
    assert!(!look.estimate.exact);
    assert!(
        (39_000..41_000).contains(&look.estimate.n_genes),
        "{:?}",
        look.estimate
    );
    assert_eq!(look.estimate.n_samples, 2);
    assert!(
        look.report
            .guesses
            .iter()
            .any(|guess| guess.option == "decimal" && guess.value_label == "comma")
    );
}

#[test]
fn a_question_is_a_finding_with_its_answer_and_the_cell_is_flagged() {
    let shown = look("text_among_numbers.csv", "{}");
    let first = &shown.report.findings[0];
    assert_eq!(
        (first.code.as_str(), first.severity),
        ("unreadable_number", Severity::Error)
    );
    assert_eq!(first.remedies[0].option, "unreadable");
    // What is asked about is not yet missing.
    assert_eq!(shown.report.findings.len(), 1);
    let missing = shown
        .report
        .guesses
        .iter()
        .find(|it| it.option == "missing");
    assert_eq!(missing.expect("a chip").evidence, "0 cells are missing");
    assert_eq!(shown.grid.rows[4].flagged, [3]);
    let answered = look("text_among_numbers.csv", r#"{"unreadable": "missing"}"#);
    assert!(
        answered
            .report
            .findings
            .iter()
            .all(|finding| finding.severity != Severity::Error)
    );
}

#[test]
fn a_damaged_row_is_a_finding_and_the_grid_is_still_shown() {
    let look = look("short_row.csv", "{}");
    assert_eq!(look.report.findings[0].code, "ragged_row");
    assert_eq!(look.report.findings[0].places[0].line, Some(5));
    assert!(!look.grid.rows.is_empty());
}

#[test]
fn packed_files_are_looked_at_without_their_end() {
    let look = look("two_members.csv.gz", "{}");
    assert_eq!(look.format_label, "Comma-separated text, compressed (gzip)");
    assert_eq!(look.grid.rows.len(), 9);
}

#[test]
fn remarks_above_and_below_the_table_are_shown_as_such() {
    let roles = |file| {
        look(file, "{}")
            .grid
            .rows
            .iter()
            .map(|row| row.role)
            .collect::<Vec<_>>()
    };
    assert_eq!(roles("title_above.csv")[0], RowRole::Above);
    assert_eq!(
        roles("groups_in_second_line.csv")[..2],
        [RowRole::Names, RowRole::Notes]
    );
    assert_eq!(roles("brace_at_end.tsv").last(), Some(&RowRole::Below));
}

#[test]
fn a_preview_crosses_to_the_page_unchanged() {
    for file in [
        "comma.csv",
        "dates.tsv",
        "sample_table.csv",
        "gene_list.txt",
        "sets.gmt",
    ] {
        let look = look(file, "{}");
        let text = serde_json::to_string(&look).expect("serializable");
        let back: Preview = serde_json::from_str(&text).expect("readable");
        assert_eq!(back, look, "{file}");
    }
}
