//! More samples of a rare label, made from the samples of a training set; and how much they are
//! like real ones.
//!
//! Everything here is given training samples alone. Whether made samples help to recognize real
//! ones is not decided here, but by what is learned with and without them.

mod losses;
mod network;
mod quality;
mod resample;
mod space;
mod wgan;

pub use quality::{
    Memorization, NeighborShares, adversarial_accuracy, correlation_score, memorization,
    neighbor_shares,
};
pub use resample::{MAX_NEIGHBORS, duplicate, residual, smote};
pub use space::Space;
pub use wgan::{Generator, LossPoint, Trained, WganOptions, train};
