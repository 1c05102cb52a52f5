//! Numbers in slices, numbers out: the kernels that have no crate.
//!
//! Every family has a scalar reference, the same properties for every implementation, and the
//! same order of additions natively and in WebAssembly, so that results agree bit for bit.

pub mod attention;
pub mod dense;
pub mod embedding;
pub mod number;
pub mod products;
pub mod rank;
pub mod sort;
pub mod splits;
pub mod sums;
pub mod trees;
pub mod turns;
pub mod vectors;

#[cfg(test)]
mod reference;
