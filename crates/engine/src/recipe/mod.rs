//! The recipe: inputs and steps, small and versioned.

pub mod check;
pub mod edit;
mod error;
pub(crate) mod fitted;
mod history;
mod references;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use error::RecipeError;
pub use history::{RecipeHistory, Walk};
pub use references::{DataParameter, data_parameters};

/// The version this engine writes; it reads this one and all before it.
pub const VERSION: u32 = 1;

/// Inputs and steps: everything an analysis is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Version of this format.
    pub cuvette: u32,
    /// Name of the analysis, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The files.
    #[serde(default)]
    pub inputs: Vec<Input>,
    /// What is done with them, in the order of the data's way.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// A file under a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Name that steps use: `[a-z][a-z0-9_-]{0,39}`.
    pub name: String,
    /// Name of the file, without folders; empty where a link left it out.
    #[serde(default)]
    pub file: String,
    /// What the file is; guessed from its content where left out.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub kind: Option<cuvette_formats::InputKind>,
    /// Overrides of the importer's guesses.
    #[serde(default, skip_serializing_if = "is_default")]
    pub import: cuvette_formats::ImportOptions,
    /// What the file was when the recipe was made, to tell whether another is the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
}

/// Prints by which a file is recognized; lower-case hexadecimal SHA-256.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fingerprint {
    /// Of the bytes of the file, as `sha256sum` prints it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub bytes: String,
    /// Of the parsed matrix, equal for any way to write the same numbers and names.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub matrix: String,
    /// Rows and columns, to say how another file differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<[usize; 2]>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Name that later steps and exported files use.
    pub id: String,
    /// Name of the analysis: `cross_study`.
    pub run: String,
    /// Inputs, steps or `STEP.TABLE`s it reads: matrices first, then tables to attach.
    #[serde(default)]
    pub of: Vec<String>,
    /// Parameters that differ from their defaults.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub with: Map<String, Value>,
    /// True to pass over the step: a transform lets its first data set through unchanged.
    #[serde(default, skip_serializing_if = "is_default")]
    pub off: bool,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            cuvette: VERSION,
            title: String::new(),
            inputs: Vec::new(),
            steps: Vec::new(),
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
