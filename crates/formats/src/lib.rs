//! Bytes to data sets with an import report, and results to bytes. Pure and streaming.
//!
//! A file is read in two passes of judgment. Its head (up to 1 MiB of text) decides on delimiter,
//! decimal sign, header, roles of the columns, orientation and kind, each guess with its evidence;
//! every guess can be overridden by [`ImportOptions`]. Then all of the file is parsed with that
//! layout, in blocks and by all threads; what contradicts it becomes a finding of the report, or
//! an error with its place. Nothing is repaired silently.
//!
//! Start at [`Importer`]; [`preview()`] is the quick look before it, [`mod@write`] the way out.

mod cells;
mod error;
mod estimate;
mod findings;
mod fingerprint;
mod gtf;
mod head;
mod imported;
mod importer;
mod kind;
mod layout;
mod mangled;
mod matrix;
mod model;
mod options;
mod pickle;
mod preview;
mod recognize;
mod sheet;
mod sniff;
mod source;
mod tables;
mod text;
pub mod write;

pub use cells::{
    BUNDLE_END_BYTES, FOLDER_DEPTH, FOLDER_FILES, bundle_header, bundle_name, bundle_padding,
    cells_files, common_name, needs_whole_file,
};
pub use error::{FormatError, FormatErrorKind, Location};
pub use estimate::Estimate;
pub use fingerprint::{MatrixPrint, matrix_fingerprint};
pub use importer::{FileInfo, Imported, Importer};
pub use kind::InputKind;
pub use layout::Role;
pub use options::{
    ColumnRef, DecimalSign, Delimiter, DuplicatePolicy, Encoding, ImportOptions, Orientation,
    SampleSubset, ShortRows, SummaryRows, Thousands, Unreadable,
};
pub use preview::{ColumnRole, GridRow, Preview, PreviewGrid, RowRole, preview};
pub use sheet::{
    Noted, SheetError, SheetLayout, SheetNotes, SheetShape, WORKBOOK_HEAD_BYTES, is_workbook,
};
