//! Dictionaries of tokens, medians and names of genes, however they are written.

use std::sync::Arc;

use cuvette_core::{
    analyses::{AnnotationTable, Data},
    checkpoint::{MedianDictionary, TokenDictionary},
    dataset::{Annotations, Column, ColumnValues},
    report::{Finding, Severity},
};
use serde_json::Value;

use super::json::read_fields;
use crate::{
    findings::{Build, counted, finding},
    kind::InputKind,
    pickle::{Entries, Entry},
};

/// Header of the column of tokens, and of medians, in a table.
pub(crate) const TOKEN: &str = "token";
/// See [`TOKEN`].
pub(crate) const MEDIAN: &str = "median";

/// Bytes of a JSON text on which its kind is judged.
const JUDGED_BYTES: usize = 4096;

/// What a JSON text is, where it belongs to a model; judged on its start.
pub(crate) fn kind_of_json(text: &[u8]) -> Option<InputKind> {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let text = text.trim_ascii_start();
    let start = &text[..text.len().min(JUDGED_BYTES)];
    let inner = start.strip_prefix(b"{")?.trim_ascii_start();
    let holds = |word: &[u8]| memchr::memmem::find(start, word).is_some();
    if holds(b"\"hidden_size\"") && holds(b"\"num_hidden_layers\"") {
        return Some(InputKind::CheckpointConfig);
    }
    let name_end = memchr::memchr(b'"', inner.strip_prefix(b"\"")?)?;
    let after = inner[name_end + 2..].trim_ascii_start();
    let value = after.strip_prefix(b":")?.trim_ascii_start();
    let is_special = holds(b"\"<pad>\"") || holds(b"\"<mask>\"");
    if !is_special && !holds(b"\"ENS") {
        return None;
    }
    match value.first()? {
        b'"' => Some(InputKind::GeneTable),
        b'0'..=b'9' if !is_special && text.split(|&byte| byte == b':').skip(1).any(is_broken) => {
            Some(InputKind::MedianDictionary)
        }
        b'0'..=b'9' => Some(InputKind::TokenDictionary),
        _ => None,
    }
}

/// Whether a text begins with a number that is written as no whole one.
fn is_broken(text: &[u8]) -> bool {
    let mut letters = text.trim_ascii_start().iter();
    letters
        .find(|byte| !byte.is_ascii_digit())
        .is_some_and(|byte| matches!(byte, b'.' | b'e' | b'E'))
}

/// What entries are: names, medians, or tokens.
pub(crate) fn kind_of(entries: &Entries) -> InputKind {
    let is = |test: fn(&Entry) -> bool| entries.iter().any(|(_, entry)| test(entry));
    if is(|entry| matches!(entry, Entry::Text(_))) {
        InputKind::GeneTable
    } else if is(|entry| matches!(entry, Entry::Number(_))) {
        InputKind::MedianDictionary
    } else {
        InputKind::TokenDictionary
    }
}

/// The data of that kind that entries are.
///
/// # Errors
///
/// In words.
pub(crate) fn data_of_entries(
    entries: Entries,
    kind: InputKind,
) -> Result<(Data, Vec<Finding>), String> {
    let data = match kind {
        InputKind::TokenDictionary => {
            let tokens: Result<Vec<_>, String> = entries
                .into_iter()
                .map(|(name, entry)| match entry {
                    Entry::Integer(token) => Ok((name.to_string(), token)),
                    other => Err(unexpected(&name, &other, "a whole number")),
                })
                .collect();
            Data::TokenDictionary(Arc::new(TokenDictionary::from_entries(tokens?)?))
        }
        InputKind::MedianDictionary => {
            let medians: Result<Vec<_>, String> = entries
                .into_iter()
                .map(|(name, entry)| match entry {
                    Entry::Integer(median) => Ok((name.to_string(), median as f64)),
                    Entry::Number(median) => Ok((name.to_string(), median)),
                    text @ Entry::Text(_) => Err(unexpected(&name, &text, "a number")),
                })
                .collect();
            Data::MedianDictionary(Arc::new(MedianDictionary::from_entries(medians?)?))
        }
        InputKind::GeneTable => return gene_names(entries),
        other => {
            return Err(format!(
                "it is a dictionary, which cannot be read as {}",
                other.label()
            ));
        }
    };
    Ok((data, Vec::new()))
}

fn unexpected(name: &str, entry: &Entry, expected: &str) -> String {
    let found = match entry {
        Entry::Integer(whole) => whole.to_string(),
        Entry::Number(number) => number.to_string(),
        Entry::Text(text) => format!("{text:?}"),
    };
    format!("the value of {name:?} is {found}, expected {expected}")
}

/// Names of genes with the id of each, as a table of genes.
fn gene_names(entries: Entries) -> Result<(Data, Vec<Finding>), String> {
    let n_entries = entries.len();
    let (mut ids, mut new_names) = (Vec::new(), Vec::new());
    for (name, entry) in entries {
        let Entry::Text(text) = entry else {
            return Err(unexpected(&name, &entry, "a text, as before it"));
        };
        if !name.trim().is_empty() {
            ids.push(name.to_string());
            new_names.push(text.to_string());
        }
    }
    let n_nameless = n_entries - ids.len();
    let nameless = (n_nameless > 0).then(|| {
        let title = counted(n_nameless as u64, "entry has", "entries have");
        finding("nameless_rows", Severity::Note, format!("{title} no name"))
            .detail("An empty name can be asked for by nobody. It is left out.")
            .at(Vec::new(), n_nameless as u64)
    });
    let table = AnnotationTable {
        id_header: "gene_name".into(),
        ids,
        annotations: Annotations {
            columns: vec![Arc::new(Column {
                name: "ensembl_id".into(),
                values: ColumnValues::Text(new_names),
            })],
        },
    };
    let data = Data::GeneTable(Arc::new(table));
    Ok((data, nameless.into_iter().collect()))
}

/// The entries of a JSON object of numbers or of texts.
fn json_entries(text: &[u8]) -> Result<Entries, String> {
    let fields = read_fields(text)?;
    let entry = |(name, value): (String, Value)| {
        let entry = match &value {
            Value::String(text) => Some(Entry::Text(text.as_str().into())),
            Value::Number(number) => number
                .as_i64()
                .map(Entry::Integer)
                .or_else(|| number.as_f64().map(Entry::Number)),
            _ => None,
        };
        let entry =
            entry.ok_or_else(|| format!("the value of {name:?} is neither a number nor a text"))?;
        Ok((name.into(), entry))
    };
    fields.into_iter().map(entry).collect()
}

/// A dictionary in JSON.
///
/// # Errors
///
/// In words.
pub(crate) fn read_json_dictionary(
    text: &[u8],
    kind: InputKind,
) -> Result<(Data, Vec<Finding>), String> {
    data_of_entries(json_entries(text)?, kind)
}

/// A dictionary that stands in a table: names in its first column, tokens or medians in the columns
/// of those names. Rows with an empty cell there have none.
///
/// # Errors
///
/// In words.
pub(crate) fn read_dictionary_table(
    table: &AnnotationTable,
    kind: InputKind,
) -> Result<Data, String> {
    let medians = match column::<f64>(table, MEDIAN) {
        Ok(medians) => Some(MedianDictionary::from_entries(medians?)?),
        Err(_) if kind == InputKind::TokenDictionary => None,
        Err(missing) => return Err(missing),
    };
    if let (InputKind::MedianDictionary, Some(medians)) = (kind, &medians) {
        return Ok(Data::MedianDictionary(Arc::new(medians.clone())));
    }
    let mut tokens = TokenDictionary::from_entries(column::<i64>(table, TOKEN)??)?;
    tokens.medians = medians.map(Arc::new);
    Ok(Data::TokenDictionary(Arc::new(tokens)))
}

/// Names with their cells in a column, where these are not empty; the outer error where there is no
/// such column.
fn column<T: std::str::FromStr>(
    table: &AnnotationTable,
    header: &str,
) -> Result<Result<Vec<(String, T)>, String>, String> {
    let columns = &table.annotations.columns;
    let found = columns
        .iter()
        .find(|column| column.name.trim().eq_ignore_ascii_case(header));
    let Some(column) = found else {
        return Err(format!("the table has no column {header}"));
    };
    let mut entries = Vec::with_capacity(table.ids.len());
    for (row, id) in table.ids.iter().enumerate() {
        let cell = column.values.text(row);
        let cell = cell.trim();
        if cell.is_empty() || cell.eq_ignore_ascii_case("na") || cell.eq_ignore_ascii_case("nan") {
            continue;
        }
        match cell.parse() {
            Ok(value) => entries.push((id.clone(), value)),
            Err(_) => {
                return Ok(Err(format!(
                    "the {header} of {id:?} is {cell:?}, expected a number"
                )));
            }
        }
    }
    Ok(Ok(entries))
}

#[cfg(test)]
mod tests {
    use super::kind_of_json;
    use crate::kind::InputKind;

    fn check(text: &str, expected: Option<InputKind>) {
        assert_eq!(kind_of_json(text.as_bytes()), expected, "{text}");
    }

    #[test]
    fn the_start_of_a_json_text_says_what_it_is() {
        let tokens = Some(InputKind::TokenDictionary);
        check(r#"{"<pad>": 0, "<mask>": 1, "ENSG00000000003": 2}"#, tokens);
        check(r#" {"ENSG00000000003": 2"#, tokens);
        let medians = Some(InputKind::MedianDictionary);
        check(r#"{"ENSG00000000003": 2.5, "ENSG00000000005": 3}"#, medians);
        let names = Some(InputKind::GeneTable);
        check(r#"{"TSPAN6": "ENSG00000000003"}"#, names);
        let config = Some(InputKind::CheckpointConfig);
        check(r#"{"hidden_size": 256, "num_hidden_layers": 6}"#, config);
        check(r#"{"a": 1}"#, None);
        check(r#"[{"ENSG00000000003": 2}]"#, None);
        check("gene,a\n", None);
    }
}
