//! The whole protocol, driven without a browser: what the page asks, and what it is told.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cancelling;
mod cells;
mod client;
mod evaluating;
mod fingerprints;
mod links;
mod opening;
mod remedies;
mod showing;
mod threads;
