//! A workbook written by another program, cell for cell as that program reads it again.

#![allow(clippy::unwrap_used, reason = "a test fails where it stands")]

use std::{collections::BTreeMap, fs, path::PathBuf};

use cuvette_formats::Noted;
use cuvette_sheets::read;

fn golden(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/sheets");
    fs::read(folder.join(name)).unwrap()
}

/// The cells of a line; a quoted one without its marks.
fn cells(line: &str) -> Vec<String> {
    let plain = |cell: &str| match cell
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => cell.to_owned(),
    };
    match line {
        "" => Vec::new(),
        line => line.split('\t').map(plain).collect(),
    }
}

#[test]
fn every_sheet_of_a_workbook_of_openpyxl_has_its_cells() {
    let bytes = golden("core_facility.xlsx");
    let expected: BTreeMap<String, Vec<Vec<String>>> =
        serde_json::from_slice(&golden("core_facility.json")).unwrap();
    assert_eq!(expected.len(), 4);
    for (name, rows) in expected {
        let sheet = read(&bytes, Some(&name), u64::MAX).unwrap();
        let text = String::from_utf8(sheet.text).unwrap();
        let mut lines: Vec<Vec<String>> = text.lines().map(cells).collect();
        for (line, row) in lines.iter_mut().zip(&rows) {
            line.resize(row.len(), String::new());
        }
        assert_eq!(lines, rows, "{name}");
    }
}

#[test]
fn what_the_text_does_not_say_is_noted() {
    let notes = read(&golden("core_facility.xlsx"), None, u64::MAX)
        .unwrap()
        .notes;
    let names: Vec<&str> = notes
        .sheets
        .iter()
        .map(|sheet| sheet.name.as_str())
        .collect();
    assert_eq!(names, ["Read me", "Counts", "Samples", "Old"]);
    assert_eq!(names[notes.taken], "Counts");
    assert_eq!(notes.dates.count, 1);
    assert_eq!(notes.line_breaks.count, 1);
    assert_eq!(notes.numbers_as_text.count, 1);
    let layout = &notes.layout;
    let place = |noted: &Noted| (noted.count, noted.places[0].line, noted.places[0].column);
    assert_eq!(place(&layout.hidden_rows), (1, Some(20), None));
    assert_eq!(place(&layout.hidden_columns), (1, None, Some(8)));
    assert_eq!(place(&layout.merged), (1, Some(1), Some(1)));
    assert_eq!(notes.formulas_without_result.count, 1);
    let formula = &notes.formulas_without_result.places[0];
    assert_eq!((formula.line, formula.column), (Some(14), Some(5)));
}
