//! What each fuzz target does with its bytes; `cargo test` does the same with the corpus.

use std::num::NonZeroU32;

use cuvette_core::{Matrix, analyses::Data};
use cuvette_formats::{
    ColumnRef, DecimalSign, Delimiter, FileInfo, FormatError, ImportOptions, Imported, Importer,
    Orientation, SampleSubset, ShortRows, SummaryRows, Thousands, Unreadable, matrix_fingerprint,
    preview, write::write_dataset,
};

fn import(bytes: &[u8], options: &ImportOptions, block: usize) -> Result<Imported, FormatError> {
    let file = FileInfo {
        name: "any.txt".into(),
        size_bytes: bytes.len() as u64,
    };
    let mut importer = Importer::new(file, None, options.clone());
    for part in bytes.chunks(block.max(1)) {
        importer.push(part)?;
    }
    importer.finish()
}

fn tolerant() -> ImportOptions {
    ImportOptions {
        unreadable: Some(Unreadable::Missing),
        ..ImportOptions::default()
    }
}

/// Short rows and a third of the samples.
fn partial() -> ImportOptions {
    ImportOptions {
        short_rows: Some(ShortRows::Missing),
        samples: NonZeroU32::new(3).map(|every| SampleSubset { every }),
        ..tolerant()
    }
}

/// Reading never panics, and does not depend on how the bytes come.
pub fn import_any(bytes: &[u8]) {
    import_with(bytes, &tolerant());
    import_with(bytes, &partial());
}

fn import_with(bytes: &[u8], options: &ImportOptions) {
    let whole = import(bytes, options, bytes.len());
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return;
    }
    let parts = import(bytes, options, bytes.len() / 3);
    match (whole, parts) {
        (Ok(whole), Ok(parts)) => {
            assert_eq!(whole.report, parts.report);
            assert_eq!(whole.matrix_fingerprint(), parts.matrix_fingerprint());
        }
        (Err(whole), Err(parts)) => assert_eq!(whole, parts),
        (whole, parts) => panic!("{:?} but in parts {:?}", whole.err(), parts.err()),
    }
}

/// Looking never panics, and finds the shape that reading finds.
pub fn preview_any(bytes: &[u8]) {
    preview_with(bytes, &tolerant());
    preview_with(bytes, &partial());
}

fn preview_with(bytes: &[u8], options: &ImportOptions) {
    let file = FileInfo {
        name: "any.txt".into(),
        size_bytes: bytes.len() as u64,
    };
    let looked = preview(&file, bytes, Some(bytes), None, options);
    let cut = preview(&file, &bytes[..bytes.len() / 2], None, None, options);
    drop(cut);
    if let (Ok(looked), Ok(imported)) = (looked, import(bytes, options, bytes.len())) {
        assert_eq!(looked.kind, imported.kind);
        if let Data::Dataset(dataset) = &imported.data
            && bytes.len() < 1 << 20
        {
            let found = looked.estimate.n_genes * looked.estimate.n_samples;
            let shape = dataset.matrix.n_rows() as u64 * dataset.matrix.n_columns() as u64;
            assert_eq!(found, shape);
        }
    }
}

/// What was read and written is read again the same.
pub fn round_trip_any(bytes: &[u8]) {
    let Ok(imported) = import(bytes, &tolerant(), bytes.len()) else {
        return;
    };
    let Data::Dataset(dataset) = &imported.data else {
        return;
    };
    let mut written = Vec::new();
    write_dataset(dataset, Delimiter::Tab, &mut written).expect("a vector takes all");
    if written
        .iter()
        .any(|&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n'))
    {
        // Names with control characters make a short table look binary.
        return;
    }
    let options = ImportOptions {
        delimiter: Some(Delimiter::Tab),
        decimal: Some(DecimalSign::Point),
        thousands: Some(Thousands::None),
        header_rows: Some(1),
        skip_rows: Some(0),
        id_column: Some(ColumnRef::Number(1)),
        orientation: Some(Orientation::GenesInRows),
        annotation_columns: Some(Vec::new()),
        summary_rows: Some(SummaryRows::Keep),
        ..tolerant()
    };
    let file = FileInfo {
        name: "again.tsv".into(),
        size_bytes: written.len() as u64,
    };
    let kind = Some(cuvette_formats::InputKind::Matrix);
    let mut importer = Importer::new(file, kind, options);
    importer.push(&written).expect("own writing is read");
    let again = importer.finish().expect("own writing is read");
    // Sparse numbers have a print of their own.
    let values = dataset.matrix.clone().into_values();
    let full = Matrix::from_rows(dataset.n_genes(), dataset.n_samples(), values);
    let print = matrix_fingerprint(&dataset.with_matrix(full));
    assert_eq!(Some(print), again.matrix_fingerprint());
}
