//! What a file is: matrix, table of samples or genes, list, sets, classes; and which way it lies.

use cuvette_core::report::Guess;
use serde_json::json;

use super::{Head, Sniffed, names};
use crate::{
    findings::{alternative, guess},
    kind::InputKind,
    layout::{Dialect, Layout, Role},
    model::kind_of_json,
    options::{Delimiter, Encoding, Orientation},
    text::{
        cell::split_line,
        lines::split_lines,
        missing::Missing,
        number::{NumberStyle, parse_number},
    },
};

/// Whether the file is a class file of GSEA: `48 2 1`, then `# ALL AML`.
pub(crate) fn is_classes(text: &[u8]) -> bool {
    let mut lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else {
        return false;
    };
    let numbers: Vec<&[u8]> = first
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
        .collect();
    numbers.len() == 3
        && numbers
            .iter()
            .all(|word| word.iter().all(u8::is_ascii_digit))
        && second.starts_with(b"#")
}

/// Whether the file is a forest that was saved: the first field of its JSON says so.
pub(crate) fn is_forest_model(text: &[u8]) -> bool {
    text.trim_ascii_start().starts_with(br#"{"cuvette_forest""#)
}

/// Whether the file is GMT: tabs, lines of different lengths, a name, a description, and genes.
pub(crate) fn is_gene_sets(head: &Head) -> bool {
    if let Some(kind) = head.kind {
        return kind == InputKind::GeneSets;
    }
    let lines = split_lines(head.text, b'\t', head.is_whole);
    let rows: Vec<Vec<_>> = lines
        .iter()
        .filter(|line| !line.is_blank(b'\t'))
        .take(50)
        .map(|line| split_line(line.bytes, b'\t'))
        .collect();
    let file = head.file.to_ascii_lowercase();
    let named_so = file.strip_suffix(".gz").unwrap_or(&file).rsplit('.').next() == Some("gmt");
    // The first line may be a header one cell short: it is no evidence.
    let is_ragged = rows
        .windows(2)
        .skip(1)
        .any(|pair| pair[0].len() != pair[1].len());
    let all_long = !rows.is_empty() && rows.iter().all(|row| row.len() >= 3);
    let cells = rows.iter().flat_map(|row| row.iter().skip(2));
    let n_cells = cells.clone().count();
    let n_numbers = cells
        .filter(|cell| parse_number(cell.trimmed(), NumberStyle::PLAIN).is_some())
        .count();
    all_long && (named_so || (is_ragged && n_numbers * 20 < n_cells))
}

/// A file that has no columns to judge: gene sets, classes, or a saved forest.
pub(crate) fn sniff_without_columns(head: &Head) -> Sniffed {
    let (kind, format_label, evidence) = if let Some(found) = kind_of_json(head.text) {
        let is_config = found == InputKind::CheckpointConfig;
        let evidence = if is_config {
            "JSON with the sizes of a model"
        } else {
            "A JSON object of genes"
        };
        (
            head.kind
                .filter(|kind| !is_config && kind.is_dictionary())
                .unwrap_or(found),
            "JSON",
            evidence,
        )
    } else if is_forest_model(head.text) {
        (
            InputKind::ForestModel,
            "Saved forest",
            "The file begins with the field cuvette_forest",
        )
    } else if is_classes(head.text) {
        (
            InputKind::SampleTable,
            "CLS class file",
            "The first line holds three numbers, the second begins with #",
        )
    } else {
        (
            InputKind::GeneSets,
            "GMT gene sets",
            "Lines of different lengths: a name, a description, genes",
        )
    };
    let mut chip = guess("as", "File", json!(kind), kind.label());
    chip.evidence = evidence.into();
    chip.chosen = head.kind.is_some();
    let layout = Layout {
        dialect: Dialect {
            delimiter: Delimiter::Tab,
            style: NumberStyle::PLAIN,
            encoding: head.encoding,
            missing: Missing::default(),
        },
        roles: Vec::new(),
        names: Vec::new(),
        header_lines: Vec::new(),
        column_notes: Vec::new(),
        body_line: 1,
        body_start: 0,
        orientation: Orientation::GenesInRows,
        promised_rows: None,
        row_step: 1,
    };
    Sniffed {
        kind,
        format_label: format_label.into(),
        layout,
        guesses: vec![chip],
        findings: Vec::new(),
        is_gtf: false,
    }
}

/// What decides between a matrix and a table about genes or samples.
pub(crate) struct KindEvidence<'a> {
    /// Headers.
    pub headers: &'a [String],
    /// Roles as for a matrix.
    pub roles: &'a [Role],
    /// Names of the rows looked at.
    pub row_names: &'a [String],
}

impl KindEvidence<'_> {
    fn count(&self, role: Role) -> usize {
        self.roles.iter().filter(|&&found| found == role).count()
    }

    fn id_header(&self) -> &str {
        self.roles
            .iter()
            .position(|&role| role == Role::Id)
            .and_then(|id| self.headers.get(id))
            .map_or("", String::as_str)
    }

    fn rows_are_genes(&self) -> bool {
        names::is_gene_word(self.id_header()) || self.gene_id_share() > 0.3
    }

    fn gene_id_share(&self) -> f64 {
        share(self.row_names, names::is_gene_id)
    }

    /// Guesses what the table is.
    pub fn guess_kind(&self, chosen: Option<InputKind>) -> (InputKind, Guess) {
        let (kind, is_sure, evidence) = self.judge();
        let kind_taken = chosen.unwrap_or(kind);
        let mut chip = guess("as", "File", json!(kind_taken), kind_taken.label());
        chip.sure = is_sure || chosen.is_some();
        chip.chosen = chosen.is_some();
        chip.evidence = evidence;
        for other in [
            InputKind::Matrix,
            InputKind::SampleTable,
            InputKind::GeneTable,
        ] {
            if other != kind_taken {
                let effect = match other {
                    InputKind::Matrix => format!(
                        "{} columns of numbers become samples",
                        self.count(Role::Value)
                    ),
                    _ => "All columns become annotations".into(),
                };
                chip.alternatives
                    .push(alternative(json!(other), other.label(), effect));
            }
        }
        (kind_taken, chip)
    }

    /// A table of tokens or medians of genes, by its headers and its Ensembl ids.
    fn judge_dictionary(&self) -> Option<InputKind> {
        let holds = |word: &str| {
            let mut headers = self.headers.iter();
            headers.any(|header| header.trim().eq_ignore_ascii_case(word))
        };
        let is_ensembl = |name: &str| name.starts_with("ENS");
        if share(self.row_names, is_ensembl) < 0.5 {
            return None;
        }
        if holds("token") {
            Some(InputKind::TokenDictionary)
        } else if holds("median") && self.headers.len() == 2 {
            Some(InputKind::MedianDictionary)
        } else {
            None
        }
    }

    fn judge(&self) -> (InputKind, bool, String) {
        if let Some(kind) = self.judge_dictionary() {
            let evidence = format!("Ensembl ids beside {}", self.headers[1..].join(", "));
            return (kind, true, evidence);
        }
        let n_values = self.count(Role::Value);
        let n_notes = self.count(Role::Annotation);
        let about_genes = self.rows_are_genes()
            || self
                .headers
                .iter()
                .any(|header| names::is_gene_word(header));
        let table = if about_genes && !names::is_sample_word(self.id_header()) {
            InputKind::GeneTable
        } else {
            InputKind::SampleTable
        };
        let evidence = format!("{n_values} columns of numbers beside {n_notes} of annotation");
        if n_values == 0 {
            let is_sure = names::is_sample_word(self.id_header())
                || about_genes
                || table == InputKind::SampleTable;
            return (table, is_sure, evidence);
        }
        let looks_like_notes = if self.rows_are_genes() {
            n_notes > n_values && n_values <= 2
        } else {
            let few_rows = self.row_names.len() <= 2000;
            let names_samples = names::is_sample_word(self.id_header())
                || share(self.row_names, names::is_sample_id) > 0.3;
            few_rows
                && ((n_notes > 0 && n_values <= 2 * n_notes + 2)
                    || (n_values == 1 && n_notes == 0)
                    || (names_samples && n_values <= 3))
        };
        let is_sure = n_values > 4 || (looks_like_notes && n_notes >= n_values);
        if looks_like_notes {
            (table, is_sure, evidence)
        } else {
            (
                InputKind::Matrix,
                is_sure || self.rows_are_genes(),
                evidence,
            )
        }
    }

    /// Guesses which way a matrix lies. `n_rows` is the number of rows of the whole file, as known.
    pub fn guess_orientation(
        &self,
        n_rows: u64,
        chosen: Option<Orientation>,
    ) -> (Orientation, Guess) {
        let column_names: Vec<String> = self
            .roles
            .iter()
            .zip(self.headers)
            .filter(|&(&role, _)| role == Role::Value)
            .map(|(_, header)| header.clone())
            .collect();
        let (found, is_sure, evidence) = self.judge_orientation(n_rows, &column_names);
        let taken = chosen.unwrap_or(found);
        let mut chip = guess("orientation", "Orientation", json!(taken), taken.label());
        chip.sure = is_sure || chosen.is_some();
        chip.chosen = chosen.is_some();
        chip.evidence = evidence;
        let (other, effect) = match taken {
            Orientation::GenesInRows => (
                Orientation::SamplesInRows,
                format!("{} genes × {n_rows} samples", column_names.len()),
            ),
            Orientation::SamplesInRows => (
                Orientation::GenesInRows,
                format!("{n_rows} genes × {} samples", column_names.len()),
            ),
        };
        chip.alternatives
            .push(alternative(json!(other), other.label(), effect));
        (taken, chip)
    }

    fn judge_orientation(&self, n_rows: u64, columns: &[String]) -> (Orientation, bool, String) {
        let is_gene = |name: &str| names::is_gene_id(name) || names::is_common_symbol(name);
        let rows_genes = share(self.row_names, names::is_gene_id);
        let columns_genes = share(columns, names::is_gene_id);
        if names::is_gene_word(self.id_header()) || rows_genes > columns_genes + 0.2 {
            let evidence = format!("The rows carry gene names: {}", first_names(self.row_names));
            return (Orientation::GenesInRows, true, evidence);
        }
        if columns_genes > rows_genes + 0.2 || names::is_sample_word(self.id_header()) {
            let evidence = format!("The columns carry gene names: {}", first_names(columns));
            return (Orientation::SamplesInRows, columns.len() > 4, evidence);
        }
        let n_columns = columns.len() as u64;
        let common_in_columns = columns.iter().filter(|name| is_gene(name)).count();
        let common_in_rows = self.row_names.iter().filter(|name| is_gene(name)).count();
        if n_columns > 3 * n_rows.max(1) && n_columns > 50 && common_in_rows == 0 {
            let evidence = format!(
                "{n_columns} columns and {n_rows} rows: data sets have more genes than samples{}",
                if common_in_columns > 0 {
                    ", and columns are named like genes"
                } else {
                    ""
                }
            );
            return (Orientation::SamplesInRows, common_in_columns > 0, evidence);
        }
        let evidence = format!("{n_rows} rows and {n_columns} columns of numbers");
        (Orientation::GenesInRows, n_rows > n_columns, evidence)
    }
}

fn share(names: &[String], holds: impl Fn(&str) -> bool) -> f64 {
    let n = names.iter().filter(|name| holds(name)).count();
    n as f64 / names.len().max(1) as f64
}

fn first_names(names: &[String]) -> String {
    names[..names.len().min(3)].join(", ")
}

/// Encodings are named where the file is no plain UTF-8.
pub(crate) fn encoding_label(encoding: Encoding) -> String {
    match encoding {
        Encoding::Utf8 => String::new(),
        other => format!(", {}", other.label()),
    }
}
