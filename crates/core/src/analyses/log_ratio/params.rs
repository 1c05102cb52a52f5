//! Parameters of `log_ratio`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    analyses::{Parameters, Shapes},
    error::ParamError,
};

/// Which channel is divided by which.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LogRatioParameters {
    /// What is measured: values of `channel`, or names of columns where `channel` is empty
    ///
    /// Default empty: with `channel`, all that is not the reference.
    pub sample: Vec<String>,
    /// What it is compared with: values of `channel`, or names of columns
    ///
    /// Default empty; it must be given. Columns are paired in the order of the two lists; one
    /// reference column alone is that of all.
    pub reference: Vec<String>,
    /// Annotation that says what each channel holds, such as mutant or wild type
    ///
    /// Default empty: `sample` and `reference` list columns. With it, the sample is found on each
    /// array whatever its dye, so swapped dyes are turned back.
    #[schemars(extend("x-choices" = "sample_columns"))]
    pub channel: String,
    /// Annotation that names the array of each channel
    ///
    /// Default empty; needed with `channel`. Each array has two channels.
    #[schemars(extend("x-choices" = "sample_columns"))]
    pub array: String,
    /// Annotation that names the dye of each channel
    ///
    /// Default empty. Only told in the table of arrays, to see which are swapped.
    #[schemars(extend("x-choices" = "sample_columns"))]
    pub dye: String,
    /// What becomes of intensities that are not above zero
    ///
    /// Default `refuse`. They come from subtracting the background, and have no logarithm.
    pub not_positive: NotPositive,
    /// The channels are logarithms to base 2 already
    ///
    /// Default no. They are then subtracted.
    pub logged: bool,
}

/// What becomes of a ratio with a channel that is not above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotPositive {
    /// An error that says where the first is
    #[default]
    Refuse,
    /// Their ratio is missing
    Missing,
}

impl Parameters for LogRatioParameters {
    fn check(&self, _: &Shapes) -> Result<(), ParamError> {
        match (self.channel.is_empty(), self.array.is_empty()) {
            (true, false) => Err(ParamError::new(
                "channel",
                "empty",
                "an annotation of what each channel holds, since array is given",
            )),
            (false, true) => Err(ParamError::new(
                "array",
                "empty",
                "an annotation that names the array of each channel",
            )),
            _ => Ok(()),
        }
    }
}
