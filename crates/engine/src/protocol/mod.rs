//! What the page and the engine say to each other: one closed enum each way.
//!
//! Messages are JSON text; long bytes (rasters, exported files) travel beside them as transferable
//! buffers, and files as handles. In a browser a message to the engine is the JavaScript object
//! `{ message: "<Request as JSON>", file?: File }`, and a message from it is
//! `{ message: "<Reply as JSON>", bytes?: ArrayBuffer }` with the buffer transferred.
//!
//! A request is answered by any number of [`ReplyBody::Progress`],
//! [`ReplyBody::Step`] and [`ReplyBody::Warning`], then by exactly one of `Done`, `Failed` or
//! `Cancelled`. The first message is the engine's [`ReplyBody::Ready`]; what the page posts before
//! it is dropped by the browser, so the page queues.

mod decode;
mod error;
mod question;
mod reply;
mod table;

pub use decode::{Unreadable, decode, decode_value};
pub use error::{ErrorReport, FILE_UNREADABLE};
pub use question::{
    ExportWhat, FileName, Request, RequestBody, Sort, TableFormat, TableName, TableView,
};
pub use reply::{
    Answer, CatalogueEntry, InputState, Reply, ReplyBody, StepResult, StepState, StepStatus,
    TableInfo,
};
pub use table::{TableWindow, WindowColumn, WindowValues};

/// The version of these messages; page and engine are built together and refuse a mismatch.
pub const VERSION: u32 = 2;
