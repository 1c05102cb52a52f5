//! How the table of one file is laid out: decided on its head, followed to its end.

use crate::{
    options::{Delimiter, Encoding, Orientation},
    text::{missing::Missing, number::NumberStyle},
};
use serde::{Deserialize, Serialize};

/// What a column of the file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Names of the rows.
    Id,
    /// Something about the rows.
    Annotation,
    /// Numbers.
    Value,
    /// Not read.
    Ignored,
    /// Numbers of a sample that is not among those asked for.
    NotAsked,
}

/// How cells are written.
#[derive(Debug, Clone)]
pub(crate) struct Dialect {
    /// Between cells.
    pub delimiter: Delimiter,
    /// Within numbers.
    pub style: NumberStyle,
    /// Of names.
    pub encoding: Encoding,
    /// Of no value.
    pub missing: Missing,
}

/// Where what stands in the file.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// How cells are written.
    pub dialect: Dialect,
    /// One per column of the file.
    pub roles: Vec<Role>,
    /// Header of each column of the file; made up where there is none.
    pub names: Vec<String>,
    /// Lines of the header, the one with names first; none without header.
    pub header_lines: Vec<u64>,
    /// Further header lines: name of the annotation, one cell per column of the file.
    pub column_notes: Vec<(String, Vec<String>)>,
    /// First line of the body.
    pub body_line: u64,
    /// Byte of the decoded text where the body starts.
    pub body_start: usize,
    /// What a row is.
    pub orientation: Orientation,
    /// Rows that the format's own header promises.
    pub promised_rows: Option<u64>,
    /// The first of every so many lines is read: 1 reads all.
    pub row_step: u64,
}

impl Layout {
    /// Cells that a row must have.
    pub fn n_fields(&self) -> usize {
        self.roles.len()
    }

    /// Positions of the columns in that role.
    pub fn columns(&self, role: Role) -> impl Iterator<Item = usize> {
        self.roles
            .iter()
            .enumerate()
            .filter(move |&(_, &found)| found == role)
            .map(|(column, _)| column)
    }

    /// Number of value columns.
    pub fn n_values(&self) -> usize {
        self.columns(Role::Value).count()
    }
}
