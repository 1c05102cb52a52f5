//! The engine: a recipe in, results out.
//!
//! A [`recipe::Recipe`] is the one description of an analysis. The engine plans it, evaluates what
//! has changed, keeps results by the hash of what made them, and answers the closed set of requests
//! in [`protocol`]. It does no I/O: bytes come in through requests, and results go out as replies.

pub mod hash;
pub mod protocol;
pub mod recipe;
