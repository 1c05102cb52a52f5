//! Reads golden files.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::Value;

/// A golden file of `tests/golden/stats`.
pub struct Golden {
    pub values: Value,
    tolerance: Tolerance,
}

#[derive(Clone, Copy)]
pub struct Tolerance {
    pub rel: f64,
    pub abs: f64,
}

impl Tolerance {
    /// What a golden file states.
    pub fn of(content: &Value) -> Self {
        Self::read(&content["tolerance"])
    }

    /// What it states for a column, where that is on a scale of its own.
    pub fn of_column(content: &Value, column: &str) -> Self {
        let stated = &content["tolerance"];
        Self::read(stated["columns"].get(column).unwrap_or(stated))
    }

    fn read(stated: &Value) -> Self {
        let bound = |name: &str| number(&stated[name]);
        Self {
            rel: bound("rel"),
            abs: bound("abs"),
        }
    }

    /// Equal within the tolerance, or both undefined.
    pub fn check(self, found: f64, expected: f64, what: &str) {
        let allowed = self.abs + self.rel * expected.abs();
        let is_equal = found == expected || (found - expected).abs() <= allowed;
        assert!(
            is_equal || found.is_nan() && expected.is_nan(),
            "{what}: {found:e}, expected {expected:e}"
        );
    }
}

impl Golden {
    pub fn read(name: &str) -> Self {
        let content = json(&format!("stats/{name}"));
        Self {
            tolerance: Tolerance::of(&content),
            values: content["values"].clone(),
        }
    }

    pub fn check(&self, found: f64, expected: &Value, what: &str) {
        self.tolerance.check(found, number(expected), what);
    }

    /// The values by their names.
    pub fn named(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.values.as_object().expect("an object").iter()
    }
}

/// The pairs of vectors of `stats/vectors.json`.
pub fn vectors() -> BTreeMap<String, [Vec<f32>; 2]> {
    let content = json("stats/vectors.json");
    let named = content.as_object().expect("an object");
    let vector = |value: &Value| numbers(value).into_iter().map(|v| v as f32).collect();
    named
        .iter()
        .map(|(name, pair)| (name.clone(), [vector(&pair["x"]), vector(&pair["y"])]))
        .collect()
}

/// A number; null is NaN, and infinities are words.
pub fn number(value: &Value) -> f64 {
    match value {
        Value::Null => f64::NAN,
        Value::String(word) => word.parse().expect("inf or -inf"),
        other => other.as_f64().expect("a number"),
    }
}

pub fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .expect("a list")
        .iter()
        .map(number)
        .collect()
}

pub fn columns(value: &Value) -> Vec<Vec<f64>> {
    value
        .as_array()
        .expect("a list")
        .iter()
        .map(numbers)
        .collect()
}

/// The columns of a tab-separated file of `tests/golden/archs4`, without names; NA is NaN.
pub fn tsv_columns(name: &str) -> Vec<Vec<f64>> {
    let text = text(&format!("archs4/{name}"));
    let rows: Vec<Vec<f64>> = text
        .lines()
        .skip(1)
        .map(|line| line.split('\t').skip(1).map(cell).collect())
        .collect();
    (0..rows[0].len())
        .map(|column| rows.iter().map(|row| row[column]).collect())
        .collect()
}

fn cell(text: &str) -> f64 {
    match text {
        "NA" => f64::NAN,
        number => number.parse().expect("a number or NA"),
    }
}

pub fn json(name: &str) -> Value {
    serde_json::from_str(&text(name)).expect("golden files are JSON")
}

pub fn text(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/golden")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{error}: {}", path.display()))
}
