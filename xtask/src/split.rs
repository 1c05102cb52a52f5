//! Splits a module of WebAssembly in two, so that a person downloads first what is needed first.
//!
//! The first half is the module as it was, but the bodies of functions that can wait are gone. Where
//! one of them is still called, a stub stands for it: it calls a function of the module that loads
//! the second half, unless that has happened, and then goes through a slot of the function table.
//! The second half has those bodies, imports everything else from the first, and fills the slots when
//! it is instantiated. Every thread has its own two instances.
//!
//! Which functions can wait is judged by name, and by what only they call. A wrong guess costs a
//! detour and never a wrong answer, since whoever calls a stub gets the function. See
//! `docs/adr/007-two-halves.md`.

mod calls;
mod layout;
mod write;

use anyhow::Result;

use calls::Division;
use layout::Layout;

/// Name under which the second half imports everything.
pub const IMPORTED_FROM: &str = "first";

/// What a module becomes.
pub struct Halves {
    /// Everything but the bodies that wait.
    pub first: Vec<u8>,
    /// The bodies that wait.
    pub second: Vec<u8>,
    /// How many functions were moved.
    pub n_moved: usize,
    /// How many of them the first half can still call.
    pub n_stubs: usize,
}

/// Splits `module`, which must have a section of names.
///
/// `can_wait` judges a function by its name; `loads` is the name of an export without parameters that
/// instantiates the second half with the exports of the first, as [`IMPORTED_FROM`].
pub fn split(module: &[u8], can_wait: impl Fn(&str) -> bool, loads: &str) -> Result<Halves> {
    let layout = Layout::read(module)?;
    let loader = layout.exported_function(loads)?;
    let division = Division::new(&layout, can_wait)?;
    Ok(Halves {
        first: write::first(module, &layout, &division, loader)?,
        second: write::second(module, &layout, &division)?,
        n_moved: division.moved.len(),
        n_stubs: division.stubs.len(),
    })
}

#[cfg(test)]
mod tests;
