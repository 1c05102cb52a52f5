//! Attaching a table to a data set: rows find genes or samples by equal names.

use std::{collections::BTreeMap, sync::Arc};

use cuvette_core::{
    AnalysisError, Context, Dataset, Table, Warning,
    analyses::{AnnotationTable, Data},
    dataset::{Annotations, Column, ColumnValues, NameIndex},
    table::TableValues,
};

/// Which names of a data set the rows of a table are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Axis {
    Genes,
    Samples,
}

/// Adds the columns of `data` to the genes or samples of `dataset`, by its first column.
///
/// Names without a row get missing values and are counted in a warning, with the nearest names the
/// table has; where no name has a row, or a name that is needed has two, that is an error.
pub fn attach(
    dataset: &mut Dataset,
    dataset_name: &str,
    table_name: &str,
    data: &Data,
    context: &Context,
) -> Result<(), AnalysisError> {
    let (table, axis) = match data {
        Data::SampleTable(table) => (Arc::clone(table), Axis::Samples),
        Data::GeneTable(table) => (Arc::clone(table), Axis::Genes),
        Data::Table(table) => {
            let table = annotation_table(table)?;
            let axis = likelier_axis(dataset, &table);
            (Arc::new(table), axis)
        }
        _ => {
            return Err(AnalysisError::Input {
                message: format!(
                    "{table_name} cannot be attached to {dataset_name}: a sample table or a gene table is expected behind the data sets"
                ),
            });
        }
    };
    let (names, what) = match axis {
        Axis::Genes => (Arc::clone(&dataset.genes), "gene"),
        Axis::Samples => (Arc::clone(&dataset.samples), "sample"),
    };
    let names = Wanted {
        what,
        all: &names,
        dataset: dataset_name,
        table: table_name,
    };
    let rows = matched_rows(&names, &table.ids)?;
    warn_of_unmatched(&names, &table.ids, &rows, context);
    let annotations = match axis {
        Axis::Genes => &mut dataset.gene_annotations,
        Axis::Samples => &mut dataset.sample_annotations,
    };
    for column in &table.annotations.columns {
        if annotations.column(&column.name).is_some() {
            context.warn(Warning::new(
                "replaced_annotation",
                format!("{table_name} replaces the annotation {}", column.name),
            ));
        }
        annotations.set(Column {
            name: column.name.clone(),
            values: aligned(&column.values, &rows),
        });
    }
    Ok(())
}

/// The names that rows are looked for, and the words for messages.
struct Wanted<'a> {
    what: &'static str,
    all: &'a [String],
    dataset: &'a str,
    table: &'a str,
}

/// For each name its row in the table.
fn matched_rows(names: &Wanted, ids: &[String]) -> Result<Vec<Option<usize>>, AnalysisError> {
    let mut positions: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (row, id) in ids.iter().enumerate() {
        positions.entry(id).or_insert((row, 0)).1 += 1;
    }
    let mut rows = Vec::with_capacity(names.all.len());
    for name in names.all {
        rows.push(match positions.get(name.as_str()) {
            Some(&(_, count)) if count > 1 => {
                return Err(AnalysisError::Duplicate {
                    what: names.what,
                    name: format!("{name} of {}", names.table),
                    count,
                });
            }
            found => found.map(|&(row, _)| row),
        });
    }
    if rows.iter().any(Option::is_some) || names.all.is_empty() {
        return Ok(rows);
    }
    let Wanted {
        what,
        dataset,
        table,
        ..
    } = names;
    Err(AnalysisError::NoMatch {
        message: format!(
            "none of the {} {what}s of {dataset} ({}) is in the first column of {table} ({} rows: {}){}",
            names.all.len(),
            first_few(names.all),
            ids.len(),
            first_few(ids),
            near_matches(names.all.iter(), ids),
        ),
        hint: format!("Rename the {what}s, so that both are written alike"),
    })
}

fn warn_of_unmatched(names: &Wanted, ids: &[String], rows: &[Option<usize>], context: &Context) {
    let Wanted {
        what,
        dataset,
        table,
        ..
    } = names;
    let unmatched: Vec<String> = (names.all.iter().zip(rows))
        .filter(|(_, row)| row.is_none())
        .map(|(name, _)| name.clone())
        .collect();
    if !unmatched.is_empty() {
        context.warn(Warning::new(
            "unmatched_names",
            format!(
                "{} of {} {what}s of {dataset} have no row in {table}: {}{}",
                unmatched.len(),
                names.all.len(),
                first_few(&unmatched),
                near_matches(unmatched.iter(), ids),
            ),
        ));
    }
    let n_used = rows.iter().flatten().count();
    if n_used < ids.len() {
        context.warn(Warning::new(
            "unused_rows",
            format!(
                "{} of {} rows of {table} name no {what} of {dataset}",
                ids.len() - n_used,
                ids.len()
            ),
        ));
    }
}

fn first_few(names: &[String]) -> String {
    let mut text = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 5 {
        text.push_str(", …");
    }
    text
}

/// "; near: a is like A", for the first few names that have one.
fn near_matches<'a>(names: impl Iterator<Item = &'a String>, ids: &[String]) -> String {
    // The distance to every name is costly for long lists; the first few say enough.
    const N_TRIED: usize = 10;
    let index = NameIndex::new(ids);
    let near: Vec<String> = names
        .take(N_TRIED)
        .filter_map(|name| {
            let nearest = index.nearest(name, 1);
            nearest.first().map(|near| format!("{name} is like {near}"))
        })
        .take(3)
        .collect();
    if near.is_empty() {
        String::new()
    } else {
        format!("; {}", near.join(", "))
    }
}

fn likelier_axis(dataset: &Dataset, table: &AnnotationTable) -> Axis {
    let ids: std::collections::BTreeSet<&str> = table.ids.iter().map(String::as_str).collect();
    let n_found = |names: &[String]| {
        let found = names.iter().filter(|name| ids.contains(name.as_str()));
        found.count()
    };
    if n_found(&dataset.genes) > n_found(&dataset.samples) {
        Axis::Genes
    } else {
        Axis::Samples
    }
}

/// A table of results as annotations, by its first column.
fn annotation_table(table: &Table) -> Result<AnnotationTable, AnalysisError> {
    let Some((first, others)) = table.columns.split_first() else {
        return Err(AnalysisError::Input {
            message: format!("the table {} is empty", table.name),
        });
    };
    let TableValues::Text(ids) = &first.values else {
        return Err(AnalysisError::Input {
            message: format!(
                "the first column of the table {} holds numbers, names of genes or samples are expected",
                table.name
            ),
        });
    };
    let columns = others.iter().map(|column| {
        let values = match &column.values {
            TableValues::Text(cells) => ColumnValues::from_text(cells.clone()),
            TableValues::Number(cells) => ColumnValues::Number(cells.clone()),
            TableValues::Integer(cells) => ColumnValues::Number(
                cells
                    .iter()
                    .map(|cell| cell.map_or(f64::NAN, |whole| whole as f64))
                    .collect(),
            ),
        };
        Arc::new(Column {
            name: column.name.clone(),
            values,
        })
    });
    Ok(AnnotationTable {
        id_header: first.name.clone(),
        ids: ids.clone(),
        annotations: Annotations {
            columns: columns.collect(),
        },
    })
}

/// The values in the order of the names; missing where a name has no row.
fn aligned(values: &ColumnValues, rows: &[Option<usize>]) -> ColumnValues {
    match values {
        ColumnValues::Category { levels, codes } => ColumnValues::Category {
            levels: levels.clone(),
            codes: rows
                .iter()
                .map(|row| row.and_then(|row| codes[row]))
                .collect(),
        },
        ColumnValues::Number(numbers) => ColumnValues::Number(
            rows.iter()
                .map(|row| row.map_or(f64::NAN, |row| numbers[row]))
                .collect(),
        ),
        ColumnValues::Text(texts) => ColumnValues::Text(
            rows.iter()
                .map(|row| row.map_or_else(String::new, |row| texts[row].clone()))
                .collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cuvette_core::{
        AnalysisError, Dataset, Matrix, Table, Warning,
        analyses::{AnnotationTable, Data},
        context::quietly,
        dataset::{Annotations, Column, ColumnValues},
        table::NumberFormat,
    };

    use super::attach;

    fn texts(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    fn dataset() -> Dataset {
        let values = (0..6u8).map(f32::from).collect();
        Dataset::new(
            Matrix::from_rows(2, 3, values),
            texts(&["YAL001C", "YAL002W"]),
            texts(&["wt_1", "wt_2", "ko_1"]),
        )
    }

    fn samples(ids: &[&str]) -> Data {
        let column = Column {
            name: "group".into(),
            values: ColumnValues::Text(ids.iter().map(|id| format!("group of {id}")).collect()),
        };
        Data::SampleTable(Arc::new(AnnotationTable {
            id_header: "sample".into(),
            ids: texts(ids),
            annotations: Annotations {
                columns: vec![Arc::new(column)],
            },
        }))
    }

    fn attached(data: &Data) -> Result<(Dataset, Vec<Warning>), AnalysisError> {
        quietly(|context| {
            let mut dataset = dataset();
            attach(&mut dataset, "counts", "labels", data, context)?;
            Ok((dataset, context.take_warnings()))
        })
    }

    #[test]
    fn rows_find_samples_in_any_order() {
        let (dataset, warnings) = attached(&samples(&["ko_1", "wt_2", "wt_1"])).unwrap();
        let column = dataset.sample_annotations.column("group").unwrap();
        let groups: Vec<String> = (0..3).map(|row| column.values.text(row)).collect();
        assert_eq!(groups, ["group of wt_1", "group of wt_2", "group of ko_1"]);
        assert_eq!(warnings, []);
    }

    #[test]
    fn names_without_a_row_are_missing_and_told_with_the_nearest() {
        let (dataset, warnings) = attached(&samples(&["wt_1", "WT_2", "other"])).unwrap();
        let column = dataset.sample_annotations.column("group").unwrap();
        assert_eq!(column.values.text(1), "");
        let messages: Vec<&str> = warnings.iter().map(|w| w.message.as_str()).collect();
        assert!(
            messages[0].contains("2 of 3 samples of counts"),
            "{messages:?}"
        );
        assert!(messages[0].contains("wt_2 is like WT_2"), "{messages:?}");
        assert!(
            messages[1].contains("2 of 3 rows of labels"),
            "{messages:?}"
        );
    }

    #[test]
    fn no_match_and_a_name_twice_are_errors() {
        let error = attached(&samples(&["WT-1", "WT-2"])).unwrap_err();
        assert_eq!(error.code(), "no_match");
        assert!(error.to_string().contains("wt_1, wt_2, ko_1"), "{error}");
        let error = attached(&samples(&["wt_1", "wt_1"])).unwrap_err();
        assert_eq!(error.code(), "duplicate");
    }

    #[test]
    fn a_table_of_a_step_finds_its_axis_by_its_names() {
        let table = Table::new("genes", "Genes")
            .text("gene", "Gene", texts(&["YAL002W", "YAL001C"]))
            .number("cv", "CV", NumberFormat::General, vec![0.5, f64::NAN]);
        let (dataset, _) = attached(&Data::Table(Arc::new(table))).unwrap();
        let column = dataset.gene_annotations.column("cv").unwrap();
        assert_eq!(column.values.text(1), "0.5");
    }

    #[test]
    fn a_gene_list_is_not_attached() {
        let error = attached(&Data::GeneList(Arc::default())).unwrap_err();
        assert_eq!(error.code(), "input");
    }
}
