//! Every analysis against NumPy, SciPy and pandas, through the same door as a recipe.

use std::{fs, path::Path, sync::Arc};

use cuvette_core::{
    Dataset, Matrix, Table,
    analyses::{AnalysisId, AnnotationTable, Data, Inputs, NamedDataset, Output},
    context::quietly,
    dataset::{Annotations, Column, ColumnValues},
    table::TableValues,
};
use serde_json::Value;

use crate::files::{Tolerance, json, number};

fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().expect("a list").iter();
    items
        .map(|item| item.as_str().expect("text").to_owned())
        .collect()
}

fn cells(value: &Value) -> Vec<String> {
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    value.as_array().expect("a list").iter().map(cell).collect()
}

fn annotations(columns: &Value) -> Annotations {
    let mut annotations = Annotations::default();
    for (name, values) in columns.as_object().into_iter().flatten() {
        annotations.set(Column {
            name: name.clone(),
            values: ColumnValues::from_text(cells(values)),
        });
    }
    annotations
}

fn dataset(content: &Value) -> Dataset {
    let (genes, samples) = (texts(&content["genes"]), texts(&content["samples"]));
    let rows = content["rows"].as_array().expect("a list").iter();
    let values = rows.flat_map(|row| row.as_array().expect("a list"));
    let values = values.map(|value| number(value) as f32).collect();
    let matrix = Matrix::from_rows(genes.len(), samples.len(), values);
    let mut data = Dataset::new(matrix, genes, samples);
    data.sample_annotations = annotations(&content["sample_annotations"]);
    data
}

fn run(case: &Value, input: &Value) -> Output {
    let mut inputs = Inputs::default();
    for name in texts(&case["of"]) {
        inputs.datasets.push(NamedDataset {
            data: Arc::new(dataset(&input["datasets"][&name])),
            name,
        });
    }
    for (name, table) in input["tables"].as_object().expect("an object") {
        let table = AnnotationTable {
            id_header: "id".into(),
            ids: texts(&table["ids"]),
            annotations: annotations(&table["columns"]),
        };
        let table = Data::GeneTable(Arc::new(table));
        inputs.references.insert(name.clone(), table);
    }
    for (name, content) in input["datasets"].as_object().expect("an object") {
        let data = Data::Dataset(Arc::new(dataset(content)));
        inputs.references.insert(name.clone(), data);
    }
    let id = AnalysisId::from_name(case["run"].as_str().expect("text")).expect("an analysis");
    let with = case["with"].as_object().expect("an object");
    let request = id.request(with).expect("parameters");
    quietly(|context| request.run(&inputs, context)).expect("a result")
}

fn check_dataset(found: &Dataset, expected: &Value, tolerance: Tolerance, case: &str) {
    let expected = dataset(expected);
    assert_eq!(
        (&found.genes, &found.samples),
        (&expected.genes, &expected.samples),
        "{case}"
    );
    for (at, (&found, &expected)) in found
        .matrix
        .values()
        .iter()
        .zip(expected.matrix.values())
        .enumerate()
    {
        let what = format!("{case}, value {at}");
        tolerance.check(f64::from(found), f64::from(expected), &what);
    }
}

/// The first columns are those expected, by name, order and value.
fn check_table(found: &Table, expected: &Value, content: &Value, case: &str) {
    let expected = expected.as_object().expect("an object");
    for (column, (name, values)) in found.columns.iter().zip(expected) {
        let what = format!("{case}, column {name}");
        let tolerance = Tolerance::of_column(content, name);
        assert_eq!(&column.name, name, "{what}");
        assert_eq!(
            column.values.len(),
            values.as_array().expect("a list").len(),
            "{what}"
        );
        let numbers: Vec<f64> = match &column.values {
            TableValues::Text(found) => {
                assert_eq!(found, &texts(values), "{what}");
                continue;
            }
            TableValues::Number(numbers) => numbers.clone(),
            TableValues::Integer(counts) => counts
                .iter()
                .map(|n| n.map_or(f64::NAN, |n| n as f64))
                .collect(),
        };
        for (&found, expected) in numbers.iter().zip(values.as_array().expect("a list")) {
            tolerance.check(found, number(expected), &what);
        }
    }
    assert!(
        found.columns.len() >= expected.len(),
        "{case}: too few columns"
    );
}

fn check(case: &Value, input: &Value, name: &str) {
    let output = run(case, input);
    let (tolerance, values) = (Tolerance::of(case), &case["values"]);
    if let Some(expected) = values.get("dataset") {
        check_dataset(
            output.dataset().expect("a data set"),
            expected,
            tolerance,
            name,
        );
    }
    let tables = output.tables();
    for (table, expected) in values["tables"].as_object().into_iter().flatten() {
        let found = tables
            .iter()
            .find(|found| found.name == *table)
            .expect("the table");
        check_table(found, expected, case, &format!("{name}, table {table}"));
    }
    let scalars = output.scalars();
    for (scalar, expected) in values["scalars"].as_object().into_iter().flatten() {
        tolerance.check(
            number(&scalars[scalar]),
            number(expected),
            &format!("{name}, {scalar}"),
        );
    }
}

#[test]
fn every_analysis_gives_what_numpy_scipy_and_pandas_give() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/analyses");
    for id in AnalysisId::ALL {
        let id = id.meta().id;
        let entries = fs::read_dir(folder.join(id));
        let entries = entries.unwrap_or_else(|_none| panic!("{id} has no golden file"));
        let mut names: Vec<String> = entries
            .map(|entry| {
                entry
                    .expect("a file")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        assert!(!names.is_empty(), "{id} has no golden file");
        for name in names {
            let name = format!("{id}/{name}");
            let case = json(&format!("analyses/{name}"));
            let input = case["input"]["file"].as_str().expect("a file");
            check(&case, &json(&format!("analyses/{input}")), &name);
        }
    }
}
