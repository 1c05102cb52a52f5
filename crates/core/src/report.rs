//! What was found in a file: nothing is repaired silently.

use serde::{Deserialize, Serialize};

/// All findings of one import, with what the file is and what was read from it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportReport {
    /// What was guessed, each with its evidence: the chips of the import page.
    pub guesses: Vec<Guess>,
    /// What was found, most severe first.
    pub findings: Vec<Finding>,
}

/// How much a finding asks of the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Cannot go on without an answer.
    Error,
    /// Read, but in doubt: look at it.
    Check,
    /// Something was changed on the way in; it can be undone.
    Changed,
    /// Worth knowing, nothing to do.
    Note,
}

/// One observation about a file, with its place and what was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable word for tests and for the page: `ragged_row`, `excel_date`.
    pub code: String,
    /// How much it asks of the reader.
    pub severity: Severity,
    /// The claim, one phrase: "14 gene symbols look like dates".
    pub title: String,
    /// What was seen and what was done, in sentences.
    pub detail: String,
    /// Where, the first few places.
    pub places: Vec<Place>,
    /// How many places there are in all.
    pub count: u64,
    /// What the reader can do about it; each is an override of the import options.
    pub remedies: Vec<Remedy>,
}

/// A place in a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Line of the file, from 1; quoted line breaks count.
    pub line: Option<u64>,
    /// Column of the file, from 1.
    pub column: Option<u64>,
    /// Name of the row or of the column's header, where known.
    pub name: Option<String>,
    /// The text that stands there.
    pub value: Option<String>,
}

/// A button beside a finding: set one import option and read again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remedy {
    /// Words on the button: "Read as missing".
    pub label: String,
    /// The import option to set, by its name in the recipe.
    pub option: String,
    /// Its value.
    pub value: serde_json::Value,
}

/// One thing that was guessed from the content: a chip on the import page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Guess {
    /// Name of the import option it fills: `delimiter`.
    pub option: String,
    /// Words: "Delimiter".
    pub label: String,
    /// The value taken, as in the recipe.
    pub value: serde_json::Value,
    /// The value taken, in words: "semicolon".
    pub value_label: String,
    /// False where the evidence is thin: the page says "check".
    pub sure: bool,
    /// True where the recipe or the reader said so.
    pub chosen: bool,
    /// Why, in a sentence with numbers.
    pub evidence: String,
    /// What else it could be.
    pub alternatives: Vec<Alternative>,
}

/// Another value of a guess.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// The value, as in the recipe.
    pub value: serde_json::Value,
    /// In words.
    pub label: String,
    /// What taking it would do: "139,004 cells fail".
    pub effect: String,
}
