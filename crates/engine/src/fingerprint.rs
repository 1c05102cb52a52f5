//! Prints by which a file is recognized.

use cuvette_core::analyses::Data;
use cuvette_formats::matrix_fingerprint;

use crate::{hash::hex, recipe::Fingerprint, session::OpenInput};

/// SHA-256 of the bytes of an input, and of its numbers and names where it is a matrix.
pub fn fingerprint(input: &OpenInput) -> Fingerprint {
    let matrix = match &input.data {
        Data::Dataset(dataset) => hex(&matrix_fingerprint(dataset)),
        _ => String::new(),
    };
    let shape = input
        .tables()
        .first()
        .map(|table| [table.n_rows, table.n_columns]);
    Fingerprint {
        bytes: input.file_hash.to_hex(),
        matrix,
        shape,
    }
}
