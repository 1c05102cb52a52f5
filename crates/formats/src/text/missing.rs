//! Spellings of a missing value.

/// What everybody writes for "no value"; anything else is asked about.
pub(crate) const STANDARD: [&[u8]; 16] = [
    b"", b"NA", b"NaN", b"N/A", b"n/a", b"na", b"nan", b"NAN", b"#N/A", b"#NA", b"<NA>", b"null",
    b"NULL", b"Null", b"None", b"n.a.",
];

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
