//! The files of a model of the shape of Geneformer: weights (safetensors), sizes (JSON), and
//! dictionaries of tokens and medians (pickle, JSON or table).

mod binary;
mod config;
mod dictionary;
mod header;
mod json;
mod weights;

pub(crate) use binary::{Binary, BinaryReader, preview_binary};
pub(crate) use config::read_config;
pub(crate) use dictionary::{kind_of_json, read_dictionary_table, read_json_dictionary};
