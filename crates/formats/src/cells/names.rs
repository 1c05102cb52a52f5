//! Names of genes and cells: `features.tsv` (ids, symbols, kinds), `genes.tsv` (ids, symbols) and
//! `barcodes.tsv`, all without a header.

use crate::error::{FormatError, FormatErrorKind};

use super::{members::Names, refused};

/// The kind of a feature that is a gene.
const GENE: &str = "Gene Expression";

/// The rows of a matrix.
#[derive(Default)]
pub(super) struct Features {
    pub ids: Vec<String>,
    /// Of every row, or of none.
    pub symbols: Vec<String>,
    /// Of every row, or of none.
    pub kinds: Vec<String>,
}

impl Features {
    /// The rows that are genes, where others are among them.
    pub fn genes(&self) -> Option<Vec<usize>> {
        let is_gene = |&row: &usize| self.kinds[row] == GENE;
        let genes: Vec<usize> = (0..self.kinds.len()).filter(is_gene).collect();
        (genes.len() < self.kinds.len()).then_some(genes)
    }

    /// The rows that are no genes: how many there are of each kind, in the order of the file.
    pub fn other_kinds(&self) -> Vec<(&str, u64)> {
        let mut counts: Vec<(&str, u64)> = Vec::new();
        for kind in self.kinds.iter().filter(|kind| *kind != GENE) {
            match counts.iter_mut().find(|(known, _)| known == kind) {
                Some((_, n)) => *n += 1,
                None => counts.push((kind, 1)),
            }
        }
        counts
    }
}

/// Lines of names; `is_whole` is false where the last one may be cut.
pub(super) fn read_features(names: &Names, is_whole: bool) -> Result<Features, FormatError> {
    const MOST: usize = 3;
    let mut features = Features::default();
    let mut n_expected = None;
    for (line, text) in lines_of(names, is_whole)? {
        let mut cells = text.split('\t');
        let id = id_of(names, cells.next(), line)?;
        features.ids.push(id);
        let further: Vec<&str> = cells.take(MOST - 1).collect();
        if *n_expected.get_or_insert(further.len()) != further.len() {
            let kind = FormatErrorKind::RaggedRow {
                found: text.split('\t').count() as u64,
                expected: 1 + n_expected.unwrap_or_default() as u64,
                first_cells: text.split('\t').take(4).map(Into::into).collect(),
            };
            return Err(FormatError::new(&names.at, kind).on_line(line));
        }
        if let Some(symbol) = further.first() {
            features.symbols.push(symbol.trim().into());
        }
        if let Some(kind) = further.get(1) {
            features.kinds.push(kind.trim().into());
        }
    }
    Ok(features)
}

/// One name a line; what stands behind a tab is left out.
pub(super) fn read_barcodes(names: &Names, is_whole: bool) -> Result<Vec<String>, FormatError> {
    let lines = lines_of(names, is_whole)?;
    lines
        .map(|(line, text)| id_of(names, text.split('\t').next(), line))
        .collect()
}

fn id_of(names: &Names, cell: Option<&str>, line: u64) -> Result<String, FormatError> {
    let id = cell.unwrap_or_default().trim();
    if id.is_empty() {
        let problem = "a line without a name".into();
        let advice = "Every line names a row or a column of the matrix: write the file again";
        return Err(refused(&names.at, problem, advice.into()).on_line(line));
    }
    Ok(id.into())
}

/// Lines with their numbers, without blank ones at the end.
fn lines_of(
    names: &Names,
    is_whole: bool,
) -> Result<impl Iterator<Item = (u64, &str)>, FormatError> {
    let mut bytes = names.text.as_slice();
    if !is_whole {
        bytes = &bytes[..memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1)];
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = 1 + memchr::memchr_iter(b'\n', before).count() as u64;
        let problem = "a name that is no UTF-8".into();
        refused(&names.at, problem, "Write the file again as UTF-8".into()).on_line(line)
    })?;
    let text = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .trim_end_matches(['\n', '\r', ' ']);
    let n_lines = if text.is_empty() { 0 } else { usize::MAX };
    Ok((1..)
        .zip(text.split('\n'))
        .take(n_lines)
        .map(|(line, text)| (line, text.strip_suffix('\r').unwrap_or(text))))
}
