//! The engine: a recipe in, results out.
//!
//! A [`recipe::Recipe`] is the one description of an analysis. The engine plans it, evaluates what
//! has changed, keeps results by the hash of what made them, and answers the closed set of requests
//! in [`protocol`]. It does no I/O: bytes come in through requests, and results go out as replies.
//!
//! [`Engine`] answers; [`Opening`] takes a file block by block; [`native::drive`] does both where
//! files are at hand as bytes.

pub mod catalogue;
mod error;
mod export;
mod figure_data;
pub mod fingerprint;
mod handle;
pub mod hash;
pub mod link;
mod methods;
pub mod native;
mod opening;
pub mod protocol;
pub mod recipe;
pub mod session;
mod shown;
mod window;

pub use error::EngineError;
pub use export::{ExportedFile, report_text};
pub use figure_data::figure_data;
pub use fingerprint::Fingerprinting;
pub use handle::{Engine, Message, Send, message};
pub use methods::methods;
pub use opening::{BLOCK_BYTES, HEAD_BYTES, Opening, TAIL_BYTES};
pub use shown::{Shown, shown_from_text, shown_text};
