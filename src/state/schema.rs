//! The parameter form as data: what a JSON schema says of each field.
//!
//! Conventions of the analyses: the first line of a description says what the field does, `default`
//! its default, `minimum` and `maximum` its range, `x-unit` its unit, `enum` or `oneOf` its choices
//! (`x-choices`: `sample_columns` or `gene_columns`, chosen among the annotations of the first data
//! set, `columns_of:FIELD`, among those of the table that FIELD names, or `levels_of:FIELD`, among
//! the values of the sample annotation that FIELD names), `x-items` what a list holds, and `format: data-reference` the name of an input or step.

use serde_json::Value;

/// One field of a form.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Name in the recipe.
    pub name: String,
    /// Label on the page.
    pub label: String,
    /// One sentence.
    pub help: String,
    /// The rest of the description: why this default, what larger and smaller do.
    pub more: String,
    /// Default, as in the recipe.
    pub default: Value,
    /// True where it may be left empty.
    pub is_optional: bool,
    /// How it is asked for.
    pub kind: FieldKind,
}

/// How a field is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldKind {
    /// A number.
    Number {
        /// Lowest allowed value.
        minimum: Option<f64>,
        /// Highest allowed value.
        maximum: Option<f64>,
        /// Unit or noun beside the field.
        unit: String,
        /// True for whole numbers.
        is_integer: bool,
    },
    /// On or off.
    Toggle,
    /// One of a few values, with the words for each.
    Choice(Vec<Choice>),
    /// One of the annotations of the data.
    Column(Columns),
    /// One of the values of the sample annotation that another field names.
    Level(String),
    /// The name of an input or step.
    Data,
    /// A list of names, typed or pasted.
    List {
        /// What a name stands for: "samples".
        items: String,
        /// True where `"all"` stands for every one of them.
        may_be_all: bool,
    },
    /// A text.
    Text,
}

/// One value of a choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// As in the recipe.
    pub value: Value,
    /// The word on the page.
    pub label: String,
    /// What it does; may be empty.
    pub help: String,
}

/// Whose annotations a column is chosen from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Columns {
    /// Of the samples.
    Samples,
    /// Of the genes.
    Genes,
    /// Of the input or step that another field names.
    Of(String),
}

/// The fields of a schema, in its order.
pub fn fields(schema: &Value) -> Vec<Field> {
    let Some(properties) = schema["properties"].as_object() else {
        return Vec::new();
    };
    let mut fields: Vec<Field> = properties
        .iter()
        .map(|(name, property)| field(schema, name, property))
        .collect();
    speak_of_labels(&mut fields);
    fields
}

/// Puts the words of the page in the place of names of the recipe (`` `tsne` ``) in all helps.
fn speak_of_labels(fields: &mut [Field]) {
    let mut words: Vec<(String, String)> = Vec::new();
    for field in fields.iter() {
        if let FieldKind::Choice(choices) = &field.kind {
            let named = choices.iter().filter_map(|choice| {
                Some((
                    format!("`{}`", choice.value.as_str()?),
                    choice.label.clone(),
                ))
            });
            words.extend(named);
        }
        words.push((format!("`{}`", field.name), field.label.clone()));
    }
    let speak = |text: &mut String| {
        for (name, word) in &words {
            *text = text.replace(name, word);
        }
        *text = text.replace('`', "");
    };
    for field in fields {
        speak(&mut field.help);
        speak(&mut field.more);
        if let FieldKind::Choice(choices) = &mut field.kind {
            for choice in choices {
                speak(&mut choice.help);
            }
        }
    }
}

fn field(schema: &Value, name: &str, property: &Value) -> Field {
    let (inner, is_optional) = resolved(schema, property);
    let text = |key: &str| {
        let own = property[key].as_str();
        own.or_else(|| inner[key].as_str()).unwrap_or_default()
    };
    let (help, more) = described(text("description"));
    let title = text("title");
    Field {
        name: name.into(),
        label: if title.is_empty() {
            super::words::title(name)
        } else {
            title.into()
        },
        help,
        more,
        default: property["default"].clone(),
        is_optional,
        kind: kind(schema, property, inner),
    }
}

fn kind(schema: &Value, property: &Value, inner: &Value) -> FieldKind {
    let hint = |key: &str| {
        let own = property[key].as_str();
        own.or_else(|| inner[key].as_str()).unwrap_or_default()
    };
    match hint("x-choices") {
        "sample_columns" => return FieldKind::Column(Columns::Samples),
        "gene_columns" => return FieldKind::Column(Columns::Genes),
        other => {
            if let Some(field) = other.strip_prefix("columns_of:") {
                return FieldKind::Column(Columns::Of(field.into()));
            }
            if let Some(field) = other.strip_prefix("levels_of:") {
                return FieldKind::Level(field.into());
            }
        }
    }
    if hint("format") == "data-reference" {
        return FieldKind::Data;
    }
    let options = inner["oneOf"].as_array();
    let is_array = |option: &Value| option["type"] == "array";
    let may_be_all = options.is_some_and(|options| options.iter().any(is_array));
    let choices = choices(schema, inner);
    if !choices.is_empty() {
        return FieldKind::Choice(choices);
    }
    let limit = |key: &str| property[key].as_f64().or_else(|| inner[key].as_f64());
    match if may_be_all { "array" } else { type_of(inner) } {
        "boolean" => FieldKind::Toggle,
        "array" => FieldKind::List {
            items: match hint("x-items") {
                "" => "names".into(),
                items => items.into(),
            },
            may_be_all,
        },
        word @ ("number" | "integer") => FieldKind::Number {
            minimum: limit("minimum"),
            maximum: limit("maximum"),
            unit: hint("x-unit").into(),
            is_integer: word == "integer",
        },
        _ => FieldKind::Text,
    }
}

/// The type of a schema; `["number", "null"]` is a number.
fn type_of(schema: &Value) -> &str {
    let types = &schema["type"];
    let among = || {
        types
            .as_array()?
            .iter()
            .filter_map(Value::as_str)
            .find(|name| *name != "null")
    };
    types.as_str().or_else(among).unwrap_or_default()
}

/// Follows a `$ref`, and takes what may be null for what it otherwise is.
fn resolved<'a>(schema: &'a Value, property: &'a Value) -> (&'a Value, bool) {
    if let Some(reference) = property["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        return resolved(schema, schema.pointer(pointer).unwrap_or(&Value::Null));
    }
    let nullable = property["type"]
        .as_array()
        .is_some_and(|types| types.iter().any(|name| name == "null"));
    for key in ["anyOf", "oneOf"] {
        let Some(options) = property[key].as_array() else {
            continue;
        };
        let is_null = |option: &&Value| option["type"] == "null";
        let real: Vec<&Value> = options.iter().filter(|option| !is_null(option)).collect();
        if let ([only], true) = (real.as_slice(), real.len() < options.len()) {
            return (resolved(schema, only).0, true);
        }
    }
    (property, nullable)
}

fn choices(schema: &Value, inner: &Value) -> Vec<Choice> {
    let plain = |value: &Value| Choice {
        value: value.clone(),
        label: match value {
            Value::String(word) => super::words::title(word),
            other => other.to_string(),
        },
        help: String::new(),
    };
    if let Some(values) = inner["enum"].as_array() {
        return values
            .iter()
            .filter(|value| !value.is_null())
            .map(plain)
            .collect();
    }
    let Some(options) = inner["oneOf"].as_array() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for option in options {
        let (option, _) = resolved(schema, option);
        if let Some(values) = option["enum"].as_array() {
            found.extend(values.iter().map(plain));
        } else if !option["const"].is_null() {
            let (help, _) = described(option["description"].as_str().unwrap_or_default());
            let named = option["title"].as_str();
            found.push(Choice {
                label: named.map_or_else(|| plain(&option["const"]).label, Into::into),
                help,
                ..plain(&option["const"])
            });
        } else {
            // Not a list of values: asked for as text.
            return Vec::new();
        }
    }
    found
}

/// The first line, and the paragraphs after it as one text.
fn described(description: &str) -> (String, String) {
    let (first, rest) = description.split_once("\n\n").unwrap_or((description, ""));
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    (flat(first).trim_end_matches('.').into(), flat(rest))
}

/// The value of a field: what the recipe says, or the default.
pub fn value_of(field: &Field, with: &serde_json::Map<String, Value>) -> Value {
    with.get(&field.name).unwrap_or(&field.default).clone()
}

/// A value in words, beside the field as its default.
pub fn in_words(field: &Field, value: &Value) -> String {
    if let FieldKind::Choice(choices) = &field.kind
        && let Some(choice) = choices.iter().find(|choice| choice.value == *value)
    {
        return choice.label.clone();
    }
    match value {
        Value::Null => "none".into(),
        Value::Bool(true) => "on".into(),
        Value::Bool(false) => "off".into(),
        Value::Number(number) => number
            .as_f64()
            .map_or_else(String::new, super::words::general),
        Value::String(text) if text.is_empty() => "none".into(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".into(),
        Value::Array(items) => super::words::plural(items.len(), "name", "names"),
        Value::Object(_) => String::new(),
    }
}

/// The allowed range in words: `3 to 6,169`, `from 0`.
pub fn range_in_words(minimum: Option<f64>, maximum: Option<f64>) -> String {
    let word = super::words::general;
    match (minimum, maximum) {
        (Some(low), Some(high)) => format!("{} to {}", word(low), word(high)),
        (Some(low), None) => format!("from {}", word(low)),
        (None, Some(high)) => format!("up to {}", word(high)),
        (None, None) => String::new(),
    }
}

/// The number in a field, or what is wrong with it.
pub fn parse_number(text: &str, is_integer: bool) -> Result<Value, String> {
    let plain = text.trim().replace('−', "-").replace('\u{a0}', "");
    if is_integer {
        if let Ok(value) = plain.parse::<i64>() {
            return Ok(value.into());
        }
    } else if let Some(number) = json_number(&plain) {
        return Ok(number.into());
    }
    let wanted = if is_integer {
        "a whole number"
    } else {
        "a number"
    };
    let found = if text.trim().is_empty() {
        "Nothing"
    } else {
        text.trim()
    };
    Err(format!("{found} stands here. Enter {wanted}"))
}

/// A number as people write it, by the reader of JSON: the one of std would bring its tables too.
///
/// JSON has no leading `+`, and wants digits on both sides of a point.
fn json_number(text: &str) -> Option<serde_json::Number> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, format!("e{exponent}")),
        None => (digits, String::new()),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let fraction = if fraction.is_empty() && mantissa != "." {
        "0"
    } else {
        fraction
    };
    let value: f64 = serde_json::from_str(&format!("{sign}{whole}.{fraction}{exponent}")).ok()?;
    serde_json::Number::from_f64(value)
}

#[cfg(test)]
mod tests {
    use cuvette_core::analyses::AnalysisId;

    use super::*;

    #[test]
    fn every_analysis_has_a_form_of_known_fields_with_help() {
        for id in AnalysisId::ALL {
            let name = id.meta().id;
            for field in fields(&Value::from(id.schema())) {
                assert!(!field.help.is_empty(), "{name}.{} has no help", field.name);
            }
        }
    }

    #[test]
    fn every_choice_is_called_as_people_call_it() {
        let labels = |analysis: AnalysisId, name: &str| -> Vec<String> {
            let fields = fields(&Value::from(analysis.schema()));
            let field = fields.into_iter().find(|field| field.name == name);
            let Some(FieldKind::Choice(choices)) = field.map(|field| field.kind) else {
                panic!("{name} is no choice")
            };
            choices.into_iter().map(|choice| choice.label).collect()
        };
        let check = |analysis, name: &str, expected: &[&str]| {
            assert_eq!(labels(analysis, name), expected, "{name}");
        };
        check(AnalysisId::Embed, "method", &["t-SNE", "UMAP"]);
        check(
            AnalysisId::LengthNormalize,
            "how",
            &["TPM", "RPKM", "Divide"],
        );
        check(AnalysisId::CenterScale, "scale", &["SD", "MAD", "None"]);
        check(AnalysisId::Impute, "how", &["Gene mean", "k-NN", "None"]);
    }

    #[test]
    fn helps_speak_of_labels_not_of_names_in_recipes() {
        let found = fields(&Value::from(AnalysisId::Embed.schema()));
        let help = |name: &str| {
            let field = found.iter().find(|field| field.name == name);
            field.map(|field| field.more.clone()).unwrap_or_default()
        };
        assert!(help("perplexity").ends_with("Only used by t-SNE."));
        for id in AnalysisId::ALL {
            for field in fields(&Value::from(id.schema())) {
                assert!(!field.help.contains('`') && !field.more.contains('`'));
            }
        }
    }

    #[test]
    fn a_number_brings_its_range_and_unit() {
        let schema = serde_json::json!({"properties": {"min_common": {
            "type": "integer", "minimum": 3, "maximum": 100, "default": 10, "x-unit": "genes",
            "description": "A pair with fewer is left out\n\nFrom 3 up.",
        }}});
        let found = fields(&schema);
        assert_eq!(found[0].label, "Min common");
        assert_eq!(found[0].more, "From 3 up.");
        let expected = FieldKind::Number {
            minimum: Some(3.0),
            maximum: Some(100.0),
            unit: "genes".into(),
            is_integer: true,
        };
        assert_eq!(found[0].kind, expected);
    }

    #[test]
    fn what_may_be_null_is_optional() {
        let schema = serde_json::json!({
            "$defs": {"How": {"enum": ["sum", "mean"]}},
            "properties": {
                "a": {"type": ["number", "null"]},
                "b": {"anyOf": [{"$ref": "#/$defs/How"}, {"type": "null"}]},
            },
        });
        let found = fields(&schema);
        assert!(found.iter().all(|field| field.is_optional));
        assert!(matches!(&found[1].kind, FieldKind::Choice(choices) if choices.len() == 2));
    }

    #[test]
    fn all_or_a_list_is_a_list() {
        let schema = serde_json::json!({"properties": {"samples": {
            "oneOf": [{"const": "all"}, {"type": "array", "items": {"type": "string"}}],
            "x-items": "samples",
        }}});
        let expected = FieldKind::List {
            items: "samples".into(),
            may_be_all: true,
        };
        assert_eq!(fields(&schema)[0].kind, expected);
    }

    #[test]
    fn a_wrong_number_says_what_was_found_and_expected() {
        assert_eq!(parse_number("−2.5", false), Ok(serde_json::json!(-2.5)));
        assert_eq!(parse_number("10", true), Ok(serde_json::json!(10)));
        let error = parse_number("ten", true).expect_err("a word");
        assert_eq!(error, "ten stands here. Enter a whole number");
    }

    #[test]
    fn a_number_is_read_as_std_reads_it() {
        let texts = [
            "0",
            "-0",
            "+0.1",
            ".5",
            "-.5",
            "5.",
            "007",
            "00.10",
            "1e5",
            "1E-5",
            ".5e+2",
            "1e400",
            "0.1234567890123456789",
            "",
            ".",
            "-",
            "e5",
            "1e",
            "--5",
            "+-5",
            "1.2.3",
            "1,5",
            "inf",
            "NaN",
            "0x10",
            "1_000",
        ];
        for text in texts {
            let expected = text.parse().ok().and_then(serde_json::Number::from_f64);
            assert_eq!(json_number(text), expected, "{text}");
        }
    }
}
