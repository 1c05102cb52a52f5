//! A print of the numbers and names of a data set, equal for any way to write them.

use std::ops::Range;

use cuvette_core::{Dataset, parallel, sparse::SparseMatrix};
use sha2::{Digest, Sha256};

/// Bytes of values hashed as one piece.
const PIECE: usize = 1 << 20;
const PIECE_VALUES: usize = PIECE / size_of::<f32>();
const VERSION: &[u8] = b"cuvette matrix 1\n";
/// Samples of a sparse matrix hashed as one piece.
const PIECE_SAMPLES: usize = 256;
const VERSION_OF_CELLS: &[u8] = b"cuvette cells 1\n";

/// SHA-256 over the shape, the gene ids, the sample ids, and the SHA-256 prints of the values in
/// pieces of 1 MiB (little-endian `f32`, row after row; every missing value alike, −0 as 0).
///
/// The bytes are: `cuvette matrix 1` and a line feed; the number of genes as `u64`, then for each
/// the length of its id as `u64` and the id in UTF-8; the same for the samples; then the 32 bytes
/// of every piece. Integers are little-endian, a missing value is `00 00 C0 7F`.
///
/// Of a sparse matrix, whose zeros may be too many to be hashed, the first line is `cuvette cells 1`
/// and the pieces are 256 samples each, the last one shorter: for each sample the number of its
/// values that are not zero as `u32`, then for each of them, in the order of the genes, the place of
/// the gene from 0 as `u32` and the value.
///
/// Equal for the same table compressed or not, with any line ends and any delimiter. Annotations
/// and the kind of the values are left out.
///
/// # Complexity
///
/// One pass over the matrix; the pieces are hashed in parallel.
pub fn matrix_fingerprint(dataset: &Dataset) -> [u8; 32] {
    let mut print = MatrixPrint::begin(dataset);
    while print.advance(dataset, usize::MAX) {}
    print.finish()
}

/// A [`matrix_fingerprint`] on its way, for callers that have other things to do in between.
#[derive(Debug, Clone)]
pub struct MatrixPrint {
    whole: Sha256,
    /// Values that are in; of a sparse matrix, samples.
    n_taken: usize,
}

impl MatrixPrint {
    /// Takes the names.
    pub fn begin(dataset: &Dataset) -> Self {
        let mut whole = Sha256::new();
        let is_sparse = dataset.matrix.sparse().is_some();
        whole.update(if is_sparse { VERSION_OF_CELLS } else { VERSION });
        for names in [&dataset.genes, &dataset.samples] {
            whole.update((names.len() as u64).to_le_bytes());
            for name in names.iter() {
                whole.update((name.len() as u64).to_le_bytes());
                whole.update(name);
            }
        }
        Self { whole, n_taken: 0 }
    }

    /// Takes the next values, about so many bytes of them; false when all are in.
    pub fn advance(&mut self, dataset: &Dataset, n_bytes: usize) -> bool {
        if let Some(cells) = dataset.matrix.sparse() {
            return self.advance_by_samples(cells, n_bytes);
        }
        let values = dataset.matrix.values();
        let rest = values.get(self.n_taken..).unwrap_or_default();
        let n_taken = rest
            .len()
            .min(n_bytes.div_ceil(PIECE).saturating_mul(PIECE_VALUES));
        let pieces = rest.get(..n_taken).unwrap_or_default().chunks(PIECE_VALUES);
        let pieces: Vec<&[f32]> = pieces.collect();
        let pieces = parallel::map(pieces.len(), &|at| print_values(pieces[at]));
        for piece in pieces {
            self.whole.update(piece);
        }
        self.n_taken += n_taken;
        self.n_taken < values.len()
    }

    fn advance_by_samples(&mut self, cells: &SparseMatrix, n_bytes: usize) -> bool {
        let (mut ends, mut n_found) = (vec![self.n_taken], 0);
        let mut end = self.n_taken;
        while end < cells.n_columns() && n_found < n_bytes {
            let next = (end + PIECE_SAMPLES).min(cells.n_columns());
            let n_values: usize = (end..next).map(|at| cells.rows_of(at).len()).sum();
            n_found += n_values * size_of::<(u32, f32)>() + size_of::<u32>() * (next - end);
            end = next;
            ends.push(end);
        }
        let pieces = parallel::map(ends.len() - 1, &|at| {
            print_samples(cells, ends[at]..ends[at + 1])
        });
        for piece in pieces {
            self.whole.update(piece);
        }
        self.n_taken = end;
        end < cells.n_columns()
    }

    /// The print of what was taken.
    pub fn finish(self) -> [u8; 32] {
        self.whole.finalize().into()
    }
}

fn print_values(values: &[f32]) -> [u8; 32] {
    const BUFFER: usize = 1024;
    let mut print = Sha256::new();
    let mut bytes = [0_u8; BUFFER * size_of::<f32>()];
    for part in values.chunks(BUFFER) {
        for (target, value) in bytes.chunks_exact_mut(size_of::<f32>()).zip(part) {
            target.copy_from_slice(&canonical(*value).to_le_bytes());
        }
        print.update(&bytes[..size_of_val(part)]);
    }
    print.finalize().into()
}

fn print_samples(cells: &SparseMatrix, samples: Range<usize>) -> [u8; 32] {
    let mut print = Sha256::new();
    let mut bytes = Vec::new();
    for sample in samples {
        let values = cells.cell(sample);
        bytes.clear();
        bytes.extend((values.len() as u32).to_le_bytes());
        for (gene, value) in values {
            bytes.extend(gene.to_le_bytes());
            bytes.extend(canonical(value).to_le_bytes());
        }
        print.update(&bytes);
    }
    print.finalize().into()
}

fn canonical(value: f32) -> f32 {
    if value.is_nan() {
        // `f32::NAN` is not promised to have these bits on every machine.
        f32::from_bits(0x7FC0_0000)
    } else if value == 0.0 {
        0.0
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use cuvette_core::{Dataset, Matrix};

    use super::*;

    fn dataset(values: Vec<f32>, genes: [&str; 2]) -> Dataset {
        let genes = genes.map(String::from).to_vec();
        Dataset::new(Matrix::from_rows(2, 1, values), genes, vec!["s".into()])
    }

    #[test]
    fn one_number_or_one_name_changes_the_print() {
        let print = |values, genes| matrix_fingerprint(&dataset(values, genes));
        let base = print(vec![1.0, f32::NAN], ["a", "b"]);
        assert_eq!(base, print(vec![1.0, -f32::NAN], ["a", "b"]));
        assert_ne!(base, print(vec![1.0, 2.0], ["a", "b"]));
        assert_ne!(base, print(vec![1.0, f32::NAN], ["a", "c"]));
        assert_ne!(base, print(vec![1.0, f32::NAN], ["ab", ""]));
        assert_eq!(
            print(vec![0.0, 1.0], ["a", "b"]),
            print(vec![-0.0, 1.0], ["a", "b"])
        );
    }
}
