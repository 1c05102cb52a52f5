//! Prints by which a file is recognized, on any computer.

use std::sync::Arc;

use cuvette_core::analyses::Data;
use cuvette_formats::{MatrixPrint, matrix_fingerprint};

use crate::{
    EngineError,
    hash::{ByteHasher, ContentHasher, Hash, hex},
    recipe::Fingerprint,
    session::OpenInput,
};

/// Bytes of a file or of its numbers that are hashed in one go: some 15 ms, short enough to answer
/// questions in between.
pub const PRINT_BYTES: usize = 4 << 20;

/// The fingerprint of an open input, made from a second reading of its file: results are there
/// before it is known.
///
/// All blocks of the file are pushed, then [`Self::advance`] is called until it says so.
pub struct Fingerprinting {
    input: Arc<OpenInput>,
    bytes: ByteHasher,
    content: ContentHasher,
    matrix: Option<MatrixPrint>,
}

impl Fingerprinting {
    /// Begins with nothing read.
    pub fn begin(input: Arc<OpenInput>) -> Self {
        let matrix = input.dataset().map(|dataset| MatrixPrint::begin(dataset));
        Self {
            input,
            bytes: ByteHasher::default(),
            content: ContentHasher::default(),
            matrix,
        }
    }

    /// Takes the next block of the file.
    pub fn push(&mut self, block: &[u8]) {
        self.bytes.update(block);
        self.content.update(block);
    }

    /// Takes the next numbers; false when all are in.
    pub fn advance(&mut self) -> bool {
        match (&mut self.matrix, self.input.dataset()) {
            (Some(print), Some(dataset)) => print.advance(dataset, PRINT_BYTES),
            _ => false,
        }
    }

    /// The fingerprint.
    ///
    /// # Errors
    ///
    /// [`EngineError::FileChanged`] where the file is no longer what the data were read from.
    pub fn finish(self) -> Result<Fingerprint, EngineError> {
        if self.content.finish() != self.input.content {
            return Err(EngineError::FileChanged {
                file: self.input.file.clone(),
            });
        }
        let matrix = self.matrix.map(|print| hex(&print.finish()));
        Ok(print(&self.input, self.bytes.finish(), matrix))
    }
}

/// The fingerprint of an input whose file's SHA-256 is known already.
pub fn fingerprint(input: &OpenInput, bytes: Hash) -> Fingerprint {
    let matrix = match &input.data {
        Data::Dataset(dataset) => Some(hex(&matrix_fingerprint(dataset))),
        _ => None,
    };
    print(input, bytes, matrix)
}

fn print(input: &OpenInput, bytes: Hash, matrix: Option<String>) -> Fingerprint {
    let shape = input
        .tables()
        .first()
        .map(|table| [table.n_rows, table.n_columns]);
    Fingerprint {
        bytes: bytes.to_hex(),
        matrix: matrix.unwrap_or_default(),
        shape,
    }
}
