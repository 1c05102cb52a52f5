//! One line of GTF.

/// Columns of a line.
pub(super) const N_COLUMNS: usize = 9;

/// What is kept of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Feature<'a> {
    /// Gene, transcript or exon.
    pub kind: FeatureKind,
    /// Chromosome or contig.
    pub chromosome: &'a [u8],
    /// `+`, `-`, or `.` where there is none.
    pub strand: &'a [u8],
    /// First base, from 1.
    pub start: u32,
    /// Last base.
    pub end: u32,
    /// `gene_id`.
    pub gene_id: &'a [u8],
    /// `gene_name`, in its absence `gene` or `gene_symbol`; may be empty.
    pub gene_name: &'a [u8],
    /// `transcript_id`; empty on lines of genes, and where `RefSeq` names no transcript.
    pub transcript_id: &'a [u8],
}

/// The lines that lengths are read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FeatureKind {
    Gene,
    Transcript,
    Exon,
    /// Coding sequence: of many a bacterial gene there is nothing else.
    Coding,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// So many cells instead of nine.
    Cells(usize),
    /// In that column, from 1.
    Cell { field: u64, problem: String },
}

/// The feature of a line, or none where it is of no use for lengths.
pub(super) fn parse_line(line: &[u8]) -> Result<Option<Feature<'_>>, Trouble> {
    let [chromosome, _, kind, start, end, _, strand, _, attributes] = cells(line)?;
    let kind = match kind {
        b"gene" => FeatureKind::Gene,
        b"transcript" => FeatureKind::Transcript,
        b"exon" => FeatureKind::Exon,
        b"CDS" => FeatureKind::Coding,
        _ => return Ok(None),
    };
    let (start, end) = (position(start, 4)?, position(end, 5)?);
    if end < start {
        return Err(trouble(
            5,
            format!("the end {end} stands before the start {start}"),
        ));
    }
    let mut feature = Feature {
        kind,
        chromosome,
        strand,
        start,
        end,
        gene_id: b"",
        gene_name: b"",
        transcript_id: b"",
    };
    read_attributes(attributes, &mut feature)?;
    match (kind, feature.gene_id) {
        (FeatureKind::Coding, b"") => Ok(None),
        (_, b"") => Err(trouble(9, "the attributes hold no gene_id".into())),
        _ => Ok(Some(feature)),
    }
}

/// Whether a line could be of GTF.
pub(super) fn looks_like_gtf(line: &[u8]) -> bool {
    attributes_of(line)
        .is_some_and(|attributes| memchr::memmem::find(attributes, b"gene_id ").is_some())
}

/// Whether a line could be of GFF3: the same columns, but attributes are `key=value`.
pub(super) fn looks_like_gff3(line: &[u8]) -> bool {
    attributes_of(line).is_some_and(|attributes| {
        let (_, after) = split_at(attributes, |byte| {
            byte == b'=' || byte == b';' || byte.is_ascii_whitespace()
        });
        after.starts_with(b"=")
    })
}

/// The attributes of a line with positions and a strand in their columns.
fn attributes_of(line: &[u8]) -> Option<&[u8]> {
    let [_, _, _, start, end, _, strand, _, attributes] = cells(line).ok()?;
    let is_number = |cell: &[u8]| !cell.is_empty() && cell.iter().all(u8::is_ascii_digit);
    let is_placed =
        is_number(start) && is_number(end) && matches!(strand, b"+" | b"-" | b"." | b"?");
    is_placed.then_some(attributes)
}

fn cells(line: &[u8]) -> Result<[&[u8]; N_COLUMNS], Trouble> {
    let mut cells = [b"".as_slice(); N_COLUMNS];
    let mut n_found = 0;
    for cell in line.split(|&byte| byte == b'\t') {
        if let Some(place) = cells.get_mut(n_found) {
            *place = cell.trim_ascii();
        }
        n_found += 1;
    }
    if n_found == N_COLUMNS {
        Ok(cells)
    } else {
        Err(Trouble::Cells(n_found))
    }
}

fn position(cell: &[u8], field: u64) -> Result<u32, Trouble> {
    let text = String::from_utf8_lossy(cell);
    match text.parse() {
        Ok(position) if position > 0 => Ok(position),
        _ => Err(trouble(
            field,
            format!("{text:?} is no position, a whole number from 1 up was expected"),
        )),
    }
}

/// Reads `key "value"; key "value";`: values may hold semicolons within their marks.
fn read_attributes<'a>(attributes: &'a [u8], feature: &mut Feature<'a>) -> Result<(), Trouble> {
    let mut rest = attributes;
    loop {
        rest = trim_start(rest, |byte| byte == b';' || byte.is_ascii_whitespace());
        if rest.is_empty() || rest.starts_with(b"#") {
            return Ok(());
        }
        let (key, after) = split_at(rest, |byte| byte.is_ascii_whitespace() || byte == b';');
        let after = trim_start(after, |byte| byte == b' ');
        let value;
        (value, rest) = match after.strip_prefix(b"\"") {
            Some(quoted) => {
                let Some(close) = memchr::memchr(b'"', quoted) else {
                    let key = String::from_utf8_lossy(key);
                    let problem = format!("the quotation mark of {key} is not closed");
                    return Err(trouble(9, problem));
                };
                (&quoted[..close], &quoted[close + 1..])
            }
            None => split_at(after, |byte| byte == b';'),
        };
        match key {
            b"gene_id" => feature.gene_id = value.trim_ascii(),
            b"transcript_id" => feature.transcript_id = value.trim_ascii(),
            b"gene_name" => feature.gene_name = value.trim_ascii(),
            b"gene" | b"gene_symbol" if feature.gene_name.is_empty() => {
                feature.gene_name = value.trim_ascii();
            }
            _ => {}
        }
    }
}

fn trim_start(bytes: &[u8], is_trimmed: impl Fn(u8) -> bool) -> &[u8] {
    let start = bytes.iter().position(|&byte| !is_trimmed(byte));
    &bytes[start.unwrap_or(bytes.len())..]
}

fn split_at(bytes: &[u8], is_end: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|&byte| is_end(byte));
    bytes.split_at(end.unwrap_or(bytes.len()))
}

fn trouble(field: u64, problem: String) -> Trouble {
    Trouble::Cell { field, problem }
}

#[cfg(test)]
mod tests {
    use super::{FeatureKind, Trouble, looks_like_gff3, looks_like_gtf, parse_line};

    const EXON: &str = "chr1\tHAVANA\texon\t11\t20\t.\t+\t.\t";

    fn parse(attributes: &str) -> Result<[String; 3], Trouble> {
        let line = format!("{EXON}{attributes}");
        let feature = parse_line(line.as_bytes())?.expect("an exon");
        assert_eq!(feature.kind, FeatureKind::Exon);
        assert_eq!((feature.start, feature.end), (11, 20));
        let ids = [feature.gene_id, feature.transcript_id, feature.gene_name];
        Ok(ids.map(|id| String::from_utf8_lossy(id).into_owned()))
    }

    #[test]
    fn attributes_may_stand_in_any_order_with_semicolons_in_their_marks() {
        let check = |attributes: &str, expected: [&str; 3]| {
            assert_eq!(
                parse(attributes),
                Ok(expected.map(String::from)),
                "{attributes}"
            );
        };
        check(r#"gene_id "G1.2"; transcript_id "T1";"#, ["G1.2", "T1", ""]);
        check(
            r#"note "a; gene_id b"; transcript_id "T1"; gene_name "TP53"; gene_id "G1""#,
            ["G1", "T1", "TP53"],
        );
        check(
            r#"gene_id "G1";transcript_id "T1";gene "X";"#,
            ["G1", "T1", "X"],
        );
        check(
            "gene_id G1; transcript_id T1; exon_number 1;",
            ["G1", "T1", ""],
        );
        check(
            r#"gene_id "G1"; transcript_id "T1"; # a comment"#,
            ["G1", "T1", ""],
        );
        // Ensembl, Arabidopsis: a name with a semicolon.
        check(
            r#"gene_id "AT1G14040"; gene_version "1"; transcript_id "AT1G14040.1"; gene_name "PHO1;H3";"#,
            ["AT1G14040", "AT1G14040.1", "PHO1;H3"],
        );
        // RefSeq: keys that come again, and a transcript without a name.
        check(
            r#"gene_id "IGKV1-5"; transcript_id ""; db_xref "GeneID:28299"; db_xref "HGNC:HGNC:5741"; gene "IGKV1-5";"#,
            ["IGKV1-5", "", "IGKV1-5"],
        );
        // FlyBase.
        check(
            r#"gene_id "FBgn0031208"; gene_symbol "CR11023"; transcript_id "FBtr0475186";"#,
            ["FBgn0031208", "FBtr0475186", "CR11023"],
        );
        check(r#"gene_id "G1";"#, ["G1", "", ""]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_column() {
        let check = |line: &str, field: u64, expected: &str| {
            let found = parse_line(line.as_bytes()).expect_err("a trouble");
            let Trouble::Cell {
                field: found_field,
                problem,
            } = found
            else {
                panic!("{found:?}")
            };
            assert_eq!(found_field, field, "{line}");
            assert!(problem.contains(expected), "{problem}");
        };
        let ids = r#"gene_id "G"; transcript_id "T";"#;
        check(
            &format!("1\ts\texon\tx\t9\t.\t+\t.\t{ids}"),
            4,
            "\"x\" is no position",
        );
        check(
            &format!("1\ts\texon\t0\t9\t.\t+\t.\t{ids}"),
            4,
            "\"0\" is no position",
        );
        check(
            &format!("1\ts\texon\t1\t-9\t.\t+\t.\t{ids}"),
            5,
            "\"-9\" is no position",
        );
        check(
            &format!("1\ts\texon\t10\t9\t.\t+\t.\t{ids}"),
            5,
            "the end 9 stands before the start 10",
        );
        check(&format!("{EXON}transcript_id \"T\";"), 9, "no gene_id");
        check(
            &format!("{EXON}gene_id \"G;"),
            9,
            "mark of gene_id is not closed",
        );
        assert_eq!(parse_line(b"1\ts\texon\t1"), Err(Trouble::Cells(4)));
    }

    #[test]
    fn other_features_are_passed_over_and_other_tables_are_not_gtf() {
        let line = EXON.replace("exon", "start_codon") + "gene_id \"G\";";
        assert_eq!(parse_line(line.as_bytes()), Ok(None));
        let line = EXON.replace("exon", "CDS") + "transcript_id \"T\";";
        assert_eq!(parse_line(line.as_bytes()), Ok(None));
        assert!(looks_like_gtf(b"1\ts\tCDS\t1\t2\t.\t+\t0\tgene_id \"G\";"));
        assert!(!looks_like_gtf(b"gene\ta\tb\tc\td\te\tf\tg\th"));
        // GFF3 writes gene_id=.
        assert!(!looks_like_gtf(b"1\ts\tgene\t1\t2\t.\t+\t.\tgene_id=G"));
    }

    #[test]
    fn gff3_is_told_by_its_equal_signs() {
        assert!(looks_like_gff3(
            b"1\ts\tgene\t1\t2\t.\t+\t.\tID=gene:G;Name=a b"
        ));
        for line in [
            "1\ts\tgene\t1\t2\t.\t+\t.\tgene_id \"G\"; note \"a=b\";",
            "1\ts\tgene\t1\t2\t.\t+\t.\tG",
            "gene\ta\tb\tc\td\te\tf\tg\th=1",
        ] {
            assert!(!looks_like_gff3(line.as_bytes()), "{line}");
        }
    }
}
