//! Formats that are no text table, recognized by their first bytes: named, with a way on.

use crate::{error::WHAT_IS_READ, gtf::is_gff, model::kind_of_json, sniff::is_forest_model};

/// What a file looks like, and what to do with it.
pub(crate) struct Recognized {
    /// "a PDF document".
    pub what: &'static str,
    /// What to do instead.
    pub advice: String,
}

const SPREADSHEET: &str =
    "Save it as an Excel workbook (.xlsx) or as CSV in the spreadsheet program, and open that";
const LOCKED: &str =
    "Open it in the spreadsheet program with its password, save it without one, and open that";
const TEXT_OF_DOCUMENT: &str = "Copy the table into a spreadsheet, save that as CSV, and open it";
const R_EXPORT: &str = "In R, write the matrix as text: write.table(x, \"matrix.tsv\", sep = \"\\t\", quote = FALSE, col.names = NA)";
const PYTHON_EXPORT: &str =
    "In Python, write the table as text: frame.to_csv(\"matrix.tsv.gz\", sep=\"\\t\")";
const SINGLE_CELL: &str =
    "In Python, write it as text: adata.to_df().T.to_csv(\"matrix.tsv.gz\", sep=\"\\t\")";
const UNPACK: &str = "Unpack it, and open the table inside (.gz is read as it is)";
const NOT_DATA: &str = "Open the table itself, exported as CSV or tab-separated text";
const COUNTS_FIRST: &str =
    "Count reads per gene first (featureCounts, HTSeq, Salmon), and open the table of counts";

/// First bytes of binary formats.
const MAGIC: [(&[u8], &str, &str); 23] = [
    (
        b"\x89HDF\r\n\x1a\n",
        "an HDF5 file (h5ad, 10x, loom, GCTX)",
        SINGLE_CELL,
    ),
    (b"PAR1", "a Parquet file", PYTHON_EXPORT),
    (b"ARROW1", "an Arrow file", PYTHON_EXPORT),
    (b"\xff\xff\xff\xff", "an Arrow stream", PYTHON_EXPORT),
    (b"%PDF", "a PDF document", NOT_DATA),
    (b"\x89PNG", "a PNG picture", NOT_DATA),
    (b"\xff\xd8\xff", "a JPEG picture", NOT_DATA),
    (b"GIF8", "a GIF picture", NOT_DATA),
    (b"II*\0", "a TIFF picture", NOT_DATA),
    (b"MM\0*", "a TIFF picture", NOT_DATA),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"\xfd7zXZ\0", "an xz archive", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    (b"Rar!", "a RAR archive", UNPACK),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", UNPACK),
    (b"BAM\x01", "a BAM file of aligned reads", COUNTS_FIRST),
    (b"CRAM", "a CRAM file of aligned reads", COUNTS_FIRST),
    (b"\x93NUMPY", "a NumPy array", PYTHON_EXPORT),
    (
        b"MATLAB 5.0",
        "a MATLAB file",
        "In MATLAB, write the table as text: writetable(T, \"matrix.csv\")",
    ),
    (b"RDX2", "R data", R_EXPORT),
    (b"RDX3", "R data", R_EXPORT),
    (b"X\n\0\0\0", "R data (RDS)", R_EXPORT),
    (b"SQLite format 3", "an SQLite database", NOT_DATA),
];

/// First words of text formats that are no tables.
const WORDS: [(&str, &str, &str); 19] = [
    (
        "%%MatrixMarket",
        "a Matrix Market file without the names of its genes and cells",
        crate::cells::WHAT_IS_NEEDED,
    ),
    (
        "<!doctype html",
        "a web page",
        "Download the table itself instead of the page around it",
    ),
    (
        "<html",
        "a web page",
        "Download the table itself instead of the page around it",
    ),
    ("<?xml", "an XML document", SPREADSHEET),
    ("{\\rtf", "a Rich Text document", TEXT_OF_DOCUMENT),
    ("^database", "a GEO SOFT file", GEO),
    ("^sample", "a GEO SOFT file", GEO),
    ("^series", "a GEO SOFT file", GEO),
    ("^platform", "a GEO SOFT file", GEO),
    ("^dataset", "a GEO SOFT file", GEO),
    ("!series_", "a GEO series matrix", GEO),
    ("!sample_", "a GEO series matrix", GEO),
    ("##fileformat=vcf", "a VCF file of variants", NOT_DATA),
    ("@hd\t", "a SAM file of aligned reads", COUNTS_FIRST),
    ("@sq\t", "a SAM file of aligned reads", COUNTS_FIRST),
    (
        "version https://git-lfs",
        "a Git LFS pointer",
        "Fetch the file itself: git lfs pull",
    ),
    ("%!ps", "a PostScript document", NOT_DATA),
    ("begin:", "an address or calendar file", NOT_DATA),
    ("mime-version:", "a mail or web archive", NOT_DATA),
];

const GTF_INSTEAD: &str =
    "Take the same annotation as GTF, or convert it: gffread genes.gff3 -T -o genes.gtf";
const GEO: &str = "Take the lines between table_begin and table_end as a tab-separated file, or the series' supplementary table";

/// What the unpacked start of a file looks like, if it is no table.
pub(crate) fn recognize(head: &[u8]) -> Option<Recognized> {
    if let Some(&(_, what, advice)) = MAGIC.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return Some(known(what, advice));
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Some(recognize_zip(head));
    }
    if head.starts_with(OLE) {
        return Some(recognize_ole(head));
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some(known("a tar archive", UNPACK));
    }
    if head.get(..2) == Some(b"\x1f\x8b") {
        return Some(known("a file compressed twice", UNPACK));
    }
    recognize_text(head)
}

/// What to do with an archive of other files.
pub(crate) fn unpack_advice() -> String {
    known("", UNPACK).advice
}

fn known(what: &'static str, advice: &str) -> Recognized {
    Recognized {
        what,
        advice: format!("{advice}. {WHAT_IS_READ}"),
    }
}

/// The container of old Office documents, and of new ones that are encrypted.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

fn recognize_ole(head: &[u8]) -> Recognized {
    // Names in it are UTF-16.
    let name: Vec<u8> = "EncryptedPackage"
        .bytes()
        .flat_map(|byte| [byte, 0])
        .collect();
    if memchr::memmem::find(head, &name).is_some() {
        known("an Office document locked by a password", LOCKED)
    } else {
        known("an old Office document (.xls, .doc)", SPREADSHEET)
    }
}

fn recognize_zip(head: &[u8]) -> Recognized {
    let holds = |name: &[u8]| memchr::memmem::find(head, name).is_some();
    if holds(b"xl/workbook.bin") {
        known("a binary Excel workbook (.xlsb)", SPREADSHEET)
    } else if holds(b"xl/") {
        // One that is not packed is read before anybody asks what it is.
        known("an Excel workbook inside another archive", UNPACK)
    } else if holds(b"word/") {
        known("a Word document", TEXT_OF_DOCUMENT)
    } else if holds(b"opendocument.spreadsheet") {
        known("an OpenDocument spreadsheet", SPREADSHEET)
    } else if holds(b"recipe.json") {
        known("a Cuvette bundle", "Open it as an analysis, not as a table")
    } else if holds(b".npy") {
        known("NumPy arrays (.npz)", PYTHON_EXPORT)
    } else {
        known("a ZIP archive", UNPACK)
    }
}

fn recognize_text(head: &[u8]) -> Option<Recognized> {
    let start = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let start = start.trim_ascii_start();
    let starts = |word: &str| {
        start
            .get(..word.len())
            .is_some_and(|text| text.eq_ignore_ascii_case(word.as_bytes()))
    };
    if let Some(&(_, what, advice)) = WORDS.iter().find(|(word, ..)| starts(word)) {
        return Some(known(what, advice));
    }
    if is_gff(start) {
        return Some(known("a GFF annotation", GTF_INSTEAD));
    }
    let looks_like_json = match start {
        [b'{', rest @ ..] => matches!(rest.trim_ascii_start(), [b'"' | b'}', ..]),
        [b'[', rest @ ..] => matches!(rest.trim_ascii_start(), [b'{' | b'[' | b'"', ..]),
        _ => false,
    };
    if looks_like_json && !is_forest_model(start) && kind_of_json(start).is_none() {
        return Some(known("a JSON document", NOT_DATA));
    }
    let mut lines = start.split(|&byte| byte == b'\n');
    let first = lines.next()?;
    let second = lines.next().unwrap_or_default();
    let is_sequence = |line: &[u8]| {
        let line = line.trim_ascii_end();
        line.len() >= 10 && line.iter().all(u8::is_ascii_alphabetic)
    };
    if first.starts_with(b">") && is_sequence(second) {
        return Some(known("a FASTA file of sequences", COUNTS_FIRST));
    }
    if first.starts_with(b"@") && is_sequence(second) {
        return Some(known("a FASTQ file of reads", COUNTS_FIRST));
    }
    None
}

/// Whether the decoded start holds bytes that no text has.
pub(crate) fn is_binary(text: &[u8]) -> bool {
    let start = &text[..text.len().min(64 * 1024)];
    let n_control = start
        .iter()
        .filter(|&&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a))
        .count();
    memchr::memchr(0, start).is_some() || n_control * 50 > start.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &[u8], expected: &str) {
        let what = recognize(head).map(|found| found.what);
        assert!(
            what.is_some_and(|what| what.contains(expected)),
            "{what:?} is not {expected:?}"
        );
    }

    #[test]
    fn formats_are_recognized_by_content() {
        check(b"PK\x03\x04....xl/workbook.xml", "Excel");
        check(b"PK\x03\x04....xl/workbook.bin", "binary Excel");
        check(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office");
        check(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0",
            "locked by a password",
        );
        check(b"\x89HDF\r\n\x1a\n", "HDF5");
        check(b"%%MatrixMarket matrix coordinate", "Matrix Market");
        check(b"<!DOCTYPE html><html>", "web page");
        check(b"^DATABASE = Geo", "SOFT");
        check(b"{\"a\": 1}", "JSON");
        check(b">chr1\nACGTACGTACGT\n", "FASTA");
        check(b"X\n\0\0\0\x03", "R data");
        check(b"##gff-version 3\n1\ts\tgene\t1\t2\t.\t+\t.\tID=g\n", "GFF");
        check(
            b"#!comment\n1\ts\tgene\t1\t2\t.\t+\t.\tID=g;Name=n\n",
            "GFF",
        );
    }

    #[test]
    fn tables_are_not_taken_for_other_formats() {
        for head in [
            "gene,a\nTP53,1\n",
            "#1.2\n2\t2\n",
            "[a],b\n",
            "",
            "##gff-version 2\n1\ts\tgene\t1\t2\t.\t+\t.\tgene_id \"g\";\n",
        ] {
            assert!(recognize(head.as_bytes()).is_none(), "{head:?}");
        }
    }
}
