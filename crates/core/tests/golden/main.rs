//! Statistics and analyses against values made by R, NumPy, SciPy, mpmath and qnorm (`tests/golden`).

mod analyses;
mod archs4;
mod files;
mod propagation;
mod stats;
