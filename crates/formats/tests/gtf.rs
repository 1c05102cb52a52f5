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
            "Read as a table of gene lengths: 4 genes with 4 transcripts",
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
    let error = read(b"1\ts\tstop_codon\t1\t2\t.\t+\t.\tgene_id \"F\";\n").expect_err("an error");
    assert_eq!(error.code(), "no_table");
}

/// Lines as a provider writes them, with blanks for tabs between the first eight columns.
fn annotation(comments: &str, lines: &[(&str, &str)]) -> Vec<u8> {
    let mut text = comments.to_owned();
    for (columns, attributes) in lines {
        text += &[&columns.replace(' ', "\t"), *attributes].join("\t");
        text.push('\n');
    }
    text.into_bytes()
}

fn row(table: &AnnotationTable, at: usize) -> Vec<String> {
    let columns = table.annotations.columns.iter();
    let cells = columns.map(|column| column.values.text(at));
    std::iter::once(table.ids[at].clone())
        .chain(cells)
        .collect()
}

#[test]
fn gencode_keeps_its_versions_and_ensembl_has_them_apart() {
    let gencode = annotation(
        "##description: evidence-based annotation\n##provider: GENCODE\n##format: gtf\n",
        &[
            (
                "chr1 HAVANA gene 11869 14409 . + .",
                r#"gene_id "ENSG00000290825.1"; gene_type "lncRNA"; gene_name "DDX11L2"; level 2; tag "overlaps_pseudogene";"#,
            ),
            (
                "chr1 HAVANA transcript 11869 14409 . + .",
                r#"gene_id "ENSG00000290825.1"; transcript_id "ENST00000456328.2"; gene_type "lncRNA"; gene_name "DDX11L2"; transcript_type "lncRNA"; level 2; transcript_support_level "1"; tag "basic"; tag "Ensembl_canonical";"#,
            ),
            (
                "chr1 HAVANA exon 11869 12227 . + .",
                r#"gene_id "ENSG00000290825.1"; transcript_id "ENST00000456328.2"; gene_name "DDX11L2"; exon_number 1; exon_id "ENSE00002234944.1"; level 2;"#,
            ),
        ],
    );
    let imported = read(&gencode).expect("a table");
    assert_eq!(
        row(table(&imported), 0),
        ["ENSG00000290825.1", "DDX11L2", "359", "359", "2541", "2540"]
    );
    let ensembl = annotation(
        "#!genome-build TAIR10\n#!genome-version TAIR10\n#!genome-date 2010-09\n",
        &[
            (
                "1 araport11 gene 4810488 4811999 . + .",
                r#"gene_id "AT1G14040"; gene_version "1"; gene_name "PHO1;H3"; gene_source "araport11"; gene_biotype "protein_coding";"#,
            ),
            (
                "1 araport11 exon 4810488 4811109 . + .",
                r#"gene_id "AT1G14040"; gene_version "1"; transcript_id "AT1G14040.1"; exon_number "1"; gene_name "PHO1;H3";"#,
            ),
            (
                "1 araport11 five_prime_utr 4810488 4810500 . + .",
                r#"gene_id "AT1G14040"; transcript_id "AT1G14040.1";"#,
            ),
        ],
    );
    let imported = read(&ensembl).expect("a table");
    assert_eq!(
        row(table(&imported), 0),
        ["AT1G14040", "PHO1;H3", "622", "622", "1512", "621"]
    );
}

#[test]
fn refseq_may_leave_transcripts_without_a_name() {
    let refseq = annotation(
        "#gtf-version 2.2\n#!genome-build GRCh38.p14\n#!annotation-source NCBI RefSeq\n",
        &[
            (
                "NC_000002.12 BestRefSeq gene 101 400 . + .",
                r#"gene_id "IGKV1-5"; transcript_id ""; db_xref "GeneID:28299"; db_xref "HGNC:HGNC:5741"; gbkey "Gene"; gene "IGKV1-5"; gene_biotype "V_segment"; "#,
            ),
            (
                "NC_000002.12 BestRefSeq exon 101 150 . + .",
                r#"gene_id "IGKV1-5"; transcript_id ""; gbkey "V_segment"; gene "IGKV1-5"; exon_number "1"; "#,
            ),
            (
                "NC_000002.12 BestRefSeq exon 351 400 . + .",
                r#"gene_id "IGKV1-5"; transcript_id ""; gbkey "V_segment"; gene "IGKV1-5"; exon_number "2"; "#,
            ),
            (
                "NC_000002.12 BestRefSeq exon 901 910 . - .",
                r#"gene_id "OTHER"; transcript_id "NM_1.2"; gene "OTHER"; note "a; b"; "#,
            ),
        ],
    );
    let imported = read(&refseq).expect("a table");
    assert_eq!(
        row(table(&imported), 0),
        ["IGKV1-5", "IGKV1-5", "100", "100", "300", "299"]
    );
    assert_eq!(row(table(&imported), 1)[2], "10");
    assert_eq!(
        codes(&imported.report),
        ["gene_lengths", "unnamed_transcripts"]
    );
}

#[test]
fn coding_sequence_stands_for_exons_where_a_gene_has_none() {
    let bacteria = annotation(
        "##gff-version 2\n",
        &[
            (
                "AP026065.1 DDBJ gene 1 1881 . + .",
                r#"gene_id "B_0010"; transcript_id ""; gene "mnmG"; locus_tag "B_0010";"#,
            ),
            (
                "AP026065.1 DDBJ CDS 1 1878 . + 0",
                r#"gene_id "B_0010"; transcript_id "unassigned_transcript_1"; gene "mnmG";"#,
            ),
            (
                "AP026065.1 DDBJ start_codon 1 3 . + 0",
                r#"gene_id "B_0010"; transcript_id "unassigned_transcript_1";"#,
            ),
            (
                "AP026065.1 DDBJ exon 2001 2075 . + .",
                r#"gene_id "B_0020"; transcript_id "unassigned_transcript_2"; gene "trnA";"#,
            ),
            (
                "AP026065.1 DDBJ CDS 2001 2030 . + .",
                r#"gene_id "B_0020"; transcript_id "unassigned_transcript_2"; gene "trnA";"#,
            ),
        ],
    );
    let imported = read(&bacteria).expect("a table");
    assert_eq!(
        row(table(&imported), 0),
        ["B_0010", "mnmG", "1878", "1878", "1881", "1877"]
    );
    assert_eq!(
        row(table(&imported), 1),
        ["B_0020", "trnA", "75", "75", "75", "74"]
    );
    assert_eq!(codes(&imported.report), ["coding_lengths", "gene_lengths"]);
}

#[test]
fn gff3_is_refused_with_a_way_to_gtf() {
    let gff3 = annotation(
        "",
        &[
            (
                "1 ensembl gene 1 90 . + .",
                "ID=gene:ENSG1;Name=A;gene_id=ENSG1",
            ),
            (
                "1 ensembl mRNA 1 90 . + .",
                "ID=transcript:ENST1;Parent=gene:ENSG1",
            ),
        ],
    );
    let headed = [b"##gff-version 3\n".as_slice(), &gff3].concat();
    for text in [gff3, headed] {
        let error = read(&text).expect_err("an error");
        assert_eq!(error.code(), "not_a_table");
        assert!(error.hint().contains("gffread"), "{}", error.hint());
    }
}
