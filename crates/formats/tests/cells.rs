//! Archives of counts in cells: read whole, in any packing, and refused with their reason.

mod common;

use std::{fmt::Write as _, io::Write as _};

use common::{codes, dataset, import, import_in_blocks, options, real_file, root};
use cuvette_core::{Dataset, Matrix, dataset::ValueKind, report::Severity};
use cuvette_formats::{
    BUNDLE_END_BYTES, FileInfo, FormatError, ImportOptions, Imported, InputKind, Preview,
    bundle_header, bundle_padding, cells_files, common_name, matrix_fingerprint, preview,
};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use serde_json::Value;

const MTX: &str = "%%MatrixMarket matrix coordinate integer general\n\
    %metadata_json: {\"format_version\": 2}\n\
    3 4 5\n1 1 5\n3 1 1\n2 2 300\n1 4 2\n2 4 9\n";
const FEATURES: &str = "ENSG01\tTP53\tGene Expression\n\
    ENSG02\tMYC\tGene Expression\n\
    ENSG03\tGAPDH\tGene Expression\n";
const BARCODES: &str = "AAAC-1\nAAAG-1\nAAAT-1\nAACA-1\n";

type Members<'a> = Vec<(&'a str, Vec<u8>)>;

fn three() -> Members<'static> {
    vec![
        ("barcodes.tsv", BARCODES.into()),
        ("features.tsv", FEATURES.into()),
        ("matrix.mtx", MTX.into()),
    ]
}

/// The three files, one of them another.
fn with(path: &'static str, text: &str) -> Members<'static> {
    let mut members = three();
    members.retain(|(known, _)| *known != path);
    members.push((path, text.into()));
    members
}

fn tar(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (path, content) in members {
        let n_bytes = content.len() as u64;
        bytes.extend(bundle_header(path, n_bytes).expect("a short path"));
        bytes.extend(content);
        bytes.resize(bytes.len() + bundle_padding(n_bytes), 0);
    }
    bytes.resize(bytes.len() + BUNDLE_END_BYTES, 0);
    bytes
}

/// A name a line.
fn lines(stem: &str, n: usize) -> String {
    let mut text = String::new();
    for at in 0..n {
        writeln!(text, "{stem}{at}").expect("a string takes all");
    }
    text
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

fn zip(members: &[(&str, Vec<u8>)], is_packed: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = ZipArchiveWriter::new(&mut bytes);
    for (path, content) in members {
        let method = if is_packed {
            CompressionMethod::DEFLATE
        } else {
            CompressionMethod::STORE
        };
        let file = archive.new_file(path).compression_method(method);
        let (mut entry, config) = file.start().expect("a new member");
        if is_packed {
            let encoder = flate2::write::DeflateEncoder::new(&mut entry, Compression::fast());
            let mut writer = config.wrap(encoder);
            writer.write_all(content).expect("a vector takes all");
            let (encoder, descriptor) = writer.finish().expect("a vector takes all");
            encoder.finish().expect("a vector takes all");
            entry.finish(descriptor).expect("a vector takes all");
        } else {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(content).expect("a vector takes all");
            let (_, descriptor) = writer.finish().expect("a vector takes all");
            entry.finish(descriptor).expect("a vector takes all");
        }
    }
    archive.finish().expect("a vector takes all");
    bytes
}

fn read(bytes: &[u8]) -> Result<Imported, FormatError> {
    import("cells.tar", bytes, &ImportOptions::default())
}

fn read_well(bytes: &[u8]) -> Imported {
    read(bytes).unwrap_or_else(|error| panic!("{error}"))
}

fn look(bytes: &[u8], n_head: usize) -> Preview {
    let info = FileInfo {
        name: "cells.tar".into(),
        size_bytes: bytes.len() as u64,
    };
    let head = &bytes[..n_head.min(bytes.len())];
    preview(&info, head, None, None, &ImportOptions::default())
        .unwrap_or_else(|error| panic!("{error}"))
}

fn is_the_small_one(imported: &Imported) {
    let data = dataset(imported);
    assert_eq!(imported.kind, InputKind::Matrix);
    assert_eq!(*data.genes, ["ENSG01", "ENSG02", "ENSG03"]);
    assert_eq!(*data.samples, ["AAAC-1", "AAAG-1", "AAAT-1", "AACA-1"]);
    let values = vec![5., 0., 0., 2., 0., 300., 0., 9., 1., 0., 0., 0.];
    assert!(data.matrix.sparse().is_some());
    assert_eq!(data.matrix.dense_form_bytes(), 0);
    assert_eq!(data.matrix, Matrix::from_rows(3, 4, values));
    assert_eq!(
        (data.kind, &*data.value_label),
        (ValueKind::Counts, "count")
    );
    let symbols = data.gene_annotations.column("symbol").expect("symbols");
    assert_eq!(symbols.values.text(1), "MYC");
}

#[test]
fn every_way_to_pack_the_three_files_gives_the_same() {
    let packed: Members = three()
        .into_iter()
        .map(|(path, text)| (path, gzip(&text)))
        .collect();
    let in_folder: Members = vec![
        (
            "outs/filtered_feature_bc_matrix/matrix.mtx.gz",
            gzip(MTX.as_bytes()),
        ),
        (
            "outs/filtered_feature_bc_matrix/features.tsv.gz",
            gzip(FEATURES.as_bytes()),
        ),
        (
            "outs/filtered_feature_bc_matrix/._matrix.mtx.gz",
            b"attributes".to_vec(),
        ),
        ("outs/web_summary.html", b"<html>".to_vec()),
        (
            "outs/filtered_feature_bc_matrix/barcodes.tsv.gz",
            gzip(BARCODES.as_bytes()),
        ),
    ];
    let of_geo: Members = vec![
        ("GSM123_one_matrix.mtx.gz", gzip(MTX.as_bytes())),
        ("GSM123_one_barcodes.tsv.gz", gzip(BARCODES.as_bytes())),
        ("GSM123_one_genes.tsv.gz", gzip(FEATURES.as_bytes())),
    ];
    let crlf = |text: &str| text.replace('\n', "\r\n").into_bytes();
    let of_windows: Members = vec![
        ("MATRIX.MTX", crlf(MTX)),
        ("Features.tsv", crlf(FEATURES)),
        ("barcodes.tsv", crlf(BARCODES.trim_end())),
    ];
    for members in [three(), packed, in_folder, of_geo, of_windows] {
        let plain = tar(&members);
        for bytes in [
            gzip(&plain),
            zip(&members, true),
            zip(&members, false),
            plain,
        ] {
            let imported = read_well(&bytes);
            is_the_small_one(&imported);
            assert_eq!(codes(&imported.report), ["empty_cells"]);
            for block in [1, 7, 512, 1000] {
                let by_blocks = import_in_blocks("cells.tar", &bytes, &options("{}"), block);
                let by_blocks = by_blocks.unwrap_or_else(|error| panic!("{error}"));
                assert_eq!(dataset(&by_blocks).matrix, dataset(&imported).matrix);
                assert_eq!(by_blocks.report, imported.report);
            }
        }
    }
}

#[test]
fn genes_of_version_2_have_ids_and_symbols() {
    let mut members = with("genes.tsv", "ENSG01\tTP53\nENSG02\tMYC\nENSG03\tGAPDH\n");
    members.retain(|(path, _)| *path != "features.tsv");
    let imported = read_well(&gzip(&tar(&members)));
    is_the_small_one(&imported);
    assert_eq!(
        imported.format_label,
        "10x Matrix Market (v2), tar, compressed (gzip)"
    );
    let names: Vec<&str> = dataset(&imported).gene_annotations.names().collect();
    assert_eq!(names, ["symbol"]);
}

#[test]
fn other_features_are_left_out_and_counted() {
    let features = FEATURES.replace("MYC\tGene Expression", "MYC\tAntibody Capture");
    let imported = read_well(&tar(&with("features.tsv", &features)));
    assert_eq!(*dataset(&imported).genes, ["ENSG01", "ENSG03"]);
    assert_eq!(dataset(&imported).matrix.column(0), [5.0, 1.0]);
    let left_out = &imported.report.findings[1];
    assert_eq!(left_out.code, "other_features");
    assert_eq!(left_out.severity, Severity::Changed);
    assert!(
        left_out.detail.contains("1 Antibody Capture"),
        "{left_out:?}"
    );
    let none = FEATURES.replace("Gene Expression", "Peaks");
    check(
        &with("features.tsv", &none),
        "no feature is of the kind Gene Expression",
        None,
    );
}

#[test]
fn names_that_stand_twice_are_treated_as_in_other_files() {
    let barcodes = BARCODES.replace("AAAG", "AAAC");
    let bytes = tar(&with("barcodes.tsv", &barcodes));
    assert_eq!(dataset(&read_well(&bytes)).samples[1], "AAAC-1.1");
    let read_with = |json| import("cells.tar", &bytes, &options(json));
    let first = read_with(r#"{"duplicate_samples": "first"}"#).expect("readable");
    assert_eq!(dataset(&first).n_samples(), 3);
    let error = read_with(r#"{"duplicate_samples": "error"}"#).expect_err("refused");
    assert_eq!(error.code(), "duplicate_name");
}

#[test]
fn a_part_of_the_cells_is_read_where_asked_for() {
    let imported = import(
        "cells.tar",
        &tar(&three()),
        &options(r#"{"samples": {"every": 2}}"#),
    );
    let imported = imported.expect("readable");
    let data = dataset(&imported);
    assert_eq!(*data.samples, ["AAAC-1", "AAAT-1"]);
    assert_eq!(data.matrix.values(), &[5., 0., 0., 0., 1., 0.]);
}

/// What is said of an archive that cannot be read, and in which line.
fn check(members: &[(&str, Vec<u8>)], said: &str, line: Option<u64>) {
    for bytes in [tar(members), zip(members, true)] {
        let error = read(&bytes).map(|_| ()).expect_err(said);
        assert!(
            error.to_string().contains(said),
            "{error} does not say {said:?}"
        );
        assert_eq!(error.at.line, line, "{error}");
        assert!(!error.hint().is_empty());
    }
}

#[test]
fn a_matrix_that_contradicts_itself_is_refused_with_its_line() {
    let mtx = |from: &str, to: &str| {
        assert!(MTX.contains(from), "{from}");
        with("matrix.mtx", &MTX.replace(from, to))
    };
    check(&mtx("3 1 1\n", "4 1 1\n"), "row 4 does not exist", Some(5));
    check(
        &mtx("3 1 1\n", "0 1 1\n"),
        "rows are numbered from 1 to 3",
        Some(5),
    );
    check(
        &mtx("3 1 1\n", "3 5 1\n"),
        "column 5 does not exist",
        Some(5),
    );
    check(&mtx("3 1 1\n", "3 1\n"), "one number is expected", Some(5));
    check(&mtx("3 1 1\n", "3 1 nan\n"), "\"nan\"", Some(5));
    check(&mtx("3 1 1\n", "3 1 1e99\n"), "1e99", Some(5));
    check(
        &mtx("3 1 1\n", "3 1 1.5\n"),
        "whole numbers, found 1.5",
        Some(5),
    );
    check(&mtx("3 1 1\n", "\n% late\n"), "% late", Some(6));
    check(
        &mtx("3 1 1\n", "1 1 1\n"),
        "ENSG01 (row 1) has two values in AAAC-1",
        None,
    );
    check(
        &mtx("3 4 5\n", "3 4 6\n"),
        "promises 6 values, and the file ends after 5",
        Some(8),
    );
    check(
        &mtx("3 4 5\n", "3 4 4\n"),
        "more values than the 4",
        Some(8),
    );
    check(
        &mtx("3 4 5\n", "3 4\n"),
        "line of sizes is \"3 4\"",
        Some(3),
    );
    check(
        &mtx("3 4 5\n", "3 4 13\n"),
        "13 values are promised for 3 × 4",
        Some(3),
    );
    check(
        &mtx("3 4 5\n", "3 4000000000 5\n"),
        "names 4, and the matrix has 4,000,000,000 columns",
        None,
    );
    let many = mtx("3 4 5\n", "3 4000000000 5000000000\n");
    check(&many, "5,000,000,000 values are more than", Some(3));
    check(&mtx("integer", "pattern"), "not which", Some(1));
    check(&mtx("integer", "complex"), "pairs of numbers", Some(1));
    check(&mtx("general", "symmetric"), "one half", Some(1));
    check(&mtx("coordinate", "array"), "every zero", Some(1));
    check(
        &mtx("%%MatrixMarket", "%%Market"),
        "%%MatrixMarket was expected",
        Some(1),
    );
}

#[test]
fn sizes_that_do_not_fit_together_are_said() {
    let transposed = "%%MatrixMarket matrix coordinate integer general\n4 3 1\n1 1 5\n";
    check(&with("matrix.mtx", transposed), "it is transposed", None);
    check(
        &with("features.tsv", "ENSG01\n"),
        "names 1, and the matrix has 3 rows",
        None,
    );
    let header = format!("barcode\n{BARCODES}");
    check(
        &with("barcodes.tsv", &header),
        "Is its first line a header?",
        None,
    );
    check(&with("features.tsv", "a\tb\nc\n"), "cells found", Some(2));
    check(
        &with("barcodes.tsv", "a\n\nb\nc\n"),
        "without a name",
        Some(2),
    );
    check(&with("barcodes.tsv", ""), "names 0", None);
    check(&with("matrix.mtx", ""), "ends before its sizes", None);
}

#[test]
fn what_is_missing_or_too_many_is_named() {
    let mut without = three();
    without.retain(|(path, _)| *path != "barcodes.tsv");
    check(
        &without,
        "holds no barcodes.tsv, only features.tsv, matrix.mtx",
        None,
    );
    let mut two = three();
    two.push(("b/matrix.mtx", MTX.into()));
    check(&two, "2 files matrix.mtx: matrix.mtx, b/matrix.mtx", None);
    let error = read(&tar(&[("photo.jpg", vec![1; 600])]))
        .map(|_| ())
        .expect_err("no cells");
    assert_eq!(error.code(), "not_a_table");
    let alone = import("matrix.mtx", MTX.as_bytes(), &options("{}")).map(|_| ());
    let alone = alone.expect_err("no names");
    assert!(alone.hint().contains("barcodes.tsv"), "{alone}");
}

#[test]
fn raw_barcodes_are_told_from_cells() {
    let n = 120_000;
    let mtx = format!("%%MatrixMarket matrix coordinate integer general\n3 {n} 2\n1 1 5\n3 7 1\n");
    let barcodes = lines("B", n);
    let mut members = with("matrix.mtx", &mtx);
    members.retain(|(path, _)| *path != "barcodes.tsv");
    members.push(("barcodes.tsv", barcodes.into()));
    let imported = read_well(&tar(&members));
    let finding = &imported.report.findings[0];
    assert_eq!(finding.code, "unfiltered_cells");
    assert_eq!(finding.title, "120,000 barcodes: raw, not filtered");
    assert_eq!(codes(&imported.report), ["unfiltered_cells", "empty_genes"]);
}

#[test]
fn more_than_the_memory_holds_is_refused_from_the_header() {
    let mtx = "%%MatrixMarket matrix coordinate integer general\n30000 4 100000\n1 1 5\n";
    let members = with("matrix.mtx", mtx);
    let bytes = tar(&members);
    let info = FileInfo {
        name: "cells.tar".into(),
        size_bytes: bytes.len() as u64,
    };
    let importer = cuvette_formats::Importer::new(info, None, ImportOptions::default());
    let mut importer = importer.within(Some(1 << 20));
    let pushed = importer
        .push(&bytes)
        .and_then(|()| importer.finish().map(|_| ()));
    let error = pushed.expect_err("too large");
    assert_eq!(error.code(), "too_large");
    assert!(
        error.to_string().contains("30,000 genes × 4 samples"),
        "{error}"
    );
}

#[test]
fn a_small_archive_is_previewed_whole() {
    for bytes in [tar(&three()), zip(&three(), true), gzip(&tar(&three()))] {
        let look = look(&bytes, usize::MAX);
        assert!(
            look.format_label.starts_with("10x Matrix Market (v3)"),
            "{}",
            look.format_label
        );
        let cells: Vec<Vec<&str>> = look
            .grid
            .rows
            .iter()
            .map(|row| row.cells.iter().map(String::as_str).collect())
            .collect();
        assert_eq!(
            cells[0],
            ["gene", "symbol", "AAAC-1", "AAAG-1", "AAAT-1", "AACA-1"]
        );
        assert_eq!(cells[2], ["ENSG02", "MYC", "0", "300", "0", "9"]);
        assert_eq!(look.grid.gap_at, None);
        assert_eq!((look.estimate.n_genes, look.estimate.n_samples), (3, 4));
        assert_eq!(codes(&look.report), ["empty_cells"]);
    }
}

#[test]
fn an_error_in_a_small_archive_is_a_finding_with_member_and_line() {
    let mtx = MTX.replace("3 1 1", "4 1 1");
    let look = look(&tar(&with("matrix.mtx", &mtx)), usize::MAX);
    let finding = &look.report.findings[0];
    assert_eq!(
        (&*finding.code, finding.severity),
        ("cells_archive", Severity::Error)
    );
    assert_eq!(finding.places[0].line, Some(5));
    assert!(
        finding.detail.contains("In matrix.mtx in cells.tar"),
        "{finding:?}"
    );
}

#[test]
fn the_start_of_an_archive_shows_its_first_cells() {
    let n_cells = 60_000;
    let mut mtx = format!(
        "%%MatrixMarket matrix coordinate integer general\n3 {n_cells} {}\n",
        2 * n_cells
    );
    for cell in 1..=n_cells {
        writeln!(mtx, "3 {cell} {}\n1 {cell} 1", cell % 250).expect("a string takes all");
    }
    let barcodes = lines("B", n_cells);
    let members: Members = vec![
        ("barcodes.tsv", barcodes.into()),
        ("features.tsv", FEATURES.into()),
        ("matrix.mtx", mtx.into()),
    ];
    let bytes = tar(&members);
    assert!(bytes.len() > 1 << 20);
    let look_at = |n_head| look(&bytes, n_head);
    let look = look_at(1 << 20);
    assert_eq!(
        (look.estimate.n_genes, look.estimate.n_samples),
        (3, 60_000)
    );
    assert_eq!(look.grid.rows[1].cells[..4], ["ENSG01", "TP53", "1", "1"]);
    assert_eq!(look.grid.rows[3].cells[2..5], ["1", "2", "3"]);
    assert!(
        look.report.findings.is_empty(),
        "{:?}",
        look.report.findings
    );
    assert!(look_at(200_000).grid.rows.is_empty());
}

#[test]
fn a_look_takes_no_memory_for_what_a_header_only_says() {
    for sizes in [
        "3 4000000000 5",
        "4000000000 4 5",
        "3 4000000000 12000000000",
    ] {
        let mtx = MTX.replace("3 4 5", sizes);
        let bytes = tar(&with("matrix.mtx", &mtx));
        let look = look(&bytes, bytes.len() - BUNDLE_END_BYTES);
        assert!(look.grid.rows.is_empty(), "{sizes}");
    }
}

#[test]
fn a_cut_archive_never_panics_and_is_never_taken_for_whole() {
    for bytes in [tar(&three()), gzip(&tar(&three())), zip(&three(), true)] {
        let is_tar = bytes.len() > 2 * BUNDLE_END_BYTES;
        for n in 0..bytes.len() {
            let cut = &bytes[..n];
            let imported = read(cut);
            let is_end = is_tar && bytes[n..].iter().all(|&byte| byte == 0);
            // Without the first header there is no archive yet.
            let is_archive = n >= if is_tar { 512 } else { 4 };
            assert!(
                imported.is_err() || is_end || !is_archive,
                "{n} of {} bytes",
                bytes.len()
            );
            let info = FileInfo {
                name: "cells.tar".into(),
                size_bytes: bytes.len() as u64,
            };
            drop(preview(&info, cut, None, None, &ImportOptions::default()));
        }
    }
}

#[test]
fn a_damaged_archive_never_panics() {
    for bytes in [tar(&three()), zip(&three(), false), gzip(&tar(&three()))] {
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            drop(read(&damaged));
            drop(look_or_error(&damaged));
        }
    }
}

fn look_or_error(bytes: &[u8]) -> Result<Preview, FormatError> {
    let info = FileInfo {
        name: "cells.tar".into(),
        size_bytes: bytes.len() as u64 + 1,
    };
    preview(&info, bytes, None, None, &ImportOptions::default())
}

#[test]
fn an_archive_of_scipy_has_the_sums_that_scipy_gives() {
    let folder = root().join("tests/golden/cells");
    let text = std::fs::read_to_string(folder.join("scipy.json")).expect("a golden file");
    let golden: Value = serde_json::from_str(&text).expect("JSON");
    let bytes = std::fs::read(folder.join("scipy.tar.gz")).expect("a golden file");
    let imported = read_well(&bytes);
    let data = dataset(&imported);
    let numbers = |key: &str| -> Vec<f64> {
        let all = golden[key].as_array().expect("a list");
        all.iter()
            .map(|it| it.as_f64().expect("a number"))
            .collect()
    };
    let cells: Vec<f64> = (0..data.n_samples())
        .map(|cell| {
            data.matrix
                .column(cell)
                .iter()
                .map(|&it| f64::from(it))
                .sum()
        })
        .collect();
    assert_eq!(cells, numbers("cell_sums"));
    let genes = data
        .matrix
        .map_rows(&|row| row.iter().map(|&it| f64::from(it)).sum::<f64>());
    assert_eq!(genes, numbers("gene_sums"));
    let n_values = data.matrix.sparse().map(|cells| cells.n_values() as u64);
    assert_eq!(n_values, golden["n_values"].as_u64());
    assert_eq!(data.genes[0], golden["genes"][1].as_str().expect("a name"));
    let mut print = String::new();
    for byte in matrix_fingerprint(data) {
        write!(print, "{byte:02x}").expect("a string takes all");
    }
    assert_eq!(print, golden["sha256"].as_str().expect("a sum"));
    let found = codes(&imported.report);
    assert_eq!(found, ["empty_cells", "other_features", "empty_genes"]);
}

#[test]
fn real_folders_of_both_versions_are_read() {
    let folders = [
        ("3.0.0/filtered_feature_bc_matrix", ".gz", (507, 1107)),
        ("1.2.0/filtered_gene_bc_matrices/hg19_chr21", "", (343, 12)),
    ];
    for (folder, ending, shape) in folders {
        let names = ["barcodes.tsv", "features.tsv", "genes.tsv", "matrix.mtx"];
        let mut members = Vec::new();
        for name in names {
            let path = format!("formats/scanpy_10x_data/{folder}/{name}{ending}");
            let other = name == "genes.tsv" && !ending.is_empty();
            if other || (name == "features.tsv" && ending.is_empty()) {
                continue;
            }
            let Some(file) = real_file(&path) else { return };
            members.push((
                name.to_string() + ending,
                std::fs::read(file).expect("readable"),
            ));
        }
        let members: Members = members
            .iter()
            .map(|(name, it)| (&**name, it.clone()))
            .collect();
        let imported = read_well(&tar(&members));
        let data = dataset(&imported);
        assert_eq!((data.n_genes(), data.n_samples()), shape, "{folder}");
        assert!(data.gene_annotations.column("symbol").is_some());
        assert_eq!(data.kind, ValueKind::Counts);
    }
}

#[test]
fn a_folder_is_bundled_where_it_holds_one_of_each() {
    let check =
        |paths: &[&str], expected: Option<[usize; 3]>| assert_eq!(cells_files(paths), expected);
    check(
        &["matrix.mtx", "genes.tsv", "barcodes.tsv"],
        Some([2, 1, 0]),
    );
    check(
        &[
            "b/matrix.mtx.gz",
            "a/genes.tsv.gz",
            "notes",
            "c/barcodes.tsv",
        ],
        Some([1, 0, 3]),
    );
    check(&["matrix.mtx", "genes.tsv"], None);
    check(
        &["matrix.mtx", "x_matrix.mtx", "genes.tsv", "barcodes.tsv"],
        None,
    );
    let name = |paths: &[&str]| common_name(paths);
    assert_eq!(
        name(&[
            "GSM1_matrix.mtx.gz",
            "GSM1_genes.tsv.gz",
            "GSM1_barcodes.tsv.gz"
        ]),
        "GSM1"
    );
    assert_eq!(name(&["matrix.mtx", "genes.tsv", "barcodes.tsv"]), "cells");
}

fn entries() -> impl Strategy<Value = (usize, usize, Vec<(usize, usize, f32)>)> {
    let value = prop_oneof![
        5 => (1_u8..=255).prop_map(f32::from),
        2 => (1_u16..=u16::MAX).prop_map(f32::from),
        1 => (1_u32..16_777_216).prop_map(|it| it as f32),
    ];
    (1_usize..12, 1_usize..12).prop_flat_map(move |(n_genes, n_cells)| {
        let places = proptest::collection::btree_map(
            (0..n_genes, 0..n_cells),
            value.clone(),
            0..n_genes * n_cells,
        );
        let shuffled = places.prop_map(|places| {
            places
                .into_iter()
                .map(|((gene, cell), value)| (gene, cell, value))
                .collect()
        });
        (
            Just(n_genes),
            Just(n_cells),
            Strategy::prop_shuffle(shuffled),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_was_packed_comes_out(
        (n_genes, n_cells, entries) in entries(),
        order in Just([0_usize, 1, 2]).prop_shuffle(),
        packed in proptest::array::uniform3(any::<bool>()),
        container in 0..4,
        block in 1_usize..3_000,
        scale in prop_oneof![Just(1.0_f32), Just(0.25), Just(-1.0)],
    ) {
        let mut mtx = format!(
            "%%MatrixMarket matrix coordinate real general\n{n_genes} {n_cells} {}\n",
            entries.len()
        );
        let mut values = vec![0.0; n_genes * n_cells];
        for &(gene, cell, value) in &entries {
            values[gene * n_cells + cell] = value * scale;
            writeln!(mtx, "{} {} {}", gene + 1, cell + 1, value * scale).expect("a string takes all");
        }
        let texts = [mtx, lines("g", n_genes), lines("c", n_cells)];
        let names = [["matrix.mtx", "matrix.mtx.gz"], ["genes.tsv", "genes.tsv.gz"], ["barcodes.tsv", "barcodes.tsv.gz"]];
        let members: Members = order
            .iter()
            .map(|&at| {
                let text = texts[at].as_bytes();
                let bytes = if packed[at] { gzip(text) } else { text.to_vec() };
                (names[at][usize::from(packed[at])], bytes)
            })
            .collect();
        let bytes = match container {
            0 => tar(&members),
            1 => gzip(&tar(&members)),
            2 => zip(&members, true),
            _ => zip(&members, false),
        };
        let imported = import_in_blocks("x", &bytes, &ImportOptions::default(), block);
        let imported = imported.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let found: &Dataset = dataset(&imported);
        prop_assert_eq!(&found.matrix, &Matrix::from_rows(n_genes, n_cells, values));
        prop_assert!(found.matrix.sparse().is_some());
    }
}
