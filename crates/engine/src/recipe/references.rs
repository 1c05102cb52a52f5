//! Parameters that name data.

use cuvette_core::analyses::AnalysisId;
use serde_json::Value;

/// A parameter that holds the name of an input, a step or a `STEP.TABLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataParameter {
    /// The parameter at the top that holds it, for the form.
    pub field: &'static str,
    /// Where it stands in the parameters, as a JSON pointer: `/lengths`, `/sets/0`.
    pub pointer: String,
    /// The name it holds; never empty.
    pub name: String,
}

/// All names of data in the parameters of an analysis, in the order of its fields.
///
/// Empty names are parameters that were not set.
pub fn data_parameters(analysis: AnalysisId, parameters: &Value) -> Vec<DataParameter> {
    let fields = analysis.data_fields().iter();
    fields
        .flat_map(|field| names_in(field, &parameters[field]))
        .collect()
}

fn names_in(field: &'static str, value: &Value) -> Vec<DataParameter> {
    let one = |pointer: String, value: &Value| {
        let name = value.as_str().filter(|name| !name.is_empty())?.to_owned();
        Some(DataParameter {
            field,
            pointer,
            name,
        })
    };
    match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| one(format!("/{field}/{index}"), item))
            .collect(),
        value => one(format!("/{field}"), value).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use cuvette_core::analyses::AnalysisId;
    use serde_json::{Value, json};

    use super::{DataParameter, data_parameters, names_in};

    fn check(found: &[DataParameter], expected: &[(&str, &str)]) {
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|at| (at.pointer.as_str(), at.name.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    fn check_value(value: &Value, expected: &[(&str, &str)]) {
        check(&names_in("sets", value), expected);
    }

    #[test]
    fn names_of_data_are_found_alone_and_in_lists() {
        check_value(&json!("tab"), &[("/sets", "tab")]);
        check_value(&json!(""), &[]);
        check_value(&Value::Null, &[]);
        check_value(
            &json!(["a", "", "b"]),
            &[("/sets/0", "a"), ("/sets/2", "b")],
        );
    }

    #[test]
    fn only_the_fields_of_the_analysis_that_name_data_are_looked_at() {
        let with = json!({"names": "strains", "unmatched": "keep"});
        let found = data_parameters(AnalysisId::RenameSamples, &with);
        check(&found, &[("/names", "strains")]);
        check(&data_parameters(AnalysisId::Log, &with), &[]);
    }
}
