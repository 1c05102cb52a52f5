//! What follows from a change of one gene, by how genes vary together: perturbation without
//! sequences, for any data of logarithms.
//!
//! | part | answers |
//! |---|---|
//! | [`ShrunkCovariance`] | how every two genes vary together, told apart from chance |
//! | [`Conditional`] | what to expect of every gene, given that some have changed; and what of it is direct |
//! | [`Network`] | the same over several steps, by the coefficients of each gene on its regulators |
//! | [`Change`] | by how much a gene changes that is knocked out, knocked down or overexpressed |
//!
//! Genes are chosen once, with [`most_variable`] for one, and from then on known by their position
//! among the chosen. All of it is association in the data, and no proof of a cause.

mod change;
mod conditional;
mod covariance;
mod network;
mod radius;
mod ridge;
#[cfg(test)]
mod tests;

pub use change::Change;
pub use conditional::{Association, Conditional, Precision};
pub use covariance::{Shrinkage, ShrunkCovariance, most_variable};
pub use network::{Network, Propagation};
pub use ridge::Regulators;
