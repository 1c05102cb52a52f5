//! What names say: gene ids, sample ids, header words.

/// Words of a header, compared without case, blanks and punctuation.
fn canonical(header: &str) -> String {
    header
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

const GENE_ID_WORDS: [&str; 38] = [
    "gene",
    "genes",
    "geneid",
    "geneids",
    "genename",
    "genenames",
    "genesymbol",
    "symbol",
    "symbols",
    "hgncsymbol",
    "hgnc",
    "orf",
    "locus",
    "locustag",
    "probe",
    "probeid",
    "probeset",
    "probesetid",
    "idref",
    "ensembl",
    "ensemblid",
    "ensemblgene",
    "ensemblgeneid",
    "ensgene",
    "entrez",
    "entrezid",
    "entrezgene",
    "entrezgeneid",
    "ncbigeneid",
    "geneaccessionnumber",
    "target",
    "targetid",
    "transcript",
    "transcriptid",
    "feature",
    "featureid",
    "protein",
    "systematicname",
];

const SAMPLE_ID_WORDS: [&str; 22] = [
    "sample",
    "samples",
    "sampleid",
    "samplename",
    "sampleids",
    "run",
    "srr",
    "gsm",
    "geoid",
    "geoaccession",
    "array",
    "arrayid",
    "cell",
    "cellid",
    "barcode",
    "barcodes",
    "patient",
    "patientid",
    "subject",
    "subjectid",
    "library",
    "file",
];

const OTHER_ID_WORDS: [&str; 12] = [
    "",
    "id",
    "ids",
    "name",
    "names",
    "rowname",
    "rownames",
    "row",
    "unnamed0",
    "x",
    "accession",
    "index",
];

/// Headers of numeric columns that describe genes and are no samples.
const GENE_NOTE_WORDS: [&str; 30] = [
    "start",
    "end",
    "strand",
    "length",
    "width",
    "chr",
    "chrom",
    "chromosome",
    "position",
    "txstart",
    "txend",
    "cdsstart",
    "cdsend",
    "effectivelength",
    "efflength",
    "genelength",
    "exoncount",
    "nexons",
    "gc",
    "gccontent",
    "taxid",
    "index",
    "longesttranscript",
    "mediantranscript",
    "ntranscripts",
    "pvalue",
    "qvalue",
    "padj",
    "log2foldchange",
    "basemean",
];

/// Headers of numeric columns that describe samples and are no genes.
const SAMPLE_NOTE_WORDS: [&str; 16] = [
    "age",
    "sex",
    "batch",
    "replicate",
    "rep",
    "time",
    "timepoint",
    "dose",
    "concentration",
    "rin",
    "librarysize",
    "reads",
    "totalreads",
    "day",
    "lane",
    "plate",
];

/// Whether a header names a column of gene ids.
pub(crate) fn is_gene_word(header: &str) -> bool {
    GENE_ID_WORDS.contains(&canonical(header).as_str())
}

/// Whether a header names a column of sample ids.
pub(crate) fn is_sample_word(header: &str) -> bool {
    SAMPLE_ID_WORDS.contains(&canonical(header).as_str())
}

/// Whether a header names a column of ids of any kind; an empty one does.
pub(crate) fn is_id_word(header: &str) -> bool {
    OTHER_ID_WORDS.contains(&canonical(header).as_str())
        || is_gene_word(header)
        || is_sample_word(header)
}

/// Whether the header of a numeric column says that it describes the rows.
pub(crate) fn is_note_word(header: &str) -> bool {
    let word = canonical(header);
    GENE_NOTE_WORDS.contains(&word.as_str())
        || SAMPLE_NOTE_WORDS.contains(&word.as_str())
        || word.contains("entrez")
        || word.contains("geneid")
        || word.starts_with("numberof")
        || word.starts_with("totalnumber")
}

/// Whether a name follows one of the id schemes of genes, transcripts or probes.
pub(crate) fn is_gene_id(name: &str) -> bool {
    let bytes = name.trim().as_bytes();
    let digits_after = |prefix: &str, least: usize| {
        bytes
            .strip_prefix(prefix.as_bytes())
            .is_some_and(|rest| rest.iter().take_while(|b| b.is_ascii_digit()).count() >= least)
    };
    is_ensembl_id(bytes)
        || is_yeast_orf(bytes)
        || is_probe(bytes)
        || digits_after("FBgn", 7)
        || digits_after("WBGene", 8)
        || digits_after("ILMN_", 5)
        || digits_after("NM_", 5)
        || digits_after("NR_", 5)
        || digits_after("XM_", 5)
        || is_arabidopsis(bytes)
}

/// `ENSG00000141510.18`, `ENSMUSG…`, `ENSDART…`
fn is_ensembl_id(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(b"ENS") else {
        return false;
    };
    let n_letters = rest.iter().take_while(|b| b.is_ascii_uppercase()).count();
    let digits = &rest[n_letters..];
    (1..=6).contains(&n_letters) && digits.iter().take_while(|b| b.is_ascii_digit()).count() == 11
}

/// `YAL005C`, `Q0010`
fn is_yeast_orf(bytes: &[u8]) -> bool {
    match bytes {
        [
            b'Y',
            b'A'..=b'P',
            b'L' | b'R',
            a,
            b,
            c,
            b'W' | b'C',
            rest @ ..,
        ] => {
            [a, b, c].iter().all(|digit| digit.is_ascii_digit())
                && (rest.is_empty() || rest.starts_with(b"-"))
        }
        [b'Q', digits @ ..] => digits.len() == 4 && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// `1007_s_at`, `AFFX-BioB-5_at`
fn is_probe(bytes: &[u8]) -> bool {
    bytes.ends_with(b"_at") || bytes.ends_with(b"_st")
}

/// `AT1G01010`
fn is_arabidopsis(bytes: &[u8]) -> bool {
    let upper = bytes.to_ascii_uppercase();
    matches!(upper.as_slice(), [b'A', b'T', _, b'G', digits @ ..]
        if digits.len() >= 5 && digits[..5].iter().all(u8::is_ascii_digit))
}

/// Symbols that everybody's table holds: enough to know a list of symbols by.
const COMMON_SYMBOLS: [&str; 24] = [
    "ACTB", "GAPDH", "TP53", "BRCA1", "BRCA2", "MYC", "EGFR", "ALB", "COL1A1", "FN1", "CD3E",
    "CD4", "CD8A", "PTPRC", "VIM", "CDH1", "KRT18", "TUBB", "RPL3", "RPS6", "EEF1A1", "HSP90AB1",
    "JUN", "FOS",
];

/// Whether a name is one of the symbols that nearly every table holds, in any case.
pub(crate) fn is_common_symbol(name: &str) -> bool {
    COMMON_SYMBOLS.contains(&name.to_ascii_uppercase().as_str())
}

/// Whether a name follows a scheme of sample names.
pub(crate) fn is_sample_id(name: &str) -> bool {
    let upper = name.trim().to_ascii_uppercase();
    let digits_after = |prefix: &str| {
        upper
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.len() >= 3 && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    digits_after("GSM")
        || digits_after("SRR")
        || digits_after("ERR")
        || digits_after("DRR")
        || upper.starts_with("TCGA-")
        || upper.starts_with("GTEX-")
        || [
            "SAMPLE",
            "CTRL",
            "CONTROL",
            "TREATED",
            "UNTREATED",
            "PATIENT",
            "WT_",
            "KO_",
        ]
        .iter()
        .any(|word| upper.starts_with(word))
        || ["_REP1", "_REP2", "_R1", "_R2", ".BAM"]
            .iter()
            .any(|end| upper.ends_with(end))
}

/// Whether a row's name says that it sums up other rows: totals, means, and what counters add.
pub(crate) fn looks_like_summary(name: &str) -> bool {
    const COUNTER: [&str; 11] = [
        "__no_feature",
        "__ambiguous",
        "__too_low_aqual",
        "__not_aligned",
        "__alignment_not_unique",
        "n_unmapped",
        "n_multimapping",
        "n_nofeature",
        "n_ambiguous",
        "no_feature",
        "alignment_not_unique",
    ];
    let lower = name.trim().to_lowercase();
    COUNTER.contains(&lower.as_str())
}

/// Whether a name below the table says so: "Mean", "Total".
pub(crate) fn looks_like_total(name: &str) -> bool {
    let lower = name.trim().trim_end_matches(':').to_lowercase();
    matches!(
        lower.as_str(),
        "mean"
            | "average"
            | "median"
            | "total"
            | "sum"
            | "totals"
            | "grand total"
            | "std"
            | "sd"
            | "stdev"
            | "mittelwert"
            | "summe"
            | "moyenne"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_genes_are_known_by_their_scheme() {
        for id in [
            "ENSG00000141510",
            "ENSMUSG00000059552.14",
            "FBgn0000003",
            "YAL005C",
            "YBR182C-A",
            "1007_s_at",
            "AT1G01010",
            "NM_000546",
            "Q0010",
        ] {
            assert!(is_gene_id(id), "{id}");
        }
        for id in ["TP53", "GSM12345", "ENS", "YES", "V1", ""] {
            assert!(!is_gene_id(id), "{id}");
        }
    }
}
