//! What a recipe may say about reading a file: every guess can be overridden, by its public name.

use std::num::NonZeroU32;

use cuvette_core::dataset::ValueKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Overrides of what the importer would guess. `None` everywhere: guess everything.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ImportOptions {
    /// The sheet of a workbook, by its name. Left out: the largest that is not hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// What stands between cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<Delimiter>,
    /// What stands between the whole and the fraction of a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<DecimalSign>,
    /// What groups the digits of large numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thousands: Option<Thousands>,
    /// How bytes become letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// Whether a line of the file is a gene or a sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orientation: Option<Orientation>,
    /// Lines above the table that are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_rows: Option<u64>,
    /// Header lines: 0 none, 1 the names, every further one an annotation of the columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_rows: Option<u32>,
    /// The column that names the lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_column: Option<ColumnRef>,
    /// Columns that describe the lines and are no values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotation_columns: Option<Vec<ColumnRef>>,
    /// Columns that are not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored_columns: Option<Vec<ColumnRef>>,
    /// Further spellings of a missing value, beside the usual ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<String>>,
    /// What to do with a text where a number is expected. Left out: ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<Unreadable>,
    /// What to do with a gene name that stands twice. Left out: `suffix`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_genes: Option<DuplicatePolicy>,
    /// What to do with a sample name that stands twice. Left out: `suffix`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_samples: Option<DuplicatePolicy>,
    /// Which samples are read. Left out: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<SampleSubset>,
    /// What to do with a line that ends before its last cells. Left out: refuse the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short_rows: Option<ShortRows>,
    /// What to do with totals and counter summaries among the lines. Left out: `skip`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary_rows: Option<SummaryRows>,
    /// What the numbers are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_kind: Option<ValueKind>,
}

impl ImportOptions {
    /// One of so many samples is read.
    pub(crate) fn sample_step(&self) -> u32 {
        self.samples.map_or(1, |samples| samples.every.get())
    }
}

/// What stands between cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Delimiter {
    /// `,`
    Comma,
    /// A tab stop.
    Tab,
    /// `;`
    Semicolon,
    /// One or more blanks.
    Space,
    /// `|`
    Pipe,
}

impl Delimiter {
    /// All of them, the likelier first.
    pub const ALL: [Self; 5] = [
        Self::Tab,
        Self::Comma,
        Self::Semicolon,
        Self::Pipe,
        Self::Space,
    ];

    /// The byte in the file.
    pub fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Tab => b'\t',
            Self::Semicolon => b';',
            Self::Space => b' ',
            Self::Pipe => b'|',
        }
    }

    /// The word on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Tab => "tab",
            Self::Semicolon => "semicolon",
            Self::Space => "space",
            Self::Pipe => "pipe",
        }
    }
}

/// What stands between the whole and the fraction of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecimalSign {
    /// `.`
    Point,
    /// `,`
    Comma,
}

impl DecimalSign {
    /// The byte in the file.
    pub fn byte(self) -> u8 {
        match self {
            Self::Point => b'.',
            Self::Comma => b',',
        }
    }

    /// The word on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Comma => "comma",
        }
    }
}

/// What groups the digits of large numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Thousands {
    /// Digits are not grouped.
    None,
    /// `1,234,567`
    Comma,
    /// `1.234.567`
    Point,
    /// `1 234 567`
    Space,
    /// `1'234'567`
    Apostrophe,
}

impl Thousands {
    /// The byte in the file, if any.
    pub fn byte(self) -> Option<u8> {
        match self {
            Self::None => None,
            Self::Comma => Some(b','),
            Self::Point => Some(b'.'),
            Self::Space => Some(b' '),
            Self::Apostrophe => Some(b'\''),
        }
    }

    /// The word on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Comma => "comma",
            Self::Point => "point",
            Self::Space => "space",
            Self::Apostrophe => "apostrophe",
        }
    }
}

/// How bytes become letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// UTF-8, with or without byte order mark; ASCII is a part of it.
    #[serde(rename = "utf_8")]
    Utf8,
    /// UTF-16, low byte first, as a spreadsheet's "Unicode text".
    #[serde(rename = "utf_16_le")]
    Utf16Le,
    /// UTF-16, high byte first.
    #[serde(rename = "utf_16_be")]
    Utf16Be,
    /// Latin-1 as browsers read it (Windows-1252).
    #[serde(rename = "latin_1")]
    Latin1,
}

impl Encoding {
    /// The words on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16, little endian",
            Self::Utf16Be => "UTF-16, big endian",
            Self::Latin1 => "Latin-1",
        }
    }
}

/// Whether a line of the file is a gene or a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Orientation {
    /// One line per gene, one column per sample.
    GenesInRows,
    /// One line per sample, one column per gene.
    SamplesInRows,
}

impl Orientation {
    /// The words on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::GenesInRows => "genes in rows",
            Self::SamplesInRows => "samples in rows",
        }
    }
}

/// A column by its number, from 1, or by its header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ColumnRef {
    /// Number in the file, from 1.
    Number(u32),
    /// Text of the header.
    Name(String),
}

/// The columns that were chosen and some more, so that one answer does not undo another.
pub(crate) fn with_columns(chosen: Option<&Vec<ColumnRef>>, more: &[u32]) -> Vec<ColumnRef> {
    let mut all = chosen.cloned().unwrap_or_default();
    for &number in more {
        let column = ColumnRef::Number(number);
        if !all.contains(&column) {
            all.push(column);
        }
    }
    all
}

/// What to do with a text where a number is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// Read it as a missing value, and report it.
    Missing,
    /// Refuse the file.
    Error,
}

/// What to do with a name that stands twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DuplicatePolicy {
    /// Keep all, and name the further ones `NAME.1`, `NAME.2`.
    Suffix,
    /// Keep the first alone.
    First,
    /// Refuse the file.
    Error,
}

/// A part of the samples, for tables that are larger than the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SampleSubset {
    /// The first of every so many samples is read: 1 reads all.
    pub every: NonZeroU32,
}

/// What to do with a line that ends before its last cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShortRows {
    /// Read the cells that are not there as missing, and report it.
    Missing,
    /// Refuse the file.
    Error,
}

/// What to do with totals and counter summaries among the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SummaryRows {
    /// Leave them out, and report it.
    Skip,
    /// Read them like genes.
    Keep,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_say_nothing_are_an_empty_object() {
        let text = serde_json::to_string(&ImportOptions::default()).unwrap_or_default();
        assert_eq!(text, "{}");
    }

    #[test]
    fn an_unknown_option_is_refused_by_name() {
        let error = serde_json::from_str::<ImportOptions>(r#"{"delimeter": "tab"}"#).unwrap_err();
        assert!(error.to_string().contains("delimeter"));
    }

    #[test]
    fn a_column_is_a_number_or_a_name() {
        let options: ImportOptions = serde_json::from_str(
            r#"{"id_column": 2, "ignored_columns": ["call"], "encoding": "utf_16_le"}"#,
        )
        .unwrap();
        assert_eq!(options.id_column, Some(ColumnRef::Number(2)));
        assert_eq!(
            options.ignored_columns,
            Some(vec![ColumnRef::Name("call".into())])
        );
    }
}
