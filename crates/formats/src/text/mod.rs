//! Cells, lines and numbers of delimited text, as bytes.

pub(crate) mod cell;
pub(crate) mod lines;
pub(crate) mod missing;
pub(crate) mod number;
mod windows_1252;
