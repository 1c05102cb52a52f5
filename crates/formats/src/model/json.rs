//! A JSON object with its fields in their order, none of them twice.

use std::{collections::BTreeSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Value;

/// The fields of an object.
pub(super) type Fields = Vec<(String, Value)>;

struct Object(Fields);

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Object(fields))
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

/// The fields of a text that is one object.
///
/// # Errors
///
/// In words: where it is not, with line and column; or where a field stands twice.
pub(super) fn read_fields(text: &[u8]) -> Result<Fields, String> {
    let Object(fields) = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    let mut names = BTreeSet::new();
    match fields.iter().find(|(name, _)| !names.insert(name.as_str())) {
        Some((name, _)) => Err(format!("{name:?} stands twice")),
        None => Ok(fields),
    }
}
