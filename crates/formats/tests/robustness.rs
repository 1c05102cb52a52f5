//! Whatever the bytes, and however they come: data with findings, or an error with its place.

mod common;

use std::fmt::Write as _;

use common::{dataset, import, import_in_blocks, real_file, root};
use cuvette_core::{Dataset, Matrix, analyses::Data};
use cuvette_formats::{
    Delimiter, FileInfo, ImportOptions, Unreadable, matrix_fingerprint, preview,
    write::write_dataset,
};
use proptest::prelude::*;

/// A small generator, so that the damage is the same in every run (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }
}

fn corpus() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(root().join("tests/corpus"))
        .expect("the corpus is there")
        .flatten()
        .map(|entry| {
            let name = entry.file_name().into_string().expect("names are ASCII");
            (name, std::fs::read(entry.path()).expect("readable"))
        })
        .collect();
    files.sort();
    files
}

/// Everything about the outcome that a person can see.
fn outcome(name: &str, bytes: &[u8], block: usize) -> String {
    match import_in_blocks(name, bytes, &ImportOptions::default(), block) {
        Ok(imported) => {
            let numbers = match &imported.data {
                Data::Dataset(data) => format!("{:?}", matrix_fingerprint(data)),
                other => format!("{other:?}"),
            };
            format!("{:?} {:?} {numbers}", imported.kind, imported.report)
        }
        Err(error) => format!("{error:?}"),
    }
}

#[test]
fn the_size_of_the_blocks_does_not_show() {
    for (name, bytes) in corpus() {
        let whole = outcome(&name, &bytes, bytes.len().max(1));
        for block in [1, 2, 7, 64, 1000] {
            // Where a damaged stream breaks is known to the step, not to the byte.
            if name.ends_with("cut.csv.gz") || name.starts_with("flipped") {
                continue;
            }
            assert_eq!(
                outcome(&name, &bytes, block),
                whole,
                "{name} in blocks of {block}"
            );
        }
    }
}

#[test]
fn the_size_of_the_blocks_does_not_show_in_a_large_file() {
    // Quotation marks in every chunk, and in a few of them.
    for quoted in [97, 9973] {
        check_large_file(quoted);
    }
}

fn check_large_file(quoted: usize) {
    let mut text = String::from("gene,note");
    for sample in 0..60 {
        write!(text, ",s{sample}").expect("a string takes all");
    }
    text.push('\n');
    let mut random = Random(5);
    for gene in 0..30_000 {
        let note = if gene % quoted == 0 {
            "\"a,\nb\""
        } else {
            "plain"
        };
        write!(text, "g{gene},{note}").expect("a string takes all");
        for _ in 0..60 {
            let cell = random.below(1_000_000);
            match cell % 500 {
                0 => text.push_str(",NA"),
                1 => text.push(','),
                _ => write!(text, ",{}.{}", cell / 1000, cell % 1000).expect("a string takes all"),
            }
        }
        text.push('\n');
    }
    let bytes = text.as_bytes();
    assert!(bytes.len() > 12 << 20);
    let whole = outcome("large.csv", bytes, bytes.len());
    assert!(whole.starts_with("Matrix"), "{}", &whole[..200]);
    for block in [1 << 16, 1_000_003, 5 << 20] {
        assert!(
            outcome("large.csv", bytes, block) == whole,
            "blocks of {block}"
        );
    }
}

fn damage(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    match random.below(5) {
        0 => bytes.truncate(random.below(bytes.len())),
        1 => {
            for _ in 0..=random.below(20) {
                let at = random.below(bytes.len());
                bytes[at] ^= 1 << random.below(8);
            }
        }
        2 => {
            // A column is dropped from some line on.
            let from = random.below(bytes.len());
            let mut line_has_lost = true;
            let mut kept = bytes[..from].to_vec();
            for &byte in &bytes[from..] {
                if byte == b'\n' {
                    line_has_lost = false;
                } else if !line_has_lost && matches!(byte, b',' | b'\t' | b';') {
                    line_has_lost = true;
                    continue;
                }
                kept.push(byte);
            }
            bytes = kept;
        }
        3 => {
            for _ in 0..=random.below(3) {
                bytes.insert(random.below(bytes.len()), b'"');
            }
        }
        _ => {
            let from = random.below(bytes.len());
            let to = from + random.below(bytes.len() - from).min(5000);
            let piece = bytes[from..to].to_vec();
            let at = random.below(bytes.len());
            bytes.splice(at..at, piece);
        }
    }
    bytes
}

/// Reads damaged bytes both ways; an error must name the file, and say where as far as it can.
fn survive(name: &str, bytes: &[u8]) {
    let file = FileInfo {
        name: name.into(),
        size_bytes: bytes.len() as u64,
    };
    let head = &bytes[..bytes.len().min(1 << 20)];
    let _ = preview(&file, head, None, None, &ImportOptions::default());
    for unreadable in [None, Some(Unreadable::Missing)] {
        let options = ImportOptions {
            unreadable,
            ..ImportOptions::default()
        };
        match import(name, bytes, &options) {
            Ok(imported) => assert!(!imported.report.guesses.is_empty(), "{name}"),
            Err(error) => {
                assert_eq!(error.at.file, name);
                assert!(!error.hint().is_empty());
                let needs_place = matches!(
                    error.code(),
                    "ragged_row"
                        | "open_quote"
                        | "unreadable_number"
                        | "no_table"
                        | "format_header"
                );
                assert!(!needs_place || error.at.line.is_some(), "{error:?}");
                assert!(error.code() != "damaged_compression" || error.at.byte.is_some());
            }
        }
    }
}

#[test]
fn two_hundred_damaged_real_files_give_data_or_an_error_with_its_place() {
    let mut random = Random(2024);
    for path in [
        "formats/cmapPy_older_version_v1_2.gct",
        "formats/cmapPy_mini_gctoo_for_testing.gct",
        "formats/gseapy_h.all.v7.0.symbols.gmt",
        "formats/gseapy_Leukemia.cls",
        "formats/khan_samples_in_rows.csv",
        "yeast/kemmeren2014_TF_deletions_log2_573x179.tsv",
        "rnaseq/pasilla_gene_counts.tsv",
        "rnaseq/pasilla_sample_annotation.csv",
        "rnaseq/countToFPKM_RNA-seq.read.counts.csv",
        "labelled/dslabs_tissue_gene_expression.tsv.gz",
    ] {
        let Some(file) = real_file(path) else { return };
        let bytes = std::fs::read(file).expect("readable");
        for _ in 0..20 {
            survive(path, &damage(&bytes, &mut random));
        }
    }
}

#[test]
fn damaged_corpus_files_give_data_or_an_error_with_its_place() {
    let mut random = Random(7);
    for (name, bytes) in corpus().iter().filter(|(_, bytes)| !bytes.is_empty()) {
        for _ in 0..20 {
            survive(name, &damage(bytes, &mut random));
        }
    }
}

/// The table without the second column from this line on, as where two exports were joined.
fn without_a_column(text: &str, from_line: usize) -> String {
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut cells: Vec<&str> = line.split('\t').collect();
        if number >= from_line {
            cells.remove(1);
        }
        lines.push(cells.join("\t"));
    }
    lines.join("\n")
}

/// The table stops at the line that breaks it; neither part is taken for the whole.
fn breaks_in_line(name: &str, text: &str, line: u64, [found, expected]: [usize; 2]) {
    let error = import(name, text.as_bytes(), &ImportOptions::default())
        .expect_err("a broken table is refused");
    assert_eq!(
        (error.code(), error.at.line),
        ("ragged_row", Some(line)),
        "{name}: {error}"
    );
    let counts = format!("{found} cells found, {expected} expected");
    assert!(error.to_string().starts_with(&counts), "{error}");
}

#[test]
fn a_table_that_loses_or_wins_a_column_is_refused_at_that_line() {
    let mut wide = String::from("gene\ts1\ts2\ts3\ts4");
    for gene in 0..400 {
        write!(wide, "\nG{gene}\t{gene}.5\tNA\t{gene}\t2.25").expect("a string takes all");
    }
    for from in [4, 40, 130, 200, 390] {
        let narrow = without_a_column(&wide, from);
        breaks_in_line("narrow.tsv", &narrow, from as u64, [4, 5]);
    }
    // The other way round, where the upper part is the narrower.
    for from in [40, 130, 200, 390] {
        let upper = without_a_column(&wide, 1);
        let joined: Vec<&str> = (upper.lines().take(from - 1))
            .chain(wide.lines().skip(from - 1))
            .collect();
        breaks_in_line("wider.tsv", &joined.join("\n"), from as u64, [5, 4]);
    }
}

#[test]
fn real_tables_that_lose_a_column_are_refused_at_that_line() {
    for (path, n_columns) in [
        ("yeast/kemmeren2014_TF_deletions_log2_573x179.tsv", 180),
        ("rnaseq/pasilla_gene_counts.tsv", 8),
    ] {
        let Some(file) = real_file(path) else { return };
        let text = std::fs::read_to_string(file).expect("readable");
        for from in [10, 129, 292, 500] {
            let narrow = without_a_column(&text, from);
            breaks_in_line(path, &narrow, from as u64, [n_columns - 1, n_columns]);
        }
    }
}

fn any_dataset() -> impl Strategy<Value = Dataset> {
    (3_usize..12, 5_usize..9).prop_flat_map(|(n_genes, n_samples)| {
        let value = prop_oneof![
            8 => (-1e6_f32..1e6).prop_map(|value| value),
            1 => any::<f32>().prop_filter("finite", |value| value.is_finite()),
            1 => Just(f32::NAN),
        ];
        proptest::collection::vec(value, n_genes * n_samples).prop_map(move |values| {
            let genes = (0..n_genes)
                .map(|gene| format!("gene {gene}, \"x\""))
                .collect();
            let samples = (0..n_samples).map(|sample| format!("s-{sample}")).collect();
            Dataset::new(
                Matrix::from_rows(n_genes, n_samples, values),
                genes,
                samples,
            )
        })
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(data in any_dataset()) {
        for delimiter in [Delimiter::Tab, Delimiter::Comma] {
            let mut bytes = Vec::new();
            write_dataset(&data, delimiter, &mut bytes).unwrap();
            let options = ImportOptions {
                delimiter: Some(delimiter),
                header_rows: Some(1),
                id_column: Some(cuvette_formats::ColumnRef::Number(1)),
                orientation: Some(cuvette_formats::Orientation::GenesInRows),
                decimal: Some(cuvette_formats::DecimalSign::Point),
                thousands: Some(cuvette_formats::Thousands::None),
                ..ImportOptions::default()
            };
            let imported = import("round.tsv", &bytes, &options);
            let imported = imported.map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(matrix_fingerprint(dataset(&imported)), matrix_fingerprint(&data));
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(prop_oneof![
        Just(b','), Just(b'\t'), Just(b'\n'), Just(b'"'), Just(b'\r'), Just(b'.'), b'0'..=b'9', b'a'..=b'f', any::<u8>()
    ], 0..400), block in 1_usize..50) {
        let whole = outcome("any.txt", &bytes, bytes.len().max(1));
        if !bytes.starts_with(&[0x1f, 0x8b]) {
            prop_assert_eq!(outcome("any.txt", &bytes, block), whole);
        }
        survive("any.txt", &bytes);
    }
}
