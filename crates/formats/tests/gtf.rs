//! Gene lengths of a small simulated annotation, worked out by hand.

mod common;

use std::io::Write;

use common::{codes, import, root};
use cuvette_core::analyses::{AnnotationTable, Data};
use cuvette_formats::{FileInfo, FormatError, ImportOptions, Imported, Importer};
use flate2::{Compression, write::GzEncoder};

fn bytes() -> Vec<u8> {
    std::fs::read(root().join("tests/corpus/genes.gtf")).expect("the fixture")
}

fn read(text: &[u8]) -> Result<Imported, FormatError> {
    import("genes.gtf", text, &ImportOptions::default())
}

fn table(imported: &Imported) -> &AnnotationTable {
    match &imported.data {
        Data::GeneTable(table) => table,
        other => panic!("{other:?} is no gene table"),
    }
}

fn check_column(table: &AnnotationTable, name: &str, expected: [&str; 4]) {
    let column = table.annotations.column(name).expect("the column");
    let found: Vec<String> = (0..4).map(|row| column.values.text(row)).collect();
    assert_eq!(found, expected, "{name}");
}

#[test]
fn lengths_are_those_worked_out_by_hand() {
    let imported = read(&bytes()).expect("a table");
    assert_eq!(imported.format_label, "GTF annotation");
    let table = table(&imported);
    assert_eq!(table.id_header, "gene_id");
    assert_eq!(table.ids, ["G1.2", "G2.1", "G3", "G4"]);
    let names: Vec<&str> = table.annotations.names().collect();
    assert_eq!(
        names,
        [
            "gene_name",
            "union_exon_length",
            "longest_transcript_length",
            "genomic_span",
            "reference_length"
        ]
    );
    check_column(table, "gene_name", ["ALPHA", "TWIN", "TWIN", "BARE"]);
    // G1: exons 101–250 and 301–400. G2: 100 and 10 bases. G3: two exons side by side.
    check_column(table, "union_exon_length", ["250", "110", "20", ""]);
    // G1: T1 has 100 + 50 bases, T2 100 + 80.
    check_column(table, "longest_transcript_length", ["180", "110", "20", ""]);
    check_column(table, "genomic_span", ["300", "1000", "20", "1"]);
    // G1: T1 goes from 101 to 400.
    check_column(table, "reference_length", ["299", "999", "19", ""]);
}

#[test]
fn repeated_names_and_genes_without_exons_are_reported() {
    let imported = read(&bytes()).expect("a table");
    assert_eq!(
        codes(&imported.report),
        ["no_exons", "gene_lengths", "repeated_names"]
    );
    let titles: Vec<&str> = imported
        .report
        .findings
        .iter()
        .map(|finding| finding.title.as_str())
        .collect();
    assert_eq!(
        titles,
        [
            "1 gene without an exon",
            "4 genes with 4 transcripts are read as a table of gene lengths",
            "1 name is that of several genes",
        ]
    );
}

#[test]
fn blocks_of_any_size_compression_and_line_ends_change_nothing() {
    let expected = read(&bytes()).expect("a table");
    let check = |text: &[u8], block: usize| {
        let file = FileInfo {
            name: "genes.gtf".into(),
            size_bytes: text.len() as u64,
        };
        let mut importer = Importer::new(file, None, ImportOptions::default());
        for block in text.chunks(block) {
            importer.push(block).expect("readable");
        }
        let found = importer.finish().expect("a table");
        assert_eq!(table(&found).ids, table(&expected).ids);
        assert_eq!(
            format!("{:?}", table(&found).annotations),
            format!("{:?}", table(&expected).annotations)
        );
    };
    for block in [1, 7, 100, 1 << 20] {
        check(&bytes(), block);
    }
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&bytes()).expect("in memory");
    check(&packed.finish().expect("in memory"), 50);
    let text = String::from_utf8(bytes()).expect("text");
    check(text.replace('\n', "\r\n").as_bytes(), 64);
    check(text.trim_end().as_bytes(), 64);
    // A file that is longer than what is judged of it.
    let long = format!("{text}{}", "# a comment\n".repeat(200_000));
    check(long.as_bytes(), 1 << 16);
}

#[test]
fn a_broken_line_is_told_with_line_and_column() {
    let check = |from: &str, to: &str, expected: &str| {
        let text = String::from_utf8(bytes()).expect("text");
        assert!(text.contains(from), "{from}");
        let error = read(text.replacen(from, to, 1).as_bytes()).expect_err("an error");
        assert_eq!(error.to_string(), expected);
        assert!(!error.hint().is_empty());
    };
    // The first lines decide that it is GTF: what is broken stands below.
    let comment = "#!genome-build simulated\n";
    let filler = "9\ts\tCDS\t1\t2\t.\t+\t.\tgene_id \"F\";\n".repeat(20);
    let below = |line: &str| format!("{filler}{line}\n");
    check(
        comment,
        &below("1\ts\texon\t10\t2x\t.\t+\t.\tgene_id \"G\"; transcript_id \"T\";"),
        "\"2x\" is no position, a whole number from 1 up was expected (line 21, column 5, genes.gtf)",
    );
    check(
        comment,
        &below("1\ts\texon\t10\t20\t.\t+\t.\ttranscript_id \"T\";"),
        "the attributes hold no gene_id (line 21, column 9, genes.gtf)",
    );
    check(
        comment,
        &below("1\ts\texon\t10\t20"),
        "5 cells found, 9 expected; the line begins \"1\", \"s\", \"exon\", \"10\" (line 21, genes.gtf)",
    );
}

#[test]
fn an_annotation_without_genes_is_no_table() {
    let error = read(b"1\ts\tCDS\t1\t2\t.\t+\t.\tgene_id \"F\";\n").expect_err("an error");
    assert_eq!(error.code(), "no_table");
}
