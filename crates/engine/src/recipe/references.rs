//! Parameters that name data: found by the schema, so that the engine needs to know no analysis.

use serde_json::Value;

/// A parameter that holds the name of an input, a step or a `STEP.TABLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataParameter {
    /// Where it stands in the parameters, as a JSON pointer: `/lengths`, `/sets/0`.
    pub pointer: String,
    /// The name it holds; never empty.
    pub name: String,
}

impl DataParameter {
    /// The parameter at the top that holds it, for the form.
    pub fn field(&self) -> &str {
        self.pointer.split('/').nth(1).unwrap_or_default()
    }
}

/// All names of data in `parameters`, in the order of the schema.
///
/// A place is one where the schema says `"format": "data-reference"`, at any depth. Empty names are
/// parameters that were not set.
pub fn data_parameters(schema: &Value, parameters: &Value) -> Vec<DataParameter> {
    let mut found = Vec::new();
    collect(schema, schema, parameters, String::new(), &mut found);
    found
}

fn collect(
    root: &Value,
    schema: &Value,
    value: &Value,
    pointer: String,
    found: &mut Vec<DataParameter>,
) {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str)
        && let Some(resolved) = target.strip_prefix('#').and_then(|path| root.pointer(path))
    {
        collect(root, resolved, value, pointer.clone(), found);
    }
    for word in ["anyOf", "oneOf", "allOf"] {
        let branches = schema.get(word).and_then(Value::as_array);
        for branch in branches.into_iter().flatten() {
            if fits_constants(branch, value) {
                collect(root, branch, value, pointer.clone(), found);
            }
        }
    }
    match value {
        Value::String(name) => add_reference(schema, name, pointer, found),
        Value::Object(fields) => {
            for (key, field) in fields {
                let inner = schema
                    .get("properties")
                    .and_then(|properties| properties.get(key))
                    .or_else(|| schema.get("additionalProperties"));
                if let Some(inner) = inner {
                    let key = key.replace('~', "~0").replace('/', "~1");
                    collect(root, inner, field, format!("{pointer}/{key}"), found);
                }
            }
        }
        Value::Array(items) => {
            if let Some(inner) = schema.get("items") {
                for (index, item) in items.iter().enumerate() {
                    collect(root, inner, item, format!("{pointer}/{index}"), found);
                }
            }
        }
        _ => {}
    }
}

fn add_reference(schema: &Value, name: &str, pointer: String, found: &mut Vec<DataParameter>) {
    let is_reference = schema.get("format").and_then(Value::as_str) == Some("data-reference");
    let is_known = found.iter().any(|known| known.pointer == pointer);
    if is_reference && !name.is_empty() && !is_known {
        found.push(DataParameter {
            pointer,
            name: name.into(),
        });
    }
}

/// False where a tag of the branch (`"how": {"const": "list"}`) says that it is about another case.
fn fits_constants(branch: &Value, value: &Value) -> bool {
    let properties = branch.get("properties").and_then(Value::as_object);
    properties.is_none_or(|properties| {
        properties.iter().all(|(key, schema)| {
            schema
                .get("const")
                .is_none_or(|wanted| value.get(key).is_none_or(|found| found == wanted))
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::data_parameters;

    fn check(schema: &Value, parameters: &Value, expected: &[(&str, &str)]) {
        let found = data_parameters(schema, parameters);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|at| (at.pointer.as_str(), at.name.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn names_of_data_are_found_at_any_depth() {
        let name = json!({"type": "string", "format": "data-reference"});
        let top = json!({"properties": {"lengths": name, "unit": {"type": "string"}}});
        check(
            &top,
            &json!({"lengths": "tab", "unit": "bp"}),
            &[("/lengths", "tab")],
        );
        check(&top, &json!({"lengths": "", "unit": "bp"}), &[]);
        let list = json!({"properties": {"sets": {"type": "array", "items": name}}});
        check(
            &list,
            &json!({"sets": ["a", "b"]}),
            &[("/sets/0", "a"), ("/sets/1", "b")],
        );
        let optional = json!({"properties": {"map": {"anyOf": [name, {"type": "null"}]}}});
        check(&optional, &json!({"map": "m"}), &[("/map", "m")]);
        check(&optional, &json!({"map": null}), &[]);
    }

    #[test]
    fn definitions_are_followed_and_other_cases_passed_over() {
        let schema = json!({
            "properties": {"rule": {"$ref": "#/$defs/Rule"}},
            "$defs": {"Rule": {"oneOf": [
                {"properties": {"how": {"const": "list"},
                                "from": {"type": "string", "format": "data-reference"}}},
                {"properties": {"how": {"const": "word"}, "from": {"type": "string"}}},
            ]}},
        });
        check(
            &schema,
            &json!({"rule": {"how": "list", "from": "genes"}}),
            &[("/rule/from", "genes")],
        );
        check(
            &schema,
            &json!({"rule": {"how": "word", "from": "genes"}}),
            &[],
        );
    }
}
