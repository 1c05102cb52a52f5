//! Sparse data before a step that reads them as a full table: refused where that is too large.

use cuvette_core::{
    AnalysisError, Dataset,
    analyses::{AnalysisId, Data},
};

use super::sources::Read;

/// Bytes that full tables may take where nobody says how much memory there is: what a page has.
pub const UNKNOWN_MEMORY_BYTES: u64 = 1_500_000_000;

/// An error where the sparse data that a step reads do not fit into `available` bytes once every
/// zero of them is held.
pub fn refuse_too_large<'a>(
    step: AnalysisId,
    reads: impl Iterator<Item = &'a Read>,
    available: u64,
) -> Result<(), AnalysisError> {
    if step.reads_sparse() {
        return Ok(());
    }
    let mut needed = 0;
    for read in reads {
        let Data::Dataset(dataset) = &read.data else {
            continue;
        };
        needed += dataset.matrix.bytes_to_make_dense();
        if needed > available {
            return Err(AnalysisError::Unsuitable {
                found: format!(
                    "{} holds {} genes × {} samples, most of them zeros that are not stored; {} reads every zero, {} in all",
                    read.name,
                    dataset.n_genes(),
                    dataset.n_samples(),
                    step.name(),
                    size(needed)
                ),
                expected: format!("at most {} are free", size(available)),
                hint: hint(),
            });
        }
    }
    Ok(())
}

/// An error where the values of sparse data, written out as text with every zero, do not fit.
pub fn refuse_long_text(
    name: &str,
    dataset: &Dataset,
    available: Option<u64>,
) -> Result<(), AnalysisError> {
    // A digit and what stands behind it.
    const CELL_BYTES: u64 = 2;
    let n_cells = dataset.n_genes() as u64 * dataset.n_samples() as u64;
    let needed = n_cells.saturating_mul(CELL_BYTES);
    let available = available.unwrap_or(UNKNOWN_MEMORY_BYTES);
    if dataset.matrix.sparse().is_none() || needed <= available {
        return Ok(());
    }
    Err(AnalysisError::Unsuitable {
        found: format!(
            "the values of {name} as text, with every zero, take {}",
            size(needed)
        ),
        expected: format!("at most {} are free", size(available)),
        hint: "Take fewer samples or genes first: select_samples, select_genes or filter_genes"
            .into(),
    })
}

fn hint() -> String {
    let readers = AnalysisId::ALL.iter().filter(|id| id.reads_sparse());
    let readers: Vec<&str> = readers.map(|id| id.name()).collect();
    format!(
        "Take fewer samples or genes before this step: select_samples, select_genes or filter_genes. These steps read the data as they are: {}",
        readers.join(", ")
    )
}

fn size(bytes: u64) -> String {
    if bytes >= 1_000_000_000 {
        format!("{:.1} GB", bytes as f64 / 1e9)
    } else {
        format!("{:.1} MB", bytes as f64 / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cuvette_core::{
        Dataset, Matrix,
        analyses::{AnalysisId, Data},
        sparse::SparseBuilder,
    };

    use super::{Read, UNKNOWN_MEMORY_BYTES, refuse_long_text, refuse_too_large};
    use crate::hash::HashBuilder;

    fn cells(n_genes: usize, n_samples: usize) -> Read {
        let mut builder = SparseBuilder::new(n_genes, n_samples);
        builder.push(0, 0, 1.0);
        let matrix = Matrix::from_sparse(builder.finish().unwrap());
        let names = |n: usize| (0..n).map(|at| at.to_string()).collect();
        let dataset = Dataset::new(matrix, names(n_genes), names(n_samples));
        Read {
            name: "cells".into(),
            hash: HashBuilder::default().finish(),
            data: Data::Dataset(Arc::new(dataset)),
        }
    }

    #[test]
    fn a_full_table_that_does_not_fit_is_refused_with_its_size_and_a_way_on() {
        let read = cells(30_000, 20_000);
        let refused = |id| refuse_too_large(id, [&read].into_iter(), UNKNOWN_MEMORY_BYTES);
        let error = refused(AnalysisId::Log).unwrap_err();
        let said = error.to_string();
        for part in ["30000 genes × 20000 samples", "2.4 GB", "1.5 GB", "log"] {
            assert!(said.contains(part), "{said}");
        }
        assert!(
            error
                .hint()
                .is_some_and(|hint| hint.contains("filter_genes"))
        );
        assert_eq!(refused(AnalysisId::FilterGenes), Ok(()));
    }

    #[test]
    fn values_too_long_to_be_written_out_are_refused() {
        let read = cells(100, 100);
        let Data::Dataset(dataset) = &read.data else {
            panic!("a data set")
        };
        assert_eq!(refuse_long_text("cells", dataset, Some(20_000)), Ok(()));
        let error = refuse_long_text("cells", dataset, Some(19_999)).unwrap_err();
        assert!(
            error.to_string().contains("the values of cells as text"),
            "{error}"
        );
        let dense = dataset.with_matrix(Matrix::missing(100, 100));
        assert_eq!(refuse_long_text("cells", &dense, Some(0)), Ok(()));
    }

    #[test]
    fn a_full_table_that_fits_or_is_there_is_read() {
        let read = cells(30_000, 10);
        let refused = |available| refuse_too_large(AnalysisId::Log, [&read].into_iter(), available);
        assert_eq!(refused(1_200_000), Ok(()));
        assert!(refused(1_199_999).is_err());
        let Data::Dataset(dataset) = &read.data else {
            panic!("a data set")
        };
        assert_eq!(dataset.matrix.values().len(), 300_000);
        assert_eq!(refused(0), Ok(()));
    }
}
