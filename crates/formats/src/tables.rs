//! Small files that are no matrices: tables of samples or genes, lists, sets, classes.

use std::sync::Arc;

use cuvette_core::{
    analyses::{AnnotationTable, Data, GeneSet, forest::ForestModel},
    dataset::{Annotations, Column, ColumnValues},
    report::{Finding, Severity},
};

use crate::{
    error::{FormatError, FormatErrorKind},
    findings::{Build, counted, finding, named, on_line, some_of},
    gtf::GtfReader,
    kind::InputKind,
    layout::{Layout, Role},
    mangled::mangled_finding,
    model::{kind_of_json, read_config, read_dictionary_table, read_json_dictionary},
    sniff::{Sniffed, is_id_word},
    text::{
        cell::{RawCell, split_line},
        lines::{Line, split_lines},
    },
};

/// Reads a whole decoded file that is no matrix.
pub(crate) fn read_table(
    file: &str,
    text: &[u8],
    sniffed: &Sniffed,
) -> Result<(Data, Vec<Finding>), FormatError> {
    let layout = &sniffed.layout;
    if sniffed.is_gtf {
        let mut reader = GtfReader::new(file, layout.dialect.encoding);
        reader.push(text)?;
        return reader.finish();
    }
    match sniffed.kind {
        InputKind::ForestModel => read_forest_model(file, text),
        InputKind::CheckpointConfig => read_config_file(file, text),
        InputKind::Checkpoint => {
            let problem = "this is text, expected safetensors".into();
            Err(FormatError::new(file, FormatErrorKind::Weights { problem }))
        }
        _ if kind_of_json(text).is_some() => read_json_dictionary(text, sniffed.kind)
            .map_err(|problem| dictionary_error(file, problem)),
        InputKind::TokenDictionary | InputKind::MedianDictionary => {
            let (table, findings) = read_annotations(file, text, layout)?;
            let data = read_dictionary_table(&table, sniffed.kind)
                .map_err(|problem| dictionary_error(file, problem))?;
            Ok((data, findings))
        }
        InputKind::GeneList => read_list(file, text, layout),
        InputKind::GeneSets => read_sets(file, text, layout),
        _ if layout.roles.is_empty() => read_classes(file, text, layout),
        kind => {
            let (table, findings) = read_annotations(file, text, layout)?;
            let table = Arc::new(table);
            let data = if kind == InputKind::GeneTable {
                Data::GeneTable(table)
            } else {
                Data::SampleTable(table)
            };
            Ok((data, findings))
        }
    }
}

fn dictionary_error(file: &str, problem: String) -> FormatError {
    FormatError::new(file, FormatErrorKind::Dictionary { problem })
}

fn read_config_file(file: &str, text: &[u8]) -> Result<(Data, Vec<Finding>), FormatError> {
    let config = read_config(text)
        .map_err(|problem| FormatError::new(file, FormatErrorKind::Config { problem }))?;
    Ok((Data::CheckpointConfig(Arc::new(config)), Vec::new()))
}

fn read_forest_model(file: &str, text: &[u8]) -> Result<(Data, Vec<Finding>), FormatError> {
    let model = ForestModel::from_json(text)
        .map_err(|problem| FormatError::new(file, FormatErrorKind::ForestModel { problem }))?;
    Ok((Data::ForestModel(Arc::new(model)), Vec::new()))
}

fn text_of(cell: &RawCell, layout: &Layout) -> String {
    cell.text(layout.dialect.encoding).0
}

fn read_annotations(
    file: &str,
    text: &[u8],
    layout: &Layout,
) -> Result<(AnnotationTable, Vec<Finding>), FormatError> {
    let delimiter = layout.dialect.delimiter.byte();
    let mut ids = Vec::new();
    let mut lines = Vec::new();
    let mut columns: Vec<Vec<String>> = vec![Vec::new(); layout.columns(Role::Annotation).count()];
    for line in lines_from(text, delimiter, layout.body_line) {
        let cells = split_line(line.bytes, delimiter);
        let fits = cells.len() >= layout.n_fields()
            && cells[layout.n_fields()..]
                .iter()
                .all(|cell| cell.trimmed().is_empty());
        if !fits {
            return Err(ragged(file, &line, &cells, layout));
        }
        lines.push(line.number);
        let mut target = 0;
        for (role, cell) in layout.roles.iter().zip(&cells) {
            match role {
                Role::Id => ids.push(text_of(cell, layout)),
                Role::Annotation => {
                    columns[target].push(text_of(cell, layout));
                    target += 1;
                }
                Role::Value | Role::Ignored | Role::NotAsked => {}
            }
        }
    }
    if ids.is_empty() {
        let why = "no line stands below the header".to_string();
        return Err(
            FormatError::new(file, FormatErrorKind::NoTable { why }).on_line(layout.body_line)
        );
    }
    let mut annotations = Annotations::default();
    for (column, cells) in layout.columns(Role::Annotation).zip(columns) {
        annotations.columns.push(Arc::new(Column {
            name: crate::matrix::annotation_name(&layout.names[column], column),
            values: ColumnValues::from_text(cells),
        }));
    }
    let id = layout.columns(Role::Id).next().unwrap_or(0);
    let findings = repeated(&ids)
        .into_iter()
        .chain(mangled_finding("name", &ids, |row| on_line(lines[row])))
        .collect();
    let table = AnnotationTable {
        id_header: layout.names.get(id).cloned().unwrap_or_default(),
        ids,
        annotations,
    };
    Ok((table, findings))
}

fn lines_from(text: &[u8], delimiter: u8, first: u64) -> impl Iterator<Item = Line<'_>> {
    split_lines(text, delimiter, true)
        .into_iter()
        .filter(move |line| line.number >= first && !line.is_blank(delimiter))
}

fn ragged(file: &str, line: &Line, cells: &[RawCell], layout: &Layout) -> FormatError {
    let kind = FormatErrorKind::RaggedRow {
        found: cells.len() as u64,
        expected: layout.n_fields() as u64,
        first_cells: cells
            .iter()
            .take(4)
            .map(|cell| text_of(cell, layout).chars().take(40).collect())
            .collect(),
    };
    FormatError::new(file, kind).on_line(line.number)
}

fn repeated(ids: &[String]) -> Option<Finding> {
    let repeated = crate::matrix::repeated_names(ids);
    let names: Vec<String> = repeated.into_iter().map(|(name, _)| name).collect();
    let n = names.len() as u64;
    (n > 0).then(|| {
        finding(
            "repeated_names",
            Severity::Check,
            format!(
                "{} more than once",
                counted(n, "name stands", "names stand")
            ),
        )
        .detail(format!(
            "{}. All lines are kept; where the table is attached, the first counts.",
            some_of(&names)
        ))
        .at(names.iter().map(|name| named(name)).collect(), n)
    })
}

/// One name per line, or names between commas, semicolons, tabs or blanks.
fn read_list(
    file: &str,
    text: &[u8],
    layout: &Layout,
) -> Result<(Data, Vec<Finding>), FormatError> {
    let mut names = Vec::new();
    let mut lines = Vec::new();
    let mut findings = Vec::new();
    for (position, line) in lines_from(text, b'\t', 1).enumerate() {
        if line.bytes.starts_with(b"#") {
            continue;
        }
        let line_text = text_of(
            &RawCell {
                bytes: line.bytes,
                quoted: false,
            },
            layout,
        );
        let words = line_text
            .split([',', ';', '\t', '|', ' '])
            .map(|word| word.trim().trim_matches('"'))
            .filter(|word| !word.is_empty());
        let words: Vec<String> = words.map(String::from).collect();
        if position == 0 && words.len() == 1 && is_id_word(&words[0]) {
            findings.push(
                finding(
                    "list_header",
                    Severity::Note,
                    format!("The first line, {:?}, is read as a header", words[0]),
                )
                .at(vec![on_line(line.number)], 1),
            );
            continue;
        }
        lines.resize(lines.len() + words.len(), line.number);
        names.extend(words);
    }
    if names.is_empty() {
        let why = "no name stands in the list".to_string();
        return Err(FormatError::new(file, FormatErrorKind::NoTable { why }).on_line(1));
    }
    findings.extend(repeated(&names));
    findings.extend(mangled_finding("name", &names, |at| on_line(lines[at])));
    Ok((Data::GeneList(Arc::new(names)), findings))
}

/// GMT: name, description, genes, between tabs.
///
/// <https://software.broadinstitute.org/cancer/software/gsea/wiki/index.php/Data_formats>
fn read_sets(
    file: &str,
    text: &[u8],
    layout: &Layout,
) -> Result<(Data, Vec<Finding>), FormatError> {
    let mut sets = Vec::new();
    for line in lines_from(text, b'\t', 1) {
        if line.bytes.starts_with(b"#") {
            continue;
        }
        let cells = split_line(line.bytes, b'\t');
        let mut texts = cells.iter().map(|cell| text_of(cell, layout));
        let (Some(name), Some(description)) = (texts.next(), texts.next()) else {
            let problem =
                "a gene set needs a name, a description and genes, between tabs; 1 cell found"
                    .to_string();
            return Err(
                FormatError::new(file, FormatErrorKind::Header { problem }).on_line(line.number)
            );
        };
        let genes: Vec<String> = texts.filter(|gene| !gene.is_empty()).collect();
        sets.push(GeneSet {
            name,
            description,
            genes,
        });
    }
    if sets.is_empty() {
        return Err(FormatError::new(file, FormatErrorKind::Empty));
    }
    let empty: Vec<String> = sets
        .iter()
        .filter(|set| set.genes.is_empty())
        .map(|set| set.name.clone())
        .collect();
    let names: Vec<String> = sets.iter().map(|set| set.name.clone()).collect();
    let mut findings: Vec<Finding> = repeated(&names).into_iter().collect();
    if !empty.is_empty() {
        let n = empty.len() as u64;
        findings.push(
            finding(
                "empty_sets",
                Severity::Check,
                format!("{} without genes", counted(n, "gene set", "gene sets")),
            )
            .detail(format!("{}. Kept.", some_of(&empty)))
            .at(empty.iter().map(|name| named(name)).collect(), n),
        );
    }
    Ok((Data::GeneSets(Arc::new(sets)), findings))
}

/// CLS: counts, names of the classes after `#`, then one class per sample.
fn read_classes(
    file: &str,
    text: &[u8],
    layout: &Layout,
) -> Result<(Data, Vec<Finding>), FormatError> {
    let words = |line: &Line| -> Vec<String> {
        let line = text_of(
            &RawCell {
                bytes: line.bytes,
                quoted: false,
            },
            layout,
        );
        line.split_whitespace().map(String::from).collect()
    };
    let lines: Vec<Line> = lines_from(text, b'\t', 1).collect();
    let counts = lines.first().map(words).unwrap_or_default();
    let class_names: Vec<String> = lines
        .get(1)
        .map(words)
        .unwrap_or_default()
        .into_iter()
        .map(|word| word.trim_start_matches('#').to_string())
        .filter(|word| !word.is_empty())
        .collect();
    let labels: Vec<String> = lines.iter().skip(2).flat_map(words).collect();
    let promised = counts
        .first()
        .and_then(|count| count.parse::<usize>().ok())
        .unwrap_or(0);
    if labels.len() != promised {
        let problem = format!(
            "line 1 promises {promised} samples, {} classes are listed",
            labels.len()
        );
        return Err(FormatError::new(file, FormatErrorKind::Header { problem }).on_line(3));
    }
    let labels: Vec<String> = labels
        .into_iter()
        .map(|label| match label.parse::<usize>() {
            Ok(number) if number < class_names.len() => class_names[number].clone(),
            _ => label,
        })
        .collect();
    let n = labels.len() as u64;
    let mut annotations = Annotations::default();
    annotations.columns.push(Arc::new(Column {
        name: "class".into(),
        values: ColumnValues::from_text(labels),
    }));
    let table = AnnotationTable {
        id_header: "position".into(),
        ids: (1..=n).map(|position| position.to_string()).collect(),
        annotations,
    };
    let found = finding(
        "positions_as_names",
        Severity::Check,
        "A class file names no samples",
    )
    .detail(format!(
        "{} in the order of the matrix. They are named 1 to {n}.",
        counted(n, "class", "classes")
    ))
    .at(vec![on_line(3)], n);
    Ok((Data::SampleTable(Arc::new(table)), vec![found]))
}
