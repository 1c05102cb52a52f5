//! Messages from JSON to their types, with little code for each type.
//!
//! Read by [`serde_json`] alone, every type would bring the code to know its fields by their names in
//! any order, to read itself from a list too, and the words for everything that can be wrong at every
//! place: a fifth of the page. Here the names are looked up by one function for all types: a struct is
//! handed its fields in the order of its type, and an enum the number of its variant. A struct is an
//! object without unknown fields, and what does not fit does not fit.
//!
//! So `alias` has no place in these types, and an optional field that is not always written needs
//! `default`.

use std::{fmt, slice};

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer,
    MapAccess, SeqAccess, VariantAccess, Visitor, value::U64Deserializer,
};
use serde_json::{Map, Value, map, value::Number};

/// The text is not JSON, or not of the type asked for. Of a message: page and engine are of two builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("it is not JSON of the type expected")
    }
}

impl std::error::Error for Unreadable {}

impl From<serde_json::Error> for Unreadable {
    fn from(_: serde_json::Error) -> Self {
        Self
    }
}

impl Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Reads what [`serde_json`] wrote from the same type.
pub fn decode<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    decode_value(serde_json::from_str(text)?)
}

/// Reads what [`serde_json`] made a value of from the same type.
pub fn decode_value<T: DeserializeOwned>(value: Value) -> Result<T, Unreadable> {
    T::deserialize(Decoder(value))
}

/// One value.
struct Decoder(Value);

impl Decoder {
    fn number(self) -> Result<Number, Unreadable> {
        match self.0 {
            Value::Number(number) => Ok(number),
            _ => Err(Unreadable),
        }
    }

    fn items(self) -> Result<Items, Unreadable> {
        match self.0 {
            Value::Array(items) => Ok(Items(items.into_iter())),
            _ => Err(Unreadable),
        }
    }

    fn entries(self) -> Result<Entries, Unreadable> {
        match self.0 {
            Value::Object(entries) => Ok(Entries {
                entries: entries.into_iter(),
                value: Value::Null,
            }),
            _ => Err(Unreadable),
        }
    }

    /// The fields of a struct, all of them known.
    fn fields(self, names: Names) -> Result<Fields, Unreadable> {
        let Value::Object(entries) = self.0 else {
            return Err(Unreadable);
        };
        let known = names.iter().filter(|&&name| entries.contains_key(name));
        if known.count() != entries.len() {
            return Err(Unreadable);
        }
        Ok(Fields {
            names: names.iter(),
            entries,
        })
    }

    /// Which variant it is, and what it holds: nothing is `null`.
    fn variant(self, names: Names) -> Result<Variant, Unreadable> {
        let (name, value) = match self.0 {
            Value::String(name) => (name, Value::Null),
            Value::Object(entries) => entries.into_iter().next().ok_or(Unreadable)?,
            _ => return Err(Unreadable),
        };
        let number = names.iter().position(|&known| known == name);
        Ok(Variant(number.ok_or(Unreadable)? as u64, value))
    }
}

/// Of all fields of a struct, or of all variants of an enum, in the order of the type.
type Names = &'static [&'static str];

/// Numbers of every width are read as the widest of their kind; the type that asks checks the range.
macro_rules! numbers {
    ($($method:ident $get:ident $visit:ident,)+) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            visitor.$visit(self.number()?.$get().ok_or(Unreadable)?)
        }
    )+ };
}

impl<'de> Deserializer<'de> for Decoder {
    type Error = Unreadable;

    numbers! {
        deserialize_u8 as_u64 visit_u64,
        deserialize_u16 as_u64 visit_u64,
        deserialize_u32 as_u64 visit_u64,
        deserialize_u64 as_u64 visit_u64,
        deserialize_i8 as_i64 visit_i64,
        deserialize_i16 as_i64 visit_i64,
        deserialize_i32 as_i64 visit_i64,
        deserialize_i64 as_i64 visit_i64,
        deserialize_f32 as_f64 visit_f64,
        deserialize_f64 as_f64 visit_f64,
    }

    /// For values without a type of their own: parameters, schemas.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        Ok(self.0.deserialize_any(visitor)?)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.0.as_bool().ok_or(Unreadable)?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_string(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(self.items()?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(self.items()?)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_map(self.entries()?)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: Names,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(self.fields(fields)?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: Names,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(self.variant(variants)?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple_struct
    }
}

struct Items(std::vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        match self.0.next() {
            Some(item) => seed.deserialize(Decoder(item)).map(Some),
            None => Ok(None),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// The fields of a struct in the order of its type; one that is missing is `None`, and others follow.
struct Fields {
    names: slice::Iter<'static, &'static str>,
    entries: Map<String, Value>,
}

impl Fields {
    fn next(&mut self) -> Option<Value> {
        self.entries.remove(*self.names.next()?)
    }
}

impl<'de> SeqAccess<'de> for Fields {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        match self.next() {
            Some(value) => seed.deserialize(Decoder(value)).map(Some),
            None => Ok(None),
        }
    }
}

struct Entries {
    entries: map::IntoIter,
    /// Of the key that was read last.
    value: Value,
}

impl Entries {
    fn next(&mut self) -> Option<String> {
        let (key, value) = self.entries.next()?;
        self.value = value;
        Some(key)
    }
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unreadable> {
        match self.next() {
            Some(key) => seed.deserialize(Decoder(Value::String(key))).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Unreadable> {
        seed.deserialize(Decoder(self.value.take()))
    }
}

struct Variant(u64, Value);

impl<'de> EnumAccess<'de> for Variant {
    type Error = Unreadable;
    type Variant = Decoder;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Decoder), Unreadable> {
        let number: U64Deserializer<Unreadable> = self.0.into_deserializer();
        Ok((seed.deserialize(number)?, Decoder(self.1)))
    }
}

impl<'de> VariantAccess<'de> for Decoder {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, Unreadable> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(self.items()?)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: Names,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(self.fields(fields)?)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};
    use serde_json::{Value, json};

    use super::{Unreadable, decode, decode_value};

    #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
    struct Whole {
        bytes: [u8; 2],
        small: f32,
        low: i64,
        high: u64,
        maybe: Option<Vec<Option<f64>>>,
        pairs: Vec<(String, bool)>,
        map: BTreeMap<String, Value>,
        #[serde(default)]
        later: usize,
        kinds: Vec<Kind>,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Nothing,
        One(Box<Whole>),
        Two(u32, String),
        Named { value: Option<String> },
    }

    fn whole() -> Whole {
        Whole {
            bytes: [0, 255],
            small: -0.1,
            low: i64::MIN,
            high: u64::MAX,
            maybe: Some(vec![Some(0.1), None, Some(3.0)]),
            pairs: vec![("é\n".into(), true), (String::new(), false)],
            map: [("a".to_owned(), json!({"b": [1, null, "c"]}))].into(),
            later: 3,
            kinds: vec![
                Kind::Nothing,
                Kind::One(Box::default()),
                Kind::Two(7, "seven".into()),
                Kind::Named { value: None },
            ],
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let text = serde_json::to_string(&whole()).unwrap();
        assert_eq!(decode(&text), Ok(whole()));
    }

    #[test]
    fn fields_come_in_any_order_and_those_left_out_take_their_defaults() {
        let mut value = serde_json::to_value(whole()).unwrap();
        let fields = value.as_object_mut().unwrap();
        fields.remove("later");
        let first = fields.shift_remove("bytes").unwrap();
        fields.insert("bytes".into(), first);
        let expected = Whole {
            later: 0,
            ..whole()
        };
        assert_eq!(decode_value(value), Ok(expected));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let check = |field: &str, value: Value| {
            let mut whole = serde_json::to_value(whole()).unwrap();
            whole[field] = value;
            assert_eq!(decode_value::<Whole>(whole), Err(Unreadable), "{field}");
        };
        check("bytes", json!([1, 256]));
        check("bytes", json!([1]));
        check("small", Value::Null);
        check("low", json!(0.5));
        check("high", json!(-1));
        check("maybe", json!("text"));
        check("map", json!([]));
        check("kinds", json!(["unknown"]));
        check("kinds", json!([{}]));
        check("kinds", json!([{"named": {"value": null, "unknown": 0}}]));
        check("unknown", Value::Null);
        assert_eq!(decode::<Whole>("{"), Err(Unreadable));
        assert_eq!(decode::<Whole>("[]"), Err(Unreadable));
    }
}
