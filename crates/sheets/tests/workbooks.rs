//! Workbooks as spreadsheet programs and scripts write them, built here part by part.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fmt::Write as _,
    io::{Cursor, Read, Write},
    path::PathBuf,
};

use cuvette_core::analyses::Data;
use cuvette_formats::{FileInfo, FormatError, ImportOptions, Imported, Importer, SheetError};
use cuvette_sheets::{SheetText, read};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// A sheet: name, state on the tab, and what stands in `sheetData`.
struct Sheet<'a>(&'a str, &'a str, String);

/// A workbook of those sheets; style 1 is a date, style 2 a date with time.
fn workbook(sheets: &[Sheet], shared: &[&str]) -> Vec<u8> {
    workbook_of(sheets, shared, ["<sheetData>", "</sheetData>"])
}

/// The same, with what stands in a sheet before and behind its rows.
fn workbook_of(sheets: &[Sheet], shared: &[&str], [before, after]: [&str; 2]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let mut tabs = String::new();
    let mut links = String::new();
    let mut parts: Vec<(String, String)> = Vec::new();
    for (at, Sheet(name, state, rows)) in sheets.iter().enumerate() {
        let n = at + 1;
        let _ = write!(
            tabs,
            r#"<sheet name="{name}" sheetId="{n}" state="{state}" r:id="rId{n}"/>"#
        );
        let _ = write!(
            links,
            r#"<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>"#
        );
        let sheet = format!(r#"<worksheet xmlns="{MAIN}">{before}{rows}{after}</worksheet>"#);
        parts.push((format!("xl/worksheets/sheet{n}.xml"), sheet));
    }
    let n = sheets.len();
    let _ = write!(
        links,
        r#"<Relationship Id="rId{}" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId{}" Type="{OFFICE}/styles" Target="styles.xml"/>"#,
        n + 1,
        n + 2
    );
    let mut strings = String::new();
    for text in shared {
        let _ = write!(strings, "<si><t xml:space=\"preserve\">{text}</t></si>");
    }
    parts.extend([
        (
            "xl/workbook.xml".into(),
            format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{tabs}</sheets></workbook>"#),
        ),
        (
            "xl/_rels/workbook.xml.rels".into(),
            format!(r#"<Relationships xmlns="{PACKAGE}">{links}</Relationships>"#),
        ),
        ("xl/sharedStrings.xml".into(), format!(r#"<sst xmlns="{MAIN}">{strings}</sst>"#)),
        (
            "xl/styles.xml".into(),
            format!(
                r#"<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>"#
            ),
        ),
        (
            "_rels/.rels".into(),
            format!(
                r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
    ]);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A row of cells written in place: numbers as numbers, everything else as text.
fn row(number: u32, cells: &[&str]) -> String {
    let cells: String = cells
        .iter()
        .zip('A'..='Z')
        .filter(|(text, _)| !text.is_empty())
        .map(|(text, column)| match text.parse::<f64>() {
            Ok(_) => format!(r#"<c r="{column}{number}"><v>{text}</v></c>"#),
            Err(_) => {
                format!(r#"<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>"#)
            }
        })
        .collect();
    format!(r#"<row r="{number}">{cells}</row>"#)
}

fn one_sheet(rows: &[String]) -> Vec<u8> {
    workbook(&[Sheet("Counts", "visible", rows.concat())], &[])
}

fn text_of(bytes: &[u8]) -> SheetText {
    read(bytes, None, u64::MAX).unwrap()
}

fn check(rows: &[String], expected: &str) {
    let text = text_of(&one_sheet(rows)).text;
    assert_eq!(String::from_utf8(text).unwrap(), expected);
}

fn import(bytes: &[u8], options: ImportOptions) -> Imported {
    let SheetText { text, notes } = read(bytes, options.sheet.as_deref(), u64::MAX).unwrap();
    let file = FileInfo {
        name: "counts.xlsx".into(),
        size_bytes: bytes.len() as u64,
    };
    let mut importer = Importer::new(file, None, options).of_sheet(notes);
    importer.push(&text).unwrap();
    importer.finish().unwrap()
}

#[test]
fn a_row_of_the_sheet_is_the_line_of_that_number() {
    check(
        &[row(2, &["gene", "a", "b"]), row(5, &["TP53", "1.5", "2"])],
        "\ngene\ta\tb\n\n\nTP53\t1.5\t2\n",
    );
}

#[test]
fn every_line_is_as_wide_as_the_widest() {
    check(
        &[
            row(1, &["Supplementary Table 1"]),
            row(2, &["gene", "a", "b"]),
            row(3, &["TP53", "", "2"]),
            row(4, &["MYC", "1"]),
        ],
        "Supplementary Table 1\t\t\ngene\ta\tb\nTP53\t\t2\nMYC\t1\t\n",
    );
}

#[test]
fn numbers_keep_every_bit() {
    for number in [
        "0.1",
        "123456789.125",
        "1e-300",
        "4.9406564584124654e-324",
        "1.7976931348623157e308",
        "-0.0",
        "16777217",
    ] {
        let text = text_of(&one_sheet(&[row(1, &[number])])).text;
        let text = String::from_utf8(text).unwrap();
        let back: f64 = text.trim_end().parse().unwrap();
        assert_eq!(
            back.to_bits(),
            number.parse::<f64>().unwrap().to_bits(),
            "{number}: {text}"
        );
    }
}

#[test]
fn whole_numbers_have_no_point() {
    check(&[row(1, &["12", "0", "-3"])], "12\t0\t-3\n");
}

#[test]
fn cells_with_tabs_and_quotation_marks_are_quoted() {
    check(
        &[row(1, &["a\tb", "say &quot;x&quot;"])],
        "\"a\tb\"\t\"say \"\"x\"\"\"\n",
    );
}

#[test]
fn a_line_break_becomes_a_blank_and_is_told() {
    let bytes = one_sheet(&[row(1, &["gene", "day&#10;one"]), row(2, &["TP53", "1"])]);
    let sheet = text_of(&bytes);
    assert_eq!(sheet.text, b"gene\tday one\nTP53\t1\n");
    assert_eq!(sheet.notes.line_breaks.count, 1);
    let place = &sheet.notes.line_breaks.places[0];
    assert_eq!((place.line, place.column), (Some(1), Some(2)));
}

#[test]
fn shared_strings_booleans_and_errors_are_read() {
    let rows = concat!(
        r#"<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="b"><v>1</v></c>"#,
        r#"<c r="C1" t="e"><v>#N/A</v></c><c r="D1" t="str"><f>A1</f><v>TP53</v></c></row>"#,
    );
    let bytes = workbook(&[Sheet("S", "visible", rows.into())], &["first", "second"]);
    assert_eq!(text_of(&bytes).text, b"second\tTRUE\t#N/A\tTP53\n");
}

#[test]
fn dates_are_written_by_year_month_and_day() {
    // 44256 is 1 March 2021; style 2 has a time.
    let rows = concat!(
        r#"<row r="1"><c r="A1" s="1"><v>44256</v></c><c r="B1" s="2"><v>44256.75</v></c>"#,
        r#"<c r="C1"><v>44256</v></c></row>"#,
    );
    let sheet = text_of(&workbook(&[Sheet("S", "visible", rows.into())], &[]));
    assert_eq!(sheet.text, b"2021-03-01\t2021-03-01 18:00:00\t44256\n");
    assert_eq!(sheet.notes.dates.count, 2);
}

#[test]
fn formulas_without_a_result_are_told() {
    let rows = r#"<row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><f>1+1</f><v>2</v></c></row>"#;
    let sheet = text_of(&workbook(&[Sheet("S", "visible", rows.into())], &[]));
    assert_eq!(sheet.text, b"\t2\n");
    assert_eq!(sheet.notes.formulas_without_result.count, 1);
}

/// Three sheets: a short one, the table, and a larger one that is hidden.
fn three_sheets() -> Vec<u8> {
    let table = |n: u32| -> String {
        (1..=n)
            .map(|at| row(at, &[&format!("G{at}"), "1", "2"]))
            .collect()
    };
    workbook(
        &[
            Sheet(
                "Read me",
                "visible",
                row(1, &["Counts by the core facility"]),
            ),
            Sheet("Counts", "visible", table(4)),
            Sheet("Raw", "hidden", table(9)),
            Sheet("Blank", "visible", String::new()),
        ],
        &[],
    )
}

#[test]
fn the_largest_visible_sheet_is_taken_and_the_others_are_offered() {
    let notes = text_of(&three_sheets()).notes;
    let names: Vec<&str> = notes
        .sheets
        .iter()
        .map(|sheet| sheet.name.as_str())
        .collect();
    assert_eq!(names, ["Read me", "Counts", "Raw"]);
    assert_eq!(notes.taken, 1);
    assert!(notes.sheets[2].hidden);
    assert_eq!((notes.sheets[1].n_rows, notes.sheets[1].n_columns), (4, 3));
}

#[test]
fn a_sheet_is_taken_by_its_name() {
    let sheet = read(&three_sheets(), Some("Raw"), u64::MAX).unwrap();
    assert_eq!((sheet.notes.taken, sheet.notes.chosen), (2, true));
    assert!(sheet.text.ends_with(b"G9\t1\t2\n"));
}

#[test]
fn a_name_that_no_sheet_has_is_told_with_those_there_are() {
    let error = read(&three_sheets(), Some("counts"), u64::MAX).unwrap_err();
    let error = FormatError::new("counts.xlsx", error.into());
    let remedies = error.remedies();
    assert_eq!(remedies.len(), 3);
    assert_eq!(remedies[1].label, "Read the sheet Counts");
    assert_eq!(
        (remedies[1].option.as_str(), &remedies[1].value),
        ("sheet", &"Counts".into())
    );
    assert_eq!(
        error.kind.to_string(),
        "the workbook has no sheet \"counts\"; it has Read me, Counts, Raw"
    );
}

#[test]
fn a_workbook_without_cells_is_empty() {
    let bytes = workbook(&[Sheet("S", "visible", String::new())], &[]);
    assert_eq!(read(&bytes, None, u64::MAX), Err(SheetError::Empty));
}

#[test]
fn text_beyond_the_limit_is_refused() {
    let error = read(&three_sheets(), None, 10).unwrap_err();
    assert!(
        matches!(error, SheetError::TooLarge { available: 10, .. }),
        "{error:?}"
    );
}

#[test]
fn a_cell_far_to_the_right_does_not_fill_the_memory() {
    let mut rows = String::new();
    for number in 1..=3000 {
        let _ = write!(
            rows,
            r#"<row r="{number}"><c r="A{number}"><v>1</v></c></row>"#
        );
    }
    rows += r#"<row r="3001"><c r="XFD3001"><v>1</v></c></row>"#;
    let bytes = workbook(&[Sheet("S", "visible", rows)], &[]);
    assert!(matches!(
        read(&bytes, None, 1_000_000),
        Err(SheetError::TooLarge { .. })
    ));
}

#[test]
fn cells_that_are_only_formatted_do_not_make_a_sheet_large() {
    let mut formatted = String::new();
    for at in 1..=50 {
        let _ = write!(
            formatted,
            r#"<row r="{at}"><c r="A{at}" s="1"/><c r="Z{at}" s="1"/></row>"#
        );
    }
    let bytes = workbook(
        &[
            Sheet(
                "Counts",
                "visible",
                row(1, &["gene", "a"]) + &row(2, &["TP53", "1"]),
            ),
            Sheet("Painted", "visible", row(1, &["words"]) + &formatted),
        ],
        &[],
    );
    let notes = text_of(&bytes).notes;
    assert_eq!(notes.taken, 0);
    assert_eq!((notes.sheets[1].n_rows, notes.sheets[1].n_columns), (1, 1));
}

#[test]
fn what_a_sheet_hides_and_merges_is_told_with_its_place() {
    let rows = concat!(
        r#"<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>2</v></c></row>"#,
        r#"<row r="2" hidden="1"><c r="A2"><v>3</v></c><c r="B2"><v>3</v></c></row>"#,
        // Hidden without a value: nothing is hidden from the reader.
        r#"<row r="3" hidden="1"><c r="A3" s="1"/></row>"#,
    );
    // `workbook` closes sheetData around the rows.
    let before = r#"<cols><col min="2" max="2" hidden="1"/><col min="9" max="16384" hidden="1"/></cols><sheetData>"#;
    let after = r#"</sheetData><mergeCells><mergeCell ref="B7:AB9"/></mergeCells>"#;
    let bytes = workbook_of(&[Sheet("S", "visible", rows.into())], &[], [before, after]);
    let layout = text_of(&bytes).notes.layout;
    assert_eq!(layout.hidden_rows.count, 1);
    assert_eq!(layout.hidden_rows.places[0].line, Some(2));
    assert_eq!(layout.hidden_columns.count, 1);
    assert_eq!(layout.hidden_columns.places[0].column, Some(2));
    let merged = &layout.merged.places[0];
    assert_eq!(
        (layout.merged.count, merged.line, merged.column),
        (1, Some(7), Some(2))
    );
    assert_eq!(merged.value.as_deref(), Some("B7:AB9"));
}

#[test]
fn numbers_stored_as_text_are_read_and_told() {
    let rows = concat!(
        r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>"#,
        r#"<c r="C1" t="s"><v>2</v></c><c r="D1"><v>7</v></c></row>"#,
    );
    let bytes = workbook(
        &[Sheet("S", "visible", rows.into())],
        &["12.5", "NaN", "1e3x"],
    );
    let sheet = text_of(&bytes);
    assert_eq!(sheet.text, b"12.5\tNaN\t1e3x\t7\n");
    assert_eq!(sheet.notes.numbers_as_text.count, 1);
    assert_eq!(sheet.notes.numbers_as_text.places[0].column, Some(1));
}

#[test]
fn a_workbook_that_unpacks_to_more_than_the_limit_is_refused_before_it_is_unpacked() {
    // Two million blanks are a few kilobytes when packed.
    let blanks = format!("<!--{}-->", " ".repeat(2_000_000));
    let bytes = workbook(&[Sheet("S", "visible", blanks)], &[]);
    assert!(bytes.len() < 10_000, "{}", bytes.len());
    let error = read(&bytes, None, 1_000_000).unwrap_err();
    assert!(
        matches!(error, SheetError::TooLarge { needed, .. } if needed > 2_000_000),
        "{error:?}"
    );
}

#[test]
fn an_archive_that_lies_about_what_it_unpacks_to_is_damaged() {
    let blanks = format!("<!--{}-->{}", " ".repeat(2_000_000), row(1, &["1"]));
    let mut bytes = workbook(&[Sheet("S", "visible", blanks)], &[]);
    let size = package_size(&bytes, "xl/worksheets/sheet1.xml");
    assert!(size > 2_000_000);
    // The size stands twice: before the part, and in the directory at the end.
    let stored = size.to_le_bytes();
    let places: Vec<usize> = (0..bytes.len() - 4)
        .filter(|&at| bytes[at..at + 4] == stored[..4])
        .collect();
    assert_eq!(places.len(), 2);
    for at in places {
        bytes[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    let error = read(&bytes, None, 1_000_000).unwrap_err();
    assert!(matches!(error, SheetError::Damaged { .. }), "{error:?}");
}

fn package_size(bytes: &[u8], part: &str) -> u64 {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    archive.by_name(part).unwrap().size()
}

/// The workbook with one of its parts changed and packed again, so that damage reaches the reader.
fn with_part(bytes: &[u8], at: usize, change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        if index == at {
            change(&mut content);
        }
        packed
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        packed.write_all(&content).unwrap();
    }
    packed.finish().unwrap().into_inner()
}

fn texts_of(bytes: &[u8]) -> usize {
    let archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    archive.index_for_name("xl/sharedStrings.xml").unwrap()
}

fn core_facility() -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/sheets");
    std::fs::read(folder.join("core_facility.xlsx")).unwrap()
}

/// Reads damaged bytes and what comes of them: an answer or an error, and no panic.
fn survive(bytes: &[u8]) -> bool {
    let Ok(SheetText { text, notes }) = read(bytes, None, 1 << 24) else {
        return false;
    };
    let file = FileInfo {
        name: "damaged.xlsx".into(),
        size_bytes: bytes.len() as u64,
    };
    let mut importer = Importer::new(file, None, ImportOptions::default()).of_sheet(notes);
    importer.push(&text).is_ok() && importer.finish().is_ok()
}

#[test]
fn damaged_archives_are_errors_or_findings_and_no_panics() {
    let whole = core_facility();
    let mut n_read = 0;
    for cut in (0..whole.len()).step_by(37) {
        assert!(!survive(&whole[..cut]), "cut after {cut} bytes");
        let mut flipped = whole.clone();
        flipped[cut] ^= 0x55;
        n_read += u32::from(survive(&flipped));
    }
    // Some bytes matter to nobody: times, and parts without cells.
    assert!(n_read < 150, "{n_read}");
}

#[test]
fn damaged_documents_are_errors_or_findings_and_no_panics() {
    let whole = core_facility();
    let n_parts = ZipArchive::new(Cursor::new(&whole)).unwrap().len();
    for part in 0..n_parts {
        for seed in 0..40_usize {
            let damaged = with_part(&whole, part, |content| damage(content, seed));
            survive(&damaged);
        }
    }
}

/// Cuts, doubles, removes or overwrites a stretch of a document.
fn damage(content: &mut Vec<u8>, seed: usize) {
    let from = seed.wrapping_mul(2_654_435_761) % content.len().max(1);
    let to = (from + 1 + seed % 23).min(content.len());
    let stretch = content[from..to].to_vec();
    match seed % 5 {
        0 => content.truncate(from),
        1 => drop(content.splice(from..from, stretch)),
        2 => drop(content.drain(from..to)),
        3 => content[from..to].fill(b'9'),
        _ => content[from..to].reverse(),
    }
}

#[test]
fn odd_addresses_and_sizes_are_errors_or_findings_and_no_panics() {
    let odd = [
        r#"<row r="0"><c r="A0"><v>1</v></c></row>"#,
        r#"<row r="2"><c r="B2"><v>1</v></c><c r="A1"><v>1</v></c></row>"#,
        r#"<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>"#,
        r#"<row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row>"#,
        r#"<row r="1"><c r="A1" t="s"><v>77</v></c></row>"#,
        r#"<row r="1"><c r="A1" t="s"><v>-1</v></c></row>"#,
        r#"<row r="1"><c r="A1" s="99"><v>1e999</v></c></row>"#,
        r#"<row r="1"><c r="A1" s="1"><v>1e300</v></c></row>"#,
        r#"<row r="1"><c r="A1" s="1"><v>-5</v></c></row>"#,
        r#"<row r="1"><c r="A1" t="e"><v>#SPILL!</v></c></row>"#,
        r#"<row r="1"><c r="A1"><f t="shared" si="99999999"/><v>1</v></c></row>"#,
        r#"<row r="1"><c r="A1"><f t="shared" si="0" ref="B5:A1">A1</f><v>1</v></c></row>"#,
        r#"<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A9">ZZZ99999999+1</f><v>1</v></c><c r="A2"><f t="shared" si="0"/></c></row>"#,
        "<row><c><v>1</v></c><c><v>2</v></c></row>",
    ];
    for rows in odd {
        let bytes = workbook(&[Sheet("S", "visible", rows.into())], &["one"]);
        survive(&bytes);
    }
    let rows = r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#;
    let bytes = workbook(&[Sheet("S", "visible", rows.into())], &["gene"]);
    for count in ["18446744073709551615", "9999999999", "-1", "1"] {
        let announcing = with_part(&bytes, texts_of(&bytes), |content| {
            let text = String::from_utf8(content.clone()).unwrap();
            let announced = format!("<sst uniqueCount=\"{count}\" ");
            *content = text.replace("<sst ", &announced).into_bytes();
        });
        assert_eq!(
            read(&announcing, None, 1 << 24).is_ok(),
            count.len() < 3,
            "{count}"
        );
    }
    for size in ["B5:A1", "A1", "", ":", "XFD1048576:A1", "A1:B2:C3", "99"] {
        let before = format!(r#"<dimension ref="{size}"/><sheetData>"#);
        let rows = row(1, &["1"]);
        let after = format!(r#"</sheetData><mergeCells><mergeCell ref="{size}"/></mergeCells>"#);
        let bytes = workbook_of(&[Sheet("S", "visible", rows)], &[], [&before, &after]);
        survive(&bytes);
    }
}

#[test]
fn an_error_about_the_text_offers_the_other_sheets() {
    let SheetText { text, notes } = read(&three_sheets(), Some("Blank"), u64::MAX).unwrap();
    let file = FileInfo {
        name: "blank.xlsx".into(),
        size_bytes: 1,
    };
    let mut importer = Importer::new(file, None, ImportOptions::default()).of_sheet(notes);
    let pushed = importer.push(&text);
    let error = pushed.and_then(|()| importer.finish()).unwrap_err();
    let remedies = error.remedies();
    let offered: Vec<&str> = remedies
        .iter()
        .map(|remedy| remedy.label.as_str())
        .collect();
    assert_eq!(
        offered,
        [
            "Read the sheet Read me",
            "Read the sheet Counts",
            "Read the sheet Raw"
        ],
        "{error}"
    );
}

#[test]
fn a_sheet_is_imported_as_a_matrix_with_the_sheet_among_the_guesses() {
    let table: String = [
        row(1, &["gene", "a", "b", "c"]),
        row(2, &["TP53", "12", "0", "7"]),
        row(3, &["MYC", "5", "61", "3"]),
        row(4, &["ACTB", "900", "1200", "1100"]),
    ]
    .concat();
    let bytes = workbook(
        &[
            Sheet("Read me", "visible", row(1, &["words"])),
            Sheet("Counts", "visible", table),
        ],
        &[],
    );
    let imported = import(&bytes, ImportOptions::default());
    let Data::Dataset(dataset) = &imported.data else {
        panic!("a matrix");
    };
    assert_eq!((dataset.n_genes(), dataset.n_samples()), (3, 3));
    assert_eq!(dataset.matrix.get(1, 1), 61.0);
    assert_eq!(imported.format_label, "Excel workbook (.xlsx)");
    let guess = &imported.report.guesses[0];
    assert_eq!(
        (guess.option.as_str(), guess.value_label.as_str()),
        ("sheet", "Counts")
    );
    assert_eq!(
        guess.evidence,
        "the largest of 2 sheets: 4 rows × 4 columns"
    );
    assert_eq!(guess.alternatives[0].label, "Read me");
    assert!(
        imported
            .report
            .guesses
            .iter()
            .all(|guess| guess.option != "delimiter")
    );
}

#[test]
fn dates_in_a_gene_column_are_the_findings_they_are() {
    let dates: String = (0..12)
        .map(|at| row(at + 4, &[&format!("GENE{at}"), "3", "4"]))
        .collect();
    let rows = format!(
        r#"{}<row r="2"><c r="A2" s="1"><v>44256</v></c><c r="B2"><v>1</v></c><c r="C2"><v>2</v></c></row>{}{dates}"#,
        row(1, &["gene", "a", "b"]),
        row(3, &["TP53", "1", "2"]),
    );
    let bytes = workbook(&[Sheet("S", "visible", rows)], &[]);
    let imported = import(&bytes, ImportOptions::default());
    let findings = &imported.report.findings;
    let found = findings
        .iter()
        .find(|finding| finding.code == "excel_date")
        .unwrap();
    assert_eq!(found.places[0].line, Some(2));
    assert_eq!(found.places[0].value.as_deref(), Some("2021-03-01"));
    assert!(found.detail.contains("MARCH1"), "{}", found.detail);
}
