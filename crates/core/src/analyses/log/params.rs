//! Parameters of `log`.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, Shapes},
    error::ParamError,
};

/// How to take the logarithm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LogParameters {
    /// Base of the logarithm
    ///
    /// Default 2: one unit is a doubling, and fold changes are read off directly.
    pub base: Base,
    /// Added to every value before the logarithm, so that zero stays finite
    ///
    /// From 0 up; default 1, which maps a count of 0 to 0. Smaller values spread low counts apart
    /// and amplify their noise. With 0, a value of 0 is refused.
    #[schemars(range(min = 0.0))]
    pub pseudocount: f64,
}

/// Base of a logarithm; `2`, `"e"` or `10` in a recipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "serde_json::Value", into = "serde_json::Value")]
pub enum Base {
    /// log2
    #[default]
    Two,
    /// ln
    E,
    /// log10
    Ten,
}

impl Base {
    const ALL: [Self; 3] = [Self::Two, Self::E, Self::Ten];
}

impl From<Base> for serde_json::Value {
    fn from(base: Base) -> Self {
        match base {
            Base::Two => 2.into(),
            Base::E => "e".into(),
            Base::Ten => 10.into(),
        }
    }
}

impl TryFrom<serde_json::Value> for Base {
    type Error = String;

    fn try_from(value: serde_json::Value) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|&base| serde_json::Value::from(base) == value)
            .ok_or_else(|| format!("base is {value}, expected 2, \"e\" or 10"))
    }
}

impl JsonSchema for Base {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Base".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": Self::ALL.map(serde_json::Value::from) })
    }
}

impl Default for LogParameters {
    fn default() -> Self {
        Self {
            base: Base::Two,
            pseudocount: 1.0,
        }
    }
}

impl Parameters for LogParameters {
    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        if self.pseudocount >= 0.0 && self.pseudocount.is_finite() {
            Ok(())
        } else {
            Err(ParamError::new(
                "pseudocount",
                self.pseudocount,
                "a number from 0 up",
            ))
        }
    }
}
