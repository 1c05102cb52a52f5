//! What the head of a file says about the whole: delimiter, decimal sign, header, roles of the
//! columns, orientation and kind, each with its evidence.
//!
//! The head is judged once. What the rest of the file says against it becomes a finding.

mod columns;
mod delimiter;
mod gct;
mod header;
mod kind;
mod names;
mod roles;
mod style;
mod subset;
mod table;

use cuvette_core::report::{Finding, Guess};

use crate::{
    error::FormatError,
    gtf::{is_gtf, sniff_gtf},
    kind::InputKind,
    layout::Layout,
    model::kind_of_json,
    options::{Encoding, ImportOptions},
};

pub(crate) use kind::is_forest_model;
pub(crate) use names::{is_gene_word, is_id_word, looks_like_summary, looks_like_total};
pub(crate) use roles::column_letter;
pub(crate) use subset::samples_left_out;

/// What is known before sniffing.
pub(crate) struct Head<'a> {
    /// Name of the file.
    pub file: &'a str,
    /// Decoded start of the file.
    pub text: &'a [u8],
    /// True when it is the whole file.
    pub is_whole: bool,
    /// Bytes of the whole decoded text, where known.
    pub n_text_bytes: Option<u64>,
    /// How names are encoded.
    pub encoding: Encoding,
    /// What the recipe says it is.
    pub kind: Option<InputKind>,
    /// What else the recipe says.
    pub options: &'a ImportOptions,
}

/// What was decided on the head.
#[derive(Debug, Clone)]
pub(crate) struct Sniffed {
    /// What the file is.
    pub kind: InputKind,
    /// "Semicolon-separated text", "GCT 1.3".
    pub format_label: String,
    /// Where what stands.
    pub layout: Layout,
    /// What was guessed.
    pub guesses: Vec<Guess>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// True for an annotation of a genome, which is read into gene lengths.
    pub is_gtf: bool,
}

/// Judges the head of a file.
pub(crate) fn sniff(head: &Head) -> Result<Sniffed, FormatError> {
    let mut sniffed = if gct::is_gct(head.text) {
        gct::sniff_gct(head)?
    } else if is_gtf(head) {
        sniff_gtf(head)
    } else if kind::is_forest_model(head.text)
        || kind_of_json(head.text).is_some()
        || kind::is_classes(head.text)
        || kind::is_gene_sets(head)
    {
        kind::sniff_without_columns(head)
    } else {
        table::sniff_table(head)?
    };
    subset::take_samples(&mut sniffed, head.options.sample_step());
    Ok(sniffed)
}
