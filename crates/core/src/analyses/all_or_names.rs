//! How `"all"`, or a list of names, stands in a recipe and in its schema.

use schemars::{Schema, json_schema};
use serde_json::Value;

/// As it is written; `None` is all.
pub fn to_value(names: Option<Vec<String>>) -> Value {
    names.map_or_else(|| "all".into(), Value::from)
}

/// As it is read; `what` are "genes" or "samples".
///
/// # Errors
///
/// In words, for anything else.
pub fn from_value(value: &Value, what: &str) -> Result<Option<Vec<String>>, String> {
    if value == "all" {
        return Ok(None);
    }
    serde_json::from_value(value.clone())
        .map(Some)
        .map_err(|error| {
            format!("{what} are {value}, expected \"all\" or a list of names ({error})")
        })
}

/// The schema, which names what is chosen from for a form.
pub fn schema(what: &str) -> Schema {
    json_schema!({
        "oneOf": [
            { "const": "all" },
            { "type": "array", "items": { "type": "string" } }
        ],
        "x-items": what
    })
}
