//! Gene lengths from an annotation in GTF: a table of genes, one row per `gene_id`.
//!
//! | column | is |
//! |---|---|
//! | `gene_name` | the attribute, in its absence `gene` or `gene_symbol`; empty where there is none |
//! | `union_exon_length` | bases in any exon of the gene: what featureCounts counts over |
//! | `longest_transcript_length` | bases of the exons of its longest transcript |
//! | `genomic_span` | from its first base to its last, introns included |
//! | `reference_length` | the largest end − start of its transcripts, as ARCHS4's gene metrics take it: introns included, one base less than they span |
//!
//! Positions of GTF count from 1 and include their end. Lines of `gene`, `transcript`, `exon` and
//! `CDS` are read, all others passed over. Coding sequence stands for the exons of a gene that has
//! none, as genes of bacteria; exons without a `transcript_id`, as `RefSeq` writes them of segments
//! of immunoglobulins, are together one transcript of their gene. Both are told. Exons of one gene
//! on several chromosomes or strands are added up, as featureCounts does; its span is the longest
//! of them.
//!
//! The file is read line by line: an annotation of a genome is far larger than what is kept of it.

mod genes;
mod line;

use std::sync::Arc;

use cuvette_core::{
    analyses::{AnnotationTable, Data},
    dataset::{Annotations, Column, ColumnValues},
    report::{Finding, Guess, Severity},
};
use serde_json::json;

use crate::{
    error::{FormatError, FormatErrorKind},
    findings::{Build, counted, finding, guess, named, some_of},
    kind::InputKind,
    layout::{Dialect, Layout, Role},
    options::{Delimiter, Encoding, Orientation},
    sniff::{Head, Sniffed},
    text::{missing::Missing, number::NumberStyle},
};
use genes::Genes;
use line::parse_line;

/// Lines of the head that decide whether it is GTF.
const JUDGED_LINES: usize = 20;

/// What GFF begins with.
const GFF: &[u8] = b"##gff-version";

/// What the columns of the file are called.
const COLUMNS: [(&str, Role); line::N_COLUMNS] = [
    ("seqname", Role::Annotation),
    ("source", Role::Ignored),
    ("feature", Role::Annotation),
    ("start", Role::Annotation),
    ("end", Role::Annotation),
    ("score", Role::Ignored),
    ("strand", Role::Annotation),
    ("frame", Role::Ignored),
    ("attributes", Role::Id),
];

/// Whether the file is GTF: nine columns, positions, a strand, and a `gene_id` in the last.
pub(crate) fn is_gtf(head: &Head) -> bool {
    if head.kind.is_some_and(|kind| kind != InputKind::GeneTable) {
        return false;
    }
    let mut lines = annotation_lines(head).take(JUDGED_LINES).peekable();
    lines.peek().is_some() && lines.all(|(_, line)| line::looks_like_gtf(line))
}

/// Whether text is GFF: a related format that is not read, since a gene is told there by the parents
/// of the parents of its exons. Some programs write `##gff-version 2` above GTF.
pub(crate) fn is_gff(text: &[u8]) -> bool {
    let mut lines = text.split(|&byte| byte == b'\n');
    let first = lines.clone().next().unwrap_or_default();
    let says_so = first
        .get(..GFF.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(GFF));
    let line = lines.find(|line| !line.starts_with(b"#") && !line.trim_ascii().is_empty());
    let line = line.unwrap_or_default().trim_ascii_end();
    line::looks_like_gff3(line) || says_so && !line::looks_like_gtf(line)
}

/// Complete lines that are no comments, numbered from 1.
fn annotation_lines<'a>(head: &Head<'a>) -> impl Iterator<Item = (u64, &'a [u8])> {
    let text = if head.is_whole {
        head.text
    } else {
        let end = memchr::memrchr(b'\n', head.text).unwrap_or(0);
        &head.text[..end]
    };
    let lines = text
        .split(|&byte| byte == b'\n')
        .map(<[u8]>::trim_ascii_end);
    (1..)
        .zip(lines)
        .filter(|(_, line)| !line.is_empty() && !line.starts_with(b"#"))
}

/// What is known of a GTF file before it is read.
pub(crate) fn sniff_gtf(head: &Head) -> Sniffed {
    let layout = Layout {
        dialect: Dialect {
            delimiter: Delimiter::Tab,
            style: NumberStyle::PLAIN,
            encoding: head.encoding,
            missing: Missing::default(),
        },
        roles: COLUMNS.map(|(_, role)| role).to_vec(),
        names: COLUMNS.map(|(name, _)| name.to_owned()).to_vec(),
        header_lines: Vec::new(),
        column_notes: Vec::new(),
        body_line: annotation_lines(head)
            .next()
            .map_or(1, |(number, _)| number),
        body_start: 0,
        orientation: Orientation::GenesInRows,
        promised_rows: None,
        row_step: 1,
    };
    Sniffed {
        kind: InputKind::GeneTable,
        format_label: "GTF annotation".into(),
        layout,
        guesses: vec![kind_guess(head)],
        findings: Vec::new(),
        is_gtf: true,
    }
}

fn kind_guess(head: &Head) -> Guess {
    let kind = InputKind::GeneTable;
    let mut chip = guess("as", "File", json!(kind), kind.label());
    chip.evidence =
        "Nine columns: a place, start and end, a strand, and attributes with gene_id".into();
    chip.chosen = head.kind.is_some();
    chip
}

/// Reads GTF block by block.
pub(crate) struct GtfReader {
    file: String,
    encoding: Encoding,
    n_lines: u64,
    /// The start of a line whose end has not come yet.
    partial: Vec<u8>,
    genes: Genes,
}

impl GtfReader {
    pub(crate) fn new(file: &str, encoding: Encoding) -> Self {
        Self {
            file: file.into(),
            encoding,
            n_lines: 0,
            partial: Vec::new(),
            genes: Genes::default(),
        }
    }

    /// Takes the next block of decoded text.
    pub(crate) fn push(&mut self, text: &[u8]) -> Result<(), FormatError> {
        let mut rest = text;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            if self.partial.is_empty() {
                self.read_line(&rest[..end])?;
            } else {
                let mut line = std::mem::take(&mut self.partial);
                line.extend_from_slice(&rest[..end]);
                self.read_line(&line)?;
            }
            rest = &rest[end + 1..];
        }
        self.partial.extend_from_slice(rest);
        Ok(())
    }

    fn read_line(&mut self, line: &[u8]) -> Result<(), FormatError> {
        self.n_lines += 1;
        let line = line.trim_ascii_end();
        if line.is_empty() || line.starts_with(b"#") {
            return Ok(());
        }
        let error = |kind| FormatError::new(&self.file, kind).on_line(self.n_lines);
        match parse_line(line) {
            Ok(Some(feature)) => {
                self.genes.add(&feature);
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(line::Trouble::Cells(found)) => Err(error(FormatErrorKind::RaggedRow {
                found: found as u64,
                expected: line::N_COLUMNS as u64,
                first_cells: first_cells(line),
            })),
            Err(line::Trouble::Cell { field, problem }) => {
                Err(error(FormatErrorKind::Annotation { problem }).in_field(field))
            }
        }
    }

    /// The genes, in the order in which they come first.
    pub(crate) fn finish(mut self) -> Result<(Data, Vec<Finding>), FormatError> {
        let last = std::mem::take(&mut self.partial);
        if !last.is_empty() {
            self.read_line(&last)?;
        }
        if self.genes.list.is_empty() {
            let why = "no line of a gene, a transcript, an exon or a CDS".to_owned();
            return Err(FormatError::new(
                &self.file,
                FormatErrorKind::NoTable { why },
            ));
        }
        let findings = findings(&self.genes, self.encoding);
        let table = table(&self.genes, self.encoding);
        Ok((Data::GeneTable(Arc::new(table)), findings))
    }
}

fn first_cells(line: &[u8]) -> Vec<String> {
    let cells = line.split(|&byte| byte == b'\t').take(4);
    cells
        .map(|cell| String::from_utf8_lossy(cell).chars().take(40).collect())
        .collect()
}

fn table(genes: &Genes, encoding: Encoding) -> AnnotationTable {
    let genes = &genes.list;
    let number = |name: &str, length: fn(&genes::Gene) -> Option<u64>| Column {
        name: name.into(),
        values: ColumnValues::Number(
            genes
                .iter()
                .map(|gene| length(gene).map_or(f64::NAN, |length| length as f64))
                .collect(),
        ),
    };
    let names = genes.iter().map(|gene| gene.name(encoding)).collect();
    let columns = [
        Column {
            name: "gene_name".into(),
            values: ColumnValues::Text(names),
        },
        number("union_exon_length", genes::Gene::union_exon_length),
        number(
            "longest_transcript_length",
            genes::Gene::longest_transcript_length,
        ),
        number("genomic_span", genes::Gene::genomic_span),
        number("reference_length", genes::Gene::reference_length),
    ];
    AnnotationTable {
        id_header: "gene_id".into(),
        ids: genes.iter().map(|gene| gene.id(encoding)).collect(),
        annotations: Annotations {
            columns: columns.map(Arc::new).to_vec(),
        },
    }
}

fn findings(genes: &Genes, encoding: Encoding) -> Vec<Finding> {
    let n_genes = genes.list.len() as u64;
    let n_transcripts = genes.list.iter().map(genes::Gene::n_transcripts).sum();
    let read = finding(
        "gene_lengths",
        Severity::Note,
        format!(
            "Read as a table of gene lengths: {} with {}",
            counted(n_genes, "gene", "genes"),
            counted(n_transcripts, "transcript", "transcripts")
        ),
    )
    .detail("Lengths in base pairs: union_exon_length, longest_transcript_length (without introns), genomic_span and reference_length (with introns).")
    .at(Vec::new(), n_genes);
    let mut findings = vec![read];
    let names = genes.repeated_names(encoding);
    if !names.is_empty() {
        let n = names.len() as u64;
        findings.push(
            finding(
                "repeated_names",
                Severity::Note,
                format!(
                    "{} of several genes",
                    counted(n, "name is that", "names are those")
                ),
            )
            .detail(format!(
                "{}. Matched by gene_name, such a gene has several lengths.",
                some_of(&names)
            ))
            .at(names.iter().map(|name| named(name)).collect(), n),
        );
    }
    findings.extend(about_genes(
        genes,
        encoding,
        genes::Gene::is_coding_alone,
        ["coding_lengths", "with coding sequence and no exon"],
        "Lengths are those of the coding sequence, without stop codons.",
    ));
    if genes.n_unnamed > 0 {
        let n = genes.n_unnamed;
        findings.push(
            finding(
                "unnamed_transcripts",
                Severity::Note,
                format!(
                    "{} of no transcript",
                    counted(n, "exon is that", "exons are those")
                ),
            )
            .detail("Without a transcript_id, exons of one gene are taken as one transcript.")
            .at(Vec::new(), n),
        );
    }
    findings.extend(about_genes(
        genes,
        encoding,
        |gene| gene.union_exon_length().is_none(),
        ["no_exons", "without an exon"],
        "Their exons have no length.",
    ));
    findings
}

/// A finding about the genes that are of a kind; none where there are none.
fn about_genes(
    genes: &Genes,
    encoding: Encoding,
    is_meant: fn(&genes::Gene) -> bool,
    [code, words]: [&str; 2],
    detail: &str,
) -> Option<Finding> {
    let meant = genes.list.iter().filter(|gene| is_meant(gene));
    let names: Vec<String> = meant.map(|gene| gene.id(encoding)).collect();
    let n = names.len() as u64;
    let title = format!("{} {words}", counted(n, "gene", "genes"));
    (n > 0).then(|| {
        finding(code, Severity::Check, title)
            .detail(format!("{}. {detail}", some_of(&names)))
            .at(names.iter().map(|name| named(name)).collect(), n)
    })
}
