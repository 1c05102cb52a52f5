//! Spellings of a missing value.

/// What everybody writes for "no value"; anything else is asked about.
pub(crate) const STANDARD: [&[u8]; 16] = [
    b"", b"NA", b"NaN", b"N/A", b"n/a", b"na", b"nan", b"NAN", b"#N/A", b"#NA", b"<NA>", b"null",
    b"NULL", b"Null", b"None", b"n.a.",
];

/// What spreadsheets write for a formula without a result, in English, German, French, Italian and
/// Spanish; `#N/A` alone is a usual spelling of a missing value. Read as missing, and reported.
const SPREADSHEET_ERRORS: [&[u8]; 21] = [
    b"#NUM!",
    b"#DIV/0!",
    b"#VALUE!",
    b"#REF!",
    b"#NAME?",
    b"#NULL!",
    b"#CALC!",
    b"#SPILL!",
    b"#NV",
    b"#N/D",
    b"#ZAHL!",
    b"#WERT!",
    b"#BEZUG!",
    b"#NOMBRE!",
    b"#VALEUR!",
    b"#NOM?",
    b"#NUL!",
    b"#VALORE!",
    b"#RIF!",
    b"#NOME?",
    b"#VALOR!",
];

/// Whether the trimmed cell is the error of a formula.
pub(crate) fn is_spreadsheet_error(cell: &[u8]) -> bool {
    cell.first() == Some(&b'#') && SPREADSHEET_ERRORS.contains(&cell)
}

/// The spellings that hold for one import.
#[derive(Debug, Clone, Default)]
pub(crate) struct Missing {
    extra: Vec<Vec<u8>>,
}

impl Missing {
    /// The standard ones and those of the recipe.
    pub fn new(extra: &[String]) -> Self {
        Self {
            extra: extra
                .iter()
                .map(|spelling| spelling.trim().as_bytes().to_vec())
                .collect(),
        }
    }

    /// Whether the trimmed cell is one of them.
    pub fn contains(&self, cell: &[u8]) -> bool {
        (cell.len() <= 4 && STANDARD.contains(&cell))
            || self.extra.iter().any(|spelling| spelling == cell)
    }
}
